"""Images and sequences in scikit-learn's searches and meta-estimators."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    BaggingClassifier,
    BaggingRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import permutation_importance
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
    cross_validate,
    learning_curve,
    validation_curve,
)
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasCNNClassifier, KerasCNNRegressor, KerasRNNClassifier, KerasRNNRegressor
from skkeras.model_selection import BayesSearchCV

SHARED = {"epochs": 3, "learning_rate": 0.02, "batch_size": 20, "random_state": 0}
IMAGES = {**SHARED, "filters": (4,), "dense_units": 8}
MODELS = {
    "images": (KerasCNNClassifier(**IMAGES), KerasCNNRegressor(**IMAGES), (60, 8, 6)),
    "sequences": (KerasRNNClassifier(**SHARED), KerasRNNRegressor(**SHARED), (60, 5, 2)),
}


@pytest.fixture(params=MODELS)
def family(request):
    """Return classifier, regressor, rows, labels and numbers."""
    classifier, regressor, shape = MODELS[request.param]
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=60)
    X = 0.3 * rng.normal(size=shape)
    X += numbers.reshape(-1, *[1] * (X.ndim - 1))
    return clone(classifier), clone(regressor), X, np.where(numbers > 0, "up", "down"), numbers


def test_searches(family):
    classifier, regressor, X, labels, numbers = family
    grid = {"learning_rate": [0.005, 0.02]}
    for model, y, scoring in ((classifier, labels, "roc_auc"), (regressor, numbers, "r2")):
        searches = [
            GridSearchCV(model, grid, cv=2, n_jobs=2, scoring=scoring),
            RandomizedSearchCV(model, grid, n_iter=2, cv=2, scoring=scoring, random_state=0),
            HalvingGridSearchCV(
                model, grid, cv=2, resource="epochs", max_resources=4, scoring=scoring
            ),
            BayesSearchCV(
                model,
                {"learning_rate": (0.005, 0.02)},
                n_iter=2,
                n_points=2,
                cv=2,
                scoring=scoring,
                random_state=0,
            ),
        ]
        for search in searches:
            search.fit(X, y)
            assert np.isfinite(search.cv_results_["mean_test_score"]).all()
            assert len(search.predict(X)) == 60


def test_curves(family):
    classifier, _, X, labels, _ = family
    results = cross_validate(classifier, X, labels, cv=2, return_estimator=True, n_jobs=2)
    assert [len(model.predict(X)) for model in results["estimator"]] == [60, 60]
    _, _, scores = learning_curve(classifier, X, labels, train_sizes=[0.5, 1.0], cv=2)
    assert np.isfinite(scores).all()
    _, scores = validation_curve(
        classifier, X, labels, param_name="epochs", param_range=[1, 2], cv=2
    )
    assert np.isfinite(scores).all()


def test_meta_estimators_that_pass_any_rows_on(family):
    classifier, regressor, X, labels, numbers = family
    several = np.column_stack([numbers, -numbers])
    for model, y in (
        (VotingClassifier([("a", classifier), ("b", clone(classifier))], voting="soft"), labels),
        (StackingClassifier([("a", classifier)], cv=2), labels),
        (CalibratedClassifierCV(classifier, cv=2, ensemble=False), labels),
        (TunedThresholdClassifierCV(classifier, cv=2), labels),
        (MultiOutputClassifier(classifier), (several > 0).astype(int)),
        (VotingRegressor([("a", regressor)]), numbers),
        (StackingRegressor([("a", regressor)], cv=2), numbers),
        (MultiOutputRegressor(regressor), several),
        (TransformedTargetRegressor(regressor, transformer=StandardScaler()), numbers),
    ):
        assert np.shape(model.fit(X, y).predict(X)) == np.shape(y)


def test_meta_estimators_that_want_tables_take_flat_images():
    classifier, regressor, _ = MODELS["images"]
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=60)
    X = 0.3 * rng.normal(size=(60, 48)) + numbers[:, np.newaxis]
    for model, y in (
        (BaggingClassifier(clone(classifier).set_params(image_shape=(8, 6)), 2), numbers > 0),
        (BaggingRegressor(clone(regressor).set_params(image_shape=(8, 6)), 2), numbers),
    ):
        assert model.set_params(random_state=0).fit(X, y).predict(X).shape == (60,)
    pipeline = make_pipeline(StandardScaler(), clone(classifier).set_params(image_shape=(8, 6)))
    pipeline.fit(X, numbers > 0)
    importance = permutation_importance(pipeline, X, numbers > 0, n_repeats=1, random_state=0)
    assert importance.importances_mean.shape == (48,)
