import re

import numpy as np
import pytest
from matplotlib import pyplot
from scipy import stats

from skkeras.model_selection import ModelComparison

A = np.array([0.9, 0.8, 0.85, 0.95, 0.9])
B = np.array([0.85, 0.8, 0.8, 0.85, 0.8])


def comparison(scores, test_to_train=0.25):
    times = {name: np.full(len(values), 2.0) for name, values in scores.items()}
    return ModelComparison(
        scores,
        fit_times=times,
        score_times=times,
        estimators={name: [None] * len(values) for name, values in scores.items()},
        test_to_train=test_to_train,
        score_name="accuracy",
    )


def test_the_corrected_test_by_hand():
    row = comparison({"a": A, "b": B}).tests.loc["a", "b"]
    # Differences 0.05, 0, 0.05, 0.1, 0.1: mean 0.06, variance 0.00175; (1/5 + 1/4) * 0.00175 is
    # 0.0007875, its root 0.028062. Student's t with 4 degrees of freedom has the 97.5 % quantile
    # 2.776445 and the distribution 1/2 + 3/8 t/s (1 - t²/(12 s²)), where s² = 1 + t²/4.
    assert row["difference"] == pytest.approx(0.06)
    assert row["t"] == pytest.approx(0.06 / 0.028062, rel=1e-4)
    assert row["low"] == pytest.approx(0.06 - 2.776445 * 0.028062, rel=1e-3)
    assert row["high"] == pytest.approx(0.06 + 2.776445 * 0.028062, rel=1e-3)
    assert row["p_value"] == pytest.approx(0.0993, abs=1e-4)


def test_without_shared_training_rows_it_is_the_paired_t_test():
    row = comparison({"a": A, "b": B}, test_to_train=0.0).tests.loc["a", "b"]
    expected = stats.ttest_rel(A, B)
    assert row["t"] == pytest.approx(expected.statistic)
    assert row["p_value"] == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval()
    assert (row["low"], row["high"]) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_chance_is_taken_for_a_difference_about_as_often_as_promised():
    # Models whose differences share three quarters of their training rows, as 5 folds do: each
    # pair of folds correlates by the share of test rows, a fifth.
    rng = np.random.default_rng(0)
    correlation = np.full((5, 5), 0.2) + 0.8 * np.eye(5)
    draws = rng.multivariate_normal(np.zeros(5), correlation, size=2000)
    nothing = np.zeros(5)

    def share(test_to_train):
        tests = [comparison({"a": draw, "b": nothing}, test_to_train) for draw in draws]
        return np.mean([test._test(test.scores["a"])[-1] < 0.05 for test in tests])

    assert share(0.25) == pytest.approx(0.05, abs=0.015)
    assert share(0.0) > 0.1


def test_p_values_are_adjusted_for_the_number_of_pairs():
    scores = {"a": A, "b": B, "c": A - [0.3, 0.25, 0.3, 0.2, 0.3]}
    frame = comparison(scores).tests
    p = frame["p_value"].to_numpy()
    order = np.argsort(p)
    expected = [3 * p[order[0]], max(3 * p[order[0]], 2 * p[order[1]]), 0]
    expected[2] = max(expected[1], p[order[2]])
    np.testing.assert_allclose(frame["p_holm"].to_numpy()[order], expected)
    assert list(frame.index) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_the_same_on_every_fold():
    frame = comparison({"a": A, "same": A.copy(), "less": A - 0.1}).tests
    assert frame.loc[("a", "same"), "p_value"] == 1
    assert frame.loc[("a", "less"), "p_value"] == 0
    assert frame.loc[("a", "less"), "difference"] == pytest.approx(0.1)


def test_models_without_scores_come_last_and_do_not_count():
    failed = np.where([True, False, False, False, False], np.nan, A)
    result = comparison({"failed": failed, "b": B, "a": A})
    assert list(result.frame.index) == ["a", "b", "failed"]
    tests = result.tests
    assert tests.loc[("a", "failed")].isna().all()
    assert tests.loc[("a", "b"), "p_holm"] == tests.loc[("a", "b"), "p_value"]
    assert "failed  nan (nan)" in repr(result)
    result.plot()


def test_the_table():
    frame = comparison({"b": B, "a": A}).frame
    assert list(frame.index) == ["a", "b"] and frame.index.name == "model"
    assert list(frame.columns) == [
        "mean_test_score",
        "std_test_score",
        "mean_fit_time",
        "mean_score_time",
        *[f"split{fold}_test_score" for fold in range(5)],
    ]
    assert frame.loc["a", "mean_test_score"] == A.mean()
    assert frame.loc["b", "std_test_score"] == B.std()
    assert frame.loc["b", "mean_fit_time"] == 2
    assert frame.loc["a", "split3_test_score"] == A[3]


def test_one_model_and_one_fold():
    assert comparison({"a": A}).tests.empty
    single = comparison({"a": A[:1], "b": B[:1]})
    assert single.tests["p_value"].isna().all()
    assert single.tests["difference"].iloc[0] == pytest.approx(0.05)
    single.plot()


def test_the_plot_shows_folds_means_and_intervals():
    pyplot.switch_backend("Agg")
    _, ax = pyplot.subplots()
    result = comparison({"b": B, "a": A})
    assert result.plot(ax=ax) is result
    assert result.ax_ is ax and result.figure_ is ax.figure
    result.figure_.canvas.draw()
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a", "b"]
    assert "accuracy" in ax.get_xlabel()
    folds, mean = ax.get_lines()[0], ax.get_lines()[1]
    np.testing.assert_array_equal(folds.get_xdata(), A)
    assert mean.get_xdata() == pytest.approx(A.mean())
    half = stats.t.ppf(0.975, 4) * np.sqrt((0.2 + result.test_to_train) * A.var(ddof=1))
    (interval,) = ax.collections[0].get_segments()
    np.testing.assert_allclose(interval, [[A.mean() - half, 0], [A.mean() + half, 0]])
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert comparison({"a": A}).plot().figure_ is not ax.figure
    pyplot.close("all")


def test_notebooks_show_a_table():
    table = comparison({"a<b": A - 0.1, "b": B})._repr_html_()
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr>")[1:]]
    assert rows == [
        ["model", "accuracy", "fit time (s)", "score time (s)"],
        ["b", "0.8200 ± 0.0245", "2", "2"],
        ["a&lt;b", "0.7800 ± 0.0510", "2", "2"],
    ]
    assert "5 folds" in table
