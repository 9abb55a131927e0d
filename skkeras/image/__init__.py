"""Networks for images."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.image._cnn import KerasCNNClassifier, KerasCNNRegressor
from skkeras.image._files import list_images

__all__ = ["KerasCNNClassifier", "KerasCNNRegressor", "list_images"]
