"""Features of every network are the outputs that Keras computes for a hidden layer."""

import keras
import numpy as np
from sklearn.frozen import FrozenEstimator

from skkeras.compose import NetworkFeatures


def test_features_are_those_of_keras(case):
    fitted = case.fitted()
    network = getattr(fitted, "student_", fitted)
    X, _ = case.data()
    features = NetworkFeatures(FrozenEstimator(fitted)).fit(X)
    found = features.transform(X)
    model = network.model_
    is_ensemble = type(model.layers[-1]).__name__ == "EnsembleMean"
    output = model.layers[-3 if is_ensemble else -2].output
    encoded = network._encode_X(network._check_X(X, reset=False))
    expected = keras.Model(model.inputs, output).predict(encoded, verbose=0)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected.reshape(len(found), -1), rtol=1e-5, atol=1e-5)
    assert len(features.get_feature_names_out()) == found.shape[1]
    # As in `predict`, a row does not depend on the rows beside it.
    few = X.iloc[:3] if hasattr(X, "iloc") else X[:3]
    np.testing.assert_array_equal(features.transform(few), found[:3])
