"""Hash what a traced JAX function computes."""

from __future__ import annotations

import hashlib
from typing import Any


def digest_of(lowered: Any) -> str:
    """Hash what a lowered function computes.

    Parameters
    ----------
    lowered : jax.stages.Lowered
        The function.

    Returns
    -------
    str
        Equal for two functions only if they compute the same, in any process.

    Raises
    ------
    NotImplementedError
        If the function calls Python.
    """
    text = lowered.as_text()
    if "callback" in text:
        raise NotImplementedError("the model calls Python, and a trace does not show what it does")
    shown = (text, str(lowered.in_tree), str(lowered.out_tree))
    return hashlib.sha256("\0".join(shown).encode()).hexdigest()
