"""scikit-learn's searches and curves over networks."""

import numpy as np
import pytest
from joblib import parallel_config
from scipy.stats import loguniform
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import permutation_importance
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    LearningCurveDisplay,
    RandomizedSearchCV,
    StratifiedKFold,
    ValidationCurveDisplay,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    validation_curve,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPClassifier, KerasMLPRegressor
from skkeras.model_selection import BayesSearchCV

CLASSIFIER = KerasMLPClassifier(
    hidden_layer_sizes=(16,), learning_rate=0.02, epochs=8, random_state=0
)
REGRESSOR = KerasMLPRegressor(
    hidden_layer_sizes=(16,), learning_rate=0.05, epochs=20, random_state=0
)
GRID = {"hidden_layer_sizes": [(8,), (8, 4)], "learning_rate": [1e-4, 0.02]}
RANDOM = {"hidden_layer_sizes": [(8,), (8, 4)], "learning_rate": loguniform(1e-3, 0.1)}
BAYES = {"hidden_layer_sizes": [(8,), (8, 4)], "learning_rate": (1e-3, 0.1, "log-uniform")}

SEARCHES = {
    "grid": lambda model, **kw: GridSearchCV(model, GRID, **kw),
    "random": lambda model, **kw: RandomizedSearchCV(model, RANDOM, n_iter=3, random_state=0, **kw),
    "halving grid": lambda model, **kw: HalvingGridSearchCV(
        model, GRID, factor=2, min_resources=40, random_state=0, **kw
    ),
    "halving random": lambda model, **kw: HalvingRandomSearchCV(
        model, RANDOM, n_candidates=3, factor=2, min_resources=40, random_state=0, **kw
    ),
    "halving by epochs": lambda model, **kw: HalvingGridSearchCV(
        model, GRID, factor=2, resource="epochs", min_resources=2, max_resources=8, **kw
    ),
    "random halving by epochs": lambda model, **kw: HalvingRandomSearchCV(
        model, RANDOM, factor=2, resource="epochs", max_resources=8, random_state=0, **kw
    ),
    "bayes": lambda model, **kw: BayesSearchCV(
        model, BAYES, n_iter=3, n_points=3, random_state=0, **kw
    ),
}


@pytest.mark.parametrize("backend", ["loky", "threading"])
@pytest.mark.parametrize("make", SEARCHES.values(), ids=SEARCHES)
def test_searches_give_the_same_in_one_job_and_in_two(classes, make, backend):
    scores = []
    for n_jobs in (1, 2):
        with parallel_config(backend):
            search = make(CLASSIFIER, cv=2, n_jobs=n_jobs).fit(*classes)
        scores.append(search.cv_results_["mean_test_score"])
        assert np.isfinite(scores[-1]).all()
        assert search.score(*classes) > 0.6
        assert search.predict_proba(classes[0]).shape == (90, 3)
    np.testing.assert_array_equal(*scores)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("make", SEARCHES.values(), ids=SEARCHES)
def test_searches_over_regressors(numbers, make):
    search = make(REGRESSOR, cv=2).fit(*numbers)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.score(*numbers) > 0


def test_a_search_finds_the_parameter_that_learns(classes):
    search = GridSearchCV(CLASSIFIER, {"learning_rate": [1e-6, 0.05]}, cv=3).fit(*classes)
    assert search.best_params_ == {"learning_rate": 0.05}
    assert search.best_score_ > 0.8


@pytest.mark.parametrize("scoring", ["roc_auc", "neg_log_loss", "average_precision"])
def test_scores_that_need_probabilities(binary, scoring):
    X, y = binary
    if scoring == "average_precision":
        y = y == "yes"
    search = GridSearchCV(CLASSIFIER, {"alpha": [0.0, 1e-3]}, scoring=scoring, cv=3).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_score_ > (-0.5 if scoring == "neg_log_loss" else 0.8)


def test_label_sorted_data_is_split_by_class(classes):
    X, y = classes
    order = np.argsort(y)
    model = make_pipeline(StandardScaler(), CLASSIFIER)
    np.testing.assert_array_equal(
        cross_val_score(model, X[order], y[order], cv=3),
        cross_val_score(model, X[order], y[order], cv=StratifiedKFold(3)),
    )
    assert cross_val_score(model, X[order], y[order], cv=3).min() > 0.6


def test_cross_validate_returns_estimators_that_predict(classes):
    X, y = classes
    results = cross_validate(CLASSIFIER, X, y, cv=3, return_estimator=True, return_indices=True)
    rows = results["indices"]["test"]
    for model, test, score in zip(results["estimator"], rows, results["test_score"], strict=True):
        assert model.score(X[test], y[test]) == score
    parallel = cross_validate(CLASSIFIER, X, y, cv=3, return_estimator=True, n_jobs=2)
    for one, other in zip(results["estimator"], parallel["estimator"], strict=True):
        np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))


def test_cross_val_predict_gives_probabilities(classes):
    X, y = classes
    probabilities = cross_val_predict(CLASSIFIER, X, y, cv=3, method="predict_proba")
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert (probabilities.argmax(axis=1) == y).mean() > 0.7


def test_a_search_nested_in_cross_validation(classes):
    search = GridSearchCV(CLASSIFIER, {"learning_rate": [1e-6, 0.05]}, cv=2)
    assert cross_val_score(search, *classes, cv=2, n_jobs=2).min() > 0.7


def test_learning_curve_rises(classes):
    sizes, train, test = learning_curve(
        CLASSIFIER, *classes, train_sizes=[12, 45], cv=2, shuffle=True, random_state=0
    )
    assert sizes.tolist() == [12, 45]
    assert train.shape == test.shape == (2, 2)
    assert test[1].mean() > test[0].mean()


def test_learning_curve_goes_on_with_partial_fit(classes):
    _, _, test = learning_curve(
        CLASSIFIER.__class__(learning_rate=0.05, random_state=0),
        *classes,
        train_sizes=[15, 30, 45],
        cv=2,
        shuffle=True,
        random_state=0,
        exploit_incremental_learning=True,
    )
    assert np.isfinite(test).all()


def test_validation_curve_over_epochs(classes):
    train, test = validation_curve(
        CLASSIFIER, *classes, param_name="epochs", param_range=[1, 20], cv=2
    )
    assert train[1].mean() > train[0].mean()
    assert test[1].mean() > test[0].mean()


def test_curves_are_drawn(classes):
    LearningCurveDisplay.from_estimator(CLASSIFIER, *classes, train_sizes=[0.5, 1.0], cv=2)
    ValidationCurveDisplay.from_estimator(
        CLASSIFIER, *classes, param_name="alpha", param_range=[0.0, 0.1], cv=2
    )


def test_permutation_importance_finds_the_feature(numbers):
    X, _ = numbers
    y = 10 * X[:, 2]
    model = KerasMLPRegressor(learning_rate=0.05, epochs=60, random_state=0).fit(X, y)
    importance = permutation_importance(model, X, y, n_repeats=3, random_state=0)
    assert importance.importances_mean.argmax() == 2


def test_a_failing_candidate_does_not_end_a_search(classes):
    search = GridSearchCV(CLASSIFIER, {"hidden_layer_sizes": [(8,), (0,)]}, cv=2)
    with (
        pytest.warns(FitFailedWarning, match="hidden_layer_sizes must be"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(*classes)
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [False, True]


@pytest.mark.parametrize(
    "values",
    [
        {"epochs": np.arange(1, 3)},
        {"epochs": [1.0, 2.0]},
        {"batch_size": np.array([16, 32], dtype=np.int32)},
        {"learning_rate": np.logspace(-3, -2, 2, dtype=np.float32)},
        {"hidden_layer_sizes": [np.int64(8), (np.int64(8), np.int64(4))]},
        {"batch_norm": np.array([True, False])},
        {"early_stopping": [True, False, "auto"]},
    ],
    ids=str,
)
def test_values_as_numpy_gives_them(classes, values):
    search = GridSearchCV(CLASSIFIER, values, cv=2, error_score="raise").fit(*classes)
    assert np.isfinite(search.best_score_)
