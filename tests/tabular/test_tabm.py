"""Ensembles of perceptrons in one network."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

import skkeras
from skkeras import KerasTabMClassifier, KerasTabMRegressor
from skkeras.datasets import fetch_adult, fetch_ames

SMALL = {"n_ensemble": 4, "hidden_layer_sizes": (32, 32), "random_state": 0}


@pytest.fixture(scope="module")
def adult():
    X, y = fetch_adult()
    return train_test_split(X[:4000], y[:4000], test_size=1000, stratify=y[:4000], random_state=0)


def test_reads_a_table_as_it_is(adult):
    X, X_test, y, y_test = adult
    model = KerasTabMClassifier(epochs=12, **SMALL).fit(X, y)
    assert model.trainer_ in ("graph", "xla")
    assert roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]) > 0.89


@pytest.mark.parametrize("embedding", ["piecewise", "periodic", None])
def test_regression_with_each_embedding(embedding):
    X, y = fetch_ames()
    X, X_test, y, y_test = train_test_split(X, np.log(y), test_size=0.2, random_state=0)
    model = KerasTabMRegressor(embedding=embedding, epochs=15, **SMALL).fit(X, y)
    assert np.sqrt(np.mean((model.predict(X_test) - y_test) ** 2)) < 0.17


def test_members_differ_and_their_mean_is_the_prediction(adult):
    X, X_test, y, _ = adult
    model = KerasTabMClassifier(epochs=3, dropout=0.0, **SMALL).fit(X, y)
    table = model.feature_encoder_.transform(model._check_X(X_test, reset=False))
    members = np.asarray(model.model_(table, training=True))[..., 0]
    assert members.shape == (1000, 4)
    assert members.std(axis=1).mean() > 0.001
    assert len(np.unique(members, axis=1).T) == 4
    predicted = model.predict_proba(X_test)[:, 1]
    np.testing.assert_allclose(predicted, members.mean(axis=1), rtol=1e-5)


def test_folds_and_rates_share_programs(adult):
    X, _, y, _ = adult
    numbers = X.select_dtypes("number")
    skkeras.clear_cache()
    for seed, rate in enumerate((1e-3, 4e-3)):
        params = {**SMALL, "random_state": seed, "learning_rate": rate, "epochs": 1}
        KerasTabMClassifier(**params).fit(numbers[seed * 500 :][:1000], y[seed * 500 :][:1000])
        if not seed:
            compiled = skkeras.cache_info().compilations
    assert skkeras.cache_info().compilations == compiled


def test_says_that_there_must_be_a_layer():
    with pytest.raises(ValueError, match="hidden_layer_sizes must have a layer"):
        KerasTabMClassifier(hidden_layer_sizes=()).fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(ValueError, match="whole numbers of at least 1; got \\(8, 0\\)"):
        KerasTabMClassifier(hidden_layer_sizes=(8, 0)).fit([[0.0], [1.0]], [0, 1])


def test_larger_tables_get_more_pieces():
    X = np.random.default_rng(0).normal(size=(4097, 2))
    for n_rows, n_bins in ((4096, 48), (4097, 128)):
        model = KerasTabMRegressor(n_ensemble=2, epochs=1, early_stopping=False, random_state=0)
        model.fit(X[:n_rows], X[:n_rows, 0])
        assert model.model_.get_layer("numbers").n_bins == n_bins


def test_many_columns_of_numbers_get_shorter_vectors():
    X = np.random.default_rng(0).normal(size=(20, 3000))
    quick = {"n_ensemble": 2, "hidden_layer_sizes": 2, "n_bins": 2, "epochs": 1}
    for n_columns, length in ((1, 16), (256, 16), (257, 15), (1024, 4), (3000, 2)):
        model = KerasTabMRegressor(**quick, random_state=0).fit(X[:, :n_columns], X[:, 0])
        assert model.model_.get_layer("numbers").units == length
    model = KerasTabMRegressor(**quick, embedding_dim=3, random_state=0).fit(X, X[:, 0])
    assert model.model_.get_layer("numbers").units == 3
    with pytest.raises(ValueError, match="embedding_dim"):
        KerasTabMRegressor(embedding_dim="short").fit(X, X[:, 0])


def test_numbers_only_and_categories_only():
    X = np.array([["a", "x"], ["b", "y"]] * 20, dtype=object)
    y = np.array([0, 1] * 20)
    rates = {**SMALL, "hidden_layer_sizes": 8, "learning_rate": 0.02, "epochs": 40}
    assert KerasTabMClassifier(**rates).fit(X, y).score(X, y) == 1
    numbers = (X == "b").astype(float)
    assert KerasTabMClassifier(**rates).fit(numbers, y).score(numbers, y) == 1
