"""Scalers of scikit-learn as a shift and a scale."""

import numpy as np
import pytest
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
)

from skkeras.base.data import shift_and_scale

X = np.random.default_rng(0).normal(5, [1, 10, 0], size=(20, 3))


@pytest.mark.parametrize(
    "scaler",
    [
        StandardScaler(),
        StandardScaler(with_mean=False),
        StandardScaler(with_std=False),
        MinMaxScaler((-1, 2)),
        RobustScaler(),
        RobustScaler(with_centering=False, with_scaling=False),
        MaxAbsScaler(),
    ],
)
def test_scaled_rows_are_those_of_the_scaler(scaler):
    expected = scaler.fit_transform(X)
    shift, scale = shift_and_scale(scaler)
    np.testing.assert_allclose((X - shift) / scale, expected, rtol=1e-12, atol=1e-12)


def test_other_transformers_have_none():
    assert shift_and_scale(PowerTransformer().fit(X[:, :2])) is None
