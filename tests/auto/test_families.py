"""Families for each kind of data."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPRegressor
from skkeras.auto._families import families_for

TABLE = np.zeros((60, 2))
MIXED = pd.DataFrame({"n": range(60), "text": [f"one sentence with number {i}" for i in range(60)]})
FAMILIES = {
    "table": ["HistGradientBoosting", "linear", "RandomForest", "KerasTabM", "KerasRealMLP"],
    "mixed table": ["linear", "KerasMultiInput"],
    "images": ["KerasCNN", "KerasTransfer"],
    "series": ["KerasTimeSeries", "KerasRNN"],
    "texts": ["linear", "KerasText"],
}


@pytest.mark.parametrize("classifies", [True, False])
@pytest.mark.parametrize("kind", FAMILIES)
def test_settings_can_be_set(kind, classifies):
    X = MIXED if kind == "mixed table" else [[1.0]]
    families = families_for(X, kind, "auto", classifies=classifies, memory=None, seed=3)
    assert [family.name for family in families][: len(FAMILIES[kind])] == FAMILIES[kind]
    for family in families:
        for params in family.portfolio:
            clone(family.estimator).set_params(**params)
        known = family.estimator.get_params()
        assert family.space and family.space.keys() <= known.keys()
        assert known[f"{family.prefix}random_state"] == 3
        assert family.is_network == family.name.startswith("Keras")
        if family.is_network:
            assert f"{family.prefix}epochs" in known.keys() - family.space.keys()


def test_structure_is_searched():
    searched = {
        "KerasTabM": "hidden_layer_sizes",
        "KerasCNN": "architecture",
        "KerasTimeSeries": "architecture",
        "KerasRNN": "cell",
        "KerasText": "encoder",
        "KerasMultiInput": "fusion",
    }
    for name, parameter in searched.items():
        (family,) = families_for([], "any", [name], classifies=True, memory=None, seed=0)
        assert parameter in family.space


def test_first_settings_that_differ_from_the_defaults():
    def first(name, X):
        (family,) = families_for(X, "any", [name], classifies=True, memory=None, seed=0)
        return family.estimator.get_params()

    assert first("KerasTabM", [])["n_ensemble"] == 16
    assert first("KerasCNN", [])["early_stopping"] is True
    assert first("KerasTransfer", np.zeros((2, 200, 28, 3)))["input_size"] == 96
    assert first("KerasTransfer", np.zeros((2, 96, 96, 3)))["input_size"] is None
    paths = np.array([["a.png"], ["b.png"]])
    assert first("KerasTransfer", paths)["input_size"] is None


def test_estimators_of_the_user():
    network = make_pipeline(StandardScaler(), KerasMLPRegressor(random_state=1))
    linear = Ridge()
    first, second = families_for(
        [], "table", [network, linear], classifies=False, memory="folder", seed=3
    )
    assert first.is_network and first.prefix == "kerasmlpregressor__"
    assert first.estimator[-1].random_state == 1 and first.estimator[-1].memory == "folder"
    assert first.space and not second.space
    assert second.estimator.random_state == 3 and linear.random_state is None
    assert (first.name, second.name) == ("KerasMLPRegressor", "Ridge")
    assert network[-1].memory is None


def test_estimators_of_one_class_are_numbered():
    candidates = [LogisticRegression(C=1), "linear", LogisticRegression(C=2)]
    families = families_for(TABLE, "table", candidates, classifies=True, memory=None, seed=0)
    names = [family.name for family in families]
    assert names == ["LogisticRegression-1", "linear", "LogisticRegression-2"]
    assert [family.estimator.C for family in families[::2]] == [1, 2]


def test_cost_is_the_number_of_iterations():
    names = ["HistGradientBoosting", "RandomForest", "KerasMLP"]
    families = families_for(TABLE, "table", names, classifies=True, memory=None, seed=0)
    assert [family.cost({}) for family in families] == [100, 1, 1]
    assert [family.cost(family.portfolio[0]) for family in families[1:]] == [1, 1]
    settings = {"histgradientboostingclassifier__max_iter": 7}
    assert families[0].cost(settings) == 7
    (ridge,) = families_for(TABLE, "table", ["linear"], classifies=False, memory=None, seed=0)
    assert ridge.cost({}) == 1  # its max_iter is None
