"""Networks for texts."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.text._encoders import ENCODERS as ENCODERS
from skkeras.text._text import KerasTextClassifier, KerasTextRegressor
from skkeras.text._words import N_SPECIAL as N_SPECIAL
from skkeras.text._words import WORD_PATTERNS as WORD_PATTERNS
from skkeras.text._words import WordEncoder as WordEncoder
from skkeras.text._words import check_texts as check_texts

__all__ = ["KerasTextClassifier", "KerasTextRegressor"]
