"""Parameters as SciKeras routes them: of build functions, losses, optimizers and metrics."""

from functools import partial

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasClassifier
from tests.wrappers.two_layers import X, build, build_with, regressor, squared, y


class Squared:
    def __call__(self, y_true, y_pred):
        return squared(y_true, y_pred)

    def method(self, y_true, y_pred):
        return squared(y_true, y_pred)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("units", "argument of the build function .* Use model__units, or give units= when"),
            ("unit", "Did you mean 'model__units'"),
            ("optimzer", "Did you mean 'optimizer'"),
            ("nothing_like_it", "Valid parameters are: batch_size, .*model__units"),
        ],
    )
    def test_an_unknown_one_is_refused_with_the_one_that_was_meant(self, name, message):
        for search in (
            GridSearchCV(regressor(), {name: [2, 4]}, cv=2),
            GridSearchCV(
                make_pipeline(StandardScaler(), regressor()), {f"kerasregressor__{name}": [1]}, cv=2
            ),
        ):
            with pytest.raises(ValueError, match=f"Invalid parameter '{name}' .*{message}"):
                search.fit(X, y)

    @pytest.mark.parametrize(
        ("params", "message"),
        [
            ({"unit": 3}, "unexpected keyword argument 'unit'.* Did you mean 'units'"),
            ({"epoch": 3}, "unexpected keyword argument 'epoch'.* Did you mean 'epochs'"),
            ({"optimzer__learning_rate": 0.1}, "Did you mean 'optimizer__learning_rate'"),
            ({"validation_freq": 2}, "Use 'fit__validation_freq' instead"),
            ({"loss_weights": [2]}, "Use 'compile__loss_weights' instead"),
        ],
    )
    def test_one_that_nothing_takes_is_refused_by_fit(self, params, message):
        with pytest.raises(TypeError, match=message):
            regressor(**params).fit(X, y)

    def test_one_that_the_build_function_lacks_is_named(self):
        def build_from(units, epochs, meta, factor=1):
            raise AssertionError("It came to building.")

        with pytest.raises(TypeError, match="build function needs: give model__epochs"):
            regressor(build_from, units=2, epochs=3).fit(X, y)

    def test_a_keras_model_takes_no_arguments(self):
        with pytest.raises(ValueError, match="only a function that builds one takes 'units'"):
            regressor(build(), model__units=3).fit(X, y)

    @pytest.mark.parametrize("name", ["units_", "model__units_", "model___units", "lambda_"])
    def test_names_with_underscores_at_their_ends(self, name):
        def build_from(units_=2, _units=2, lambda_=2):
            return build(max(units_, _units, lambda_))

        network = regressor(build_from, **{name: 5})
        assert clone(network).fit(X, y).model_.layers[0].units == 5
        network.set_params(**{name: 3})
        assert network.get_params()[name] == 3
        assert network.fit(X, y).model_.layers[0].units == 3

    @pytest.mark.parametrize(
        ("params", "message"),
        [
            ({"fit__sample_weight": [1]}, "fit takes no argument 'sample_weight'"),
            ({"optimizer": keras.optimizers.SGD(), "optimizer__momentum": 0.5}, "give its class"),
            ({"loss": squared, "loss__factor": 2}, "give its class or its name"),
        ],
        ids=["weights", "optimizer", "loss"],
    )
    def test_arguments_that_lead_nowhere(self, params, message):
        with pytest.raises(ValueError, match=message):
            regressor(**params).fit(X, y)

    @pytest.mark.parametrize("loss", ["mse", "MeanSquaredError", "mean_squared_error"])
    def test_arguments_of_a_loss_by_any_of_its_names(self, loss):
        by_sum = regressor(loss=loss, loss__reduction="sum").fit(X[:8], y[:8]).history_["loss"]
        np.testing.assert_allclose(by_sum, 8 * np.array(self.mean_loss()), rtol=1e-5)

    @staticmethod
    def mean_loss():
        return regressor().fit(X[:8], y[:8]).history_["loss"]


class TestLosses:
    losses = (
        squared,
        lambda y_true, y_pred: squared(y_true, y_pred),
        partial(squared, factor=1),
        Squared(),
        Squared().method,
        keras.losses.mean_squared_error,
    )

    def test_anything_that_can_be_called(self):
        losses = [*self.losses, "mse"]
        one_split = [(np.arange(30), np.arange(30, 40))]
        search = GridSearchCV(regressor(), {"loss": losses}, cv=one_split, refit=False)
        scores = search.fit(X, y).cv_results_["mean_test_score"]
        np.testing.assert_allclose(scores, scores[-1], rtol=1e-5)

    def test_a_partial_of_the_categorical_crossentropy_wants_one_hot_rows(self):
        def softmax():
            return keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(3, "softmax")])

        labels = np.digitize(y, [-2, 2])
        loss = partial(keras.losses.categorical_crossentropy, label_smoothing=0.1)
        fitted = KerasClassifier(softmax, loss=loss, random_state=0).fit(X, labels)
        by_class = KerasClassifier(
            softmax, loss="categorical_crossentropy", loss__label_smoothing=0.1, random_state=0
        ).fit(X, labels)
        np.testing.assert_allclose(fitted.predict_proba(X), by_class.predict_proba(X), rtol=1e-4)

    @pytest.mark.parametrize("loss", [None, [None], {"dense": None}], ids=repr)
    @pytest.mark.parametrize("model", [build, build_with], ids=["uncompiled", "compiled"])
    def test_none_is_refused(self, model, loss):
        with pytest.raises(ValueError, match=r"has no loss: give loss= .*got loss="):
            regressor(model, loss=loss).fit(X, y)

    def test_no_optimizer_is_refused(self):
        with pytest.raises(ValueError, match="has no optimizer: give optimizer="):
            regressor(optimizer=None).fit(X, y)
