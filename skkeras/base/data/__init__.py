"""Conversion of the user's data to the arrays of a network, and back."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.base.data._differences import TOLERANCE, difference
from skkeras.base.data._floats import as_floats
from skkeras.base.data._holdout import hold_out, warn_about_few
from skkeras.base.data._inputs import (
    MISSING_TYPES,
    cast_to_floatx,
    check_any_X,
    check_column_names,
    check_X,
    is_missing,
    is_several,
    shared_length,
    standardized,
    warn_about_scales,
    with_digits,
)
from skkeras.base.data._outputs import (
    check_outputs,
    check_probabilities,
    is_hinge,
    is_of_logits,
    undo_logits,
)
from skkeras.base.data._rows import (
    check_lengths,
    check_weights,
    drop_weightless,
    full_batch,
    rows_of,
    split_rows,
    with_class_weight,
)
from skkeras.base.data._scalers import shift_and_scale
from skkeras.base.data._targets import LabelEncoder, RegressionTarget
from skkeras.base.data._wrong_kind import check_not_batches, networks_of_several_axes

__all__ = [
    "MISSING_TYPES",
    "TOLERANCE",
    "LabelEncoder",
    "RegressionTarget",
    "as_floats",
    "cast_to_floatx",
    "check_X",
    "check_any_X",
    "check_column_names",
    "check_lengths",
    "check_not_batches",
    "check_outputs",
    "check_probabilities",
    "check_weights",
    "difference",
    "drop_weightless",
    "full_batch",
    "hold_out",
    "is_hinge",
    "is_missing",
    "is_of_logits",
    "is_several",
    "networks_of_several_axes",
    "rows_of",
    "shared_length",
    "shift_and_scale",
    "split_rows",
    "standardized",
    "undo_logits",
    "warn_about_few",
    "warn_about_scales",
    "with_class_weight",
    "with_digits",
]
