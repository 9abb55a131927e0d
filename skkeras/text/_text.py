"""Networks for texts."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions

from skkeras.base import FamilyClassifier, FamilyRegressor, MixUpFamily, ModelParams, ModelSpec
from skkeras.layers import Dropout
from skkeras.text._encoders import ENCODERS
from skkeras.text._words import N_SPECIAL, WordEncoder, check_pattern, check_texts
from skkeras.utils import as_int


@dataclass(kw_only=True, eq=False, repr=False)
class KerasText(MixUpFamily):
    r"""Architectures and parameters of the classifier and the regressor.

    X holds texts: a list, an array of shape (n_samples,) or (n_samples, 1), a Series of strings, or
    a data frame with one column. None and NaN are treated as empty texts.

    Parameters
    ----------
    encoder : {"average", "convolution", "recurrent", "transformer"}, default="average"
        How the words of a text become one vector: "average" is the mean of the vectors of all words
        and of all pairs of neighbouring words [1]_; "convolution" is the maximum over the text of
        filters over 3, 4 and 5 words [2]_; "recurrent" is the maximum over the text of
        bidirectional gated recurrent units [3]_; "transformer" is the mean after a block of
        self-attention with four heads [4]_. "average" is by far the fastest.
    embedding_dim : int, default=32
        Length of a word's vector.
    units : int, default=64
        Number of filters of each width, of recurrent units of each direction, or of units of the
        layer after self-attention; "average" does not use it.
    n_pairs : int, default=32768
        Number of vectors that pairs of words share by hashing, with `encoder="average"`; 0 disables
        pairs.
    dropout : float, default=0.3
        Dropout rate of the text's vector; in [0, 1).
    lowercase : bool, default=True
        Whether to convert texts to lower case first.
    token_pattern : str
        Regular expression of a word. The default, ``\w+|[^\w\s]``, also matches each punctuation
        mark.
    min_df : int or float, default=1
        Minimum number of training texts (int) or minimum fraction of them (float) that a word must
        occur in to have its own vector.
    max_features : int, default=10000
        Maximum number of words with their own vectors: the most frequent ones in the training
        texts. All other words share one vector.
    max_length : int, default=512
        Maximum number of words of a text; longer texts are truncated. If all texts in `fit` are
        shorter, the network reads as many words as the longest of them has, rounded up.
    batch_size : int or "auto", default="auto"
        Rows per gradient step; "auto" is a sixteenth of the training rows, but at least 16 and at
        most 64.

    Attributes
    ----------
    feature_encoder_ : WordEncoder
        Fitted encoder of the words; its `vocabulary_` is a dict from words to integers, and
        `length_` is the number of words that are read from a text.

    Notes
    -----
    The vocabulary is learned in `fit`, so in cross-validation it is learned from the training rows
    only. Texts are padded to the same length; predictions do not depend on the padding.
    `n_features_in_` is 1: the column of texts. Mixup mixes the vectors of texts, which does not
    depend on their lengths; words of texts of different lengths would be mixed with padding.

    References
    ----------
    .. [1] Joulin, Grave, Bojanowski and Mikolov, "Bag of tricks for efficient text classification",
       EACL 2017. https://arxiv.org/abs/1607.01759
    .. [2] Kim, "Convolutional neural networks for sentence classification", EMNLP 2014.
       https://arxiv.org/abs/1408.5882
    .. [3] Conneau et al., "Supervised learning of universal sentence representations from natural
       language inference data", EMNLP 2017. https://arxiv.org/abs/1705.02364
    .. [4] Vaswani et al., "Attention is all you need", NeurIPS 2017.
       https://arxiv.org/abs/1706.03762
    """

    encoder: str = "average"
    embedding_dim: int = 32
    units: int = 64
    n_pairs: int = 32768
    dropout: float = 0.3
    lowercase: bool = True
    token_pattern: str | None = None
    min_df: int | float = 1
    max_features: int = 10000
    max_length: int = 512
    learning_rate: Any = 5e-3
    epochs: int = 20
    patience: int = 3

    _auto_batch_sizes: ClassVar[tuple[int, int]] = (16, 64)
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "encoder": [StrOptions(set(ENCODERS))],
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "units": [Interval(Integral, 1, None, closed="left")],
        "n_pairs": [Interval(Integral, 0, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "lowercase": ["boolean"],
        "token_pattern": [str, None],
        "min_df": [
            Interval(RealNotInt, 0, 1, closed="both"),
            Interval(Integral, 1, None, closed="left"),
        ],
        "max_features": [Interval(Integral, 1, None, closed="left")],
        "max_length": [Interval(Integral, 1, None, closed="left")],
    }
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {"embedding_dim": [32, 16, 64, 128], "dropout": (0.0, 0.5)},
        "medium": {"encoder": list(ENCODERS)},
        "large": {
            "units": [64, 32, 128],
            "n_pairs": [32768, 0],
            "max_features": [10000, 3000, 30000],
            "lowercase": [True, False],
            "mixup": [0.0, 0.2, 1.0],
        },
    }

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        return tags

    def _validate_params(self) -> None:
        super()._validate_params()
        check_pattern(self.token_pattern)

    def _check_X(self, X: Any, *, reset: bool) -> np.ndarray:
        return check_texts(self, X, reset=reset)

    @property
    def feature_encoder(self) -> WordEncoder:
        """Unfitted encoder of the words."""
        return WordEncoder(
            bool(self.lowercase),
            self.token_pattern,
            self.min_df,
            as_int(self.max_features),
            as_int(self.max_length),
        )

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        ids = keras.layers.Input(spec.input_shape, dtype=spec.input_dtype)
        # One row for each of `max_features`, not for each actual word: folds share one trace.
        table = keras.layers.Embedding(
            N_SPECIAL + as_int(params.max_features),
            as_int(params.embedding_dim),
            name="word_vectors",
        )
        x = ENCODERS[params.encoder](ids, table(ids), as_int(params.units), as_int(params.n_pairs))
        x = cls._mixed(params, x)
        if params.dropout:
            x = Dropout(float(params.dropout))(x)
        return cls._model(params, ids, cls._output_layer(params, spec)(x))


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTextClassifier(KerasText, FamilyClassifier):
    """Neural network for text classification (binary, multiclass or multilabel).

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
    >>> from skkeras import KerasTextClassifier
    >>> X = ["a fine day", "what a fine, fine view", "a dull day", "such a dull, dull film"]
    >>> y = ["good", "good", "bad", "bad"]
    >>> model = KerasTextClassifier(max_features=100, n_pairs=0, epochs=100, random_state=0)
    >>> model.fit(X, y).predict(["a fine film", "quite dull"])
    array(['good', 'bad'], dtype='<U4')
    """


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTextRegressor(KerasText, FamilyRegressor):
    """Neural network for text regression with one or several outputs.

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
    >>> from skkeras import KerasTextRegressor
    >>> X = ["one of five stars", "two of five stars", "three of five stars"]
    >>> model = KerasTextRegressor(max_features=100, n_pairs=0, epochs=100, random_state=0)
    >>> model.fit(X, [1, 2, 3]).predict(X).shape
    (3,)
    """
