"""What `fit`, `partial_fit`, `predict`, `score` and `initialize` take, as in SciKeras."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skkeras import KerasClassifier, KerasRegressor
from tests.wrappers.networks import Notes, X, build, classifier, labels, regressor, y


class TestFit:
    def test_initial_epoch_numbers_the_epochs(self):
        notes = Notes()
        network = regressor(epochs=2).fit(X, y, initial_epoch=3, callbacks=[notes])
        assert (notes.notes, network.n_iter_, network.current_epoch) == ([3, 4], 2, 2)
        network.partial_fit(X, y, callbacks=[notes])
        assert (notes.notes, network.current_epoch) == ([3, 4, 2], 3)
        routed = regressor(fit__initial_epoch=3, fit__epochs=2).fit(X, y)
        again = clone(routed).set_params(fit__initial_epoch=0).fit(X, y, initial_epoch=3)
        np.testing.assert_array_equal(routed.predict(X), again.predict(X))

    @pytest.mark.parametrize("first", [-1, 0.5, "one", None])
    def test_another_initial_epoch_is_refused(self, first):
        with pytest.raises(ValueError, match="initial_epoch must be a whole number"):
            regressor().fit(X, y, initial_epoch=first)

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"epochs": 0}, "'epochs' parameter of fit"),
            ({"epochs": "3"}, "'epochs' parameter of fit"),
            ({"batch_size": 0}, "'batch_size' parameter of fit"),
            ({"batch_size": "auto"}, "'batch_size' parameter of fit"),
            ({"validation_split": 1.5}, "'validation_split' parameter of fit"),
            ({"shuffle": "batch"}, "'shuffle' parameter of fit"),
            ({"validation_data": X}, r"must be a tuple \(X, y\).* got a ndarray"),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_values_of_arguments_are_checked(self, given, message):
        with pytest.raises(ValueError, match=message):
            regressor().fit(X, y, **given)
        routed = regressor(**{f"fit__{name}": value for name, value in given.items()})
        with pytest.raises(ValueError, match=message):
            routed.fit(X, y)

    def test_given_validation_data_has_priority_over_a_split(self):
        network = regressor(validation_split=0.25).fit(X, y, X_val=X[:9], y_val=y[:9])
        assert "val_loss" in network.history_
        assert not network.trainer_.startswith("fit")

    def test_a_batch_of_all_rows(self):
        network = regressor().fit(X, y, batch_size=-1)
        assert int(network.model_.optimizer.iterations) == 1
        again = regressor(fit__batch_size=-1).fit(X, y)
        np.testing.assert_array_equal(network.predict(X), again.predict(X))

    @pytest.mark.parametrize("kind", ["object", "class", "tuple", "dict", "None"])
    def test_callbacks_of_one_call(self, kind):
        notes = Notes()
        forms = {"object": notes, "class": Notes, "tuple": (notes,), "dict": {"a": notes}}
        regressor().fit(X, y, callbacks=forms.get(kind))
        assert notes.notes == ([0] if kind in ("object", "tuple", "dict") else [])
        with pytest.raises(TypeError, match=r"callbacks must be .*got 'stop'"):
            regressor().fit(X, y, callbacks=["stop"])

    def test_initial_epoch_is_refused_where_training_is_remembered(self, tmp_path):
        with pytest.raises(ValueError, match="cannot be given with memory="):
            regressor(memory=str(tmp_path)).fit(X, y, initial_epoch=1)

    def test_class_weight_as_keras_takes_it(self):
        given = classifier().fit(X, labels, class_weight={0: 1.0, 1: 5.0})
        own = classifier(class_weight={0: 1.0, 1: 5.0}).fit(X, labels)
        assert given.history_["loss"][0] > own.history_["loss"][0]  # whose weights have mean 1

    @pytest.mark.parametrize("network", [classifier(), regressor()], ids=["c", "r"])
    def test_partial_fit_takes_arguments_of_fit(self, network):
        target = labels if isinstance(network, KerasClassifier) else y
        network.partial_fit(X, target, batch_size=10, validation_split=0.25, verbose=0)
        assert int(network.model_.optimizer.iterations) == 3
        assert set(network.history_) == {"loss", "val_loss"}
        assert not network._given
        for name in ("epochs", "initial_epoch"):
            with pytest.raises(TypeError, match=f"partial_fit takes no {name}"):
                network.partial_fit(X, target, **{name: 2})
        with pytest.raises(TypeError, match="unexpected keyword argument 'epoch"):
            network.partial_fit(X, target, epoch=2)


class TestInitialize:
    @pytest.mark.parametrize("method", ["fit", "partial_fit"])
    def test_a_model_that_only_predicts_needs_no_loss(self, method):
        model = build()
        network = KerasRegressor(model, warm_start=method == "fit").initialize(X, y)
        expected = model.predict(X, verbose=0).ravel()
        for one in (network, pickle.loads(pickle.dumps(network))):
            np.testing.assert_allclose(one.predict(X), expected, rtol=1e-5)
            with pytest.raises(ValueError, match="has no loss: give loss="):
                getattr(one, method)(X, y)
            np.testing.assert_allclose(one.predict(X), expected, rtol=1e-5)
            getattr(one.set_params(loss="mse"), method)(X, y)
            first = np.mean((expected - y) ** 2)
            np.testing.assert_allclose(one.history_["loss"][0], first, rtol=1e-2)

    def test_training_goes_on_from_there(self):
        network = regressor(warm_start=True).initialize(X, y)
        model = network.model_
        assert network.fit(X, y).model_ is model
        np.testing.assert_array_equal(network.predict(X), regressor().fit(X, y).predict(X))


def test_arguments_of_the_scorer():
    class Mine(KerasRegressor):
        @staticmethod
        def scorer(y_true, y_pred, bonus=0, **kwargs):
            return len(y_true) + bonus

    network = Mine(build, loss="mse", score__bonus=2).fit(X, y)
    assert network.score(X, y) == 42
    assert network.set_params(score__bonus=3).score(X, y) == 43
    assert "scorer" not in network.get_params()
