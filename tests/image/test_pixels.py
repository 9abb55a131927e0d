"""Images as arrays, and scales of their pixels."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler

from skkeras import KerasCNNClassifier
from skkeras.image._pixels import PixelScaler

QUICK = {"filters": (4, 8), "dense_units": 16, "epochs": 2, "batch_size": 32, "random_state": 0}


@pytest.fixture(scope="module")
def digits():
    """240 pictures of 8x8 pixels from 0 to 16, as bytes."""
    data = load_digits()
    return data.images[:240].astype(np.uint8), data.target[:240]


def colours(n_rows):
    return np.random.default_rng(0).integers(0, 256, (n_rows, 6, 5, 3), np.uint8)


def test_flat_colours_are_read_as_height_width_channels():
    X, y = colours(40), np.arange(40) % 2
    flat = KerasCNNClassifier(**QUICK, image_shape=(6, 5, 3)).fit(X.reshape(40, -1), y)
    shaped = KerasCNNClassifier(**QUICK).fit(X, y)
    np.testing.assert_array_equal(flat.predict_proba(X.reshape(40, -1)), shaped.predict_proba(X))


@pytest.mark.parametrize(
    ("shape", "image_shape", "message"),
    [
        ((9, 64), None, r"set image_shape=\(height, width\)"),
        ((9, 64), (8, 9), r"rows of 64 values, but image_shape=\(8, 9\) takes 72"),
        ((9, 8, 8), (4, 16), r"images of shape \(8, 8\), but image_shape=\(4, 16\)"),
        ((9, 8, 8, 3), (8, 8), r"images of shape \(8, 8, 3\)"),
        ((9, 2, 8, 8, 3), None, r"\(9, 2, 8, 8, 3\); expected images of shape"),
        ((9, 8, 0), None, r"\(9, 8, 0\); expected images of shape"),
        ((9,), None, "Expected 2D array, got 1D"),
    ],
)
def test_other_shapes_are_refused(shape, image_shape, message):
    model = KerasCNNClassifier(image_shape=image_shape)
    with pytest.raises(ValueError, match=message):
        model.fit(np.zeros(shape), np.arange(9) % 2)
    assert not hasattr(model, "model_")


def test_images_to_predict_have_the_shape_of_those_to_fit(digits):
    X, y = digits
    model = KerasCNNClassifier(**QUICK).fit(X, y)
    for other in (X[:, :7], X[:, :, :7], X[..., np.newaxis].repeat(3, axis=-1)):
        with pytest.raises(ValueError, match=r"8"):
            model.predict(other)


def test_range_of_the_pixels_does_not_matter(digits):
    X, y = digits
    model = KerasCNNClassifier(**QUICK).fit(X, y)
    same = KerasCNNClassifier(**QUICK).fit(X / 16, y)
    np.testing.assert_allclose(model.predict_proba(X), same.predict_proba(X / 16), atol=1e-4)
    raw = KerasCNNClassifier(**QUICK, normalize=False).fit(X, y)
    with pytest.warns(UserWarning, match="another scale"):
        assert not np.allclose(raw.predict_proba(X), raw.predict_proba(X / 16), atol=0.01)


def test_pixels_are_scaled_a_channel_at_a_time():
    X = colours(50)
    X[..., 1] = 7
    scaled = PixelScaler().fit(X).transform(X)
    expected = StandardScaler().fit_transform(X.reshape(-1, 3).astype(float))
    np.testing.assert_allclose(scaled.reshape(-1, 3), expected, atol=1e-5)
    assert scaled.dtype == np.float32


def test_a_scale_far_from_zero_is_kept():
    X = np.random.default_rng(0).normal(5000, 1, (50, 6, 5, 1))
    scaled = PixelScaler().fit(X).transform(X)
    assert abs(scaled.mean()) < 0.01
    assert abs(scaled.std() - 1) < 0.01


@pytest.mark.parametrize("offset", [-1e9, 1e9, 1e11])
def test_images_far_from_zero_keep_their_digits(digits, offset):
    X, y = digits
    near = KerasCNNClassifier(**QUICK).fit(X, y).predict_proba(X)
    far = KerasCNNClassifier(**QUICK).fit(X + offset, y)
    np.testing.assert_allclose(far.predict_proba(X + offset), near, atol=1e-4)
    np.testing.assert_array_equal(far.predict(X[:1] + offset), far.predict(X[:2] + offset)[:1])


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int64", "float32", "float64"])
def test_scaling_does_not_depend_on_the_type_of_numbers(digits, dtype):
    X = digits[0][..., np.newaxis]
    scaled = PixelScaler().fit(X.astype("uint8")).transform(X.astype("uint8"))
    found = PixelScaler().fit(X.astype(dtype)).transform(X.astype(dtype))
    np.testing.assert_array_equal(found, scaled)
