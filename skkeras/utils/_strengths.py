"""Values of the parameter `augmentation`: names of random changes, and their strengths."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

from skkeras.utils._params import to_python


def strengths_of(value: Any, known: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """Return the strengths of random changes by name, in the order of application.

    Parameters
    ----------
    value : str, sequence of str, dict or None
        The parameter `augmentation`: a name, names separated by commas or in a sequence, or a dict
        of names and strengths.
    known : dict of str to tuple
        For each name, in the order of application, the default strength, and the maximum strength
        or a tuple of all strengths.

    Returns
    -------
    dict
        Strengths by name.

    Raises
    ------
    ValueError
        If a name or a strength is invalid.
    """
    if value is None:
        return {}
    if isinstance(value, Mapping):
        given = {name: to_python(strength) for name, strength in value.items()}
    else:
        names = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        given = {name: known.get(name, (None,))[0] for name in names}
    if not given or not given.keys() <= known.keys():
        raise ValueError(
            f"augmentation must be None, names out of {list(known)}, or a dict of such names "
            f"and their strengths; got {value!r}."
        )
    for name, strength in given.items():
        _check(name, strength, known[name][1])
    return {name: given[name] for name in known if name in given}


def _check(name: str, strength: Any, valid: Any) -> None:
    if isinstance(valid, tuple):
        if strength not in valid:
            raise ValueError(f"The strength of {name!r} must be one of {valid}; got {strength!r}.")
        return
    is_number = isinstance(strength, Real) and not isinstance(strength, bool)
    if not is_number or not 0 < strength <= valid or math.isinf(strength):
        raise ValueError(
            f"The strength of {name!r} must be a number above 0"
            f"{'' if math.isinf(valid) else f' and at most {valid}'}; got {strength!r}."
        )
