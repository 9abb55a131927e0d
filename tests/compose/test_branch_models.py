"""Models of branches of series."""

import numpy as np
import pytest

from skkeras import KerasMultiInputClassifier
from skkeras.compose._branch_models import SERIES_ENCODERS, series


@pytest.mark.parametrize("name", SERIES_ENCODERS)
def test_padding_of_series_does_not_count(name):
    branch = series((5, 2), None, KerasMultiInputClassifier(series_encoder=name, units=4))
    rows = np.random.default_rng(0).normal(size=(3, 5, 2)).astype(np.float32)
    padded = np.concatenate([rows, np.full((3, 3, 2), np.nan, np.float32)], axis=1)
    np.testing.assert_allclose(branch(padded), branch(rows), rtol=1e-4, atol=1e-5)
