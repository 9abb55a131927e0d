"""The attributes of a meta-estimator that describe its input."""

from __future__ import annotations

from typing import Any


def copy_feature_attributes(fitted: Any, estimator: Any) -> None:
    """Set `n_features_in_` and `feature_names_in_` to those of a fitted estimator, if it has them.

    Parameters
    ----------
    fitted : estimator
        Fitted estimator inside.
    estimator : estimator
        Meta-estimator, which loses the attributes of an earlier fit.
    """
    for name in ("n_features_in_", "feature_names_in_"):
        vars(estimator).pop(name, None)
        if hasattr(fitted, name):
            setattr(estimator, name, getattr(fitted, name))
