"""Vectors of branches are joined to one."""

import keras
import numpy as np
import pytest

from skkeras.compose._fusion import FUSIONS


@pytest.mark.parametrize("name", FUSIONS)
@pytest.mark.parametrize("sizes", [(3,), (5, 2), (4, 1, 6)])
def test_fusions_take_any_number_of_branches_of_any_length(name, sizes):
    inputs = [keras.layers.Input((size,)) for size in sizes]
    model = keras.Model(inputs, FUSIONS[name](inputs, 4))
    rows = [np.random.default_rng(size).normal(size=(2, size)) for size in sizes]
    joined = keras.ops.convert_to_numpy(model(rows))
    assert joined.shape == (2, sum(sizes) if name == "concatenation" else 4)
    # Each branch counts.
    for place in range(len(sizes)):
        others = [row if place != i else row + 1 for i, row in enumerate(rows)]
        assert not np.allclose(model(others), joined)
