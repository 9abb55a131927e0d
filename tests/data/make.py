"""Make this folder from one of whole data sets: `python tests/data/make.py FOLDER`."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
COPIED = [
    "adult.csv.gz",
    "ames.csv.gz",
    "california_housing.csv.gz",
    "mnist_10k.npz",
    "stamps/*/*.jpg",
    "time_series/*.npz",
    "weights/*.h5",
]
N_TEXTS = 2000
N_PICTURES_OF_A_KIND = {"train": 400, "test": 100}


def shorten_table(name, folder):
    table = pd.read_csv(folder / name).sample(N_TEXTS, random_state=0).sort_index()
    # Without a time of writing, equal tables are equal files.
    table.to_csv(HERE / name, index=False, compression={"method": "gzip", "mtime": 0})


def shorten_fashion_mnist(folder):
    parts = {}
    with np.load(folder / "fashion_mnist.npz") as arrays:
        for subset, n_pictures in N_PICTURES_OF_A_KIND.items():
            X, y = arrays[f"x_{subset}"], arrays[f"y_{subset}"]
            rows = np.sort(
                [np.flatnonzero(y == kind)[:n_pictures] for kind in range(10)], axis=None
            )
            parts |= {f"x_{subset}": X[rows], f"y_{subset}": y[rows]}
    np.savez_compressed(HERE / "fashion_mnist.npz", **parts)


def main(folder):
    for path in (path for pattern in COPIED for path in folder.glob(pattern)):
        target = HERE / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for name in ("clothing_reviews.csv.gz", "spam_assassin.csv.gz"):
        shorten_table(name, folder)
    shorten_fashion_mnist(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
