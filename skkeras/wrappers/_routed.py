"""Estimators around a model of the user's own, with SciKeras' parameters and routing."""

from __future__ import annotations

import functools
import inspect
import math
import warnings
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import keras
import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions, validate_parameter_constraints

from skkeras.training import count_rows, seeding
from skkeras.wrappers._base import BaseKerasEstimator
from skkeras.wrappers._inputs import check_any_X
from skkeras.wrappers._memory import MEMORY, check_memory
from skkeras.wrappers._models import copy_of, one_row
from skkeras.wrappers._outputs import check_outputs
from skkeras.wrappers._params import complete_signature, plain, whole
from skkeras.wrappers._portable import Architecture
from skkeras.wrappers._rows import split_rows
from skkeras.wrappers._scikeras import (
    DESTINATIONS,
    FIT_ARGUMENTS,
    build_arguments,
    check_routed,
    compile_arguments,
    fit_arguments,
    make_callbacks,
)

_POSITIVE = Interval(Integral, 1, None, closed="left")


class RoutedEstimator(BaseKerasEstimator):
    """Base of `KerasClassifier` and `KerasRegressor`."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "epochs": [_POSITIVE],
        "batch_size": [None, _POSITIVE, StrOptions({"auto"})],
        "validation_split": [Interval(Real, 0, 1, closed="left")],
        "shuffle": ["boolean"],
        "warm_start": ["boolean"],
        "memory": MEMORY,
        "run_eagerly": ["boolean"],
        "random_state": ["random_state"],
        "verbose": [Interval(Integral, 0, None, closed="left"), StrOptions({"auto"})],
        "trainer": [StrOptions({"auto", "graph", "xla", "fit"})],
    }

    def __init__(
        self,
        model: Callable[..., keras.Model] | keras.Model | None = None,
        *,
        build_fn: Callable[..., keras.Model] | keras.Model | None = None,
        warm_start: bool = False,
        memory: Any = None,
        random_state: int | np.random.RandomState | None = None,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        batch_size: int | None = None,
        validation_batch_size: int | None = None,
        verbose: int | str = 0,
        callbacks: Any = None,
        validation_split: float = 0.0,
        shuffle: bool = True,
        run_eagerly: bool = False,
        epochs: int = 1,
        trainer: str = "auto",
        **kwargs: Any,
    ) -> None:
        self.model = model
        self.build_fn = build_fn
        self.warm_start = warm_start
        self.memory = memory
        self.random_state = random_state
        self.optimizer = optimizer
        self.loss = loss
        self.metrics = metrics
        self.batch_size = batch_size
        self.validation_batch_size = validation_batch_size
        self.verbose = verbose
        self.callbacks = callbacks
        self.validation_split = validation_split
        self.shuffle = shuffle
        self.run_eagerly = run_eagerly
        self.epochs = epochs
        self.trainer = trainer
        self.__dict__.update(kwargs)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            complete_signature(cls)

    # -- parameters -------------------------------------------------------------------------

    def _get_param_names(self) -> list[str]:
        # Routed parameters and those of the build function stand in no signature.
        return sorted(
            name for name in vars(self) if not name.startswith("_") and not name.endswith("_")
        )

    def _build_function_params(self) -> set[str]:
        """Give the parameters that the estimator itself does not know."""
        return set(self._get_param_names()) - set(inspect.signature(type(self)).parameters)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, routed ones included.

        Parameters
        ----------
        **params : dict
            Parameters; `optimizer__learning_rate` and the like need not have been set before.

        Returns
        -------
        self
            The estimator.

        Raises
        ------
        ValueError
            If there is no such parameter, or what it is routed to takes no such argument.
        """
        routed = {
            name: value
            for name, value in params.items()
            if "__" in name and name.partition("__")[0] in DESTINATIONS
        }
        super().set_params(**{n: v for n, v in params.items() if n not in routed})
        after = {**self.get_params(deep=False), **routed}
        for name in routed:
            self._check_routed(name, after)
        self.__dict__.update(routed)
        return self

    def _check_routed(self, name: str, params: dict[str, Any]) -> None:
        model = params.get("model") or params.get("build_fn")
        builder = model or getattr(self, "_keras_build_fn", None)
        if problem := check_routed(name, params, builder):
            raise ValueError(
                f"Invalid parameter {name!r} for estimator {type(self).__name__}: {problem}"
            )

    def _validate_params(self) -> None:
        params = self.get_params(deep=False)
        for name in params:
            if "__" in name:
                self._check_routed(name, params)
        given = {name: whole(value) for name, value in params.items()}
        if given["batch_size"] == -1:  # SciKeras: all rows
            given["batch_size"] = None
        validate_parameter_constraints(self._parameter_constraints, given, type(self).__name__)
        check_memory(self.memory)

    # -- model ------------------------------------------------------------------------------

    def _builder(self) -> Callable[..., keras.Model]:
        model = self.model
        if model is None and self.build_fn is not None:
            warnings.warn("build_fn is the old name; use model=.", FutureWarning, stacklevel=2)
            model = self.build_fn
        own = getattr(self, "_keras_build_fn", None)
        if model is None:
            if own is None:
                raise ValueError(
                    f"{type(self).__name__} has no model: give model= a function that returns a "
                    f"Keras model, or a Keras model."
                )
            return own
        if own is not None:
            raise ValueError(
                f"{type(self).__name__} has both a `_keras_build_fn` method and model=; use one."
            )
        if isinstance(model, keras.Model):
            return lambda: copy_of(model)
        if not callable(model):
            raise TypeError(
                f"model must be a function that returns a Keras model, or a Keras model; got "
                f"{model!r}."
            )
        return model

    def _call_builder(self, meta: dict[str, Any]) -> keras.Model:
        builder = self._builder()
        params = self.get_params(deep=False)
        model = builder(**build_arguments(builder, params, self._build_function_params(), meta))
        if not isinstance(model, keras.Model):
            raise TypeError(f"The build function must return a keras.Model; it gave {model!r}.")
        return model

    def _model_builder(self) -> tuple[Callable[[], keras.Model], None]:
        # What a build function gives may depend on anything, so no two models are told alike.
        return functools.partial(self._as_fitted()._make_model, self._get_metadata()), None

    def _as_fitted(self) -> Self:
        """Give a shallow copy whose parameters are those of `fit`, whatever was set since."""
        twin = object.__new__(type(self))
        twin.__dict__.update(vars(self), **self._fit_params)
        return twin

    def _make_model(self, meta: dict[str, Any]) -> keras.Model:
        model = self._call_builder(meta)
        if not model.compiled:
            model.compile(**compile_arguments(self.get_params(deep=False)))
        if not model.loss:
            raise ValueError(
                "The model has no loss: give loss= to the estimator, or compile the model with one "
                "in the build function."
            )
        if not model.built:
            model(one_row(meta))
        scaled = getattr(self, "scale_target", False)
        check_outputs(type(self).__name__, model, meta, scaled=scaled)
        return model

    # -- fit --------------------------------------------------------------------------------

    def _check_X(self, X: Any, *, reset: bool) -> Any:
        return check_any_X(self, X, reset=reset)

    def _make_callbacks(self, has_validation: bool) -> list[keras.callbacks.Callback]:
        return make_callbacks(self.get_params(deep=False))

    def _fit_options(self) -> dict[str, Any]:
        given = fit_arguments(self.get_params(deep=False))
        given.pop("batch_size", None)
        if not given["validation_split"]:
            del given["validation_split"]
        given["trainer"] = self.trainer
        given.pop("validation_batch_size", None)
        return given

    def _batch_size(self, n_rows: int) -> int:
        given = plain(getattr(self, "fit__batch_size", self.batch_size))
        return n_rows if given == -1 else int(given or 32)

    def _holds_out(self, n_rows: int, options: dict[str, Any]) -> bool:
        return options.get("validation_split", 0.0) > 0

    def _split_off(
        self, X: Any, y: Any, weights: np.ndarray | None, groups: Any, options: dict[str, Any]
    ) -> tuple[tuple, tuple]:
        share = options.pop("validation_split")
        n_rows = count_rows(X)
        n_kept = math.floor(n_rows * (1 - share))
        if n_kept < 1:
            raise ValueError(f"validation_split={share} leaves no row of {n_rows} to train on.")
        # The last rows, as Keras takes them.
        return split_rows(X, y, weights, (slice(0, n_kept), slice(n_kept, None)))

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        **kwargs: Any,
    ) -> Self:
        """Build the model and train it.

        Parameters
        ----------
        X : array-like, sparse matrix, data frame, or dict or list of arrays
            Input, as the model takes it.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.
        sample_weight : array-like of shape (n_samples,), default=None
            Relative weights of the rows; a row of weight 0 is as if it were not there.
        X_val, y_val : array-like, default=None
            Data to validate on after each epoch.
        **kwargs : dict
            Arguments of `keras.Model.fit`, for this call alone.

        Returns
        -------
        self
            The estimator.

        Raises
        ------
        TypeError
            If there is an argument that `keras.Model.fit` does not have.
        ValueError
            If a parameter or the data is not what it should be.
        """
        allowed = FIT_ARGUMENTS | {"callbacks", "validation_data"}
        if unknown := sorted(set(kwargs) - allowed):
            raise TypeError(f"fit takes no {', '.join(unknown)}; it takes {sorted(allowed)}.")
        self._validate_params()
        options = {name: whole(value) for name, value in kwargs.items()}
        reset = not self._goes_on()
        return self._fit(X, y, sample_weight, X_val, y_val, reset=reset, options=options)

    def initialize(self, X: Any, y: Any) -> Self:
        """Build the model for this data and leave it untrained.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.

        Returns
        -------
        self
            The estimator, ready to predict with the model's initial or given weights.
        """
        self._validate_params()
        X, y, weights, _ = self._check_rows(X, y, None, None, reset=True)
        self._initialize(X, y, weights)
        self._start(X)
        return self

    # -- keep -------------------------------------------------------------------------------

    def _plain_state(self, state: dict[str, Any]) -> dict[str, Any]:
        """Put the built architecture in place of a build function, which is code."""
        builder = self.model if self.model is not None else self.build_fn
        if builder is None or isinstance(builder, (keras.Model, Architecture)):
            return super()._plain_state(state)
        if not self.initialized_:
            raise ValueError(
                "its model= is a function and it is not fitted, so there is no architecture to "
                "keep; fit it first, or give model= a Keras model"
            )
        with seeding(self._seed):
            built = self._as_fitted()._call_builder(self._get_metadata())
        architecture = Architecture.of(built)
        own = {
            name
            for name in self._build_function_params()
            if "__" not in name or name.startswith("model__")
        }

        def kept(params: dict[str, Any]) -> dict[str, Any]:
            rest = {name: value for name, value in params.items() if name not in own}
            return {**rest, "model": architecture, "build_fn": None}

        state = kept({**state, "_fit_params": kept(state["_fit_params"])})
        return super()._plain_state(state)
