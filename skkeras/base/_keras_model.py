"""The Keras model of an estimator: created, shown, cloned and pickled."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import Any, Self

import keras
import numpy as np
from sklearn.callback import CallbackSupportMixin
from sklearn.utils.validation import check_is_fitted

from skkeras.base._named_parameters import NamedParameters
from skkeras.fit_cache import FitMemory
from skkeras.serialization import from_plain, is_without_code, to_plain
from skkeras.training import Network, called
from skkeras.utils import shallow_copy


class HasKerasModel(CallbackSupportMixin, NamedParameters):
    """Base class of estimators that have a Keras model.

    A subclass defines how its model is built (`_model_builder`), and sets `_seed` and
    `_dtype_policy` in `fit`.
    """

    _network: Network | None = None
    # Values of the network of an estimator that was pickled and not used since.
    _values: list[np.ndarray] | None = None
    _seed: int
    _dtype_policy: str

    def _model_builder(self) -> tuple[Callable[[], keras.Model], Hashable | None]:
        """Return a function that builds and compiles the model of this fit, and a key.

        Models with equal keys are equal except for the seed; None means that there is no key.
        """
        raise NotImplementedError

    def __sklearn_is_fitted__(self) -> bool:
        return self.initialized_

    @property
    def initialized_(self) -> bool:
        """Whether there is a model to predict with."""
        return self._network is not None or self._values is not None

    @property
    def model_(self) -> keras.Model:
        """The trained Keras model."""
        return called(self._live_network().model)

    def summary(self, **kwargs: Any) -> None:
        """Print a table of the network's layers.

        Parameters
        ----------
        **kwargs : dict
            Arguments of `keras.Model.summary`, such as `line_length`, `expand_nested` and
            `print_fn`, a function that receives the text instead of printing it.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        self.model_.summary(**kwargs)

    def _live_network(self) -> Network:
        if not self.initialized_:
            raise AttributeError(f"This {type(self).__name__} is not fitted yet: no model_.")
        if self._network is None:
            self._network, self._values = self._make_network(self._values), None
        return self._network

    def _make_network(self, values: list[np.ndarray] | None = None) -> Network:
        """Create the network, with `values` if it was trained."""
        build, key = self._model_builder()
        build = functools.partial(_build_under, self._dtype_policy, build)
        return Network(
            build, self._seed, None if key is None else (key, self._dtype_policy), values
        )

    def __sklearn_clone__(self) -> Self:
        # Fits do not change models and losses, and copies that Keras makes are slow or not equal.
        shared = {
            name: value
            for name, value in self.get_params(deep=False).items()
            if isinstance(value, (keras.Model, keras.losses.Loss))
        }
        rest = shallow_copy(self, **dict.fromkeys(shared))
        copied = super(HasKerasModel, rest).__sklearn_clone__()
        vars(copied).update(shared)
        return copied

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        network = state.pop("_network", None)
        if network is not None:
            state["_values"] = network.values
        return self._plain_state(state) if is_without_code() else state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(from_plain(state) if is_without_code() else state)

    def _plain_state(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return a state that a file without code can store."""
        if not isinstance(state.get("memory"), (str, FitMemory, type(None))):
            memory = {"memory": FitMemory.of(state["memory"])}
            state = {**state, **memory}
            if "_fit_params" in state:
                state["_fit_params"] = {**state["_fit_params"], **memory}
        return to_plain(state)


def _build_under(policy: str, build: Callable[[], keras.Model]) -> keras.Model:
    """Build a model under the dtype policy that was active in `fit`."""
    before = keras.config.dtype_policy()
    if before.name == policy:
        return build()
    keras.config.set_dtype_policy(policy)
    try:
        return build()
    finally:
        keras.config.set_dtype_policy(before)
