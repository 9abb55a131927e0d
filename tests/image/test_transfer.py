"""None"""

import os
import pickle
import shutil
import warnings

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_val_score

import skkeras
from skkeras import FitMemory, KerasTransferClassifier, KerasTransferRegressor
from skkeras.datasets import fetch_mobilenet_weights, fetch_stamps
from skkeras.image._backbones import Backbone, find_backbone
from skkeras.training import seeding

QUICK = {
    "backbone": "MobileNet",
    "weights": None,
    "epochs": 3,
    "batch_size": 8,
    "fine_tune_epochs": 2,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def images():
    """24 pictures of noise, brighter or darker."""
    draws = np.random.default_rng(0)
    y = np.arange(24) % 2
    X = draws.integers(0, 128, (24, 32, 32, 3)) + 100 * y[:, np.newaxis, np.newaxis, np.newaxis]
    return X.astype(np.uint8), y


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


def test_tags_allow_columns_of_paths():
    tags = KerasTransferClassifier().__sklearn_tags__().input_tags
    assert tags.one_d_array and tags.string and tags.three_d_array and not tags.two_d_array


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


def test_images_may_come_in_any_shape(images):
    X, y = images
    grey = X[..., :1]
    given = [
        ({}, grey),
        ({}, grey[..., 0]),
        ({}, grey.repeat(3, axis=-1).astype(float)),
        ({"image_shape": (32, 32)}, grey.reshape(24, -1)),
        ({"image_shape": (32, 32, 3)}, grey.repeat(3, axis=-1).reshape(24, -1)),
        ({"input_size": (32, 32)}, grey),
    ]
    models = [KerasTransferClassifier(**QUICK, **params).fit(part, y) for params, part in given]
    expected = models[0].predict_proba(grey)
    for model, (_, part) in zip(models, given, strict=True):
        np.testing.assert_array_equal(model.predict_proba(part), expected)


def test_images_are_resized(images):
    X, y = images
    model = KerasTransferClassifier(**QUICK, input_size=(40, 33)).fit(X[:, :8, :8], y)
    assert model.image_shape_ == (8, 8, 3)
    assert find_backbone("MobileNet", None, (40, 33)).model.input_shape == (None, 40, 33, 3)
    with pytest.raises(ValueError, match=r"rows of shape \(8, 9, 3\)"):
        model.predict(X[:, :8, :9])


@pytest.fixture
def weights(tmp_path):
    """A file of weights of a MobileNet."""
    path = tmp_path / "mobilenet.weights.h5"
    find_backbone("MobileNet", None, (32, 32)).model.save_weights(path)
    return path


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"backbone": "MobileNetV9"}, "'backbone' parameter .*'VGG16'.* Got 'MobileNetV9'"),
        ({"weights": "nowhere.weights.h5"}, "There is no file of weights '/.*/nowhere.weights.h5'"),
        ({"weights": __file__}, r"does not end in '.weights.h5'"),
        (
            {"input_size": 24},
            "MobileNet for images of 24x24 pixels cannot be built: .*32x32.*input_size",
        ),
        ({"input_size": (32, 32, 3)}, r"input_size must be 2 numbers; got \(32, 32, 3\)"),
        ({"input_size": 0}, "'input_size' parameter"),
        ({"image_shape": (64, 64)}, r"images of shape \(32, 32, 3\), but image_shape=\(64, 64\)"),
        ({"n_unfrozen": 87}, "n_unfrozen=87 is more than the 86 layers of MobileNet"),
        ({"pooling": "sum"}, "'pooling' parameter"),
        ({"dense_units": (8, 0)}, "dense_units must be whole numbers of at least 1"),
    ],
)
def test_bad_parameters_are_refused(images, params, message):
    model = KerasTransferClassifier(**{**QUICK, **params})
    with pytest.raises(ValueError, match=message):
        model.fit(*images)
    assert not hasattr(model, "model_")


def test_bad_images_are_refused(images):
    X, y = images
    model = KerasTransferClassifier(**QUICK)
    with pytest.raises(ValueError, match=r"images of 2 channels; expected 3 .* or 1"):
        model.fit(X[..., :2], y)
    with pytest.raises(ValueError, match="set image_shape="):
        model.fit(X.reshape(24, -1), y)


@pytest.mark.parametrize(
    ("scaled", "message"),
    [
        (lambda X: X / 255, "pixels from 0 to 1, .*multiply them by 255"),
        (lambda X: X / 16, r"pixels from 0 to 14.19, .*multiply them by 17.97"),
        (lambda X: X / 127.5 - 1, "pixels from -1 to .*before preprocess_input"),
        (lambda X: X - 110.5, "pixels from -110.5 to .*before preprocess_input"),
        (lambda X: X.astype(np.uint16) * 257, "to 5.834e.04, .*16 bits by 257"),
    ],
)
def test_pixels_that_backbones_do_not_expect_warn(images, scaled, message):
    X, y = images
    with pytest.warns(UserWarning, match=message):
        KerasTransferClassifier(**QUICK).fit(scaled(X), y)


@pytest.mark.parametrize("kind", [KerasTransferClassifier, KerasTransferRegressor])
def test_images_to_predict_are_on_the_scale_of_those_to_fit(images, kind):
    X, y = images
    model = kind(**QUICK).fit(X, y)
    for other in (X / 255, X / 127.5 - 1, X - np.array([103.939, 116.779, 123.68])):
        with pytest.warns(UserWarning, match="another scale.*leave preprocessing out"):
            model.predict(other)
    for same in (X[:1] // 20, X * 0, X.astype(float)):
        model.predict(same)
    with pytest.warns(UserWarning, match="pixels from 0 to 1"):
        model.fit(X / 255, y)
    for ask in (model.predict, lambda one: model.partial_fit(one, [1])):
        with pytest.warns(UserWarning, match="another scale"):
            ask(X[:1])


def test_weights_of_another_network_are_refused(images, weights, tmp_path):
    X, y = images
    model = KerasTransferClassifier(**{**QUICK, "backbone": "MobileNetV2", "weights": weights})
    with pytest.raises(ValueError, match=r"MobileNetV2 .* does not take the weights .*\.h5'"):
        model.fit(X, y)
    damaged = tmp_path / "damaged.weights.h5"
    damaged.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(ValueError, match=r"does not take the weights .*damaged\.weights\.h5'"):
        KerasTransferClassifier(**{**QUICK, "weights": damaged}).fit(X, y)


def test_weights_that_do_not_fit_are_one_error_and_no_warnings(images, weights):
    params = {**QUICK, "backbone": "MobileNetV3Small", "weights": weights}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with pytest.raises(ValueError, match=r"MobileNetV3Small .* does not take the weights"):
            KerasTransferClassifier(**params).fit(*images)
    assert not said


def test_warnings_of_weights_that_fit_are_shown(images, weights, monkeypatch):
    built = Backbone.__init__

    def warn(self, *args):
        built(self, *args)
        warnings.warn("Some layers keep their first weights.", UserWarning, stacklevel=2)

    monkeypatch.setattr(Backbone, "__init__", warn)
    skkeras.clear_cache()
    with pytest.warns(UserWarning, match="Some layers keep"):
        KerasTransferClassifier(**{**QUICK, "weights": weights}).fit(*images)


def test_weights_that_went_or_changed_are_told(images, weights, tmp_path):
    X, y = images
    model = KerasTransferClassifier(**{**QUICK, "weights": weights}).fit(X, y)
    np.testing.assert_array_equal(
        model.predict_proba(X), KerasTransferClassifier(**QUICK).fit(X, y).predict_proba(X)
    )
    skkeras.save(model, tmp_path / "model.skkeras")
    content, moved = pickle.dumps(model), tmp_path / "moved"
    shutil.move(weights, moved)
    with pytest.raises(ValueError, match=r"There is no file of weights '/.*put it there"):
        pickle.loads(content).predict(X)
    other = find_backbone("MobileNet", None, (33, 33)).model
    other.set_weights([w + 1 for w in other.get_weights()])
    other.save_weights(weights)
    with pytest.raises(ValueError, match=r"are not those that this estimator was fitted with"):
        model.predict(X)
    os.replace(moved, weights)
    for copied in (pickle.loads(content), skkeras.load(tmp_path / "model.skkeras")):
        np.testing.assert_array_equal(copied.predict(X), model.predict(X))
    skkeras.clear_cache()  # a network of these tests has been changed


def test_learned_weights_see_more_than_random_ones():
    paths, y = fetch_stamps()
    chosen = np.concatenate([np.flatnonzero(y == kind)[:15] for kind in ("animals", "town")])
    X, y = paths[chosen], y[chosen]
    model = KerasTransferClassifier(weights=fetch_mobilenet_weights(), random_state=0)
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    learned = cross_val_score(model, X, y, cv=cv).mean()
    random = cross_val_score(clone(model).set_params(weights=None), X, y, cv=cv).mean()
    assert learned > 0.9
    assert learned > random + 0.05
