"""Models that are chosen, tuned and combined: the whole way, on small data."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score

import skkeras
from skkeras import (
    KerasAutoClassifier,
    KerasAutoRegressor,
    KerasCNNClassifier,
    KerasMLPClassifier,
    KerasMultiInputClassifier,
    KerasRNNClassifier,
    KerasTextClassifier,
)
from skkeras.datasets import fetch_adult
from skkeras.inspection import search_report

X, y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[y]
NETWORK = KerasMLPClassifier(hidden_layer_sizes=8, epochs=9, learning_rate=0.03)
QUICK = {"time_limit": None, "cv": 2, "random_state": 0}


@pytest.fixture(scope="module")
def model():
    """Return a classifier that went through all stages."""
    candidates = ["RandomForest", LogisticRegression(), NETWORK]
    return KerasAutoClassifier(candidates=candidates, n_candidates=14, **QUICK).fit(X, NAMES)


def test_defaults_portfolio_and_search(model):
    table = model.leaderboard_
    assert set(table["model"]) == {"RandomForest", "LogisticRegression", "KerasMLPClassifier"}
    params = model.cv_results_["params"]
    assert [list(one) for one in params[:3]] == [["model"]] * 3  # the defaults
    assert list(params[3]) == ["model", "min_samples_leaf"]  # the portfolio
    epochs = [one["epochs"] for one in params if "epochs" in one]
    assert min(epochs) < 9 and max(epochs) == 9  # halving
    assert (np.diff(table["score"]) <= 0).all() and not any(table["error"])
    np.testing.assert_allclose(table["weight"].sum(), 1)
    assert (
        model.best_score_ >= table["score"][0] == model.cv_results_["mean_test_neg_log_loss"].max()
    )
    assert model.best_params_["model"] == table["model"][0]


def test_predicts_better_than_chance(model):
    assert model.score(X, NAMES) > 0.9
    assert (model.classes_ == ["setosa", "versicolor", "virginica"]).all()
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, atol=1e-6)
    assert model.kind_ == "table" and model.n_features_in_ == 4


def test_seeds_repeat(model):
    again = clone(model).fit(X, NAMES)
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(again.leaderboard_["score"], model.leaderboard_["score"])


def test_copies_predict_the_same(model, tmp_path):
    skkeras.save(model, tmp_path / "model.skk")
    for copy in (pickle.loads(pickle.dumps(model)), skkeras.load(tmp_path / "model.skk")):
        np.testing.assert_array_equal(copy.predict_proba(X), model.predict_proba(X))


def test_report(model, tmp_path):
    page = search_report(model, tmp_path / "page.html").read_text()
    assert "KerasAutoClassifier" in page and "min_samples_leaf" in page


def test_data_frame_with_all_families():
    frame, income = fetch_adult()
    frame, income = frame[:120], income[:120]
    model = KerasAutoClassifier(n_candidates=3, **QUICK).fit(frame, income)
    table = model.leaderboard_
    assert sorted(table["model"]) == ["HistGradientBoosting", "RandomForest", "linear"]
    assert not any(table["error"])
    assert list(model.feature_names_in_) == list(frame.columns)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"age": "years"}))


def test_regression_with_two_targets():
    data, target = load_diabetes(return_X_y=True)
    target = np.column_stack([target, -target])
    model = KerasAutoRegressor(candidates=["linear", "RandomForest"], n_candidates=2, **QUICK)
    assert model.fit(data, target).predict(data).shape == (442, 2)
    assert model.ensemble_.score_name_ == "neg_root_mean_squared_error"


def test_labels():
    data, labels = make_multilabel_classification(60, random_state=0)
    model = KerasAutoClassifier(candidates=[NETWORK, "linear"], n_candidates=2, **QUICK)
    model.fit(data, labels)
    assert model.predict(data).shape == labels.shape and model.classes_ is None
    # The row of the linear model says that it takes one column of classes.
    assert "1d array" in model.leaderboard_["error"][-1]


def _rows(n_rows):
    random = np.random.RandomState(0)
    target = np.arange(n_rows) % 2
    words = [
        f"{'a fine green' if one else 'one grey and dull'} day {i}" for i, one in enumerate(target)
    ]
    return random, target, words


@pytest.mark.parametrize("kind", ["mixed table", "images", "series", "texts"])
def test_other_kinds_of_data(kind):
    random, target, words = _rows(40)
    series = [random.normal(one, size=(3 + i % 4, 2)) for i, one in enumerate(target)]
    images = random.randint(100, size=(40, 8, 8)) + 100 * target[:, np.newaxis, np.newaxis]
    X, candidates = {
        "mixed table": (
            pd.DataFrame({"n": random.rand(40), "text": words}),
            [KerasMultiInputClassifier(epochs=2), "linear"],
        ),
        "images": (images, [KerasCNNClassifier(filters=4, epochs=2)]),
        "series": (series, [KerasRNNClassifier(units=4, epochs=2)]),
        "texts": (words, [KerasTextClassifier(epochs=2), "linear"]),
    }[kind]
    model = KerasAutoClassifier(candidates=candidates, n_candidates=len(candidates), **QUICK)
    model.fit(X, target)
    assert model.kind_ == kind and not any(model.leaderboard_["error"])
    assert model.predict(X).shape == (40,)
    if "linear" in candidates:
        assert model.score(X, target) == 1


def test_a_failing_candidate_says_why():
    class Failing(DummyClassifier):
        def fit(self, X, y, sample_weight=None):
            raise RuntimeError("no such thing")

    candidates = [Failing(), LogisticRegression()]
    model = KerasAutoClassifier(candidates=candidates, n_candidates=2, **QUICK).fit(X, y)
    table = model.leaderboard_
    assert list(table["model"]) == ["LogisticRegression", "Failing"]
    assert list(table["error"]) == ["", "RuntimeError: no such thing"]
    assert np.isnan(table["score"][1]) and table["weight"][1] == 0
    model = KerasAutoClassifier(candidates=[Failing()], n_candidates=1, **QUICK)
    with pytest.raises(ValueError, match=r"Not one .* Failing: RuntimeError: no such thing"):
        model.fit(X, y)


def test_ctrl_c_keeps_what_is_finished():
    class Interrupted(DummyClassifier):
        def fit(self, X, y, sample_weight=None):
            raise KeyboardInterrupt

    candidates = [LogisticRegression(), Interrupted(), "RandomForest"]
    model = KerasAutoClassifier(candidates=candidates, n_candidates=3, **QUICK)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, y)
    assert list(model.leaderboard_["model"]) == ["LogisticRegression"]
    assert model.score(X, y) > 0.9


def test_weights_and_groups_reach_the_fits():
    data, target = load_diabetes(return_X_y=True)
    weights = np.r_[np.full(221, 1e-9), np.ones(221)]
    target[:221] = 0
    params = {"candidates": [LinearRegression()], "n_candidates": 1, **QUICK}
    model = KerasAutoRegressor(**params).fit(data, target, sample_weight=weights)
    assert model.predict(data).mean() > 100
    groups = np.arange(442) % 4
    params["cv"] = GroupKFold(4)
    model = KerasAutoRegressor(**params).fit(data, target, groups=groups)
    held_out = model.searches_[0].cv_test_indices_
    assert all(len(set(groups[rows])) == 1 for rows in held_out)
    with sklearn.config_context(enable_metadata_routing=True):
        routed = KerasAutoRegressor(**params).set_fit_request(sample_weight=True, groups=True)
        routed.fit(data, target, sample_weight=weights, groups=groups)


def test_nested_cross_validation():
    model = KerasAutoClassifier(candidates=[LogisticRegression()], n_candidates=1, **QUICK)
    assert cross_val_score(model, X, y, cv=3).min() > 0.9


def test_rare_classes():
    target = np.where(np.arange(150) == 7, 9, y)
    model = KerasAutoClassifier(candidates=["linear"], n_candidates=1, **QUICK).fit(X, target)
    assert model.predict_proba(X).shape == (150, 4)


@pytest.mark.parametrize(
    ("params", "target", "message"),
    [
        ({"time_limit": None}, y, "time_limit=None needs n_candidates"),
        ({"candidates": []}, y, "candidates is empty"),
        ({"candidates": ["KerasCNN", "linear"]}, y, "kind 'table', which not all"),
        ({"scoring": "no_score"}, y, "'scoring' parameter"),
        ({}, np.zeros(150), "one class"),
        ({}, y[:100], "inconsistent numbers of samples"),
    ],
)
def test_bad_input(params, target, message):
    with pytest.raises(ValueError, match=message):
        KerasAutoClassifier(**params).fit(X, target)
