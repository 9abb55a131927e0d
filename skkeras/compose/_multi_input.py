"""Networks for data frames with columns of several kinds."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_feature_names

from skkeras.base import (
    SIZES,
    FamilyClassifier,
    FamilyRegressor,
    MixUpFamily,
    ModelParams,
    ModelSpec,
    ParquetFitMixin,
)
from skkeras.compose._branch_columns import find_time_zones, read_branches
from skkeras.compose._branch_encoders import (
    BranchEncoder,
    CategoryEncoder,
    NumberEncoder,
    SeriesEncoder,
)
from skkeras.compose._branch_models import BRANCHES, SERIES_ENCODERS
from skkeras.compose._column_routing import as_frame, check_branches, route
from skkeras.compose._fusion import FUSIONS
from skkeras.image import PixelScaler
from skkeras.layers import Dropout
from skkeras.tabular import warn_about_nothing
from skkeras.text import ENCODERS, WordEncoder
from skkeras.utils import as_int, check_sizes, sizes


@dataclass(kw_only=True, eq=False, repr=False)
class KerasMultiInput(ParquetFitMixin, MixUpFamily):
    """Architecture and parameters of the classifier and the regressor.

    X is a data frame of pandas, polars or another library that scikit-learn supports. Each column
    goes to a branch that maps numbers, categories, texts, images or series to a vector. The vectors
    are combined and followed by hidden layers and the output layer.

    Parameters
    ----------
    branches : dict of str to (str, str or list of str), default=None
        Maps the name of each branch to its kind and its columns, such as
        ``{"table": ("numbers", ["age", "income"]), "review": ("texts", "text")}``; columns that are
        in no branch are ignored. The kinds are "numbers"; "categories", with an embedding of each
        category of each column; "texts", where the texts of several columns are concatenated;
        "images", one column of paths; and "series", one column whose cells are lists or arrays of
        shape (n_times,) or (n_times, n_channels), or several numeric columns, each of which is a
        time step. None infers the branches from the data, see Notes.
    fusion : {"concatenation", "gating", "attention"}, default="concatenation"
        How the vectors of the branches are combined: "concatenation"; "gating", a sum weighted by
        gates that depend on all branches [1]_; or "attention", the mean after self-attention
        between the branches with four heads [2]_.
    hidden_layer_sizes : int, sequence of int or str, default=(64,)
        Number of units of each hidden layer after the fusion. A string such as "(64, 32)" is also
        accepted; `()` for no hidden layer.
    units : int, default=32
        Number of units of a branch of numbers, of recurrent layers for series, of the fusions
        "gating" and "attention", and of the text encoders, as in `KerasTextClassifier`.
    activation : str or callable, default="relu"
        Activation of dense layers and of convolutions over images: any Keras activation.
    dropout : float, default=0.3
        Dropout rate of each branch's vector and of each hidden layer's outputs; in [0, 1).
    category_dim : int, default=8
        Length of a category's embedding.
    text_encoder : {"average", "convolution", "recurrent", "transformer"}, default="average"
        How the words of a text become one vector; see `KerasTextClassifier`.
    embedding_dim : int, default=32
        Length of a word's vector.
    n_pairs : int, default=32768
        Number of vectors that pairs of words share by hashing, with `text_encoder="average"`; 0
        disables pairs.
    max_features : int, default=10000
        Maximum number of words of a branch with their own vectors: the most frequent ones in the
        training texts.
    max_length : int, default=512
        Maximum number of words of a text; longer texts are truncated.
    image_size : (int, int), default=(64, 64)
        Height and width that images are resized to, ignoring their aspect ratio. All images are
        held in memory; in training, they take 12 bytes per pixel.
    filters : int, sequence of int or str, default=(16, 32, 64)
        Number of filters of each convolution over images, also as a string. After each convolution,
        height and width are halved, and the last output is averaged over all pixels.
    series_encoder : {"lstm", "gru", "fcn", "resnet", "inception", "lite"}, default="gru"
        How a series becomes one vector: by the last output of a recurrent layer, or by an
        architecture of `KerasTimeSeriesClassifier`.

    Attributes
    ----------
    branches_ : dict of str to (str, list of str)
        Kind and columns of each branch, given or inferred, without columns that hold no values in
        `fit`.
    feature_encoder_ : BranchEncoder
        Fitted encoder of the columns; its `encoders_` is a dict of each branch's encoder, which has
        for example the vocabulary of a branch of texts.

    Notes
    -----
    Scales, categories and vocabularies are learned in `fit`, so in cross-validation they are
    learned from the training rows only. A missing number is replaced by the median, a missing text
    by an empty text, a missing image by a black image, and a missing series by one step of the
    channel means. If numbers or categories are missing in `fit`, the network has an indicator
    column of 0 and 1 for the missing numbers, and a separate category for the missing categories. A
    category that is unknown in `fit` has a vector of zeros, and unknown words share one vector. A
    column that holds no values in `fit` is dropped, with a warning, and so is a branch of such
    columns only; its values in `predict` are ignored. In a numeric column, values that are not
    numbers, such as "?", are missing, with a warning. True equals 1 and False equals 0, as numbers
    and as categories. In a branch of numbers, a column of dates becomes six numbers, as in
    `KerasRealMLPClassifier`. Mixup mixes the vectors of all branches of two rows, because texts and
    categories cannot be mixed.

    With `branches=None`, all columns of numbers or dates go to one branch, and all categorical
    columns to another: columns of booleans, of the categorical type of the data frame, and of
    strings with at most 50 distinct values. Columns of objects or strings are numeric under the
    same conditions as in `KerasRealMLPClassifier`. Every other column has its own branch: series if
    all cells are lists or arrays; images if all cells are strings that end in suffixes of image
    files; and texts if there are more than 50 distinct strings, or if the distinct strings are more
    than half as many as the cells and most of them have several words. Missing cells are ignored.
    `branches_` holds the inferred branches; set `branches` if the types of columns may change, for
    example between parts of a table.

    References
    ----------
    .. [1] Arevalo, Solorio, Montes-y-Gómez and González, "Gated multimodal units for information
       fusion", 2017. https://arxiv.org/abs/1702.01992
    .. [2] Vaswani et al., "Attention is all you need", NeurIPS 2017.
       https://arxiv.org/abs/1706.03762
    """

    branches: dict[str, Any] | None = None
    fusion: str = "concatenation"
    hidden_layer_sizes: int | Sequence[int] | str = (64,)
    units: int = 32
    activation: str = "relu"
    dropout: float = 0.3
    category_dim: int = 8
    text_encoder: str = "average"
    embedding_dim: int = 32
    n_pairs: int = 32768
    max_features: int = 10000
    max_length: int = 512
    image_size: Sequence[int] = (64, 64)
    filters: int | Sequence[int] | str = (16, 32, 64)
    series_encoder: str = "gru"
    learning_rate: Any = 2e-3
    epochs: int = 30
    batch_size: int | str = 64
    patience: int = 3

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "branches": [None, dict],
        "fusion": [StrOptions(set(FUSIONS))],
        "hidden_layer_sizes": SIZES,
        "units": [Interval(Integral, 1, None, closed="left")],
        "activation": [str, callable],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "category_dim": [Interval(Integral, 1, None, closed="left")],
        "text_encoder": [StrOptions(set(ENCODERS))],
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "n_pairs": [Interval(Integral, 0, None, closed="left")],
        "max_features": [Interval(Integral, 1, None, closed="left")],
        "max_length": [Interval(Integral, 1, None, closed="left")],
        "image_size": [list, tuple],
        "filters": SIZES,
        "series_encoder": [StrOptions(set(SERIES_ENCODERS))],
    }
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {
            "hidden_layer_sizes": [(64,), (128,), (128, 64), (32,), ()],
            "dropout": (0.0, 0.5),
        },
        "medium": {"fusion": list(FUSIONS)},
        "large": {
            "units": [32, 16, 64],
            "category_dim": [8, 4, 16],
            "embedding_dim": [32, 16, 64],
            "text_encoder": list(ENCODERS),
            "activation": ["relu", "gelu", "tanh"],
            "mixup": [0.0, 0.2, 1.0],
        },
    }

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False  # X must be a data frame
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.allow_nan = True
        return tags

    def _validate_params(self) -> None:
        super()._validate_params()
        check_branches(self.branches)
        for name in ("hidden_layer_sizes", "filters", "image_size"):
            check_sizes(name, getattr(self, name))
        if len(self.image_size) != 2:
            raise ValueError(f"image_size must be height and width; got {self.image_size!r}.")

    def _check_X(self, X: Any, *, reset: bool) -> dict[str, np.ndarray]:
        frame = as_frame(X)
        _check_feature_names(self, X, reset=reset)
        if reset:
            self.branches_ = route(frame, self.branches)
            self._time_zones = find_time_zones(frame, self.branches_)
            self.n_features_in_ = len(frame.columns)
            self.X_shape_, self.X_dtype_ = frame.shape, np.dtype(object)
        height, width = sizes(self.image_size)
        return read_branches(frame, self.branches_, (height, width), self._time_zones, reset=reset)

    def _initialize(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> None:
        # `route` has also seen the rows of weight 0, which are dropped by now.
        texts = [name for name, (kind, _) in self.branches_.items() if kind == "texts"]
        blank = [name for name in texts if not any(map(str.strip, X[name]))]
        if 0 < len(blank) < len(self.branches_):
            warn_about_nothing([c for name in blank for c in self.branches_.pop(name)[1]])
        super()._initialize(X, y, weights)

    @property
    def feature_encoder(self) -> BranchEncoder:
        """Unfitted encoder of the columns."""
        words = WordEncoder(True, None, 1, as_int(self.max_features), as_int(self.max_length))
        kinds: dict[str, Any] = {
            "numbers": NumberEncoder(),
            "categories": CategoryEncoder(),
            "texts": words,
            "images": PixelScaler(),
            "series": SeriesEncoder(),
        }
        return BranchEncoder({name: kinds[kind] for name, (kind, _) in self.branches_.items()})

    def _describe_encoding(self) -> Hashable:
        """Return the kind of each branch, and the number of embedding vectors of its categories."""
        encoders = self.feature_encoder_.encoders_.items()
        return tuple((self.branches_[n][0], getattr(e, "n_vectors_", None)) for n, e in encoders)

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        inputs, vectors = [], []
        for (kind, n_vectors), shape in zip(spec.encoding, spec.input_shape, strict=True):
            # A nested model, because layers of two branches may have the same name.
            branch = BRANCHES[kind](shape, n_vectors, params)
            inputs.append(keras.layers.Input(branch.input_shape[1:], dtype=branch.input.dtype))
            vectors.append(branch(inputs[-1]))
        vectors = [_drop(vector, params) for vector in cls._mixed(params, vectors)]
        x = FUSIONS[params.fusion](vectors, as_int(params.units))
        # Embeddings of categories start at zero. Without other branches, ReLU would stay at zero.
        is_zero = all(kind == "categories" for kind, _ in spec.encoding)
        bias = keras.initializers.Constant(0.1 if is_zero else 0.0)
        for size in sizes(params.hidden_layer_sizes):
            layer = keras.layers.Dense(size, activation=params.activation, bias_initializer=bias)
            x = _drop(layer(x), params)
        return cls._model(params, tuple(inputs), cls._output_layer(params, spec)(x))


def _drop(x: Any, params: ModelParams) -> Any:
    return Dropout(float(params.dropout))(x) if params.dropout else x


@dataclass(kw_only=True, eq=False, repr=False)
class KerasMultiInputClassifier(KerasMultiInput, FamilyClassifier):
    """Multi-input network for classification (binary, multiclass or multilabel).

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
    >>> from skkeras import KerasMultiInputClassifier
    >>> X = pd.DataFrame(
    ...     {
    ...         "rooms": [2, 3, None, 1] * 10,
    ...         "city": ["Rome", "Oslo", "Rome", None] * 10,
    ...         "ad": ["a fine view", "a dull street", "such a fine street", "so dull"] * 10,
    ...     }
    ... )
    >>> y = ["taken", "free", "taken", "free"] * 10
    >>> branches = {
    ...     "table": ("numbers", "rooms"),
    ...     "city": ("categories", ["city"]),
    ...     "ad": ("texts", ["ad"]),
    ... }
    >>> model = KerasMultiInputClassifier(branches=branches, n_pairs=0, epochs=60, random_state=0)
    >>> model.fit(X, y).predict(X[:2])
    array(['taken', 'free'], dtype='<U5')
    """


@dataclass(kw_only=True, eq=False, repr=False)
class KerasMultiInputRegressor(KerasMultiInput, FamilyRegressor):
    """Multi-input network for regression with one or several outputs.

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
    >>> from skkeras import KerasMultiInputRegressor
    >>> X = pd.DataFrame({"floor": [1, 2, 3, 4] * 10, "lift": [True, False, True, True] * 10})
    >>> model = KerasMultiInputRegressor(random_state=0).fit(X, [400, 300, 500, 600] * 10)
    >>> model.branches_
    {'numbers': ('numbers', ['floor']), 'categories': ('categories', ['lift'])}
    >>> model.predict(X[:3]).shape
    (3,)
    """
