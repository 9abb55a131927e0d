"""Tables as numbers for classic models."""

import numpy as np
import pandas as pd
from sklearn.utils.estimator_checks import parametrize_with_checks

from skkeras.auto._readers import TableReader, TextReader

X = pd.DataFrame({"n": [1.0, 3.0, None, 5.0], "c": ["a", "b", None, "b"]})
NEW = pd.DataFrame({"n": [3.0, None], "c": ["z", "b"]})


def test_codes():
    reader = TableReader().fit(X)
    np.testing.assert_array_equal(reader.transform(X), [[1, 0], [3, 1], [np.nan, np.nan], [5, 1]])
    np.testing.assert_array_equal(reader.transform(NEW), [[3, -1], [np.nan, 1]])


def test_one_hot():
    reader = TableReader(one_hot=True)
    encoded = reader.fit_transform(X)
    np.testing.assert_array_equal(reader.transform(X), encoded)
    np.testing.assert_array_equal(encoded[:, :3], [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]])
    np.testing.assert_allclose(encoded[:, 3:].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_array_equal(reader.transform(NEW)[:, :3], [[0, 0, 0], [0, 1, 0]])
    # The median of the numbers, which is 3.
    assert reader.transform(NEW)[0, 3] == reader.transform(NEW)[1, 3]


def test_dates_are_numbers():
    frame = X.assign(d=pd.date_range("2020-01-01", periods=4))
    assert TableReader().fit_transform(frame).shape == (4, 8)
    assert TableReader(one_hot=True).fit_transform(frame).shape[0] == 4


def test_texts():
    reader = TextReader().fit(["a b", None])
    np.testing.assert_array_equal(reader.transform(["c", None]), ["c", ""])


@parametrize_with_checks([TableReader(one_hot=True)])
def test_estimator_check(estimator, check):
    check(estimator)
