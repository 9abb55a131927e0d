"""Fits that are kept: the same as trained ones, of nothing else, and no epoch twice."""

import importlib
import pickle
import platform
import types
import warnings

import joblib
import keras
import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf
from sklearn.base import clone
from sklearn.callback import ScoringMonitor
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingGridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skkeras
from skkeras import (
    FitMemory,
    KerasClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRealMLPClassifier,
)
from skkeras.fit_cache import FitKey, is_cacheable
from skkeras.tabular._early_stopping import LatestBestStopping
from skkeras.training import FitArguments, Network

FACTOR = 2.0
QUICK = {"epochs": 6, "batch_size": 20, "random_state": 0}


class Scaled(keras.layers.Layer):
    """A layer of the user's own."""

    def call(self, x):
        return FACTOR * x


class Printing(keras.layers.Layer):
    """A layer that does something which its trace does not show."""

    def call(self, x):
        return tf.ensure_shape(tf.py_function(lambda x: x, [x], tf.float32), x.shape)


class Seen(keras.callbacks.Callback):
    """A callback of which nothing is known."""

    def on_epoch_end(self, epoch, logs=None):
        pass


class Stop:
    """A callback of scikit-learn that ends training after an epoch."""

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        return True


def build(meta, hidden=8, layer=Scaled):
    model = keras.Sequential(
        [
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(hidden, "relu"),
            layer(),
            keras.layers.Dense(meta["n_classes_"], "softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


@pytest.fixture(scope="module")
def data():
    draws = np.random.default_rng(0)
    X = draws.normal(size=(70, 4)).astype("float32")
    return X, (X[:, 0] + draws.normal(size=70) > 0).astype(int) + (X[:, 1] > 1)


@pytest.fixture
def mlp(tmp_path):
    return KerasMLPClassifier(hidden_layer_sizes=8, dropout=0.2, memory=tmp_path / "fits", **QUICK)


@pytest.fixture
def trained(monkeypatch):
    """The epochs trained, one number a fit."""
    counts = []
    train = Network.train

    def count(self, arguments, outcome):
        outcome = train(self, arguments, outcome)
        counts.append(len(outcome.history["loss"]))
        return outcome

    monkeypatch.setattr(Network, "train", count)
    return counts


def assert_same(one, other, X):
    for name in ("history_", "n_iter_", "trainer_"):
        assert getattr(one, name) == getattr(other, name)
    for a, b in zip(one._live_network().values, other._live_network().values, strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(one.predict(X), other.predict(X))
    assert vars(one).keys() == vars(other).keys()


def keep_pickled(model):
    return pickle.loads(pickle.dumps(model))


def keep_saved(model, path):
    skkeras.save(model, path, trusted=[FitMemory])
    return skkeras.load(path, trusted=[FitMemory])


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"early_stopping": True, "patience": 2, "learning_rate": 0.1, "epochs": 30},
        {"learning_rate": "cosine"},
        {"trainer": "fit", "metrics": ["accuracy"]},
    ],
)
def test_a_kept_fit_is_as_if_trained(data, mlp, trained, tmp_path, params):
    X, y = data
    mlp.set_params(**params)
    first = clone(mlp).fit(X, y)
    assert trained == [first.n_iter_]
    kept = clone(mlp).fit(X, y)
    assert trained == [first.n_iter_]
    plain = clone(mlp).set_params(memory=None).fit(X, y)
    assert_same(first, kept, X)
    assert plain.history_ == kept.history_
    np.testing.assert_array_equal(plain.predict_proba(X), kept.predict_proba(X))
    assert kept.model_.count_params() == first.model_.count_params()
    # And it goes on, as itself or as what was kept of it.
    twins = [kept]
    if "trainer" not in params:  # Model.fit takes its time
        twins += [keep_pickled(kept), keep_saved(kept, tmp_path / "kept.skk")]
    expected = first.partial_fit(X, y).predict_proba(X)
    for copied in twins:
        np.testing.assert_array_equal(copied.partial_fit(X, y).predict_proba(X), expected)


def test_what_makes_another_fit_is_trained(data, mlp, trained):
    X, y = data
    weights = np.linspace(0.5, 2, len(y))
    mlp.fit(X, y)
    for params in (
        *({"random_state": 1}, {"alpha": 0.1}, {"dropout": 0.1}, {"learning_rate": 0.1}),
        *({"batch_size": 21}, {"hidden_layer_sizes": (8, 8)}, {"activation": "tanh"}),
        *({"optimizer": "sgd"}, {"class_weight": "balanced"}, {"shuffle": False}),
        *({"trainer": "xla"}, {"metrics": ["mae"]}, {"early_stopping": True}),
        {"learning_rate": "cosine"},
    ):
        n_trained = len(trained)
        clone(mlp).set_params(**params).fit(X, y)
        assert len(trained) == n_trained + 1, params
    groups = np.arange(len(y)) // 10
    stopping = clone(mlp).set_params(early_stopping=True)
    for fit in (
        lambda: clone(mlp).fit(X + 1, y),
        lambda: clone(mlp).fit(X[:, :3], y),
        lambda: clone(mlp).fit(X[::-1], y[::-1]),
        lambda: clone(mlp).fit(X, 2 - y),
        lambda: clone(mlp).fit(X, y, sample_weight=weights),
        lambda: clone(mlp).fit(X, y, X_val=X[:9], y_val=y[:9]),
        lambda: stopping.fit(X, y, groups=groups),
    ):
        n_trained = len(trained)
        fit()
        assert len(trained) == n_trained + 1
    # What does not change what is trained, changes nothing.
    n_trained = len(trained)
    for params in ({"verbose": 0}, {"warm_start": True}, {"momentum": 0.5}, {"patience": 3}):
        clone(mlp).set_params(**params).fit(X, y)
    clone(mlp).fit(X.astype("float64"), y.astype("float64"))
    clone(mlp).fit(X, np.array(["a", "b", "c"])[y])
    assert len(trained) == n_trained


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_epochs_are_a_place_and_not_part_of_what_a_fit_is(data, mlp, trained):
    X, y = data
    mlp.set_params(early_stopping=True, patience=20)
    for n_epochs in (9, 3, 27, 9, 27, 30):
        clone(mlp).set_params(epochs=n_epochs).fit(X, y)
    assert trained == [9, 3, 18, 3]
    kept = clone(mlp).set_params(epochs=27).fit(X, y)
    assert_same(kept, clone(kept).set_params(memory=mlp.memory / "other").fit(X, y), X)
    # A schedule that falls over all epochs is another one for each number of them.
    mlp.set_params(learning_rate="cosine")
    del trained[:]
    for n_epochs in (3, 6, 3):
        clone(mlp).set_params(epochs=n_epochs).fit(X, y)
    assert trained == [3, 6]


def test_a_fit_that_stopped_early_is_the_end_of_longer_ones(data, mlp, trained):
    mlp.set_params(early_stopping=True, patience=1, learning_rate=0.3, epochs=40)
    n_epochs = mlp.fit(*data).n_iter_
    assert n_epochs < 40
    assert clone(mlp).set_params(epochs=99).fit(*data).n_iter_ == n_epochs
    assert clone(mlp).set_params(epochs=n_epochs - 1).fit(*data).n_iter_ == n_epochs - 1
    assert trained == [n_epochs, n_epochs - 1]


def test_halving_never_trains_an_epoch_twice(data, mlp, trained):
    pipeline = make_pipeline(StandardScaler(), mlp)
    space = {"kerasmlpclassifier__learning_rate": [1e-3, 1e-2, 1e-1]}
    search = HalvingGridSearchCV(
        pipeline,
        space,
        resource="kerasmlpclassifier__epochs",
        min_resources=2,
        max_resources=18,
        factor=3,
        cv=2,
        refit=False,
    ).fit(*data)
    assert search.n_candidates_ == [3, 1] and search.n_resources_ == [2, 6]
    assert trained == 6 * [2] + 2 * [4]
    n_trained = len(trained)
    again = clone(search).fit(*data)
    assert len(trained) == n_trained
    expected = clone(search).set_params(estimator__kerasmlpclassifier__memory=None).fit(*data)
    for name in ("mean_test_score", "split0_test_score", "split1_test_score"):
        np.testing.assert_array_equal(search.cv_results_[name], expected.cv_results_[name])
        np.testing.assert_array_equal(again.cv_results_[name], expected.cv_results_[name])


def test_parts_are_kept_one_by_one(data, mlp, trained):
    mlp.set_params(early_stopping=True, patience=9, learning_rate="cosine", epochs=12)
    parts = clone(mlp).fit_until(*data, 2).fit_until(*data, 6)
    again = clone(mlp).fit_until(*data, 2)
    assert trained == [2, 4] and again.n_iter_ == 2
    again = keep_pickled(again).fit_until(*data, 6).fit_until(*data, 12)
    assert trained == [2, 4, 6]
    assert_same(parts.fit_until(*data, 12), again, data[0])
    assert trained == [2, 4, 6]
    whole = clone(mlp).set_params(memory=None).fit(*data)
    np.testing.assert_array_equal(again.predict_proba(data[0]), whole.predict_proba(data[0]))
    del trained[-1]  # that of `whole`
    # Of other data, or after something else, nothing is known.
    other = clone(mlp).fit_until(*data, 2)
    other.fit_until(data[0] + 1, data[1], 6)
    assert trained[3:] == [4]
    clone(mlp).fit_until(data[0] + 1, data[1], 6)
    assert trained[4:] == [6]
    clone(mlp).fit(*data).partial_fit(*data).fit_until(*data, 14)
    assert trained[5:] == [1, 1]
    assert clone(mlp).fit(*data).n_iter_ == 12


def test_code_of_the_users_own_is_told_by_what_it_builds(data, tmp_path, trained, monkeypatch):
    model = KerasClassifier(build, memory=tmp_path, **QUICK)
    clone(model).fit(*data)
    clone(model).fit(*data)

    def written_otherwise(meta):
        return build(meta, layer=lambda: Scaled(), hidden=2 * 4)

    clone(model).set_params(model=written_otherwise).fit(*data)
    assert trained == [6]
    clone(model).set_params(model__hidden=9).fit(*data)
    assert trained == [6, 6]
    monkeypatch.setattr(Scaled, "call", lambda self, x: x / FACTOR)
    clone(model).fit(*data)
    assert trained == [6, 6, 6]
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    clone(model).fit(*data)
    assert trained == [6, 6, 6, 6]
    clone(model).fit(*data)
    assert trained == [6, 6, 6, 6]


def test_modules_of_the_users_own_are_read(data, tmp_path, trained, monkeypatch):
    theirs = types.ModuleType("theirs")
    exec("def error(y, found):\n    return (y - found[:, :1]) ** 2", vars(theirs))
    monkeypatch.setitem(globals(), "theirs", theirs)

    def loss(y, found):
        return theirs.error(y, found)

    def build_with_loss(meta):
        model = build(meta)
        model.compile("sgd", loss)
        return model

    model = KerasClassifier(build_with_loss, memory=tmp_path, **QUICK)
    clone(model).fit(*data)
    clone(model).fit(*data)
    assert trained == [6]
    exec("def error(y, found):\n    return (y - found[:, 1:2]) ** 2", vars(theirs))
    clone(model).fit(*data)
    assert trained == [6, 6]


def test_what_cannot_be_told_is_not_kept(data, tmp_path, trained):
    model = KerasClassifier(build, model__layer=Printing, memory=tmp_path, **QUICK)
    for _ in range(2):
        with pytest.warns(UserWarning, match="keeps nothing of this fit, because it cannot be"):
            clone(model).fit(*data)
    assert trained == [6, 6]
    mlp = KerasMLPClassifier(**QUICK, memory=tmp_path)
    with pytest.warns(UserWarning, match="without random_state, no two fits are the same"):
        clone(mlp).set_params(random_state=None).fit(*data)
    # A RandomState is drawn from as ever, and the seed drawn is what counts.
    for seed in (5, 5, 6):
        clone(mlp).set_params(random_state=np.random.RandomState(seed)).fit(*data)
    assert trained[2:] == [6, 6, 6]


@pytest.mark.parametrize(
    "callback", [Seen(), keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)]
)
def test_callbacks_that_may_do_anything_are_not_kept(data, mlp, trained, callback):
    mlp.set_params(callbacks=[callback])
    for _ in range(2):
        with pytest.warns(UserWarning, match=r"cannot be told from others: the callback"):
            clone(mlp).fit(*data)
    assert trained == [6, 6]


def test_callbacks_that_are_not_held_make_epochs_part_of_what_a_fit_is(data, tmp_path, trained):
    model = KerasRealMLPClassifier(
        hidden_layer_sizes=4, anneal=False, early_stopping=True, memory=tmp_path, **QUICK
    )
    for n_epochs in (3, 6, 3, 6):
        clone(model).set_params(epochs=n_epochs).fit(*data)
    assert trained == [3, 6]


def test_what_ran_away_is_not_kept(data, tmp_path, trained):
    model = KerasMLPRegressor(
        hidden_layer_sizes=8, optimizer="sgd", learning_rate=30.0, memory=tmp_path, **QUICK
    )
    for early_stopping in (False, True):
        model.set_params(early_stopping=early_stopping)
        for _ in range(2):
            with pytest.warns(ConvergenceWarning):
                clone(model).fit(*data)
    assert len(trained) == 4
    assert not list(tmp_path.rglob("*.fit"))


def test_what_a_callback_of_scikit_learn_stopped_is_not_kept(data, mlp, trained):
    stopped = clone(mlp).set_callbacks(Stop()).fit(*data)
    assert stopped.n_iter_ == 1
    assert clone(mlp).fit(*data).n_iter_ == 6
    assert trained == [1, 6]
    watched = clone(mlp).set_callbacks(ScoringMonitor(scoring="accuracy")).fit(*data)
    assert watched.n_iter_ == 6 and trained == [1, 6]


def test_a_damaged_file_is_trained_again(data, mlp, trained):
    first = clone(mlp).fit(*data)
    (file,) = mlp.memory.rglob("*.fit")
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.warns(UserWarning, match=r"holds no fit that can be used, .*damaged"):
        again = clone(mlp).fit(*data)
    assert trained == [6, 6]
    assert_same(again, first, data[0])
    assert_same(clone(mlp).fit(*data), first, data[0])
    assert trained == [6, 6]


@pytest.mark.parametrize("kind", [str, lambda p: p, FitMemory, joblib.Memory])
def test_a_folder_is_given_in_any_of_these_ways(data, tmp_path, trained, kind):
    model = KerasMLPClassifier(**QUICK, memory=kind(tmp_path / "fits"))
    for _ in range(2):
        keep_pickled(clone(model)).fit(*data)
    keep_saved(model, tmp_path / "unfitted.skk").fit(*data)
    assert trained == [6]
    assert "memory=" in repr(model)
    assert list((tmp_path / "fits").rglob("*.fit"))


@pytest.mark.parametrize("wrapper", [False, True])
def test_a_folder_that_cannot_be_written_to_is_refused(data, mlp, trained, tmp_path, wrapper):
    (tmp_path / "file").write_text("")
    model = KerasClassifier(build, **QUICK) if wrapper else mlp
    with pytest.raises(ValueError, match="is not a folder that can be written to"):
        model.set_params(memory=tmp_path / "file" / "fits").fit(*data)
    with pytest.raises(ValueError, match="'memory' parameter of"):
        model.set_params(memory=3).fit(*data)
    assert trained == []


def test_without_memory_nothing_is_looked_at(data, monkeypatch):
    monkeypatch.setattr("skkeras.base._epochs.is_cacheable", None)
    model = KerasMLPClassifier(**QUICK).fit(*data)
    assert model._fit_key is model._checkpoint is None
    with warnings.catch_warnings():
        KerasMLPClassifier(**QUICK, memory=joblib.Memory(None)).fit(*data)


# -- the key by itself -----------------------------------------------------------------------

ROWS = np.array([[0.0, 1.0, 0.0], [2.0, 0.0, 3.0]])
SPARSE = scipy.sparse.csr_array(ROWS)
Y = np.array([0, 1])
GIVEN = {"x": ROWS, "y": Y, "epochs": 5, "batch_size": 2, "seed": 0}


class Described:
    """A network that is described by a text."""

    def __init__(self, text="untrained"):
        self.text = text

    def describe(self, arguments):
        return self.text


def key_of(text="untrained", **changed):
    fit_key = FitKey()
    assert is_cacheable(fit_key, Described(text), FitArguments(**GIVEN | changed))
    return fit_key.key


def stopping(**params):
    return [keras.callbacks.EarlyStopping("loss", **params)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("text", "another"), ("x", ROWS + 1), ("x", ROWS.astype("float32")), ("x", [ROWS])),
        *(("x", SPARSE), ("y", np.array([1, 0])), ("sample_weight", np.ones(2))),
        *(("validation_data", (ROWS, Y, None)), ("class_weight", {0: 2.0}), ("batch_size", 1)),
        *(("validation_batch_size", 1), ("shuffle", False), ("seed", 1), ("trainer", "graph")),
        *(("callbacks", stopping()), ("steps_per_epoch", 1), ("validation_steps", 1)),
        ("validation_freq", 2),
    ],
    ids=lambda value: value if type(value) is str else type(value).__name__,
)
def test_each_input_of_training_is_in_the_key(name, value):
    assert key_of(**{name: value}) == key_of(**{name: value}) != key_of()


@pytest.mark.parametrize(
    "other",
    [
        scipy.sparse.csr_array((SPARSE.data, SPARSE.indices, SPARSE.indptr), shape=(2, 4)),
        scipy.sparse.csr_array((SPARSE.data, SPARSE.indices, [0, 2, 3]), shape=(2, 3)),
        scipy.sparse.csr_array((SPARSE.data, [1, 1, 2], SPARSE.indptr), shape=(2, 3)),
        SPARSE * 2,
    ],
    ids=["shape", "row", "column", "number"],
)
def test_sparse_rows_are_told_apart(other):
    assert key_of(x=other) != key_of(x=SPARSE)
    assert key_of(x=SPARSE.tocsc()) == key_of(x=SPARSE)


def test_what_does_not_change_training_is_not_in_the_key():
    assert key_of(verbose=1) == key_of(epochs=9) == key_of(initial_epoch=3) == key_of()
    assert key_of(callbacks=stopping(), epochs=9) == key_of(callbacks=stopping())
    assert key_of(callbacks=stopping(patience=3)) != key_of(callbacks=stopping())
    latest = [LatestBestStopping("loss")]
    assert key_of(callbacks=latest, epochs=9) != key_of(callbacks=latest)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        *(("skkeras.fit_cache._fit_key", "__version__"), ("keras", "__version__")),
        *(("numpy", "__version__"), (keras.backend.backend(), "__version__")),
    ],
)
def test_versions_are_in_the_key(module, name, monkeypatch):
    before = key_of()
    monkeypatch.setattr(importlib.import_module(module), name, "another")
    assert key_of() != before


def test_processors_and_backends_are_in_the_key(monkeypatch):
    keys = [key_of()]
    monkeypatch.setattr(platform, "machine", lambda: "another")
    keys.append(key_of())
    monkeypatch.setattr(keras.backend, "backend", lambda: "numpy")
    keys.append(key_of())
    assert len(set(keys)) == 3


def test_other_data_in_a_later_part_is_another_fit():
    fit_key, same, other = FitKey(), FitArguments(**GIVEN), FitArguments(**GIVEN | {"x": ROWS + 1})
    assert is_cacheable(fit_key, Described(), same)
    # A network that has been trained is not described again.
    assert is_cacheable(fit_key, None, same)
    assert not is_cacheable(fit_key, None, other)
    assert fit_key.key == key_of(x=ROWS + 1)
