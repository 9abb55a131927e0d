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
    KerasFamily,
    ModelParams,
    ModelSpec,
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
from skkeras.compose._multi_input_docs import (
    ATTRIBUTES,
    FRAMES,
    NOTES,
    PARAMETERS,
    REFERENCES,
)
from skkeras.image import PixelScaler
from skkeras.layers import Dropout
from skkeras.text import ENCODERS, WordEncoder
from skkeras.utils import as_int, check_sizes, sizes


@dataclass(kw_only=True, eq=False, repr=False)
class KerasMultiInput(KerasFamily):
    """Architecture and parameters of the classifier and the regressor."""

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
        },
    }
    _doc_parts: ClassVar[dict[str, str]] = {
        "frames": FRAMES,
        "branch_parameters": PARAMETERS,
        "branch_attributes": ATTRIBUTES,
        "branch_notes": NOTES,
        "branch_references": REFERENCES,
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
            vectors.append(_drop(branch(inputs[-1]), params))
        x = FUSIONS[params.fusion](vectors, as_int(params.units))
        # Embeddings of categories start at zero. Without other branches, ReLU would stay at zero.
        is_zero = all(kind == "categories" for kind, _ in spec.encoding)
        bias = keras.initializers.Constant(0.1 if is_zero else 0.0)
        for size in sizes(params.hidden_layer_sizes):
            layer = keras.layers.Dense(size, activation=params.activation, bias_initializer=bias)
            x = _drop(layer(x), params)
        return keras.Model(tuple(inputs), cls._output_layer(params, spec)(x))


def _drop(x: Any, params: ModelParams) -> Any:
    return Dropout(float(params.dropout))(x) if params.dropout else x


@dataclass(kw_only=True, eq=False, repr=False)
class KerasMultiInputClassifier(KerasMultiInput, FamilyClassifier):
    """Multi-input network for classification (binary, multiclass or multilabel).

    {frames}

    Parameters
    ----------
    {branch_parameters}
    {class_weight}
    {shared_parameters}

    Attributes
    ----------
    {classes}
    {branch_attributes}
    {shared_attributes}

    Notes
    -----
    {branch_notes}

    References
    ----------
    {branch_references}

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

    {frames}

    Parameters
    ----------
    {branch_parameters}
    {scale_target}
    {shared_parameters}

    Attributes
    ----------
    {branch_attributes}
    {shared_attributes}

    Notes
    -----
    {branch_notes}

    References
    ----------
    {branch_references}

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
