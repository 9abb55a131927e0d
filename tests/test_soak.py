"""That many fits in one process leave nothing behind."""

import gc
import itertools

import keras
import psutil
import pytest
from sklearn.datasets import load_digits

from skkeras import KerasCNNClassifier, KerasMLPClassifier
from skkeras.training.backends import clear_kernels
from skkeras.training.programs import _cache

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
        estimator.fit(X[:200] / 16, y[:200]).predict(X[:2] / 16)
    memory, threads, files = (b - a for a, b in zip(before, standing(), strict=True))
    assert memory < 50
    assert threads <= 0
    assert files <= 0


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX has no such graphs")
def test_networks_of_many_shapes_leave_no_memory_or_graphs(monkeypatch):
    from tensorflow.python.framework.func_graph import FuncGraph

    for cache in (_cache.PROGRAMS, _cache.TEMPLATES, _cache.TRACED_MODELS):
        monkeypatch.setattr(cache, "size", 8)
    X, y = load_digits(return_X_y=True)

    def measured():
        clear_kernels()
        memory, *_ = standing()
        return memory, sum(isinstance(thing, FuncGraph) for thing in gc.get_objects())

    for i, sizes in enumerate(itertools.product(range(4, 12), range(4, 12))):
        if i == 30:  # what is freed leaves gaps, which the next ones fill
            before = measured()
        KerasMLPClassifier(hidden_layer_sizes=sizes, epochs=1, random_state=0).fit(X[:200], y[:200])
    memory, graphs = (b - a for a, b in zip(before, measured(), strict=True))
    assert memory < 100  # gaps in it; 34 programs that stay take 150
    assert graphs <= 0
