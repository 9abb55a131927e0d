"""Base classes of all estimators and families, and parts that a new family is built from."""

import skkeras._start  # before Keras
import skkeras.base._pickles  # noqa: F401
from skkeras.base._classifier import BaseKerasClassifier
from skkeras.base._estimator import BaseKerasEstimator
from skkeras.base._family import SIZES, KerasFamily
from skkeras.base._family_classifier import FamilyClassifier
from skkeras.base._family_regressor import FamilyRegressor
from skkeras.base._mixup import MixUpFamily
from skkeras.base._model_spec import ModelParams, ModelSpec, replace_params
from skkeras.base._named_parameters import NamedParameters, with_checked_arguments
from skkeras.base._parquet_fit import ParquetFitMixin
from skkeras.base._regressor import BaseKerasRegressor

__all__ = [
    "SIZES",
    "BaseKerasClassifier",
    "BaseKerasEstimator",
    "BaseKerasRegressor",
    "FamilyClassifier",
    "FamilyRegressor",
    "KerasFamily",
    "MixUpFamily",
    "ModelParams",
    "ModelSpec",
    "NamedParameters",
    "ParquetFitMixin",
    "replace_params",
    "with_checked_arguments",
]
