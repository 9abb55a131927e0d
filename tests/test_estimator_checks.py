"""scikit-learn's own checks, all of them, of every estimator whose input is a table."""

import keras
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from skkeras import KerasClassifier, KerasMLPClassifier, KerasMLPRegressor, KerasRegressor

_ENDS = {
    "binary": ("sigmoid", "binary_crossentropy"),
    "multiclass": ("softmax", "sparse_categorical_crossentropy"),
    "multilabel-indicator": ("sigmoid", "binary_crossentropy"),
}


def build_classifier(meta):
    activation, loss = _ENDS[meta["target_type_"]]
    units = 1 if meta["target_type_"] == "binary" else meta["n_classes_"]
    model = keras.Sequential(
        [
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(32, "relu"),
            keras.layers.Dense(units, activation),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), loss)
    return model


def build_regressor(meta):
    return keras.Sequential(
        [
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(32, "relu"),
            keras.layers.Dense(meta["n_outputs_"]),
        ]
    )


ESTIMATORS = [
    KerasClassifier(build_classifier, batch_size=200, epochs=20),
    KerasRegressor(
        build_regressor,
        loss="mse",
        optimizer=keras.optimizers.Adam(0.01),
        scale_target=True,
        batch_size=200,
        epochs=20,
    ),
    KerasMLPClassifier(),
    KerasMLPRegressor(),
]


# The checks give data of any scale and targets of few rows, of which the estimators warn.
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(ESTIMATORS)
def test_estimator_check(estimator, check):
    check(estimator)
