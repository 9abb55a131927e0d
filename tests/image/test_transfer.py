"""Networks that are pretrained: the images and the weights that they take."""

import os
import pickle
import shutil
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_val_score

import skkeras
from skkeras import KerasTransferClassifier, KerasTransferRegressor
from skkeras.datasets import fetch_mobilenet_weights, fetch_stamps
from skkeras.image._backbones import Backbone, find_backbone
from tests.image.pretrained import QUICK


def test_tags_allow_columns_of_paths():
    tags = KerasTransferClassifier().__sklearn_tags__().input_tags
    assert tags.one_d_array and tags.string and tags.three_d_array and not tags.two_d_array


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
