"""The code in the messages for data of the wrong kind runs."""

import importlib
import re

import keras
import numpy as np
import pandas
import pytest
import tensorflow
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

from skkeras import KerasMLPClassifier
from skkeras.base.data import check_not_batches

X, y = load_iris(return_X_y=True)
X = scale(X)


def mlp():
    return KerasMLPClassifier(epochs=2, random_state=0)


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, place):
        return X[place::3], y[place::3]


@pytest.mark.parametrize(
    "batches", [tensorflow.data.Dataset.from_tensor_slices((X, y)).batch(9), Batches(), None]
)
def test_code_in_the_message_makes_arrays(batches):
    batches = ((X[i::3], y[i::3]) for i in range(3)) if batches is None else batches
    with pytest.raises(TypeError) as caught:
        mlp().fit(batches)
    code = re.search(r"(X, y = .*), or np.stack", str(caught.value))[1]
    names = {"np": np, "batches": batches}
    exec(code, names)
    assert names["X"].shape == X.shape
    assert sorted(names["y"]) == sorted(y)


def test_pipelines_in_the_messages_run():
    holes = pandas.DataFrame({"a": np.where(X[:, 0] > 1, np.nan, X[:, 0]), "b": X[:, 1]})
    strings = pandas.DataFrame({"city": np.where(y > 0, "Rome", "Oslo"), "b": X[:, 1]})
    for table in (holes, strings):
        with pytest.raises(ValueError, match="make_pipeline") as caught:
            mlp().fit(table, y)
        code = re.search(r"make_pipeline\(.*?KerasMLPClassifier\(\)\)", str(caught.value))[0]
        names = {"KerasMLPClassifier": mlp}
        for module in ("compose", "impute", "pipeline", "preprocessing"):
            names |= vars(importlib.import_module(f"sklearn.{module}"))
        assert eval(code, names).fit(table, y).predict(table).shape == y.shape


@pytest.mark.parametrize(
    "X", [[[1.0]], np.ones((2, 2)), {"a": [1]}, pandas.DataFrame({"a": [1]}), None, ("a", "b")]
)
def test_rows_are_no_batches(X):
    check_not_batches(X)
