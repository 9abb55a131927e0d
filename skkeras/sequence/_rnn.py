"""Recurrent networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import keras
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras.base import SIZES, FamilyClassifier, FamilyRegressor, ModelParams, ModelSpec
from skkeras.layers import POOLINGS, Dropout, Pool, ReversePadded
from skkeras.sequence._base import KerasSequence
from skkeras.utils import sizes

CELLS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "simple": keras.layers.SimpleRNN}


@dataclass(kw_only=True, eq=False, repr=False)
class KerasRNN(KerasSequence):
    """Architecture and parameters of the classifier and the regressor.

    Parameters
    ----------
    cell : {"lstm", "gru", "simple"}, default="lstm"
        Type of recurrent layer: long short-term memory [1]_, gated recurrent unit [2]_, or
        `keras.layers.SimpleRNN`.
    units : int, sequence of int or str, default=(64,)
        Number of units of each recurrent layer. A string such as "(64, 32)" is also accepted.
        Several layers are stacked; the first one reads the series.
    bidirectional : bool, default=False
        Whether each layer has the same number of additional units that read backwards [3]_.
    pooling : {"last", "average", "max", "attention"}, default="last"
        How the last layer's outputs are pooled over time: the output after the last step, the mean,
        the maximum of each unit, or a mean weighted by learned attention [4]_.
    dropout : float, default=0.0
        Dropout rate of each recurrent layer's outputs; in [0, 1).

    References
    ----------
    .. [1] Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation, 1997.
       https://doi.org/10.1162/neco.1997.9.8.1735
    .. [2] Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
       machine translation", EMNLP 2014. https://arxiv.org/abs/1406.1078
    .. [3] Schuster and Paliwal, "Bidirectional recurrent neural networks", IEEE Transactions on
       Signal Processing, 1997. https://doi.org/10.1109/78.650093
    .. [4] Yang et al., "Hierarchical attention networks for document classification", NAACL 2016.
       https://aclanthology.org/N16-1174
    """

    cell: str = "lstm"
    units: int | Sequence[int] | str = (64,)
    bidirectional: bool = False
    pooling: str = "last"
    dropout: float = 0.0

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "cell": [StrOptions(set(CELLS))],
        "units": SIZES,
        "bidirectional": ["boolean"],
        "pooling": [StrOptions(set(POOLINGS))],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {"units": [(64,), (32,), (128,), (64, 64)], "dropout": (0.0, 0.5)},
        "medium": {"cell": ["lstm", "gru"], "pooling": ["last", "average", "max", "attention"]},
        "large": {
            "bidirectional": [False, True],
            "augmentation": [None, "jitter, scaling", "time_warping", "window_slicing"],
            "mixup": [0.0, 0.2, 1.0],
        },
    }

    def _validate_params(self) -> None:
        super()._validate_params()
        layers = sizes(self.units)
        if not layers or not all(isinstance(size, int) and size >= 1 for size in layers):
            raise ValueError(
                f"units must be one or more whole numbers of at least 1; got {self.units!r}."
            )

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        inputs = keras.layers.Input((None, spec.input_shape[-1]))
        x, is_step = cls._read(params, inputs)
        *below, top = sizes(params.units)
        for place, size in enumerate(below):
            ways = _outputs(x, is_step, size, place, params)
            x = _drop(_joined(ways, is_step), params)
        ways = _outputs(x, is_step, top, len(below), params)
        if params.pooling == "last":
            x = _concatenate([Pool("last")(way, is_step) for way in ways])
        else:
            x = _joined(ways, is_step)
            scores = None
            if params.pooling == "attention":
                hidden = keras.layers.Dense(top, activation="tanh", name="attention")(x)
                scores = keras.layers.Dense(1, use_bias=False, name="score")(hidden)
            x = Pool(params.pooling)(x, is_step, scores)
        return cls._model(params, inputs, cls._output_layer(params, spec)(_drop(x, params)))


def _outputs(x: Any, is_step: Any, size: int, place: int, params: ModelParams) -> list[Any]:
    """Return outputs of the forward and, if `bidirectional`, backward layer, in reading order."""
    ways = {"forward": x}
    if params.bidirectional:
        ways["backward"] = ReversePadded()(x, is_step)
    cell = CELLS[params.cell]
    return [
        cell(size, return_sequences=True, name=f"{name}_{place}")(way) for name, way in ways.items()
    ]


def _joined(ways: list[Any], is_step: Any) -> Any:
    """Concatenate the outputs of each step."""
    return _concatenate([*ways[:1], *(ReversePadded()(way, is_step) for way in ways[1:])])


def _drop(x: Any, params: ModelParams) -> Any:
    return Dropout(float(params.dropout))(x) if params.dropout else x


def _concatenate(parts: list[Any]) -> Any:
    return keras.layers.Concatenate()(parts) if len(parts) > 1 else parts[0]


@dataclass(kw_only=True, eq=False, repr=False)
class KerasRNNClassifier(KerasRNN, FamilyClassifier):
    """Recurrent network for classification of series (binary, multiclass or multilabel).

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
    >>> from skkeras import KerasRNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(length, 2)).cumsum(axis=0) for length in rng.integers(5, 9, 100)]
    >>> rises = [series[-1, 0] > series[0, 0] for series in X]
    >>> model = KerasRNNClassifier(units=8, learning_rate=0.03, epochs=40, random_state=0)
    >>> model.fit(X, rises).score(X, rises) > 0.9
    True
    """


@dataclass(kw_only=True, eq=False, repr=False)
class KerasRNNRegressor(KerasRNN, FamilyRegressor):
    """Recurrent network for regression with one or several outputs on series.

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
    >>> from skkeras import KerasRNNRegressor
    >>> waves = np.sin(np.linspace(0, 20, 120))
    >>> X = np.lib.stride_tricks.sliding_window_view(waves, 20)[:-1]
    >>> model = KerasRNNRegressor(units=8, learning_rate=0.03, epochs=40, random_state=0)
    >>> model.fit(X, waves[20:]).predict(X[:3]).shape
    (3,)
    """
