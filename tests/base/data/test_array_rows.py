import tracemalloc

import numpy as np
import pytest

from skkeras import KerasMLPClassifier
from skkeras.base.data._array_rows import ArrayRows
from skkeras.training import _eligibility

ARRAY = np.arange(24, dtype=np.int16).reshape(8, 3)


def test_rows_are_selected_without_copies():
    rows = ArrayRows(ARRAY)[2:][np.array([5, 1, 1])][np.array([0, 2])]
    assert rows.shape == (2, 3)
    assert np.shares_memory(rows._array, ARRAY)
    np.testing.assert_array_equal(rows.toarray(), ARRAY[[7, 3]].astype("float32"), strict=True)


def test_keys_are_those_of_the_contents():
    keys = [ArrayRows(array).content_key() for array in (ARRAY, ARRAY.astype(float), ARRAY + 1)]
    assert keys[0] == keys[1] != keys[2]


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "X.npy"
    rows = np.lib.format.open_memmap(path, "w+", np.float64, (20_000, 100))
    rows[:] = np.random.default_rng(0).normal(size=rows.shape)
    return np.load(path, mmap_mode="r")


@pytest.mark.parametrize("kind", ["memmap", "read-only float32"])
def test_large_arrays_are_never_copied_whole(mapped, kind, monkeypatch):
    X = mapped if kind == "memmap" else np.array(mapped, "float32")
    X.flags.writeable = False
    y = X[:, 0] > 0
    model = KerasMLPClassifier(
        hidden_layer_sizes=4, batch_size=1000, early_stopping=True, epochs=2, random_state=0
    )
    expected = model.fit(X, y).predict_proba(X)
    history = model.history_
    monkeypatch.setattr(_eligibility, "MEMORY_BUDGET", 2**20)
    monkeypatch.setattr("skkeras.training._batches._BLOCK_BYTES", 2**20)
    model.fit(X[:100], y[:100])  # without what is imported and built for the first fit
    tracemalloc.start()
    try:
        found = model.fit(X, y).predict_proba(X)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert model.trainer_.startswith("fit (the data takes more memory")
    assert peak < X.nbytes / 2
    np.testing.assert_allclose(model.history_["val_loss"], history["val_loss"], rtol=1e-4)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_values_that_are_too_large_are_refused(monkeypatch):
    monkeypatch.setattr(_eligibility, "MEMORY_BUDGET", 100)
    X = np.ones((100, 2))
    X[-1, 0] = 1e39
    with pytest.raises(ValueError, match="too large for dtype"):
        KerasMLPClassifier().fit(X, np.arange(100) % 2)
