"""`partial_fit` and `warm_start`: epochs that are counted, and parameters that take effect."""

import pickle
import subprocess
import sys

import keras
import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_validate

from skkeras import KerasClassifier, KerasMLPClassifier, KerasMLPRegressor, KerasRealMLPClassifier
from tests.interrupting import interrupted_after

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)


def build(rate=0.1):
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, "softmax")])
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    return model


ESTIMATORS = {
    "family": (KerasMLPClassifier(epochs=3, random_state=0), "learning_rate"),
    "own": (KerasClassifier(build, epochs=3, random_state=0, model__rate=0.1), "model__rate"),
}


def change(before, estimator):
    pairs = zip(before, estimator.model_.get_weights(), strict=True)
    return max(np.abs(one - other).max() for one, other in pairs)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_epochs_are_counted(name):
    model = pickle.loads(pickle.dumps(ESTIMATORS[name][0])).fit(X, Y)
    for n in (4, 5):
        model.partial_fit(X, Y)
        assert model.n_iter_ == model.current_epoch == len(model.history_["loss"]) == n
    model.set_params(warm_start=True, epochs=2).fit(X, Y)
    assert (model.n_iter_, model.current_epoch, len(model.history_["loss"])) == (2, 7, 7)
    model.set_params(warm_start=False).fit(X, Y)
    assert (model.n_iter_, model.current_epoch, len(model.history_["loss"])) == (2, 2, 2)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("warm_start", [False, True])
def test_parameters_take_effect(name, warm_start):
    model, rate = ESTIMATORS[name]
    model = pickle.loads(pickle.dumps(model)).set_params(warm_start=warm_start).fit(X, Y)
    go_on = model.fit if warm_start else model.partial_fit
    before = model.model_.get_weights()
    model.set_params(**{rate: 1e-7})
    go_on(X, Y)
    assert change(before, model) < 1e-5
    model.set_params(**{rate: 0.3})
    go_on(X, Y)
    assert change(before, model) > 0.05


def test_what_learning_found_stays():
    """A changed parameter leaves weights, Adam's averages and rates that a callback lowered."""
    one, other = (KerasMLPRegressor(epochs=3, random_state=0).fit(X, X[:, 0]) for _ in range(2))
    one.model_.optimizer.learning_rate = 1e-4
    other.model_.optimizer.learning_rate = 1e-4
    one.set_params(verbose=0, patience=3, alpha=1e-4).partial_fit(X, X[:, 0])
    other.set_params(alpha=1e-4).partial_fit(X, X[:, 0])
    assert one.history_ == other.history_
    assert float(one.model_.optimizer.learning_rate) == pytest.approx(1e-4)


def test_other_weights_are_refused():
    model = KerasMLPClassifier(epochs=2, random_state=0).fit(X, Y)
    before, history = model.predict_proba(X), dict(model.history_)
    model.set_params(hidden_layer_sizes=(7,))
    with pytest.raises(ValueError, match=r"weights of shapes \[\(4, 7\).*Set the parameters back"):
        model.partial_fit(X, Y)
    np.testing.assert_array_equal(model.predict_proba(X), before)
    assert model.history_ == history
    model.set_params(hidden_layer_sizes=(100,)).partial_fit(X, Y)


@pytest.mark.parametrize("kind", [KerasMLPClassifier, KerasRealMLPClassifier])
def test_parts_hold_nothing_out(kind):
    rows = np.tile(X, (70, 1))
    model = kind(batch_size=5000, random_state=0, epochs=1).partial_fit(rows, np.tile(Y, 70))
    assert "val_loss" not in model.history_


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("trainer", ["auto", "fit"])
def test_an_interrupted_fit_keeps_whole_epochs(trainer):
    model = KerasMLPClassifier(epochs=10**5, random_state=0, trainer=trainer)
    with interrupted_after(3.0), pytest.raises(KeyboardInterrupt):
        model.fit(X, Y)
    assert model.n_iter_ == len(model.history_["loss"]) > 0
    whole = KerasMLPClassifier(epochs=model.n_iter_, random_state=0, trainer=trainer, patience=9)
    np.testing.assert_array_equal(whole.fit(X, Y).predict_proba(X), model.predict_proba(X))


def test_a_fit_that_fails_at_once_is_none():
    class Failing(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            raise ArithmeticError

    model = KerasMLPClassifier(epochs=2, random_state=0).fit(X, Y)
    with pytest.raises(ArithmeticError):
        model.set_params(callbacks=[Failing()]).fit(X, Y)
    with pytest.raises(NotFittedError):
        model.predict(X)
    assert model.n_iter_ == 0 and not hasattr(model, "history_")


def test_names_of_metrics_are_those_of_keras_in_each_fold():
    metrics = ["AUC", "acc", keras.metrics.MeanAbsoluteError(name="mae")]
    model = KerasMLPRegressor(epochs=1, early_stopping=True, metrics=metrics, random_state=0)
    done = cross_validate(model, X, Y > 0, cv=3, return_estimator=True)
    names = [set(fitted.history_) for fitted in done["estimator"]]
    plain = {"loss", "auc", "acc", "mae"}
    held_out = {f"val_{name}" for name in plain}
    assert names == [plain | held_out | {"learning_rate"}] * 3


def test_a_dtype_policy_is_kept():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = KerasMLPClassifier(epochs=2, random_state=0).fit(X, Y)
        data, before = pickle.dumps(model), model.predict_proba(X)
    finally:
        keras.config.set_dtype_policy("float32")
    loaded = pickle.loads(data)
    np.testing.assert_array_equal(loaded.predict_proba(X), before)
    assert loaded.model_.layers[0].compute_dtype == "float16"
    loaded.partial_fit(X, Y)
    assert KerasMLPClassifier(epochs=1).fit(X, Y).model_.layers[0].compute_dtype == "float32"


def test_forked_workers_say_so():
    code = """if True:
        import multiprocessing
        import numpy as np
        from skkeras import KerasMLPClassifier
        X, y = np.eye(8), np.arange(8) % 2
        model = KerasMLPClassifier(epochs=1).fit(X, y)
        def work(name):
            try:
                getattr(model, name)(X, *[y][: name != "predict"])
            except RuntimeError as error:
                return str(error)
        with multiprocessing.get_context("fork").Pool(1) as pool:
            said = [pool.apply_async(work, [name]).get(60) for name in ("predict", "fit")]
        assert all("'loky'" in one and "'spawn'" in one for one in said), said
    """
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=300)
