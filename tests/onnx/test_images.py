"""Features of images by a pretrained network, in ONNX."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skkeras
from skkeras import KerasImageFeatures, KerasTransferRegressor

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (12, 40, 36, 3), dtype="uint8")
Y = np.arange(12) % 2
QUICK = {"backbone": "MobileNet", "weights": None}


@pytest.mark.parametrize(
    "model, X",
    [
        (
            make_pipeline(KerasImageFeatures(**QUICK, input_size=(64, 32)), LogisticRegression()),
            IMAGES,
        ),
        (
            KerasTransferRegressor(
                **QUICK,
                pooling="max",
                n_unfrozen=3,
                image_shape=(40, 36),
                epochs=1,
                fine_tune_epochs=1,
                random_state=0,
            ),
            IMAGES[..., 0].reshape(12, -1) / 2,
        ),
    ],
)
def test_the_backbone_is_part_of_the_graph(model, X, tmp_path):
    skkeras.export(model.fit(X, Y), tmp_path / "e.onnx", X)  # compares
