"""Whether a model's outputs and its loss fit the target."""

from __future__ import annotations

from typing import Any

import keras

from skkeras.wrappers._scikeras import loss_name
from skkeras.wrappers._targets import LabelEncoder, RegressionTarget

# They compare the target with 0 or with its own size.
_ON_THE_TARGETS_SCALE = (
    "poisson",
    "mean_squared_logarithmic_error",
    "mean_absolute_percentage_error",
)


def check_outputs(name: str, model: keras.Model, meta: dict[str, Any], *, scaled: bool) -> None:
    """Refuse a model that cannot learn the target, before it trains.

    Parameters
    ----------
    name : str
        Name of the estimator.
    model : keras.Model
        Compiled, built model.
    meta : dict
        What is known of the target.
    scaled : bool
        Whether the network learns a standardised target.

    Raises
    ------
    ValueError
        If the number of outputs or the loss does not fit.
    """
    try:
        loss, outputs = loss_name(model.loss), model.output_shape
    except (TypeError, ValueError, AttributeError):
        return  # several losses, or a subclass that does not tell its shapes
    if isinstance(outputs, (list, dict)) or len(outputs) != 2 or outputs[1] is None:
        return
    # An encoder of the user's own knows what it gives to the loss.
    encoder = meta.get("target_encoder_")
    if not isinstance(encoder, (LabelEncoder, RegressionTarget)):
        return
    n_units, n_classes = outputs[1], meta.get("n_classes_", 0)
    kind = meta["target_type_"]
    problem = None
    if kind in ("binary", "multiclass"):
        problem = _problem_with_classes(loss, n_units, n_classes, encoder.loss is not None)
    elif kind == "multilabel-indicator" and n_units != n_classes:
        problem = f"the target has {n_classes} labels; end with Dense({n_classes}, 'sigmoid')"
    elif kind in ("continuous", "continuous-multioutput") and n_units != meta["n_outputs_"]:
        problem = f"the target has {meta['n_outputs_']} output(s); end with as many units"
    elif kind in ("continuous", "continuous-multioutput"):
        problem = _problem_with_numbers(loss, scaled)
    if problem:
        raise ValueError(
            f"The network of {name} ends with {n_units} output(s) and its loss is {loss}, but "
            f"{problem}."
        )


def _problem_with_classes(loss: str, n_units: int, n_classes: int, one_hot: bool) -> str | None:
    softmax = f"the target has {n_classes} classes; end with Dense({n_classes}, 'softmax')"
    if loss == "categorical_crossentropy" and n_classes == 2:
        return "two classes are one column of 0 and 1; use sparse_categorical_crossentropy"
    if loss == "sparse_categorical_crossentropy" and n_units < n_classes:
        return softmax
    if loss == "categorical_crossentropy" and n_units != n_classes:
        return softmax
    if loss == "categorical_crossentropy" and not one_hot:
        return (
            "the estimator was not told so; give it loss='categorical_crossentropy' too, or use "
            "sparse_categorical_crossentropy"
        )
    if "categorical" not in loss and n_classes > 2 and n_units == 1:
        return f"{softmax} and use sparse_categorical_crossentropy"
    if loss == "binary_crossentropy" and n_units > 1:
        return (
            "the target is one column of labels; use sparse_categorical_crossentropy, or end with "
            "Dense(1, 'sigmoid') for two classes"
        )
    if "categorical" not in loss and n_classes > 2 and hasattr(keras.losses, loss):
        return f"the target has {n_classes} classes; use sparse_categorical_crossentropy"
    return None


def _problem_with_numbers(loss: str, scaled: bool) -> str | None:
    if "crossentropy" in loss:
        return "the target holds numbers, not classes; use mean_squared_error, or a classifier"
    if scaled and loss in _ON_THE_TARGETS_SCALE:
        return "this loss needs the target as it is; set scale_target=False"
    return None
