"""Plots of searches' results."""

import sys
from itertools import pairwise

import numpy as np
import optuna
import pytest
from matplotlib import pyplot
from scipy.stats import loguniform
from sklearn.datasets import load_iris
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.inspection import SearchResultsDisplay
from skkeras.inspection._candidates import read_search
from skkeras.model_selection import HyperbandSearchCV
from tests.inspection.searches import bayes, conditional, draws, fitted, grid

KINDS = ["parallel", "importance", "slice", "convergence", "heatmap"]


def steps(model):
    pipeline = make_pipeline(StandardScaler(), model)
    space = {"standardscaler": [StandardScaler(), MinMaxScaler(), None], "scored__a": [1, 2]}
    return GridSearchCV(pipeline, space, cv=2)


def halving(model):
    space = {"a": loguniform(1e-3, 1), "c": [(1,), (1, 2), None]}
    budget = {"resource": "epochs", "min_resources": 1, "max_resources": 9, "n_candidates": 9}
    return HalvingRandomSearchCV(model, space, cv=2, random_state=0, **budget)


def several_scores(model):
    scoring = {"right": "accuracy", "wrong": lambda model, X, y: -model.score(X, y)}
    return grid(model).set_params(scoring=scoring, refit="wrong")


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
