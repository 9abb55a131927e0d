"""Constructors and attributes that do not exist."""

import copy
import inspect
import pickle

import pytest
from sklearn.base import clone

from skkeras import KerasMLPClassifier


def mlp(**params):
    return KerasMLPClassifier(**{"epochs": 5, "random_state": 0, **params})


def test_guessed_attributes_do_not_exist():
    model = mlp()
    for name in ("evaluate", "save", "history", "compile"):
        assert not hasattr(model, name)
        assert name not in dir(model)
    for name, message in {
        "model_": "not fitted yet: no model_",
        "foo": "no attribute 'foo'$",
    }.items():
        with pytest.raises(AttributeError, match=message):
            getattr(model, name)


def test_constructors_are_as_before():
    """What looks at a class or makes an object sees its `__init__`."""

    class Own(KerasMLPClassifier):
        def __init__(self, width, *, depth=1):
            super().__init__(hidden_layer_sizes=(width,) * depth)
            self.width, self.depth = width, depth

    class Same(KerasMLPClassifier):
        pass

    assert list(inspect.signature(Own).parameters) == ["width", "depth"]
    names = list(inspect.signature(KerasMLPClassifier).parameters)
    assert list(inspect.signature(Same).parameters) == names
    assert {"hidden_layer_sizes", "epochs"} < set(names)
    assert sorted(names) == KerasMLPClassifier._get_param_names()
    assert clone(Own(3, depth=2)).hidden_layer_sizes == (3, 3)
    assert copy.deepcopy(Own(3)).width == 3
    assert pickle.loads(pickle.dumps(mlp(epochs=7))).epochs == 7
    assert list(inspect.signature(mlp().fit).parameters)[:3] == ["X", "y", "sample_weight"]
    with pytest.raises(TypeError, match="Own got an unexpected keyword argument 'epochs'"):
        Own(3, epochs=2)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'width'"):
        Own()
