"""The scikit-learn contract over Keras models, with SciKeras' parameters and routing."""

import skkeras._start  # before Keras
import skkeras.wrappers._pickles  # noqa: F401
from skkeras.wrappers._keras_classifier import KerasClassifier
from skkeras.wrappers._keras_regressor import KerasRegressor
from skkeras.wrappers._memory import FitMemory

__all__ = ["FitMemory", "KerasClassifier", "KerasRegressor"]
