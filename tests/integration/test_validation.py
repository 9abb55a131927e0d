"""Hold-outs, validation data and metadata routing."""

import keras
import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasClassifier, KerasMLPClassifier, KerasMLPRegressor
from skkeras.model_selection import BayesSearchCV
from skkeras.training import Network

CLASSIFIER = KerasMLPClassifier(
    hidden_layer_sizes=(8,), learning_rate=0.05, epochs=4, random_state=0
)


@pytest.fixture
def seen(monkeypatch):
    """Record the data of each training."""
    calls = []
    train = Network.train

    def record(self, arguments, outcome):
        calls.append(arguments)
        return train(self, arguments, outcome)

    monkeypatch.setattr(Network, "train", record)
    return calls


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.fixture
def grouped(classes):
    """Rows whose first feature is their group, 9 groups of 10."""
    X, y = classes
    groups = np.random.default_rng(0).permutation(np.arange(90) % 9)
    X[:, 0] = groups
    return X, y, groups


def test_the_hold_out_is_stratified(seen):
    X = np.random.default_rng(0).normal(size=(200, 3))
    y = np.array(["often"] * 180 + ["rarely"] * 20)
    model = clone(CLASSIFIER).set_params(early_stopping=True, validation_fraction=0.2)
    model.fit(X, y)
    (call,) = seen
    x_val, y_val, _ = call.validation_data
    assert len(call.x) == 160 and len(x_val) == 40
    assert call.y.sum() == 16 and y_val.sum() == 4
    rows = {row.tobytes() for row in np.concatenate([call.x, x_val])}
    assert len(rows) == 200


@pytest.mark.parametrize("counts", [[88, 1, 1], [86, 2, 2], [30, 30, 30]], ids=str)
def test_the_hold_out_copes_with_rare_classes(classes, seen, counts):
    X, _ = classes
    model = clone(CLASSIFIER).set_params(early_stopping=True, validation_fraction=0.02)
    model.fit(X, np.repeat([0, 1, 2], counts))
    assert len(seen[0].validation_data[0]) == 2
    assert model.predict_proba(X).shape == (90, 3)


def test_the_hold_out_depends_on_the_seed_alone(classes, seen):
    model = clone(CLASSIFIER).set_params(early_stopping=True)
    for seed in (0, 0, 1):
        model.set_params(random_state=seed).fit(*classes)
    first, same, other = (call.validation_data[0] for call in seen)
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_groups_stay_together_in_the_hold_out(grouped, seen):
    X, y, groups = grouped
    clone(CLASSIFIER).set_params(early_stopping=True, validation_fraction=0.3).fit(
        X, y, groups=groups
    )
    (call,) = seen
    assert not set(call.x[:, 0]) & set(call.validation_data[0][:, 0])
    assert len(set(call.validation_data[0][:, 0])) == 3


def test_early_stopping_is_on_above_ten_thousand_rows(seen):
    X = np.random.default_rng(0).normal(size=(10_001, 1))
    y = X[:, 0] > 0
    model = clone(CLASSIFIER).set_params(epochs=1, batch_size=5000)
    model.fit(X, y)
    model.fit(X[:-1], y[:-1])
    assert [call.validation_data is not None for call in seen] == [True, False]


def test_the_best_weights_are_restored(classes):
    X, y = classes
    X_val, y_val = X[60:], y[60:]
    model = clone(CLASSIFIER).set_params(
        learning_rate=0.5, epochs=60, patience=5, early_stopping=True, random_state=1
    )
    model.fit(X[:60], y[:60], X_val=X_val, y_val=y_val)
    losses = model.history_["val_loss"]
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 5 < 60
    loss = keras.losses.sparse_categorical_crossentropy(y_val, model.predict_proba(X_val))
    penalties = float(sum(model.model_.losses))
    assert float(keras.ops.mean(loss)) + penalties == pytest.approx(losses[best], rel=1e-4)


@pytest.mark.parametrize("early_stopping", [False, "auto", True])
def test_validation_data_is_watched_and_stops_unless_told_not_to(classes, early_stopping):
    X, y = classes
    model = clone(CLASSIFIER).set_params(
        early_stopping=early_stopping, epochs=40, patience=1, learning_rate=0.5
    )
    model.fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    assert len(model.history_["val_loss"]) == model.n_iter_
    assert (model.n_iter_ == 40) == (early_stopping is False)


def test_validation_labels_are_encoded_as_the_training_labels_are(classes):
    X, y = classes
    names = np.array(["c", "a", "b"])[y]
    histories = []
    for labels in (np.array([2, 0, 1])[y], names):
        model = clone(CLASSIFIER).fit(X[:60], labels[:60], X_val=X[60:], y_val=labels[60:])
        histories.append(model.history_["val_loss"])
    assert histories[0] == histories[1]


def test_validation_targets_are_scaled_as_the_training_targets_are(numbers):
    X, y = numbers
    model = KerasMLPRegressor(epochs=60, learning_rate=0.05, random_state=0, early_stopping=False)
    model.fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    assert model.history_["val_loss"][-1] < 1


def test_a_pipeline_transforms_validation_data(classes, routing, seen):
    X, y = classes
    model = clone(CLASSIFIER).set_params(epochs=50, patience=3, learning_rate=0.3)
    pipeline = make_pipeline(
        StandardScaler(), model.set_fit_request(X_val=True, y_val=True), transform_input=["X_val"]
    )
    pipeline.fit(1000 * X[:60] + 5, y[:60], X_val=1000 * X[60:] + 5, y_val=y[60:])
    expected = StandardScaler().fit(X[:60]).transform(X[60:])
    np.testing.assert_allclose(seen[0].validation_data[0], expected, rtol=1e-3, atol=1e-3)
    assert pipeline[-1].n_iter_ < 50


def requested(**params):
    model = clone(CLASSIFIER).set_params(early_stopping=True, validation_fraction=0.3, **params)
    model.set_fit_request(sample_weight=True, groups=True).set_score_request(sample_weight=True)
    return make_pipeline(StandardScaler().set_fit_request(sample_weight=True), model)


SEARCHES = {
    "grid": lambda **kw: GridSearchCV(requested(), {"kerasmlpclassifier__alpha": [0.0, 0.1]}, **kw),
    "halving": lambda **kw: HalvingGridSearchCV(
        requested(),
        {"kerasmlpclassifier__alpha": [0.0, 0.1]},
        resource="kerasmlpclassifier__epochs",
        max_resources=4,
        **kw,
    ),
    "bayes": lambda **kw: BayesSearchCV(
        requested(), {"kerasmlpclassifier__alpha": (0.0, 0.1)}, n_iter=2, random_state=0, **kw
    ),
}


@pytest.mark.parametrize("make", SEARCHES.values(), ids=SEARCHES)
def test_searches_route_weights_and_groups(grouped, routing, seen, make):
    X, y, groups = grouped
    weights = np.where(groups < 8, 1.0, 0.0)
    search = make(cv=GroupKFold(3)).fit(X, y, sample_weight=weights, groups=groups)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    for call in seen:
        there, held_out = set(call.x[:, 0]), set(call.validation_data[0][:, 0])
        assert not there & held_out
        assert len(there | held_out) in (5, 6, 8)  # the group of weight zero is gone


def test_cross_validate_routes(grouped, routing, seen):
    X, y, groups = grouped
    weights = np.linspace(0.5, 2, 90)
    params = {"sample_weight": weights, "groups": groups}
    results = cross_validate(requested(), X, y, cv=GroupKFold(3), params=params)
    assert np.isfinite(results["test_score"]).all()
    assert all(call.sample_weight is not None for call in seen)
    assert all(not set(c.x[:, 0]) & set(c.validation_data[0][:, 0]) for c in seen)


def test_metadata_that_nobody_asked_for_is_told(classes, routing):
    X, y = classes
    with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        cross_val_score(CLASSIFIER, X, y, params={"sample_weight": np.ones(90)})


def test_own_models_route_too(classes, routing, seen):
    X, y = classes
    own = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, "softmax")])
    model = KerasClassifier(own, loss="sparse_categorical_crossentropy", random_state=0)
    model.set_fit_request(sample_weight=True, X_val=True, y_val=True)
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    pipeline = make_pipeline(scaler, model, transform_input=["X_val"])
    pipeline.fit(X, y, sample_weight=np.linspace(1, 2, 90), X_val=X[:9], y_val=y[:9])
    (call,) = seen
    assert call.sample_weight.mean() == pytest.approx(1)
    assert len(pipeline[-1].history_["val_loss"]) == 1


def test_prefixed_parameters_reach_fit_without_routing(classes, seen):
    X, y = classes
    pipeline = make_pipeline(StandardScaler(), CLASSIFIER)
    pipeline.fit(X, y, kerasmlpclassifier__sample_weight=np.linspace(1, 2, 90))
    search = GridSearchCV(CLASSIFIER, {"alpha": [0.0]}, cv=2)
    search.fit(X, y, sample_weight=np.linspace(1, 2, 90))
    assert all(call.sample_weight is not None for call in seen)
