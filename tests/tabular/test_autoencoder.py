"""Autoencoders reconstruct rows from few numbers."""

import copy
import pickle

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import skkeras
from skkeras import KerasAutoencoder, model_selection
from skkeras.layers import Dropout

DRAWS = np.random.default_rng(0)
# Three columns that one number determines, on a curve.
SIGNAL = DRAWS.uniform(-1.7, 1.7, size=300)
CURVE = np.column_stack([SIGNAL, SIGNAL**2 - 1, np.sin(2 * SIGNAL)])
X = DRAWS.normal(size=(60, 4)).astype("float32")
QUICK = {"hidden_layer_sizes": 8, "epochs": 3, "random_state": 0}


@pytest.fixture(scope="module")
def fitted():
    return KerasAutoencoder(**QUICK).fit(X)


def widths(part):
    return [layer.units for layer in part.layers if isinstance(layer, keras.layers.Dense)]


def test_the_decoder_mirrors_the_encoder():
    model = KerasAutoencoder(n_components=3, hidden_layer_sizes=(8, 5), epochs=1, noise=0.1)
    outer = model.set_params(dropout=0.2, activation="tanh").fit(X).model_
    assert [type(layer) for layer in outer.layers[1:3]] == [keras.layers.GaussianNoise, Dropout]
    assert outer.layers[1].stddev == 0.1 and outer.layers[2].rate == 0.2
    encoder, decoder = outer.layers[3:]
    assert (encoder.name, decoder.name) == ("encoder", "decoder")
    assert widths(encoder) == [8, 5, 3] and widths(decoder) == [5, 8, 4]
    for part in (encoder, decoder):
        activations = [x for x in part.layers if isinstance(x, keras.layers.Activation)]
        assert [x.activation for x in activations] == [keras.activations.tanh] * 2
        assert part.layers[-1].activation is keras.activations.linear


def test_tied_weights_are_the_transposed_weights_of_the_encoder(tmp_path):
    model = KerasAutoencoder(tied_weights=True, dropout=0.2, **QUICK).fit(X)
    w1, b1, c1, w2, b2, c2 = model.model_.get_weights()
    assert w1.shape == (4, 8) and w2.shape == (8, 2)
    codes = np.maximum(X @ w1 + b1, 0) @ w2 + b2
    np.testing.assert_allclose(model.transform(X), codes, atol=1e-5)
    rows = np.maximum(codes @ w2.T + c2, 0) @ w1.T + c1
    np.testing.assert_allclose(model.inverse_transform(codes), rows, atol=1e-5)
    skkeras.save(model, tmp_path / "model.skkeras")
    again = skkeras.load(tmp_path / "model.skkeras")
    again.model_.get_layer("encoder").layers[1].kernel.assign(np.zeros((4, 8)))
    # The decoder has the same variable.
    np.testing.assert_allclose(again.inverse_transform(codes[:1])[0], c1, atol=1e-6)


def test_it_learns_a_curve_that_one_line_cannot_follow():
    model = KerasAutoencoder(
        n_components=1, hidden_layer_sizes=(32, 32), learning_rate=0.01, random_state=0
    ).fit(CURVE)
    line = PCA(1).fit(CURVE)
    error = np.square(CURVE - line.inverse_transform(line.transform(CURVE))).mean()
    assert error > 0.3 and -model.score(CURVE) < 0.05
    # The representation is ordered along the curve.
    order = np.corrcoef(model.transform(CURVE)[:, 0], SIGNAL, rowvar=True)[0, 1]
    assert abs(order) > 0.9


def test_without_hidden_layers_it_is_principal_components():
    model = KerasAutoencoder(
        n_components=2, hidden_layer_sizes=(), learning_rate=0.03, batch_size=100, random_state=0
    ).fit(CURVE)
    plane = PCA(2).fit(CURVE)
    error = np.square(CURVE - plane.inverse_transform(plane.transform(CURVE))).mean()
    assert error <= -model.score(CURVE) < 1.02 * error


@pytest.mark.parametrize("params", [{"noise": 1.0}, {"dropout": 0.5}])
def test_training_changes_inputs_and_not_targets(params, fitted):
    model = KerasAutoencoder(**{**QUICK, **params, "learning_rate": 1e-9}).fit(X)
    clean = KerasAutoencoder(**{**QUICK, "learning_rate": 1e-9}).fit(X)
    # An untrained network: the weights are the same, and only its inputs in training differ.
    np.testing.assert_allclose(model.transform(X), clean.transform(X), atol=1e-4)
    assert clean.history_["loss"][0] == pytest.approx(-clean.score(X), rel=1e-3)
    assert model.history_["loss"][0] > 1.02 * clean.history_["loss"][0]
    np.testing.assert_array_equal(model.transform(X), model.transform(X))


def test_scores_are_errors_of_the_reconstruction(fitted):
    rows = fitted.inverse_transform(fitted.transform(X))
    assert fitted.transform(X).dtype == rows.dtype == "float32" and rows.shape == X.shape
    np.testing.assert_array_equal(rows, fitted.model_.predict(X, verbose=0))
    errors = np.square(X - rows.astype("float64")).mean(axis=1)
    np.testing.assert_allclose(fitted.score_samples(X), -errors, rtol=1e-4)
    assert fitted.score(X) == pytest.approx(-errors.mean(), rel=1e-4)
    assert not is_regressor(fitted) and not is_classifier(fitted)


def test_names_and_frames(fitted):
    names = [f"kerasautoencoder{i}" for i in range(2)]
    assert fitted.get_feature_names_out().tolist() == names
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = KerasAutoencoder(**QUICK).set_output(transform="pandas").fit(frame)
    assert list(model.transform(frame).columns) == names
    np.testing.assert_array_equal(model.transform(frame), fitted.transform(X))
    with pytest.raises(ValueError, match="feature names"):
        model.transform(frame[list("dcba")])


def test_copies_give_the_same(fitted, tmp_path):
    skkeras.save(fitted, tmp_path / "model.skkeras")
    loaded = skkeras.load(tmp_path / "model.skkeras")
    codes = fitted.transform(X)
    rows = fitted.inverse_transform(codes)
    for again in (loaded, pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted)):
        np.testing.assert_array_equal(again.inverse_transform(codes), rows)
        np.testing.assert_array_equal(again.transform(X), codes)
        assert again.get_feature_names_out().tolist() == fitted.get_feature_names_out().tolist()
    np.testing.assert_array_equal(clone(fitted).fit(X).transform(X), codes)


def test_y_is_ignored_and_X_val_is_not(fitted):
    other = KerasAutoencoder(**QUICK).fit(X, np.arange(60) % 2)
    np.testing.assert_array_equal(other.transform(X), fitted.transform(X))
    watched = KerasAutoencoder(**QUICK).fit(X, X_val=CURVE[:40].repeat(2, axis=1)[:, :4])
    assert len(watched.history_["val_loss"]) == 3
    held = KerasAutoencoder(**QUICK, early_stopping=True).fit(X, groups=np.arange(60) // 6)
    assert len(held.history_["val_loss"]) == 3


@pytest.mark.parametrize("search", [GridSearchCV, model_selection.GridSearchCV])
def test_searches_compare_reconstruction_errors(search):
    grid = {"n_components": [1, 3]}
    found = search(
        KerasAutoencoder(**{**QUICK, "epochs": 200, "learning_rate": 0.02}), grid, cv=3
    ).fit(CURVE)
    assert found.best_params_ == {"n_components": 3}
    assert found.best_score_ > found.cv_results_["mean_test_score"][0]
    assert found.score(CURVE) == found.best_estimator_.score(CURVE) < 0
    assert found.transform(CURVE).shape == (300, 3)


def test_a_classifier_on_the_representation():
    y = (SIGNAL > 0).astype(int)
    network = KerasAutoencoder(n_components=1, learning_rate=0.01, random_state=0)
    model = make_pipeline(network, LogisticRegression()).fit(CURVE, y)
    assert model.score(CURVE, y) > 0.9


def test_training_goes_on(fitted):
    parts = KerasAutoencoder(**QUICK)
    for n_epochs in (1, 3):
        parts.fit_until(X, None, n_epochs)
    assert parts.history_ == fitted.history_
    np.testing.assert_array_equal(parts.transform(X), fitted.transform(X))


def test_mistakes_are_told(fitted):
    with pytest.raises(ValueError, match=r"3 columns, but transform .* returns 2"):
        fitted.inverse_transform(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"contains NaN.* make_pipeline\(SimpleImputer\(\)"):
        KerasAutoencoder().fit(np.where(X > 2, np.nan, X))
    with pytest.raises(ValueError, match="hidden_layer_sizes must be whole numbers"):
        KerasAutoencoder(hidden_layer_sizes=(8, 0)).fit(X)
    for method in ("transform", "inverse_transform", "score_samples", "get_feature_names_out"):
        with pytest.raises(NotFittedError):
            getattr(KerasAutoencoder(), method)(X)
    with pytest.warns(UserWarning, match="standard deviations differ"):
        KerasAutoencoder(**QUICK).fit(X * [1, 1, 1, 1000])


def test_search_spaces_have_the_defaults():
    for size in ("small", "medium", "large"):
        for name, dimension in KerasAutoencoder().search_space(size).items():
            assert getattr(KerasAutoencoder(), name) in dimension, name
