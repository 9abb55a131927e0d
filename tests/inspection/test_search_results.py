import sys
import warnings
from itertools import pairwise

import numpy as np
import optuna
import pytest
from matplotlib import pyplot
from scipy.stats import loguniform, uniform
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.inspection import SearchResultsDisplay
from skkeras.inspection._candidates import read_search
from skkeras.inspection._fanova import importances
from skkeras.model_selection import BayesSearchCV, HyperbandSearchCV

KINDS = ["parallel", "importance", "slice", "convergence", "heatmap"]


def grid(model):
    return GridSearchCV(model, {"a": [1, 2, 3], "b": [1, 10, 100, 1000]}, cv=2)


def draws(model):
    space = {"a": loguniform(1e-3, 1), "b": uniform(0, 1), "c": [None, (1,), (1, 2), "x", 0.5]}
    return RandomizedSearchCV(model, space, n_iter=16, cv=2, random_state=0)


def conditional(model):
    spaces = [{"a": [1, 2, -1], "b": [1, 2]}, {"a": [1, 2], "c": [True, False]}]
    return GridSearchCV(model, spaces, cv=2)


def steps(model):
    pipeline = make_pipeline(StandardScaler(), model)
    space = {"standardscaler": [StandardScaler(), MinMaxScaler(), None], "scored__a": [1, 2]}
    return GridSearchCV(pipeline, space, cv=2)


def bayes(model):
    space = {"a": (1e-3, 1.0, "log-uniform"), "b": (0.0, 1.0), "c": [(1,), (1, 2), None]}
    return BayesSearchCV(model, space, n_iter=6, cv=2, random_state=0)


def halving(model):
    space = {"a": loguniform(1e-3, 1), "c": [(1,), (1, 2), None]}
    budget = {"resource": "epochs", "min_resources": 1, "max_resources": 9, "n_candidates": 9}
    return HalvingRandomSearchCV(model, space, cv=2, random_state=0, **budget)


def several_scores(model):
    scoring = {"right": "accuracy", "wrong": lambda model, X, y: -model.score(X, y)}
    return grid(model).set_params(scoring=scoring, refit="wrong")


def fitted(make, scored, data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # failing fits are part of what is drawn
        return make(clone(scored)).fit(*data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "make",
    [grid, draws, conditional, steps, bayes, halving, several_scores],
    ids=lambda f: f.__name__,
)
def test_draws_any_search(make, kind, scored, data):
    search = fitted(make, scored, data)
    display = SearchResultsDisplay.from_search(search, kind)
    display.figure_.canvas.draw()
    assert display.figure_ is pyplot.gcf()
    assert display.ax_ is display.axes_[0]
    assert all(ax.get_xlabel() or kind == "parallel" for ax in display.axes_)


@pytest.mark.parametrize("kind", KINDS)
def test_draws_into_axes_that_are_given(kind, scored, data):
    figure, axes = pyplot.subplots(1, 2)
    display = SearchResultsDisplay.from_search(fitted(grid, scored, data), kind, ax=axes[1])
    assert display.plot(kind, ax=axes[0]) is display
    assert display.figure_ is figure is pyplot.gcf()
    figure.canvas.draw()


def test_convergence_shows_scores_and_the_best_so_far(scored, data):
    search = fitted(conditional, scored, data)
    ax = SearchResultsDisplay.from_search(search, "convergence").ax_
    scores = search.cv_results_["mean_test_score"]
    lines = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(lines["best so far"].get_ydata(), np.fmax.accumulate(scores))
    assert "failed (2)" in lines
    (star,) = [line for label, line in lines.items() if label.startswith("chosen")]
    assert star.get_xdata() == [search.best_index_ + 1]


def test_slices_show_each_score_over_each_parameter(scored, data):
    search = fitted(grid, scored, data)
    display = SearchResultsDisplay.from_search(search, "slice")
    scores = search.cv_results_["mean_test_score"]
    for ax, name in zip(display.axes_, "ab", strict=True):
        shown = np.vstack([points.get_offsets() for points in ax.collections])
        wanted = [
            [params[name], score]
            for params, score in zip(search.cv_results_["params"], scores, strict=True)
        ]
        np.testing.assert_allclose(sorted(shown.tolist()), sorted(wanted))
        assert ax.get_xlabel() == name
    assert [ax.get_xscale() for ax in display.axes_] == ["linear", "log"]
    means = display.axes_[0].lines[-1]
    assert means.get_label() == "mean"
    np.testing.assert_allclose(means.get_ydata(), scores.reshape(3, 4).mean(axis=1))


def test_a_heatmap_has_the_mean_of_each_cell(scored, data):
    search = fitted(grid, scored, data)
    ax = SearchResultsDisplay.from_search(search, "heatmap", params=["a", "b"]).ax_
    scores = search.cv_results_["mean_test_score"].reshape(3, 4).T
    np.testing.assert_allclose(ax.collections[0].get_array().reshape(4, 3), scores)
    assert [text.get_text() for text in ax.texts] == [f"{score:.4g}" for score in scores.ravel()]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1", "10", "100", "1000"]


def test_a_heatmap_takes_the_two_parameters_that_explain_most(scored, data):
    space = {"c": ["one", "two"], "epochs": [1, 100, 200], "a": [1, 2, 3]}
    search = GridSearchCV(scored, space, cv=2).fit(*data)
    ax = SearchResultsDisplay.from_search(search, "heatmap").ax_
    assert {ax.get_xlabel(), ax.get_ylabel()} == {"a", "epochs"}


def test_a_heatmap_puts_many_numbers_into_ranges_and_names_their_edges(scored, data):
    search = fitted(draws, scored, data)
    ax = SearchResultsDisplay.from_search(search, "heatmap", params=["a", "b"]).ax_
    a = [params["a"] for params in search.cv_results_["params"]]
    assert ax.collections[0].get_array().reshape(6, 6).shape == (6, 6)
    edges = [float(label.get_text()) for label in ax.get_xticklabels()]
    np.testing.assert_allclose(edges, np.geomspace(min(a), max(a), 7), rtol=0.06)


def test_parallel_lines_go_through_the_values(scored, data):
    search = fitted(conditional, scored, data)
    ax = SearchResultsDisplay.from_search(search, "parallel").ax_
    failed, lines = ax.collections
    assert len(failed.get_segments()) == 2
    assert len(lines.get_segments()) == 8
    scores = search.cv_results_["mean_test_score"]
    np.testing.assert_allclose(lines.get_array(), np.sort(scores[np.isfinite(scores)]))
    best = ax.lines[0].get_ydata()
    assert best[-1] == 1, "the chosen one ends at the top of the scores"
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == ["a", "b", "c", "Score"]
    assert "not set" in [text.get_text() for text in ax.texts]


def test_bars_are_the_shares_and_say_when_they_are_not_to_be_trusted(scored, data):
    search = fitted(draws, scored, data)
    ax = SearchResultsDisplay.from_search(search, "importance").ax_
    shares = importances(read_search(search)).shares
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[:-1] == list(shares.values())
    assert sum(widths) == pytest.approx(1, abs=0.01)
    thin = SearchResultsDisplay.from_search(fitted(bayes, scored, data), "importance")
    assert "6 scored candidates for 3 parameters, where 15 are the least" in thin.ax_.get_title(
        "left"
    )
    assert ax.get_title("left") == ""


def test_importances_of_some_parameters_are_those_among_all(scored, data):
    search = fitted(draws, scored, data)
    some = SearchResultsDisplay.from_search(search, "importance", params=["b"])
    shares = importances(read_search(search)).shares
    assert some.ax_.patches[0].get_width() == shares["b"]
    assert len(some.ax_.patches) == 2


def test_a_search_in_rungs_shows_its_resources(scored, data):
    search = fitted(halving, scored, data)
    slices = SearchResultsDisplay.from_search(search, "slice")
    shown = np.vstack([points.get_offsets() for points in slices.axes_[0].collections])
    assert len(shown) == 9, "each candidate once"
    assert [ax.get_ylabel() for ax in slices.figure_.axes if ax.get_label() == "<colorbar>"] == [
        "epochs"
    ]
    parallel = SearchResultsDisplay.from_search(search, "parallel").ax_
    assert "epochs" in [label.get_text() for label in parallel.get_xticklabels()]
    bars = SearchResultsDisplay.from_search(search, "importance").ax_
    assert "epochs" in [label.get_text() for label in bars.get_yticklabels()]


def test_draws_a_hyperband_search():
    X, y = load_iris(return_X_y=True)
    network = make_pipeline(StandardScaler(), KerasMLPClassifier(random_state=0))
    name = "kerasmlpclassifier__"
    space = {f"{name}learning_rate": loguniform(1e-3, 1e-1), f"{name}alpha": [1e-4, 1e-2]}
    search = HyperbandSearchCV(network, space, max_resources=4, factor=2, cv=2, random_state=0)
    search.fit(X, y)
    drawn = {(p[f"{name}learning_rate"], p[f"{name}alpha"]) for p in search.cv_results_["params"]}
    found = read_search(search)
    assert found.names == [f"{name}alpha", f"{name}learning_rate"], "epochs are the resource"
    assert found.resource_column().distinct.tolist() == [1, 2, 4]
    chosen = found.last().params[found.last().best]
    assert chosen.items() <= search.best_params_.items()
    for kind in KINDS:
        display = SearchResultsDisplay.from_search(search, kind)
        display.figure_.canvas.draw()
    points = SearchResultsDisplay.from_search(search, "slice").axes_[0].collections
    assert sum(len(part.get_offsets()) for part in points) == len(drawn)


def test_many_candidates_and_long_names_stay_legible(scored, data):
    rng = np.random.default_rng(0)
    names = [f"columntransformer__very_long_step_name_{k}__parameter_{k}" for k in range(8)]
    params = [dict(zip(names, row, strict=True)) for row in rng.random((500, 8))]
    display = SearchResultsDisplay(params=params, scores=rng.random(500))
    for kind in ("parallel", "slice", "convergence", "heatmap"):
        display.plot(kind).figure_.canvas.draw()
    boxes = [
        label.get_window_extent()
        for label in display.plot("parallel").ax_.get_xticklabels()
        if label.get_text()
    ]
    display.figure_.canvas.draw()
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def test_can_be_made_by_hand():
    display = SearchResultsDisplay(params=[{"a": 1}, {"a": 2}], scores=[0.1, 0.9])
    assert display.plot("convergence").ax_.get_ylabel() == "Score"
    assert display.plot("slice").ax_.get_xlabel() == "a"


def test_draws_the_trials_of_a_study():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), direction="maximize")

    def objective(trial):
        rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
        if trial.number == 3:
            raise optuna.TrialPruned
        return rate + len(trial.suggest_categorical("sizes", ["8", "8-8"]))

    study.optimize(objective, n_trials=8)
    trials = study.trials
    display = SearchResultsDisplay(
        params=[trial.params for trial in trials], scores=[trial.value for trial in trials]
    )
    for kind in KINDS:
        display.plot(kind).figure_.canvas.draw()
    labels = [line.get_label() for line in display.plot("convergence").ax_.lines]
    assert "failed (1)" in labels


def test_refuses_what_it_cannot_draw(scored, data):
    search = fitted(grid, scored, data)
    with pytest.raises(
        ValueError, match=r"kind must be one of \['parallel', 'importance', 'slice', "
    ):
        SearchResultsDisplay.from_search(search, "pie")
    with pytest.raises(ValueError, match=r"no parameters \['z'\]; it has \['a', 'b'\]"):
        SearchResultsDisplay.from_search(search, "slice", params=["z"])
    with pytest.raises(ValueError, match=r"needs two parameters .*; got \['a'\]\. Name two"):
        SearchResultsDisplay.from_search(search, "heatmap", params=["a"])
    one = GridSearchCV(scored, {"a": [1, 2], "b": [1]}).fit(*data)
    with pytest.raises(ValueError, match=r"needs two parameters .*; got \['a'\]\. Search another"):
        SearchResultsDisplay.from_search(one, "heatmap")
    apart = GridSearchCV(scored, [{"a": [1, 2]}, {"b": [1, 2]}]).fit(*data)
    with pytest.raises(ValueError, match="No candidate with a score has both 'a' and 'b'"):
        SearchResultsDisplay.from_search(apart, "heatmap")


def test_says_that_matplotlib_is_missing(scored, data, monkeypatch):
    search = fitted(grid, scored, data)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="plot requires matplotlib"):
        SearchResultsDisplay.from_search(search)


def test_the_default_heatmap_is_of_a_pair_that_occurs():
    alone = [{"a": a} for a in (0.0, 0.2)]
    together = [{"b": b, "c": c} for b in ("x", "y") for c in (0.01, 0.1)]
    scores = [0.7, 0.3, 0.6, 0.9, 0.65, 0.95]
    display = SearchResultsDisplay(params=alone + together, scores=scores).plot("heatmap")
    assert {display.ax_.get_xlabel(), display.ax_.get_ylabel()} == {"b", "c"}
    one = [*alone, {"a": 0.1, "b": "x"}, *together]  # `a` and `b` are together once only
    display = SearchResultsDisplay(params=one, scores=[0.7, 0.3, 0.5, *scores[2:]])
    display.plot("heatmap")
    assert {display.ax_.get_xlabel(), display.ax_.get_ylabel()} == {"b", "c"}
    with pytest.raises(ValueError, match="No candidate with a score has both"):
        params = [{"a": 1}, {"a": 2}, {"b": 1}, {"b": 2}]
        SearchResultsDisplay(params=params, scores=[1, 2, 3, 4]).plot("heatmap")
