"""Building and compiling of the model that a user passes or whose build function they pass."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, Self

import keras

from skkeras.base.data import check_outputs
from skkeras.serialization import Architecture
from skkeras.training import seeding
from skkeras.utils import (
    build_arguments,
    compile_arguments,
    shallow_copy,
    takes_compile_arguments,
)
from skkeras.wrappers._compiled_models import check_compiled, check_trainable
from skkeras.wrappers._user_models import copy_of, one_row
from skkeras.wrappers._wrapper_params import WrapperParameters


class WrappedModel(WrapperParameters):
    """Builds and compiles models as SciKeras does."""

    # Whether the model may lack a loss, because `initialize` built it.
    _only_predicts: bool = False

    def _get_metadata(self) -> dict[str, Any]:
        meta = super()._get_metadata()
        for encoder in (self.target_encoder_, self.feature_encoder_):
            meta.update(getattr(encoder, "get_metadata", dict)())
        return meta

    def _builder(self) -> Callable[..., keras.Model]:
        """Return the function that builds the model."""
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
        # The model of a build function may depend on anything, so it has no key.
        return functools.partial(self._as_fitted()._make_model, self._get_metadata()), None

    def _as_fitted(self) -> Self:
        """Return a shallow copy whose parameters are as they were in `fit`."""
        return shallow_copy(self, **self._fit_params)

    def _make_model(self, meta: dict[str, Any]) -> keras.Model:
        model = self._call_builder(meta)
        params = self.get_params(deep=False)
        if model.compiled:
            builder = self._any_builder()
            takes_them = not isinstance(builder, keras.Model) and (
                hasattr(self, "_keras_build_fn")
                or isinstance(builder, Architecture)
                or takes_compile_arguments(builder)
            )
            check_compiled(type(self), model, params, takes_them=takes_them)
        else:
            model.compile(**compile_arguments(params))
        if not self._only_predicts:
            check_trainable(model, params)
        if not model.built:
            model(one_row(meta))
        self._check_number_of_outputs(model, meta.get("n_outputs_expected_"))
        scaled = getattr(self, "scale_target", False)
        check_outputs(type(self).__name__, model, meta, scaled=scaled)
        return model

    def _check_number_of_outputs(self, model: keras.Model, expected: int | None) -> None:
        outputs = getattr(model, "outputs", None)
        if expected and outputs and len(outputs) != expected:
            raise ValueError(
                f"The network of {type(self).__name__} has {len(outputs)} outputs, but its target "
                f"encoder expects {expected}. Let the network end in {expected}, or give a "
                f"subclass a target_encoder that makes as many targets and says so as "
                f"n_outputs_expected_ in its get_metadata."
            )

    def _plain_state(self, state: dict[str, Any]) -> dict[str, Any]:
        """Replace a build function, which is code, by the architecture that it builds."""
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
