"""Convolutional networks for time series."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import keras
import numpy as np
from keras import ops
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras.base import FamilyClassifier, FamilyRegressor, ModelParams, ModelSpec
from skkeras.layers import EnsembleMean, EnsembleModel
from skkeras.sequence._architectures import ARCHITECTURES
from skkeras.sequence._base import KerasSequence


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTimeSeries(KerasSequence):
    """Architectures and parameters of the classifier and the regressor.

    Parameters
    ----------
    architecture : {"fcn", "resnet", "inception", "lite", "lstm_fcn"}, default="lite"
        Network before the output layer: FCN or ResNet [1]_; one network of InceptionTime [2]_; one
        network of LITETime [3]_, which has the fewest weights; or LSTM-FCN [4]_, which does not
        accept series longer than those in `fit`.
    n_ensemble : int, default=1
        Number of networks that are trained together, each on its own loss, and whose outputs are
        averaged. InceptionTime and LITETime have 5.

    Notes
    -----
    The papers train for a fixed number of epochs, 1,500 or 2,000, and halve the learning rate when
    the loss has not improved for 50 epochs. The default here is fewer epochs, over which the
    learning rate falls to 0, because at a fixed rate the quality of a network depends on the epoch
    in which training ends. `early_stopping=True` holds out series and stops training when the
    predictions of these series no longer improve. The padding after the end of a shorter series is
    excluded from convolutions, batch normalisation and averages.

    References
    ----------
    .. [1] Wang, Yan and Oates, "Time series classification from scratch with deep neural networks:
       a strong baseline", IJCNN 2017. https://arxiv.org/abs/1611.06455
    .. [2] Ismail Fawaz et al., "InceptionTime: finding AlexNet for time series classification",
       Data Mining and Knowledge Discovery, 2020. https://arxiv.org/abs/1909.04939
    .. [3] Ismail-Fawaz et al., "LITE: light inception with boosting techniques for time series
       classification", DSAA 2023. https://arxiv.org/abs/2409.02869
    .. [4] Karim et al., "LSTM fully convolutional networks for time series classification", IEEE
       Access, 2018. https://arxiv.org/abs/1709.05206
    """

    architecture: str = "lite"
    n_ensemble: int = 1
    learning_rate: Any = "cosine"
    epochs: int = 200
    batch_size: int | str = 16
    patience: int = 50

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "architecture": [StrOptions(set(ARCHITECTURES))],
        "n_ensemble": [Interval(Integral, 1, None, closed="left")],
    }
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {
            "architecture": ["lite", "fcn", "inception", "resnet", "lstm_fcn"],
            "n_ensemble": [1, 3],
        },
        "medium": {"normalize": [True, False], "batch_size": [16, 32, 64]},
        "large": {
            "early_stopping": ["auto", True],
            "augmentation": [None, "jitter, scaling", "time_warping", "window_slicing"],
            "mixup": [0.0, 0.2, 1.0],
        },
    }

    def _check_X(self, X: Any, *, reset: bool) -> np.ndarray:
        series = super()._check_X(X, reset=reset)
        if self.architecture == "lstm_fcn" and series.shape[1] > self.X_shape_[1]:
            raise ValueError(
                f"X has series of more than the {self.X_shape_[1]} steps of the longest in fit, "
                f'and architecture="lstm_fcn" reads no more; cut them, or use another architecture.'
            )
        return series

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        n_times, n_channels = spec.input_shape
        length = n_times if params.architecture == "lstm_fcn" else None
        inputs = keras.layers.Input((length, n_channels))
        series, is_step = cls._read(params, inputs)
        outputs = []
        for member in range(params.n_ensemble):
            features = ARCHITECTURES[params.architecture](series, is_step)
            output = cls._output_layer(params, spec)
            output.name = f"{output.name}_{member}"
            outputs.append(output(features))
        if len(outputs) == 1:
            return cls._model(params, inputs, outputs[0])
        return cls._model(params, inputs, EnsembleMean()(Stack()(outputs)), EnsembleModel)


@keras.saving.register_keras_serializable(package="import skkeras")
class Stack(keras.layers.Layer):
    """Stack outputs of shape (batch, ...) into one of shape (batch, n_outputs, ...)."""

    def call(self, inputs: list[Any]) -> Any:
        """Stack along a new second axis."""
        return ops.stack(inputs, axis=1)


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTimeSeriesClassifier(KerasTimeSeries, FamilyClassifier):
    """Convolutional network for time series classification (binary, multiclass or multilabel).

    {description}

    Parameters
    ----------
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
    >>> import numpy as np
    >>> from skkeras import KerasTimeSeriesClassifier
    >>> rng = np.random.default_rng(0)
    >>> phases = rng.uniform(0, 6, size=(60, 1))
    >>> periods = rng.choice([5, 7], size=60)
    >>> X = np.sin(phases + 2 * np.pi * np.arange(40) / periods[:, np.newaxis])
    >>> model = KerasTimeSeriesClassifier(epochs=30, random_state=0).fit(X, periods)
    >>> model.score(X, periods) > 0.9
    True
    """


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTimeSeriesRegressor(KerasTimeSeries, FamilyRegressor):
    """Convolutional network for time series regression with one or several outputs.

    {description}

    Parameters
    ----------
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
    >>> import numpy as np
    >>> from skkeras import KerasTimeSeriesRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 30))
    >>> model = KerasTimeSeriesRegressor(epochs=5, random_state=0).fit(X, X.max(axis=1))
    >>> model.predict(X[:3]).shape
    (3,)
    """
