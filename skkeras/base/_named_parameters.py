"""Errors for parameters and attributes that an estimator does not have, with the names it has."""

from __future__ import annotations

import functools
import inspect
import reprlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import keras
from sklearn.base import BaseEstimator

from skkeras._guessed_names import ADVICE, advice, aside, replacement
from skkeras.base.data import check_not_batches
from skkeras.parquet import ParquetRows

_Method = TypeVar("_Method", bound=Callable[..., Any])


class NamedParameters(BaseEstimator):
    """Says which names exist when a constructor, `set_params` or an attribute is misnamed."""

    # Names that users of Keras try, and what to use instead.
    _guessed_attributes: ClassVar[Mapping[str, str]] = {
        "evaluate": "Use score(X, y), or model_.evaluate on the arrays of the network.",
        "save": "Use skkeras.save(estimator, file).",
        "save_weights": "Use skkeras.save(estimator, file).",
        "history": "Use history_, a dict with one list for each metric.",
        "compile": "The optimizer, loss and metrics are parameters of the estimator.",
    }

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        # A dataclass makes its `__init__` after the class, so it cannot be wrapped there.
        check_constructor(cls, args, kwargs)
        return super().__new__(cls)

    def set_params(self, **params: Any) -> Self:
        """Set parameters of this estimator and of estimators inside it.

        Parameters
        ----------
        **params : dict
            Parameters; ``<component>__<parameter>`` sets a parameter of a component.

        Returns
        -------
        self
            The estimator.

        Raises
        ------
        ValueError
            If a parameter does not exist.
        """
        try:
            return super().set_params(**params)
        except ValueError:
            known = self.get_params(deep=False)
            unknown = [name for name in params if name.partition("__")[0] not in known]
            if not unknown:
                raise
            message = (
                f"Invalid parameter {unknown[0]!r} for estimator {type(self).__name__}. "
                f"{advice(unknown[0], known)}"
            )
        raise ValueError(message)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name not in self._guessed_attributes:
                return self.__getattribute__(name)  # raises the error again, also of a property
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}. "
                f"{self._guessed_attributes[name]}"
            )


@functools.cache
def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """Return the parameters of a method, without `self`."""
    return dict(list(inspect.signature(function).parameters.items())[1:])


def _unexpected(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], list[str]]:
    """Return the positional and the keyword arguments that a method does not take."""
    parameters = _parameters(function)
    kinds = [parameter.kind for parameter in parameters.values()]
    n_positional = sum(kind in (kind.POSITIONAL_ONLY, kind.POSITIONAL_OR_KEYWORD) for kind in kinds)
    names = (
        [] if inspect.Parameter.VAR_KEYWORD in kinds else [n for n in kwargs if n not in parameters]
    )
    return () if inspect.Parameter.VAR_POSITIONAL in kinds else args[n_positional:], names


def check_constructor(cls: type, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Raise an error for arguments that the constructor does not take.

    Raises
    ------
    TypeError
        If there are such arguments; the message names the parameters that exist.
    """
    init: Any = cls.__init__  # type: ignore[misc]
    surplus, unknown = _unexpected(init, args, kwargs)
    if surplus:
        raise TypeError(
            f"{cls.__name__} takes its parameters by name; got the positional argument "
            f"{reprlib.repr(surplus[0])}. {_by_name(cls.__name__, surplus[0], _parameters(init))}"
        )
    if unknown:
        raise TypeError(
            f"{cls.__name__} got an unexpected keyword argument {unknown[0]!r}. "
            f"{advice(unknown[0], _parameters(init))}"
        )


def _by_name(estimator: str, value: Any, parameters: Mapping[str, Any]) -> str:
    """Return how to give a value that was given by position."""
    if isinstance(value, keras.Model) or callable(value):
        if "model" not in parameters:
            return "KerasClassifier and KerasRegressor take a Keras model or a build function."
    elif isinstance(value, (int, tuple, list)) and "hidden_layer_sizes" in parameters:
        return f"Write {estimator}(hidden_layer_sizes={value!r})."
    return f"Write {estimator}({next(iter(parameters))}=...), with the name that you mean."


def with_checked_arguments(method: _Method) -> _Method:
    """Decorate `fit` or `partial_fit`, so that errors for wrong arguments say what to give.

    Raises
    ------
    TypeError
        If the method does not take an argument, or lacks one.
    """

    @functools.wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = f"{type(self).__name__}.{method.__name__}"
        X = args[0] if args else kwargs.get("X")
        check_not_batches(X)
        if isinstance(X, ParquetRows) and len(args) < 2:  # they have the target, too
            kwargs.setdefault("y", None)
        surplus, unknown = _unexpected(method, args, kwargs)
        parameters = _parameters(method)
        if surplus:
            raise TypeError(
                f"{name} takes at most {len(args) - len(surplus)} arguments by position; got "
                f"{len(args)}. Give the others by name: {', '.join(parameters)}."
            )
        if unknown:
            raise TypeError(
                f"{name} got an unexpected keyword argument {unknown[0]!r}. "
                f"{_instead(self, unknown[0], kwargs[unknown[0]], parameters)}"
            )
        rest = list(parameters.values())[len(args) :]
        missing = [p.name for p in rest if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
        if missing := [name for name in missing if name not in kwargs]:
            raise TypeError(
                f"{name} lacks {' and '.join(missing)}. Give X, an array with one row for each "
                f"sample, and y, an array with one target for each row."
            )
        return method(self, *args, **kwargs)

    return checked  # type: ignore[return-value]


def _instead(estimator: BaseEstimator, name: str, value: Any, parameters: Mapping[str, Any]) -> str:
    """Return what to give instead of an argument that `fit` does not take."""
    own = estimator.get_params(deep=False)
    if name not in own and (name in ADVICE or replacement(name, parameters)):
        return advice(name, parameters)
    if (found := name if name in own else replacement(name, own)) is None:
        return advice(name, parameters)
    return (
        f"Give it to the estimator: {type(estimator).__name__}({found}={reprlib.repr(value)})."
        f"{aside(found)}"
    )
