"""Fits on Parquet files against fits on the same rows in memory: memory, speed and scores.

`python benchmarks/bench_parquet.py --gigabytes 0.5` makes the file of the memory test so small.
Each fit runs in a new process after its imports. Memory is the peak of the process minus its memory
before the fit. Files are deleted afterwards.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
import warnings
from pathlib import Path

import numpy as np
from _sidebyside import REPEATS, ask, in_rounds

FILES, MEMORY = "Parquet file", "arrays in memory"
N_COLUMNS, GROUP_ROWS = 50, 25_000
SEEDS = 3
MOST_MEGABYTES, LEAST_SPEED = 300, 0.6


def write(path: Path, n_rows: int) -> None:
    """Write random numbers, in float64 and thus 8 bytes each, whose sum decides the label."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng, writer = np.random.default_rng(0), None
    for start in range(0, n_rows, GROUP_ROWS):
        X = rng.normal(size=(min(GROUP_ROWS, n_rows - start), N_COLUMNS))
        columns = {f"x{i}": column for i, column in enumerate(X.T)}
        table = pa.table(columns | {"y": (X[:, :5].sum(axis=1) > 0).astype(np.int64)})
        writer = writer or pq.ParquetWriter(path, table.schema, use_dictionary=False)
        writer.write_table(table)
    if writer is not None:
        writer.close()


class Peak:
    """Highest memory of this process while it is open, sampled 100 times a second."""

    def __enter__(self) -> Peak:
        import psutil

        self._process = psutil.Process()
        self.before = self.most = self._process.memory_info().rss
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            self.most = max(self.most, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def fit_numbers(way: str, path: str, epochs: int) -> None:
    import pyarrow.parquet as pq

    from skkeras import KerasMLPClassifier, ParquetRows

    rows = ParquetRows(path, target="y")
    # "auto" also chooses XLA for so many rows. The first fit in a process compiles the program,
    # which takes 180 MB whatever the data are.
    model = KerasMLPClassifier(epochs=epochs, early_stopping=False, random_state=0, trainer="xla")
    tiny = np.random.default_rng(0).normal(size=(1000, N_COLUMNS)).astype(np.float32)
    model.fit(tiny, tiny[:, 0] > 0)
    given = (rows,)
    if way == MEMORY:
        table = pq.read_table(path)
        X = np.column_stack([table[name].to_numpy() for name in rows.names]).astype(np.float32)
        given = X, table["y"].to_numpy()
    with Peak() as peak:
        start = time.perf_counter()
        model.fit(*given)
        seconds = time.perf_counter() - start
    print(seconds, (peak.most - peak.before) / 1e6)


def score_adult(way: str, family: str, seed: int) -> None:
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import train_test_split

    import skkeras
    from skkeras.datasets import fetch_adult

    warnings.simplefilter("ignore")
    X, y = fetch_adult()
    X, X_test, y, y_test = train_test_split(X, y, random_state=0)
    params = {"epochs": 16} if family == "KerasRealMLPClassifier" else {"n_ensemble": 8}
    model = getattr(skkeras, family)(random_state=seed, **params)
    with tempfile.TemporaryDirectory() as folder:
        if way == FILES:
            path = Path(folder) / "adult.parquet"
            X.assign(income=np.asarray(y)).to_parquet(path, row_group_size=-(-len(X) // 40))
            # A buffer of a few row groups, as if the table did not fit into memory.
            rows = skkeras.ParquetRows(path, "income", buffer_rows=5000, sample_rows=10_000)
            start = time.perf_counter()
            model.fit(rows)
        else:
            start = time.perf_counter()
            model.fit(X, y)
        seconds = time.perf_counter() - start
    print(roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]), seconds / model.n_iter_)


def line(asked: str, reached: str, *, holds: bool) -> None:
    print(f"| {asked} | {reached} | {'yes' if holds else '**no**'} |", flush=True)


def measure(gigabytes: float) -> None:
    print("| asked | reached |  |\n| --- | ---: | --- |")
    with tempfile.TemporaryDirectory() as folder:
        large, middle = Path(folder) / "large.parquet", Path(folder) / "middle.parquet"
        write(large, int(gigabytes * 1e9 / 8 / (N_COLUMNS + 1)))
        size = large.stat().st_size / 1e9
        _, grown = map(float, ask(__file__, "--numbers", FILES, str(large), "1").split())
        large.unlink()
        line(
            f"a file of {size:.2g} GB: at most {MOST_MEGABYTES} MB above the process' own",
            f"{grown:.0f} MB",
            holds=grown <= MOST_MEGABYTES,
        )
        write(middle, 500_000)

        def turn(way: str) -> float:
            return float(ask(__file__, "--numbers", way, str(middle), "4").split()[0])

        times = in_rounds({way: lambda w=way: turn(w) for way in (FILES, MEMORY)}, REPEATS)
    ratios = [a / b for a, b in zip(times[MEMORY], times[FILES], strict=True)]
    line(
        f"KerasMLPClassifier, 500,000 rows: {LEAST_SPEED:.0%} of the rows a second in memory",
        f"{np.median(ratios):.0%}",
        holds=float(np.median(ratios)) >= LEAST_SPEED,
    )
    for family in ("KerasRealMLPClassifier", "KerasTabMClassifier"):
        found: dict[str, list[list[float]]] = {FILES: [], MEMORY: []}
        for seed in range(SEEDS):
            for way, results in found.items():
                answer = ask(__file__, "--adult", way, family, str(seed))
                results.append([float(word) for word in answer.split()])
        files, memory = (np.array(found[way]) for way in (FILES, MEMORY))
        # The noise of seeds: the standard error of a difference of two means.
        noise = 2 * np.hypot(files[:, 0].std(ddof=1), memory[:, 0].std(ddof=1)) / SEEDS**0.5
        means = files[:, 0].mean(), memory[:, 0].mean()
        line(
            f"{family}, adult in 40 row groups: AUC equals {means[1]:.4f} in memory within "
            f"{noise:.4f}, two standard errors over seeds",
            f"{means[0]:.4f}",
            holds=abs(means[0] - means[1]) <= noise,
        )
        speed = float(np.median(memory[:, 1] / files[:, 1]))
        line(
            f"{family}, adult: {LEAST_SPEED:.0%} of the rows a second in memory",
            f"{speed:.0%}",
            holds=speed >= LEAST_SPEED,
        )


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--gigabytes", type=float, default=5.0)
parser.add_argument("--numbers", nargs=3, metavar=("WAY", "PATH", "EPOCHS"))
parser.add_argument("--adult", nargs=3, metavar=("WAY", "FAMILY", "SEED"))
given = parser.parse_args()
if given.numbers:
    fit_numbers(given.numbers[0], given.numbers[1], int(given.numbers[2]))
elif given.adult:
    score_adult(given.adult[0], given.adult[1], int(given.adult[2]))
else:
    measure(given.gigabytes)
