"""Search spaces and searches over hyperparameters."""

from skkeras.model_selection._bayes import BayesSearchCV
from skkeras.model_selection._grid import GridSearchCV
from skkeras.model_selection._progress import SearchProgressBar
from skkeras.model_selection._random import RandomizedSearchCV
from skkeras.model_selection._spaces import search_space

__all__ = [
    "BayesSearchCV",
    "GridSearchCV",
    "RandomizedSearchCV",
    "SearchProgressBar",
    "search_space",
]
