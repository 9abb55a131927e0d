"""Candidates that go on are candidates that never stopped."""

import keras
import numpy as np
import pytest
import sklearn
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import (
    TransformedTargetRegressor,
    make_column_selector,
    make_column_transformer,
)
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, OrdinalEncoder, StandardScaler, TargetEncoder

from skkeras import KerasClassifier, KerasMLPClassifier, KerasMLPRegressor
from skkeras.datasets import fetch_adult
from skkeras.model_selection import SuccessiveHalvingSearchCV

CLASSIFIER = KerasMLPClassifier(hidden_layer_sizes=(8,), learning_rate=0.05, random_state=0)
RATES = {"learning_rate": (1e-3, 1e-1, "log-uniform")}
IN_PIPELINE = {f"kerasmlpclassifier__{name}": spec for name, spec in RATES.items()}
SMALL = {"max_resources": 4, "factor": 2, "cv": 2, "random_state": 0}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def lengths():
    """Petal lengths from the other measures."""
    X, _ = load_iris(return_X_y=True)
    return X[:, [0, 1, 3]], X[:, 2]


def splits(search, row):
    return [search.cv_results_[f"split{i}_test_score"][row] for i in range(search.n_splits_)]


def assert_rows_are_plain_fits(search, X, y, **params):
    """Each row is a fit of so many epochs in one go."""
    for row, candidate in enumerate(search.cv_results_["params"]):
        plain = clone(search.estimator).set_params(**candidate)
        scores = cross_val_score(plain, X, y, cv=search.cv, params=params or None)
        np.testing.assert_array_equal(splits(search, row), scores)


def test_going_on_is_never_having_stopped(iris):
    network = clone(CLASSIFIER).set_params(batch_size=16, dropout=0.2, optimizer="adamw")
    model = make_pipeline(StandardScaler(), network)
    search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, **SMALL).fit(*iris)
    assert_rows_are_plain_fits(search, *iris)


def test_early_stopping_goes_on_waiting(iris):
    model = clone(CLASSIFIER).set_params(early_stopping=True, patience=1)
    search = SuccessiveHalvingSearchCV(model, {"learning_rate": (0.1, 2.0)}, **SMALL)
    search.set_params(max_resources=8, n_candidates=2).fit(*iris)
    assert search.n_resources_ == [4, 8]
    assert_rows_are_plain_fits(search, *iris)


def test_schedules_stretch_over_the_whole_budget(iris):
    X, y = iris
    model = clone(CLASSIFIER).set_params(learning_rate="cosine")
    rates = {"learning_rate_init": loguniform(1e-3, 1e-1)}
    search = SuccessiveHalvingSearchCV(model, rates, **SMALL).fit(X, y)
    best = clone(model).set_params(**search.best_params_)
    assert best.epochs == 4
    np.testing.assert_array_equal(splits(search, -1), cross_val_score(best, X, y, cv=2))
    params = search.cv_results_["params"][0]
    for (train, test), score in zip(StratifiedKFold(2).split(X, y), splits(search, 0), strict=True):
        begun = clone(model).set_params(**{**params, "epochs": 4}).fit_until(X[train], y[train], 1)
        assert begun.score(X[test], y[test]) == score


class Counting(StandardScaler):
    """Counts how often it is fitted in this process."""

    n_fits = 0

    def fit(self, X, y=None, sample_weight=None):
        type(self).n_fits += 1
        return super().fit(X, y, sample_weight)


def test_other_steps_are_fitted_once_for_each_candidate_and_split(iris):
    Counting.n_fits = 0
    model = make_pipeline(Counting(), None, Pipeline([("again", Counting()), ("net", CLASSIFIER)]))
    space = {"pipeline__net__learning_rate": [0.01, 0.02, 0.05, 0.1]}
    search = SuccessiveHalvingSearchCV(model, space, **SMALL).fit(*iris)
    assert search.n_candidates_ == [4, 2, 1]
    assert Counting.n_fits == 2 * (4 * 2 + 1)


@pytest.mark.parametrize("step", [PCA(3), TargetEncoder(cv=KFold(3))], ids=["pca", "encoder"])
def test_steps_that_do_not_repeat_what_they_gave(iris, step):
    X, y = iris
    model = make_pipeline(step, StandardScaler(), CLASSIFIER)
    X = X.round() if isinstance(step, TargetEncoder) else X
    search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, **SMALL).fit(X, y)
    assert_rows_are_plain_fits(search, X, y)


def test_a_transformed_target_around_and_inside_a_pipeline(lengths):
    network = KerasMLPRegressor(hidden_layer_sizes=(8,), random_state=0)
    inside = make_pipeline(
        StandardScaler(), TransformedTargetRegressor(network, func=np.log, inverse_func=np.exp)
    )
    around = TransformedTargetRegressor(
        make_pipeline(StandardScaler(), network), transformer=StandardScaler()
    )
    for model, name in [
        (inside, "transformedtargetregressor__regressor__learning_rate"),
        (around, "regressor__kerasmlpregressor__learning_rate"),
    ]:
        search = SuccessiveHalvingSearchCV(model, {name: (1e-3, 1e-1, "log-uniform")}, **SMALL)
        assert_rows_are_plain_fits(search.fit(*lengths), *lengths)
        assert search.best_estimator_.predict(lengths[0]).shape == (150,)


def test_real_tables_and_steps_that_are_searched():
    X, y = fetch_adult()
    X, y = X[:300], y[:300]
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1
    )
    encoder = make_pipeline(codes, MinMaxScaler())
    encode = make_column_transformer(
        (StandardScaler(), make_column_selector(dtype_include="number")),
        (encoder, make_column_selector(dtype_exclude="number")),
    )
    model = Pipeline([("encode", encode), ("net", CLASSIFIER)])
    space = {
        "encode__standardscaler": [StandardScaler(), StandardScaler(with_mean=False)],
        "net": [CLASSIFIER, clone(CLASSIFIER).set_params(alpha=1.0)],
        "net__learning_rate": (1e-3, 1e-1, "log-uniform"),
    }
    search = SuccessiveHalvingSearchCV(model, space, scoring="roc_auc", **SMALL).fit(X, y)
    candidate = search.cv_results_["params"][-1]
    scores = cross_val_score(
        clone(model).set_params(**clone(candidate, safe=False)), X, y, cv=2, scoring="roc_auc"
    )
    np.testing.assert_array_equal(splits(search, -1), scores)


def build(meta, hidden):
    return keras.Sequential(
        [
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(hidden, "relu"),
            keras.layers.Dense(meta["n_classes_"], "softmax"),
        ]
    )


def test_a_function_of_ones_own(iris):
    model = KerasClassifier(
        build, loss="sparse_categorical_crossentropy", optimizer="adam", hidden=4, random_state=0
    )
    space = {"model__hidden": [4, 8], "optimizer__learning_rate": [0.01, 0.03]}
    search = SuccessiveHalvingSearchCV(model, space, **SMALL).fit(*iris)
    assert_rows_are_plain_fits(search, *iris)
    assert search.best_estimator_.epochs == 4


def test_repeats_go_on_each_with_its_seed(iris):
    X, y = iris
    search = SuccessiveHalvingSearchCV(CLASSIFIER, RATES, n_repeats=2, **SMALL).fit(X, y)
    best = clone(CLASSIFIER).set_params(**search.best_params_)
    first = cross_val_score(best, X, y, cv=2).mean()
    assert search.cv_results_["repeat0_test_score"][-1] == first
    assert search.cv_results_["repeat1_test_score"][-1] != first


def one_part(given, rows):
    return {name: values[rows] for name, values in given.items()}


@pytest.mark.parametrize("routing", [False, True])
def test_weights_and_groups_go_where_they_should(iris, routing):
    X, y = iris
    groups = np.arange(len(y)) % 6
    weight = np.arange(len(y)) % 3.0
    network, scaler = clone(CLASSIFIER), StandardScaler()
    scorer = make_scorer(accuracy_score)
    with sklearn.config_context(enable_metadata_routing=routing):
        given = {"kerasmlpclassifier__sample_weight": weight}
        if routing:
            given = {"sample_weight": weight}
            network.set_fit_request(sample_weight=True, groups=False)
            scaler.set_fit_request(sample_weight=True)
            scorer = scorer.set_score_request(sample_weight=True)
        model = make_pipeline(scaler, network)
        search = SuccessiveHalvingSearchCV(
            model, IN_PIPELINE, scoring=scorer, **{**SMALL, "cv": GroupKFold(2)}
        )
        search.fit(X, y, groups=groups, **given)
        plain = clone(model).set_params(**search.best_params_)
        expected = [
            scorer(clone(plain).fit(X[a], y[a], **one_part(given, a)), X[b], y[b], **scored)
            for a, b in GroupKFold(2).split(X, y, groups)
            for scored in ([{"sample_weight": weight[b]}] if routing else [{}])
        ]
        np.testing.assert_array_equal(splits(search, -1), expected)
        assert search.score(X, y) > 0.3


def test_validation_data_goes_through_the_fitted_steps(iris):
    X, y = iris
    given = {"X_val": X[::7], "y_val": y[::7]}
    with sklearn.config_context(enable_metadata_routing=True):
        network = clone(CLASSIFIER).set_params(early_stopping=True, patience=1)
        network.set_fit_request(X_val=True, y_val=True, sample_weight=False, groups=False)
        model = make_pipeline(StandardScaler(), network, transform_input=["X_val"])
        search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, **SMALL).fit(X, y, **given)
        best = clone(model).set_params(**search.best_params_)
        scores = cross_val_score(best, X, y, cv=2, params=given)
    np.testing.assert_array_equal(splits(search, -1), scores)
    assert len(search.best_estimator_[-1].history_["val_loss"]) > 1


def test_rows_of_a_complete_fit_are_not_transformed_again(iris):
    n_rows = []

    class Counting(TransformerMixin, BaseEstimator):
        def fit(self, X, y=None):
            return self

        def transform(self, X):
            n_rows.append(len(X))
            return X

    model = make_pipeline(Counting(), clone(CLASSIFIER))
    search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, n_candidates=1, refit=False, **SMALL)
    search.set_params(max_resources=1).fit(*iris)
    assert n_rows == [75, 75] * 2  # to train and to score on each of two folds
