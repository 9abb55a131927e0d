"""Find image files, read them in parallel and resize them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import joblib
import numpy as np

from skkeras._extras import require

_T = TypeVar("_T")
IMAGE_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"}
_ORIENTATION = 0x0112  # EXIF's tag
_MODES = {1: "L", 3: "RGB"}
_TWELVE_BITS = 4096


def list_images(folder: str | os.PathLike[str]) -> tuple[np.ndarray, np.ndarray]:
    """List the images of a folder that has one subfolder for each class.

    Parameters
    ----------
    folder : str or path-like
        Folder whose subfolders are the classes, which may have subfolders with images, too. Names
        that begin with a dot, and files whose names do not end as those of images, are ignored.

    Returns
    -------
    paths : ndarray of shape (n_images,), str
        Paths of the images, sorted by class and path.
    labels : ndarray of shape (n_images,), str
        Class of each image: the name of its subfolder.

    Raises
    ------
    ValueError
        If the folder does not exist or has no subfolders, or a subfolder has no images.
    """
    root = Path(folder)
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise ValueError(f"{str(root)!r} {what}; give a folder that has a folder for each class.")
    classes = sorted(path.name for path in root.iterdir() if path.is_dir() and _is_seen(path.name))
    if not classes:
        raise ValueError(
            f"{str(root)!r} has no folders; put the images of each class into a folder in it that "
            f"is named as the class."
        )
    paths: list[str] = []
    labels: list[str] = []
    for name in classes:
        found = _images_in(root / name)
        if not found:
            raise ValueError(
                f"{str(root / name)!r} holds no images, which end in "
                f"{', '.join(sorted(IMAGE_SUFFIXES))}; put some there, or take the folder away."
            )
        paths += found
        labels += [name] * len(found)
    return np.array(paths), np.array(labels)


def _is_seen(name: str) -> bool:
    return not name.startswith(".")


def _images_in(folder: Path) -> list[str]:
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = filter(_is_seen, folders)
        for name in filter(_is_seen, files):
            if Path(name).suffix.lower() in IMAGE_SUFFIXES:
                found.append(os.path.join(place, name))
    return sorted(found)


def read_images(
    paths: Sequence[str] | np.ndarray, size: tuple[int, int], channels: int = 3
) -> np.ndarray:
    """Read images into one array, in several threads.

    Each image is rotated by its EXIF orientation. Greyscale images, palettes and other colour
    spaces are converted to RGB, and transparency is removed. Integers of 16 and 32 bits must be on
    the scale 0 to 65535, and floats on 0 to 255; other files raise an error. Then each image is
    resized, ignoring its aspect ratio, by linear interpolation with antialiasing.

    Parameters
    ----------
    paths : sequence or ndarray of str
        Files of any format that Pillow reads; if they have several frames, the first is read.
    size : (int, int)
        Height and width.
    channels : {1, 3}, default=3
        Number of channels; 1 returns greyscale images.

    Returns
    -------
    ndarray of shape (n_images, height, width, channels), uint8
        Pixels.

    Raises
    ------
    ValueError
        If a file does not exist, is not an image, is incomplete, or its values have a different
        scale; the message names it.
    ImportError
        If Pillow is not installed.
    """
    images = np.empty((len(paths), *size, channels), np.uint8)

    def read(place: int) -> bool:
        images[place], is_dim = _read(str(paths[place]), size, channels)
        return is_dim

    if any(_for_each(read, range(len(paths)))):
        warnings.warn(
            "Images in files hold numbers of 16 bits up to at most 4095, which as bytes are almost "
            "black. If they are of 12 bits, multiply them by 16, or give arrays, not paths.",
            UserWarning,
            stacklevel=2,
        )
    return images


def image_sizes(paths: Sequence[str] | np.ndarray) -> list[tuple[int, int]]:
    """Return the height and width of images after EXIF rotation, from the headers of the files.

    Raises
    ------
    ValueError
        If a file does not exist or is not an image.
    ImportError
        If Pillow is not installed.
    """
    return _for_each(_size, map(str, paths))


def _for_each(function: Callable[[Any], _T], items: Iterable[Any]) -> list[_T]:
    require("pillow", "Reading images from files", module="PIL", extra="images")
    # One thread per core, or a single thread inside a parallel worker of joblib.
    with ThreadPoolExecutor(joblib.effective_n_jobs(-1)) as pool:
        return list(pool.map(function, items))


def check_files(paths: Sequence[str] | np.ndarray) -> None:
    """Raise the errors of `read_images` for missing files and non-images; read only headers."""
    _for_each(_check, map(str, paths))


def _check(path: str) -> None:
    with _opened(path):
        pass


def _size(path: str) -> tuple[int, int]:
    with _opened(path) as image:
        width, height = image.size
        turned = image.getexif().get(_ORIENTATION, 1) >= 5  # by 90 degrees
    return (width, height) if turned else (height, width)


def _read(path: str, size: tuple[int, int], channels: int) -> tuple[np.ndarray, bool]:
    """Return the pixels of an image, and whether they may have fewer bits than its format."""
    from PIL import Image, ImageOps

    with _opened(path) as image:
        # JPEG is decoded at 1/2, 1/4 or 1/8 of its size if that is at least twice the target size.
        image.draft(None, (2 * max(size), 2 * max(size)))
        pixels = ImageOps.exif_transpose(image)
        if pixels.mode == "P":  # avoids Pillow's warning about palettes with transparency
            pixels = pixels.convert("RGBA")
        is_deep = pixels.mode[0] in "IF"
        pixels = pixels if is_deep else pixels.convert(_MODES[channels])
    is_dim = False
    if is_deep:
        grey, is_dim = _eight_bits(path, np.asarray(pixels))
        pixels = Image.fromarray(grey).convert(_MODES[channels])
    if pixels.size != size[::-1]:
        pixels = pixels.resize(size[::-1], Image.Resampling.BILINEAR)
    return np.asarray(pixels).reshape(*size, channels), is_dim


def _eight_bits(path: str, numbers: np.ndarray) -> tuple[np.ndarray, bool]:
    """Convert integers or floats to bytes; raise if they would become black or be clipped."""
    is_float = numbers.dtype.kind == "f"
    low, high, most = numbers.min(), numbers.max(), 255 if is_float else 65535
    # Entirely black images are valid; the content of almost black ones would be lost.
    if not (low >= 0 and high <= most) or 0 < high <= (1 if is_float else 255):
        kind = "floats" if is_float else "integers of more than 8 bits"
        raise ValueError(
            f"The image {path!r} holds {kind} from {low:.4g} to {high:.4g}, which as bytes would "
            f"be black or cut off; expected {kind} from 0 to {most}. Save it on that scale or as "
            f"bytes, or read the images into an array, which may be of any scale, and give that in "
            f"place of paths."
        )
    is_dim = not is_float and 0 < high < _TWELVE_BITS
    return (numbers if is_float else numbers >> 8).astype(np.uint8), is_dim


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    """Open an image, and name its file in errors raised here and in the `with` block."""
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(path)
    except FileNotFoundError as error:
        raise ValueError(
            f"There is no file {path!r}, which X names as an image; correct the path (a relative "
            f"one starts at {os.getcwd()!r}), or leave it out."
        ) from error
    except UnidentifiedImageError as error:
        raise ValueError(
            f"{path!r} is not an image of a format that Pillow reads; leave it out of X."
        ) from error
    except OSError as error:
        raise ValueError(f"{path!r} cannot be opened as an image: {error}.") from error
    with image:
        try:
            yield image
        except Exception as error:  # decoders raise errors of many kinds
            raise ValueError(
                f"The image {path!r} is cut short or broken, and cannot be read ({error}); replace "
                f"it, or leave it out."
            ) from error
