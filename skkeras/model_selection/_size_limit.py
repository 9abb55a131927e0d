"""Candidates whose networks have too many weights."""

from __future__ import annotations

import warnings
from typing import Any

from sklearn.base import clone

from skkeras._weight_count import count_weights
from skkeras.model_selection._jobs import has_network


class SizeLimit:
    """Leaves out candidates whose networks have more than `max_parameters` weights.

    The steps before a network are fitted and the network is built, but it is not trained.

    Parameters
    ----------
    search : BaseSearchCV
        The search.
    """

    def __init__(self, search: Any) -> None:
        self._search = search
        self._largest = search.max_parameters
        self._data: tuple[Any, ...] = ()
        self._n_candidates = 0
        self._too_large: list[int] = []

    def learn(self, X: Any, y: Any) -> None:
        """Set the data that networks are built for."""
        self._data = (X,) if y is None else (X, y)

    def keep(self, candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the candidates that are not too large."""
        if self._largest is None:
            return candidates
        self._n_candidates += len(candidates)
        kept = []
        for params in candidates:
            n_weights = self._count(params)
            if n_weights is None or n_weights <= self._largest:
                kept.append(params)
            else:
                self._too_large.append(n_weights)
        return kept

    def _count(self, params: dict[str, Any]) -> int | None:
        model = clone(self._search.estimator).set_params(**clone(params, safe=False))
        if not has_network(model):
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the fits give the same warnings
                return count_weights(lambda: model.fit(*self._data))
        except Exception:  # fits fail in the same way, and the search handles that
            return None

    def check(self) -> None:
        """Say how many candidates were left out.

        Raises
        ------
        ValueError
            If all were.
        """
        n_out = len(self._too_large)
        if not n_out:
            return
        if n_out == self._n_candidates:
            raise ValueError(
                f"max_parameters={self._largest} leaves out all {n_out} candidates: the smallest "
                f"network has {min(self._too_large)} weights. Raise max_parameters, or search "
                "smaller networks."
            )
        counts = dict.fromkeys([min(self._too_large), max(self._too_large)])
        warnings.warn(
            f"max_parameters={self._largest} leaves out {n_out} of {self._n_candidates} candidates,"
            f" whose networks have {' to '.join(map(str, counts))} weights.",
            UserWarning,
            stacklevel=2,
        )
