import functools

import keras
import numpy as np
import pytest
from keras import callbacks, constraints, initializers, losses, metrics, optimizers, regularizers
from keras.optimizers import schedules
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skkeras import KerasClassifier, KerasMLPClassifier
from skkeras.inspection._reproduce import as_code
from skkeras.inspection._written import Writer, as_key, code, params_as_code


def build(meta):
    raise NotImplementedError


WHOLE = {
    "SGD(learning_rate=0.1)": optimizers.SGD(0.1),
    "SGD()": optimizers.SGD(),
    "SGD(learning_rate=0.1, momentum=0.9, nesterov=True)": optimizers.SGD(0.1, 0.9, True),
    "AdamW(weight_decay=0.02, clipnorm=1.0)": optimizers.AdamW(weight_decay=0.02, clipnorm=1.0),
    "Adam(learning_rate=CosineDecay(initial_learning_rate=0.1, decay_steps=10))": optimizers.Adam(
        schedules.CosineDecay(0.1, 10)
    ),
    "PiecewiseConstantDecay(boundaries=[10], values=[0.1, 0.01])": (
        schedules.PiecewiseConstantDecay([10], [0.1, 0.01])
    ),
    "Huber(delta=0.2)": losses.Huber(0.2),
    "BinaryCrossentropy(label_smoothing=0.1)": losses.BinaryCrossentropy(label_smoothing=0.1),
    "AUC(num_thresholds=50)": metrics.AUC(50),
    "HeNormal(seed=3)": initializers.HeNormal(3),
    "L2(l2=0.5)": regularizers.L2(0.5),
    "MaxNorm(max_value=3)": constraints.MaxNorm(3),
    "EarlyStopping(monitor='loss', patience=3, mode='min')": callbacks.EarlyStopping(
        "loss", patience=3, mode="min"
    ),
    "CSVLogger(filename='x.csv')": callbacks.CSVLogger("x.csv"),
    "LearningRateScheduler(schedule=CosineDecay(initial_learning_rate=0.1, decay_steps=9))": (
        callbacks.LearningRateScheduler(schedules.CosineDecay(0.1, 9))
    ),
    "[(SGD(learning_rate=0.3), 'a')]": [(optimizers.SGD(0.3), "a")],
    "{'a': Dropout(rate=0.3)}": {"a": keras.layers.Dropout(0.3)},
    "float('nan')": np.float64("nan"),
    "array([float('inf'), 1.0])": np.array([np.inf, 1]),
    "gelu": keras.activations.gelu,
    "tanh": np.tanh,
}


@pytest.mark.parametrize(("text", "value"), WHOLE.items(), ids=list(WHOLE))
def test_code_makes_an_equal_object(text, value):
    assert code(value) == text
    writer, names = Writer(), {}
    written = repr(writer.written(value))
    assert writer.is_whole
    exec("\n".join(writer.imports), names)
    assert code(eval(written, names)) == text


@pytest.mark.parametrize(
    ("text", "value", "other"),
    [
        ("Sequential(...)", keras.Sequential([]), keras.Sequential([])),
        ("...", lambda x: x, lambda x: -x),
        ("LearningRateScheduler(schedule=...)", *map(callbacks.LearningRateScheduler, [max, min])),
        ("object(...)", object(), object()),
        ("array(...)", np.zeros(2000), np.ones(2000)),
    ],
)
def test_what_is_not_whole_is_told_apart(text, value, other):
    if isinstance(value, callbacks.Callback):
        value.schedule, other.schedule = (lambda n: n), (lambda n: -n)
    assert code(value) == code(other) == text
    assert as_key(value) != as_key(other)
    assert as_key(value) == as_key(value)


def test_what_is_equal_is_one():
    assert as_key(optimizers.SGD(0.1)) == as_key(optimizers.SGD(0.1))


def test_one_name_of_two_things():
    network = KerasClassifier(
        build, loss=losses.BinaryCrossentropy(), metrics=[metrics.BinaryCrossentropy(name="m")]
    )
    imports, text = as_code(network).split("\n\n")
    names = {}
    exec(imports, names)
    made = eval(text, names)
    assert (made.loss.__class__, made.metrics[0].__class__) == (
        losses.BinaryCrossentropy,
        metrics.BinaryCrossentropy,
    )
    assert as_code(made) == as_code(network)


@pytest.mark.parametrize(
    "search",
    [
        GridSearchCV(
            make_pipeline(FunctionTransformer(np.tanh), KerasMLPClassifier(metrics=["acc"])),
            {
                "kerasmlpclassifier__optimizer": [optimizers.SGD(0.1), optimizers.SGD(0.01)],
                "kerasmlpclassifier__callbacks": [None, [callbacks.EarlyStopping("loss")]],
            },
        ),
        GridSearchCV(
            KerasClassifier(functools.partial(build, 3)),
            {"optimizer": [optimizers.Adam], "loss": [losses.Huber(0.3), "mse"]},
        ),
    ],
)
def test_the_code_of_a_search_runs(search):
    imports, text = as_code(search).split("\n\n")
    names = {}
    exec(imports.replace(f"from {__name__} import build", ""), names)
    names["build"] = build
    assert as_code(eval(text, names)) == as_code(search)
    assert " at 0x" not in text and "..." not in text


def test_writing_changes_nothing():
    network = KerasMLPClassifier(optimizer=optimizers.SGD(0.1))
    pipeline = make_pipeline(LogisticRegression(), network)
    repr(Writer().written(pipeline))
    assert isinstance(network.optimizer, optimizers.SGD)
    assert pipeline[-1] is network


def test_lines_name_objects_by_their_code():
    candidate = {"alpha": 0.12345678, "optimizer": optimizers.SGD(0.1), "units": (8,)}
    assert params_as_code(candidate) == "alpha=0.1235, optimizer=SGD(learning_rate=0.1), units=(8,)"
