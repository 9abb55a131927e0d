"""scikit-learn estimators around a Keras model that the user wrote."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.wrappers._keras_classifier import KerasClassifier
from skkeras.wrappers._keras_regressor import KerasRegressor

__all__ = ["KerasClassifier", "KerasRegressor"]
