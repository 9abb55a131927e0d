"""Scores that carry other results of a fit from the worker back to the search.

scikit-learn's search returns only numbers from a fit, so whatever else a fit produces travels as an
attribute of its scores.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from numbers import Real
from typing import Any

from sklearn.metrics._scorer import _MultimetricScorer

SCORES = ("test_scores", "train_scores")


class ScoreWithResults(float):
    """A score with other results of its fit, in the dict `results`."""

    results: dict[str, Any]


class WrappedScorer:
    """A scorer with a function around it.

    Parameters
    ----------
    scorer : callable
        A scorer of scikit-learn, or a function that the user wrote.
    around : callable
        Called with the scorer and with its arguments; returns the scores.
    """

    def __init__(self, scorer: Any, around: Callable[..., Any]) -> None:
        self.scorer, self._around = scorer, around

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return a score, or a dict of scores."""
        return self._around(self.scorer, *args, **kwargs)


class _WrappedScorers(WrappedScorer, _MultimetricScorer):
    """Several scorers as one, which scikit-learn recognizes by their base class."""

    def __init__(self, scorer: _MultimetricScorer, around: Callable[..., Any]) -> None:
        WrappedScorer.__init__(self, scorer, around)
        _MultimetricScorer.__init__(self, scorers=scorer._scorers, raise_exc=scorer._raise_exc)


def wrap(scorer: Any, around: Callable[..., Any]) -> WrappedScorer:
    """Return a scorer with a function around it; see `WrappedScorer`."""
    kind = _WrappedScorers if isinstance(scorer, _MultimetricScorer) else WrappedScorer
    return kind(scorer, around)


def equal_scores(scorer: Any, score: float) -> Any:
    """Return the same score for each name of a scorer, or a number if it has no names."""
    names = isinstance(scorer, _MultimetricScorer)
    return dict.fromkeys(scorer._scorers, score) if names else score


def attach(scores: Any, **results: Any) -> Any:
    """Return scores that carry results in addition to those that they carry already.

    Parameters
    ----------
    scores : float or dict of str to float
        What a scorer returns. Anything else is returned unchanged, and scikit-learn raises the
        error.
    **results : dict
        Results to carry.
    """
    if isinstance(scores, dict):
        return {name: attach(score, **results) for name, score in scores.items()}
    if isinstance(scores, ScoreWithResults):
        scores.results |= results
        return scores
    if hasattr(scores, "item"):
        with suppress(ValueError):
            scores = scores.item()
    if not isinstance(scores, Real):
        return scores
    score = ScoreWithResults(scores)
    score.results = results
    return score


def detach(record: dict[str, Any], name: str) -> Any:
    """Remove one result from the scores of a fit and return it, or None if there is none.

    Parameters
    ----------
    record : dict
        scikit-learn's results of a fit. Scores without further results become plain numbers.
    name : str
        Name of the result.
    """
    found = None
    for part in SCORES:
        if part not in record:
            continue
        scores = record[part]
        if isinstance(scores, dict):
            for key, score in scores.items():
                scores[key], value = _detached(score, name)
                found = value if found is None else found
        else:
            record[part], value = _detached(scores, name)
            found = value if found is None else found
    return found


def _detached(score: Any, name: str) -> tuple[Any, Any]:
    if not isinstance(score, ScoreWithResults):
        return score, None
    # A copy, because several scores may share their results.
    rest = dict(score.results)
    value = rest.pop(name, None)
    if not rest:
        return float(score), value
    left = ScoreWithResults(score)
    left.results = rest
    return left, value


def peek(record: dict[str, Any], name: str) -> Any:
    """Return one result from the scores of a fit, or None if there is none."""
    scores = record[SCORES[0]]
    for score in scores.values() if isinstance(scores, dict) else [scores]:
        if isinstance(score, ScoreWithResults) and name in score.results:
            return score.results[name]
    return None
