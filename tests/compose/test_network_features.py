"""Outputs of hidden layers as features; tests/contract compares those of every network."""

import pickle

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import skkeras
from skkeras import (
    KerasClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasMultiInputClassifier,
    KerasRealMLPClassifier,
    KerasRNNClassifier,
    KerasTextClassifier,
    KerasTimeSeriesClassifier,
)
from skkeras.base import BaseKerasEstimator
from skkeras.compose import NetworkFeatures

X, y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[y]
MLP = KerasMLPClassifier(
    hidden_layer_sizes=(8, 4),
    activation="tanh",
    dropout=0.1,
    learning_rate=0.03,
    epochs=40,
    random_state=0,
)
# 11 series of 3 to 7 steps and 2 channels.
SERIES = [np.random.default_rng(n).normal(size=(3 + n % 5, 2)) for n in range(11)]
LABELS = np.arange(11) % 2


def by_keras(network, X, outputs):
    """Return outputs of the network's layers that Keras computes."""
    X = network._encode_X(network._check_X(X, reset=False))
    found = keras.Model(network.model_.inputs, outputs).predict(X, verbose=0)
    return found.reshape(len(found), -1)


@pytest.fixture
def no_training(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("It came to training.")

    monkeypatch.setattr(BaseKerasEstimator, "_run_epochs", fail)


def test_in_a_pipeline():
    model = make_pipeline(StandardScaler(), NetworkFeatures(MLP), LogisticRegression())
    model.fit(X, NAMES)
    assert model.score(X, NAMES) > 0.9
    alone = make_pipeline(StandardScaler(), clone(MLP)).fit(X, NAMES)
    trained = model["networkfeatures"].estimator_
    for found, expected in zip(
        trained.model_.get_weights(), alone[-1].model_.get_weights(), strict=True
    ):
        assert_array_equal(found, expected)
    assert not hasattr(MLP, "model_")
    search = GridSearchCV(
        model, {"networkfeatures__layer": [-2, 0]}, cv=2, error_score="raise"
    ).fit(X, NAMES)
    assert search.best_score_ > 0.8


def test_predicts_the_same_as_the_network_itself():
    features = NetworkFeatures(MLP).fit(X, NAMES)
    network = features.estimator_
    weights, bias = network.model_.layers[-1].get_weights()
    logits = features.transform(X) @ weights + bias
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    assert_allclose(shares, network.predict_proba(X), atol=1e-5)


def test_layers_by_index_and_by_name():
    network = clone(MLP).fit(X, y)
    model = network.model_
    for layer in (0, 2, model.layers[0].name, -4, model.layers[3].name):
        features = NetworkFeatures(FrozenEstimator(network), layer=layer).fit(X)
        found = model.get_layer(layer) if isinstance(layer, str) else model.layers[layer]
        assert_allclose(features.transform(X), by_keras(network, X, found.output), atol=1e-6)


@pytest.mark.parametrize(
    ("estimator", "data", "layer", "message"),
    [
        (MLP, X, "dense_9", "'dense_9'. Its layers are 0 'dense.*, 6 'probability'"),
        (MLP, X, 7, "no layer 7. Its layers"),
        (MLP, X, -8, "no layer -8. Its layers"),
        (MLP, X, -1, "layer -1 is the output layer.* Its layers are 0 'dense"),
        (MLP, X, "probability", "layer 'probability' is the output layer"),
        (KerasMLPClassifier(hidden_layer_sizes=()), X, -2, "no layer -2"),
        (KerasRNNClassifier(units=2), SERIES, "forward_0", "Choose a layer after the pooling. Its"),
    ],
)
def test_other_layers_are_refused_before_training(estimator, data, layer, message, no_training):
    features = NetworkFeatures(estimator, layer=layer)
    with pytest.raises(ValueError, match=message):
        features.fit(data, y if data is X else LABELS)
    assert not hasattr(features, "estimator_")


@pytest.mark.parametrize("estimator", [LogisticRegression(), FrozenEstimator(StandardScaler())])
def test_other_estimators_are_refused(estimator):
    with pytest.raises(TypeError, match="classifier or regressor of skkeras"):
        NetworkFeatures(estimator).fit(X, y)


def test_an_ensemble_gives_the_features_of_all_members():
    network = KerasTimeSeriesClassifier(
        architecture="lite", n_ensemble=2, epochs=1, random_state=0
    ).fit(SERIES, LABELS)
    features = NetworkFeatures(FrozenEstimator(network)).fit(SERIES)
    found = features.transform(SERIES)
    inputs = [network.model_.get_layer(f"probability_{member}").input for member in (0, 1)]
    expected = [by_keras(network, SERIES, one) for one in inputs]
    assert_allclose(found, np.concatenate(expected, axis=1), atol=1e-5)
    for layer in (-1, "probability_1"):
        with pytest.raises(ValueError, match="is the output layer"):
            NetworkFeatures(FrozenEstimator(network), layer=layer).fit(SERIES)


def test_padding_does_not_change_features():
    network = KerasRNNClassifier(units=3, bidirectional=True, epochs=1, random_state=0)
    features = NetworkFeatures(network).fit(SERIES, LABELS)
    found = features.transform(SERIES)
    each = [features.transform([series])[0] for series in SERIES]
    assert_allclose(found, each, atol=1e-6)
    assert np.ptp(found, axis=0).min() > 0


def masked(meta):
    inputs = keras.layers.Input((4,), dtype="int32")
    x = keras.layers.Embedding(4, 3, mask_zero=True)(inputs)
    x = keras.layers.GRU(5)(x)
    outputs = keras.layers.Dense(1, "sigmoid")(x)
    return keras.Model(inputs, outputs)


def test_masks_of_keras_are_kept():
    ids = np.array([[1, 2, 0, 0], [1, 2, 3, 0], [3, 3, 3, 3], [2, 0, 0, 0]])
    network = KerasClassifier(masked, loss="binary_crossentropy", epochs=2, random_state=0)
    features = NetworkFeatures(network).fit(ids, [0, 1, 0, 1])
    layer = features.estimator_.model_.layers[-2]
    assert_allclose(
        features.transform(ids), by_keras(features.estimator_, ids, layer.output), atol=1e-6
    )
    # Zeros before the words are not masked in the same way.
    other = np.where(ids == 0, 1, ids)
    assert not np.allclose(features.transform(ids)[0], features.transform(other)[0])


@keras.saving.register_keras_serializable(package="tests")
class Twice(keras.layers.Layer):
    """A layer of the user's own."""

    def call(self, inputs):
        """Double."""
        return 2 * inputs


SHARED = keras.layers.Dense(3, "relu", name="shared")


def own(meta):
    """Share a layer between models, and between two calls in each."""
    inputs = keras.layers.Input((4,))
    outer = keras.layers.Dense(4)(inputs)
    both = keras.layers.Concatenate()([SHARED(inputs), SHARED(outer)])
    return keras.Model(inputs, keras.layers.Dense(3, "softmax")(Twice()(both)))


def test_layers_of_the_users_own():
    network = KerasClassifier(own, loss="sparse_categorical_crossentropy", epochs=2, random_state=0)
    for _ in range(2):
        features = NetworkFeatures(network).fit(X, y)
        trained = features.estimator_
        output = trained.model_.layers[-2].output
        assert_allclose(features.transform(X), by_keras(trained, X, output), atol=1e-5)
        each = NetworkFeatures(FrozenEstimator(trained), layer="shared").fit(X)
        # The calls of this model alone, side by side.
        together = by_keras(trained, X, trained.model_.layers[-3].output)
        assert_allclose(np.sort(each.transform(X)), np.sort(together), atol=1e-5)


class Subclassed(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(3, "softmax")

    def call(self, inputs):
        return self.dense(inputs)


def test_a_model_without_a_graph_is_refused(no_training):
    network = KerasClassifier(lambda meta: Subclassed(), loss="sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match="class Subclassed, whose layers have no graph"):
        NetworkFeatures(network).fit(X, y)


def test_a_sequential_model_without_input_shape():
    def build():
        layers = [keras.layers.Dense(5, "relu"), keras.layers.Dense(3, "softmax")]
        return keras.Sequential(layers)

    network = KerasClassifier(
        build, loss="sparse_categorical_crossentropy", epochs=2, random_state=0
    )
    features = NetworkFeatures(network).fit(X, y)
    output = features.estimator_.model_.layers[0].output
    assert_allclose(features.transform(X), by_keras(features.estimator_, X, output), atol=1e-6)


def test_programs_are_not_mixed_up():
    """Networks and layers that differ in one thing have features of their own."""
    network = KerasMLPClassifier(hidden_layer_sizes=(4, 4), epochs=2, random_state=0)
    for activation in ("relu", "tanh"):
        for seed in (0, 1):
            trained = clone(network).set_params(activation=activation, random_state=seed).fit(X, y)
            for layer in (0, 3):
                features = NetworkFeatures(FrozenEstimator(trained), layer=layer).fit(X)
                expected = by_keras(trained, X, trained.model_.layers[layer].output)
                assert_allclose(features.transform(X), expected, atol=1e-6)
    before = features.transform(X)
    trained.partial_fit(X, y)
    after = by_keras(trained, X, trained.model_.layers[layer].output)
    assert_allclose(features.transform(X), after, atol=1e-6)
    assert not np.allclose(before, after)


def test_a_frozen_network_is_not_trained():
    network = clone(MLP).fit(X, NAMES)
    weights = network.model_.get_weights()
    features = NetworkFeatures(FrozenEstimator(network))
    copied = clone(features)
    assert copied.estimator.estimator is network
    for model in (features.fit(X), copied.fit(X, y)):
        assert model.estimator_.estimator is network and model.n_features_in_ == 4
    for found, expected in zip(network.model_.get_weights(), weights, strict=True):
        assert_array_equal(found, expected)
    with pytest.raises(NotFittedError):
        NetworkFeatures(FrozenEstimator(clone(MLP))).fit(X, y)


def test_copies_and_files_give_the_same(tmp_path):
    features = NetworkFeatures(MLP, layer=3).fit(X, NAMES)
    found = features.transform(X)
    skkeras.save(features, tmp_path / "features.skkeras")
    for copied in (
        pickle.loads(pickle.dumps(features)),
        skkeras.load(tmp_path / "features.skkeras"),
        clone(features).fit(X, NAMES),
    ):
        assert_array_equal(copied.transform(X), found)
    name = features.estimator_.model_.layers[3].name
    frozen = NetworkFeatures(FrozenEstimator(features.estimator_), layer=name).fit(X)
    skkeras.save(frozen, tmp_path / "frozen.skkeras")
    assert_array_equal(skkeras.load(tmp_path / "frozen.skkeras").transform(X), found)


def test_weights_are_passed_on():
    weights = np.where(y == 0, 0.0, 1.0 + y)
    expected = clone(MLP).fit(X, y, sample_weight=weights)
    expected = NetworkFeatures(FrozenEstimator(expected)).fit(X).transform(X)
    given = NetworkFeatures(MLP).fit(X, y, sample_weight=weights)
    assert_array_equal(given.transform(X), expected)
    last = make_pipeline(NetworkFeatures(MLP), LogisticRegression())
    last.fit(X, y, networkfeatures__sample_weight=weights)
    assert_array_equal(last[0].transform(X), expected)
    with config_context(enable_metadata_routing=True):
        network = clone(MLP).set_fit_request(sample_weight=True)
        end = LogisticRegression().set_fit_request(sample_weight=False)
        routed = make_pipeline(NetworkFeatures(network), end).fit(X, y, sample_weight=weights)
        assert_array_equal(routed[0].transform(X), expected)


def test_names_and_data_frames():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["a", "b", "c", "d"], index=np.arange(len(X)) + 7)
    features = NetworkFeatures(MLP).set_output(transform="pandas").fit(frame, y)
    found = features.transform(frame)
    assert list(found.columns) == [f"networkfeatures{n}" for n in range(4)]
    assert (found.index == frame.index).all() and (found.dtypes == np.float32).all()
    assert list(features.feature_names_in_) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("estimator", "data"),
    [
        (
            KerasTextClassifier(max_features=30, n_pairs=0, epochs=2, random_state=0),
            ["a fine day", "a dull, dull day"] * 8,
        ),
        (
            KerasRealMLPClassifier(hidden_layer_sizes=8, epochs=2, random_state=0),
            np.array([["red", None], ["blue", 2.0]] * 8, dtype=object),
        ),
    ],
    ids=["texts", "table"],
)
def test_raw_data_in_a_pipeline(estimator, data):
    labels = ["no", "yes"] * 8
    model = make_pipeline(NetworkFeatures(estimator), LogisticRegression()).fit(data, labels)
    assert list(model.predict(data[:2])) == ["no", "yes"]


def test_one_branch_of_a_network_with_several_inputs():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"n": np.arange(12.0), "text": ["good day", "bad day"] * 6})
    network = KerasMultiInputClassifier(units=4, epochs=1, random_state=0).fit(frame, [1, 0] * 6)
    branches = [layer for layer in network.model_.layers if isinstance(layer, keras.Model)]
    assert len(branches) == 2
    for branch in branches:
        features = NetworkFeatures(FrozenEstimator(network), layer=branch.name).fit(frame)
        found = by_keras(network, frame, features_of(network, branch))
        assert_allclose(features.transform(frame), found, atol=1e-6)


def features_of(network, branch):
    """Return the output of a nested model in the graph of the outer one."""
    nodes = [node for nodes in network.model_._nodes_by_depth.values() for node in nodes]
    return next(node.outputs[0] for node in nodes if node.operation is branch)


# The checks give data of any scale and targets of few rows, of which the networks warn.
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(
    [NetworkFeatures(KerasMLPRegressor(hidden_layer_sizes=(4,), epochs=3, random_state=0))]
)
def test_estimator_check(estimator, check):
    check(estimator)
