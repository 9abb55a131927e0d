"""Time series data sets of the UCR and UEA archive, with the official splits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from sklearn.datasets import fetch_file

from skkeras.datasets._folder import Subset, check_subset, fetching, local_file

_ARCHIVE = "https://timeseriesclassification.com/aeon-toolkit/{name}.zip"


def fetch_time_series(
    name: str, subset: Subset = "train"
) -> tuple[np.ndarray | list[np.ndarray], np.ndarray]:
    """Fetch a data set of labelled time series from the UCR and UEA archive.

    Parameters
    ----------
    name : str
        Name of the data set in the archive, such as "GunPoint", "BasicMotions" or
        "JapaneseVowels".
    subset : {"train", "test"}, default="train"
        Part of the official split.

    Returns
    -------
    X : ndarray of shape (n_series, n_times, n_channels), float32, or list of n_series ndarrays
        The series; a list of arrays of shape (n_times, n_channels) if they differ in length.
    y : ndarray of shape (n_series,), str
        Labels.

    Raises
    ------
    ValueError
        If `subset` is neither "train" nor "test".
    FileNotFoundError
        If ``SKKERAS_DATA`` names a folder without ``time_series/<name>.npz``.

    References
    ----------
    Dau et al., "The UCR time series archive", IEEE/CAA Journal of Automatica Sinica, 2019.
    https://arxiv.org/abs/1810.07758
    """
    check_subset(subset)
    path = local_file(f"time_series/{name}.npz")
    if path is None:
        with fetching(f"time_series/{name}.npz"):
            archive = fetch_file(_ARCHIVE.format(name=name))
        series, labels = _read_zip(archive, subset)
    else:
        with np.load(path) as arrays:
            padded, lengths = arrays[f"x_{subset}"], arrays[f"len_{subset}"]
            labels = arrays[f"y_{subset}"]
        series = [one[:length] for one, length in zip(padded, lengths, strict=True)]
    if len({len(one) for one in series}) == 1:
        return np.stack(series), labels
    return series, labels


def fetch_japanese_vowels(subset: Subset = "train") -> tuple[list[np.ndarray], np.ndarray]:
    """Fetch utterances of two Japanese vowels by nine men, to identify the speaker.

    Parameters
    ----------
    subset : {"train", "test"}, default="train"
        The 270 training utterances or the 370 test utterances.

    Returns
    -------
    X : list of 270 or 370 ndarrays of shape (n_times, 12), float32
        Twelve cepstrum coefficients for 7 to 29 frames.
    y : ndarray of shape (270 or 370,), str
        Speaker, "1" to "9".

    Raises
    ------
    ValueError
        If `subset` is neither "train" nor "test".
    FileNotFoundError
        If ``SKKERAS_DATA`` names a folder without ``time_series/JapaneseVowels.npz``.

    References
    ----------
    Kudo, Toyama and Shimbo, "Multidimensional curve classification using passing-through regions",
    Pattern Recognition Letters, 1999. https://doi.org/10.1016/S0167-8655(99)00077-X
    """
    series, labels = fetch_time_series("JapaneseVowels", subset)
    return list(series), labels


def _read_zip(path: Path, subset: Subset) -> tuple[list[np.ndarray], np.ndarray]:
    ending = f"_{subset.upper()}.ts"
    with zipfile.ZipFile(path) as archive:
        member = next(name for name in archive.namelist() if name.endswith(ending))
        with archive.open(member) as file:
            return _read_ts(io.TextIOWrapper(file, encoding="utf-8"))


def _read_ts(lines: Iterable[str]) -> tuple[list[np.ndarray], np.ndarray]:
    """Read the archive's text format: one series per line, channels and label separated by ":"."""
    series, labels = [], []
    for line in lines:
        # Header lines begin with "#" or "@".
        if line.strip() and line[0] not in "#@":
            *channels, label = line.strip().split(":")
            values = [np.array(channel.split(","), dtype=np.float32) for channel in channels]
            series.append(np.stack(values, axis=1))
            labels.append(label)
    return series, np.array(labels)
