"""How many candidates are trained for how many epochs: the arithmetic of successive halving."""

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
        How many candidates take part.
    n_epochs : int
        For how many epochs each is trained by the end of the round, those before included.
    """

    n_candidates: int
    n_epochs: int


@dataclass(frozen=True)
class Bracket:
    """One run of successive halving, from many candidates down to few.

    Attributes
    ----------
    n_halvings : int
        The paper's s: how often candidates are left behind.
    n_candidates : int
        The paper's n: with how many candidates the first rung starts.
    max_epochs : int
        The paper's R: the epochs of the last rung.
    factor : float
        The paper's eta: one in so many candidates goes on, for so many times the epochs.
    """

    n_halvings: int
    n_candidates: int
    max_epochs: int
    factor: float

    @property
    def rungs(self) -> list[Rung]:
        """The rounds, in their order."""
        return [
            Rung(
                max(1, _floor(self.n_candidates / self.factor**rung)),
                _floor(self.max_epochs / self.factor ** (self.n_halvings - rung)),
            )
            for rung in range(self.n_halvings + 1)
        ]

    def check(self) -> None:
        """Refuse rungs that train for no epoch more than the ones before.

        Raises
        ------
        ValueError
            If there is such a rung.
        """
        epochs = [0, *(rung.n_epochs for rung in self.rungs)]
        if any(after <= before for before, after in itertools.pairwise(epochs)):
            raise ValueError(
                f"Each rung trains at least one epoch more than the one before, but "
                f"max_resources={self.max_epochs} and factor={self.factor} give rungs of "
                f"{epochs[1:]} epochs; raise factor, max_resources or min_resources."
            )


def most_halvings(n_most: float, n_least: float, factor: float) -> int:
    """Return the greatest s for which ``n_least * factor**s <= n_most``."""
    return _floor(math.log(n_most / n_least, factor))


def hyperband(max_epochs: int, min_epochs: int, factor: float) -> list[Bracket]:
    """Return the brackets of Hyperband, the one with the most candidates first.

    Parameters
    ----------
    max_epochs, min_epochs : int
        Epochs of the last rung of each bracket, and of the first rung at the least.
    factor : float
        One in so many candidates goes on.

    Returns
    -------
    list of Bracket
        As in algorithm 1 of the paper: each trains for about the same number of epochs in all.
    """
    most = most_halvings(max_epochs, min_epochs, factor)
    return [
        Bracket(s, _ceil((most + 1) / (s + 1) * factor**s), max_epochs, factor)
        for s in range(most, -1, -1)
    ]


def halving(
    max_epochs: int, min_epochs: int, factor: float, n_candidates: int | None = None
) -> Bracket:
    """Return one bracket.

    Parameters
    ----------
    max_epochs, min_epochs, factor
        As in `hyperband`.
    n_candidates : int or None, default=None
        Candidates of the first rung; None takes as many as leave one for the last rung. Where
        fewer are given, the first rung comes later, for there is less to leave behind.

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
    """Return the brackets that a smaller number of candidates is enough for.

    Parameters
    ----------
    brackets : list of Bracket
        Brackets for more candidates.
    n_candidates : int
        How many there are; none is left out.

    Returns
    -------
    list of Bracket
        All have the same share of what they had; what rounding leaves goes to the first.
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
    """Tell of rungs what scikit-learn's searches in rungs tell.

    Parameters
    ----------
    n_candidates, n_resources : list of int
        Candidates and epochs of each rung.
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


# Logarithms and powers of whole numbers come out a rounding error beside whole numbers.
def _floor(value: float) -> int:
    return math.floor(value + 1e-9)


def _ceil(value: float) -> int:
    return math.ceil(value - 1e-9)
