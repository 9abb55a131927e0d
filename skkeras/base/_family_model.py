"""How the model of a family is made: from its parameters and a spec, and from nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from types import FunctionType
from typing import Any, ClassVar

import keras

from skkeras.base._estimator import BaseKerasEstimator
from skkeras.base._model_spec import (
    ModelParams,
    ModelSpec,
    first_row,
    freeze,
    shapes_and_dtypes,
)
from skkeras.base._optimizers import make_optimizer
from skkeras.base.data import check_outputs
from skkeras.training import count_rows, settings
from skkeras.utils import as_int, compile_arguments


class FamilyModel(BaseKerasEstimator):
    """The model's side of a family.

    What makes the model are class methods, for what depends on `params` and `spec` alone is found
    again by these two when another fit needs the same. A family defines `_build_model`, and
    overrides what it does otherwise: `_output_layer`, `_default_loss`, `_watched_metrics` and
    `_make_optimizer`, which get the same, and what says of an estimator, or of its parameters, what
    is in them: `_describe_encoding`, `_uses_n_rows` and `_uses_n_steps`.
    """

    # Parameters that change nothing in a compiled model; of the last two a spec says what does.
    _not_in_model: ClassVar[frozenset[str]] = frozenset(
        {"callbacks", "class_weight", "early_stopping", "memory", "patience", "random_state"}
        | {"shuffle", "trainer", "validation_fraction", "verbose", "warm_start"}
        | {"batch_size", "epochs"}
    )
    # What losses of scikit-learn's names are here.
    _loss_names: ClassVar[dict[str, Any]] = {}
    epochs: int
    _fit_params: dict[str, Any]
    _n_rows: int
    _spec: ModelSpec

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, value in vars(cls).items():
            is_class_method = isinstance(vars(FamilyModel).get(name), classmethod)
            if is_class_method and isinstance(value, FunctionType):
                raise TypeError(
                    f"{cls.__name__}.{name} must be a classmethod: it gets params and spec, and "
                    f"reads nothing else of an estimator."
                )

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        """Return the uncompiled model.

        Parameters
        ----------
        params : ModelParams
            The parameters of the constructor, all but those in `_not_in_model`.
        spec : ModelSpec
            What the model has to fit.

        Returns
        -------
        keras.Model
            A new model, which takes batches of `spec.input_shape` and ends with `_output_layer`.
        """
        raise NotImplementedError

    @classmethod
    def _output_layer(cls, params: ModelParams, spec: ModelSpec) -> keras.Layer:
        """Return the layer that a network for this target ends with."""
        raise NotImplementedError

    @classmethod
    def _default_loss(cls, params: ModelParams, spec: ModelSpec) -> Any:
        """Return the loss where the parameter `loss` is None: a name, or a new object."""
        raise NotImplementedError

    @classmethod
    def _default_loss_weight(cls, params: ModelParams, spec: ModelSpec) -> float | None:
        """Return what the default loss is multiplied by."""
        return None

    @classmethod
    def _keras_loss(cls, loss: Any) -> Any:
        """Return the loss that one of scikit-learn's names means, None for the default."""
        return cls._loss_names.get(loss, loss) if isinstance(loss, str) else loss

    @classmethod
    def _watched_metrics(
        cls, params: ModelParams, spec: ModelSpec
    ) -> list[keras.metrics.Metric] | None:
        """Return the metrics that `_early_stopping` needs beside the loss."""
        return None

    @classmethod
    def _make_optimizer(cls, params: ModelParams, spec: ModelSpec) -> keras.optimizers.Optimizer:
        """Return a new optimizer."""
        return make_optimizer(params, spec.n_steps)

    @classmethod
    def _make_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        """Build and compile the model."""
        model = cls._build_model(params, spec)
        loss = cls._keras_loss(params.loss)
        given = compile_arguments(
            {
                "optimizer": None,
                "loss": cls._default_loss(params, spec) if loss is None else loss,
                "loss_weights": cls._default_loss_weight(params, spec) if loss is None else None,
                "metrics": None if params.metrics is None else list(params.metrics),
                "weighted_metrics": cls._watched_metrics(params, spec),
            }
        )
        model.compile(**{**given, "optimizer": cls._make_optimizer(params, spec)})
        return model

    # -- what goes into params and spec -----------------------------------------------------

    @classmethod
    def _uses_n_rows(cls, params: ModelParams) -> bool:
        """Tell whether the model depends on `spec.n_rows`, which is None if not."""
        return False

    @classmethod
    def _uses_n_steps(cls, params: ModelParams) -> bool:
        """Tell whether the model depends on `spec.n_steps`, which is None if not."""
        return params.learning_rate in ("cosine", "exponential")

    def _describe_encoding(self) -> Hashable:
        """Return what else of the fitted estimator shapes the model: it becomes `spec.encoding`.

        This is where a family may look at `feature_encoder_`, at what its `_check_X` has learned,
        and at `_n_rows`, the number of rows to train on. Called once a fit, before the model is
        built. Tuples of numbers and texts are best: `skkeras.save` knows them.
        """
        return None

    def _model_params(self) -> ModelParams:
        """Return the parameters of `fit` that shape the model, whatever was set since."""
        given = self._fit_params.items()
        return ModelParams({n: value for n, value in given if n not in self._not_in_model})

    def _make_spec(self, X: Any) -> ModelSpec:
        """Say what a model that is trained on these rows has to fit."""
        params, batch_size = self._model_params(), self._batch_size(self._n_rows)
        shape, dtype = shapes_and_dtypes(self._encode_X(first_row(X)))
        n_steps = as_int(self.epochs) * math.ceil(self._n_rows / batch_size)
        return ModelSpec(
            input_shape=shape,
            input_dtype=dtype,
            target_type=self.target_type_,
            n_classes=getattr(self, "n_classes_", None),
            n_outputs=self.n_outputs_,
            batch_size=batch_size,
            n_rows=self._n_rows if self._uses_n_rows(params) else None,
            n_steps=n_steps if self._uses_n_steps(params) else None,
            encoding=self._describe_encoding(),
        )

    def _start(self, X: Any) -> None:
        self._n_rows = count_rows(X)
        self._spec = self._make_spec(X)
        super()._start(X)

    def _model_builder(self) -> tuple[Callable[[], keras.Model], Hashable | None]:
        params, spec = self._model_params(), self._spec
        make, name, meta = type(self)._make_model, type(self).__name__, self._get_metadata()
        scaled = getattr(self.target_encoder_, "scale", False)

        def build() -> keras.Model:
            model = make(params, spec)
            check_outputs(name, model, meta, scaled=scaled)
            return model

        return build, self._model_key(params, spec)

    def _model_key(self, params: ModelParams, spec: ModelSpec) -> Hashable | None:
        """Return what is equal for models that are equal, seed apart; None if that is not known."""
        # Code from elsewhere may depend on more than it is given.
        kinds = [kind for kind in type(self).__mro__ if issubclass(kind, FamilyModel)]
        frozen = freeze(vars(params))
        if frozen is None or any(kind.__module__.split(".")[0] != "skkeras" for kind in kinds):
            return None
        # The text of a spec tells apart what is equal: 1, 1.0 and True.
        return type(self), frozen, spec, repr(spec), settings()
