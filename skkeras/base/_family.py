"""Base classes of the families of networks, with the parameters that all families share."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import keras
import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras._docs import inherit_docs
from skkeras.base._family_model import FamilyModel
from skkeras.base._named_parameters import with_checked_arguments
from skkeras.base._optimizers import SCHEDULES
from skkeras.base._search_space import HasSearchSpace
from skkeras.base._unused_params import check_unused, warn_about_unused
from skkeras.base.data import hold_out, split_rows, warn_about_few
from skkeras.fit_cache import MEMORY, check_memory
from skkeras.training import count_rows
from skkeras.utils import as_int, check_constraints, check_identifiers, make_callbacks

# Valid types of parameters that hold layer sizes.
SIZES = [Interval(Integral, 1, None, closed="left"), list, tuple, np.ndarray, str]
# Number of gradient steps per epoch with batch_size="auto", if its bounds allow it.
_N_STEPS = 16


@dataclass(kw_only=True, eq=False, repr=False)
class KerasFamily(HasSearchSpace, FamilyModel):
    """Base class of the families: each has one architecture and these shared parameters.

    A family is a dataclass that inherits from this class and adds its parameters. Its classifier
    and its regressor inherit from it and from `FamilyClassifier` or `FamilyRegressor`.

    A family must define:

    - `_build_model(params, spec)`, a class method that returns the uncompiled model.

    It may define:

    - `_parameter_constraints` and `_searched`, the valid values and the search spaces of its
      parameters, and `_validate_params()` for what constraints cannot express;
    - `_check_X(X, *, reset)`, if a row of X is not a row of numbers;
    - `feature_encoder`, a property that returns an unfitted transformer, if the network takes
      encoded data, and `_describe_encoding()`, if the encoding affects the model in more than its
      input shape;
    - `_output_layer(params, spec)`, `_default_loss(params, spec)`, `_make_optimizer(params, spec)`
      and `_watched_metrics(params, spec)`, class methods that replace the usual ones;
    - `_uses_n_rows(params)` and `_uses_n_steps(params)`, class methods that say whether the model
      depends on the number of rows or of gradient steps.

    Parameters
    ----------
    optimizer : str, class or keras.optimizers.Optimizer, default="adam"
        Any Keras optimizer by name ("sgd", "rmsprop", "adam", "adamw", ...) or class, created with
        the parameters below. An instance is copied for each fit and keeps its own settings:
        `learning_rate` is ignored in that case, and setting the others raises an error.
    learning_rate : float, schedule or {"cosine", "exponential", "on-plateau"}, default=1e-3
        Learning rate. A name selects a schedule that starts at `learning_rate_init`: "cosine"
        decays to 0 and "exponential" to a hundredth over all epochs; "on-plateau" divides the rate
        by 5 whenever the (validation) loss has not improved for half of `patience`. A
        `keras.optimizers.schedules.LearningRateSchedule` is used as it is.
    learning_rate_init : float, default=1e-3
        Initial rate of a named schedule. Setting it without a named schedule raises an error.
    momentum : float, default=0.9
        Momentum of "sgd", in [0, 1]. Other optimizers do not use it.
    nesterovs_momentum : bool, default=True
        Whether "sgd" uses Nesterov momentum.
    weight_decay : float or None, default=None
        Decoupled weight decay; None uses the default of the optimizer.
    clipnorm : float or None, default=None
        Maximum norm of the gradient of each weight; gradients of larger norm are scaled down to it.
    clipvalue : float or None, default=None
        Maximum absolute value of gradient entries; larger entries are clipped to it.
    epochs : int, default=100
        Number of passes over the training rows; with early stopping, the maximum number.
    batch_size : int or "auto", default="auto"
        Rows per gradient step; "auto" is a sixteenth of the training rows, but at least 32 and at
        most 200.
    shuffle : bool, default=True
        Whether to shuffle the rows in each epoch.
    early_stopping : bool or "auto", default="auto"
        Whether to hold out some training rows (or use `X_val` and `y_val` of `fit`), stop when
        the loss on them has not improved for `patience` epochs, and restore the best weights.
        "auto" does so with more than 10,000 rows, or if `X_val` and `y_val` are given.
    validation_fraction : float, default=0.1
        Fraction of the training rows to hold out for early stopping; stratified for classifiers,
        by groups if `groups` is passed to `fit`.
    patience : int, default=10
        Epochs without improvement before training stops; scikit-learn's `n_iter_no_change`.
    loss : str, class, function or keras.losses.Loss, default=None
        Any Keras loss; None is the usual one of the target.
    metrics : str, keras.metrics.Metric, callable, list of these or None, default=None
        Keras metrics to record in `history_` in each epoch.
    callbacks : keras.callbacks.Callback, a class of it, list of these or None, default=None
        Keras callbacks; each fit works on copies.
    warm_start : bool, default=False
        Whether `fit` continues from the weights of the last `fit`.
    memory : str, path-like, FitMemory, joblib.Memory or None, default=None
        Folder that stores finished fits, so that `fit` never repeats the same training: an
        interrupted search resumes, and a fit of more epochs continues from one of fewer.
        Requires a `random_state`.
    random_state : int, RandomState instance or None, default=None
        Seed of weights, dropout, shuffling and held-out rows; with an int, `fit` is bit-identical
        when repeated.
    verbose : int or str, default=0
        What Keras prints: 0 nothing, 1 a progress bar per epoch, 2 a line per epoch.
    trainer : {"auto", "graph", "xla", "fit"}, default="auto"
        How to train: with a compiled program (a TensorFlow graph or XLA, chosen by "auto") or with
        `keras.Model.fit`. The result is the same; only the run time differs.

    Attributes
    ----------
    model_ : keras.Model
        The trained model.
    history_ : dict of str to list of float
        Loss and metrics, one value per epoch.
    loss_curve_ : list of float
        Training loss of each epoch: ``history_["loss"]``.
    n_iter_ : int
        Number of epochs trained.
    trainer_ : str
        How the model was trained and, if `keras.Model.fit` was used against `trainer`, why.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features; defined only if all of them are strings.
    """

    optimizer: Any = "adam"
    learning_rate: Any = 1e-3
    learning_rate_init: float = 1e-3
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    weight_decay: float | None = None
    clipnorm: float | None = None
    clipvalue: float | None = None
    epochs: int = 100
    batch_size: int | str = "auto"
    shuffle: bool = True
    early_stopping: bool | str = "auto"
    validation_fraction: float = 0.1
    patience: int = 10
    loss: Any = None
    metrics: Any = None
    callbacks: Any = None
    warm_start: bool = False
    memory: Any = None
    random_state: int | np.random.RandomState | None = None
    verbose: int | str = 0
    trainer: str = "auto"

    # Bounds of batch_size="auto".
    _auto_batch_sizes: ClassVar[tuple[int, int]] = (32, 200)
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "optimizer": [str, type, keras.optimizers.Optimizer],
        "learning_rate": [
            Interval(Real, 0, None, closed="neither"),
            keras.optimizers.schedules.LearningRateSchedule,
            StrOptions(set(SCHEDULES)),
        ],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "momentum": [Interval(Real, 0, 1, closed="both")],
        "nesterovs_momentum": ["boolean"],
        "weight_decay": [None, Interval(Real, 0, None, closed="left")],
        "clipnorm": [None, Interval(Real, 0, None, closed="neither")],
        "clipvalue": [None, Interval(Real, 0, None, closed="neither")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "shuffle": ["boolean"],
        "early_stopping": ["boolean", StrOptions({"auto"})],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "patience": [Interval(Integral, 1, None, closed="left")],
        "loss": [None, str, callable],
        "metrics": [None, str, callable, list, tuple],
        "callbacks": [None, callable, list, tuple, keras.callbacks.Callback],
        "warm_start": ["boolean"],
        "memory": MEMORY,
        "random_state": ["random_state"],
        "verbose": [Interval(Integral, 0, None, closed="left"), StrOptions({"auto"})],
        "trainer": [StrOptions({"auto", "graph", "xla", "fit"})],
    }

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        inherit_docs(cls)
        inherited = (vars(c).get("_parameter_constraints", {}) for c in reversed(cls.__mro__))
        cls._parameter_constraints = {k: v for part in inherited for k, v in part.items()}

    @classmethod
    @functools.cache
    def _get_param_names(cls) -> list[str]:
        # Cached because each fit calls it several times.
        return super()._get_param_names()

    @with_checked_arguments
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        groups: Any = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input; see the class for its shape. `KerasMLP...`, `KerasRealMLP...`, `KerasTabM...`
            and `KerasMultiInput...` also take `ParquetRows`, which have target and weights, too.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target; left out with `ParquetRows`.
        sample_weight : array-like of shape (n_samples,), default=None
            Relative weights of the rows; rows of weight 0 are ignored.
        X_val, y_val : array-like, default=None
            Data to validate on after each epoch, instead of a part of X and y.
        groups : array-like of shape (n_samples,), default=None
            Groups of rows that are kept together when early stopping holds out rows.

        Returns
        -------
        self
            The estimator.

        Raises
        ------
        ValueError
            If a parameter or the data is invalid; in that case, nothing is trained.
        """
        self._validate_params()
        given = self.get_params(deep=False)
        warn_about_unused(type(self), given, has_validation=X_val is not None)
        return self._fit(X, y, sample_weight, X_val, y_val, groups, reset=not self._resumes())

    def _validate_params(self) -> None:
        given = {name: as_int(value) for name, value in self.get_params(deep=False).items()}
        check_constraints(self._parameter_constraints, given, type(self).__name__)
        named = {**given, "loss": self._keras_loss(self.loss)}
        for name in {"activation", "loss", "metrics", "optimizer"} & named.keys():
            check_identifiers(name, named[name])
        make_callbacks({"callbacks": self.callbacks}, copy=False)
        check_unused(type(self), given)
        check_memory(self.memory)

    def _make_callbacks(self, has_validation: bool) -> list[keras.callbacks.Callback]:
        made = make_callbacks({"callbacks": self.callbacks})
        monitor = "val_loss" if has_validation else "loss"
        if self.learning_rate == "on-plateau":
            made.append(
                keras.callbacks.ReduceLROnPlateau(
                    monitor, factor=0.2, patience=max(1, as_int(self.patience) // 2)
                )
            )
        if self.early_stopping is True or (self.early_stopping == "auto" and has_validation):
            made.append(self._early_stopping(monitor))
        return made

    def _early_stopping(self, monitor: str) -> keras.callbacks.EarlyStopping:
        return keras.callbacks.EarlyStopping(
            monitor, patience=as_int(self.patience), restore_best_weights=True
        )

    def _fit_options(self) -> dict[str, Any]:
        return {
            "epochs": as_int(self.epochs),
            "shuffle": bool(self.shuffle),
            "verbose": as_int(self.verbose),
            "trainer": self.trainer,
        }

    def _holds_out(self, n_rows: int, options: dict[str, Any], *, partial: bool = False) -> bool:
        if self.early_stopping == "auto":  # one call of `partial_fit` has too few rows
            return n_rows > 10_000 and not partial
        return bool(self.early_stopping)

    def _batch_size(self, n_rows: int) -> int:
        if self.batch_size == "auto":
            smallest, largest = self._auto_batch_sizes
            return min(n_rows, largest, max(smallest, n_rows // _N_STEPS))
        return as_int(self.batch_size)

    def _split_off(
        self,
        X: Any,
        y: np.ndarray,
        weights: np.ndarray | None,
        groups: Any,
        options: dict[str, Any],
    ) -> tuple[tuple, tuple]:
        classes = y if self.target_type_ in ("binary", "multiclass") else None
        share = float(self.validation_fraction)
        parts = hold_out(count_rows(X), share, self._seed, classes=classes, groups=groups)
        warn_about_few(count_rows(X), len(parts[1]))
        return split_rows(X, y, weights, parts)
