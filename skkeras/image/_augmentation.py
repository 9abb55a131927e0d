"""Random augmentation of images during training."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from skkeras.layers import uniform
from skkeras.utils import strengths_of

_MOVES = ("rotation", "zoom", "shear", "shear", "translation", "translation")
_N_DRAWS = 12
# In the order of application: the default, and the maximum strength or all strengths.
_STRENGTHS: dict[str, tuple[Any, Any]] = {
    "flip": ("horizontal", ("horizontal", "vertical", "horizontal_and_vertical")),
    "rotation": (0.05, 0.5),
    "zoom": (0.1, 0.9),
    "shear": (0.1, 1.0),
    "translation": (0.1, 1.0),
    "contrast": (0.2, 1.0),
    "cutout": (0.25, 1.0),
}


def augmentations(value: Any) -> dict[str, Any]:
    """Return the strengths of the changes in a parameter `augmentation` by name."""
    return strengths_of(value, _STRENGTHS)


@keras.saving.register_keras_serializable(package="import skkeras")
class Augmentation(keras.layers.Layer):
    """Change images at random in training, and return them unchanged otherwise.

    This does the same as Keras' layers in sequence, with two differences: the random draws are the
    same with each compiler, and all geometric changes are one map, so pixels are interpolated once.

    Parameters
    ----------
    strengths : dict
        Strengths of the changes, as `augmentations` returns them.
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
