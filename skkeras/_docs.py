"""Docstrings with parts that several classes share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping


def substitute(text: str, parts: Mapping[str, str]) -> str:
    """Replace each ``{name}`` in a text by the part of that name, also inside parts.

    Parameters
    ----------
    text : str
        Docstring.
    parts : mapping of str to str
        Texts by their names; those that the text does not name are left out.

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
    """Decorate a class so that its docstring is filled with these parts."""

    def fill(cls: type) -> type:
        cls.__doc__ = substitute(cls.__doc__ or "", parts)
        return cls

    return fill
