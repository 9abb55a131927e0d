"""Networks of `keras.applications`, whole and in two parts."""

import keras
import numpy as np
import pytest

from skkeras.image._backbones import BACKBONES, find_backbone


def test_all_networks_of_keras_are_there():
    assert len(BACKBONES) > 30
    assert {"VGG16", "VGG19", "ResNet50", "ResNet50V2", "MobileNetV3Small"} < set(BACKBONES)
    assert {"EfficientNetB0", "EfficientNetV2L", "ConvNeXtTiny", "Xception"} < set(BACKBONES)


@pytest.mark.parametrize(
    ("name", "module"), [("VGG16", "vgg16"), ("EfficientNetB0", "efficientnet")]
)
def test_pixels_are_scaled_as_each_network_asks(name, module):
    preprocess = getattr(keras.applications, module).preprocess_input
    X = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), np.uint8)
    found = find_backbone(name, None, (32, 32))
    expected = found.model.predict_on_batch(preprocess(X.astype(np.float32))).mean(axis=(1, 2))
    np.testing.assert_allclose(
        found.run(X.astype(np.float32), "avg"), expected, rtol=1e-3, atol=1e-5 * expected.max()
    )


@pytest.mark.parametrize(
    ("name", "n_unfrozen"),
    [("MobileNet", 1), ("MobileNet", 85), ("MobileNetV2", 12), ("MobileNetV3Small", 30)],
)
def test_both_parts_of_a_network_are_the_whole(name, n_unfrozen):
    X = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 3)).astype(np.float32)
    found = find_backbone(name, None, (32, 32))
    lower = found.run(X.copy(), n_unfrozen)
    upper = found.upper(n_unfrozen)
    upper.set_weights(found.upper_weights(n_unfrozen))
    last = {layer.name for layer in found.model.layers[-n_unfrozen:]}
    assert last <= {layer.name for layer in upper.layers}
    trained = {layer.name for layer in upper.layers if layer.trainable_weights}
    assert trained <= last
    assert trained or n_unfrozen == 1
    whole = found.run(X.copy(), "avg")
    parts = np.asarray(upper(lower, training=False)).mean(axis=(1, 2))
    np.testing.assert_allclose(parts, whole, rtol=1e-3, atol=1e-5 * np.abs(whole).max())
