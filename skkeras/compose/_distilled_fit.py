"""Fit classifiers to labels and to the probabilities of a teacher."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import Any

import keras
import numpy as np

from skkeras.base import BaseKerasClassifier
from skkeras.base.data import rows_of
from skkeras.layers import distil


def with_soft_targets(labels: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Combine labels and a teacher's probabilities in one target.

    Parameters
    ----------
    labels : ndarray of shape (n_rows,) or (n_rows, n_labels)
        Labels.
    answers : ndarray of shape (n_rows, n_classes)
        Probabilities.

    Returns
    -------
    ndarray of shape (n_rows,), structured
        Labels and probabilities, which stay together when rows are selected, sorted or repeated.
    """
    parts = {"labels": labels, "answers": answers.astype(keras.config.floatx())}
    kinds = [(name, part.dtype, part.shape[1:]) for name, part in parts.items()]
    joined = np.empty(len(labels), dtype=kinds)
    for name, part in parts.items():
        joined[name] = part
    return joined


def fit_distilled(
    student: BaseKerasClassifier,
    X: Any,
    y: np.ndarray,
    *others: Any,
    temperature: float,
    alpha: float,
) -> None:
    """Fit a student to labels and to a teacher's probabilities, or continue its training.

    Parameters
    ----------
    student : estimator
        Classifier of this package. It is fitted in place, and is a normal classifier afterwards.
    X : array-like of shape (n_rows, ...)
        Input.
    y : ndarray of shape (n_rows,), structured
        Target as `with_soft_targets` returns it.
    *others : array-likes or None
        Sample weights; validation rows and their target, as `X` and `y`; groups.
    temperature, alpha : float
        Parameters of `skkeras.layers._distillation.Distillation`.
    """
    kind: Any = type(student)
    fitted = object.__new__(_distilled_class(kind))
    fitted.__dict__.update(_without_network(student), _temperature_and_alpha=(temperature, alpha))
    fitted._fit(X, y, *others, reset=not student._resumes())
    state = _without_network(fitted)
    # Attributes that training removed, as for weights that became NaN, are removed here, too.
    student.__dict__ = {
        n: v for n, v in state.items() if n not in ("_temperature_and_alpha", "_answers")
    }


def _without_network(estimator: Any) -> dict[str, Any]:
    """Return a state from which a different class can build the network with its own loss."""
    state = dict(vars(estimator))
    network = state.pop("_network", None)
    return state if network is None else {**state, "_values": network.values}


@functools.cache
def _distilled_class(kind: type) -> Any:
    return type(kind.__name__, (_DistilledFit, kind), {"__module__": kind.__module__})


class _DistilledFit(BaseKerasClassifier):
    """Mixin before a classifier's own class, for targets of `with_soft_targets`."""

    _temperature_and_alpha: tuple[float, float]
    _answers: list[tuple[np.ndarray, np.ndarray]]

    def _decode(self, y: Any, *, reset: bool) -> Any:
        return y  # the student decoded it before the teacher predicted

    def _check_y(self, y: Any, *, reset: bool) -> np.ndarray:
        return with_soft_targets(super()._check_y(y["labels"], reset=reset), y["answers"])

    def _weigh_classes(self, weights: np.ndarray | None, y: np.ndarray) -> np.ndarray | None:
        return super()._weigh_classes(weights, y["labels"])

    def _fit_encoder(self, y: np.ndarray, weights: np.ndarray | None) -> Any:
        return super()._fit_encoder(y["labels"], weights)

    def _split_off(
        self,
        X: Any,
        y: np.ndarray,
        weights: np.ndarray | None,
        groups: Any,
        options: dict[str, Any],
    ) -> tuple[tuple, tuple | None]:
        numbers = np.arange(len(y))
        parts = super()._split_off(numbers, y["labels"], weights, groups, options)
        kept, held = (
            None if part is None else (rows_of(X, part[0]), y[part[0]], part[2]) for part in parts
        )
        assert kept is not None
        return kept, held

    def _train(
        self, X: Any, y: np.ndarray, weights: Any, validation: tuple | None, *rest: Any
    ) -> None:
        if y.dtype.names:  # callbacks receive the labels
            given = [y] if validation is None else [y, validation[1]]
            self._answers = [(one["labels"], one["answers"]) for one in given]
            y = self._answers[0][0]
            if validation is not None:
                validation = (validation[0], self._answers[1][0], *validation[2:])
        super()._train(X, y, weights, validation, *rest)

    def _encode(self, X: Any, y: np.ndarray) -> tuple[Any, np.ndarray]:
        answers = next(answers for labels, answers in self._answers if labels is y)
        X, labels = super()._encode(X, y)
        return X, np.concatenate([answers, labels.reshape(len(y), -1)], axis=1)

    def _model_builder(self) -> tuple[Callable[[], keras.Model], Hashable | None]:
        build, key = super()._model_builder()
        exclusive = self.y_ndim_ == 1
        n_classes = self.n_classes_
        one = self.classes_[:1] if exclusive else np.zeros((1, n_classes), dtype=self.y_dtype_)
        n_labels = self.target_encoder_.transform(one).size
        how = (n_classes, n_labels, exclusive, *self._temperature_and_alpha)
        return functools.partial(_distilled, build, *how), None if key is None else (key, how)


def _distilled(
    build: Callable[[], keras.Model],
    n_classes: int,
    n_labels: int,
    exclusive: bool,
    temperature: float,
    alpha: float,
) -> keras.Model:
    model = build()
    distil(model, n_classes, n_labels, exclusive, temperature=temperature, alpha=alpha)
    return model
