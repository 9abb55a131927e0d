"""Pretrained weights."""

from __future__ import annotations

from skkeras.datasets._folder import fetching, local_file

_FILE = "weights/mobilenet_v2_1.0_160_notop.weights.h5"
_ADDRESS = (
    "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
    "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_160_no_top.h5"
)


def fetch_mobilenet_weights() -> str:
    """Fetch the weights of MobileNetV2, trained on ImageNet with images of 160x160 pixels.

    Returns
    -------
    str
        Path of a weights file, without the last layer.

    Raises
    ------
    FileNotFoundError
        If ``SKKERAS_DATA`` names a folder whose folder ``weights`` does not contain the file.

    References
    ----------
    Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018.
    https://arxiv.org/abs/1801.04381
    """
    path = local_file(_FILE)
    if path is not None:
        return str(path)
    import keras

    with fetching(_FILE):
        found: str = keras.utils.get_file(
            _ADDRESS.rpartition("/")[2], _ADDRESS, cache_subdir="models"
        )
    return found
