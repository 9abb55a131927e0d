"""Networks for texts."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.text._text import KerasTextClassifier, KerasTextRegressor

__all__ = ["KerasTextClassifier", "KerasTextRegressor"]
