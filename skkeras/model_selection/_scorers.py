"""Check before training that a model has the methods that scorers need."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from sklearn.metrics import get_scorer_names
from sklearn.metrics._scorer import _BaseScorer, _MultimetricScorer
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import Pipeline

from skkeras._guessed_names import RENAMED_SCORES

# Names of the search space parameters in scikit-learn, skopt and skkeras.
_SPACES = ("param_grid", "param_distributions", "search_spaces", "space")


def check_score_names(scoring: Any) -> None:
    """Raise an error for names of scores that scikit-learn does not have, with close matches.

    Parameters
    ----------
    scoring : object
        Value of a parameter `scoring`; strings in lists and dicts are checked too.

    Raises
    ------
    ValueError
        If a score does not exist.
    """
    given = scoring.values() if isinstance(scoring, Mapping) else scoring
    given = given if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    names = get_scorer_names()
    for name in given:
        if not isinstance(name, str) or name in names:
            continue
        if name in RENAMED_SCORES:
            hint = f"Use {RENAMED_SCORES[name]!r} instead."
        elif near := difflib.get_close_matches(name, names, n=3):
            hint = f"Did you mean {', '.join(map(repr, near))}?"
        else:
            hint = f"Names are: {', '.join(names)}."
        raise ValueError(f"scoring={name!r} is none of scikit-learn's scores. {hint}")


def check_responses(search: Any) -> None:
    """Raise an error if a scorer needs probabilities or decisions that the model never has.

    Parameters
    ----------
    search : BaseSearchCV
        Its `estimator` and `scoring` are checked. Plain functions as scorers cannot be checked.

    Raises
    ------
    ValueError
        If a scorer needs a method that the model does not have.
    """
    scorers, _ = search._get_scorers()
    named = scorers._scorers if isinstance(scorers, _MultimetricScorer) else {"scoring": scorers}
    for label, scorer in named.items():
        check_response(search, scorer, f"{label}={search.scoring!r}")


def check_response(estimator: Any, scorer: Any, label: str) -> None:
    """Raise an error if a scorer needs probabilities or decisions that a model never has.

    Parameters
    ----------
    estimator : estimator object
        A model, or a pipeline or search with the model at its end. If the search may replace the
        model, nothing is checked.
    scorer : callable
        The scorer. A plain function cannot be checked.
    label : str
        Name of the scorer in the error message.

    Raises
    ------
    ValueError
        If the scorer needs a method that the model does not have.
    """
    model = _model(estimator)
    if not isinstance(scorer, _BaseScorer) or not hasattr(model, "fit"):
        return
    needed = getattr(scorer, "_response_method", "predict")
    methods = [needed] if isinstance(needed, str) else list(needed)
    # Check the class too, because the available methods may depend on searched parameters.
    if not any(hasattr(type(model), name) or hasattr(model, name) for name in methods):
        raise ValueError(
            f"{label} needs {' or '.join(methods)}, which {type(model).__name__} does not have. "
            "Choose a score of predictions, or a model that has it."
        )


def _model(estimator: Any) -> Any:
    """Return the model inside pipelines and searches, or None if a search may replace it."""
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
    """Return the names of the parameters that a search varies."""
    given: Any = next((vars(search)[name] for name in _SPACES if name in vars(search)), {})
    spaces = [given] if isinstance(given, Mapping) else given
    return {name for one in spaces for name in (one[0] if isinstance(one, tuple) else one)}
