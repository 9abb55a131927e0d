"""Outliers are far from the means of the columns, or are reconstructed badly."""

import pickle

import numpy as np
import pytest
from sklearn.base import is_outlier_detector
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skkeras
from skkeras import KerasAutoencoder, KerasAutoencoderOutlierDetector

DRAWS = np.random.default_rng(0)
# The last ten rows are as far from 0 in each column as others, but off the plane of the others.
PLANE = DRAWS.normal(size=(200, 2)) @ DRAWS.normal(size=(2, 6))
X = np.concatenate([PLANE[:190], np.column_stack([DRAWS.permutation(c) for c in PLANE.T])[:10]])
QUICK = {"n_components": 2, "hidden_layer_sizes": 8, "learning_rate": 0.01, "random_state": 0}


@pytest.fixture(scope="module")
def fitted():
    return KerasAutoencoderOutlierDetector(contamination=0.05, **QUICK).fit(X)


def test_outliers_are_found(fitted):
    assert is_outlier_detector(fitted)
    found = np.flatnonzero(fitted.predict(X) == -1)
    assert len(found) == 10 and np.sum(found >= 190) >= 8
    lowest = np.sort(fitted.score_samples(X))
    assert lowest[9] < fitted.offset_ < lowest[10] < 0


def test_contamination_changes_the_threshold_and_not_the_network(fitted):
    other = KerasAutoencoderOutlierDetector(contamination=0.2, **QUICK)
    assert (other.fit_predict(X) == -1).sum() == 40
    np.testing.assert_array_equal(other.score_samples(X), fitted.score_samples(X))


def test_scores_are_of_distances_from_means_and_reconstructions(fitted):
    same = KerasAutoencoder(**QUICK).fit(X)
    errors = X - same.inverse_transform(same.transform(X))
    squares = (X - X.mean(axis=0)) ** 2 / (X.var(axis=0) + 1e-6)
    squares += errors**2 / ((errors**2).mean(axis=0) + 1e-6)
    np.testing.assert_allclose(fitted.score_samples(X), -np.log1p(squares).sum(axis=1), rtol=1e-4)
    assert fitted.score(X) == same.score(X)


def test_scores_are_finite_with_a_constant_column():
    rows = np.column_stack([X, np.ones(len(X))])
    model = KerasAutoencoderOutlierDetector(**QUICK).fit(rows)
    assert np.isfinite(model.score_samples(rows)).all()


def test_the_threshold_counts_weights():
    weights = np.where(np.arange(200) < 100, 0.0, 1.0)
    model = KerasAutoencoderOutlierDetector(contamination=0.1, **QUICK)
    weighted = model.fit(X, sample_weight=weights)
    assert np.sum(weighted.predict(X[100:]) == -1) == 10
    alone = KerasAutoencoderOutlierDetector(contamination=0.1, **QUICK).fit(X[100:])
    np.testing.assert_array_equal(weighted.decision_function(X), alone.decision_function(X))


def test_copies_give_the_same(fitted, tmp_path):
    skkeras.save(fitted, tmp_path / "model.skkeras")
    for again in (skkeras.load(tmp_path / "model.skkeras"), pickle.loads(pickle.dumps(fitted))):
        np.testing.assert_array_equal(again.decision_function(X), fitted.decision_function(X))
        assert again.offset_ == fitted.offset_


def test_pipelines_and_searches():
    pipeline = make_pipeline(StandardScaler(), KerasAutoencoderOutlierDetector(**QUICK, epochs=60))
    grid = {"kerasautoencoderoutlierdetector__n_components": [1, 2]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(X)
    assert list(search.best_params_.values()) == [2]
    assert search.best_score_ < 0
    assert set(search.predict(X)) == {-1, 1}
    assert (pipeline.fit_predict(X) == -1).sum() == 20


def test_without_a_network_there_is_no_threshold():
    model = KerasAutoencoderOutlierDetector(**QUICK)
    with pytest.warns() as warned:
        model.fit(X * 1e30)
    assert ConvergenceWarning in [warning.category for warning in warned]
    with pytest.raises(NotFittedError, match="loss became NaN or infinite"):
        model.predict(X)


def test_rows_that_are_extreme_in_what_all_have_in_common_are_outliers():
    line = np.append(np.linspace(-1, 1, 100), 4.0)
    rows = np.column_stack([line, line, -line])
    model = KerasAutoencoderOutlierDetector(**QUICK | {"n_components": 1}, epochs=300).fit(rows)
    assert np.square(rows[-1] - model._outputs(rows)[-1]).max() < 0.1
    assert model.score_samples(rows).argmin() == 100


@pytest.mark.parametrize("contamination", [0, 0.6, "auto"])
def test_contamination_is_checked(contamination):
    with pytest.raises(ValueError, match=r"'contamination' .* must be a float in"):
        KerasAutoencoderOutlierDetector(contamination=contamination).fit(X)
