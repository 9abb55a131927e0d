"""Training under Keras' JAX backend, which is chosen once a process: here in one of its own.

What is tested of the trainers is tested under JAX too: run with `KERAS_BACKEND=jax`.
"""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

SCRIPT = """
import json
import pickle
import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV

import skkeras

light = not {"keras", "jax", "tensorflow"} & set(sys.modules)
X, y = load_digits(n_class=3, return_X_y=True)
X = X / 16
net = skkeras.KerasMLPClassifier(
    hidden_layer_sizes=(16,), epochs=8, batch_size=32, random_state=0
)
search = GridSearchCV(net, {"learning_rate": [1e-4, 1e-2]}, cv=3).fit(X, y)
best = search.best_estimator_
again = best.__class__(**best.get_params()).fit(X, y)

from skkeras.layers import Dropout
from skkeras.training import cache_info

ones = np.ones((3, 5, 7), "float32")
dropout = Dropout(0.3, seed=1)
json.dump(
    {
        "light": light,
        "tensorflow": "tensorflow" in sys.modules,
        "trainer": best.trainer_,
        "score": search.best_score_,
        "learning_rate": search.best_params_["learning_rate"],
        "repeatable": bool((again.predict_proba(X) == best.predict_proba(X)).all()),
        "pickled": bool((pickle.loads(pickle.dumps(best)).predict(X) == best.predict(X)).all()),
        "compilations": cache_info().compilations,
        "masks": [np.asarray(dropout(ones, training=True)).tolist() for _ in range(2)],
        "graph": net.set_params(trainer="graph", epochs=1).fit(X, y).trainer_,
    },
    sys.stdout,
)
"""


@pytest.fixture(scope="module")
def found():
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    # Keras reads its variables in a way that numpy 2 frowns on.
    strict = ["-W", "error", "-W", "ignore:__array__ implementation:DeprecationWarning"]
    run = [sys.executable, *strict, "-c", SCRIPT]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_a_search(found):
    assert found["trainer"] == "xla"
    assert found["score"] > 0.9
    assert found["learning_rate"] == 1e-2
    assert found["repeatable"]
    assert found["pickled"]


def test_folds_share_programs(found):
    # Folds of 358 rows: full batches, 6 rows at the end, prediction. All 537 rows: 25 at the end.
    assert found["compilations"] == 4


def test_graphs_are_not_there(found):
    assert found["graph"].startswith("xla")


def test_importing_takes_what_it_needs(found):
    assert found["light"]
    assert not found["tensorflow"]


def test_masks_are_those_of_xla_on_tensorflow(found):
    from skkeras.layers import Dropout
    from skkeras.layers._dropout import drawing_by_hashes

    dropout = Dropout(0.3, seed=1)
    ones = np.ones((3, 5, 7), "float32")
    with drawing_by_hashes():
        masks = [np.asarray(dropout(ones, training=True)) for _ in range(2)]
    np.testing.assert_array_equal(np.array(found["masks"], "float32"), masks)
