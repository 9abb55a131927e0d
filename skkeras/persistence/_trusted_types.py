"""Names that a file may contain without trust: they hold data and run no code of their own."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import sklearn.metrics
import sklearn.model_selection
from sklearn.base import BaseEstimator
from sklearn.feature_selection import (
    chi2,
    f_classif,
    f_oneway,
    f_regression,
    mutual_info_classif,
    mutual_info_regression,
    r_regression,
)
from sklearn.metrics.pairwise import PAIRWISE_KERNEL_FUNCTIONS

from skkeras._homes import HOMES
from skkeras.persistence._side_effects import SAFE_CALLBACKS, public_name

# Parts of fitted estimators, and estimators that are not among scikit-learn's stable ones. Their
# states are plain, and none has a method that writes its contents to a file or runs them.
_SKLEARN = {
    "_loss.loss": ["HalfTweedieLoss", "HalfTweedieLossIdentity"],
    "calibration": ["_CalibratedClassifier", "_SigmoidCalibration", "_TemperatureScaling"],
    "cluster._bisect_k_means": ["_BisectingTree"],
    "compose._column_transformer": ["make_column_selector"],
    "gaussian_process._gpc": ["_BinaryGaussianProcessClassifierLaplace"],
    "gaussian_process.kernels": [
        *("CompoundKernel", "ConstantKernel", "DotProduct", "ExpSineSquared", "Exponentiation"),
        *("Hyperparameter", "Matern", "PairwiseKernel", "Product", "RBF", "RationalQuadratic"),
        *("Sum", "WhiteKernel"),
    ],
    "impute._iterative": ["IterativeImputer", "_ImputerTriplet"],
    "metrics._scorer": ["_CurveScorer", "_MultimetricScorer", "_PassthroughScorer", "_Scorer"],
    "model_selection._split": ["_CVIterableWrapper"],
    "model_selection._search_successive_halving": ["HalvingGridSearchCV", "HalvingRandomSearchCV"],
    "multiclass": ["_ConstantPredictor"],
    "neural_network._stochastic_optimizers": ["AdamOptimizer", "SGDOptimizer"],
    "utils._bunch": ["Bunch"],
    "utils._metadata_requests": ["MetadataRequest", "MethodMetadataRequest"],
}
_SKOPT = {
    "learning.forest": ["ExtraTreesRegressor", "RandomForestRegressor"],
    "learning.gaussian_process.gpr": ["GaussianProcessRegressor"],
    "learning.gaussian_process.kernels": [
        *("ConstantKernel", "Matern", "Product", "Sum", "WhiteKernel"),
    ],
    "optimizer.optimizer": ["Optimizer"],
    "searchcv": ["BayesSearchCV"],
}
_OTHERS = (
    "numpy.dtype",
    "scikeras.utils.transformers.TargetReshaper",
    "scipy.optimize._optimize.OptimizeResult",
    "skkeras.model_selection._spaces.LogUniformInteger",
    "skkeras.auto._scoring.LogLikelihood",
    "skkeras.base._model_spec.ModelSpec",
    "skkeras.serialization._keras_objects.Architecture",
    "skkeras.serialization._keras_objects.KerasConfig",
    "skkeras.serialization._keras_objects.KerasName",
    "skkeras.fit_cache._fit_key.FitKey",
    "skkeras.fit_cache._checkpoint.TrainingCheckpoint",
)
# Parameters of scikit-learn's estimators: `score_func`, `pooling_func`, `kernel`.
_FUNCTIONS = (
    *(chi2, f_classif, f_oneway, f_regression, mutual_info_classif, mutual_info_regression),
    *(r_regression, np.mean, np.median, np.max, np.min),
    *PAIRWISE_KERNEL_FUNCTIONS.values(),
)
# Modules that contain estimators.
_HOMES = {*HOMES.values(), "skkeras.base", "skkeras.ensemble", "skkeras.model_selection"}


def trusted_names() -> set[str]:
    """Return all names that need no trust, except for estimators of this package."""
    scorers = map(sklearn.metrics.get_scorer, sklearn.metrics.get_scorer_names())
    public = map(vars(sklearn.model_selection).get, sklearn.model_selection.__all__)
    splitters = (item for item in public if isinstance(item, type) and hasattr(item, "split"))
    items = [*SAFE_CALLBACKS, *_FUNCTIONS, *(scorer._score_func for scorer in scorers), *splitters]
    inner = {
        f"{package}.{module}.{name}"
        for package, modules in {"sklearn": _SKLEARN, "skopt": _SKOPT}.items()
        for module, names in modules.items()
        for name in names
    }
    return inner | {*_OTHERS} | {public_name(f"{i.__module__}.{i.__name__}") for i in items}


def is_own_estimator(name: str) -> bool:
    """Return whether a name is that of an estimator of this package."""
    module, _, kind = name.rpartition(".")
    home = ".".join(module.split(".")[:2])
    if home not in _HOMES:
        return False
    importlib.import_module(home)  # imports all of its estimators, whatever the file names
    found = getattr(sys.modules.get(module), kind, None)
    return isinstance(found, type) and issubclass(found, BaseEstimator)
