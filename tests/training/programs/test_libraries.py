"""Code of Keras and of this package, exactly as they define it."""

import functools
import os

import keras
import pytest
from keras import layers

import skkeras
from skkeras.layers import Dropout
from skkeras.training import ForeignCode
from skkeras.training.programs._description import describe
from skkeras.training.programs._libraries import (
    _is_own,
    are_library,
    is_library,
    named,
    path_of,
)


class Subclass(layers.Dense):
    """Keras' own in all but its class."""


def own():
    """Return nothing."""


@pytest.mark.parametrize(
    "code",
    [layers.Dense, Dropout, keras.ops.relu, skkeras.clear_cache, Dropout(0.1).call, keras.losses],
)
def test_code_of_libraries(code):
    assert is_library(code)


@pytest.mark.parametrize("code", [Subclass, own, pytest, functools.partial])
def test_code_of_others(code):
    assert not is_library(code)


def test_modules_that_libraries_build_on():
    assert is_library(os)


def test_one_of_others_is_enough():
    assert are_library([layers.Dense, Dropout])
    assert not are_library([layers.Dense, Subclass])


def test_classes_under_a_name_that_is_not_theirs():
    twin = type("Dense", (layers.Dense,), {"__module__": layers.Dense.__module__})
    assert named(layers.Dense) is layers.Dense
    assert named(twin) is layers.Dense
    assert not is_library(twin)


def test_methods_that_are_added_or_replaced(monkeypatch):
    assert is_library(layers.Dense)
    for name in ("call", "compute_nothing"):
        with monkeypatch.context() as patch:
            patch.setattr(layers.Dense, name, lambda *args: None, raising=False)
            assert not is_library(layers.Dense)
        assert is_library(layers.Dense)


def test_paths():
    assert path_of(own).endswith("test_libraries.own")
    assert path_of(os) == "os"


def build():
    model = keras.Sequential([layers.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_a_replaced_method_of_keras_is_somebody_elses(monkeypatch):
    first = describe(build()).key
    monkeypatch.setattr(layers.Dense, "call", lambda self, x, training=None: x)
    with pytest.raises(ForeignCode, match="Dense"):
        describe(build())
    monkeypatch.undo()
    assert describe(build()).key == first


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (layers.Dense.call, True),
        (layers.Layer.dtype, True),
        (layers.Layer.from_config, True),
        ("relu", True),
        (own, False),
        (property(own), False),
        (property(layers.Layer.dtype.fget, own), False),
        (staticmethod(own), False),
        (classmethod(own), False),
    ],
    ids=[
        *("method", "property", "class method", "no function", "own function", "own property"),
        *("own setter", "own static method", "own class method"),
    ],
)
def test_members_that_users_wrote(member, expected):
    assert _is_own(member) is expected
