"""A number that is an input of a program, where Keras expects a Python float."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Self


class TracedFloat(ABC):
    """A number that replaces a Python float while a program is traced.

    Keras compares such numbers with zero; the result is a constant of the program. Arithmetic with
    Python numbers keeps (nearly) double precision, as for the float that it replaces.

    Parameters
    ----------
    number : tensor
        The number, as the backend represents it.
    sign : int
        Its sign.
    is_one : bool or None, default=None
        Whether it is 1, if it is at most 1; None for numbers that are not compared with 1.
    """

    dtype = "float32"

    def __init__(self, number: Any, sign: int, is_one: bool | None = None) -> None:
        self._number = number
        self._sign = sign
        self._is_one = is_one

    @abstractmethod
    def _with(self, other: Any, operation: Callable[[Any, Any], Any], is_sum: bool) -> Any:
        """Apply an operation with a Python number or scalar, giving a scalar, or with a tensor."""

    @abstractmethod
    def _negative(self) -> Self:
        """Return the negative number."""

    def __bool__(self) -> bool:
        return self._sign != 0

    def _compare(self, other: Any) -> int:
        if isinstance(other, (int, float)) and other == 0:
            return self._sign
        if self._is_one is not None and isinstance(other, (int, float)) and other == 1:
            return 0 if self._is_one else -1
        raise TypeError(f"A value that is an input of a program was compared with {other!r}.")

    def __eq__(self, other: object) -> bool:
        return self._compare(other) == 0

    def __gt__(self, other: Any) -> bool:
        return self._compare(other) > 0

    def __lt__(self, other: Any) -> bool:
        return self._compare(other) < 0

    def __ge__(self, other: Any) -> bool:
        return self._compare(other) >= 0

    def __le__(self, other: Any) -> bool:
        return self._compare(other) <= 0

    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> Self:
        return self._negative()

    def __add__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a + b, is_sum=True)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a - b, is_sum=True)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: b - a, is_sum=True)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a * b, is_sum=False)

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a / b, is_sum=False)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: b / a, is_sum=False)

    __radd__ = __add__
    __rmul__ = __mul__
