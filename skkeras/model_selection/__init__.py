"""Hyperparameter searches, search spaces, model comparison and training on noisy labels."""

from skkeras.model_selection._bayes import BayesSearchCV
from skkeras.model_selection._clean_learning import CleanLearningClassifier
from skkeras.model_selection._compare import compare_models
from skkeras.model_selection._comparison import ModelComparison
from skkeras.model_selection._grid import GridSearchCV
from skkeras.model_selection._halving import SuccessiveHalvingSearchCV
from skkeras.model_selection._hyperband import HyperbandSearchCV
from skkeras.model_selection._jobs import threads_for as threads_for
from skkeras.model_selection._out_of_fold import in_class_order as in_class_order
from skkeras.model_selection._out_of_fold import predictions as predictions
from skkeras.model_selection._progress import SearchProgressBar
from skkeras.model_selection._random import RandomizedSearchCV
from skkeras.model_selection._search import SearchMixin as SearchMixin
from skkeras.model_selection._spaces import LogUniformInteger as LogUniformInteger
from skkeras.model_selection._spaces import search_space

__all__ = [
    "BayesSearchCV",
    "CleanLearningClassifier",
    "GridSearchCV",
    "HyperbandSearchCV",
    "ModelComparison",
    "RandomizedSearchCV",
    "SearchProgressBar",
    "SuccessiveHalvingSearchCV",
    "compare_models",
    "search_space",
]
