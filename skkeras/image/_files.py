"""Images in files: found, read in parallel, and brought to one size."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import joblib
import numpy as np

_T = TypeVar("_T")
IMAGE_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"}
_ORIENTATION = 0x0112  # EXIF's tag
_MODES = {1: "L", 3: "RGB"}
_TWELVE_BITS = 4096


def list_images(folder: str | os.PathLike[str]) -> tuple[np.ndarray, np.ndarray]:
    """List the images of a folder that has a folder for each class.

    Parameters
    ----------
    folder : str or path-like
        Folder whose folders are the classes; images may lie in folders inside these, too. Names
        that begin with a dot, and files that by their names are no images, are passed over.

    Returns
    -------
    paths : ndarray of shape (n_images,), str
        Paths of the images, class by class, sorted.
    labels : ndarray of shape (n_images,), str
        Names of the classes' folders.

    Raises
    ------
    ValueError
        If there is no such folder, it has no folders, or one of them no images.
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
    """Read images into one array, several at a time.

    Each is turned as its EXIF data says; grey ones, palettes and other spaces of colours become
    RGB, and what is transparent turns opaque. Integers of 16 and 32 bits go from 0 to 65535, and
    floats from 0 to 255; files whose numbers do not are refused. Then it is resized, whatever its
    proportions, by linear interpolation that counts all pixels when it makes images smaller.

    Parameters
    ----------
    paths : sequence or ndarray of str
        Files of any format that Pillow reads; of several frames, the first is taken.
    size : (int, int)
        Height and width.
    channels : {1, 3}, default=3
        Channels: 1 gives grey images.

    Returns
    -------
    ndarray of shape (n_images, height, width, channels), uint8
        Pixels.

    Raises
    ------
    ValueError
        If a file does not exist, is no image, is not whole, or its numbers are on another scale;
        the message names it.
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
    """Return the height and width of images as they are to be looked at, from the heads of files.

    Raises
    ------
    ValueError
        If a file does not exist or is no image.
    ImportError
        If Pillow is not installed.
    """
    return _for_each(_size, map(str, paths))


def _for_each(function: Callable[[Any], _T], items: Iterable[Any]) -> list[_T]:
    if find_spec("PIL") is None:
        raise ImportError('Reading images from files needs Pillow: pip install "skkeras[images]".')
    # As many as there are cores; one where this runs beside others that joblib started.
    with ThreadPoolExecutor(joblib.effective_n_jobs(-1)) as pool:
        return list(pool.map(function, items))


def check_files(paths: Sequence[str] | np.ndarray) -> None:
    """Raise as `read_images` does where a file is not there or is no image; read the heads only."""
    _for_each(_check, map(str, paths))


def _check(path: str) -> None:
    with _opened(path):
        pass


def _size(path: str) -> tuple[int, int]:
    with _opened(path) as image:
        width, height = image.size
        turned = image.getexif().get(_ORIENTATION, 1) >= 5  # a quarter of a turn
    return (width, height) if turned else (height, width)


def _read(path: str, size: tuple[int, int], channels: int) -> tuple[np.ndarray, bool]:
    """Return the pixels of an image, and whether they may have fewer bits than the file says."""
    from PIL import Image, ImageOps

    with _opened(path) as image:
        # A JPEG file is decoded at a half, a quarter or an eighth where that is twice enough.
        image.draft(None, (2 * max(size), 2 * max(size)))
        pixels = ImageOps.exif_transpose(image)
        if pixels.mode == "P":  # a palette that may hold transparency, of which Pillow would warn
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
    """Make bytes of integers or floats, unless these would turn black or be cut off."""
    is_float = numbers.dtype.kind == "f"
    low, high, most = numbers.min(), numbers.max(), 255 if is_float else 65535
    # What is all black stays so; what is almost black would be lost.
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
    """Open an image, and name its file in what goes wrong then and in the block."""
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
            f"{path!r} is no image of a format that Pillow reads; leave it out of X."
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
