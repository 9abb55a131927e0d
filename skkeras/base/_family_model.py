"""Models of the families, built from parameters and a spec only."""

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
    """Builds and compiles the model of a family.

    The methods that make the model are class methods: they depend only on `params` and `spec`, so
    that fits with equal `params` and `spec` share the results. A family defines `_build_model`. It
    may override `_output_layer`, `_default_loss`, `_watched_metrics` and `_make_optimizer`, which
    take the same arguments, and `_describe_encoding`, `_uses_n_rows` and `_uses_n_steps`, which
    determine the contents of `spec`.
    """

    # Parameters that do not affect the compiled model; the last two affect it through the spec.
    _not_in_model: ClassVar[frozenset[str]] = frozenset(
        {"callbacks", "class_weight", "early_stopping", "memory", "patience", "random_state"}
        | {"shuffle", "trainer", "validation_fraction", "verbose", "warm_start"}
        | {"batch_size", "epochs"}
    )
    # Keras losses for scikit-learn's names of losses.
    _loss_names: ClassVar[dict[str, Any]] = {}
    epochs: int
    _fit_params: dict[str, Any]
    _n_rows: int
    # Number of training rows that are read in parts, during a fit on them; X is a sample then.
    _n_streamed: int | None = None
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
            The parameters of the constructor, except those in `_not_in_model`.
        spec : ModelSpec
            Description of the data.

        Returns
        -------
        keras.Model
            A new model that takes rows of `spec.input_shape` and ends with `_output_layer`.
        """
        raise NotImplementedError

    @classmethod
    def _output_layer(cls, params: ModelParams, spec: ModelSpec) -> keras.Layer:
        """Return the last layer of a network for this target."""
        raise NotImplementedError

    @classmethod
    def _default_loss(cls, params: ModelParams, spec: ModelSpec) -> Any:
        """Return the loss that is used if `loss` is None: a name or a new object."""
        raise NotImplementedError

    @classmethod
    def _default_loss_weight(cls, params: ModelParams, spec: ModelSpec) -> float | None:
        """Return the factor by which the default loss is multiplied, or None."""
        return None

    @classmethod
    def _keras_loss(cls, loss: Any) -> Any:
        """Return the Keras loss for one of scikit-learn's names, None for the default loss."""
        return cls._loss_names.get(loss, loss) if isinstance(loss, str) else loss

    @classmethod
    def _watched_metrics(
        cls, params: ModelParams, spec: ModelSpec
    ) -> list[keras.metrics.Metric] | None:
        """Return the metrics that `_early_stopping` needs in addition to the loss."""
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
                "metrics": list(params.metrics)
                if isinstance(params.metrics, tuple)
                else params.metrics,
                "weighted_metrics": cls._watched_metrics(params, spec),
            }
        )
        model.compile(**{**given, "optimizer": cls._make_optimizer(params, spec)})
        return model

    # -- contents of params and spec --------------------------------------------------------

    @classmethod
    def _uses_n_rows(cls, params: ModelParams) -> bool:
        """Return whether the model depends on `spec.n_rows`; if not, `spec.n_rows` is None."""
        return False

    @classmethod
    def _uses_n_steps(cls, params: ModelParams) -> bool:
        """Return whether the model depends on `spec.n_steps`; if not, `spec.n_steps` is None."""
        return params.learning_rate in ("cosine", "exponential")

    def _describe_encoding(self) -> Hashable:
        """Return further fitted values that affect the model; they become `spec.encoding`.

        A family may use `feature_encoder_`, what its `_check_X` has learned, and `_n_rows`, the
        number of training rows. Each fit calls this method once, before the model is built. Tuples
        of numbers and strings are best, because `skkeras.save` can store them.
        """
        return None

    def _model_params(self) -> ModelParams:
        """Return the parameters that affect the model, as they were in `fit`."""
        given = self._fit_params.items()
        return ModelParams({n: value for n, value in given if n not in self._not_in_model})

    def _make_spec(self, X: Any) -> ModelSpec:
        """Return the spec of a model that is trained on these rows."""
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
        self._n_rows = count_rows(X) if self._n_streamed is None else self._n_streamed
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
        """Return a key that is equal for models that are equal except for the seed, or None."""
        # Code of other packages may depend on more than its arguments.
        kinds = [kind for kind in type(self).__mro__ if issubclass(kind, FamilyModel)]
        frozen = freeze(vars(params))
        if frozen is None or any(kind.__module__.split(".")[0] != "skkeras" for kind in kinds):
            return None
        # The repr distinguishes values that compare equal: 1, 1.0 and True.
        return type(self), frozen, spec, repr(spec), settings()
