"""Base of the estimators that choose, tune and combine models themselves."""

from __future__ import annotations

import copy
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import get_scorer_names
from sklearn.model_selection import KFold, StratifiedKFold, check_cv
from sklearn.utils import Tags, check_random_state, get_tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import (
    _check_sample_weight,
    _check_y,
    _num_samples,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
)

from skkeras._docs import DocumentedMixin
from skkeras.auto._candidates import check_candidates, kind_for
from skkeras.auto._families import families_for
from skkeras.auto._kinds import check_data
from skkeras.auto._leaderboard import cv_results, leaderboard
from skkeras.auto._trials import Trials

_MAX_SEED = 2**31 - 1


class BaseKerasAuto(DocumentedMixin, BaseEstimator):
    """Base of the classifier and the regressor.

    Parameters
    ----------
    time_limit : float or None, default=600
        Seconds that `fit` may take. None needs `n_candidates`.
    n_candidates : int or None, default=None
        Maximum number of candidates; None tries candidates until the time is over. With
        ``time_limit=None``, an integer `random_state` makes `fit` repeatable.
    scoring : str or callable, default=None
        Score that guides the choice of models. None means minus the log loss for a classifier, and
        minus the root mean squared error for a regressor.
    cv : int, splitter or iterable, default=5
        Folds, as in `sklearn.model_selection.GridSearchCV`. For an integer, rows are shuffled
        first, and there are fewer folds if a class has fewer rows.
    ensemble_size : int, default=25
        Number of selections of the ensemble; a candidate can be selected several times.
    candidates : "auto" or list, default="auto"
        What to train: names of families, such as "KerasTabM" or "HistGradientBoosting", and
        estimators. "auto" takes all families that fit the kind of X.
    memory : str, path-like, FitMemory, joblib.Memory or None, default=None
        Folder that stores the fits of networks, so that an interrupted `fit` goes on when it is
        called again. Requires a `random_state`. Networks then train for all of their epochs, even
        if `time_limit` ends before they do.
    n_jobs : int or None, default=None
        Number of folds and candidates that are fitted in parallel.
    random_state : int, RandomState instance or None, default=None
        Seed of folds, models and searches.

    Attributes
    ----------
    leaderboard_ : dict of ndarray
        All candidates as a table, the best first: ``model``; ``params`` that differ from the
        family's first settings; ``score``, as the mean over the folds, and its standard deviation
        ``std``; ``fit_time`` and ``predict_time`` of a fold in seconds; ``weight`` in the ensemble;
        and ``error``, why there is no score. ``pandas.DataFrame(model.leaderboard_)`` shows it.
    kind_ : {"table", "mixed table", "images", "series", "texts"}
        Kind of data that X is taken for.
    ensemble_ : SearchEnsembleClassifier or SearchEnsembleRegressor
        The ensemble, which predicts.
    best_score_ : float
        Out-of-fold score of the ensemble.
    searches_ : list of search
        The searches of one or several candidates.
    cv_results_ : dict of ndarray
        All candidates in the order of evaluation, as in `sklearn.model_selection.GridSearchCV`.
        The first of the ``params`` is the name of the model. `skkeras.inspection.search_report` and
        `SearchResultsDisplay` read it.
    best_index_, best_params_ : int, dict
        Row of the best single candidate in `cv_results_`, and its parameters.
    n_splits_ : int
        Number of folds.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Notes
    -----
    The defaults of each family are tried first, with 16 instead of 32 networks in `KerasTabM` and
    with early stopping in `KerasCNN`; for tables, also those of gradient boosting, a random forest
    and a linear model. The next candidates are settings that complement each other.
    The remaining time is for candidates of the families' search spaces, by successive halving over
    epochs. The ensemble [1]_ selects among all of them by their predictions of rows that they were
    not fitted on; a candidate predicts the mean of its models of all folds.

    A two-dimensional array is a table. X with a third axis is images if its values are bytes and
    its sides are similar, and otherwise series. Strings are paths of images if all of them have the
    suffix of an image file, and texts if they have several words. A column of a data frame is texts
    if its strings are many and have more than two words on average.

    References
    ----------
    .. [1] Caruana, Niculescu-Mizil, Crew and Ksikes, "Ensemble selection from
       libraries of models", ICML 2004.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "time_limit": [Interval(Real, 0, None, closed="neither"), None],
        "n_candidates": [Interval(Integral, 1, None, closed="left"), None],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "cv": ["cv_object"],
        "ensemble_size": [Interval(Integral, 1, None, closed="left")],
        "candidates": [StrOptions({"auto"}), list, tuple],
        "memory": "no_validation",
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }
    refit: ClassVar[bool] = False  # for reports, as of a search
    _ensemble: ClassVar[type]
    classes_: Any = None

    def __init__(
        self,
        time_limit: float | None = 600,
        *,
        n_candidates: int | None = None,
        scoring: Any = None,
        cv: Any = 5,
        ensemble_size: int = 25,
        candidates: Any = "auto",
        memory: Any = None,
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.time_limit = time_limit
        self.scoring = scoring
        self.cv = cv
        self.ensemble_size = ensemble_size
        self.candidates = candidates
        self.memory = memory
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.n_candidates = n_candidates

    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, groups: Any = None) -> Self:
        """Find models for the data and combine them.

        Parameters
        ----------
        X : array-like, data frame or list
            Table, data frame with texts, image paths or series among its columns, images, series or
            texts.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.
        sample_weight : array-like of shape (n_samples,), default=None
            Relative weights of the rows in training.
        groups : array-like of shape (n_samples,), default=None
            Group labels of the rows, for splitters that keep groups together.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            If a parameter or the data is invalid, or X could be of several kinds; in that case,
            nothing is trained. After training, if no candidate has a score.
        """
        self._validate_params()
        if self.time_limit is None and self.n_candidates is None:
            raise ValueError(
                "time_limit=None needs n_candidates, the number of candidates after which to stop."
            )
        check_candidates(self.candidates)
        y = self._checked_target(y)
        self.kind_ = kind_for(self.candidates, X)
        for name in ("n_features_in_", "feature_names_in_"):  # of an earlier fit
            self.__dict__.pop(name, None)
        check_data(self, X, self.kind_, reset=True)
        check_consistent_length(X, y, sample_weight, groups)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, y)
        random = check_random_state(self.random_state)
        seed = int(random.randint(_MAX_SEED))
        splits = self._splits(X, y, groups, seed)
        families = families_for(
            X,
            self.kind_,
            self.candidates,
            classifies=is_classifier(self),
            memory=copy.copy(self.memory),
            seed=seed,
        )
        trials = Trials(
            families,
            X,
            y,
            sample_weight,
            splits=splits,
            scoring=self._scoring() if self.scoring is None else self.scoring,
            time_limit=self.time_limit,
            n_candidates=self.n_candidates,
            n_jobs=self.n_jobs,
            random=random,
        )
        try:
            trials.run()
        finally:  # after Ctrl-C, what is finished is kept
            if has_scores := any(np.isfinite(trial.best) for trial in trials.done):
                self._combine(trials, X, y, len(splits), seed)
        if not has_scores:
            reasons = [f"{trial.family.name}: {trial.error}" for trial in trials.done]
            raise ValueError("Not one candidate could be fitted. " + " ".join(reasons))
        return self

    def _splits(
        self, X: Any, y: np.ndarray, groups: Any, seed: int
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        cv = self.cv
        if isinstance(cv, Integral):
            n_rows = _num_samples(X)
            if n_rows < 2:
                raise ValueError(f"Models are compared on rows held out; got n_samples={n_rows}.")
            in_classes = self.classes_ is not None
            fewest = np.unique(y, return_counts=True)[1].min() if in_classes else n_rows
            # A class of one row is in the training rows of all folds but one.
            stratified = in_classes and fewest > 1
            n_splits = min(int(cv), int(fewest) if stratified else n_rows)
            kind = StratifiedKFold if stratified else KFold
            cv = kind(n_splits, shuffle=True, random_state=seed)
        cv = check_cv(cv, y, classifier=is_classifier(self))
        every = np.arange(_num_samples(X))
        return [(every[train], every[test]) for train, test in cv.split(X, y, groups)]

    def _combine(self, trials: Trials, X: Any, y: np.ndarray, n_splits: int, seed: int) -> None:
        """Select the ensemble, and set the attributes that describe all candidates."""
        numbers = [n for n, trial in enumerate(trials.done) if np.isfinite(trial.best)]
        self.searches_ = [trials.done[number].search for number in numbers]
        self.ensemble_ = self._ensemble(
            [FrozenEstimator(search) for search in self.searches_],
            n_members=self.ensemble_size,
            scoring=self.scoring,
            random_state=seed,
        ).fit(X, y)
        for search in self.searches_:
            del search.cv_estimators_  # the ensemble has those that it needs
        table = self.ensemble_.weights_
        weights = {
            (numbers[search], row): float(weight)
            for search, row, weight in zip(
                table["search"], table["candidate"], table["weight"], strict=True
            )
        }
        self.best_score_ = self.ensemble_.best_score_
        self.leaderboard_ = leaderboard(trials.done, weights)
        name = self.ensemble_.score_name_
        self.cv_results_ = cv_results(trials.done, n_splits, name)
        self.best_index_ = int(np.argmin(self.cv_results_[f"rank_test_{name}"]))
        self.best_params_ = self.cv_results_["params"][self.best_index_]
        self.n_splits_ = n_splits
        if not hasattr(self, "n_features_in_") and hasattr(self.ensemble_, "n_features_in_"):
            self.n_features_in_ = self.ensemble_.n_features_in_

    def _checked_target(self, y: Any) -> np.ndarray:
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        y = _check_y(y, multi_output=True, y_numeric=not is_classifier(self), estimator=self)
        return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y

    def _scoring(self) -> Any:
        """Return the score that `scoring=None` stands for."""
        raise NotImplementedError

    def _checked(self, X: Any) -> Any:
        """Check that X may be predicted."""
        check_is_fitted(self)
        check_data(self, X, self.kind_, reset=False)
        return X

    def predict(self, X: Any) -> np.ndarray:
        """Predict the target with the ensemble.

        Parameters
        ----------
        X : array-like, data frame or list
            Rows of the kind in `fit`.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Numbers, classes or labels.
        """
        X = self._checked(X)
        predicted: np.ndarray = self.ensemble_.predict(X)
        return predicted

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "ensemble_")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        given = [] if isinstance(self.candidates, str) else self.candidates
        tags.input_tags.allow_nan = all(
            get_tags(one).input_tags.allow_nan for one in given if hasattr(one, "fit")
        )
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags
