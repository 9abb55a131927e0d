"""Docstrings with parts that several classes share, and links to the pages made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping


class DocLinkMixin:
    """Mixin of public estimators, whose HTML links to their pages of the API reference."""

    _doc_link_module = "skkeras"
    _doc_link_template = (
        "https://skkeras.readthedocs.io/en/stable/api/generated/"
        "{estimator_module}.{estimator_name}.html"
    )


def substitute(text: str, parts: Mapping[str, str]) -> str:
    """Replace each ``{name}`` in a text with the part of that name, also inside parts.

    Parameters
    ----------
    text : str
        Docstring.
    parts : mapping of str to str
        Parts by name; parts that the text does not use are ignored.

    Returns
    -------
    str
        The text, with all parts filled in.

    Raises
    ------
    KeyError
        If a name has no part.
    """

    def part(found: re.Match[str]) -> str:
        if found[1] not in parts:
            raise KeyError(f"A docstring names {found[0]}, and there are {sorted(parts)}.")
        return substitute(parts[found[1]], parts)

    return re.sub(r"\{(\w+)\}", part, text)


def with_parts(**parts: str) -> Callable[[type], type]:
    """Return a class decorator that fills these parts into the docstring."""

    def fill(cls: type) -> type:
        cls.__doc__ = substitute(cls.__doc__ or "", parts)
        return cls

    return fill
