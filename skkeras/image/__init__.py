"""Networks for images."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.image._backbones import check_weights as check_weights
from skkeras.image._cnn import KerasCNNClassifier, KerasCNNRegressor
from skkeras.image._features import BackboneFeatures as BackboneFeatures
from skkeras.image._files import IMAGE_SUFFIXES as IMAGE_SUFFIXES
from skkeras.image._files import list_images
from skkeras.image._files import read_images as read_images
from skkeras.image._image_features import KerasImageFeatures
from skkeras.image._pixels import PixelScaler as PixelScaler
from skkeras.image._transfer import KerasTransfer as KerasTransfer
from skkeras.image._transfer import KerasTransferClassifier, KerasTransferRegressor

__all__ = [
    "KerasCNNClassifier",
    "KerasCNNRegressor",
    "KerasImageFeatures",
    "KerasTransferClassifier",
    "KerasTransferRegressor",
    "list_images",
]
