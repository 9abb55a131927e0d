"""Families that train on mixtures of rows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import skkeras
from skkeras import (
    KerasCNNClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasMultiInputClassifier,
    KerasRealMLPClassifier,
    KerasRNNClassifier,
    KerasTabMClassifier,
    KerasTextClassifier,
    KerasTimeSeriesClassifier,
)

QUICK = {"epochs": 2, "batch_size": 16, "random_state": 0}
RANDOM = np.random.default_rng(0)
N_ROWS = 40  # the last batch is smaller
LABELS = np.arange(N_ROWS) % 3


def numbers():
    return RANDOM.normal(size=(N_ROWS, 4))


def table():
    """Return numbers and categories of few and of many levels, with gaps."""
    return pd.DataFrame(
        {
            "number": np.where(RANDOM.random(N_ROWS) < 0.2, np.nan, RANDOM.normal(size=N_ROWS)),
            "few": RANDOM.choice(["a", "b"], N_ROWS),
            "many": [f"level {i % 12}" for i in range(N_ROWS)],
        }
    )


def texts():
    return [" ".join(RANDOM.choice(list("abcdef"), size=i % 5 + 1)) for i in range(N_ROWS)]


def series():
    return [RANDOM.normal(size=(i % 5 + 2, 2)) for i in range(N_ROWS)]


TABLE = {**QUICK, "hidden_layer_sizes": 6}
FAMILIES = {
    "MLP": (KerasMLPClassifier(**TABLE), numbers()),
    "RealMLP": (KerasRealMLPClassifier(**TABLE, dropout=0.0), table()),
    "TabM": (KerasTabMClassifier(**TABLE, n_ensemble=2, n_bins=4, dropout=0.0), table()),
    "CNN": (
        KerasCNNClassifier(**QUICK, filters=3, dense_units=(), dropout=0.0),
        RANDOM.normal(size=(N_ROWS, 6, 5)),
    ),
    "RNN": (KerasRNNClassifier(**QUICK, units=4), series()),
    "TimeSeries": (KerasTimeSeriesClassifier(**QUICK, n_ensemble=2), series()),
    "Text": (KerasTextClassifier(**QUICK, embedding_dim=4, n_pairs=20, max_features=9), texts()),
    "MultiInput": (
        KerasMultiInputClassifier(**QUICK, n_pairs=0, embedding_dim=4),
        table().assign(text=texts(), series=series()),
    ),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_training_is_that_of_keras_and_predictions_are_not_mixed(family):
    model, X = FAMILIES[family]
    model = clone(model).set_params(mixup=3.0).fit(X, LABELS)
    assert model.trainer_ == "graph"
    plain = clone(model).set_params(trainer="fit").fit(X, LABELS)
    np.testing.assert_allclose(model.history_["loss"], plain.history_["loss"], rtol=1e-4)
    without = clone(model).set_params(trainer="fit", mixup=0.0).fit(X, LABELS)
    assert abs(without.history_["loss"][0] / plain.history_["loss"][0] - 1) > 3e-4
    predicted = model.predict_proba(X)
    np.testing.assert_array_equal(model.predict_proba(X), predicted)
    rows = model._encode_X(model._check_X(X, reset=False))
    np.testing.assert_allclose(model.model_(rows), predicted, atol=1e-5)


def test_fits_repeat_go_on_and_can_be_kept(tmp_path):
    model, X = FAMILIES["MLP"]
    model = clone(model).set_params(mixup=0.8).fit(X, LABELS)
    predicted = model.predict_proba(X)
    assert clone(model).fit(X, LABELS).history_ == model.history_
    compiled = skkeras.cache_info().compilations
    other = clone(model).set_params(random_state=1).fit(X, LABELS)
    assert skkeras.cache_info().compilations == compiled
    assert other.history_ != model.history_
    skkeras.save(model, tmp_path / "kept")
    np.testing.assert_array_equal(skkeras.load(tmp_path / "kept").predict_proba(X), predicted)
    model.set_params(epochs=1).partial_fit(X, LABELS)
    whole = clone(model).set_params(epochs=3).fit(X, LABELS)
    np.testing.assert_array_equal(model.predict_proba(X), whole.predict_proba(X))


def test_validation_data_is_not_mixed():
    X, y = numbers(), RANDOM.normal(size=N_ROWS)
    model = KerasMLPRegressor(**QUICK, mixup=0.8, early_stopping=False)
    weights = np.linspace(0.1, 3, N_ROWS)
    fits = [
        clone(model).set_params(trainer=t).fit(X, y, weights, X_val=X[:9], y_val=y[:9])
        for t in ("auto", "fit")
    ]
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(*(fit.history_[name] for fit in fits), rtol=1e-4)
    target = fits[0].target_encoder_.transform(y[:9])
    loss = np.mean((np.ravel(target) - np.ravel(fits[0].model_(X[:9]))) ** 2)
    np.testing.assert_allclose(fits[0].history_["val_loss"][-1], loss, rtol=1e-4)


@pytest.mark.parametrize("value", [-0.1, np.inf, "some", None])
def test_other_strengths_are_refused(value):
    with pytest.raises(ValueError, match="'mixup' parameter of KerasMLPClassifier must be a float"):
        KerasMLPClassifier(mixup=value).fit(numbers(), LABELS)
