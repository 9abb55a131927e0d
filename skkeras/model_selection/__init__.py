"""Searches over hyperparameters."""

from skkeras.model_selection._bayes import BayesSearchCV

__all__ = ["BayesSearchCV"]
