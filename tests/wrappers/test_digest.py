"""What is told apart, and what is told to be the same in every process."""

import functools
import json
import os
import subprocess
import sys
import textwrap
import threading
import types

import keras
import numpy as np
import pytest
import scipy.sparse
from sklearn.preprocessing import StandardScaler

from skkeras.wrappers._digest import Unknown, digest

SOURCE = """
    import keras
    import numpy as np

    FACTOR = 2.0

    def helper(x):
        return FACTOR * x

    def plus(n):
        def add(x):
            return helper(x) + n
        return add

    class Layer(keras.layers.Layer):
        scale = 3

        def call(self, x):
            return helper(x) * self.scale

    class Layer2(Layer):
        def call(self, x):
            return super().call(x)

    THINGS = {
        "function": helper,
        "closure": plus(1),
        "class": Layer,
        "subclass": Layer2,
        "callback": keras.callbacks.LambdaCallback(on_epoch_end=plus(2)),
        "set": {"a", "b", "c", "d"},
        "array": np.arange(6.0).reshape(2, 3),
    }
"""


def module_of(source, name="their_module"):
    module = types.ModuleType(name)
    exec(compile(textwrap.dedent(source), f"{name}.py", "exec"), vars(module))
    return module


@pytest.fixture(scope="module")
def digests():
    return {name: digest(thing) for name, thing in module_of(SOURCE).THINGS.items()}


def test_hashes_are_the_same_in_another_process(digests, tmp_path):
    (tmp_path / "their_module.py").write_text(textwrap.dedent(SOURCE))
    script = (
        "import their_module, json\n"
        "from skkeras.wrappers._digest import digest\n"
        "print(json.dumps({n: digest(t) for n, t in their_module.THINGS.items()}))\n"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout.splitlines()[-1]) == digests


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        (
            ("FACTOR = 2.0", "FACTOR = 2.5"),
            {"function", "closure", "class", "subclass", "callback"},
        ),
        (("FACTOR * x", "FACTOR + x"), {"function", "closure", "class", "subclass", "callback"}),
        (("plus(1)", "plus(3)"), {"closure"}),
        (("scale = 3", "scale = 4"), {"class", "subclass"}),
        (("super().call(x)", "super().call(x) + 1"), {"subclass"}),
        (("plus(2)", "plus(4)"), {"callback"}),
        (("reshape(2, 3)", "reshape(3, 2)"), {"array"}),
        (("FACTOR = 2.0", "FACTOR = 2.0  # a comment"), set()),
    ],
)
def test_changed_code_is_told(digests, change, touched):
    things = module_of(SOURCE.replace(*change)).THINGS
    assert {name for name in things if digest(things[name]) != digests[name]} == touched


def test_values_are_told_apart():
    values = [
        *(None, 0, 0.0, False, "", b"", (), [], {}, set(), 1, 1.0, True, "1", np.float64(1.0)),
        *(np.ones(2), np.ones(2, "float32"), np.ones((2, 1)), np.array(["a", None], object)),
        *(["ab", "c"], ["a", "bc"], [["a"], "b"], ["a", ["b"]], {"a": 1}, [("a", 1)]),
        *(float("nan"), float("inf"), -0.0, scipy.sparse.eye(2, format="csr"), np.eye(2)),
        *(keras.Variable([1.0]), keras.ops.relu, keras.losses.MeanSquaredError, np.add, np.sum),
        *(StandardScaler(), StandardScaler(with_mean=False), functools.partial(max, 1), max),
        *(keras.callbacks.EarlyStopping("loss"), keras.callbacks.EarlyStopping("val_loss")),
        *(np.dtype("float32"), range(3), range(4), slice(1), Ellipsis, len, [].append),
    ]
    assert len(set(map(digest, values))) == len(values)
    assert [digest(value) for value in values] == [digest(value) for value in values]


def test_equal_rows_hash_alike():
    rows = np.arange(12.0).reshape(3, 4)
    assert digest(rows) == digest(np.asfortranarray(rows)) == digest(rows.copy()[:])
    assert digest(scipy.sparse.csr_array(rows)) == digest(scipy.sparse.csr_array(rows.copy()))
    shared = [1]
    assert digest([shared, shared]) == digest([[1], [1]])


def test_what_holds_itself_has_a_hash():
    class Node:
        pass

    def make(value):
        node = Node()
        node.next, node.value = node, value
        return node

    assert digest(make(1)) == digest(make(1)) != digest(make(2))


def imports_inside():
    import pytest_something_of_mine  # noqa: F401


def test_modules_in_closures_are_read_as_far_as_they_are_used():
    def function_of(source):
        theirs = module_of(source)
        return lambda x: theirs.helper(x)

    first = digest(function_of(SOURCE))
    assert digest(function_of(SOURCE.replace("n)", "m)").replace("+ n", "+ m"))) == first
    assert digest(function_of(SOURCE.replace("FACTOR *", "FACTOR +"))) != first


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (threading.Lock(), "lock"),
        (imports_inside, "pytest_something_of_mine"),
        (keras.layers.Dense(1), "Dense"),
        ((n for n in range(3)), "generator"),
    ],
)
def test_what_cannot_be_told_is_said(value, why):
    with pytest.raises(Unknown, match=why):
        digest([value])
