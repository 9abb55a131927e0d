"""Random generators in a file go on, and those of other sizes are refused."""

import json

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.preprocessing import FunctionTransformer

import skkeras
from tests.persistence.schemas import nodes_of, number, tampered

# Keras' own copying of models asks TensorFlow's variables for arrays the old way.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def set_state(kind, name, value):
    def change(state):
        for node in nodes_of(state, kind):
            for part in (node["content"], *nodes_of(node["content"], "DictNode")):
                for held in [part.get("content", {}), *part.values()]:
                    if isinstance(held, dict) and name in held:
                        held[name] = {**number(value), "__id__": 10**20}

    return change


@pytest.mark.parametrize(
    ("held", "change", "message"),
    [
        (np.random.RandomState(0), set_state("RandomStateNode", "pos", 625), "at position 625"),
        (np.random.RandomState(0), set_state("RandomStateNode", "pos", 10**8), "at position 1000"),
        (np.random.RandomState(0), set_state("RandomStateNode", "pos", -1), "at position -1"),
        (
            np.random.default_rng(0),
            set_state("RandomGeneratorNode", "pool_size", 10**9),
            "a PCG64 of pool_size=1000000000; a file may",
        ),
        (np.random.Generator(np.random.MT19937(0)), lambda state: None, "is a MT19937"),
    ],
)
def test_random_states_are_of_the_sizes_that_numpy_has(held, change, message, tmp_path):
    path, estimator = tmp_path / "e", FunctionTransformer(kw_args={"held": held})
    skkeras.save(estimator, path)

    def changed(schema):
        state = json.loads(schema)
        change(state)
        return json.dumps(state)

    (tmp_path / "other").write_bytes(tampered(path.read_bytes(), changed))
    with pytest.raises(ValueError, match=f"was not loaded: a numpy.random.*{message}"):
        skkeras.load(tmp_path / "other")


@pytest.mark.parametrize("kind", [np.random.RandomState, np.random.default_rng])
def test_random_states_go_on(kind, tmp_path):
    skkeras.save(FunctionTransformer(kw_args={"held": kind(0)}), tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e").kw_args["held"].random(3), kind(0).random(3))
