"""Search spaces and searches over hyperparameters."""

from skkeras.model_selection._bayes import BayesSearchCV
from skkeras.model_selection._spaces import search_space

__all__ = ["BayesSearchCV", "search_space"]
