"""Records of candidates that failed, were interrupted, cut, or not fitted on all splits."""

from types import SimpleNamespace

import numpy as np
import pytest

from skkeras.model_selection._fit_records import FitRecords
from skkeras.model_selection._score_results import attach
from skkeras.model_selection._timed_fit import CUT, UNFINISHED

N_SPLITS = 2


def record(score, **results):
    score = attach(score, **results) if results else score
    return {"test_scores": score, "fit_time": 1.0, "score_time": 0.5, "fit_error": None}


@pytest.fixture
def records():
    search = SimpleNamespace(n_repeats=1, n_splits_=N_SPLITS, error_score=-1.0)
    return FitRecords(search)


def fill(records, scores):
    """Add candidates; each is named by its score on all splits."""
    records.candidates += [{"a": score} for score in scores]
    params = [{"a": score} for score in scores]
    records.replace(params, [record(score) for score in scores for _ in range(N_SPLITS)])


@pytest.mark.parametrize("score", [5.0, {"r2": 5.0, "mse": 5.0}])
def test_failed_fits_get_copies_of_a_record_in_their_places(records, score):
    records.candidates += [{"a": 0}, {"a": 1}]
    records.add_failed([{"a": 0}, {"a": 1}], 3.0, ValueError("they failed"))
    assert not records.is_complete and not records.out
    records.candidates += [{"a": 5}]
    params, out = [{"a": 5}], [record(score), record(score)]
    records.replace(params, out)
    assert records.is_complete
    assert params is records.params and params == [{"a": 0}, {"a": 1}, {"a": 5}]
    assert out is records.out and len(out) == 3 * N_SPLITS
    failed = -1.0 if score == 5.0 else {"r2": -1.0, "mse": -1.0}
    assert [one["test_scores"] for one in out] == [failed] * 4 + [score] * 2
    assert [one["fit_time"] for one in out] == [3.0] * 4 + [1.0] * 2
    assert out[0]["fit_error"] == "they failed" and out[0]["score_time"] == 0.0
    assert records.have_failed().tolist() == [True, True, False]


def test_one_failed_fit_of_a_candidate_counts(records):
    fill(records, [1.0, 2.0])
    records.out[3]["fit_error"] = "it failed"
    assert records.have_failed().tolist() == [False, True]


def test_candidates_without_all_splits_are_left_out(records):
    fill(records, [1.0])
    assert not records.leave_out_unfinished({})
    records.candidates += [{"a": 2.0}, {"a": 3.0}]
    params = [{"a": score} for score in (1.0, 2.0, 3.0)]
    new = [record(2.0), record(np.nan, **{UNFINISHED: True}), record(3.0), record(3.0)]
    records.replace(params, records.out + new)
    column = [10, 20, 30]
    assert records.leave_out_unfinished({"iter": column})
    assert records.candidates == records.params == [{"a": 1.0}, {"a": 3.0}]
    assert [one["test_scores"] for one in records.out] == [1.0, 1.0, 3.0, 3.0]
    assert column == [10, 30]
    assert not records.leave_out_unfinished({"iter": column})


def test_columns_have_the_fewest_epochs_of_what_was_cut(records):
    records.candidates += [{"a": 1.0}, {"a": 2.0}]
    cut = [record(2.0, **{CUT: (7, 9)}), record(2.0, **{CUT: (4, 9)})]
    records.replace([{"a": 1.0}, {"a": 2.0}], [record(1.0), record(1.0), *cut])
    assert not records.leave_out_unfinished({})
    columns = records.cut_columns()
    assert columns["timed_out"].tolist() == [False, True]
    assert columns["n_iter"].tolist() == [None, 4]


def test_what_was_interrupted_is_not_whole(records):
    assert records.finished(2, [SimpleNamespace(record=None)]) == []
    records.candidates += [{"a": 1.0}, {"a": 2.0}]
    started = [SimpleNamespace(record=one) for one in (record(1.0), record(1.0), None)]
    out = records.finished(4, started)
    assert len(out) == 4 and out[0]["test_scores"] == 1.0
    records.replace([{"a": 1.0}, {"a": 2.0}], out)
    assert records.leave_out_unfinished({})
    assert records.candidates == [{"a": 1.0}] and records.of(0) == out == records.out
