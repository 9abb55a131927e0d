"""Words of texts as integers."""

from __future__ import annotations

import re
import sys
from itertools import pairwise

import numpy as np

from skkeras.onnx._graph import Graph, Name
from skkeras.text import WORD_PATTERNS, WordEncoder

# A token that fills rows. It is no word, because two characters of private use are two words.
_FILL = "\uf8ff\uf8ff"


def add_words(graph: Graph, name: str, encoder: WordEncoder, x: Name) -> Name:
    """Add what a `WordEncoder` does to texts.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    name : str
        Name of the estimator, for messages.
    encoder : WordEncoder
        Fitted encoder.
    x : str
        Name of a tensor of strings, of shape (n_rows,) or (n_rows, 1).

    Returns
    -------
    str
        Name of the numbers of words, int32 of shape (n_rows, length_).

    Raises
    ------
    ValueError
        If the regular expression of a word is not one of those of this package.
    """
    if encoder.pattern_ not in WORD_PATTERNS:
        raise ValueError(
            f"{name} cannot be exported to ONNX with token_pattern={encoder.token_pattern!r}, "
            f"because runtimes of ONNX have other regular expressions; use the default."
        )
    texts = graph.reshape(x, -1)
    if encoder.lowercase:
        # The default, American English, is missing from most containers.
        locale = "C.UTF-8"
        texts = graph.add("StringNormalizer", texts, case_change_action="LOWER", locale=locale)
    words = graph.add(
        "Tokenizer",
        texts,
        domain="com.microsoft",
        mark=0,
        mincharnum=1,
        pad_value=_FILL,
        tokenexp=_explicit(encoder.pattern_),
    )
    vocabulary = encoder.vocabulary_ | {_FILL: 0}
    numbers = graph.add(
        "LabelEncoder",
        words,
        domain="ai.onnx.ml",
        keys_strings=list(vocabulary),
        values_int64s=list(vocabulary.values()),
        default_int64=1,
    )
    length = encoder.length_
    padded = graph.add("Pad", numbers, np.array([0, 0, 0, length]))
    kept = graph.add("Slice", padded, np.array([0]), np.array([length]), np.array([1]))
    # A text without words is one unknown word.
    first = np.eye(1, length, dtype=np.int64)
    return graph.cast(graph.add("Max", kept, first), "int32")


def _explicit(pattern: str) -> str:
    """Return a regular expression with the ranges of its characters instead of classes.

    Runtimes have other classes of letters than Python; ranges mean the same everywhere.
    """
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, sys.maxunicode + 1)]))
    alternatives = []
    for one in pattern.split("|"):
        characters = re.findall(one.removesuffix("+"), every)
        places = np.array([ord(character) for character in characters])
        ends = [0, *(np.flatnonzero(np.diff(places) > 1) + 1), len(places)]
        ranges = [(places[a], places[b - 1]) for a, b in pairwise(ends)]
        inside = "".join(rf"\x{{{a:x}}}-\x{{{b:x}}}" for a, b in ranges)
        alternatives.append(f"[{inside}]{'+' if one.endswith('+') else ''}")
    return "|".join(alternatives)
