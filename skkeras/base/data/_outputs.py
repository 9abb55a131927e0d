"""Checks that a model's outputs and its loss fit the target."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import scipy.special

from skkeras.base.data._targets import LabelEncoder, RegressionTarget
from skkeras.utils import loss_name

# These losses depend on the scale or the zero of the target.
_ON_THE_TARGETS_SCALE = (
    "poisson",
    "mean_squared_logarithmic_error",
    "mean_absolute_percentage_error",
)


def check_outputs(name: str, model: keras.Model, meta: dict[str, Any], *, scaled: bool) -> None:
    """Raise an error for a model that cannot learn the target, before training.

    Parameters
    ----------
    name : str
        Name of the estimator.
    model : keras.Model
        Compiled, built model.
    meta : dict
        Fitted attributes that describe the target.
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
        return  # several losses, or a subclass with unknown output shapes
    if isinstance(outputs, (list, dict)) or len(outputs) != 2 or outputs[1] is None:
        return
    # An encoder that the user wrote may produce any target, so nothing is checked.
    encoder = meta.get("target_encoder_")
    if not isinstance(encoder, (LabelEncoder, RegressionTarget)):
        return
    if is_of_logits(model.loss) and (activation := _last_activation(model)):
        raise ValueError(
            f"The loss of {name} has from_logits=True, but the network ends with {activation}, so "
            f"its outputs are not logits. End it without an activation, or leave from_logits out."
        )
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


def is_of_logits(loss: Any) -> bool:
    """Return whether a loss takes outputs before a sigmoid or a softmax."""
    arguments = getattr(loss, "_fn_kwargs", {})
    return bool(arguments.get("from_logits", getattr(loss, "from_logits", False)))


def is_hinge(loss: Any) -> bool:
    """Return whether a loss is a hinge loss, whose threshold is 0."""
    try:
        return loss_name(loss) in ("hinge", "squared_hinge")
    except (TypeError, ValueError):
        return False


def _last_activation(model: keras.Model) -> str | None:
    last = getattr(model.layers[-1], "activation", None) if model.layers else None
    found = last in (keras.activations.sigmoid, keras.activations.softmax)
    return last.__name__ if found and last is not None else None


def undo_logits(outputs: Any, loss: Any, *, exclusive: bool) -> Any:
    """Convert the outputs of a network that was trained on logits to probabilities.

    Parameters
    ----------
    outputs : ndarray of shape (n_rows, n_units)
        Outputs.
    loss : loss of Keras
        The loss of the model.
    exclusive : bool
        Whether each row has exactly one class.

    Returns
    -------
    ndarray of shape (n_rows, n_units)
        Probabilities. Outputs are returned unchanged if the loss does not take logits; those of a
        hinge loss, whose threshold is 0, are scaled and shifted so that the threshold is 0.5.
    """
    if is_of_logits(loss):
        one_each = exclusive and outputs.shape[-1] > 1
        return scipy.special.softmax(outputs, -1) if one_each else scipy.special.expit(outputs)
    return outputs / 2 + 0.5 if is_hinge(loss) else outputs


# In half precision, sums of probabilities are not more accurate.
_FAR_FROM_ONE = 0.01


def check_probabilities(name: str, found: np.ndarray, *, exclusive: bool) -> None:
    """Raise an error for values that are not probabilities.

    Parameters
    ----------
    name : str
        Name of the estimator.
    found : ndarray of shape (n_rows, n_classes)
        Outputs of the network.
    exclusive : bool
        Whether each row has exactly one class, so that its probabilities sum to 1.

    Raises
    ------
    ValueError
        If there are numbers below 0 or above 1, or rows that do not sum to 1.
    """
    problem = None
    if found.size and (found.min() < -_FAR_FROM_ONE or found.max() > 1 + _FAR_FROM_ONE):
        problem = f"numbers from {found.min():.3g} to {found.max():.3g}"
    elif exclusive and (np.abs(found.sum(axis=-1) - 1) > _FAR_FROM_ONE).any():
        problem = "numbers that do not add up to 1 in each row"
    if problem:
        raise ValueError(
            f"The network of {name} gives {problem}, which are not probabilities; predict works. "
            f"End it with a softmax, or a sigmoid for two classes or several labels, or compile it "
            f"with a loss that has from_logits=True."
        )
