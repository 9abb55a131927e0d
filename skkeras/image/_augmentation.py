"""Random augmentation of images during training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

import keras
from keras import ops

from skkeras.layers import MixUp, MixUpModel, uniform
from skkeras.utils import to_python

_FLIPS = ("horizontal", "vertical", "horizontal_and_vertical")
_MOVES = ("rotation", "zoom", "shear", "shear", "translation", "translation")
_N_DRAWS = 12
# In the order of application: the default and the maximum strength.
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


def augmentations(value: Any) -> dict[str, Any]:
    """Return the strengths of the changes in `augmentation` by name, in the order of application.

    Raises
    ------
    ValueError
        If a name or a strength is invalid.
    """
    if value is None:
        return {}
    if isinstance(value, Mapping):
        given = {name: to_python(strength) for name, strength in value.items()}
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


def augmented(inputs: Any, value: Any) -> tuple[Any, type[keras.Model]]:
    """Add the layers of a parameter `augmentation` to a functional model.

    Parameters
    ----------
    inputs : KerasTensor of shape (batch, height, width, channels)
        Images.
    value : str, sequence of str, dict or None
        The parameter `augmentation`.

    Returns
    -------
    images : KerasTensor
        Images that are augmented in training.
    kind : type
        Class of the model that contains the layers.
    """
    strengths = augmentations(value)
    alpha = strengths.pop("mixup", None)
    images = Augmentation(strengths)(inputs) if strengths else inputs
    return (images, keras.Model) if alpha is None else (MixUp(alpha)(images), MixUpModel)


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


@keras.saving.register_keras_serializable(package="import skkeras")
class Augmentation(keras.layers.Layer):
    """Change images at random in training, and return them unchanged otherwise.

    This does the same as Keras' layers in sequence, with two differences: the random draws are the
    same with each compiler, and all geometric changes are one map, so pixels are interpolated once.

    Parameters
    ----------
    strengths : dict
        Strengths of the changes, as `augmentations` returns them, without "mixup".
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, strengths: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.strengths = dict(strengths)
        self.seed_generator = keras.random.SeedGenerator()
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Change images of shape (batch, height, width, channels)."""
        if not training:
            return inputs
        draws = uniform((ops.shape(inputs)[0], _N_DRAWS), self.seed_generator.next())
        columns = iter(ops.unstack(ops.cast(draws, inputs.dtype), _N_DRAWS, axis=1))

        def draw(name: str) -> Any:
            """Return a random number for each image, from minus to plus the strength."""
            return (2 * next(columns) - 1) * self.strengths.get(name, 0.0)

        images = self._flipped(inputs, next(columns), next(columns))
        geometry = [draw(name) for name in _MOVES]
        if self.strengths.keys() & set(_MOVES):
            images = _moved(images, *geometry)
        factor = 1 + _for_each_image(draw("contrast"))
        if "contrast" in self.strengths:
            means = ops.mean(images, axis=(1, 2), keepdims=True)
            images = means + (images - means) * factor
        if "cutout" in self.strengths:
            size = ops.sqrt(next(columns) * self.strengths["cutout"])
            images = _cut(images, size, next(columns), next(columns))
        return images

    def _flipped(self, images: Any, across: Any, down: Any) -> Any:
        ways = str(self.strengths.get("flip", "")).split("_and_")
        for way, axis, drawn in (("horizontal", 2, across), ("vertical", 1, down)):
            if way in ways:
                turned = _for_each_image(drawn) < 0.5
                images = ops.where(turned, ops.flip(images, axis=axis), images)
        return images

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape, which is the input's."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "strengths": self.strengths}


def _for_each_image(values: Any) -> Any:
    return ops.reshape(values, (-1, 1, 1, 1))


def _moved(
    images: Any, turn: Any, zoom: Any, shear_x: Any, shear_y: Any, right: Any, down: Any
) -> Any:
    """Rotate, zoom, shear (around the centre) and shift images; fill empty parts by reflection."""
    height, width = images.shape[1:3]
    x, y = (width - 1) / 2, (height - 1) / 2
    cos, sin = ops.cos(turn * (2 * math.pi)), ops.sin(turn * (2 * math.pi))
    # The source of the pixel at (x, y): a rotation after a shear after a zoom.
    a, b = (1 + zoom) * (cos - sin * shear_y), (1 + zoom) * (cos * shear_x - sin)
    c, d = (1 + zoom) * (sin + cos * shear_y), (1 + zoom) * (sin * shear_x + cos)
    from_x = x + right * width - a * x - b * y
    from_y = y + down * height - c * x - d * y
    zero = ops.zeros_like(a)
    return ops.image.affine_transform(
        images,
        ops.stack([a, b, from_x, c, d, from_y, zero, zero], axis=1),
        interpolation="bilinear",
        fill_mode="reflect",
        data_format="channels_last",
    )


def _cut(images: Any, size: Any, across: Any, down: Any) -> Any:
    """Set a rectangle to zero, whose size and position are fractions of the image's."""
    inside: Any = True
    for axis, place in ((1, down), (2, across)):
        length = images.shape[axis]
        shape = [1] * axis + [length] + [1] * (3 - axis)
        pixels = ops.reshape(ops.arange(length, dtype=images.dtype), shape)
        start = _for_each_image(place * (1 - size) * length)
        inside = inside & (pixels >= start) & (pixels < start + _for_each_image(size * length))
    return ops.where(inside, ops.zeros_like(images), images)
