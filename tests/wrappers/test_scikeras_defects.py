"""What users of SciKeras 0.13 meet daily: with its classes, nearly all of these tests fail."""

import os
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import keras
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import tensorflow as tf
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import DataConversionWarning
from sklearn.metrics import RocCurveDisplay
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV, cross_val_score
from sklearn.utils import get_tags

from skkeras import KerasClassifier, KerasRegressor

X, y = make_classification(80, 4, class_sep=2.0, random_state=0)
X = X.astype("float32")
order = np.argsort(y, kind="stable")


def build(meta, units=8):
    return keras.Sequential(
        [
            keras.layers.Input(meta["X_shape_"][1:]),
            keras.layers.Dense(units, "relu"),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def build_regressor(meta):
    return keras.Sequential([keras.layers.Input((meta["n_features_in_"],)), keras.layers.Dense(1)])


def classifier(model=build, **params):
    quick = {"epochs": 2, "optimizer": "adam", "verbose": 0}
    return KerasClassifier(model, loss="binary_crossentropy", **{**quick, **params})


class TestKind:
    def test_it_is_a_classifier_or_a_regressor(self):
        assert is_classifier(classifier()) and not is_regressor(classifier())
        assert is_regressor(KerasRegressor(build_regressor, loss="mse"))

    @pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
    def test_folds_are_stratified(self):
        scores = cross_val_score(
            classifier(epochs=100, random_state=0), X[order], y[order], cv=2, error_score="raise"
        )
        assert scores.min() > 0.8

    def test_scoring_by_roc_auc(self):
        search = GridSearchCV(
            classifier(random_state=0), {"model__units": [2, 4]}, scoring="roc_auc", cv=2
        )
        assert np.isfinite(search.fit(X, y).cv_results_["mean_test_score"]).all()

    @pytest.mark.parametrize(
        "meta",
        [
            lambda est: VotingClassifier([("a", est), ("b", clone(est))], voting="soft"),
            lambda est: CalibratedClassifierCV(est, cv=2),
            lambda est: TunedThresholdClassifierCV(est, cv=2),
        ],
        ids=["voting", "calibration", "threshold"],
    )
    def test_meta_estimators_accept_it(self, meta):
        assert meta(classifier(random_state=0)).fit(X, y).predict(X).shape == y.shape

    def test_displays_accept_it(self):
        matplotlib = pytest.importorskip("matplotlib")
        matplotlib.use("agg")
        RocCurveDisplay.from_estimator(classifier().fit(X, y), X, y)

    def test_a_subclass_has_tags(self):
        class Own(KerasClassifier):
            pass

        tags = get_tags(Own(build))
        assert (tags.estimator_type, tags.input_tags.sparse) == ("classifier", True)


class TestSeeds:
    def test_a_seed_leaves_the_process_alone(self):
        def draws():
            return (random.random(), np.random.rand(), float(tf.random.uniform(())))

        def restart():
            random.seed(1)
            np.random.seed(1)
            tf.random.set_seed(1)

        restart()
        expected = [draws(), draws()]
        restart()
        first = draws()
        classifier(random_state=0).fit(X, y)
        assert [first, draws()] == expected

    def test_no_determinism_is_switched_on(self):
        before = dict(os.environ)
        classifier(random_state=0).fit(X, y)
        assert dict(os.environ) == before
        tf.raw_ops.RandomStandardNormal(shape=[1], dtype=tf.float32)  # raises where it is on
        classifier().fit(X, y)

    def test_threads_leave_the_environment_alone(self):
        before = dict(os.environ)
        with ThreadPoolExecutor(4) as pool:
            fits = pool.map(lambda _: classifier(random_state=0).fit(X, y).predict_proba(X), "1234")
            first, *others = fits
        assert dict(os.environ) == before
        for other in others:
            assert_array_equal(other, first)


class TestFeatures:
    table = pd.DataFrame(X, columns=list("abcd"))

    def test_names_are_known(self):
        assert classifier().fit(self.table, y).feature_names_in_.tolist() == list("abcd")

    def test_reordered_columns_are_refused(self):
        fitted = classifier().fit(self.table, y)
        with pytest.raises(ValueError, match="feature names should match"):
            fitted.predict(self.table[list("badc")])

    @pytest.mark.parametrize("n_features", [3, 5])
    def test_another_number_of_features_is_refused(self, n_features):
        with pytest.raises(ValueError, match=f"X has {n_features} features, but .* expecting 4"):
            classifier().fit(X, y).predict(np.ones((2, n_features), "float32"))


class TestTypes:
    def test_float64_after_float32(self):
        fitted = classifier(random_state=0).fit(X, y)
        assert_array_equal(fitted.predict_proba(X.astype("float64")), fitted.predict_proba(X))

    def test_floats_after_integers(self):
        fitted = classifier(random_state=0).fit(np.round(X).astype(int), y)
        assert_array_equal(fitted.predict(np.round(X)), fitted.predict(np.round(X).astype(int)))

    def test_longer_labels_in_score(self):
        short = np.where(y == 0, "a", "b")
        long = np.where(np.arange(len(y)) == 0, "another", short)
        assert 0 <= classifier().fit(X, short).score(X, long) < 1

    @pytest.mark.parametrize("units", [np.int64(8), np.float64(8), 8.0])
    def test_numbers_of_numpy_and_whole_floats(self, units):
        epochs = type(units)(2)
        fitted = classifier(model__units=units, epochs=epochs, batch_size=units).fit(X, y)
        assert fitted.model_.layers[0].units == 8
        assert len(fitted.history_["loss"]) == 2


class TestFreshCopies:
    def test_an_optimizer_serves_many_fits(self):
        optimizer = keras.optimizers.Adam(0.01)
        network = classifier(optimizer=optimizer, random_state=0)
        first = network.fit(X, y).predict_proba(X)
        assert_array_equal(network.fit(X, y).predict_proba(X), first)
        classifier(partial(build, units=3), optimizer=optimizer).fit(X, y)
        assert not optimizer.built

    def test_a_model_is_not_trained_in_place(self):
        model = build({"X_shape_": X.shape})
        model.compile("adam", "binary_crossentropy")
        before = model.get_weights()
        network = classifier(model, random_state=0).fit(X, y)
        first = network.predict_proba(X)
        for now, then in zip(model.get_weights(), before, strict=True):
            assert_array_equal(now, then)
        assert_array_equal(network.fit(X, y).predict_proba(X), first)
        assert_array_equal(clone(network).fit(X, y).predict_proba(X), first)

    def test_a_loss_keeps_its_arguments(self):
        loss = keras.losses.Huber(delta=0.2)
        network = clone(KerasRegressor(build_regressor, loss=loss, metrics=[loss]))
        assert network.fit(X, y).model_.loss._fn_kwargs == {"delta": 0.2}

    def test_a_clone_of_a_fitted_one_has_no_model_in_its_callbacks(self):
        network = classifier(callbacks=[keras.callbacks.EarlyStopping("loss")]).fit(X, y)
        assert network.callbacks[0].model is None
        assert clone(network).callbacks[0].model is None


class TestTargets:
    def test_class_weight_leaves_the_weights_of_rows_alone(self):
        weights = np.ones(len(y))
        classifier(class_weight={0: 1.0, 1: 5.0}).fit(X, y, sample_weight=weights)
        assert_array_equal(weights, 1.0)

    @pytest.mark.parametrize(
        "network", [classifier(), KerasRegressor(build_regressor, loss="mse")], ids=["c", "r"]
    )
    def test_a_column_is_a_vector_with_a_warning(self, network):
        with pytest.warns(DataConversionWarning):
            network.fit(X, y.reshape(-1, 1))
        assert network.predict(X).shape == (len(y),)

    def test_validation_data_is_encoded(self):
        labels = np.where(y == 0, "no", "yes")
        network = classifier(random_state=0, epochs=1).fit(X, labels, validation_data=(X, labels))
        outputs = network.predict_proba(X)[:, 1]
        loss = -np.log(np.where(y == 1, outputs, 1 - outputs)).mean()
        assert_allclose(network.history_["val_loss"], [loss], rtol=1e-5)


class TestRouting:
    def test_arguments_of_a_loss_by_name(self):
        network = classifier(loss__label_smoothing=0.2).fit(X, y)
        assert network.model_.loss.label_smoothing == 0.2

    @pytest.mark.parametrize(
        "name", ["optimizer__learning_rat", "model__unit", "loss__smoothing", "fit__epoch"]
    )
    def test_misspelt_parameters_are_refused_where_they_are_set(self, name):
        with pytest.raises(ValueError, match=f"Invalid parameter '{name}'"):
            classifier().set_params(**{name: 1})

    def test_misspelt_parameters_are_refused_before_a_model_is_built(self):
        def fail(meta, units=1):
            raise AssertionError("It came to building.")

        with pytest.raises(ValueError, match="Invalid parameter 'model__unit'"):
            classifier(fail, model__unit=2).fit(X, y)


class Builder:
    """Builds as an object and as a method."""

    def __init__(self, units):
        self.units = units

    def __call__(self, meta):
        return build(meta, self.units)

    def method(self, meta, factor=1):
        return build(meta, self.units * factor)


class TestModels:
    @pytest.mark.parametrize(
        "model",
        [Builder(3), Builder(3).method, partial(build, units=3), lambda meta: build(meta, 3)],
    )
    def test_anything_that_can_be_called(self, model):
        fitted = clone(classifier(model)).fit(X, y)
        assert fitted.model_.layers[0].units == 3

    def test_arguments_reach_a_method(self):
        fitted = classifier(Builder(3).method, model__factor=2).fit(X, y)
        assert fitted.model_.layers[0].units == 6

    @pytest.mark.parametrize("kind", [dict, list])
    def test_several_inputs(self, kind):
        def build(meta):
            names = ["left", "right"] if kind is dict else [0, 1]
            inputs = [keras.layers.Input(meta["X_shape_"][n][1:], name=str(n)) for n in names]
            joined = keras.layers.Concatenate()(inputs)
            outputs = keras.layers.Dense(1, "sigmoid")(joined)
            inputs = dict(zip(names, inputs, strict=True)) if kind is dict else inputs
            return keras.Model(inputs, outputs)

        parts = {"left": X[:, :1], "right": X[:, 1:]} if kind is dict else [X[:, :1], X[:, 1:]]
        fitted = classifier(build, optimizer__learning_rate=0.1, epochs=20, random_state=0)
        fitted.fit(parts, y)
        assert fitted.score(parts, y) > 0.8
        with pytest.raises(ValueError, match="the same inputs"):
            fitted.predict(dict(list(parts.items())[:1]) if kind is dict else parts[:1])


class TestSparse:
    @pytest.mark.parametrize("kind", [scipy.sparse.csr_matrix, scipy.sparse.csc_array])
    def test_it_learns_as_from_the_dense(self, kind):
        sparse, dense = (
            classifier(random_state=0, batch_size=16).fit(data, y).predict_proba(data)
            for data in (kind(X), X)
        )
        assert_allclose(sparse, dense, atol=1e-5)

    def test_it_need_not_fit_into_memory(self, monkeypatch):
        monkeypatch.setattr("skkeras.training._eligibility.MEMORY_BUDGET", 2**20)
        n_rows, n_features = 1000, 10_000
        rows = scipy.sparse.random_array(
            (n_rows, n_features), density=1e-3, format="csr", dtype="float32", rng=0
        )
        network = classifier(model__units=1, batch_size=50, epochs=1)
        tracemalloc.start()
        try:
            network.fit(rows, np.arange(n_rows) % 2)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < n_rows * n_features * 4 / 2
