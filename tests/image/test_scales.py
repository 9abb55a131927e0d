import itertools
import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skkeras
from skkeras import KerasCNNClassifier, KerasCNNRegressor
from skkeras.image._scales import PixelScale

QUICK = {"filters": 4, "dense_units": 8, "epochs": 1, "batch_size": 32, "random_state": 0}

_BYTES = (load_digits().images[:300, ..., np.newaxis] * 15).astype(np.uint8)
_FITTED, _ASKED = _BYTES[:200], _BYTES[200:]
_SCALES = {
    "bytes": lambda X: X,
    "bytes as floats": lambda X: X.astype(np.float32),
    "resized bytes": lambda X: np.maximum(X, 0.25).astype(np.float32),
    "dim bytes": lambda X: X // 2,
    "0 to 1": lambda X: X / np.float32(255),
    "-1 to 1": lambda X: X / np.float32(127.5) - 1,
    "standardised": lambda X: (X - np.float32(73.3)) / np.float32(90.2),
    "without means": lambda X: X - np.float32(103.939),
    "16 bits": lambda X: X * np.float32(257),
    "bits": lambda X: (X > 99).astype(np.uint8),
}
_BYTE_SCALES = {"bytes", "bytes as floats", "resized bytes", "dim bytes"}
# Nothing tells these apart: fitted and asked.
_ALIKE = {
    *itertools.product(_BYTE_SCALES, {*_BYTE_SCALES, "bits"}),
    *itertools.product({"0 to 1", "bits"}, repeat=2),
    *itertools.product({"-1 to 1", "standardised"}, repeat=2),
    ("without means", "standardised"),
    *((name, name) for name in _SCALES),
}
# Several images tell these apart, one does not.
_APART = {
    *itertools.product({"-1 to 1", "standardised"}, {"0 to 1", "bits"}),
    *itertools.product({"without means"}, {"resized bytes", "bits"}),
}


def said(scale, X):
    """Count the warnings of images that are asked about."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        scale.check(KerasCNNClassifier(), X, is_integer=X.dtype.kind in "iu")
    return len(given)


@pytest.mark.parametrize("fitted", _SCALES)
@pytest.mark.parametrize("asked", _SCALES)
def test_scales_are_told_apart(fitted, asked):
    scale, X = PixelScale().fit(_SCALES[fitted](_FITTED)), _SCALES[asked](_ASKED)
    pair = fitted, asked
    assert said(scale, X) == (pair not in _ALIKE)
    alone = {said(scale, X[place : place + 1]) for place in range(len(X))}
    assert alone == {int(pair not in _ALIKE | _APART)}


@pytest.mark.parametrize("fitted", ["bytes", "bytes as floats", "dim bytes"])
def test_dark_images_are_on_the_scale_of_bytes(fitted):
    scale = PixelScale().fit(_SCALES[fitted](_FITTED))
    constant = [np.full((1, 8, 8, 1), value, np.uint8) for value in (0, 1, 3, 128, 255)]
    for X in (*constant, np.zeros((1, 8, 8, 1)), _ASKED // 20, _ASKED // 100, _ASKED * 0.05):
        assert not said(scale, X)


@pytest.mark.parametrize("value", [1, 128, 255])
def test_constant_images_tell_their_scale(value):
    X = np.full((1, 8, 8, 1), value, np.uint8)
    assert said(PixelScale().fit(_FITTED), X / 255) == 1
    assert said(PixelScale().fit(_FITTED / 255), X) == (value > 1)
    assert not said(PixelScale().fit(_FITTED / 255), X / 255)


def test_black_images_to_fit_say_little():
    assert not said(PixelScale().fit(_FITTED * 0), _ASKED)
    some = np.concatenate([_FITTED, _FITTED[:50] * 0])
    assert said(PixelScale().fit(some), _ASKED / 255) == 1


def test_overshoot_and_single_large_pixels_are_no_scale():
    X = _ASKED / 255
    X[:, 0, 0] -= 0.05
    X[:, 1, 1] += 0.3
    X[5, 2, 2] = 100
    assert not said(PixelScale().fit(_FITTED / 255), X)


@pytest.mark.parametrize("kind", [KerasCNNClassifier, KerasCNNRegressor])
@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize(("fitted", "asked"), [("bytes", "0 to 1"), ("0 to 1", "bytes")])
@pytest.mark.filterwarnings("ignore:The features' standard deviations")
def test_each_question_about_another_scale_warns(kind, normalize, fitted, asked, tmp_path):
    y = np.arange(200) % 2
    X, other = _SCALES[fitted](_FITTED), _SCALES[asked](_FITTED)
    model = kind(**QUICK, normalize=normalize).fit(X, y)
    skkeras.save(model, tmp_path / "model.skkeras")
    twins = [pickle.loads(pickle.dumps(model)), skkeras.load(tmp_path / "model.skkeras")]
    for copied in (model, *twins, clone(model).partial_fit(X, y)):
        copied.predict(X[:1])
        for ask in (
            copied.predict,
            copied.predict,
            getattr(copied, "predict_proba", copied.predict),
        ):
            with pytest.warns(UserWarning, match=f"{kind.__name__} was fitted on .*another scale"):
                ask(other[:1])
        for go_on in (copied.score, copied.partial_fit):
            with pytest.warns(UserWarning, match="another scale"):
                go_on(other, y)
    with pytest.warns(UserWarning, match="another scale"):
        clone(model).fit(X, y, X_val=other, y_val=y)
    model.fit(other, y).predict(other)


def test_flat_images_in_pipelines_warn():
    y, flat = np.arange(200) % 2, _FITTED.reshape(200, -1)
    network = KerasCNNClassifier(**QUICK, image_shape=(8, 8))
    pipeline = make_pipeline(FunctionTransformer(), network).fit(flat, y)
    with pytest.warns(UserWarning, match="from 0 to 0.9412, but .* from 0 to 240, .*by 255"):
        pipeline.predict(flat / 255)


def test_predictions_do_not_depend_on_other_rows():
    model = KerasCNNRegressor(**QUICK).fit(_FITTED, np.arange(200))
    mixed = np.concatenate([_ASKED[:3], _ASKED[:3] // 20])
    alone = [model.predict(mixed[place : place + 1])[0] for place in range(6)]
    np.testing.assert_allclose(model.predict(mixed), alone, rtol=1e-5)
