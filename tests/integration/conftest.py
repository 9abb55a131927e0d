"""Small data that networks learn in a few epochs."""

import numpy as np
import pytest
from matplotlib import pyplot
from sklearn.datasets import make_classification, make_regression
from sklearn.preprocessing import scale


@pytest.fixture
def classes():
    """Three classes in 90 shuffled rows of 4 features."""
    X, y = make_classification(
        90, 4, n_informative=3, n_redundant=0, n_classes=3, class_sep=2.0, random_state=0
    )
    return scale(X), y


@pytest.fixture
def binary(classes):
    """Two classes of different sizes, as strings."""
    X, y = classes
    return X, np.where(y == 0, "yes", "no")


@pytest.fixture
def numbers():
    """A target with mean 300 and standard deviation 50 in 80 rows."""
    X, y = make_regression(80, 4, noise=1.0, random_state=0)
    return scale(X), 300 + 50 * scale(y)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    pyplot.close("all")
