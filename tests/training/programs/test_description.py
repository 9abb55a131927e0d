"""Every argument of every class is in the description, and every other model has another one."""

import importlib
import inspect
import os
import re
import subprocess
import sys
import types

import keras
import numpy as np
import pytest
from keras import layers, losses

from skkeras.training import is_library, seeding, settings
from skkeras.training.programs._traversal import _NOT_COMPUTED, Traversal

PACKAGES = {
    "layers": keras.Layer,
    "losses": keras.Loss,
    "metrics": keras.Metric,
    "optimizers": keras.optimizers.Optimizer,
    "optimizers.schedules": keras.optimizers.schedules.LearningRateSchedule,
    "regularizers": keras.Regularizer,
    "constraints": keras.constraints.Constraint,
    "initializers": keras.Initializer,
}


OWN = [
    *("image._augmentation", "layers", "sequence._architectures", "sequence._augmentation"),
    "sequence._time_series",
]


# Arguments without a default, by their names.
GIVEN = {
    "units": 3,
    "filters": 2,
    "kernel_size": 3,
    "pool_size": 2,
    "rate": 0.3,
    "rates": 0.3,
    "stddev": 0.3,
    "num_heads": 2,
    "key_dim": 2,
    "head_dim": 4,
    "num_query_heads": 2,
    "num_key_value_heads": 1,
    "groups": 1,
    "input_dim": 4,
    "output_dim": 3,
    "num_tokens": 4,
    "num_bins": 4,
    "n": 3,
    "n_members": 2,
    "n_bins": 3,
    "n_pairs": 5,
    "n_classes": 2,
    "n_frequencies": 3,
    "n_steps": 7.0,
    "sigma": 0.5,
    "start": 0,
    "sizes": (3, 2),
    "stop": 2,
    "size": 2,
    "width": 3,
    "height": 3,
    "target_shape": (2, 2),
    "dims": (2, 1),
    "axes": 1,
    "output_size": 2,
    "cropping": 1,
    "padding": 1,
    "scale": 2.0,
    "factor": 0.2,
    "alpha": 0.3,
    "beta": 0.3,
    "value": 0.4,
    "value_range": (0, 255),
    "num_classes": 3,
    "target_class_ids": [0],
    "class_id": 1,
    "precision": 0.3,
    "recall": 0.3,
    "sensitivity": 0.3,
    "specificity": 0.3,
    "initial_learning_rate": 0.1,
    "decay_steps": 7,
    "decay_rate": 0.5,
    "first_decay_steps": 5,
    "boundaries": [3],
    "values": [0.1, 0.2],
    "exclusive": True,
    "own": losses.MeanSquaredError(),
    "optimizers": None,
    "fn": losses.mean_squared_error,
    "function": keras.activations.relu,
    "activation": "relu",
    "name": "given",
    "how": "last",
    "pooling": "last",
    "layer": lambda: layers.Dense(2),
    "cell": lambda: layers.LSTMCell(2),
    "inner_optimizer": lambda: keras.optimizers.SGD(),
    "metric": lambda: keras.metrics.MeanSquaredError(),
    "array": np.ones(2),
    "output_mode": "int",
    "shape": (3,),
    "backend": None,
}


# Of some classes, in their place.
OF_CLASS = {
    "AUC": {"multi_label": True, "num_labels": 2},
    "AdaptiveAveragePooling1D": {"output_size": 2},
    "Augmentation": {"strengths": {"shift": 0.1}},
    "SeriesAugmentation": {"strengths": {"shift": 0.1}},
    "CategoryEncoding": {"num_tokens": 4},
    "Discretization": {"bin_boundaries": [0.5]},
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 2},
    "MaxNumBoundingBoxes": {"max_number": 2},
    "Normalization": {"mean": 1.0, "variance": 2.0},
    "PiecewiseConstantDecay": {"boundaries": [3], "values": [0.1, 0.2]},
    "RandomPosterization": {"factor": 3},
    "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
    "RandomZoom": {"height_factor": 0.1, "width_factor": 0.1},
    **{kind: {"layer": lambda: layers.LSTM(2)} for kind in ("Bidirectional",)},
    "RNN": {"cell": lambda: layers.LSTMCell(2)},
    "StackedRNNCells": {"cells": lambda: [layers.LSTMCell(2)]},
    "Pool": {"pooling": "average"},
}


# What Keras itself takes and never uses, and what only makes another argument that is given here.
IGNORED = {("SimpleRNN", "activity_regularizer")} | {
    *(("Discretization", name) for name in ("num_bins", "epsilon", "sparse")),
    ("AUC", "multi_label"),
}


if keras.backend.backend() == "jax":
    IGNORED.add(("BatchNormalization", "synchronized"))  # which it refuses


# Other values for those that say nothing of the kinds of values that they take.
OTHERS = (0.125, 2, True, "tanh", "l2", "non_neg", "same", (2, 2), ["a", "b"], "max", "min")


OTHER = {
    "data_format": ("channels_first",),
    "padding": ("same", "valid", 2),
    "reduction": ("sum",),
    "dtype": ("float16",),
    "monitor": ("val_loss",),
    "interpolation": ("bilinear", "nearest"),
    "fill_mode": ("constant", "nearest"),
    "activation": ("tanh", "relu"),
    "recurrent_activation": ("tanh",),
    "curve": ("PR",),
    "summation_method": ("minoring",),
    "mode": ("fan_out",),
    "distribution": ("uniform",),
    "implementation": (1,),
    "output_mode": ("multi_hot", "one_hot", "count"),
    "merge_mode": ("sum",),
    "boundaries": ([4],),
    "values": ([0.1, 0.3],),
    "target_class_ids": ([1],),
    "strides": (2, 1),
    "name": (),
    "seed": (),
    "alpha": (0.125, 2.0),
}


OTHER |= {
    "score_mode": ("concat",),
    "output_padding": (0, (0, 0), (0, 0, 0)),
    "output_size": (3, (3, 3), (3, 3, 3)),
    "bin_boundaries": ([0.25],),
    "dims": ((1, 2),),
    "layer": (layers.LSTM(3), layers.Dense(3)),
    "backward_layer": (layers.LSTM(2, go_backwards=True, name="back"),),
    "cell": (layers.LSTMCell(3),),
    "cells": ([layers.LSTMCell(3)],),
    "strengths": ({"shift": 0.2},),
    "average": ("macro",),
    "class_aggregation": ("variance_weighted_average",),
    "num_labels": (3,),
    "own": (losses.MeanAbsoluteError(),),
    "equation": ("abc,cd->abd",),
    "output_shape": (3,),
}


ENDINGS = {
    "_initializer": ("he_normal", "ones"),
    "_regularizer": ("l1",),
    "_constraint": ("non_neg",),
}


# Not of what is computed, or of strings, which no network reads.
SKIPPED = {"args", "kwargs", "name", "seed", "self", "weights", "trainable"}


# What needs more than Python objects to be made, or reads text.
LEFT_OUT = re.compile(
    "TorchModuleWrapper|FlaxLayer|JaxLayer|TFSMLayer|Lambda$|Hashed|Hashing|Lookup|Vectorization|"
    "MelSpectrogram|STFT|Layer$|Loss$|Metric$|Optimizer$|LearningRateSchedule$|Regularizer$|"
    "Constraint$|Initializer$|Wrapper$|Muon|Multi(?=Opt)|Reduce|OnLabels|EnsembleModel|MixUpModel|Pipeline|AbstractRNNCell"
)


LEFT_OUT_WHOLE = {"Loss", "Metric", "Optimizer", "Layer", "Regularizer", "Constraint"}


def classes():
    modules = {name: importlib.import_module(f"keras.{name}") for name in PACKAGES}
    own = [importlib.import_module(f"skkeras.{name}") for name in OWN]
    found = []
    for name, base in PACKAGES.items():
        for module in (modules[name], *own):
            for kind in vars(module).values():
                usable = isinstance(kind, type) and issubclass(kind, base)
                if usable and is_library(kind) and not kind.__name__.startswith("_"):
                    found.append(kind)
    unique = {kind: None for kind in found if not inspect.isabstract(kind)}
    return [
        k for k in unique if k.__name__ not in LEFT_OUT_WHOLE and not LEFT_OUT.search(k.__name__)
    ]


def arguments(kind):
    """Return the arguments that a class itself takes; those passed on are of the class above."""
    parameters = inspect.signature(kind.__init__).parameters
    passed_on = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return {n: p for n, p in parameters.items() if p.kind not in passed_on and n not in SKIPPED}


def make(kind, **changed):
    special = OF_CLASS.get(kind.__name__, {})
    given = {
        name: special.get(name, GIVEN.get(name))
        for name, parameter in arguments(kind).items()
        if parameter.default is parameter.empty or name in special
    }
    if "name" in inspect.signature(kind.__init__).parameters and issubclass(kind, keras.Metric):
        given["name"] = "given"  # else Keras counts them
    made = {
        n: v() if isinstance(v, types.FunctionType) and n != "fn" and not is_library(v) else v
        for n, v in given.items()
    }
    with seeding(0):
        return kind(**{**made, **changed})


def state(thing):
    traversal = Traversal((), training=True)
    traversal.add(thing)
    numbers = [value.number for value in traversal.values]
    if isinstance(thing, keras.optimizers.Optimizer):  # whose variables programs are given too
        numbers += [keras.ops.convert_to_numpy(variable).tolist() for variable in thing.variables]
    return traversal.texts, traversal.initial, numbers


def others(name, default):
    for ending, values in ENDINGS.items():
        if name.endswith(ending):
            return values
    if name in OTHER:
        return OTHER[name]
    if isinstance(default, bool):
        return (not default,)
    if isinstance(default, (int, float)):
        return (default * 2 + 1, default * 0.5 + 0.125, default + 1)
    return OTHERS


@pytest.mark.parametrize(
    "kind", classes(), ids=lambda kind: f"{kind.__module__.split('.')[0]}-{kind.__name__}"
)
def test_each_argument_is_described_or_an_input(kind):
    plain = state(make(kind))
    assert state(make(kind)) == plain
    unchanged = []
    for name, parameter in arguments(kind).items():
        default = parameter.default
        if default is parameter.empty:
            default = OF_CLASS.get(kind.__name__, {}).get(name, GIVEN.get(name))
        tried = []
        for value in others(name, default):
            try:
                thing = make(kind, **{name: value})
            except Exception:
                continue
            tried.append(value)
            if state(thing) != plain:
                break
        else:
            if (kind.__name__, name) not in IGNORED:
                unchanged.append((name, tried))
    assert unchanged == []


# Functions of Keras that read what descriptions leave out while a model computes. They name, lock
# or track objects, drop losses of the last call, or return inputs of the program. Which weights
# decay is described for itself.
READERS = {
    "_call_signature": {"Layer.__call__"},
    "_called": {"KerasAutoTrackable.__setattr__"},
    "_distribution_strategy": {
        *("TFOptimizer._apply_weight_decay", "TFOptimizer._backend_update_step"),
    },
    "_exclude_from_weight_decay": {"BaseOptimizer._use_weight_decay"},
    "_exclude_from_weight_decay_cache": {"BaseOptimizer._use_weight_decay"},
    "_lock": {"BaseOptimizer._check_super_called", "Layer._check_super_called"},
    "_loss_ids": {"Layer._clear_losses"},
    "_losses": {"Layer._clear_losses", "Layer._get_own_losses", "Layer.add_loss"},
    "_losses_override": {"Layer.losses"},
    "_name": {"Variable.name"},
    "_parent_path": {"Layer._open_name_scope", "name_scope.__init__"},
    "_tracker": {"Layer.__setattr__", "Metric._check_super_called"},
    "_trainable_variables_indices": {
        *("BaseOptimizer._check_variables_are_known", "BaseOptimizer._get_variable_index"),
    },
    "_value": {"Variable._direct_assign", "Variable.value"},
    "seed": {"DataLayer._get_seed_generator"},
}
_FLOATS = [
    np.full(shape, 0.5, "float32")
    for shape in ((2, 6, 4), (2, 3), (2, 4, 4, 3), (2, 5, 6, 6, 2), (2, 5, 6, 6, 6, 2), (2, 32))
]
_STATES = [np.ones((2, n), "float32") for n in (2, 3)]
# Arguments of which some suit each class.
ARGUMENTS = [
    *((x,) for x in _FLOATS),
    *((x, x) for x in _FLOATS),
    *(([x, x],) for x in _FLOATS),
    *((x.astype("int32"),) for x in _FLOATS),
    *((_FLOATS[1], [[n, n]]) for n in _STATES),
    *((_FLOATS[1], [n, n]) for n in _STATES),
    (_FLOATS[0], np.ones((2, 6), bool)),
    (np.array([1, 0]), _FLOATS[1]),
    (np.ones((2, 4), "int32"), np.ones((2, 6, 5), "float32")),
    (_FLOATS[1], _FLOATS[1][:, :1]),
    (_STATES[0], _STATES[0]),
    (np.ones((2, 4)),),
    (3,),
]


def call(thing, arguments):
    if isinstance(thing, keras.optimizers.Optimizer):
        thing.apply(*arguments)
    elif isinstance(thing, keras.Layer) and thing._call_has_training_arg:
        thing(*arguments, training=True)
    else:
        thing(*arguments)


@pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="the same code; JAX compiles each operation of it"
)
def test_attributes_that_are_left_out_do_not_change_what_is_computed(monkeypatch):
    found = classes()
    read = {name: set() for name in _NOT_COMPUTED}
    is_computing = False

    def note(self, name):
        if is_computing and name in _NOT_COMPUTED:
            read[name].add(sys._getframe(1).f_code.co_qualname)
        return object.__getattribute__(self, name)

    bases = (*PACKAGES.values(), keras.Variable, keras.KerasTensor, keras.random.SeedGenerator)
    for base in bases:
        monkeypatch.setattr(base, "__getattribute__", note, raising=False)
    not_called = []
    for kind in found:
        if issubclass(kind, keras.Initializer):  # weights are inputs of the program
            continue
        if issubclass(kind, keras.optimizers.Optimizer):
            variable = keras.Variable(np.ones((2, 3), "float32"))
            tried = [([keras.ops.ones((2, 3))], [variable])]
        else:
            tried = ARGUMENTS
        for arguments in tried:
            thing = make(kind)
            try:
                call(thing, arguments)  # builds it
                is_computing = True
                call(thing, arguments)
                break
            except Exception:
                continue
            finally:
                is_computing = False
        else:
            not_called.append(kind.__name__)
    inputs = layers.Input((6,))
    x = layers.Dense(3, kernel_regularizer="l2", activity_regularizer="l1")(inputs)
    model = keras.Model(inputs, [layers.Dense(1)(x), layers.Dense(1)(x)])
    model.compile("adamw", ["mse", "mae"], metrics=[["mae"], ["mse"]])
    data = np.ones((2, 6), "float32"), [np.ones((2, 1), "float32")] * 2, np.ones(2, "float32")
    model.train_step(data)
    is_computing = True
    model.train_step(data)
    model.test_step(data)
    model.predict_step(data)
    is_computing = False
    assert not_called == []
    assert {name: by for name, by in read.items() if not by <= READERS.get(name, set())} == {}


def test_global_settings_are_told():
    first = settings()
    changes = [
        (keras.config.set_dtype_policy, "mixed_bfloat16", "float32"),
        (keras.config.set_floatx, "float64", "float32"),
        (keras.config.set_epsilon, 1e-3, 1e-7),
        (keras.config.set_image_data_format, "channels_first", "channels_last"),
    ]
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        switch = tf.config.experimental.enable_tensor_float_32_execution
        changes += [(switch, False, True)]
    else:
        import jax

        def precise(value):
            jax.config.update("jax_default_matmul_precision", value)

        changes += [(precise, "float32", None)]
    for change, new, old in changes:
        try:
            change(new)
            assert settings() != first
        finally:
            change(old)
        assert settings() == first


_IN_ANOTHER_PROCESS = """
import keras
import numpy as np
from skkeras.training import seeding, settings
from skkeras.training._lookup import find_program
from skkeras.training._record import record_of

class Doubled(keras.layers.Layer):
    def call(self, x):
        @keras.ops.custom_gradient
        def double(x):
            def gradient(*arguments, upstream=None):
                return 3 * (arguments[0] if upstream is None else upstream)
            return 2 * x, gradient
        y = keras.ops.cond(keras.ops.sum(x) > 0, lambda: x, lambda: 2 * x)
        return double(y) + keras.ops.convert_to_tensor(np.arange(3.0, dtype="float32"))

def build(own):
    hidden = Doubled() if own else keras.layers.Activation("relu")
    model = keras.Sequential(
        [keras.layers.Input((5, 4)), keras.layers.GRU(3), hidden, keras.layers.Dense(1)]
    )
    model.compile("adam", "mse", metrics=["mae"])
    return model

data = np.ones((9, 5, 4), "float32"), np.ones((9, 1), "float32")
print(record_of(build(False)).description.key)
print(find_program(build(True), data, data, (4, 4), "auto")[0].key)
print(settings())
"""


def test_what_is_told_is_the_same_in_another_process():
    runs = [
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _IN_ANOTHER_PROCESS],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] and runs[0].count("\n") == 3
