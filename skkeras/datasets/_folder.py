"""The folder that data sets are read from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

Subset = Literal["train", "test"]


def folder() -> Path | None:
    """Return the folder that ``SKKERAS_DATA`` names, or None if it is not set or empty."""
    name = os.environ.get("SKKERAS_DATA")
    return Path(name) if name else None


def local_file(name: str) -> Path | None:
    """Return the path of a file in the folder of data sets.

    Parameters
    ----------
    name : str
        Path relative to the folder.

    Returns
    -------
    Path or None
        The file; None if ``SKKERAS_DATA`` names no folder.

    Raises
    ------
    FileNotFoundError
        If the folder does not contain the file.
    """
    found = folder()
    if found is None:
        return None
    path = found / name
    if not path.is_file():
        raise FileNotFoundError(
            f"SKKERAS_DATA is {str(found)!r}, and that folder has no file {name!r}. "
            f"Put the file there, or unset SKKERAS_DATA to fetch the data from the web."
        )
    return path


@contextmanager
def fetching(name: str) -> Iterator[None]:
    """Say how to do without the web if a data set cannot be fetched from there.

    Parameters
    ----------
    name : str
        File that ``SKKERAS_DATA`` may hold, relative to that folder.

    Raises
    ------
    OSError
        If the data cannot be fetched.
    """
    try:
        yield
    except Exception as error:  # Keras raises no narrower type
        raise OSError(
            f"The data set could not be fetched from the web: {error}. Set the environment "
            f"variable SKKERAS_DATA to a folder that has a file {name!r}; tests/data of the "
            f"repository has some."
        ) from error


def check_subset(subset: str) -> None:
    """Raise an error if a name is not the name of a subset.

    Parameters
    ----------
    subset : str
        The name to check.

    Raises
    ------
    ValueError
        If it is neither "train" nor "test".
    """
    if subset not in get_args(Subset):
        raise ValueError(f"subset must be 'train' or 'test', got {subset!r}.")
