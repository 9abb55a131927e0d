"""Networks for images."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.image._cnn import KerasCNNClassifier, KerasCNNRegressor
from skkeras.image._files import list_images
from skkeras.image._transfer import KerasTransferClassifier, KerasTransferRegressor

__all__ = [
    "KerasCNNClassifier",
    "KerasCNNRegressor",
    "KerasTransferClassifier",
    "KerasTransferRegressor",
    "list_images",
]
