"""scikit-learn's own checks, all of them, of every estimator whose input is a table."""

import inspect

import keras
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

import skkeras
from skkeras import (
    KerasAutoClassifier,
    KerasAutoencoder,
    KerasAutoencoderOutlierDetector,
    KerasAutoRegressor,
    KerasClassifier,
    KerasDistilledClassifier,
    KerasDistilledRegressor,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRealMLPClassifier,
    KerasRealMLPRegressor,
    KerasRegressor,
    KerasTabMClassifier,
    KerasTabMRegressor,
)

_ENDS = {
    "binary": ("sigmoid", "binary_crossentropy"),
    "multiclass": ("softmax", "sparse_categorical_crossentropy"),
    "multilabel-indicator": ("sigmoid", "binary_crossentropy"),
}


class Build:
    """A build function whose name in a test's is the same in each process."""

    def __repr__(self):
        return "Build()"

    def __call__(self, meta):
        activation, loss = _ENDS.get(meta["target_type_"], (None, "mse"))
        several = meta["target_type_"] in ("multiclass", "multilabel-indicator")
        model = keras.Sequential(
            [
                keras.layers.Input((meta["n_features_in_"],)),
                keras.layers.Dense(32, "relu"),
                keras.layers.Dense(meta["n_classes_" if several else "n_outputs_"], activation),
            ]
        )
        model.compile(keras.optimizers.Adam(0.01), loss)
        return model


TABM = {
    "n_ensemble": 2,
    "hidden_layer_sizes": 32,
    "embedding_dim": 4,
    "n_bins": 8,
    "learning_rate": 0.01,
    "epochs": 60,
}

# A scaler of repeated rows, and a forest, differ from those of weighted rows.
QUICK = {"batch_size": 200, "learning_rate": 0.01}
ONE = {"time_limit": None, "n_candidates": 1}

ESTIMATORS = [
    KerasClassifier(Build(), batch_size=200, epochs=20),
    KerasRegressor(Build(), scale_target=True, batch_size=200, epochs=20),
    KerasMLPClassifier(),
    KerasMLPRegressor(),
    KerasAutoencoder(epochs=10),
    KerasAutoencoderOutlierDetector(epochs=10),
    KerasRealMLPClassifier(hidden_layer_sizes=32, epochs=32),
    KerasRealMLPRegressor(hidden_layer_sizes=32, epochs=32),
    KerasTabMClassifier(**TABM),
    KerasTabMRegressor(**TABM),
    # Weights equal repeated rows to the bit only within one batch. Of the 57 rows that a check
    # takes because of the parameter cv, the default makes two.
    KerasDistilledClassifier(
        student=KerasMLPClassifier(batch_size=200), teacher=ExtraTreesClassifier(5)
    ),
    KerasDistilledRegressor(
        student=KerasMLPRegressor(batch_size=200), teacher=ExtraTreesRegressor(5)
    ),
    KerasAutoClassifier(candidates=[KerasMLPClassifier(**QUICK)], cv=3, **ONE),
    KerasAutoRegressor(candidates=[KerasMLPRegressor(**QUICK)], cv=3, **ONE),
]


def test_every_estimator_of_tables_is_checked():
    public = [getattr(skkeras, name) for name in skkeras.__all__]
    estimators = [c for c in public if inspect.isclass(c) and issubclass(c, BaseEstimator)]
    of_tables = {c for c in estimators if get_tags(c()).input_tags.two_d_array}
    assert {type(estimator) for estimator in ESTIMATORS} == of_tables


# The checks give data of any scale and targets of few rows, of which the estimators warn.
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(ESTIMATORS)
def test_estimator_check(estimator, check):
    check(estimator)
