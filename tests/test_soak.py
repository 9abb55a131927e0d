"""That many fits in one process leave nothing behind."""

import gc

import psutil
from sklearn.datasets import load_digits

from skkeras import KerasCNNClassifier, KerasMLPClassifier

SHARED = {"epochs": 2, "batch_size": 32}
ESTIMATORS = [
    KerasMLPClassifier(hidden_layer_sizes=16, **SHARED),
    KerasMLPClassifier(hidden_layer_sizes=(8, 8), dropout=0.1, **SHARED),
    KerasCNNClassifier(filters=4, dense_units=8, image_shape=(8, 8), **SHARED),
]


def standing():
    gc.collect()
    process = psutil.Process()
    return process.memory_info().rss / 1e6, process.num_threads(), process.num_fds()


def test_fits_leave_no_memory_threads_or_files():
    X, y = load_digits(return_X_y=True)
    for i in range(200):
        if i == 50:
            before = standing()
        estimator = ESTIMATORS[i % 3].set_params(random_state=i)
        estimator.fit(X[:200] / 16, y[:200]).predict(X[:2])
    memory, threads, files = (b - a for a, b in zip(before, standing(), strict=True))
    assert memory < 50
    assert threads <= 0
    assert files <= 0
