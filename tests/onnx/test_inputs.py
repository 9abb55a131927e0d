"""Series and images, in ONNX."""

import numpy as np
import pytest

import skkeras
from skkeras import (
    KerasCNNClassifier,
    KerasRNNClassifier,
    KerasRNNRegressor,
    KerasTimeSeriesClassifier,
)

RNG = np.random.default_rng(0)
SERIES = RNG.normal(3, 5, (24, 10, 2))
PADDED = np.where(
    (np.arange(10) > 6)[:, np.newaxis] & (np.arange(24) < 9)[:, None, None], np.nan, SERIES
)
IMAGES = RNG.integers(0, 256, (24, 8, 8), dtype="uint8")
Y = np.arange(24) % 2
ONE = {"epochs": 1, "random_state": 0}


@pytest.mark.parametrize(
    "network, X",
    [
        (KerasRNNClassifier(units=4, **ONE), SERIES),
        (KerasRNNClassifier(units=4, cell="gru", **ONE), PADDED),
        (KerasRNNRegressor(units=4, cell="simple", **ONE), SERIES[..., 0]),
        (KerasTimeSeriesClassifier(architecture="fcn", **ONE), SERIES.astype("float32")),
        (KerasCNNClassifier(filters=4, augmentation="flip", mixup=0.2, **ONE), IMAGES),
        (KerasCNNClassifier(filters=4, activation="gelu", **ONE), IMAGES / 255),
        (
            KerasCNNClassifier(filters=4, image_shape=(8, 8), normalize=False, **ONE),
            (IMAGES / 255).reshape(24, -1),
        ),
    ],
)
def test_series_and_images_are_exported(network, X, tmp_path):
    skkeras.export(network.fit(X, Y), tmp_path / "e.onnx", X)
