"""Features of a pretrained network, as a transformer of images."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from skkeras._docs import DocumentedMixin
from skkeras.image._backbone_input import (
    CONSTRAINTS,
    backbone_features,
    check_backbone_images,
    check_backbone_params,
)
from skkeras.image._base import KerasImages, with_image_tags
from skkeras.image._features import BackboneFeatures


class KerasImageFeatures(
    DocumentedMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator
):
    """Transform images into features of a pretrained network, for other models.

    X holds images as for `KerasTransferClassifier`: arrays with pixels from 0 to 255, or paths of
    files.

    Parameters
    ----------
    backbone : str, default="MobileNetV2"
        Name of any network of `keras.applications`: "VGG16", "ResNet50V2", "EfficientNetV2B0", ...
        Pixels are scaled as this network requires.
    weights : "imagenet", str, path-like or None, default="imagenet"
        Weights of the backbone: the pretrained weights of Keras, which are downloaded at the first
        use; a file that was saved with ``include_top=False``; or None for random weights, which are
        always the same.
    pooling : {"avg", "max"}, default="avg"
        How the backbone's last feature maps are pooled into one vector.
    input_size : int or (int, int), default=None
        Height and width that images are resized to for the backbone; None does not resize them.
    image_shape : (int, int) or (int, int, int), default=None
        Height, width and number of channels, which by default is 1, or 3 for files. Needed for flat
        images; images in files are resized to it when they are read.

    Attributes
    ----------
    feature_encoder_ : BackboneFeatures
        Fitted transformer that computes the features of images.
    image_shape_ : tuple (int, int, int)
        Height, width and channels of the images.
    n_features_in_ : int
        Number of columns of X, as in the networks for images.

    See Also
    --------
    KerasTransferClassifier : Trains layers on top of these features, and fine-tunes the backbone.
    skkeras.compose.NetworkFeatures : Features of a network that is trained on y.

    Notes
    -----
    Features have mean 0 over the images of `fit`, and are all divided by one number, so that their
    mean variance is 1; `fit` learns nothing else. They are cached as in `KerasTransferClassifier`.
    Fitted estimators store the location of the weights, not the weights.

    Examples
    --------
    >>> from sklearn.datasets import load_sample_images
    >>> from skkeras import KerasImageFeatures
    >>> photos = load_sample_images().images  # of a temple and of a flower
    >>> X = [photo[y : y + 96, x : x + 96] for photo in photos for y in (0, 200) for x in (0, 300)]
    >>> KerasImageFeatures(weights=None).fit_transform(X).shape
    (8, 1280)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **CONSTRAINTS,
        "image_shape": KerasImages._parameter_constraints["image_shape"],
    }

    def __init__(
        self,
        *,
        backbone: str = "MobileNetV2",
        weights: Any = "imagenet",
        pooling: str = "avg",
        input_size: int | Sequence[int] | None = None,
        image_shape: Sequence[int] | None = None,
    ) -> None:
        self.backbone = backbone
        self.weights = weights
        self.pooling = pooling
        self.input_size = input_size
        self.image_shape = image_shape

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the shape of the images, and the mean and scale of their features.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Images, as arrays or paths.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X does not hold images of one shape, or the backbone does not take their size or its
            weights.
        """
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> np.ndarray:
        """Fit, and return the features of the same images.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Images, as arrays or paths.
        y : None
            Ignored.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Features of dtype float32.
        """
        self._validate_params()
        check_backbone_params(self)
        images = check_backbone_images(self, X, reset=True)
        self.feature_encoder_: BackboneFeatures = backbone_features(self, self.pooling)
        return self.feature_encoder_.fit(images).transform(images)

    def transform(self, X: Any) -> np.ndarray:
        """Return the features of images.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Images of the shape in `fit`, as arrays or paths.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Features of dtype float32.

        Raises
        ------
        ValueError
            If images have another shape, or the weights are not those of `fit`.
        """
        check_is_fitted(self)
        images = check_backbone_images(self, X, reset=False)
        return self.feature_encoder_.transform(images)

    @property
    def _n_features_out(self) -> int:
        return int(self.feature_encoder_.shape_[0])

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if isinstance(self.weights, os.PathLike):  # which no file without code holds
            state["weights"] = os.fspath(self.weights)
        return state

    def __sklearn_tags__(self) -> Tags:
        tags = with_image_tags(super().__sklearn_tags__(), self.image_shape)
        if tags.transformer_tags is not None:
            tags.transformer_tags.preserves_dtype = []
        return tags
