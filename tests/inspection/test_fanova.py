import itertools
import sys

import numpy as np
import optuna
import pytest

from skkeras.inspection._candidates import Candidates
from skkeras.inspection._fanova import _fanova, importances


def candidates(params, scores, log=None, resources=None):
    return Candidates(
        params=params,
        scores=np.asarray(scores, dtype=float),
        stds=np.zeros(len(params)),
        resources=resources,
        best=0,
        score_name="Score",
        resource_name="net__epochs",
        log=log or {},
    )


def full_grid(score, **values):
    params = [
        dict(zip(values, point, strict=True)) for point in itertools.product(*values.values())
    ]
    return candidates(params, [score(**p) for p in params])


def test_shares_of_a_sum_are_those_of_its_terms():
    # On a full grid the variance of a sum of terms is the sum of their variances.
    lengths = {(8,): 0.0, (8, 8): 1.0, (8, 8, 8): 2.0}
    found = importances(
        full_grid(
            lambda a, rate, sizes: a + 2 * np.log10(rate) + lengths[sizes],
            a=[0, 1, 2],
            rate=[1e-3, 1e-2, 1e-1],
            sizes=list(lengths),
        )
    )
    assert found.shares == pytest.approx({"a": 1 / 6, "rate": 4 / 6, "sizes": 1 / 6}, abs=0.06)
    assert next(iter(found.shares)) == "rate"
    assert found.warning == "" and found.r2 > 0.8


def test_what_only_two_parameters_explain_together_is_left_over():
    found = importances(full_grid(lambda a, b: a * b, a=[-2, -1, 1, 2], b=[-2, -1, 1, 2]))
    assert sum(found.shares.values()) < 0.4


def test_numbers_count_on_their_scale():
    # Half the decades score 1: half the range on a logarithmic scale, a thousandth on a linear one.
    rates = 10 ** np.random.default_rng(0).uniform(-6, 0, 80)
    others = np.random.default_rng(1).uniform(0, 1, 80)
    params = [{"rate": r, "other": o} for r, o in zip(rates, others, strict=True)]
    scores = (rates < 1e-3) + 0.5 * (others < 0.5)
    log = importances(candidates(params, scores, {"rate": True, "other": False}))
    # Variances 1/4 and 1/16.
    assert log.shares == pytest.approx({"rate": 0.8, "other": 0.2}, abs=0.05)
    linear = importances(candidates(params, scores, {"rate": False, "other": False}))
    assert linear.shares["rate"] < 0.3


def test_resources_count_as_a_parameter():
    params = [{"a": a} for a in range(20)] * 2
    epochs = np.repeat([1, 9], 20)
    found = importances(candidates(params, epochs + 0.0, resources=epochs))
    assert found.shares["net__epochs"] > 0.9


def test_a_parameter_that_some_lack_is_no_obstacle():
    params = [{"a": a, "b": b} for a in (1, 2, 3, 4) for b in ("x", "y")]
    params += [{"a": a} for a in (1, 2, 3, 4)]
    params += [{"c": c, "a": 2.5} for c in np.linspace(0, 1, 12)]
    found = importances(candidates(params, [p["a"] for p in params]))
    assert found.shares["a"] > 0.8
    assert set(found.shares) == {"a", "b", "c"}


def test_failures_and_run_away_scores_do_not_decide():
    table = full_grid(lambda a, b: a + 0.1 * b, a=[0, 1, 2, 3], b=[0, 1, 2, 3])
    scores = table.scores.copy()
    scores[:2] = np.nan, -1e12
    found = importances(candidates(table.params, scores))
    assert found.shares["a"] > 0.5


def test_says_when_there_are_too_few_candidates():
    found = importances(full_grid(lambda a, b: a + b, a=[0, 1, 2], b=[0, 1, 2]))
    assert found.warning == "9 scored candidates for 2 parameters, where 10 are the least"


def test_says_when_scores_do_not_follow_from_parameters():
    rng = np.random.default_rng(0)
    params = [{"a": a, "b": b} for a, b in rng.random((40, 2))]
    found = importances(candidates(params, rng.normal(size=40)))
    assert found.r2 < 0.25
    assert "R² of only" in found.warning


def test_refuses_scores_that_are_all_the_same():
    with pytest.raises(ValueError, match=r"all of 3 scored candidates have 0\.5\. Search more"):
        importances(candidates([{"a": a} for a in range(3)], [0.5] * 3))


def test_is_the_same_each_time_and_leaves_optunas_log_as_it_was(capfd):
    table = full_grid(lambda a, b: a + b, a=[0, 1, 2], b=[0, 1, 2, 3])
    optuna.logging.set_verbosity(optuna.logging.INFO)
    assert importances(table) == importances(table)
    assert optuna.logging.get_verbosity() == optuna.logging.INFO
    assert capfd.readouterr().err == ""


def test_says_what_brings_optuna(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(ImportError, match=r'pip install "\.\[optuna\]"'):
        importances(full_grid(lambda a: a, a=[0, 1, 2]))


def test_optuna_gives_no_warning_about_widgets(tmp_path, monkeypatch):
    lines = "import warnings", "warnings.warn('IProgress not found.')", "raise ImportError"
    (tmp_path / "optuna.py").write_text("\n".join(lines))
    monkeypatch.delitem(sys.modules, "optuna", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImportError):  # and not a warning, which would be an error
        _fanova([], np.array([]), np.array([]))
