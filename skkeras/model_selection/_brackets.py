"""Numbers of candidates and epochs in successive halving and Hyperband."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Rung:
    """One round of successive halving.

    Attributes
    ----------
    n_candidates : int
        Number of candidates.
    n_epochs : int
        Number of epochs each has been trained for after the round, including earlier rounds.
    """

    n_candidates: int
    n_epochs: int


@dataclass(frozen=True)
class Bracket:
    """One run of successive halving, from many candidates down to few.

    Attributes
    ----------
    n_halvings : int
        The paper's s: number of times that candidates are eliminated.
    n_candidates : int
        The paper's n: number of candidates in the first rung.
    max_epochs : int
        The paper's R: number of epochs of the last rung.
    factor : float
        The paper's eta: one in `factor` candidates continues, for `factor` times as many epochs.
    """

    n_halvings: int
    n_candidates: int
    max_epochs: int
    factor: float

    @property
    def rungs(self) -> list[Rung]:
        """The rungs, in their order."""
        return [
            Rung(
                max(1, _floor(self.n_candidates / self.factor**rung)),
                _floor(self.max_epochs / self.factor ** (self.n_halvings - rung)),
            )
            for rung in range(self.n_halvings + 1)
        ]

    def check(self) -> None:
        """Check that each rung trains for at least one epoch more than the rung before.

        Raises
        ------
        ValueError
            If a rung does not.
        """
        epochs = [0, *(rung.n_epochs for rung in self.rungs)]
        if any(after <= before for before, after in itertools.pairwise(epochs)):
            raise ValueError(
                f"Each rung trains at least one epoch more than the one before, but "
                f"max_resources={self.max_epochs} and factor={self.factor} give rungs of "
                f"{epochs[1:]} epochs; raise factor, max_resources or min_resources."
            )


def most_halvings(n_most: float, n_least: float, factor: float) -> int:
    """Return the largest s for which ``n_least * factor**s <= n_most``."""
    return _floor(math.log(n_most / n_least, factor))


def hyperband(max_epochs: int, min_epochs: int, factor: float) -> list[Bracket]:
    """Return the brackets of Hyperband, the one with the most candidates first.

    Parameters
    ----------
    max_epochs, min_epochs : int
        Number of epochs of the last rung of each bracket, and minimum of the first rung.
    factor : float
        One in `factor` candidates continues to the next rung.

    Returns
    -------
    list of Bracket
        As in algorithm 1 of the paper. Each has about the same total number of epochs.
    """
    most = most_halvings(max_epochs, min_epochs, factor)
    return [
        Bracket(s, _ceil((most + 1) / (s + 1) * factor**s), max_epochs, factor)
        for s in range(most, -1, -1)
    ]


def halving(
    max_epochs: int, min_epochs: int, factor: float, n_candidates: int | None = None
) -> Bracket:
    """Return one bracket of successive halving.

    Parameters
    ----------
    max_epochs, min_epochs, factor
        As in `hyperband`.
    n_candidates : int or None, default=None
        Number of candidates in the first rung; None takes as many as leave one candidate in the
        last rung. With fewer candidates, there are fewer rungs and the first one has more epochs.

    Returns
    -------
    Bracket
    """
    most = most_halvings(max_epochs, min_epochs, factor)
    if n_candidates is None:
        return Bracket(most, _ceil(factor**most), max_epochs, factor)
    return Bracket(
        min(most, most_halvings(n_candidates, 1, factor)), n_candidates, max_epochs, factor
    )


def fill(brackets: list[Bracket], n_candidates: int) -> list[Bracket]:
    """Return the brackets reduced to a smaller number of candidates.

    Parameters
    ----------
    brackets : list of Bracket
        Brackets for more candidates.
    n_candidates : int
        Number of candidates that are available; all are used.

    Returns
    -------
    list of Bracket
        All are reduced by the same factor; the first one gets the remainder of the rounding.
    """
    share = n_candidates / sum(bracket.n_candidates for bracket in brackets)
    counts = [_floor(bracket.n_candidates * share) for bracket in brackets]
    counts[0] += n_candidates - sum(counts)
    return [
        replace(bracket, n_candidates=count)
        for bracket, count in zip(brackets, counts, strict=True)
        if count
    ]


def tell(
    n_candidates: list[int], n_resources: list[int], max_epochs: int, factor: float
) -> dict[str, int]:
    """Return the attributes that scikit-learn's halving searches have for their rungs.

    Parameters
    ----------
    n_candidates, n_resources : list of int
        Numbers of candidates and epochs of each rung.
    max_epochs, factor
        As in `hyperband`.

    Returns
    -------
    dict of str to int
        Attributes of `sklearn.model_selection.HalvingGridSearchCV`, with their values.
    """
    return {
        "n_iterations_": len(n_resources),
        "min_resources_": n_resources[0],
        "n_possible_iterations_": 1 + most_halvings(max_epochs, n_resources[0], factor),
        "n_required_iterations_": 1 + most_halvings(n_candidates[0], 1, factor),
        "n_remaining_candidates_": _ceil(n_candidates[-1] / factor),
    }


# Logarithms and powers of integers can differ from integers by a rounding error.
def _floor(value: float) -> int:
    return math.floor(value + 1e-9)


def _ceil(value: float) -> int:
    return math.ceil(value - 1e-9)
