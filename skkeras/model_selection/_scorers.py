"""What scores need of a model, checked before it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.metrics._scorer import _BaseScorer, _MultimetricScorer
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import Pipeline

# Where searches keep their spaces: scikit-learn's, skopt's and those of this package.
_SPACES = ("param_grid", "param_distributions", "search_spaces", "space")


def check_responses(search: Any) -> None:
    """Refuse scores that need probabilities or decisions of a model that never has them.

    Parameters
    ----------
    search : BaseSearchCV
        Its `estimator` and `scoring` are looked at. Scorers that are plain functions tell nothing.

    Raises
    ------
    ValueError
        If a score needs what the model does not have.
    """
    scorers, _ = search._get_scorers()
    named = scorers._scorers if isinstance(scorers, _MultimetricScorer) else {"scoring": scorers}
    for label, scorer in named.items():
        check_response(search, scorer, f"{label}={search.scoring!r}")


def check_response(estimator: Any, scorer: Any, label: str) -> None:
    """Refuse a score that needs probabilities or decisions of a model that never has them.

    Parameters
    ----------
    estimator : estimator object
        A model, or a pipeline or search with the model at its end. Where the search may put another
        model there, nothing can be told.
    scorer : callable
        The score. A plain function tells nothing.
    label : str
        What the score is called in the error.

    Raises
    ------
    ValueError
        If the score needs what the model does not have.
    """
    model = _model(estimator)
    if not isinstance(scorer, _BaseScorer) or not hasattr(model, "fit"):
        return
    needed = getattr(scorer, "_response_method", "predict")
    methods = [needed] if isinstance(needed, str) else list(needed)
    # The class is asked too, for what a model can may depend on what is searched.
    if not any(hasattr(type(model), name) or hasattr(model, name) for name in methods):
        raise ValueError(
            f"{label} needs {' or '.join(methods)}, which {type(model).__name__} does not have. "
            "Choose a score of predictions, or a model that has it."
        )


def _model(estimator: Any) -> Any:
    """Find the model at the end of pipelines and inside searches, None where it may be replaced."""
    searched: set[str] = set()
    while True:
        if isinstance(estimator, Pipeline):
            name, inner = estimator.steps[-1]
            replaced = {"steps", name} & searched
        elif isinstance(estimator, BaseSearchCV):
            name, inner = "estimator", estimator.estimator
            replaced = {name} & searched
        else:
            held = estimator.get_params() if searched else {}
            return None if any(hasattr(held.get(n), "fit") for n in searched) else estimator
        if replaced:
            return None
        searched = {n.removeprefix(f"{name}__") for n in searched if n.startswith(f"{name}__")}
        if isinstance(estimator, BaseSearchCV):
            searched |= _searched(estimator)
        estimator = inner


def _searched(search: Any) -> set[str]:
    """Name what a search searches."""
    given: Any = next((vars(search)[name] for name in _SPACES if name in vars(search)), {})
    spaces = [given] if isinstance(given, Mapping) else given
    return {name for one in spaces for name in (one[0] if isinstance(one, tuple) else one)}
