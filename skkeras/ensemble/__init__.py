"""Ensembles of the candidates of searches."""

from skkeras.ensemble._search_ensemble import SearchEnsembleClassifier, SearchEnsembleRegressor
from skkeras.ensemble._selection import log_likelihood as log_likelihood
from skkeras.ensemble._selection import true_probabilities as true_probabilities
from skkeras.ensemble._selection_display import EnsembleSelectionDisplay

__all__ = ["EnsembleSelectionDisplay", "SearchEnsembleClassifier", "SearchEnsembleRegressor"]
