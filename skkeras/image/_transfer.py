"""Transfer learning: networks that are pretrained on many images, for small sets of images."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import keras
from sklearn.utils._param_validation import Interval

from skkeras.base import (
    SIZES,
    FamilyClassifier,
    FamilyRegressor,
    KerasFamily,
    ModelParams,
    ModelSpec,
)
from skkeras.image._backbone_input import (
    CONSTRAINTS,
    backbone_features,
    check_backbone_images,
    check_backbone_params,
)
from skkeras.image._features import BackboneFeatures
from skkeras.image._fine_tuning import FineTunedImages
from skkeras.image._transfer_model import transfer_model
from skkeras.utils import as_int, check_sizes


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTransfer(FineTunedImages):
    """Architecture and parameters of the classifier and the regressor.

    X holds images of shape (n_samples, height, width), or (n_samples, height, width, channels) with
    1 or 3 channels (RGB), or, with `image_shape` set, flat images of shape
    (n_samples, height * width * channels). Pixels must be from 0 to 255, of any type, before any
    `preprocess_input`; otherwise, a warning is issued. A list, a Series or one column of a data
    frame may hold arrays of the same shape. Strings and path-like objects are paths of files, one
    per sample. Greyscale images are converted to three equal channels.

    Parameters
    ----------
    backbone : str, default="MobileNetV2"
        Name of any network of `keras.applications`: "VGG16", "ResNet50V2", "EfficientNetV2B0", ...
        Pixels are scaled as this network requires.
    weights : "imagenet", str, path-like or None, default="imagenet"
        Initial weights of the backbone: the pretrained weights of Keras, which are downloaded at
        the first use; a file that was saved with ``include_top=False``; or None for random weights,
        which are always the same.
    pooling : {"avg", "max"}, default="avg"
        How the backbone's last feature maps are pooled into one vector.
    dense_units : int, sequence of int or str, default=()
        Number of units of each dense layer between this vector and the output, also as a string;
        `()` for none.
    activation : str or callable, default="relu"
        Activation of these layers: any Keras activation.
    alpha : float, default=10.0
        Strength of the L2 penalty on the weights of the output layer and of these layers: half of
        `alpha` times the squared weights, divided by the number of training rows. It is the inverse
        of `C` of `sklearn.linear_model.LogisticRegression`.
    dropout : float, default=0.2
        Dropout rate of the vector and of each dense layer's outputs; in [0, 1).
    n_unfrozen : int, default=0
        Number of last layers of the backbone that are fine-tuned after the layers on top are
        trained; at most the length of the backbone's `model.layers`.
    fine_tune_epochs : int, default=10
        Number of epochs of fine-tuning; the maximum number with early stopping.
    fine_tune_learning_rate : float, default=1e-4
        Learning rate of fine-tuning, instead of `learning_rate`.
    input_size : int or (int, int), default=None
        Height and width that images are resized to for the backbone; None does not resize them.
    image_shape : (int, int) or (int, int, int), default=None
        Height, width and number of channels, which by default is 1, or 3 for files. Needed for flat
        images; images in files are resized to it when they are read.

    Attributes
    ----------
    feature_encoder_ : BackboneFeatures
        Fitted transformer that computes the features of images.

    Notes
    -----
    The layers before the first trained layer compute the same features in each epoch, fold and fit.
    These features are computed once per image and cached in the process, the most recently used 512
    MB of them; `skkeras.clear_cache` removes them. Therefore a fit without fine-tuning takes little
    longer than computing the features, and a search over the layers on top takes even less per fit.

    Fine-tuning follows the training of the layers on top, on the same rows; `history_` and
    `n_iter_` include its epochs. Batch normalisation in the backbone stays frozen. `partial_fit`
    and the rungs of `HyperbandSearchCV` train only the layers on top; the final fit of the search
    is fine-tuned.

    Fitted estimators store all trained weights, but only the name of the backbone and the location
    of its weights. These must exist for `predict`, and are compared with those of `fit`. If the
    file has moved, set its location by `set_params(weights=)` or `skkeras.load(weights=)`.

    References
    ----------
    Yosinski, Clune, Bengio and Lipson, "How transferable are features in deep neural networks?",
    NeurIPS 2014. https://arxiv.org/abs/1411.1792
    """

    backbone: str = "MobileNetV2"
    weights: Any = "imagenet"
    pooling: str = "avg"
    dense_units: int | Sequence[int] | str = ()
    activation: str = "relu"
    alpha: float = 10.0
    dropout: float = 0.2
    n_unfrozen: int = 0
    fine_tune_epochs: int = 10
    fine_tune_learning_rate: float = 1e-4
    input_size: int | Sequence[int] | None = None
    learning_rate: Any = 3e-3
    epochs: int = 50
    batch_size: int | str = 32

    # The model is the same for any weights, and fine-tuning has its own learning rate.
    _not_in_model = KerasFamily._not_in_model | {
        "fine_tune_epochs",
        "fine_tune_learning_rate",
        "weights",
    }
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **CONSTRAINTS,
        "dense_units": SIZES,
        "activation": [str, callable],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "n_unfrozen": [Interval(Integral, 0, None, closed="left")],
        "fine_tune_epochs": [Interval(Integral, 1, None, closed="left")],
        "fine_tune_learning_rate": [Interval(Real, 0, None, closed="neither")],
    }
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {
            "dense_units": [(), (128,), (256,), (512,), (256, 128)],
            "dropout": (0.0, 0.7),
        },
        "medium": {"alpha": (0.1, 1000.0, "log-uniform")},
        "large": {
            "pooling": ["avg", "max"],
            "n_unfrozen": [0, 10, 30],
            "fine_tune_learning_rate": (1e-5, 1e-3, "log-uniform"),
            "activation": ["relu", "gelu", "elu"],
        },
    }

    def _validate_params(self) -> None:
        super()._validate_params()
        check_backbone_params(self)
        check_sizes("dense_units", self.dense_units, ())

    def _check_X(self, X: Any, *, reset: bool) -> Any:
        return check_backbone_images(self, X, reset=reset)

    @property
    def feature_encoder(self) -> BackboneFeatures:
        """Unfitted features of the backbone: pooled, or the input of its unfrozen layers."""
        return self._features(as_int(self.n_unfrozen) if self._is_fine_tuned else self.pooling)

    def _features(self, part: str | int) -> BackboneFeatures:
        return backbone_features(self, part)

    def _describe_encoding(self) -> Hashable:
        # In fine-tuning, the network contains the backbone's last layers.
        return self.feature_encoder_.size if self._is_fine_tuned else None

    @classmethod
    def _uses_n_rows(cls, params: ModelParams) -> bool:
        return bool(params.alpha)

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        return transfer_model(params, spec, cls._output_layer)


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTransferClassifier(KerasTransfer, FamilyClassifier):
    """Pretrained network for image classification (binary, multiclass or multilabel).

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
    >>> from sklearn.datasets import load_sample_images
    >>> from skkeras import KerasTransferClassifier
    >>> photos = load_sample_images().images  # of a temple and of a flower
    >>> X = [photo[y : y + 96, x : x + 96] for photo in photos for y in (0, 200) for x in (0, 300)]
    >>> y = ["temple"] * 4 + ["flower"] * 4
    >>> model = KerasTransferClassifier(weights=None, epochs=5, random_state=0).fit(X, y)
    >>> model.predict_proba(X).shape
    (8, 2)
    """


@dataclass(kw_only=True, eq=False, repr=False)
class KerasTransferRegressor(KerasTransfer, FamilyRegressor):
    """Pretrained network for image regression with one or several outputs.

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
    >>> from sklearn.datasets import load_sample_images
    >>> from skkeras import KerasTransferRegressor
    >>> photo = load_sample_images().images[0]
    >>> places = [0, 100, 200, 300]
    >>> X = [photo[:96, x : x + 96] for x in places]
    >>> model = KerasTransferRegressor(weights=None, epochs=5, random_state=0).fit(X, places)
    >>> model.predict(X).shape
    (4,)
    """
