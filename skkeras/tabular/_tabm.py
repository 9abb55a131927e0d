"""TabM, an ensemble of multi-layer perceptrons in one network, for tabular data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras.base import SIZES, FamilyClassifier, FamilyRegressor, ModelParams, ModelSpec
from skkeras.layers import (
    BatchEnsembleDense,
    Dropout,
    EnsembleMean,
    EnsembleModel,
    MemberDense,
    PeriodicEmbedding,
    PiecewiseLinear,
)
from skkeras.tabular._table_family import KerasTable
from skkeras.utils import as_int, check_sizes, sizes

_EMBEDDING = "numbers"
# Maximum number of training rows for few pieces, and the numbers of pieces.
_SMALL_ROWS, _FEW_PIECES, _MANY_PIECES = 4096, 48, 128
# Minimum and maximum embedding length of a number, and maximum length of all embeddings.
_SHORTEST, _LONGEST, _LONGEST_TOGETHER = 2, 16, 4096
# Number of frequencies, their initial standard deviation, and factor of the learning rate.
_PERIODIC = 16, 0.1, 1.0


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTabM(KerasTable):
    """Architecture and parameters of the classifier and the regressor.

    Parameters
    ----------
    n_ensemble : int, default=32
        Number of perceptrons. They share the kernels of their hidden layers. Each has its own
        scales of inputs and outputs, biases and output layer.
    hidden_layer_sizes : int, sequence of int or str, default=(128, 128)
        Number of units of each hidden layer. A string such as "(512, 512)" is also accepted.
    dropout : float, default=0.1
        Dropout rate of each hidden layer's outputs; in [0, 1).
    embedding : {"piecewise", "periodic"} or None, default="piecewise"
        Embedding of each number [2]_: "piecewise" is a learned piecewise linear function, whose
        pieces end at frequent values and at quantiles of the other values; "periodic" is a learned
        linear map of cosines with learned frequencies and phases. None passes numbers to the
        network without embedding, which then needs one more hidden layer to be as good.
    embedding_dim : int or "auto", default="auto"
        Length of a number's embedding. "auto" is 16 for up to 256 numeric columns. For more, it is
        the maximum with which all embeddings together have at most 4,096 values, and at least 2.
    n_bins : int or "auto", default="auto"
        Number of pieces of a piecewise linear function. "auto" is 48 up to 4,096 training rows, and
        128 above.

    Notes
    -----
    The method is that of the authors' implementation, with three differences. Layers have 128
    units instead of 512, which predicted the tables that were tried no worse, in at most a
    third of the time. The pieces of the embeddings also end at frequent values, and large
    tables have more of them. All perceptrons are trained on the same batches, on the mean of
    their losses, and their predictions are averaged; for classification, their probabilities. A
    fifth of the rows is held out, and training stops when the predictions of these rows have
    not improved for 16 epochs. With `mixup`, all perceptrons are trained on the same mixtures.

    References
    ----------
    .. [1] Gorishniy, Kotelnikov and Babenko, "TabM: advancing tabular deep learning with
       parameter-efficient ensembling", ICLR 2025. https://arxiv.org/abs/2410.24210
    .. [2] Gorishniy, Rubachev and Babenko, "On embeddings for numerical features in tabular deep
       learning", NeurIPS 2022. https://arxiv.org/abs/2203.05556
    """

    n_ensemble: int = 32
    hidden_layer_sizes: int | Sequence[int] | str = (128, 128)
    dropout: float = 0.1
    embedding: str | None = "piecewise"
    embedding_dim: int | str = "auto"
    n_bins: int | str = "auto"
    optimizer: Any = "adamw"
    learning_rate: Any = 2e-3
    weight_decay: float | None = 3e-4
    epochs: int = 200
    batch_size: int | str = 256
    validation_fraction: float = 0.2
    patience: int = 16

    _scaling: ClassVar[str] = "quantile"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "n_ensemble": [Interval(Integral, 1, None, closed="left")],
        "hidden_layer_sizes": SIZES,
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "embedding": [StrOptions({"piecewise", "periodic"}), None],
        "embedding_dim": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "n_bins": [Interval(Integral, 2, None, closed="left"), StrOptions({"auto"})],
    }
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {
            "hidden_layer_sizes": [(128, 128), (256, 256), (512, 512), (128,), (128, 128, 128)],
            "dropout": (0.0, 0.5),
        },
        "medium": {"embedding_dim": ["auto", 8, 32], "batch_size": [256, 64, 1024]},
        "large": {
            "n_bins": ["auto", 8, 16, 32, 64, 128],
            "weight_decay": (1e-5, 1e-1, "log-uniform"),
            "n_ensemble": [32, 16],
            "mixup": [0.0, 0.2, 1.0],
        },
    }

    def _validate_params(self) -> None:
        super()._validate_params()
        check_sizes("hidden_layer_sizes", self.hidden_layer_sizes)
        if not sizes(self.hidden_layer_sizes):
            raise ValueError("hidden_layer_sizes must have a layer at least, which members share.")

    def _describe_encoding(self) -> tuple[Any, ...]:
        n_pieces = _FEW_PIECES if self._n_rows <= _SMALL_ROWS else _MANY_PIECES
        return *super()._describe_encoding(), n_pieces

    @classmethod
    def _embed(cls, params: ModelParams, spec: ModelSpec, numbers: Any) -> Any:
        units = params.embedding_dim
        units = _auto_dim(spec.encoding[0]) if units == "auto" else as_int(units)
        if params.embedding == "piecewise":
            n_pieces = spec.encoding[-1] if params.n_bins == "auto" else as_int(params.n_bins)
            return PiecewiseLinear(units, n_pieces, name=_EMBEDDING)(numbers)
        return PeriodicEmbedding(units, *_PERIODIC)(numbers) if params.embedding else numbers

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        inputs, x = cls._read(params, spec)
        n_members = as_int(params.n_ensemble)
        for place, units in enumerate(sizes(params.hidden_layer_sizes)):
            x = BatchEnsembleDense(units, n_members, signs=place == 0)(x)
            x = keras.layers.Activation("relu")(x)
            if params.dropout:
                x = Dropout(float(params.dropout))(x)
        end = cls._output_layer(params, spec)
        outputs = MemberDense(end.units, activation=end.activation, name=end.name)(x)
        return cls._model(params, inputs, EnsembleMean()(outputs), EnsembleModel)

    def _start(self, X: np.ndarray) -> None:
        super()._start(X)
        encoder = self.feature_encoder_
        if self.embedding == "piecewise" and encoder.n_numbers_:
            numbers = encoder.transform(X)[:, : encoder.n_numbers_]
            self._live_network().model.get_layer(_EMBEDDING).adapt(numbers)


def _auto_dim(n_numbers: int) -> int:
    """Return the embedding length of a number, which decreases with the number of columns."""
    return max(_SHORTEST, min(_LONGEST, _LONGEST_TOGETHER // n_numbers))


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTabMClassifier(KerasTabM, FamilyClassifier):
    """TabM for classification (binary, multiclass or multilabel) of tabular data.

    TabM [1]_ is an ensemble of multi-layer perceptrons in one network.

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
    >>> import pandas as pd
    >>> from skkeras import KerasTabMClassifier
    >>> X = pd.DataFrame({"size": [1.0, 2.5, None, 4.0] * 10, "colour": ["red", "blue"] * 20})
    >>> y = ["no", "yes"] * 20
    >>> model = KerasTabMClassifier(n_ensemble=4, hidden_layer_sizes=32, random_state=0)
    >>> model.fit(X, y).predict(pd.DataFrame({"size": [2.0, None], "colour": ["blue", "red"]}))
    array(['yes', 'no'], dtype='<U3')
    """


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTabMRegressor(KerasTabM, FamilyRegressor):
    """TabM for regression with one or several outputs on tabular data.

    TabM [1]_ is an ensemble of multi-layer perceptrons in one network.

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
    >>> import pandas as pd
    >>> from skkeras import KerasTabMRegressor
    >>> X = pd.DataFrame({"size": [1.0, 2.5, None, 4.0] * 10, "colour": ["red", "blue"] * 20})
    >>> model = KerasTabMRegressor(n_ensemble=4, hidden_layer_sizes=16, epochs=100, random_state=0)
    >>> model.fit(X, [1.0, 2.0] * 20).predict(X).shape
    (40,)
    """
