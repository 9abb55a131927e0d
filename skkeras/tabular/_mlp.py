"""Multi-layer perceptrons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import keras
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras.base import (
    SIZES,
    FamilyClassifier,
    FamilyRegressor,
    MixUpFamily,
    ModelParams,
    ModelSpec,
    ParquetFitMixin,
    replace_params,
)
from skkeras.base.data import check_X
from skkeras.layers import Dropout
from skkeras.utils import as_int, check_sizes, sizes

# Values of learning_rate="auto", and maximum number of training rows for the first. The second
# learns more in as many epochs; with few rows, which are not stopped early, it overfits.
_RATES, _FEW_ROWS = (1e-3, 3e-3), 10_000


@dataclass(kw_only=True, eq=False, repr=False)
class KerasMLP(ParquetFitMixin, MixUpFamily):
    """Architecture and parameters of the classifier and the regressor.

    Parameters
    ----------
    hidden_layer_sizes : int, sequence of int or str, default=(100,)
        Number of units of each hidden layer. A string such as "(128, 64)" is also accepted.
    activation : str or callable, default="relu"
        Activation of the hidden layers: any Keras activation.
    alpha : float, default=1e-4
        Strength of the L2 penalty, as in scikit-learn's `MLPClassifier` and `MLPRegressor`.
    dropout : float, default=0.0
        Dropout rate of each hidden layer's outputs; in [0, 1).
    batch_norm : bool, default=False
        Whether each hidden layer has batch normalisation before its activation.
    learning_rate : float, schedule or {"auto", "cosine", "exponential", "on-plateau"}, \
default="auto"
        Learning rate. "auto" is 0.001 up to 10,000 training rows and 0.003 above, and with early
        stopping it halves whenever the validation loss has not improved for half of `patience`;
        `partial_fit` and `warm_start` go on with the rate that was reached. Other names select a
        schedule that starts at `learning_rate_init`: "cosine" decays to 0 and "exponential" to a
        hundredth over all epochs; "on-plateau" divides the rate by 5 whenever the (validation) loss
        has not improved for half of `patience`. A `keras.optimizers.schedules.LearningRateSchedule`
        is used as it is.
    """

    hidden_layer_sizes: int | Sequence[int] | str = (100,)
    activation: str = "relu"
    alpha: float = 1e-4
    dropout: float = 0.0
    batch_norm: bool = False
    learning_rate: Any = "auto"

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "hidden_layer_sizes": SIZES,
        "activation": [str, callable],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "batch_norm": ["boolean"],
        "learning_rate": [
            Interval(Real, 0, None, closed="neither"),
            keras.optimizers.schedules.LearningRateSchedule,
            StrOptions({"auto", "cosine", "exponential", "on-plateau"}),
        ],
    }
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {
            "hidden_layer_sizes": [(100,), (256,), (128, 64), (32,), (256, 128), (64, 64, 64)],
            "dropout": (0.0, 0.5),
        },
        "medium": {"alpha": (1e-5, 1.0, "log-uniform")},
        "large": {
            "activation": ["relu", "gelu", "tanh"],
            "batch_norm": [False, True],
            "mixup": [0.0, 0.2, 1.0],
        },
    }

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _check_X(self, X: Any, *, reset: bool) -> Any:
        return check_X(self, X, reset=reset, streams=True)

    def _validate_params(self) -> None:
        super()._validate_params()
        check_sizes("hidden_layer_sizes", self.hidden_layer_sizes)

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        # As in scikit-learn: half of alpha times the squared weights, divided by the batch size.
        penalty = 0.5 * float(params.alpha) / spec.batch_size

        def regularizer() -> keras.regularizers.Regularizer | None:
            return keras.regularizers.L2(penalty) if penalty else None

        layers: list[keras.Layer] = []
        for size in sizes(params.hidden_layer_sizes):
            layers.append(keras.layers.Dense(size, kernel_regularizer=regularizer()))
            if params.batch_norm:
                layers.append(keras.layers.BatchNormalization(momentum=0.9))
            layers.append(keras.layers.Activation(params.activation))
            if params.dropout:
                layers.append(Dropout(float(params.dropout)))
        output = cls._output_layer(params, spec)
        output.kernel_regularizer = regularizer()
        inputs = keras.layers.Input(spec.input_shape)
        if not params.mixup:
            return keras.Sequential([inputs, *layers, output])
        x = cls._mixed(params, inputs)
        for layer in [*layers, output]:
            x = layer(x)
        return cls._model(params, inputs, x)

    def _describe_encoding(self) -> float:
        return _RATES[self._n_rows > _FEW_ROWS]

    def _make_callbacks(self, has_validation: bool) -> list[keras.callbacks.Callback]:
        made = super()._make_callbacks(has_validation)
        has_own_rate = isinstance(self.optimizer, keras.optimizers.Optimizer)
        is_auto = self.learning_rate == "auto" and not has_own_rate
        if is_auto and has_validation and self.early_stopping:
            patience = max(1, as_int(self.patience) // 2)
            made.append(keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=patience))
        return made

    @classmethod
    def _make_optimizer(cls, params: ModelParams, spec: ModelSpec) -> keras.optimizers.Optimizer:
        if params.learning_rate == "auto":
            params = replace_params(params, learning_rate=spec.encoding)
        return super()._make_optimizer(params, spec)


@dataclass(kw_only=True, eq=False, repr=False)
class KerasMLPClassifier(KerasMLP, FamilyClassifier):
    """Multi-layer perceptron for classification (binary, multiclass or multilabel).

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skkeras import KerasMLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> network = KerasMLPClassifier(random_state=0)
    >>> model = make_pipeline(StandardScaler(), network).fit(X, y)
    >>> model.score(X, y) > 0.9
    True
    """

    @classmethod
    def _default_loss_weight(cls, params: ModelParams, spec: ModelSpec) -> float | None:
        # Keras averages the loss over labels; learning_rate and alpha assume scikit-learn's sum.
        return float(spec.n_classes or 1) if spec.target_type == "multilabel-indicator" else None


@dataclass(kw_only=True, eq=False, repr=False)
class KerasMLPRegressor(KerasMLP, FamilyRegressor):
    """Multi-layer perceptron for regression with one or several outputs.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skkeras import KerasMLPRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = make_pipeline(StandardScaler(), KerasMLPRegressor(random_state=0)).fit(X, y)
    >>> model.predict(X[:2]).shape
    (2,)
    """
