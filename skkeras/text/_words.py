"""Validate texts and encode their words as integers."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Self

import numpy as np
import scipy.sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils.validation import _check_feature_names

from skkeras.base.data import shared_length

_WORD = r"\w+|[^\w\s]"
# Scripts without spaces between words: Thai, Lao, Myanmar and Khmer; kana; Chinese characters.
_SCRIPTS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_CHARACTER = re.compile(f"[{_SCRIPTS}]")
_SPACE_BETWEEN = re.compile(rf"[{_SCRIPTS}]\s+(?=[{_SCRIPTS}])")
_WORD_OR_CHARACTER = rf"[{_SCRIPTS}]|[^\W{_SCRIPTS}]+|[^\w\s]"
WORD_PATTERNS = (_WORD, _WORD_OR_CHARACTER)
# Maximum number of these characters per space in texts whose words are separated by spaces.
_WORD_LENGTH = 8

_PADDING, _UNKNOWN, N_SPECIAL = 0, 1, 2

_EXPECTED = "expected one text a row: a list, a Series or one column of strings"
_COLUMN = (
    "Take one column, as in X[['text']], or in a pipeline after "
    "ColumnTransformer([('texts', 'passthrough', ['text'])]); KerasMultiInputClassifier and "
    "KerasMultiInputRegressor read several"
)


def check_texts(estimator: Any, X: Any, *, reset: bool) -> np.ndarray:
    """Validate texts and convert them to one array.

    Parameters
    ----------
    estimator : estimator
        Its attributes `n_features_in_`, which is 1, and `X_dtype_` are set, and `feature_names_in_`
        for a data frame.
    X : array-like of shape (n_texts,) or (n_texts, 1)
        Strings; None and NaN are treated as empty texts.
    reset : bool
        Whether this is the data of `fit`.

    Returns
    -------
    ndarray of shape (n_texts,), object
        Strings.

    Raises
    ------
    ValueError
        If X has a wrong shape or no texts.
    TypeError
        If X holds values that are not strings.
    """
    if scipy.sparse.issparse(X):
        raise TypeError(f"Sparse data was passed for X; {_EXPECTED}.")
    if isinstance(X, (str, bytes)):
        raise ValueError(f"X is one single {type(X).__name__}; {_EXPECTED}.")
    values = np.asarray(X, dtype=object)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 2:
        raise ValueError(f"X has {values.shape[1]} columns; {_EXPECTED}. {_COLUMN}.")
    if values.ndim != 1:
        raise ValueError(f"X has {values.ndim} dimension(s); {_EXPECTED}.")
    if not len(values):
        raise ValueError(f"X holds no text; {_EXPECTED}.")
    texts = np.empty(len(values), object)
    for place, value in enumerate(values):
        texts[place] = _text(value, place)
    _check_feature_names(estimator, X, reset=reset)
    if reset:
        estimator.n_features_in_, estimator.X_dtype_ = 1, texts.dtype
    return texts


def _text(value: Any, place: int) -> str:
    if isinstance(value, str):
        return str(value)
    # pandas' NA is detected by its type, because its comparisons return NA.
    if value is None or type(value).__name__ == "NAType" or _is_nan(value):
        return ""
    hint = "; decode bytes first" if isinstance(value, bytes) else ""
    raise TypeError(f"Row {place} of X is of type {type(value).__name__}; {_EXPECTED}{hint}.")


def _is_nan(value: Any) -> bool:
    return isinstance(value, (float, np.floating)) and bool(np.isnan(value))


def check_pattern(token_pattern: str | None) -> None:
    """Raise an error if `token_pattern` is not a regular expression of a word.

    Raises
    ------
    ValueError
        If it does not compile, or has several groups, of which only one could be the word.
    """
    if token_pattern is None:
        return
    try:
        groups = re.compile(token_pattern).groups
    except re.error as error:
        raise ValueError(
            f"token_pattern must be a regular expression; got {token_pattern!r}: {error}."
        ) from error
    if groups > 1:
        raise ValueError(
            f"token_pattern must have one group at most; got {token_pattern!r} with {groups}. "
            f"Write (?:...) for those that are not the word."
        )


def _lack_spaces(texts: np.ndarray) -> bool:
    """Return whether texts in scripts without spaces between words have few spaces."""
    n_characters = n_spaces = 0
    for text in texts:
        n = 0 if text.isascii() else len(_CHARACTER.findall(text))
        # Texts in other languages may hold a few of these characters.
        if 3 * n > len("".join(text.split())):
            n_characters += n
            n_spaces += len(_SPACE_BETWEEN.findall(text))
    return n_characters > _WORD_LENGTH * n_spaces


class WordEncoder(TransformerMixin, BaseEstimator):
    """Encode words as integers: 0 is padding, 1 is a word that is not in the vocabulary.

    Parameters
    ----------
    lowercase : bool
        Whether to convert texts to lower case first.
    token_pattern : str or None
        Regular expression of a word. If None, words are runs of letters and digits, and single
        punctuation marks; if the texts in `fit` have no spaces between the words of Chinese,
        Japanese, Thai, Lao, Khmer or Burmese, also single characters of these scripts.
    min_df : int or float
        Minimum number or fraction of texts that a word of the vocabulary occurs in.
    max_features : int
        Maximum size of the vocabulary, which has the most frequent words of all texts.
    max_length : int
        Maximum number of words that are read from a text.

    Attributes
    ----------
    words_ : tuple (str, ndarray of int)
        All words concatenated, and the index where each ends. A dict or an array of strings would
        make files of fitted estimators many times as large.
    pattern_ : str
        Regular expression of a word.
    length_ : int
        Number of words that are read from a text, including padding.
    """

    def __init__(
        self,
        lowercase: bool,
        token_pattern: str | None,
        min_df: int | float,
        max_features: int,
        max_length: int,
    ) -> None:
        self.lowercase = lowercase
        self.token_pattern = token_pattern
        self.min_df = min_df
        self.max_features = max_features
        self.max_length = max_length

    def _counter(self) -> CountVectorizer:
        return CountVectorizer(
            lowercase=self.lowercase,
            token_pattern=self.pattern_,
            min_df=self.min_df,
            max_features=self.max_features,
        )

    @property
    def vocabulary_(self) -> dict[str, int]:
        """Mapping of words to integers."""
        letters, ends = self.words_
        starts = [0, *ends.tolist()]
        words = (letters[start:end] for start, end in pairwise(starts))
        return {word: number for number, word in enumerate(words, N_SPECIAL)}

    def fit(self, X: np.ndarray, y: Any = None) -> Self:
        """Learn the vocabulary.

        Parameters
        ----------
        X : ndarray of shape (n_texts,), object
            Texts.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the vocabulary is empty.
        """
        default = _WORD_OR_CHARACTER if _lack_spaces(X) else _WORD
        self.pattern_ = default if self.token_pattern is None else self.token_pattern
        counter = self._counter()
        try:
            counter.fit(X)
        except ValueError as error:
            raise ValueError(
                f"No word of X is left for the vocabulary ({error}) Give texts that have words, or "
                f"change token_pattern={self.token_pattern!r} or min_df={self.min_df!r}."
            ) from error
        words = sorted(counter.vocabulary_)
        self.words_ = "".join(words), np.cumsum([len(word) for word in words], dtype=np.int64)
        analyze = counter.build_analyzer()
        longest = max(len(analyze(text)) for text in X)
        self.length_ = min(shared_length(longest), self.max_length)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return the integers of each text's words.

        Parameters
        ----------
        X : ndarray of shape (n_texts,), object
            Texts.

        Returns
        -------
        ndarray of shape (n_texts, length_), int32
            Integers, padded with 0 at the end. A text without words is one unknown word.
        """
        analyze, numbers = self._counter().build_analyzer(), self.vocabulary_
        encoded = np.full((len(X), self.length_), _PADDING, np.int32)
        for row, text in zip(encoded, X, strict=True):
            words = [numbers.get(word, _UNKNOWN) for word in analyze(text)[: self.length_]]
            words = words or [_UNKNOWN]
            row[: len(words)] = words
        return encoded
