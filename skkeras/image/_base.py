"""Base class of the networks for images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sklearn.utils import Tags

from skkeras.base import KerasFamily


def with_image_tags(tags: Tags, image_shape: Sequence[int] | None) -> Tags:
    """Set the tags of an estimator whose X is images, or, with `image_shape`, flat ones."""
    tags.input_tags.two_d_array = image_shape is not None
    tags.input_tags.three_d_array = True
    tags.input_tags.one_d_array = True
    tags.input_tags.string = True
    tags.input_tags.sparse = image_shape is not None
    return tags


@dataclass(kw_only=True, eq=False, repr=False)
class KerasImages(KerasFamily):
    """Base class of the networks that take images, as arrays or as paths of files.

    Attributes
    ----------
    image_shape_ : tuple (int, int, int)
        Height, width and channels of the images.
    """

    image_shape: Sequence[int] | None = None

    _parameter_constraints: ClassVar[dict[str, Any]] = {"image_shape": [None, list, tuple]}

    def __sklearn_tags__(self) -> Tags:
        return with_image_tags(super().__sklearn_tags__(), self.image_shape)
