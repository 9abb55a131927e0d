"""What scores need of a model, checked before it is trained."""

from __future__ import annotations

from typing import Any

from sklearn.metrics._scorer import _BaseScorer, _MultimetricScorer
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import Pipeline


def check_responses(search: Any, candidates: list[dict[str, Any]]) -> None:
    """Refuse scores that need probabilities or decisions of a model that never has them.

    Parameters
    ----------
    search : BaseSearchCV
        Its `estimator` and `scoring` are looked at. Scorers that are plain functions tell nothing.
    candidates : list of dict
        What is searched. Where it replaces whole models, nothing can be told.

    Raises
    ------
    ValueError
        If a score needs what the model does not have.
    """
    params = search.estimator.get_params()
    searched = {name for candidate in candidates for name in candidate}
    if any(hasattr(params.get(name), "fit") for name in searched):
        return
    scorers, _ = search._get_scorers()
    named = scorers._scorers if isinstance(scorers, _MultimetricScorer) else {"scoring": scorers}
    for label, scorer in named.items():
        check_response(search.estimator, scorer, f"{label}={search.scoring!r}")


def check_response(estimator: Any, scorer: Any, label: str) -> None:
    """Refuse a score that needs probabilities or decisions of a model that never has them.

    Parameters
    ----------
    estimator : estimator object
        A model, or a pipeline or search with the model at its end.
    scorer : callable
        The score. A plain function tells nothing.
    label : str
        What the score is called in the error.

    Raises
    ------
    ValueError
        If the score needs what the model does not have.
    """
    if not isinstance(scorer, _BaseScorer):
        return
    model = _model(estimator)
    needed = getattr(scorer, "_response_method", "predict")
    methods = [needed] if isinstance(needed, str) else list(needed)
    # The class is asked too, for what a model can may depend on what is searched.
    if not any(hasattr(type(model), name) or hasattr(model, name) for name in methods):
        raise ValueError(
            f"{label} needs {' or '.join(methods)}, which {type(model).__name__} does not have. "
            "Choose a score of predictions, or a model that has it."
        )


def _model(estimator: Any) -> Any:
    """Find the model at the end of pipelines and inside searches."""
    while True:
        if isinstance(estimator, Pipeline):
            estimator = estimator.steps[-1][1]
        elif isinstance(estimator, BaseSearchCV):
            estimator = estimator.estimator
        else:
            return estimator
