"""The last layers of a backbone are trained after the layers on top."""

import pickle

import keras
import numpy as np
import pytest
from sklearn.base import clone

import skkeras
from skkeras import FitMemory, KerasTransferClassifier, KerasTransferRegressor
from skkeras.image._backbones import find_backbone
from skkeras.training import seeding
from tests.image.pretrained import QUICK


@pytest.fixture(scope="module")
def tunable(images, tmp_path_factory):
    """Weights of a MobileNet whose batch normalisation knows such pictures, and that learns."""
    with seeding(0):
        model = keras.applications.MobileNet(
            include_top=False, weights=None, input_shape=(32, 32, 3)
        )
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    model(keras.applications.mobilenet.preprocess_input(images[0]), training=True)
    path = tmp_path_factory.mktemp("weights") / "tunable.weights.h5"
    model.save_weights(path)
    return {**QUICK, "weights": str(path), "n_unfrozen": 9, "fine_tune_learning_rate": 1e-3}


def test_fine_tuning_trains_the_last_layers_alone(images, tunable):
    X, y = images
    model = KerasTransferClassifier(**tunable).fit(X, y)
    assert model.trainer_ == "graph"
    assert model.n_iter_ == len(model.history_["loss"]) == 5
    assert float(model.model_.optimizer.learning_rate) == pytest.approx(1e-3)
    found = find_backbone("MobileNet", tunable["weights"], (32, 32))
    last = {layer.name for layer in found.model.layers[-9:]}
    upper = model.model_.get_layer(found.model.name)
    trained = []
    for layer in upper.layers:
        kept = found.model.get_layer(layer.name).get_weights() if layer.weights else []
        same = [np.array_equal(a, b) for a, b in zip(layer.get_weights(), kept, strict=True)]
        if layer.name in last and "bn" not in layer.name:
            assert not any(same)
            trained += same
        else:
            assert all(same)
    assert len(trained) == 3


def test_fine_tuning_begins_where_the_layers_on_top_stand(images, tunable):
    X, y = images
    top = KerasTransferClassifier(**{**tunable, "n_unfrozen": 0}, dense_units=4).fit(X, y)
    tuned = clone(top).set_params(n_unfrozen=9, fine_tune_learning_rate=1e-12).fit(X, y)
    np.testing.assert_allclose(tuned.predict_proba(X), top.predict_proba(X), atol=1e-5)
    assert tuned.history_["loss"][:3] == top.history_["loss"]


@pytest.mark.parametrize("n_unfrozen", [0, 9])
def test_estimators_can_be_kept(images, tunable, n_unfrozen, tmp_path):
    X, y = images
    model = KerasTransferClassifier(**{**tunable, "n_unfrozen": n_unfrozen}).fit(X, y)
    expected = model.predict_proba(X)
    again = clone(model).fit(X, y)
    np.testing.assert_array_equal(again.predict_proba(X), expected)
    skkeras.save(model, tmp_path / "model.skkeras")
    content = pickle.dumps(model)
    assert len(content) < (2e7 if n_unfrozen else 1e5)  # the backbone's other weights are not in it
    for copied in (pickle.loads(content), skkeras.load(tmp_path / "model.skkeras")):
        np.testing.assert_array_equal(copied.predict_proba(X), expected)
    copied.partial_fit(X, y)
    np.testing.assert_array_equal(copied.predict_proba(X), model.partial_fit(X, y).predict_proba(X))
    assert copied.n_iter_ == (6 if n_unfrozen else 4)


def test_fine_tuned_fits_are_kept_in_memory(images, tunable, tmp_path, monkeypatch):
    X, y = images
    model = KerasTransferClassifier(**tunable, memory=FitMemory(tmp_path))
    first = clone(model).fit(X, y)
    with monkeypatch.context() as patch:
        patch.setattr(skkeras.training.Network, "train", None)
        kept = clone(model).fit(X, y)
    assert kept.history_ == first.history_
    assert kept.n_iter_ == 5
    np.testing.assert_array_equal(kept.predict_proba(X), first.predict_proba(X))
    plain = clone(model).set_params(memory=None).fit(X, y)
    np.testing.assert_array_equal(plain.predict_proba(X), first.predict_proba(X))
    assert plain.history_ == first.history_


def test_parts_of_training_have_no_fine_tuning(images, tunable):
    X, y = images
    model = KerasTransferClassifier(**tunable, warm_start=True)
    top = clone(model).set_params(n_unfrozen=0).fit(X, y)
    parts = clone(model)
    for _ in range(3):
        parts.partial_fit(X, y)
    np.testing.assert_array_equal(parts.predict_proba(X), top.predict_proba(X))
    rung = clone(model).fit_until(X, y, 3)
    np.testing.assert_array_equal(rung.predict_proba(X), top.predict_proba(X))
    model.fit(X, y)
    assert model.fit(X, y).n_iter_ == 7


@pytest.mark.filterwarnings("ignore:early_stopping holds out:UserWarning")
def test_early_stopping_watches_both_stages(images, tunable):
    X, y = images
    model = KerasTransferRegressor(**tunable, early_stopping=True, patience=1)
    model.set_params(optimizer=keras.optimizers.SGD(0.01, momentum=0.5)).fit(X, y)
    assert len(model.history_["val_loss"]) == model.n_iter_ <= 5
    assert float(model.model_.optimizer.learning_rate) == pytest.approx(1e-3)
    assert model.model_.optimizer.momentum == 0.5
