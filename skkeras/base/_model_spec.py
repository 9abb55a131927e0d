"""Inputs of the model of a family: parameters and a description of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from skkeras.utils import to_python


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """Description of the data of one fit, without its values, for the model of a family.

    A spec is hashable; two fits with equal parameters and equal specs train the same model. `fit`
    creates it once, and the fitted estimator keeps it.

    Parameters
    ----------
    input_shape : tuple of int
        Shape of one row of X after validation and encoding, without the batch axis. A tuple of such
        tuples if the network takes several arrays, and a tuple of pairs (name, shape) if it takes a
        dict of arrays.
    input_dtype : str
        NumPy's name of the dtype of X, such as "float32"; nested like `input_shape`.
    target_type : str
        "binary", "multiclass" or "multilabel-indicator" for classifiers, "continuous" or
        "continuous-multioutput" for regressors, as scikit-learn's `type_of_target` names them.
    n_classes : int or None
        Number of classes, or of labels; None for regressors.
    n_outputs : int
        Number of columns of the target that the user passes.
    batch_size : int
        Rows per gradient step. The last step of an epoch may have fewer.
    n_rows : int or None, default=None
        Number of training rows, without held-out rows. None unless `_uses_n_rows` of the family
        returns that its model depends on it, so that folds share one model.
    n_steps : int or None, default=None
        Number of gradient steps in all epochs. None unless `_uses_n_steps` of the family returns
        that its model depends on it.
    encoding : hashable, default=None
        Further values of the fitted encoders that affect the model, as returned by the family's
        `_describe_encoding`.

    Raises
    ------
    TypeError
        If `encoding` is not hashable.
    """

    input_shape: tuple[Any, ...]
    input_dtype: Any
    target_type: str
    n_classes: int | None
    n_outputs: int
    batch_size: int
    n_rows: Any = None
    n_steps: Any = None
    encoding: Any = None

    def __post_init__(self) -> None:
        try:
            hash(self.encoding)
        except TypeError as error:
            raise TypeError(
                f"What _describe_encoding gives must be hashable, such as a tuple of numbers and "
                f"texts; got {self.encoding!r}."
            ) from error


class ModelParams:
    """Parameters that affect a model, as read-only attributes.

    Other parameters do not affect the model, or do so through a `ModelSpec`. NumPy scalars are
    converted to Python scalars, and arrays to lists.

    Parameters
    ----------
    values : dict
        Parameters by name.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            vars(self)[name] = to_python(value.tolist() if isinstance(value, np.ndarray) else value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"There is no {name!r} among the parameters that shape a model: {', '.join(vars(self))}"
        )

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"Parameters of a model are only read; {name!r} cannot be set.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Parameters of a model are only read; {name!r} cannot be deleted.")

    def __repr__(self) -> str:
        return f"ModelParams({vars(self)!r})"


def replace_params(params: ModelParams, **changes: Any) -> ModelParams:
    """Return a copy of the parameters with some values replaced."""
    return ModelParams({**vars(params), **changes})


def freeze(value: Any) -> str | None:
    """Return a string that is equal only for equal values of equal types, or None.

    It is None for objects, which may change while their repr stays the same, and for names of
    objects that the user registered with Keras, which may refer to a different object later.
    """
    return repr(value) if _is_plain(value) else None


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return all(_is_plain(part) for item in value.items() for part in item)
    if kind in (list, tuple):
        return all(map(_is_plain, value))
    if kind is str:
        return keras.saving.get_registered_object(value) is None
    return value is None or kind in (bool, int, float)


def first_row(x: Any) -> Any:
    """Return the first row of an array, or of each of several arrays."""
    if isinstance(x, Mapping):
        return {name: first_row(part) for name, part in x.items()}
    return type(x)(map(first_row, x)) if isinstance(x, (list, tuple)) else x[:1]


def shapes_and_dtypes(x: Any) -> tuple[Any, Any]:
    """Return `input_shape` and `input_dtype` of a `ModelSpec` for these rows."""
    # Rows that are read on demand have no dtype yet.
    return (
        _of_each(x, lambda rows: tuple(map(int, rows.shape[1:]))),
        _of_each(x, lambda rows: str(getattr(rows, "dtype", keras.config.floatx()))),
    )


def _of_each(x: Any, what: Callable[[Any], Any]) -> Any:
    if isinstance(x, Mapping):
        return tuple((name, _of_each(part, what)) for name, part in x.items())
    return tuple(_of_each(part, what) for part in x) if isinstance(x, (list, tuple)) else what(x)
