import pytest

from skkeras.model_selection._brackets import Rung, fill, halving, hyperband


def table(brackets):
    return {
        bracket.n_halvings: [(rung.n_candidates, rung.n_epochs) for rung in bracket.rungs]
        for bracket in brackets
    }


def test_hyperband_as_in_the_paper():
    assert table(hyperband(81, 1, 3)) == {
        4: [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        3: [(34, 3), (11, 9), (3, 27), (1, 81)],
        2: [(15, 9), (5, 27), (1, 81)],
        1: [(8, 27), (2, 81)],
        0: [(5, 81)],
    }


def test_budgets_that_are_no_powers():
    assert table(hyperband(100, 1, 3))[4] == [(81, 1), (27, 3), (9, 11), (3, 33), (1, 100)]
    assert table(hyperband(10, 1, 2.5)) == {
        2: [(7, 1), (2, 4), (1, 10)],
        1: [(4, 4), (1, 10)],
        0: [(3, 10)],
    }
    assert table(hyperband(2, 1, 3)) == {0: [(1, 2)]}


@pytest.mark.parametrize("power", range(1, 12))
def test_powers_in_full(power):
    rungs = halving(3**power, 1, 3).rungs
    assert rungs[0] == Rung(3**power, 1) and rungs[-1] == Rung(1, 3**power)
    assert len(rungs) == power + 1


def test_first_rungs_of_more_epochs():
    assert table(hyperband(81, 9, 3)) == {
        2: [(9, 9), (3, 27), (1, 81)],
        1: [(5, 27), (1, 81)],
        0: [(3, 81)],
    }
    assert [rung.n_epochs for rung in halving(81, 10, 3).rungs] == [27, 81]


def test_as_many_candidates_as_given():
    assert table([halving(81, 1, 3, 100)]) == {4: [(100, 1), (33, 3), (11, 9), (3, 27), (1, 81)]}
    # Fewer than it takes to leave any behind in the first rungs.
    assert table([halving(81, 1, 3, 10)]) == {2: [(10, 9), (3, 27), (1, 81)]}
    assert table([halving(81, 1, 3, 2)]) == {0: [(2, 81)]}


def test_fewer_candidates_than_brackets_want():
    filled = fill(hyperband(81, 1, 3), 40)
    assert [bracket.n_candidates for bracket in filled] == [24, 9, 4, 2, 1]
    assert [bracket.n_candidates for bracket in fill(hyperband(81, 1, 3), 3)] == [3]
    assert table(fill(hyperband(9, 1, 3), 4)) == {2: [(3, 1), (1, 3), (1, 9)], 1: [(1, 3), (1, 9)]}


@pytest.mark.parametrize(("epochs", "factor"), [(2, 1.2), (10, 1.1)])
def test_rungs_of_less_than_an_epoch_are_refused(epochs, factor):
    with pytest.raises(ValueError, match=rf"at least one epoch more.*max_resources={epochs}"):
        halving(epochs, 1, factor).check()
