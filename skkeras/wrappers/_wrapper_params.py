"""Parameters of `KerasClassifier` and `KerasRegressor`: definition, routing and checks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import keras
import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras._guessed_names import advice, replacement
from skkeras.base import BaseKerasEstimator
from skkeras.fit_cache import MEMORY, check_memory
from skkeras.utils import (
    COMPILE_ARGUMENTS,
    FIT_ARGUMENTS,
    as_int,
    check_constraints,
    check_identifiers,
    complete_signature,
    make_callbacks,
)
from skkeras.wrappers._routed_names import (
    DESTINATIONS,
    argument_names,
    check_routed,
    is_routed,
    required_names,
)

_ROUTES = {name: f"fit__{name}" for name in FIT_ARGUMENTS} | {
    name: f"compile__{name}" for name in COMPILE_ARGUMENTS
}
_POSITIVE = Interval(Integral, 1, None, closed="left")


class WrapperParameters(BaseKerasEstimator):
    """Parameters of SciKeras' estimators, with routing.

    Parameters
    ----------
    model : callable or keras.Model, default=None
        A function (or any callable) that returns a Keras model, compiled or not; or a model, of
        which each fit trains a copy. The function receives every `model__*` parameter and, if it
        has arguments of these names, `meta` (fitted attributes that describe the data:
        `n_features_in_`, `X_shape_`, `n_classes_`, `target_type_`, `n_outputs_`, ...),
        `compile_kwargs` and `params`. A subclass may define the function as its method
        `_keras_build_fn` instead.
    build_fn : callable or keras.Model, default=None
        Old name of `model`.
    warm_start : bool, default=False
        Whether `fit` continues from the weights of the last `fit`.
    memory : str, path-like, FitMemory, joblib.Memory or None, default=None
        Folder that stores finished fits, so that `fit` never repeats the same training: an
        interrupted search resumes, and a fit of more epochs continues from one of fewer.
        Requires a `random_state`.
    random_state : int, RandomState instance or None, default=None
        Seed of weights, dropout and shuffling; with an int, `fit` is bit-identical when repeated.
    optimizer : str, class or keras.optimizers.Optimizer, default="rmsprop"
        Optimizer of a model that the function does not compile, or compiles with the argument
        `compile_kwargs`; an instance is copied. An optimizer without effect raises an error.
    loss : str, class, callable or keras.losses.Loss, or list or dict of them, default=None
        Loss, likewise.
    metrics : str, list or dict, default=None
        Metrics, likewise.
    batch_size : int or None, default=None
        Rows per gradient step: None is 32, -1 all rows.
    validation_batch_size : int or None, default=None
        Accepted for compatibility with SciKeras; results do not depend on it.
    verbose : int or str, default=0
        What Keras prints in `fit`.
    callbacks : callback, class, or list or dict of them, default=None
        Keras callbacks; each fit works on copies. Predictions call those that have methods for
        predictions, and also `predict__callbacks`.
    validation_split : float, default=0.0
        Fraction of the rows, the last ones, to use for validation instead of training; in [0, 1).
    shuffle : bool, default=True
        Whether to shuffle the rows in each epoch.
    run_eagerly : bool, default=False
        Whether Keras runs the model without compiling it, for debugging.
    epochs : int, default=1
        Number of passes over the training rows. One, SciKeras' default, is rarely enough; `fit`
        warns once per process if it is not asked for by ``fit(X, y, epochs=1)``.
    trainer : {"auto", "graph", "xla", "fit"}, default="auto"
        How to train: with a compiled program (a TensorFlow graph or XLA, chosen by "auto") or with
        `keras.Model.fit`. The result is the same; only the run time differs.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "optimizer": [None, str, callable, dict, keras.optimizers.Optimizer],
        "loss": [None, str, callable, list, tuple, dict],
        "metrics": [None, str, callable, list, tuple, dict],
        "callbacks": [None, callable, list, tuple, dict, keras.callbacks.Callback],
        "epochs": [_POSITIVE],
        "batch_size": [None, _POSITIVE],
        "validation_batch_size": [None, _POSITIVE],
        "validation_split": [Interval(Real, 0, 1, closed="left")],
        "shuffle": ["boolean"],
        "warm_start": ["boolean"],
        "memory": MEMORY,
        "run_eagerly": ["boolean"],
        "random_state": ["random_state"],
        "verbose": [Interval(Integral, 0, None, closed="left"), StrOptions({"auto"})],
        "trainer": [StrOptions({"auto", "graph", "xla", "fit"})],
    }

    # Arguments of the build function whose names end in "_", like those of fitted attributes.
    _user_params: tuple[str, ...] = ()

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
        if like_fitted := tuple(n for n in kwargs if n.endswith("_") and not is_routed(n)):
            self._user_params = like_fitted

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            complete_signature(cls)

    def _get_param_names(self) -> list[str]:
        # Routed parameters and those of the build function are not in the signature.
        return sorted(
            name
            for name in list(vars(self))  # a copy: predictions in threads may add to it
            if not name.startswith("_")
            and (not name.endswith("_") or is_routed(name) or name in self._user_params)
        )

    def _build_function_params(self) -> set[str]:
        """Return the names of parameters that the estimator itself does not define."""
        return set(self._get_param_names()) - set(inspect.signature(type(self)).parameters)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, routed ones included.

        Parameters
        ----------
        **params : dict
            Parameters; routed ones such as `optimizer__learning_rate` may be new.

        Returns
        -------
        self
            The estimator.

        Raises
        ------
        ValueError
            If a parameter does not exist, or its destination does not take the argument.
        """
        routed = {name: value for name, value in params.items() if is_routed(name)}
        own = {name: value for name, value in params.items() if name not in routed}
        self._check_known(own)
        super().set_params(**own)
        after = {**self.get_params(deep=False), **routed}
        for name in routed:
            self._check_routed(name, after)
        self.__dict__.update(routed)
        return self

    def _check_known(self, params: dict[str, Any]) -> None:
        """Raise an error for unknown parameters, with advice if the build function takes them."""
        known = self._get_param_names()
        unknown = [n for n in params if n.partition("__")[0] not in known]
        if not unknown:
            return
        name = unknown[0]
        builder = params.get("model")
        arguments = argument_names(builder if builder is not None else self._any_builder()) or ()
        if name in arguments:
            remedy = (
                f"It is an argument of the build function that was not given before. Use "
                f"model__{name}, or give {name}= when you make the {type(self).__name__}."
            )
        elif (near := replacement(name, [*known, *arguments], DESTINATIONS)) in arguments:
            remedy = f"Did you mean 'model__{near}'?"
        else:
            remedy = advice(name, [*known, *(f"model__{f}" for f in arguments)], DESTINATIONS)
        raise ValueError(
            f"Invalid parameter {name!r} for estimator {type(self).__name__}. {remedy}"
        )

    def _any_builder(self) -> Any:
        """Return the build function or model, or None if neither is set."""
        for given in (vars(self).get("model"), vars(self).get("build_fn")):
            if given is not None:
                return given
        return getattr(self, "_keras_build_fn", None)

    def _check_routed(self, name: str, params: dict[str, Any]) -> None:
        builder = self._any_builder() if params.get("model") is None else params["model"]
        if problem := check_routed(name, params, builder, getattr(self, "scorer", None)):
            raise ValueError(
                f"Invalid parameter {name!r} for estimator {type(self).__name__}: {problem}"
            )

    def _validate_params(self) -> None:
        params = self.get_params(deep=False)
        self._check_values(params, type(self).__name__)
        for name in params:
            if "__" in name:
                self._check_routed(name, params)
        self._check_arguments()
        routed = {n.removeprefix("fit__"): v for n, v in params.items() if n.startswith("fit__")}
        self._check_values(routed, "fit")
        check_memory(self.memory)
        make_callbacks(params, ("predict__callbacks",), copy=False)

    def _check_values(self, params: dict[str, Any], caller: str) -> None:
        given = {name: as_int(value) for name, value in params.items()}
        if given.get("batch_size") == -1:  # SciKeras: all rows
            given["batch_size"] = None
        check_constraints(self._parameter_constraints, given, caller)
        for name in ("loss", "metrics", "optimizer"):
            check_identifiers(name, given.get(name))
        if caller != "fit":
            return
        first, data = given.get("initial_epoch", 0), given.get("validation_data")
        if not (isinstance(first, int) and first >= 0):
            raise ValueError(f"initial_epoch must be a whole number of at least 0; got {first!r}.")
        if not (data is None or (isinstance(data, (tuple, list)) and len(data) in (2, 3))):
            raise ValueError(
                f"validation_data must be a tuple (X, y) or (X, y, sample_weight); got a "
                f"{type(data).__name__}."
            )

    def _check_arguments(self) -> None:
        """Raise an error for parameters that neither the estimator nor the build function takes."""
        own = self._build_function_params()
        known = [*inspect.signature(type(self)).parameters, *DESTINATIONS]
        unknown = [n for n in own if "__" in n and n.partition("__")[0] not in {*known, *own}]
        builder = self._any_builder()
        given = {*own, *(n.removeprefix("model__") for n in own)}
        if missing := [f"model__{n}" for n in required_names(builder) if n not in given]:
            raise TypeError(
                f"{type(self).__name__} lacks arguments that its build function needs: give "
                f"{', '.join(missing)}."
            )
        arguments = () if isinstance(builder, keras.Model) else argument_names(builder)
        if arguments is not None:
            unknown += [n for n in own - set(arguments) if "__" not in n]
        if unknown:
            name = min(unknown)
            raise TypeError(
                f"{type(self).__name__} got an unexpected keyword argument {name!r}, which its "
                f"build function does not take either. {self._instead(name, arguments or ())}"
            )

    def _instead(self, name: str, arguments: Collection[str]) -> str:
        """Return what to use instead of a parameter that does not exist."""
        if name in _ROUTES:
            return f"Use {_ROUTES[name]!r} instead."
        first, *rest = name.partition("__")
        own = inspect.signature(type(self)).parameters.values()
        known = {p.name for p in own if p.kind is not p.VAR_KEYWORD} | set(arguments)
        if not rest[0]:
            return advice(name, known, DESTINATIONS)
        near = replacement(first, known | DESTINATIONS)
        return "" if near is None else f"Did you mean {near + ''.join(rest)!r}?"
