"""Random changes to images in training, which leave what they show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

import keras
from keras import ops

from skkeras.wrappers._params import plain

_FLIPS = ("horizontal", "vertical", "horizontal_and_vertical")
# In the order in which they are applied: the strength that a name alone has, and the greatest.
_STRENGTHS: dict[str, tuple[Any, float]] = {
    "flip": ("horizontal", math.nan),
    "rotation": (0.05, 0.5),
    "zoom": (0.1, 0.9),
    "shear": (0.1, 1.0),
    "translation": (0.1, 1.0),
    "contrast": (0.2, 1.0),
    "cutout": (0.25, 1.0),
    "mixup": (0.2, math.inf),
}

AUGMENTATION = """augmentation : str, sequence of str, dict or None, default=None
        What changes images at random in each training step, and never else: one name, several in a
        sequence or parted by commas ("flip, zoom"), or a dict of names and strengths. "flip" turns
        half of the images left to right (its strength is "horizontal", "vertical" or
        "horizontal_and_vertical"); "rotation" turns them by up to 0.05 of a full turn; "zoom" and
        "translation" enlarge, make smaller or move them by up to 0.1 of their size, "shear" slants
        them by up to 0.1; what is empty then mirrors what is beside it. "contrast" multiplies the
        distance from the mean of a channel by up to 1 +- 0.2; "cutout" [3]_ makes a rectangle of up
        to 0.25 of the area as the average pixel; "mixup" [4]_ mixes each image, and its target,
        with another's, in a share drawn for each step from a beta distribution of parameter 0.2.
        They are applied in this order, and the numbers are the strengths of names alone."""

AUGMENTATION_REFERENCES = """\
.. [3] DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout",
       2017. https://arxiv.org/abs/1708.04552
    .. [4] Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: beyond empirical risk minimization", ICLR
       2018. https://arxiv.org/abs/1710.09412"""


def augmentations(value: Any) -> dict[str, Any]:
    """Give the strengths of what a parameter `augmentation` names, in the order of application.

    Raises
    ------
    ValueError
        If a name or a strength is none.
    """
    if value is None:
        return {}
    if isinstance(value, Mapping):
        given = {name: plain(strength) for name, strength in value.items()}
    else:
        names = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        given = {name: _STRENGTHS.get(name, (None,))[0] for name in names}
    if not given or not given.keys() <= _STRENGTHS.keys():
        raise ValueError(
            f"augmentation must be None, names out of {list(_STRENGTHS)}, or a dict of such names "
            f"and their strengths; got {value!r}."
        )
    for name, strength in given.items():
        _check_strength(name, strength)
    return {name: given[name] for name in _STRENGTHS if name in given}


def _check_strength(name: str, strength: Any) -> None:
    if name == "flip":
        if strength not in _FLIPS:
            raise ValueError(f"The strength of 'flip' must be one of {_FLIPS}; got {strength!r}.")
        return
    most = _STRENGTHS[name][1]
    is_number = isinstance(strength, Real) and not isinstance(strength, bool)
    if not is_number or not 0 < strength <= most or math.isinf(strength):
        raise ValueError(
            f"The strength of {name!r} must be a number above 0"
            f"{'' if math.isinf(most) else f' and at most {most}'}; got {strength!r}."
        )


def _layer(name: str, strength: Any) -> keras.Layer:
    layers = keras.layers
    if name == "flip":
        return layers.RandomFlip(strength)
    if name == "rotation":
        return layers.RandomRotation(strength)
    if name == "zoom":
        return layers.RandomZoom(strength)
    if name == "shear":
        return layers.RandomShear(strength, strength)
    if name == "translation":
        return layers.RandomTranslation(strength, strength)
    if name == "contrast":
        # Scaled pixels have no range that they could be clipped to.
        return layers.RandomContrast(strength, value_range=(-math.inf, math.inf))
    if name == "cutout":
        return layers.RandomErasing((1.0, 1.0), scale=(0.0, strength), fill_value=0.0)
    return MixUp(strength)


@keras.saving.register_keras_serializable(package="skkeras")
class Augmentation(keras.layers.Layer):
    """Change images at random in training, and give them as they are otherwise.

    Parameters
    ----------
    strengths : dict
        What to do, as `augmentations` gives it.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, strengths: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.strengths = dict(strengths)
        self.layers = [_layer(*item) for item in self.strengths.items()]
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Change images of shape (batch, height, width, channels)."""
        if training:
            for layer in self.layers:
                inputs = layer(inputs, training=True)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Give the output's shape: the input's."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Give the arguments that make the same layer."""
        return {**super().get_config(), "strengths": self.strengths}


@keras.saving.register_keras_serializable(package="skkeras")
class MixUp(keras.layers.Layer):
    """Mix each row with the one before it in the batch, in training, all in one share.

    As `keras.layers.MixUp` mixes images, and targets where it gets these; a layer of a model gets
    none, so `Mixing` mixes the losses.

    Parameters
    ----------
    alpha : float
        Both parameters of the beta distribution that the share is drawn from.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.

    Attributes
    ----------
    share : tensor or None
        The share, at least one half, of the row itself; there from the call to the loss.
    """

    def __init__(self, alpha: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.seed_generator = keras.random.SeedGenerator()
        self.share: Any = None
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Mix rows of shape (batch, ...)."""
        if not training:
            return inputs
        share = keras.random.beta((), self.alpha, self.alpha, seed=self.seed_generator)
        self.share = ops.maximum(share, 1 - share)
        return self.share * inputs + (1 - self.share) * partners(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Give the output's shape: the input's."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Give the arguments that make the same layer."""
        return {**super().get_config(), "alpha": self.alpha}


def partners(rows: Any) -> Any:
    """Give the row that each row is mixed with; rows come in a new order each epoch."""
    return ops.roll(rows, 1, axis=0)


@keras.saving.register_keras_serializable(package="skkeras")
class Mixing(keras.Model):
    """Functional model with a layer `MixUp`, whose losses are mixed as its inputs are.

    Where the loss is linear in the target, as cross-entropy, or quadratic, this is learning the
    mixed target; metrics are those of the target that has the greater share.
    """

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Compute the loss for each row's own target and for that of its partner."""
        own = super().compute_loss(x, y, y_pred, sample_weight, training)
        mixup = next(layer for layer in self._flatten_layers() if isinstance(layer, MixUp))
        share, mixup.share = mixup.share, None
        if not training or share is None:
            return own
        weights = None if sample_weight is None else partners(sample_weight)
        other = super().compute_loss(x, partners(y), y_pred, weights, training)
        return share * own + (1 - share) * other
