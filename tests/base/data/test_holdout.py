"""Few rows that are held out cause a warning."""

import numpy as np
import pytest
from sklearn.base import clone

from skkeras import KerasMLPClassifier

DRAWS = np.random.default_rng(0)
X = DRAWS.normal(size=(90, 3))
Y = np.digitize(X[:, 0], [-0.4, 0.4])
QUICK = KerasMLPClassifier(hidden_layer_sizes=4, epochs=1, random_state=0)


@pytest.mark.parametrize("n_rows", [3, 5, 10, 40])
def test_few_rows_held_out_warn(n_rows):
    model = clone(QUICK).set_params(early_stopping=True)
    with pytest.warns(UserWarning, match=rf"of {n_rows} rows, which say little.*Give X_val"):
        model.fit(X[:n_rows], np.arange(n_rows) % 2)


def test_enough_rows_are_quiet():
    clone(QUICK).set_params(early_stopping=True).fit(X, Y)
    clone(QUICK).fit(X[:5], [0, 1, 0, 1, 0], X_val=X[:2], y_val=[0, 1])
