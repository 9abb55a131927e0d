"""Searches that end in time, on a clock that the fits of these tests move."""

import keras
import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import ShuffleSplit
from sklearn.pipeline import Pipeline

from skkeras import KerasMLPClassifier
from skkeras.model_selection import GridSearchCV, SearchProgressBar, SuccessiveHalvingSearchCV
from skkeras.model_selection._time_limit import Kind, TimeLimit
from tests.model_selection.searches import VALUES, Recorder, every_search


class Clock:
    """Stands still between fits."""

    seconds = 1000.0

    def time(self):
        return Clock.seconds


class Slow(Recorder):
    """Takes some seconds for a fit."""

    def __init__(self, value=0, seconds=1.0, fails_at=(), random_state=None):
        super().__init__(value, fails_at, random_state)
        self.seconds = seconds

    def fit(self, X, y):
        Clock.seconds += self.seconds
        return super().fit(X, y)

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


class Slower(Slow):
    """Another kind."""


class SlowEpochs(keras.callbacks.Callback):
    """Makes each epoch take a second."""

    def on_epoch_end(self, epoch, logs=None):
        Clock.seconds += 1.0


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("skkeras._deadline.time", Clock())


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


def network(**params):
    return KerasMLPClassifier(
        hidden_layer_sizes=(4,), callbacks=SlowEpochs(), random_state=0, **params
    )


@every_search
@pytest.mark.parametrize("settings", [{}, {"keep": "predictions", "verbose": 1}])
def test_no_candidate_starts_that_would_not_end_in_time(iris, make, settings, capsys):
    began = Clock.seconds
    # A candidate takes 2 seconds, and a refit on twice the rows is expected to take 2 as well.
    search = make(Slow(), VALUES, cv=2, time_limit=8.5, **settings).fit(*iris)
    assert Clock.seconds - began == 7
    whole = make(Slow(), VALUES, cv=2, **settings).fit(*iris)
    assert search.interrupted_ and not whole.interrupted_
    assert set(search.cv_results_) - set(whole.cv_results_) == {"timed_out", "n_iter"}
    for name, column in search.cv_results_.items():
        assert len(column) == 3
        if "time" not in name and "rank" not in name and name != "n_iter":
            np.testing.assert_array_equal(column, whole.cv_results_[name][:3])
    assert not search.cv_results_["timed_out"].any()
    assert search.best_score_ == max(search.cv_results_["mean_test_score"])
    if settings:
        assert len(search.cv_predictions_) == 3


def test_a_limit_that_is_not_reached_changes_nothing(iris):
    search = GridSearchCV(Slow(), VALUES, cv=2, time_limit=100).fit(*iris)
    assert not search.interrupted_ and len(search.cv_results_["params"]) == 4


def test_other_kinds_go_on_where_one_would_take_too_long(iris):
    grid = [
        {"model": [Slow(seconds=0.1), Slower(seconds=5), Slower(seconds=5.5), Slow(9, 0.1)]},
        {"model": [Slow(8, 0.1)], "model__value": [1, 2]},
    ]
    pipeline = Pipeline([("model", Slow())])
    search = GridSearchCV(pipeline, grid, cv=2, time_limit=22).fit(*iris)
    models = [params["model"] for params in search.cv_results_["params"]]
    assert [type(model).__name__ for model in models] == ["Slow", "Slower", *["Slow"] * 3]
    assert search.best_params_["model"].value == 9


def test_a_fit_that_takes_longer_than_its_like_leaves_its_candidate_out(iris):
    class Changing(Slow):
        def fit(self, X, y):
            Clock.seconds += 5 if self.value == 2 else 0
            return super().fit(X, y)

    search = GridSearchCV(Changing(), VALUES, cv=3, time_limit=11)
    search.set_callbacks(SearchProgressBar()).fit(*iris)
    assert search.cv_results_["params"] == [{"value": 1}]


@pytest.mark.parametrize("refit", [True, False])
def test_a_limit_below_one_candidate_says_how_long_one_takes(iris, refit):
    search = GridSearchCV(Slow(seconds=3), VALUES, cv=3, time_limit=8, refit=refit)
    told = "one fit takes about 3 seconds, and a candidate with 3 fits "
    with pytest.raises(ValueError, match=told + ("and the refit about 14" if refit else "about 9")):
        search.fit(*iris)
    assert not hasattr(search, "cv_results_")


def test_failures_are_kept_beside_candidates_that_are_left_out(iris):
    def scoring(model, X, y):
        return {"a": model.score(X, y), "b": 0.0}

    model = Slow(fails_at=(1, 3))
    search = GridSearchCV(model, VALUES, cv=2, time_limit=8.5, scoring=scoring, refit="a")
    with pytest.warns(match="cannot fit"):
        search.fit(*iris)
    np.testing.assert_array_equal(search.cv_results_["mean_test_a"], [np.nan, 2, np.nan])
    assert search.best_params_ == {"value": 2}


def test_a_network_that_was_cut_is_best_only_if_no_other_has_a_score(iris):
    split = ShuffleSplit(1, test_size=0.5, random_state=0)
    grid = {"epochs": [2, 1000]}
    search = GridSearchCV(network(learning_rate=1e-9), grid, cv=split, time_limit=50)
    search.set_params(scoring=lambda model, X, y: model.n_iter_).fit(*iris)
    assert search.best_params_ == {"epochs": 2} and search.interrupted_
    np.testing.assert_array_equal(search.cv_results_["timed_out"], [False, True])
    n_epochs = search.cv_results_["n_iter"][1]
    assert search.cv_results_["mean_test_score"][1] == n_epochs
    # The refit of twice the rows gets two thirds of the time that is left.
    assert 10 < n_epochs < 25

    search.set_params(param_grid={"epochs": [1000]})
    with (
        pytest.warns(ConvergenceWarning, match="ended the best candidate after"),
        pytest.warns(ConvergenceWarning, match="ended the refit after .* of 1000 epochs"),
    ):
        search.fit(*iris)
    assert search.best_params_ == {"epochs": 1000}
    assert 20 < search.best_estimator_.n_iter_ < 40


def test_the_refit_trains_an_epoch_in_any_case(iris):
    split = ShuffleSplit(1, test_size=0.5, random_state=0)
    search = GridSearchCV(network(epochs=2), {"alpha": [0.0]}, cv=split, time_limit=10)

    def scoring(model, X, y):
        Clock.seconds += 100
        return 0.0

    with pytest.warns(ConvergenceWarning, match="ended the refit after 1 of 2"):
        search.set_params(scoring=scoring).fit(*iris)


def test_a_halving_search_keeps_whole_candidates(iris):
    space = {"learning_rate": (1e-4, 1e-1, "log-uniform")}
    settings = {"max_resources": 9, "cv": 2, "random_state": 0, "n_candidates": 9}
    model = network()
    whole = SuccessiveHalvingSearchCV(model, space, **settings).fit(*iris)
    assert whole.n_candidates_ == [9, 3, 1]
    # The first rung takes 18 seconds, the second 4 for each candidate. The refit of 9 epochs on
    # twice the rows is expected to take 18.
    search = SuccessiveHalvingSearchCV(model, space, time_limit=45, **settings).fit(*iris)
    results = search.cv_results_
    assert {len(column) for column in results.values()} == {11} and search.interrupted_
    np.testing.assert_array_equal(
        results["mean_test_score"], whole.cv_results_["mean_test_score"][:11]
    )
    assert search.n_candidates_ == [9, 2] and search.n_resources_ == [1, 3]
    assert search.best_params_["epochs"] == 3 and search.best_estimator_.n_iter_ == 9


def test_estimates():
    search = GridSearchCV(Slow(), VALUES, cv=2, time_limit=100, n_jobs=2)
    limit = TimeLimit(search)
    network, forest = Kind(("A",), True), Kind(("B",), False)
    for seconds in (9.0, 1.0, 3.0, 2.0):
        limit.note(network, 1, seconds, None)
        limit.note(forest, 1, seconds, None)
    # The first fit of a network compiles. What a deadline can end, may take longer.
    assert limit.seconds(network, 1) == 2 and limit.seconds(forest, 1) == 9
    limit.note(network, 3, 6.0, None)
    assert limit.seconds(network, 3) == 6 and limit.seconds(network, 9) == 18
    # The first fit of another kind of networks compiles as well.
    other = Kind(("C",), True)
    assert limit.seconds(other, 1) is None
    limit.begin_batch([other], 2, 1)
    share = limit.end_of(other) - Clock.seconds
    assert share == pytest.approx(100 / (1 + 1))  # one round of fits, and the refit
    assert limit.may_start(other, 1, waits=share - 10)
    assert not limit.may_start(other, 1, waits=share - 8)
    # Three fits of 9 seconds by two jobs take 18, and the refit 9 more.
    assert limit.may_start(forest, 1, n_fits=3, waits=72)
    assert not limit.may_start(forest, 1, n_fits=3, waits=74)
