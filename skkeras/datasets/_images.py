"""Image data sets."""

from __future__ import annotations

import numpy as np

from skkeras.datasets import _folder
from skkeras.datasets._folder import Subset, check_subset, fetching, local_file

_N_DIGITS = 10_000


def fetch_fashion_mnist(subset: Subset = "train") -> tuple[np.ndarray, np.ndarray]:
    """Fetch Fashion-MNIST, images of ten classes of clothing.

    Parameters
    ----------
    subset : {"train", "test"}, default="train"
        The 60,000 training images or the 10,000 test images.

    Returns
    -------
    X : ndarray of shape (60000 or 10000, 28, 28), uint8
        Greyscale images with values from 0 to 255.
    y : ndarray of shape (60000 or 10000,), uint8
        Class, from 0 to 9.

    Raises
    ------
    ValueError
        If `subset` is neither "train" nor "test".
    FileNotFoundError
        If ``SKKERAS_DATA`` names a folder without ``fashion_mnist.npz``.

    References
    ----------
    Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
    learning algorithms", 2017. https://arxiv.org/abs/1708.07747
    """
    check_subset(subset)
    path = local_file("fashion_mnist.npz")
    if path is not None:
        with np.load(path) as arrays:
            return arrays[f"x_{subset}"], arrays[f"y_{subset}"]
    from keras.datasets import fashion_mnist

    with fetching("fashion_mnist.npz"):
        train, test = fashion_mnist.load_data()
    return train if subset == "train" else test


def fetch_mnist() -> tuple[np.ndarray, np.ndarray]:
    """Fetch 10,000 images of handwritten digits, the first of the training set of MNIST.

    Returns
    -------
    X : ndarray of shape (10000, 28, 28), uint8
        Greyscale images with values from 0 to 255.
    y : ndarray of shape (10000,), uint8
        Digit. The rows in the folder have a different order than those from the web.

    Raises
    ------
    FileNotFoundError
        If ``SKKERAS_DATA`` names a folder without ``mnist_10k.npz``.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE, 1998. https://doi.org/10.1109/5.726791
    """
    path = local_file("mnist_10k.npz")
    if path is not None:
        with np.load(path) as arrays:
            return arrays["x"], arrays["y"]
    from keras.datasets import mnist

    with fetching("mnist_10k.npz"):
        x, y = mnist.load_data()[0]
    return x[:_N_DIGITS], y[:_N_DIGITS]


def fetch_stamps() -> tuple[np.ndarray, np.ndarray]:
    """Fetch the paths of images of six classes of objects.

    Returns
    -------
    X : ndarray of shape (295,), str
        Paths of JPEG files; each is a colour image of 160x160 pixels.
    y : ndarray of shape (295,), str
        Class: "animals", "food", "household", "plants", "town" or "vehicles".

    Raises
    ------
    FileNotFoundError
        If ``SKKERAS_DATA`` is not set, or names a folder without ``stamps``. The images are not on
        the web, so nothing is downloaded.
    """
    root = _folder.folder()
    files = [] if root is None else sorted((root / "stamps").glob("*/*.jpg"))
    if not files:
        raise FileNotFoundError(
            f"SKKERAS_DATA is {None if root is None else str(root)!r}, and there is no address to "
            f"fetch 'stamps' from. Set it to a folder that has a folder 'stamps' with JPEG files "
            f"in folders, one for each of the six classes; tests/data of the repository has it."
        )
    return np.array([str(path) for path in files]), np.array([path.parent.name for path in files])
