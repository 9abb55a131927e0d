"""The rungs of one fit of a successive halving search."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skkeras.model_selection._brackets import Bracket, Rung
from skkeras.model_selection._fit_pool import FitPool


class HalvingRun:
    """Trains candidates rung by rung, and continues with the best of each rung.

    Parameters
    ----------
    search : BaseHalvingSearchCV
        The search.
    resource : str
        Name of the parameter with the network's number of epochs.

    Attributes
    ----------
    pool : FitPool
        The fits of the candidates that continue.
    columns : dict of list of int
        Columns of `cv_results_`: rung, epochs and bracket of each row.
    n_candidates, n_resources : list of list of int
        Numbers of candidates and of epochs in each rung of each bracket.
    """

    def __init__(self, search: Any, resource: str) -> None:
        self._search = search
        self.pool = FitPool(search.estimator, resource, search.max_resources)
        self.columns: dict[str, list[int]] = {"iter": [], "n_resources": [], "bracket": []}
        self.n_candidates: list[list[int]] = []
        self.n_resources: list[list[int]] = []

    def run(
        self,
        evaluate: Callable,
        brackets: list[Bracket],
        candidates: list[dict[str, Any]],
        callback_ctx: Any,
    ) -> None:
        """Run brackets, one after the other, until a callback or the time limit ends them.

        Parameters
        ----------
        evaluate : callable
            The function that scikit-learn passes to `_run_search`.
        brackets : list of Bracket
            The brackets.
        candidates : list of dict
            Parameters for the estimator: those of the first rung of each bracket.
        callback_ctx : CallbackContext
            Context of the search.
        """
        self._search._evaluation.n_planned = sum(
            rung.n_candidates for bracket in brackets for rung in bracket.rungs
        )
        search_ctx = callback_ctx.subcontext(
            task_name="search", max_subtasks=len(brackets)
        ).call_on_fit_task_begin(estimator=self._search)
        numbered = iter(enumerate(candidates))
        for bracket in brackets:
            alive = dict(next(numbered) for _ in range(bracket.n_candidates))
            bracket_ctx = search_ctx.subcontext(
                task_name=f"bracket {bracket.n_halvings}", max_subtasks=len(bracket.rungs)
            ).call_on_fit_task_begin(estimator=self._search)
            stop = self._run_bracket(evaluate, bracket, alive, bracket_ctx)
            if bracket_ctx.call_on_fit_task_end(estimator=self._search) or stop:
                break
        search_ctx.call_on_fit_task_end(estimator=self._search)

    def _run_bracket(
        self, evaluate: Callable, bracket: Bracket, alive: dict[int, dict[str, Any]], ctx: Any
    ) -> bool:
        """Run all rungs, and return whether a callback requests to stop the search."""
        rungs = bracket.rungs
        n_candidates: list[int] = []
        n_resources: list[int] = []
        self.n_candidates.append(n_candidates)
        self.n_resources.append(n_resources)
        for number, (rung, following) in enumerate(zip(rungs, [*rungs[1:], None], strict=True)):
            n_before = len(self.columns["iter"])
            columns = {"iter": number, "n_resources": rung.n_epochs, "bracket": bracket.n_halvings}
            n_epochs = rung.n_epochs - (rungs[number - 1].n_epochs if number else 0)
            scores, stop = self._run_rung(evaluate, rung, alive, columns, ctx, n_epochs)
            stop |= self._search._evaluation.limit.is_binding
            if n_evaluated := len(self.columns["iter"]) - n_before:
                n_candidates.append(n_evaluated)
                n_resources.append(rung.n_epochs)
            ranked = sorted(
                (one for one, score in scores.items() if not np.isnan(score)),
                key=lambda one: -scores[one],
            )
            n_next = following.n_candidates if following is not None and not stop else 0
            alive = {one: alive[one] for one in self.pool.keep(ranked, n_next)}
            if not alive:
                break
        return stop

    def _run_rung(
        self,
        evaluate: Callable,
        rung: Rung,
        alive: dict[int, dict[str, Any]],
        columns: dict[str, int],
        ctx: Any,
        n_epochs: int,
    ) -> tuple[dict[int, float], bool]:
        batches = self._search._batches(list(alive))
        rung_ctx = ctx.subcontext(
            task_name=f"until epoch {rung.n_epochs}", max_subtasks=len(batches)
        ).call_on_fit_task_begin(estimator=self._search)
        scores: dict[int, float] = {}
        stop = False
        for batch in batches:

            def prepare(places: list[int], batch: list[int] = batch) -> None:
                chosen = [batch[place] for place in places]
                self.pool.dispatch(chosen, self._search.n_repeats * self._search.n_splits_)
                for name, value in columns.items():
                    self.columns[name] += [value] * len(chosen)

            candidates = [alive[one] | {self.pool.resource: rung.n_epochs} for one in batch]
            with warnings.catch_warnings():
                # The search warns once for all candidates.
                warnings.filterwarnings("ignore", "The loss of .* became NaN", ConvergenceWarning)
                found, stop = self._search._evaluation.scores(
                    evaluate, candidates, rung_ctx, n_epochs, prepare
                )
            scores |= zip(batch, found, strict=True)
            if stop:
                break
        return scores, bool(rung_ctx.call_on_fit_task_end(estimator=self._search)) or stop
