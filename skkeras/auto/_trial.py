"""What came out of one search."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skkeras.auto._families import Family


@dataclass
class Trial:
    """One search, or the reason that there is none.

    Attributes
    ----------
    family : Family
        What was tried.
    search : search or None
        The fitted search; None if all of its fits failed.
    params : dict
        Parameters that the search had in common.
    error : str
        Why fits failed; empty if none did.
    """

    family: Family
    search: Any = None
    params: dict[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def best(self) -> float:
        """The best score."""
        scores = [] if self.search is None else self.search.cv_results_["mean_test_score"]
        return float(np.nanmax([-np.inf, *scores]))
