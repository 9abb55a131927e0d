"""Base classes of the families of networks, with the parameters that all families share."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import keras
import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras.base._family_docs import (
    CLASS_LOSS,
    CLASS_WEIGHT,
    CLASSES,
    NUMBER_LOSS,
    SCALE_TARGET,
    substitute_docs,
)
from skkeras.base._family_model import FamilyModel
from skkeras.base._losses import is_of_positives
from skkeras.base._model_spec import ModelParams, ModelSpec
from skkeras.base._named_parameters import with_checked_arguments
from skkeras.base._one_hot import OneHotTargets
from skkeras.base._optimizers import SCHEDULES
from skkeras.base._regressor import BaseKerasRegressor
from skkeras.base._search_space import HasSearchSpace
from skkeras.base._unused_params import check_unused, warn_about_unused
from skkeras.base.data import RegressionTarget, hold_out, split_rows, warn_about_few
from skkeras.fit_cache import MEMORY, check_memory
from skkeras.training import count_rows
from skkeras.utils import as_int, check_constraints, check_identifiers, make_callbacks

# Valid types of parameters that hold layer sizes.
SIZES = [Interval(Integral, 1, None, closed="left"), list, tuple, np.ndarray, str]


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
        substitute_docs(cls)
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
            Input; see the class for its shape.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.
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
        return min(200, n_rows) if self.batch_size == "auto" else as_int(self.batch_size)

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


@dataclass(kw_only=True, eq=False, repr=False)
class FamilyClassifier(OneHotTargets, KerasFamily):
    """Base class of the families' classifiers."""

    class_weight: dict | str | None = None

    _loss_names: ClassVar[dict[str, Any]] = {"log_loss": None}
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "class_weight": [None, dict, StrOptions({"balanced"})]
    }
    _doc_parts: ClassVar[dict[str, str]] = {
        "class_weight": CLASS_WEIGHT,
        "classes": CLASSES,
        "loss": CLASS_LOSS,
    }

    @classmethod
    def _output_layer(cls, params: ModelParams, spec: ModelSpec) -> keras.Layer:
        if spec.target_type == "binary":
            return keras.layers.Dense(1, activation="sigmoid", name="probability")
        if spec.target_type == "multiclass-multioutput":
            raise ValueError(
                f"{cls.__name__} learns one column of classes, or several of 0 and 1; for "
                f"several columns of classes put it into sklearn.multioutput.MultiOutputClassifier."
            )
        several = spec.target_type == "multilabel-indicator"
        return keras.layers.Dense(
            spec.n_classes, activation="sigmoid" if several else "softmax", name="probability"
        )

    @classmethod
    def _default_loss(cls, params: ModelParams, spec: ModelSpec) -> Any:
        if spec.target_type == "multiclass":
            return "sparse_categorical_crossentropy"
        return "binary_crossentropy"


@dataclass(kw_only=True, eq=False, repr=False)
class FamilyRegressor(BaseKerasRegressor, KerasFamily):
    """Base class of the families' regressors."""

    scale_target: bool = True

    _loss_names: ClassVar[dict[str, Any]] = {
        "squared_error": "mean_squared_error",
        "absolute_error": "mean_absolute_error",
    }
    _parameter_constraints: ClassVar[dict[str, Any]] = {"scale_target": ["boolean"]}
    _doc_parts: ClassVar[dict[str, str]] = {
        "scale_target": SCALE_TARGET,
        "loss": NUMBER_LOSS,
    }

    @property
    def target_encoder(self) -> RegressionTarget:
        """Unfitted encoder of the target."""
        return RegressionTarget(scale=self._scales_target)

    @property
    def _scales_target(self) -> bool:
        return bool(self.scale_target) and not is_of_positives(self.loss)

    def _check_y(self, y: Any, *, reset: bool) -> np.ndarray:
        y = super()._check_y(y, reset=reset)
        if is_of_positives(self.loss) and (y < 0).any():
            raise ValueError(
                f"loss={self.loss!r} is for targets that are not negative; got {y.min():.3g} in y. "
                f'Give another loss, such as "mean_squared_error".'
            )
        return y

    @classmethod
    def _output_layer(cls, params: ModelParams, spec: ModelSpec) -> keras.Layer:
        activation = "exponential" if is_of_positives(params.loss) else None
        return keras.layers.Dense(spec.n_outputs, activation, name="prediction")

    @classmethod
    def _default_loss(cls, params: ModelParams, spec: ModelSpec) -> Any:
        return "mean_squared_error"
