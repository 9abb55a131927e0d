"""The parameter `candidates`: what the user chose to train."""

from __future__ import annotations

from typing import Any

from skkeras.auto._families import KINDS_OF, NAMES
from skkeras.auto._kinds import kind_of


def check_candidates(candidates: Any) -> None:
    """Check what the user chose to train.

    Parameters
    ----------
    candidates : str, list or tuple
        A string, or names of families and estimators.

    Raises
    ------
    TypeError
        If one is neither a name nor an estimator.
    ValueError
        If there are none, or a name is not that of a family.
    """
    if isinstance(candidates, str):
        return
    if not candidates:
        raise ValueError('candidates is empty; give at least one name or estimator, or "auto".')
    for candidate in candidates:
        if isinstance(candidate, str):
            if candidate not in NAMES:
                raise ValueError(f"candidates may name {list(NAMES)}; got {candidate!r}.")
        elif isinstance(candidate, type) or not hasattr(candidate, "fit"):
            raise TypeError(
                f"candidates takes names of families and estimators; got {candidate!r}."
            )


def kind_for(candidates: Any, X: Any) -> str:
    """Return the kind of data that X is taken for.

    Parameters
    ----------
    candidates : str, list or tuple
        What `check_candidates` accepts.
    X : array-like, data frame or list
        Data.

    Returns
    -------
    str
        The only kind that the chosen families take, or what `kind_of` returns; "any" if that raises
        an error and the user chose estimators only.

    Raises
    ------
    ValueError
        If X could be of several kinds, or is of none that all chosen families take.
    """
    if isinstance(candidates, str):
        return kind_of(X)
    taken = [KINDS_OF[name] for name in candidates if isinstance(name, str)]
    kinds = set.intersection(*taken) if taken else set()
    if len(kinds) == 1:
        return kinds.pop()
    try:
        kind = kind_of(X)
    except ValueError:
        if not taken:  # the user's estimators know
            return "any"
        raise
    if taken and kind not in kinds:
        raise ValueError(
            f"X is of the kind {kind!r}, which not all of candidates={candidates} take. "
            'Leave out those that do not, or set candidates="auto".'
        )
    return kind
