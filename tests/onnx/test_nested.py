"""Estimators around networks, in ONNX."""

import numpy as np
import onnxruntime
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, PowerTransformer, RobustScaler, StandardScaler

import skkeras
from skkeras import KerasDistilledClassifier, KerasMLPClassifier, KerasMLPRegressor
from skkeras.ensemble import SearchEnsembleClassifier, SearchEnsembleRegressor
from skkeras.model_selection import GridSearchCV

X = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")
LABELS = np.array(["a", "b", "c"])[np.arange(60) % 3]
NUMBERS = np.exp(X[:, 0].astype("float64"))
CLASSIFIER = make_pipeline(
    StandardScaler(), KerasMLPClassifier(hidden_layer_sizes=4, epochs=2, random_state=0)
)
REGRESSOR = KerasMLPRegressor(hidden_layer_sizes=4, epochs=2, random_state=0)
GRID = {"kerasmlpclassifier__alpha": [0, 0.1]}
BOTH = [("network", CLASSIFIER), ("linear", LogisticRegression())]
NETWORK = CLASSIFIER[-1]


@pytest.mark.parametrize(
    "estimator",
    [
        VotingClassifier(BOTH, voting="soft"),
        StackingClassifier(BOTH, cv=2),
        CalibratedClassifierCV(CLASSIFIER, cv=2),
        GridSearchCV(CLASSIFIER, GRID, cv=2),
        make_pipeline(RobustScaler(), RandomizedSearchCV(CLASSIFIER, GRID, n_iter=1, cv=2)),
        VotingClassifier([("search", GridSearchCV(CLASSIFIER, GRID, cv=2))], voting="soft"),
        KerasDistilledClassifier(student=NETWORK, teacher=LogisticRegression(), random_state=0),
        SearchEnsembleClassifier(GridSearchCV(NETWORK, {"alpha": [0, 0.1]}, cv=2), n_members=3),
    ],
)
def test_classifiers_around_networks(estimator, tmp_path):
    skkeras.export(estimator.fit(X, LABELS), tmp_path / "e.onnx", X)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    assert [one.name for one in session.get_outputs()] == ["label", "probabilities"]
    labels, probabilities = session.run(None, {"X": X})
    assert labels.tolist() == estimator.predict(X).tolist()
    np.testing.assert_allclose(probabilities, estimator.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize(
    "estimator",
    [
        VotingRegressor([("network", REGRESSOR), ("linear", LinearRegression())]),
        StackingRegressor([("network", REGRESSOR)], LinearRegression(), cv=2),
        TransformedTargetRegressor(REGRESSOR, func=np.log1p, inverse_func=np.expm1),
        TransformedTargetRegressor(
            make_pipeline(MinMaxScaler(), REGRESSOR), transformer=MinMaxScaler()
        ),
        TransformedTargetRegressor(REGRESSOR, transformer=RobustScaler()),
        TransformedTargetRegressor(REGRESSOR, transformer=StandardScaler(with_mean=False)),
        GridSearchCV(REGRESSOR, {"alpha": [0, 0.1]}, cv=2),
        SearchEnsembleRegressor(GridSearchCV(REGRESSOR, {"alpha": [0, 0.1]}, cv=2), n_members=3),
    ],
)
def test_regressors_around_networks(estimator, tmp_path):
    skkeras.export(estimator.fit(X, NUMBERS), tmp_path / "e.onnx", X)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    (found,) = session.run(None, {"X": X})
    np.testing.assert_allclose(found[:, 0], estimator.predict(X), rtol=1e-5, atol=1e-5)


def test_transformers_of_the_target_without_converter_are_named(tmp_path):
    network = TransformedTargetRegressor(REGRESSOR, transformer=PowerTransformer())
    with pytest.raises(ValueError, match="converter for the inverse of PowerTransformer"):
        skkeras.export(network.fit(X, NUMBERS), tmp_path / "e.onnx", X)
    network = TransformedTargetRegressor(REGRESSOR, func=np.cbrt, inverse_func=np.positive)
    with pytest.raises(ValueError, match="converter for the function <ufunc 'positive'>"):
        skkeras.export(
            network.set_params(check_inverse=False).fit(X, NUMBERS), tmp_path / "e.onnx", X
        )


@pytest.mark.parametrize("method", ["isotonic", "temperature"])
def test_calibration_without_exact_converter_is_refused_also_without_rows(method, tmp_path):
    calibrated = CalibratedClassifierCV(LogisticRegression(), method=method, cv=2).fit(X, LABELS)
    with pytest.raises(ValueError, match=rf"method='{method}'\) cannot .*; use method=\"sigmoid"):
        skkeras.export(calibrated, tmp_path / "e.onnx")
    assert not list(tmp_path.iterdir())
