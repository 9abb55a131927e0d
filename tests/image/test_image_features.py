"""Features of a pretrained network as a transformer."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skkeras
from skkeras import KerasImageFeatures
from skkeras.image._backbones import find_backbone

QUICK = {"backbone": "MobileNet", "weights": None}


def test_features_are_pooled_by_the_backbone(images):
    X, _ = images
    model = KerasImageFeatures(**QUICK)
    found = model.fit_transform(X[:16])
    np.testing.assert_array_equal(model.transform(X[:16]), found)
    raw = find_backbone("MobileNet", None, (32, 32)).run(X.astype("float32"), "avg")
    raw = raw.astype("float64")
    expected = (raw - raw[:16].mean(axis=0)) / np.sqrt(raw[:16].var(axis=0).mean())
    np.testing.assert_allclose(model.transform(X), expected, atol=1e-3)
    assert found.dtype == np.float32
    names = model.get_feature_names_out()
    assert len(names) == found.shape[1] == 1024 and names[0] == "kerasimagefeatures0"
    frame = clone(model).set_output(transform="pandas").fit_transform(X)
    assert frame.columns.tolist() == names.tolist()


def test_a_pipeline_of_flat_images_is_saved(images, tmp_path):
    X, y = images
    flat = X.reshape(24, -1)
    features = KerasImageFeatures(**QUICK, pooling="max", image_shape=(32, 32, 3))
    model = make_pipeline(features, LogisticRegression()).fit(flat, y)
    assert model.score(flat, y) == 1
    skkeras.save(model, tmp_path / "e")
    loaded = skkeras.load(tmp_path / "e")
    np.testing.assert_array_equal(loaded.predict_proba(flat), model.predict_proba(flat))


def test_moved_weights_are_found(images, tmp_path):
    X, _ = images
    path, moved = tmp_path / "a.weights.h5", tmp_path / "b.weights.h5"
    find_backbone("MobileNet", None, (32, 32)).model.save_weights(path)
    model = KerasImageFeatures(backbone="MobileNet", weights=path)
    expected = model.fit_transform(X)
    skkeras.save(model, tmp_path / "e")
    path.rename(moved)
    with pytest.raises(ValueError, match="There is no file of weights"):
        model.transform(X)
    loaded = skkeras.load(tmp_path / "e", weights=moved)
    np.testing.assert_array_equal(loaded.transform(X), expected)


def test_what_is_no_image_is_refused(images):
    X, _ = images
    for params, given, message in [
        ({}, X[..., :2], "images of 2 channels"),
        ({}, X.reshape(24, -1), "its images are flat; set image_shape"),
        ({"input_size": (3,)}, X, "input_size"),
        ({"weights": "no.weights.h5"}, X, "There is no file of weights"),
        ({"pooling": "min"}, X, "'pooling' parameter"),
    ]:
        with pytest.raises(ValueError, match=message):
            KerasImageFeatures(**{**QUICK, **params}).fit(given)
    with pytest.raises(NotFittedError):
        KerasImageFeatures().transform(X)
    fitted = KerasImageFeatures(**QUICK).fit(X)
    with pytest.raises(ValueError, match="X has 16 features"):
        fitted.transform(X[:, :16])
    with pytest.warns(UserWarning, match="multiply them by 255"):
        clone(fitted).fit(X / 255)
