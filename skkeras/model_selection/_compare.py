"""Comparison of models on the same folds."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import get_scorer
from sklearn.model_selection import check_cv, cross_validate
from sklearn.utils import indexable

from skkeras.model_selection._comparison import ModelComparison
from skkeras.model_selection._jobs import threads_for
from skkeras.model_selection._scorers import check_response, check_score_names


def compare_models(
    models: Mapping[str, Any],
    X: Any,
    y: Any,
    *,
    cv: Any = None,
    scoring: Any = None,
    groups: Any = None,
    n_jobs: int | None = None,
    random_state: int | None = None,
    error_score: float | str = np.nan,
    verbose: int = 0,
) -> ModelComparison:
    """Cross-validate classical models, networks and searches on the same folds.

    A search among the models is fitted again on the training rows of each fold, so its score is
    that of nested cross-validation: the test rows do not influence the selected candidate. To
    measure the benefit of tuning, compare ``{"default": search.estimator, "tuned": search}``.

    Parameters
    ----------
    models : mapping of str to estimator
        Names and models. Either all models are classifiers, or none is.
    X : array-like of shape (n_samples, ...)
        Data.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Target.
    cv : int, splitter or iterable, default=None
        As in `sklearn.model_selection.cross_validate`; None uses 5 folds. All models use the same
        splits, which are computed once.
    scoring : str or callable, default=None
        One score; higher is better. None uses accuracy for classifiers and R² for other models,
        regardless of the `scoring` of a search among the models.
    groups : array-like of shape (n_samples,), default=None
        Group labels of the rows, for splitters that keep groups together.
    n_jobs : int, default=None
        Number of folds that joblib runs in parallel: in threads for skkeras networks, which share
        compiled programs, and in processes for other models or if `joblib.parallel_config` selects
        them.
    random_state : int or None, default=None
        If an integer, rows are shuffled before they are split, provided that `cv` is None or an
        integer. Splitters have their own seeds.
    error_score : "raise" or float, default=nan
        Score of a fold on which a fit fails; the other models are still scored.
    verbose : int, default=0
        If 1, print a line for each model as soon as it is scored.

    Returns
    -------
    ModelComparison
        Scores, tests and a plot.

    Raises
    ------
    TypeError, ValueError
        If there is no model, if one is not an estimator, if classifiers are mixed with other
        models, if there is more than one score, or if a score needs a method that a model does not
        have.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn.svm import SVC
    >>> from skkeras.model_selection import compare_models
    >>> models = {"most frequent": DummyClassifier(), "SVC": SVC()}
    >>> compare_models(models, *load_iris(return_X_y=True))
    ModelComparison: accuracy on 5 folds, mean (standard deviation)
      SVC            0.9667 (0.0211)
      most frequent  0.3333 (0.0000)
    """
    scoring, label = _check(models, scoring)
    X, y, groups = indexable(X, y, groups)
    classifier = is_classifier(next(iter(models.values())))
    splitter = check_cv(cv, y, classifier=classifier)
    if random_state is not None and (cv is None or isinstance(cv, Integral)):
        splitter = type(splitter)(splitter.n_splits, shuffle=True, random_state=random_state)
    splits = list(splitter.split(X, y, groups))
    folds: dict[str, dict[str, Any]] = {}
    # One backend for all models, because starting worker processes takes longer than most fits.
    with threads_for(models.values(), n_jobs):
        for name, model in models.items():
            folds[name] = _cross_validate(
                name,
                model,
                X,
                y,
                cv=splits,
                scoring=scoring,
                n_jobs=n_jobs,
                error_score=error_score,
            )
            if verbose:
                scores = folds[name]["test_score"]
                print(f"{name}: {scores.mean():.4f} ({scores.std():.4f})", flush=True)
    return ModelComparison(
        {name: fold["test_score"] for name, fold in folds.items()},
        fit_times={name: fold["fit_time"] for name, fold in folds.items()},
        score_times={name: fold["score_time"] for name, fold in folds.items()},
        estimators={name: fold["estimator"] for name, fold in folds.items()},
        test_to_train=float(np.mean([len(test) / len(train) for train, test in splits])),
        score_name=label,
    )


def _check(models: Any, scoring: Any) -> tuple[Any, str]:
    """Check the models and the score; return the score and its name."""
    if not isinstance(models, Mapping) or not models:
        raise TypeError(
            'models takes names and estimators, as in {"forest": RandomForestClassifier(), ...}; '
            f"got {models!r}."
        )
    for name, model in models.items():
        if not isinstance(name, str) or not hasattr(model, "fit") or isinstance(model, type):
            raise TypeError(f"A model is an estimator under its name; got {name!r}: {model!r}.")
    kinds = {is_classifier(model) for model in models.values()}
    if len(kinds) > 1:
        told = {name: type(model).__name__ for name, model in models.items()}
        raise ValueError(f"Classifiers are compared with classifiers only; got {told}.")
    if scoring is None:
        scoring = "accuracy" if kinds == {True} else "r2"
    if not isinstance(scoring, str) and not callable(scoring):
        raise TypeError(f"scoring takes one score, a string or a callable; got {scoring!r}.")
    check_score_names(scoring)
    scorer = get_scorer(scoring)
    for name, model in models.items():
        check_response(model, scorer, f"scoring={scoring!r} for {name!r}")
    return scoring, scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score")


def _cross_validate(name: str, model: Any, X: Any, y: Any, **settings: Any) -> dict[str, Any]:
    try:
        folds = cross_validate(model, X, y, return_estimator=True, **settings)
    except ValueError as error:
        # scikit-learn raises an error if all fits fail, but other models can still be scored.
        if settings["error_score"] == "raise" or "fits failed" not in str(error):
            raise
        score, n_folds = settings["error_score"], len(settings["cv"])
        warnings.warn(
            f"The model {name!r} scores error_score={score}, because all its fits failed.{error}",
            FitFailedWarning,
            stacklevel=3,
        )
        missing = np.full(n_folds, np.nan)
        return {
            "test_score": np.full(n_folds, float(score)),
            "fit_time": missing,
            "score_time": missing,
            "estimator": [None] * n_folds,
        }
    if "test_score" not in folds:
        raise TypeError(f"scoring gives one score; {settings['scoring']!r} gave several.")
    return folds
