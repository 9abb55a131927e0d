"""Networks for images."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.image._cnn import KerasCNNClassifier, KerasCNNRegressor

__all__ = ["KerasCNNClassifier", "KerasCNNRegressor"]
