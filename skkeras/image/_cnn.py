"""Convolutional networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skkeras.base import (
    SIZES,
    FamilyClassifier,
    FamilyRegressor,
    MixUpFamily,
    ModelParams,
    ModelSpec,
)
from skkeras.image._augmentation import Augmentation, augmentations
from skkeras.image._base import KerasImages
from skkeras.image._paths import ImageStream
from skkeras.image._pixels import PixelScaler, check_images
from skkeras.layers import Dropout
from skkeras.utils import as_int, check_sizes, sizes


@dataclass(kw_only=True, eq=False, repr=False)
class KerasCNN(MixUpFamily, KerasImages):
    """Architecture and parameters of the classifier and the regressor.

    X holds images of shape (n_samples, height, width), or (n_samples, height, width, channels), or,
    with `image_shape` set, flat images of shape (n_samples, height * width * channels). Pixels may
    have any type and range, which `fit` learns; a warning is issued if images in `predict` seem to
    have a different scale. Bytes take the least memory. A list, a Series or one column of a data
    frame may hold arrays of the same shape.

    X may also hold paths of files: a list, an array of shape (n_samples,) or (n_samples, 1), a
    Series or one column of a data frame, of strings or `pathlib.Path`. Pillow reads the files in
    threads, in colour (extra `skkeras[images]`), and rotates them by their EXIF orientation. A fit
    reads each file once. If all images take more memory than a compiled program holds (2 GiB, as
    floats), each batch is read when it is trained on, by `keras.Model.fit`. Files that cannot be
    read raise an error before training, and so do images of 16 bits that are not on the scale 0 to
    65535 or of floats that are not on the scale 0 to 255.

    Parameters
    ----------
    architecture : {"simple", "vgg", "resnet"}, default="simple"
        Layers of a block before its pooling: one convolution ("simple"), two ("vgg" [1]_), or two
        with a shortcut connection ("resnet" [2]_, whose last block is averaged over all pixels).
    filters : int, sequence of int or str, default=(16, 32)
        Number of filters of each block's convolutions. A string such as "(16, 32)" is also
        accepted. Each block reduces the size of images by `pool_size`; use more blocks for large
        images.
    kernel_size : int or (int, int), default=3
        Height and width of the convolutions.
    pool_size : int or (int, int), default=2
        Height and width of the max pooling at the end of each block.
    dense_units : int, sequence of int or str, default=(128,)
        Number of units of each dense layer after the last block, also as a string; `()` for none.
    activation : str or callable, default="relu"
        Activation of all these layers: any Keras activation.
    dropout : float, default=0.3
        Dropout rate of each dense layer's outputs; in [0, 1).
    batch_norm : bool, default=True
        Whether convolutions have batch normalisation before their activation.
    normalize : bool, default=True
        Whether to scale each channel to mean 0 and standard deviation 1 over the pixels of all
        training images, so that training is the same for pixels from 0 to 255 and from 0 to 1.
    image_shape : (int, int) or (int, int, int), default=None
        Height, width and number of channels, which by default is 1, or 3 for files. Needed for flat
        images, and for files of different sizes: all are resized to it, ignoring their aspect
        ratio. If None, all files must have the size of the first one.
    augmentation : str, sequence of str, dict or None, default=None
        Random changes to images in each gradient step, and only there: one name, several in a
        sequence or separated by commas ("flip, zoom"), or a dict of names and strengths. "flip"
        flips half of the images left to right (its strength is "horizontal", "vertical" or
        "horizontal_and_vertical"); "rotation" rotates them by up to 0.05 of a full turn; "zoom" and
        "translation" scale and shift them by up to 0.1 of their size; "shear" shears them by up to
        0.1. Empty areas are filled by reflection. "contrast" multiplies the difference from the
        mean of a channel by up to 1 +- 0.2; "cutout" [3]_ sets a rectangle of up to 0.25 of the
        area to the average pixel. They are applied in this order; the numbers are the default
        strengths.

    Notes
    -----
    `n_features_in_` is 1 for paths. With `memory`, files are identified by their content, not by
    their paths, so a folder can be moved.

    References
    ----------
    .. [1] Simonyan and Zisserman, "Very deep convolutional networks for large-scale image
       recognition", ICLR 2015. https://arxiv.org/abs/1409.1556
    .. [2] He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016.
       https://arxiv.org/abs/1512.03385
    .. [3] DeVries and Taylor, "Improved regularization of convolutional neural networks with
       cutout", 2017. https://arxiv.org/abs/1708.04552
    """

    architecture: str = "simple"
    filters: int | Sequence[int] | str = (16, 32)
    kernel_size: int | Sequence[int] = 3
    pool_size: int | Sequence[int] = 2
    dense_units: int | Sequence[int] | str = (128,)
    activation: str = "relu"
    dropout: float = 0.3
    batch_norm: bool = True
    normalize: bool = True
    augmentation: Any = None

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "architecture": [StrOptions({"simple", "vgg", "resnet"})],
        "filters": SIZES,
        "kernel_size": [Interval(Integral, 1, None, closed="left"), list, tuple],
        "pool_size": [Interval(Integral, 1, None, closed="left"), list, tuple],
        "dense_units": SIZES,
        "activation": [str, callable],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "batch_norm": ["boolean"],
        "normalize": ["boolean"],
        "augmentation": [None, str, list, tuple, dict],
    }
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {
            "filters": [(16, 32), (32, 64), (32, 64, 128), (64, 128), (16, 32, 64)],
            "dropout": (0.0, 0.5),
        },
        "medium": {"architecture": ["simple", "vgg", "resnet"]},
        "large": {
            "kernel_size": [3, 5],
            "dense_units": [(128,), (), (256,), (128, 64)],
            "activation": ["relu", "gelu", "elu"],
            "batch_norm": [True, False],
            "augmentation": [None, "flip", "translation, zoom", "flip, translation, zoom"],
            "mixup": [0.0, 0.2, 1.0],
        },
    }

    def _validate_params(self) -> None:
        super()._validate_params()
        augmentations(self.augmentation)
        for name, lengths in (
            ("filters", ()),
            ("kernel_size", (2,)),
            ("pool_size", (2,)),
            ("dense_units", ()),
            ("image_shape", (2, 3)),
        ):
            check_sizes(name, getattr(self, name), lengths)

    def _check_X(self, X: Any, *, reset: bool) -> np.ndarray | ImageStream:
        images = check_images(self, X, reset=reset, cast=not self.normalize)
        if reset and isinstance(images, ImageStream) and not self.normalize:
            images.check()
        return images

    @property
    def feature_encoder(self) -> PixelScaler | None:
        """Unfitted scaler of the pixels, or None."""
        return PixelScaler() if self.normalize else None

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        inputs = keras.layers.Input(spec.input_shape)
        strengths = augmentations(params.augmentation)
        x = Augmentation(strengths)(inputs) if strengths else inputs
        x = cls._mixed(params, x)
        for filters in sizes(params.filters):
            x = _block(x, filters, params)
        if params.architecture == "resnet":
            x = keras.layers.GlobalAveragePooling2D()(x)
        else:
            x = keras.layers.Flatten()(x)
        for units in sizes(params.dense_units):
            x = keras.layers.Dense(units, activation=params.activation)(x)
            if params.dropout:
                x = Dropout(float(params.dropout))(x)
        return cls._model(params, inputs, cls._output_layer(params, spec)(x))


def _block(x: Any, filters: int, params: ModelParams) -> Any:
    if params.architecture == "simple":
        # Pooling comes first, so that the rest of the block costs less.
        return _activated(_pooled(_convolved(x, filters, params), params), params)
    y = _activated(_convolved(x, filters, params), params)
    y = _convolved(y, filters, params)
    if params.architecture == "vgg":
        return _activated(_pooled(y, params), params)
    if params.batch_norm:
        y = keras.layers.BatchNormalization(momentum=0.9)(y)
    if x.shape[-1] != filters:
        x = keras.layers.Conv2D(filters, 1)(x)
    y = keras.layers.Activation(params.activation)(keras.layers.Add()([x, y]))
    return _pooled(y, params)


def _convolved(x: Any, filters: int, params: ModelParams) -> Any:
    size = _size(params.kernel_size)
    # A bias has no effect, because batch normalisation subtracts the mean.
    bias = not params.batch_norm
    return keras.layers.Conv2D(filters, size, padding="same", use_bias=bias)(x)


def _pooled(x: Any, params: ModelParams) -> Any:
    return keras.layers.MaxPooling2D(_size(params.pool_size), padding="same")(x)


def _activated(x: Any, params: ModelParams) -> Any:
    if params.batch_norm:
        x = keras.layers.BatchNormalization(momentum=0.9)(x)
    return keras.layers.Activation(params.activation)(x)


def _size(value: int | Sequence[int]) -> Any:
    """Return one int for both axes, or a pair."""
    return tuple(sizes(value)) if isinstance(value, Sequence) else as_int(value)


@dataclass(kw_only=True, eq=False, repr=False)
class KerasCNNClassifier(KerasCNN, FamilyClassifier):
    """Convolutional network for image classification (binary, multiclass or multilabel).

    {description}

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    {notes}

    References
    ----------
    {references}

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skkeras import KerasCNNClassifier
    >>> digits = load_digits()
    >>> digits.images.shape
    (1797, 8, 8)
    >>> model = KerasCNNClassifier(epochs=10, random_state=0)
    >>> model.fit(digits.images[:1500], digits.target[:1500]).score(
    ...     digits.images[1500:], digits.target[1500:]
    ... ) > 0.9
    True
    """


@dataclass(kw_only=True, eq=False, repr=False)
class KerasCNNRegressor(KerasCNN, FamilyRegressor):
    """Convolutional network for image regression with one or several outputs.

    {description}

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    Notes
    -----
    {notes}

    References
    ----------
    {references}

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skkeras import KerasCNNRegressor
    >>> images = load_digits().images
    >>> brightness = images.mean(axis=(1, 2))
    >>> model = KerasCNNRegressor(epochs=2, random_state=0).fit(images[:200], brightness[:200])
    >>> model.predict(images[200:]).shape
    (1597,)
    """
