"""The argument of `fit` through which an estimator takes sample weights."""

from __future__ import annotations

import inspect
from typing import Any

import sklearn
from sklearn.pipeline import Pipeline


def weights_argument(estimator: Any) -> str | None:
    """Return the name of the argument for sample weights of an estimator's `fit`.

    Parameters
    ----------
    estimator : estimator
        An estimator, or a pipeline, whose last step gets the weights.

    Returns
    -------
    str or None
        None if the estimator takes no weights.
    """
    names, inner = [], estimator
    while isinstance(inner, Pipeline):
        name, inner = inner.steps[-1]
        names.append(name)
    arguments = inspect.signature(inner.fit).parameters
    others = any(argument.kind is argument.VAR_KEYWORD for argument in arguments.values())
    if "sample_weight" not in arguments and not others:
        return None
    if sklearn.get_config()["enable_metadata_routing"]:
        return "sample_weight"
    return "__".join([*names, "sample_weight"])
