"""Parameters, copies of Keras objects, and SciKeras' parameter routing."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.utils._copies import (
    copy_unfitted,
    is_of_keras,
    is_same,
    parts_of,
    remade,
    shallow_copy,
)
from skkeras.utils._param_checks import check_constraints, check_identifiers
from skkeras.utils._params import as_int, check_sizes, complete_signature, sizes, to_python
from skkeras.utils._routing import route_params
from skkeras.utils._scikeras import (
    COMPILE_ARGUMENTS,
    FIT_ARGUMENTS,
    ClassifierLabelEncoder,
    RegressorTargetEncoder,
    build_arguments,
    compile_arguments,
    fit_arguments,
    is_one_hot_loss,
    leaves,
    loss_name,
    loss_with_arguments,
    make_callbacks,
    metric_name,
    optimizer_class,
    takes_compile_arguments,
    watches_predict,
)
from skkeras.utils._strengths import strengths_of

__all__ = [
    "COMPILE_ARGUMENTS",
    "FIT_ARGUMENTS",
    "ClassifierLabelEncoder",
    "RegressorTargetEncoder",
    "as_int",
    "build_arguments",
    "check_constraints",
    "check_identifiers",
    "check_sizes",
    "compile_arguments",
    "complete_signature",
    "copy_unfitted",
    "fit_arguments",
    "is_of_keras",
    "is_one_hot_loss",
    "is_same",
    "leaves",
    "loss_name",
    "loss_with_arguments",
    "make_callbacks",
    "metric_name",
    "optimizer_class",
    "parts_of",
    "remade",
    "route_params",
    "shallow_copy",
    "sizes",
    "strengths_of",
    "takes_compile_arguments",
    "to_python",
    "watches_predict",
]
