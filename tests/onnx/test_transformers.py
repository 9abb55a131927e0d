"""Transformers and the outlier detector, in ONNX."""

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skkeras
from skkeras import (
    KerasAutoencoder,
    KerasAutoencoderOutlierDetector,
    KerasDistilledClassifier,
    KerasMLPClassifier,
    KerasTabMClassifier,
)
from skkeras.compose import NetworkFeatures

RNG = np.random.default_rng(0)
X = RNG.normal(2, 3, (80, 4))
X[:, 3] = X[:, 0] - X[:, 1]
LABELS = np.array(["a", "b", "c"])[np.arange(80) % 3]
ONE = {"hidden_layer_sizes": 6, "epochs": 2, "random_state": 0}


def run(estimator, rows, path):
    skkeras.export(estimator, path / "e.onnx", rows)
    session = onnxruntime.InferenceSession(path / "e.onnx")
    return session.run(None, {"X": rows})


@pytest.mark.parametrize("tied", [True, False])
def test_components_of_an_autoencoder(tied, tmp_path):
    coder = KerasAutoencoder(tied_weights=tied, noise=0.1, dropout=0.1, **ONE)
    model = make_pipeline(StandardScaler(), coder).fit(X)
    (found,) = run(model, X, tmp_path)
    assert found.shape == (80, 2)
    np.testing.assert_allclose(found, model.transform(X), atol=1e-5)


def test_outliers(tmp_path):
    detector = KerasAutoencoderOutlierDetector(contamination=0.2, tied_weights=True, **ONE)
    model = make_pipeline(StandardScaler(), detector).fit(X)
    labels, scores = run(model, X, tmp_path)
    assert labels[:, 0].tolist() == model.predict(X).tolist() and (labels == -1).sum() == 16
    np.testing.assert_allclose(scores[:, 0], model.decision_function(X), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(
    "network",
    [
        KerasMLPClassifier(**ONE),
        KerasDistilledClassifier(student=KerasMLPClassifier(**ONE), teacher=LogisticRegression()),
        FrozenEstimator(KerasMLPClassifier(**ONE).fit(X, LABELS)),
    ],
)
def test_hidden_layers_are_features_of_other_models(network, tmp_path):
    model = make_pipeline(NetworkFeatures(network), LogisticRegression()).fit(X, LABELS)
    labels, probabilities = run(model, X, tmp_path)
    assert labels.tolist() == model.predict(X).tolist()
    np.testing.assert_allclose(probabilities, model.predict_proba(X), atol=1e-5)


def test_hidden_layers_of_all_members_and_their_table(tmp_path):
    frame = pd.DataFrame(X, columns=list("abcd")).assign(city=RNG.choice(["Rome", "Oslo"], 80))
    frame.loc[::9, "b"] = np.nan
    features = NetworkFeatures(KerasTabMClassifier(n_ensemble=3, **ONE)).fit(frame, LABELS)
    skkeras.export(features, tmp_path / "e.onnx", frame)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    rows = {name: frame[[name]].to_numpy() for name in frame}
    expected = features.transform(frame)
    np.testing.assert_allclose(session.run(None, rows)[0], expected, atol=1e-5)
    assert expected.shape == (80, 18)
