import keras
import numpy as np
import pytest
from joblib import parallel_backend
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV

import skkeras
from skkeras import KerasCNNClassifier, clear_cache
from skkeras.image._augmentation import Augmentation, _moved, augmentations
from skkeras.layers import MixUpModel
from skkeras.layers._dropout import drawing_by_hashes

QUICK = {"filters": 4, "dense_units": 8, "epochs": 2, "batch_size": 32, "random_state": 0}
ALL = "flip, rotation, zoom, shear, translation, contrast, cutout"
MIXED = {**QUICK, "augmentation": ALL, "mixup": 0.4}


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    return data.images[:96].astype(np.uint8), data.target[:96]


def images(n_rows=20):
    return np.random.default_rng(0).normal(size=(n_rows, 12, 10, 2)).astype("float32")


def changed(strengths, X):
    keras.utils.set_random_seed(0)
    return keras.ops.convert_to_numpy(Augmentation(augmentations(strengths))(X, training=True))


def test_names_stand_for_strengths():
    assert augmentations(None) == {}
    assert list(augmentations(ALL)) == ALL.split(", ")
    expected = {"flip": "horizontal", "zoom": 0.1}
    for given in ("zoom, flip", ["zoom", "flip"], ("flip", "zoom"), {"zoom": 0.1, **expected}):
        assert augmentations(given) == expected
        assert list(augmentations(given)) == ["flip", "zoom"]
    assert augmentations({"zoom": np.float64(0.3), "rotation": 0.5}) == {
        "rotation": 0.5,
        "zoom": 0.3,
    }


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("flop", r"augmentation must be None, names out of \['flip', .*; got 'flop'\."),
        (["flip", "flop"], r"got \['flip', 'flop'\]\."),
        ({"flip": "horizontal", "flop": 1}, r"got \{'flip': 'horizontal', 'flop': 1\}\."),
        ([], r"augmentation must be None, names out of .*; got \[\]"),
        ({"flip": 0.5}, r"The strength of 'flip' must be one of \('horizontal', .*; got 0\.5"),
        ({"zoom": 1.5}, r"The strength of 'zoom' must be a number above 0 and at most 0\.9; got 1"),
        ("flip, mixup", r"names out of .*; got 'flip, mixup'\."),
        ({"cutout": "much"}, r"The strength of 'cutout' must be a number .*; got 'much'"),
        ({"shear": True}, r"The strength of 'shear' must be a number"),
        (7, "augmentation"),
    ],
)
def test_other_names_and_strengths_are_refused(digits, value, message):
    model = KerasCNNClassifier(augmentation=value)
    with pytest.raises(ValueError, match=message):
        model.fit(*digits)
    assert not hasattr(model, "model_")


def test_each_changes_images_in_its_way():
    X = images()
    flipped = changed("flip", X)
    turned = (flipped == X[:, :, ::-1]).all(axis=(1, 2, 3))
    assert 0 < turned.sum() < 20
    np.testing.assert_array_equal(flipped[~turned], X[~turned])
    upended = changed({"flip": "vertical"}, X)
    assert ((upended == X) | (upended == X[:, ::-1])).all()

    cut = changed({"cutout": 0.5}, X)
    erased = (cut == 0).all(axis=-1).mean(axis=(1, 2))
    assert (cut[cut != 0] == X[cut != 0]).all()
    assert 0 < erased.mean() < 0.5 and len(set(erased)) > 5

    contrasted = changed({"contrast": 0.5}, X)
    means = X.mean(axis=(1, 2), keepdims=True)
    factors = (contrasted - means) / (X - means)
    np.testing.assert_allclose(contrasted.mean(axis=(1, 2)), means[:, 0, 0], atol=1e-5)
    np.testing.assert_allclose(factors, np.broadcast_to(factors[:, :1, :1, :1], X.shape), rtol=0.02)
    assert factors.min() > 0.49 and factors.max() < 1.51 and factors.std() > 0.1


@pytest.mark.parametrize("name", ["rotation", "zoom", "shear", "translation"])
def test_geometry_changes_a_little_or_more(name):
    # Smooth images, of which little changes take little.
    rows, columns = np.mgrid[:24, :24] / 24
    X = np.stack([rows, columns, rows * columns], axis=-1)[np.newaxis].repeat(50, axis=0)
    little, more = (np.abs(changed({name: s}, X) - X).mean() for s in (0.02, 0.1))
    assert 0 < little < more < 0.15
    # Nothing is brought in that was not there before.
    much = changed({name: 0.3}, X)
    assert much.min() >= 0 and much.max() <= 1


def test_pixels_move_where_they_should():
    X = images()[:, :10]
    none, turn = np.zeros(20, "float32"), np.full(20, 0.25, "float32")
    np.testing.assert_allclose(_moved(X, turn, *[none] * 5), np.rot90(X, axes=(1, 2)), atol=1e-4)
    np.testing.assert_allclose(
        _moved(X, none, none, none, none, none + 0.2, none - 0.1)[:, 1:, :-2],
        X[:, :-1, 2:],
        atol=1e-4,
    )
    # Each row of a slanted image has moved by its distance from the middle.
    X = X[:, :9]
    slanted = keras.ops.convert_to_numpy(_moved(X, none, none, none + 1, *[none] * 3))
    for row in range(9):
        shift = row - 4
        own, there = (
            slice(max(0, -shift), 10 - max(0, shift)),
            slice(max(0, shift), 10 + min(0, shift)),
        )
        np.testing.assert_allclose(slanted[:, row, own], X[:, row, there], atol=1e-4)
    # Twice as small, the middle holds the pixels at twice the distance from it.
    small = _moved(X[:, :, :9], none, none + 1, *[none] * 4)
    np.testing.assert_allclose(small[:, 2:7, 2:7], X[:, ::2, :9:2], atol=1e-4)


def test_xla_changes_images_as_a_graph_does(digits):
    X, y = digits
    params = {**QUICK, "augmentation": "flip, contrast, cutout", "mixup": 0.4}
    params["dropout"] = 0.0
    clear_cache()
    with drawing_by_hashes():  # as XLA does
        graph = KerasCNNClassifier(**params).fit(X, y)
    clear_cache()
    xla = KerasCNNClassifier(**params, trainer="xla").fit(X, y)
    assert (graph.trainer_, xla.trainer_) == ("graph", "xla")
    np.testing.assert_allclose(xla.history_["loss"], graph.history_["loss"], rtol=1e-4)


def test_nothing_changes_but_in_training(digits):
    X = images()
    layer = Augmentation(augmentations(ALL))
    np.testing.assert_array_equal(layer(X), X)
    np.testing.assert_array_equal(layer(X, training=False), X)
    model = KerasCNNClassifier(**MIXED).fit(*digits)
    expected = model.predict_proba(digits[0])
    np.testing.assert_array_equal(model.predict_proba(digits[0]), expected)
    np.testing.assert_array_equal(model.predict_proba(digits[0][5:6]), expected[5:6])
    scaled = model.feature_encoder_.transform(digits[0][..., np.newaxis])
    np.testing.assert_allclose(model.model_(scaled), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["flip", "rotation, zoom, shear, translation", "contrast, cutout"])
def test_training_is_compiled_repeats_and_equals_that_of_keras(digits, name):
    X, y = digits
    model = KerasCNNClassifier(**QUICK, augmentation=name, dropout=0.0)
    first = model.fit(X, y)
    assert first.trainer_ == "graph"
    again = clone(model).fit(X, y)
    assert again.history_ == first.history_
    np.testing.assert_array_equal(again.predict_proba(X), first.predict_proba(X))
    plain = clone(model).set_params(trainer="fit").fit(X, y)
    np.testing.assert_allclose(plain.history_["loss"], first.history_["loss"], rtol=1e-4)
    other = clone(model).set_params(random_state=1).fit(X, y)
    without = clone(model).set_params(augmentation=None).fit(X, y)
    assert len({m.history_["loss"][0] for m in (first, other, without)}) == 3


def test_seeds_share_one_program(digits):
    model = KerasCNNClassifier(**MIXED).fit(*digits)
    before = skkeras.cache_info().compilations
    model.set_params(random_state=1).fit(*digits)
    assert skkeras.cache_info().compilations == before


def test_going_on_is_never_having_stopped(digits):
    X, y = digits
    whole = KerasCNNClassifier(**MIXED).fit(X, y)
    parts = KerasCNNClassifier(**MIXED).partial_fit(X, y).partial_fit(X, y)
    np.testing.assert_array_equal(parts.predict_proba(X), whole.predict_proba(X))


def test_networks_with_augmentation_can_be_kept_and_searched(digits, tmp_path):
    X, y = digits
    model = KerasCNNClassifier(**QUICK, augmentation={"flip": "vertical"}, mixup=0.4)
    model.fit(X, y)
    skkeras.save(model, tmp_path / "kept")
    copied = skkeras.load(tmp_path / "kept")
    np.testing.assert_array_equal(copied.predict_proba(X), model.predict_proba(X))
    model.model_.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(loaded, MixUpModel)
    np.testing.assert_allclose(loaded(X[..., np.newaxis]), model.model_(X[..., np.newaxis]))
    grid = {"augmentation": [("zoom", "cutout"), {"rotation": 0.1}]}
    model = KerasCNNClassifier(**QUICK)
    alone = GridSearchCV(model, grid, cv=2, refit=False).fit(X, y)
    with parallel_backend("threading", n_jobs=2):
        beside = GridSearchCV(model, grid, cv=2, refit=False).fit(X, y)
    scores = alone.cv_results_["mean_test_score"]
    np.testing.assert_array_equal(beside.cv_results_["mean_test_score"], scores)


def test_flipped_pictures_are_known_by_who_has_seen_such():
    data = load_digits(n_class=5)
    X, y = data.images.astype(np.uint8), data.target
    model = KerasCNNClassifier(filters=(8, 16), epochs=10, batch_size=64, random_state=0)
    plain = model.fit(X[:600], y[:600]).score(X[600:, :, ::-1], y[600:])
    model.set_params(augmentation="flip")
    flipped = model.fit(X[:600], y[:600])
    assert flipped.score(X[600:, :, ::-1], y[600:]) > plain + 0.2
    assert flipped.score(X[600:], y[600:]) > 0.9
