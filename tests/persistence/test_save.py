"""Pickles, and files that hold no code."""

import copy
import json
import pickle
import subprocess
import sys
import textwrap

import cloudpickle
import joblib
import keras
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

import skkeras
from skkeras import KerasClassifier, KerasMLPClassifier, KerasMLPRegressor, KerasRegressor
from tests.persistence.schemas import X, around, build, tampered, y

# Keras' own copying of models asks TensorFlow's variables for arrays the old way.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def build_compiled(meta):
    model = build(meta)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "binary_crossentropy", metrics=["acc"])
    return model


class Doubled(keras.layers.Layer):
    def call(self, inputs):
        return 2 * inputs


def build_with_own_layer(meta):
    return keras.Sequential(
        [keras.layers.Input((meta["n_features_in_"],)), Doubled(), keras.layers.Dense(1, "sigmoid")]
    )


def estimators():
    shared = {"epochs": 2, "random_state": 0}
    routed = {"optimizer": "adam", "optimizer__learning_rate": 0.01, **shared}
    entropy = {"loss": "binary_crossentropy", **routed}
    return {
        "family classifier": KerasMLPClassifier(dropout=0.2, **shared),
        "family regressor": KerasMLPRegressor(batch_norm=True, **shared),
        "objects": KerasMLPClassifier(
            optimizer=keras.optimizers.SGD,
            learning_rate=keras.optimizers.schedules.CosineDecay(0.1, 10),
            activation=keras.activations.gelu,
            loss=keras.losses.BinaryCrossentropy(label_smoothing=0.1),
            metrics=["accuracy", keras.metrics.AUC(num_thresholds=50)],
            callbacks=[keras.callbacks.EarlyStopping("loss", patience=3)],
            **shared,
        ),
        "function": KerasClassifier(build, model__units=4, metrics=["accuracy"], **entropy),
        "compiled function": KerasClassifier(build_compiled, **shared),
        "model": KerasClassifier(build({"n_features_in_": 5, "classes_": 2}), **entropy),
        "regressor": KerasRegressor(build, loss="mse", units=3, **routed),
    }


every = pytest.mark.parametrize("estimator", estimators().values(), ids=estimators())


WAYS = {
    "pickle": lambda est: pickle.loads(pickle.dumps(est)),
    "cloudpickle": lambda est: cloudpickle.loads(cloudpickle.dumps(est)),
    "deepcopy": copy.deepcopy,
}


def outputs(estimator):
    return getattr(estimator, "predict_proba", estimator.predict)(X)


def assert_goes_on(estimator, copied):
    """Check that both predict the same, now and after training goes on."""
    assert_array_equal(outputs(copied), outputs(estimator))
    assert_array_equal(
        outputs(copied.partial_fit(X[:40], y[:40])), outputs(estimator.partial_fit(X[:40], y[:40]))
    )
    assert copied.n_iter_ == estimator.n_iter_ == 3


@every
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_copy_goes_on_exactly(estimator, way):
    fitted = clone(estimator).fit(X, y)
    assert_goes_on(fitted, way(fitted))


@every
def test_a_file_without_code_goes_on_exactly(estimator, tmp_path):
    fitted = clone(estimator).fit(X, y)
    skkeras.save(fitted, tmp_path / "network.skops")
    loaded = skkeras.load(tmp_path / "network.skops")
    assert type(loaded) is type(fitted)
    assert loaded.history_ == fitted.history_
    assert_goes_on(fitted, loaded)
    # Fitted anew, it does what the first one did.
    assert_array_equal(
        outputs(clone(loaded).fit(X, y)), outputs(clone(estimator).fit(X, y)), strict=True
    )


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (skkeras.KerasCNNClassifier, (6, 6)),
        (skkeras.KerasCNNRegressor, (6, 6, 3)),
        (skkeras.KerasRNNClassifier, (5, 2)),
        (skkeras.KerasRNNRegressor, (5,)),
    ],
)
def test_a_file_without_code_for_other_families(kind, shape, tmp_path):
    rows = np.random.default_rng(0).random((60, *shape), dtype="float32")
    fitted = kind(epochs=1, random_state=0).fit(rows, y)
    skkeras.save(fitted, tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e").predict(rows), fitted.predict(rows))


def test_a_copy_keeps_parameters_set_after_fit():
    fitted = KerasMLPClassifier(hidden_layer_sizes=(8,), epochs=1, random_state=0).fit(X, y)
    expected = fitted.predict_proba(X)
    fitted.set_params(hidden_layer_sizes=(4, 4))
    copied = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(copied.predict_proba(X), expected)
    assert [layer.units for layer in copied.model_.layers if hasattr(layer, "units")] == [8, 1]
    other = KerasMLPClassifier(hidden_layer_sizes=(4, 4), epochs=1, random_state=0).fit(X, y)
    assert [layer.units for layer in other.model_.layers if hasattr(layer, "units")] == [4, 4, 1]


def test_a_clone_is_not_fitted_and_shares_no_model():
    fitted = KerasClassifier(
        build,
        loss="binary_crossentropy",
        callbacks=keras.callbacks.EarlyStopping("loss", patience=1),
        random_state=0,
    ).fit(X, y)
    copied = clone(fitted)
    assert not hasattr(copied, "model_")
    assert copied.callbacks is not fitted.callbacks
    assert copied.callbacks.model is None


def test_joblib_files(tmp_path):
    fitted = make_pipeline(StandardScaler(), KerasMLPClassifier(epochs=1, random_state=0)).fit(X, y)
    joblib.dump(fitted, tmp_path / "pipeline.joblib", compress=3)
    assert_array_equal(joblib.load(tmp_path / "pipeline.joblib").predict(X), fitted.predict(X))


def test_a_pickle_holds_little_more_than_the_weights():
    fitted = KerasMLPClassifier(epochs=1, random_state=0).fit(X, y)
    weights = sum(w.nbytes for w in fitted.model_.get_weights())
    assert len(pickle.dumps(fitted)) < 3 * weights + 6000  # Adam's two moments; 6 kB for the rest


SCRIPT = textwrap.dedent(
    """
    import sys
    import cloudpickle
    import keras
    import numpy as np
    from skkeras import KerasClassifier

    class Scaled(keras.layers.Layer):
        def __init__(self, factor, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor
        def call(self, inputs):
            return self.factor * inputs

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            assert logs["loss"] > 0

    def build(meta, factor=2.0):
        return keras.Sequential([
            keras.layers.Input((meta["n_features_in_"],)),
            Scaled(factor),
            keras.layers.Dense(1, "sigmoid"),
        ])

    if __name__ == "__main__":
        X = np.random.default_rng(0).random((40, 3), dtype="float32")
        y = X.sum(axis=1) > 1.5
        network = KerasClassifier(
            build, model__factor=0.5, loss="binary_crossentropy", callbacks=[Watch()],
            epochs=2, random_state=0,
        ).fit(X, y)
        with open(sys.argv[1], "wb") as file:
            cloudpickle.dump(network, file)
        np.save(sys.argv[2], network.predict_proba(X))
    """
)


def test_code_of_main_travels_to_another_process(tmp_path):
    script, network, expected = (tmp_path / name for name in ("script.py", "n.pkl", "p.npy"))
    script.write_text(SCRIPT)
    subprocess.run([sys.executable, script, network, expected], check=True, timeout=300)
    loaded = pickle.loads(network.read_bytes())
    rows = np.random.default_rng(0).random((40, 3), dtype="float32")
    assert_array_equal(loaded.predict_proba(rows), np.load(expected))
    loaded.partial_fit(rows, rows.sum(axis=1) > 1.5)


def test_a_pipeline_with_a_table_and_its_searches(tmp_path):
    table = pd.DataFrame(X, columns=list("abcde"))
    table["kind"] = np.where(y == 0, "low", "high")
    model = make_pipeline(
        make_column_transformer(
            (StandardScaler(), make_column_selector(dtype_include="number")),
            (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
        ),
        KerasMLPClassifier(epochs=1, random_state=0),
    )
    grid = {"kerasmlpclassifier__hidden_layer_sizes": [(4,), (5, 3)]}
    searches = [
        GridSearchCV(model, grid, cv=2),
        RandomizedSearchCV(
            model,
            grid,
            n_iter=2,
            cv=StratifiedKFold(2, shuffle=True, random_state=0),
            scoring=["roc_auc", "neg_log_loss"],
            refit="roc_auc",
        ),
    ]
    for estimator in (model, *searches):
        estimator.fit(table, y)
        skkeras.save(estimator, tmp_path / "estimator.skops")
        loaded = skkeras.load(tmp_path / "estimator.skops")
        assert_array_equal(loaded.predict_proba(table), estimator.predict_proba(table))
    assert loaded.best_params_ == searches[1].best_params_
    assert loaded.score(table, y) == searches[1].score(table, y)


def test_an_estimator_that_is_not_fitted(tmp_path):
    estimator = KerasMLPClassifier(optimizer=keras.optimizers.AdamW(0.02), random_state=0)
    skkeras.save(estimator, tmp_path / "e")
    loaded = skkeras.load(tmp_path / "e")
    assert not hasattr(loaded, "model_")
    assert loaded.optimizer.get_config() == estimator.optimizer.get_config()


def test_the_architecture_stands_for_the_function(tmp_path):
    fitted = KerasClassifier(
        build_compiled, model__units=3, units=2, epochs=1, random_state=0
    ).set_params(model=build, loss="binary_crossentropy")
    fitted.fit(X, y)
    skkeras.save(fitted, tmp_path / "e")
    loaded = skkeras.load(tmp_path / "e")
    assert "model__units" not in loaded.get_params() and "units" not in loaded.get_params()
    assert [type(layer) for layer in loaded.model().layers] == [
        type(layer) for layer in fitted.model_.layers
    ]
    assert repr(loaded.model) == "Architecture('Sequential')"
    skkeras.save(loaded, tmp_path / "again")
    assert_array_equal(skkeras.load(tmp_path / "again").predict_proba(X), fitted.predict_proba(X))


def own_loss(y_true, y_pred):
    return keras.ops.mean((y_true - y_pred) ** 2, axis=-1)


def relu(x):
    return keras.ops.maximum(x, 0.5)


def build_with(activation):
    def build(meta):
        return keras.Sequential(
            [
                keras.layers.Input((meta["n_features_in_"],)),
                keras.layers.Dense(3, activation),
                keras.layers.Dense(1, "sigmoid"),
            ]
        )

    return build


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (KerasMLPClassifier(loss=own_loss), "own_loss"),
        (KerasMLPClassifier(activation=relu), "relu"),
        (KerasMLPClassifier(callbacks=[keras.callbacks.CSVLogger("x.csv")]), "CSVLogger"),
        (KerasClassifier(build, loss="binary_crossentropy"), "is not fitted"),
        (make_pipeline(FunctionTransformer(own_loss), KerasMLPClassifier()), "own_loss"),
        (KerasMLPRegressor(loss=keras.losses.Huber(delta=0.2)), "delta"),
    ],
)
def test_code_is_refused_when_saving(estimator, message, tmp_path):
    with pytest.raises(ValueError, match=f"cannot be saved without code.*{message}"):
        skkeras.save(estimator, tmp_path / "e")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
@pytest.mark.parametrize(
    ("builder", "message"),
    [
        (build_with_own_layer, "Doubled"),
        (build_with(relu), "share their names"),
        (build_with(lambda x: x), "cannot be saved without code"),
    ],
    ids=["layer", "function named as Keras'", "lambda"],
)
def test_models_with_own_code_are_refused_when_saving(builder, message, tmp_path):
    fitted = KerasClassifier(builder, loss="binary_crossentropy", random_state=0).fit(X, y)
    with pytest.raises(ValueError, match=message):
        skkeras.save(fitted, tmp_path / "e")


@pytest.mark.parametrize("version", ["99.0", "1.0.dev3"])
def test_a_file_of_a_later_version_warns(saved, version, tmp_path):
    path = tmp_path / "e"
    path.write_bytes(
        tampered(saved, lambda s: s.replace(json.dumps(skkeras.__version__)[1:-1], version, 1))
    )
    with pytest.warns(UserWarning, match=f"written by skkeras {version}, which is later than"):
        skkeras.load(path).predict(X)
    path.write_bytes(
        tampered(saved, lambda s: s.replace(json.dumps(skkeras.__version__)[1:-1], "0.0.1", 1))
    )
    skkeras.load(path)


def in_config(old, new):
    """Replace a part of a configuration, which is JSON inside JSON inside JSON."""

    def quoted(text):
        return json.dumps(json.dumps(text)[1:-1])[1:-1]

    def change(schema):
        assert quoted(old) in schema
        return schema.replace(quoted(old), quoted(new))

    return change


def other_class(schema):
    assert '"KerasClassifier"' in schema
    return schema.replace('"KerasClassifier"', '"Popen"').replace(
        '"skkeras.wrappers._keras_classifier"', '"subprocess"'
    )


def config_as_parameter(schema):
    """Put a configuration where a name of a loss was; Keras would import what it names."""
    state = json.loads(schema)
    text = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode"}
    call = {"module": "os", "class_name": "function", "config": "system"}
    content = {name: {**text, "content": json.dumps(value)} for name, value in call.items()}
    strings = {"__class__": "str", "__module__": "builtins", "__loader__": "TypeNode"}
    estimator = state["content"]["estimator"]["content"]["content"]
    estimator["loss"] = {
        "__class__": "dict",
        "__module__": "builtins",
        "__loader__": "DictNode",
        "content": content,
        "key_types": {
            "__class__": "list",
            "__module__": "builtins",
            "__loader__": "ListNode",
            "content": [strings] * 3,
        },
    }
    return json.dumps(state)


DENSE = '"module": "keras.layers", "class_name": "Dense"'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (other_class, r"subprocess\.Popen"),
        (in_config(DENSE, '"module": "os", "class_name": "Dense"'), r"os\.Dense"),
        (in_config(DENSE, '"module": "keras.layers", "class_name": "Lambda"'), "Lambda"),
        (in_config(DENSE, '"module": "keras.utils", "class_name": "get_file"'), "get_file"),
        (in_config('"activation": "relu"', '"activation": {"class_name": "__lambda__"}'), "lambda"),
        (
            in_config('"class_name": "Adam"', '"class_name": "function", "config": "system"'),
            "is no part of Keras",
        ),
        (in_config('"import skkeras>Dropout"', '"os>Dropout"'), "Dropout"),
        (config_as_parameter, "where none is expected"),
        (lambda schema: schema.replace('"format"', '"other"'), "not written by skkeras.save"),
    ],
)
def test_a_tampered_file_is_refused(saved, change, message, tmp_path):
    path = tmp_path / "e"
    path.write_bytes(tampered(saved, lambda schema: schema))
    skkeras.load(path).predict(X)
    path.write_bytes(tampered(saved, change))
    with pytest.raises(ValueError, match=message):
        skkeras.load(path).model()  # the architecture is read when it is built


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"units": 2', '"units": 1000000000', "a model with weights of shapes"),
        ('"num_thresholds": 50', '"num_thresholds": 2000000000', "num_thresholds=2000000000"),
        ('"name": "auc"', '"name": {"class_name": "CSVLogger", "module": "keras"}', "CSVLogger"),
    ],
)
def test_a_network_is_as_large_as_its_weights(old, new, message, tmp_path):
    skkeras.save(around(metrics=keras.metrics.AUC(50, name="auc")), tmp_path / "e")
    change = in_config(old, new)
    (tmp_path / "e").write_bytes(tampered((tmp_path / "e").read_bytes(), change))
    with pytest.raises(ValueError, match=message):
        skkeras.load(tmp_path / "e")


def test_a_foreign_file_is_refused(tmp_path):
    path = tmp_path / "e"
    path.write_bytes(pickle.dumps(StandardScaler()))
    with pytest.raises(ValueError, match=r"not written by skkeras\.save"):
        skkeras.load(path)
    with pytest.raises(FileNotFoundError):
        skkeras.load(tmp_path / "none")


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "e"
    skkeras.save(StandardScaler(), path)
    before = path.read_bytes()

    def fail(source, target):
        raise OSError("no space")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="no space"):
        patch.setattr("os.replace", fail)
        skkeras.save(KerasMLPClassifier(), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
