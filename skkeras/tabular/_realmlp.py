"""RealMLP, a multi-layer perceptron whose defaults were tuned on many tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras.base import (
    SIZES,
    FamilyClassifier,
    FamilyRegressor,
    ModelParams,
    ModelSpec,
    replace_params,
)
from skkeras.base.data import LabelEncoder
from skkeras.layers import (
    CosLog4,
    NTKDense,
    ParametricActivation,
    PeriodicEmbedding,
    Scale,
    ScheduledAdam,
    ScheduledDropout,
)
from skkeras.tabular._clipped_target import ClippedTarget
from skkeras.tabular._early_stopping import LatestBestStopping
from skkeras.tabular._table_family import KerasTable
from skkeras.utils import as_int, check_sizes, sizes

# Batch size by maximum number of rows, as in the paper's implementation.
_BATCH_SIZES = {1024: 64, 8192: 128, 30_000: 256, 100_000: 512}
_LARGEST_BATCH = 1024
# Number of steps of a schedule that does not decay.
_FOREVER = 1e18
# Number of rows that the initial weights are fitted to.
_START_ROWS = 1000


@dataclass(kw_only=True, eq=False, repr=False)
class KerasRealMLP(KerasTable):
    """Architecture and parameters of the classifier and the regressor.

    Parameters
    ----------
    hidden_layer_sizes : int, sequence of int or str, default=(256, 256, 256)
        Number of units of each hidden layer. A string such as "(128, 64)" is also accepted.
    activation : {"selu", "mish", "relu", "gelu", "silu", "tanh"}, default="selu"
        Activation of the hidden layers. Each neuron learns an interpolation between its input and
        its activation.
    number_embedding : bool, default=True
        Whether to add three learned linear combinations of 16 cosines of each number as features.
    embedding_sigma : float, default=0.1
        Standard deviation of the initial frequencies of these cosines, in periods per
        interquartile range. A larger value, such as 3, distinguishes numbers that are close
        together in a column that also has very distant numbers, such as capital gains.
    front_scale : bool, default=True
        Whether the inputs of the first layer are multiplied by learned scales, whose learning rate
        is six times that of the other weights.
    dropout : float, default=0.15
        Dropout rate of each hidden layer's outputs; in [0, 1).
    anneal : bool, default=True
        Whether the learning rate rises from 0 to `learning_rate` and falls four times, each time
        for twice as many steps, and dropout and the weight decay of "adam" fall to 0 in the second
        half of training. If False, all of them are constant. A schedule that is given as
        `learning_rate` is not changed.
    batch_size : int or "auto", default="auto"
        Rows per gradient step; "auto" is 64 up to 1,024 training rows, 128 up to 8,192, 256 up to
        30,000, 512 up to 100,000, and 1,024 above.
    patience : int or None, default=None
        Epochs without improvement before training stops, None for never; scikit-learn's
        `n_iter_no_change`.

    Notes
    -----
    This is RealMLP-TD [1]_, which has the following properties besides its parameters. Numbers and
    indicator columns of categories are scaled robustly and smoothly clipped to [-3, 3]. Categories
    with more than 8 levels have embeddings of length 8. Initial weights are such that each neuron's
    input has standard deviation 1 on training rows and is 0 at a random point among them. Adam has
    ``beta_2=0.95``. Biases have no weight decay and a tenth of the learning rate. Finally, the
    weights of the best epoch on held-out rows are restored; of equally good epochs, the last.

    References
    ----------
    .. [1] Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and
       boosted trees on tabular data", NeurIPS 2024. https://arxiv.org/abs/2407.04491
    """

    hidden_layer_sizes: int | Sequence[int] | str = (256, 256, 256)
    activation: str = "selu"
    number_embedding: bool = True
    embedding_sigma: float = 0.1
    front_scale: bool = True
    dropout: float = 0.15
    anneal: bool = True
    weight_decay: float | None = 0.02
    epochs: int = 256
    validation_fraction: float = 0.2
    patience: int | None = None  # type: ignore[assignment]

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "hidden_layer_sizes": SIZES,
        "activation": [StrOptions({"selu", "mish", "relu", "gelu", "silu", "tanh"})],
        "number_embedding": ["boolean"],
        "embedding_sigma": [Interval(Real, 0, None, closed="neither")],
        "front_scale": ["boolean"],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "anneal": ["boolean"],
        "patience": [None, Interval(Integral, 1, None, closed="left")],
    }
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {
            "learning_rate": (2e-2, 3e-1, "log-uniform"),
            "hidden_layer_sizes": [
                (256, 256, 256),
                (512,),
                (64, 64, 64, 64, 64),
                (128, 128, 128),
            ],
            "dropout": (0.0, 0.3),
        },
        "medium": {"embedding_sigma": (0.05, 5.0, "log-uniform"), "epochs": (64, 512)},
        "large": {
            "weight_decay": [0.02, 0.0],
            "activation": ["selu", "mish", "relu"],
            "number_embedding": [True, False],
            "front_scale": [True, False],
            "mixup": [0.0, 0.2, 1.0],
        },
    }

    def _validate_params(self) -> None:
        super()._validate_params()
        check_sizes("hidden_layer_sizes", self.hidden_layer_sizes)
        if self.learning_rate == "on-plateau" and self.patience is None:
            raise ValueError(
                'learning_rate="on-plateau" lowers the rate after half of patience, which is None; '
                "set patience to a number of epochs."
            )

    def _batch_size(self, n_rows: int) -> int:
        if self.batch_size != "auto":
            return as_int(self.batch_size)
        fitting = (size for most, size in _BATCH_SIZES.items() if n_rows <= most)
        return next(fitting, _LARGEST_BATCH)

    @classmethod
    def _uses_n_steps(cls, params: ModelParams) -> bool:
        return bool(params.anneal) or super()._uses_n_steps(params)

    @classmethod
    def _embed(cls, params: ModelParams, spec: ModelSpec, numbers: Any) -> Any:
        if not params.number_embedding:
            return numbers
        return PeriodicEmbedding(4, 16, float(params.embedding_sigma), 0.1)(numbers)

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        inputs, x = cls._read(params, spec)
        if params.front_scale:
            x = Scale(6.0)(x)
        for size in sizes(params.hidden_layer_sizes):
            x = ParametricActivation(params.activation, 0.1)(NTKDense(size)(x))
            if params.dropout:
                x = ScheduledDropout(float(params.dropout), _n_course_steps(params, spec))(x)
        last = cls._output_layer(params, spec)
        output = NTKDense(last.units, last.activation, name=last.name)
        return cls._model(params, inputs, output(x))

    @classmethod
    def _make_optimizer(cls, params: ModelParams, spec: ModelSpec) -> keras.optimizers.Optimizer:
        if params.anneal and isinstance(params.learning_rate, Real):
            rate = CosLog4(float(params.learning_rate), spec.n_steps)
            params = replace_params(params, learning_rate=rate)
        if params.optimizer == "adam":
            params = replace_params(params, optimizer=ScheduledAdam)
        optimizer = super()._make_optimizer(params, spec)
        if isinstance(optimizer, ScheduledAdam):
            optimizer.beta_2, optimizer.epsilon = 0.95, 1e-8
            optimizer.n_steps = _n_course_steps(params, spec)
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        return optimizer

    def _start(self, X: np.ndarray) -> None:
        super()._start(X)
        random = np.random.default_rng(self._seed)
        if len(X) > _START_ROWS:
            X = X[np.sort(random.choice(len(X), _START_ROWS, replace=False))]
        encoder, model = self.feature_encoder_, self._live_network().model
        layers = list(model.layers)
        first = next(i for i, layer in enumerate(layers) if isinstance(layer, NTKDense))
        x = keras.Model(model.input, layers[first].input)(encoder.transform(X))
        for layer in layers[first:]:
            if isinstance(layer, NTKDense):
                x = layer.adapt(keras.ops.convert_to_numpy(x), random)
            elif isinstance(layer, ParametricActivation):
                x = layer(x.astype(keras.config.floatx()))

    def _early_stopping(self, monitor: str) -> keras.callbacks.EarlyStopping:
        patience = as_int(self.epochs) if self.patience is None else as_int(self.patience)
        mode = "max" if monitor.endswith("accuracy") else "min"
        return LatestBestStopping(monitor, patience=patience, mode=mode, restore_best_weights=True)


def _n_course_steps(params: ModelParams, spec: ModelSpec) -> float:
    """Return the number of steps after which dropout and weight decay are 0."""
    return spec.n_steps if params.anneal else _FOREVER


@dataclass(kw_only=True, eq=False, repr=False)
class KerasRealMLPClassifier(KerasRealMLP, FamilyClassifier):
    """RealMLP for classification (binary, multiclass or multilabel) of tabular data.

    RealMLP [1]_ is a multi-layer perceptron with strong defaults for tabular data.

    {description}

    Parameters
    ----------
    label_smoothing : float, default=0.1
        Fraction of each label that is spread over all classes; in [0, 1). If it is above 0, the
        best epoch is the one with the highest accuracy; if it is 0, the one with the lowest
        cross-entropy. Use 0 if probabilities matter, as in the log loss and the area under the ROC
        curve.
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    {notes}

    References
    ----------
    {references}

    Examples
    --------
    >>> import pandas as pd
    >>> from skkeras import KerasRealMLPClassifier
    >>> X = pd.DataFrame({"size": [1.5, 2.0, None, 9.5], "colour": ["red", "red", "blue", None]})
    >>> y = ["apple", "apple", "plum", "melon"]
    >>> model = KerasRealMLPClassifier(hidden_layer_sizes=32, epochs=64, random_state=0)
    >>> model.fit(X, y).predict(X)
    array(['apple', 'apple', 'plum', 'melon'], dtype='<U5')
    """

    label_smoothing: float = 0.1
    learning_rate: Any = 0.04

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
    }

    def _validate_params(self) -> None:
        super()._validate_params()
        given = self.label_smoothing
        if self._keras_loss(self.loss) is not None and given not in (type(self).label_smoothing, 0):
            raise ValueError(
                f"label_smoothing={given!r} would be ignored because it is an argument of the "
                f"default loss. Give it to your own, such as "
                f"keras.losses.CategoricalCrossentropy(label_smoothing={given!r})."
            )

    @property
    def target_encoder(self) -> Any:
        """Unfitted encoder of the labels."""
        encoder = super().target_encoder
        has_default = self._keras_loss(self.loss) is None
        if has_default and getattr(self, "target_type_", None) == "multiclass":
            # The loss with label smoothing requires one-hot labels.
            return LabelEncoder(loss="categorical_crossentropy", categories=encoder.categories)
        return encoder

    @classmethod
    def _default_loss(cls, params: ModelParams, spec: ModelSpec) -> Any:
        smoothing = float(params.label_smoothing)
        if spec.target_type == "multiclass":
            return keras.losses.CategoricalCrossentropy(label_smoothing=smoothing)
        return keras.losses.BinaryCrossentropy(label_smoothing=smoothing)

    @classmethod
    def _watched_metrics(
        cls, params: ModelParams, spec: ModelSpec
    ) -> list[keras.metrics.Metric] | None:
        if not cls._smooths(params):
            return None
        if spec.target_type == "multiclass":
            return [keras.metrics.CategoricalAccuracy(name="accuracy")]
        return [keras.metrics.BinaryAccuracy(name="accuracy")]

    def _early_stopping(self, monitor: str) -> keras.callbacks.EarlyStopping:
        return super()._early_stopping(
            monitor.replace("loss", "accuracy") if self._smooths(self) else monitor
        )

    @classmethod
    def _smooths(cls, params: Any) -> bool:
        """Return whether labels are smoothed, so that the loss does not show the best epoch."""
        return bool(params.label_smoothing) and cls._keras_loss(params.loss) is None


@dataclass(kw_only=True, eq=False, repr=False)
class KerasRealMLPRegressor(KerasRealMLP, FamilyRegressor):
    """RealMLP for regression with one or several outputs on tabular data.

    RealMLP [1]_ is a multi-layer perceptron with strong defaults for tabular data.

    {description}

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    {notes} Predictions are clipped to the range of the training targets.

    References
    ----------
    {references}

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skkeras import KerasRealMLPRegressor
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> model = KerasRealMLPRegressor(hidden_layer_sizes=32, epochs=8, random_state=0)
    >>> model.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    activation: str = "mish"
    learning_rate: Any = 0.2

    @property
    def target_encoder(self) -> ClippedTarget:
        """Unfitted encoder of the target."""
        return ClippedTarget(scale=self._scales_target)
