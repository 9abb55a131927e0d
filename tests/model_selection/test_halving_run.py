"""Which candidates continue in which rung; the fits themselves are replaced."""

import math
from types import SimpleNamespace

import pytest

from skkeras.model_selection._brackets import halving, hyperband
from skkeras.model_selection._halving_run import HalvingRun


class Context:
    """A callback context, in which callbacks ask to end the tasks of one name."""

    def __init__(self, ends=None, name=None):
        self.ends, self.name = ends, name

    def subcontext(self, task_name, max_subtasks):
        return Context(self.ends, task_name)

    def call_on_fit_task_begin(self, estimator):
        return self

    def call_on_fit_task_end(self, estimator):
        return self.name == self.ends


class Search:
    """A search whose candidates score their value, and that evaluates three at a time."""

    n_repeats, n_splits_, max_resources, estimator = 2, 5, 9, None

    def __init__(self, left_out=()):
        self._evaluation = self
        self.limit = SimpleNamespace(is_binding=False)
        self.left_out, self.evaluated = left_out, []

    def _batches(self, candidates):
        return [candidates[first : first + 3] for first in range(0, len(candidates), 3)]

    def scores(self, evaluate, candidates, ctx, n_epochs, prepare):
        values = [candidate["value"] for candidate in candidates]
        places = [place for place, value in enumerate(values) if value not in self.left_out]
        self.limit.is_binding |= len(places) < len(values)
        prepare(places)
        self.evaluated += [
            (values[place], candidates[place]["epochs"], n_epochs) for place in places
        ]
        return [math.nan if value in self.left_out else value for value in values], False


class Pool:
    """A pool of fits that all can continue."""

    resource = "epochs"

    def dispatch(self, candidates, n_runs):
        assert n_runs == 10

    def keep(self, ranked, n_most):
        return ranked[:n_most]


def ran(search, brackets, values, ends=None):
    run = HalvingRun(search, "epochs")
    run.pool = Pool()
    run.run(None, brackets, [{"value": value} for value in values], Context(ends))
    return run


def test_the_best_of_each_rung_continue():
    search = Search()
    values = [3, 1, 4, 8, 5, 9, 2, 6, 7]
    run = ran(search, [halving(9, 1, 3)], values)
    assert search.n_planned == 13
    first, second, last = search.evaluated[:9], search.evaluated[9:12], search.evaluated[12:]
    assert first == [(value, 1, 1) for value in values]
    assert second == [(value, 3, 2) for value in (9, 8, 7)] and last == [(9, 9, 6)]
    assert run.n_candidates == [[9, 3, 1]] and run.n_resources == [[1, 3, 9]]
    assert run.columns == {
        "iter": [0] * 9 + [1] * 3 + [2],
        "n_resources": [1] * 9 + [3] * 3 + [9],
        "bracket": [2] * 13,
    }


def test_each_bracket_has_candidates_of_its_own():
    search = Search()
    run = ran(search, hyperband(4, 1, 2), range(10))
    assert [value for value, _, _ in search.evaluated] == [0, 1, 2, 3, 3, 2, 3, 4, 5, 6, 6, 7, 8, 9]
    assert run.n_candidates == [[4, 2, 1], [3, 1], [3]]
    assert run.columns["bracket"] == [2] * 7 + [1] * 4 + [0] * 3


def test_candidates_without_a_score_do_not_continue():
    search = Search()
    run = ran(search, [halving(9, 1, 3)], [math.nan] * 8 + [1])
    assert run.n_candidates == [[9, 1, 1]] and search.evaluated[-1] == (1, 9, 6)
    assert ran(Search(), [halving(9, 1, 3)], [math.nan] * 9).n_candidates == [[9]]


def test_no_rung_follows_one_whose_candidates_had_no_time():
    run = ran(Search(left_out=(3, 4)), hyperband(4, 1, 2), range(10))
    assert run.n_candidates == [[3]] and run.columns["iter"] == [0] * 3


@pytest.mark.parametrize(
    ("task", "expected"), [("until epoch 2", [[4, 2]]), ("bracket 2", [[4, 2, 1]])]
)
def test_a_callback_ends_the_run(task, expected):
    assert ran(Search(), hyperband(4, 1, 2), range(10), task).n_candidates == expected
