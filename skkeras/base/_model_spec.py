"""What a family's model is made from: parameters, and what the data asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from skkeras.utils import to_python


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """What a family's model has to fit: the data of one fit, without its values.

    Hashable; two fits of equal parameters and equal specs train the same model. It is made once, in
    `fit`, and kept with the fitted estimator.

    Parameters
    ----------
    input_shape : tuple of int
        Shape of one row of X as the network takes it: checked, encoded, without the axis of the
        rows. A tuple of such tuples where the network takes several arrays, and of pairs (name,
        shape) where it takes a dict of them.
    input_dtype : str
        NumPy's name of the type of these numbers, such as "float32"; nested as `input_shape` is.
    target_type : str
        "binary", "multiclass" or "multilabel-indicator" for classifiers, "continuous" or
        "continuous-multioutput" for regressors, as scikit-learn's `type_of_target` names them.
    n_classes : int or None
        Number of classes, or of labels; None for regressors.
    n_outputs : int
        Number of columns of the target as the user gives it.
    batch_size : int
        Rows a gradient step. The last step of an epoch may have fewer.
    n_rows : int or None, default=None
        Number of the rows that are trained on, those held out not counted. None unless the family
        says by `_uses_n_rows` that its model depends on it, so that folds share their model.
    n_steps : int or None, default=None
        Number of gradient steps in all epochs. None unless the family says by `_uses_n_steps` that
        its model depends on it.
    encoding : hashable, default=None
        What else of the fitted encoders shapes the model: what the family's `_describe_encoding`
        gives.

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
    """Parameters that shape a model, as attributes that can only be read.

    What is not there changes nothing in a model, or reaches it by a `ModelSpec`. NumPy's scalars
    are Python's here, and arrays lists.

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
    """Return the same parameters with some other values."""
    return ModelParams({**vars(params), **changes})


def freeze(value: Any) -> str | None:
    """Return a text that only equal values of equal types have; None where there is none.

    There is none of objects, which may change without their looks changing, and of names of what
    the user registered with Keras: that may be another object the next time.
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
    """Take the first row of an array, or of each of several."""
    if isinstance(x, Mapping):
        return {name: first_row(part) for name, part in x.items()}
    return type(x)(map(first_row, x)) if isinstance(x, (list, tuple)) else x[:1]


def shapes_and_dtypes(x: Any) -> tuple[Any, Any]:
    """Return `input_shape` and `input_dtype` of a `ModelSpec` for rows of this kind."""
    # Rows that are read when they are needed have no type yet.
    return (
        _of_each(x, lambda rows: tuple(map(int, rows.shape[1:]))),
        _of_each(x, lambda rows: str(getattr(rows, "dtype", keras.config.floatx()))),
    )


def _of_each(x: Any, what: Callable[[Any], Any]) -> Any:
    if isinstance(x, Mapping):
        return tuple((name, _of_each(part, what)) for name, part in x.items())
    return tuple(_of_each(part, what) for part in x) if isinstance(x, (list, tuple)) else what(x)
