"""Training of a candidate on a fold in parts, without refitting the other pipeline steps."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, Self

import joblib
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackSupportMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import Tags, get_tags
from sklearn.utils._metadata_requests import MetadataRequest, get_routing_for_object


def find_network(estimator: Any, params: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the network at the end of an estimator and its name.

    Parameters
    ----------
    estimator : estimator object
        An skkeras network, or a `Pipeline` or `TransformedTargetRegressor` around it.
    params : mapping
        Parameters to set on the estimator, which may replace its network.

    Returns
    -------
    name : str
        Name of the network among the parameters, such as ``"regressor__kerasmlpregressor"``; empty
        if the estimator is a network.
    network : estimator
        The network.

    Raises
    ------
    TypeError
        If there is no such network.
    """
    names: list[str] = []
    inner = estimator
    while not hasattr(inner := params.get("__".join(names), inner), "fit_until"):
        if isinstance(inner, Pipeline):
            name, inner = inner.steps[-1]
        elif isinstance(inner, TransformedTargetRegressor):
            name, inner = "regressor", inner.regressor
        else:
            raise TypeError(
                "Only networks of skkeras can be trained in parts: expected one, alone or at the "
                f"end of a Pipeline or TransformedTargetRegressor; got {inner!r}"
                + (f" in {estimator!r}." if names else ".")
            )
        names.append(name)
    return "__".join(names), inner


def epochs_name(estimator: Any, candidates: list[dict[str, Any]]) -> str:
    """Return the name of the parameter with the network's number of epochs.

    Parameters
    ----------
    estimator : estimator object
        As in `find_network`.
    candidates : list of dict
        Parameters to set on the estimator.

    Returns
    -------
    str
        The name, which is the same for all candidates.

    Raises
    ------
    TypeError
        If a candidate has no network.
    ValueError
        If the candidates have their networks in different places.
    """
    names = set()
    for params in candidates:
        name, network = find_network(estimator, params)
        epochs = getattr(network, "_resource", "epochs")
        names.add(f"{name}__{epochs}" if name else epochs)
    if len(names) > 1:
        raise ValueError(
            "All candidates must have their network in the same place to be trained in parts; got "
            f"their epochs as {', '.join(map(repr, sorted(names)))}."
        )
    return names.pop()


class _Frozen(FrozenEstimator):
    """A step that is fitted in the first part and only transforms in the later parts."""

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Self:
        return self

    def get_metadata_routing(self) -> MetadataRequest:
        return get_routing_for_object(self.estimator)


class _NetworkStep(CallbackSupportMixin, _Frozen):
    """Wraps the network; `fit` trains it up to `n_epochs` epochs in total.

    Cloning returns the object itself, because `TransformedTargetRegressor` clones its regressor.
    """

    n_epochs: int
    is_training = True
    data: tuple[Any, Any, dict[str, Any]] | None = None

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Self:
        self.data = (X, y, fit_params)
        if self.is_training:
            # Some meta-estimators do not propagate callbacks to the network.
            context = vars(self).get("_parent_callback_ctx")
            passing_on = context and context.propagate_callback_context(self.estimator)
            with passing_on or nullcontext():
                self.estimator.fit_until(X, y, self.n_epochs, **fit_params)
        return self


def _repeated(estimator: Any) -> Any:
    """Return a copy whose fit uses the fitted steps and continues training the network."""
    if isinstance(estimator, _NetworkStep):
        return estimator
    twin = copy.copy(estimator)
    if isinstance(estimator, Pipeline):
        *steps, (name, last) = estimator.steps
        twin.steps = [
            (step, used if used is None or isinstance(used, str) else _Frozen(used))
            for step, used in steps
        ]
        twin.steps.append((name, _repeated(last)))
        twin.memory = None
    else:
        twin.regressor = _repeated(estimator.regressor_)
        if estimator.transformer is not None:
            twin.transformer = _Frozen(estimator.transformer_)
    return twin


class ResumableFit(CallbackSupportMixin, BaseEstimator):
    """One candidate on one fold, trained in parts.

    `fit` trains up to the number of epochs in the last call of `set_params`.

    Parameters
    ----------
    estimator : estimator object
        Unfitted estimator that no other object uses.
    resource : str
        Name of the parameter with the network's number of epochs.
    max_epochs : int
        Value of that parameter in every part, so that schedules span all epochs.

    Attributes
    ----------
    estimator : estimator object
        Fitted after the first part. Its network is in a wrapper that delegates to it.
    """

    def __init__(self, estimator: Any, resource: str, max_epochs: int) -> None:
        self.estimator = estimator
        self.resource = resource
        self.max_epochs = max_epochs
        self._params: dict[str, Any] = {}
        self._part: _NetworkStep | None = None
        self._kept: tuple[Any, Any, dict[str, Any]] | None = None

    def set_params(self, **params: Any) -> Self:
        """Set the number of epochs and, in the first call, the other parameters."""
        self._params = params
        return self

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Self:
        """Continue training; data and parameters must be the same in each call."""
        context = vars(self)["_parent_callback_ctx"]
        begins = self._part is None
        part = self._started() if self._part is None else self._part
        part.n_epochs = self._params[self.resource]
        if self._kept is None:
            target = self.estimator if begins else _repeated(self.estimator)
        else:
            target, (X, y, fit_params) = part, self._kept
        with context.propagate_callback_context(target):
            target.fit(X, y, **fit_params)
        if begins and target is not part and not self.is_finished:
            self._keep_what_does_not_repeat(part, X, y, fit_params)
        part.data = None
        return self

    def _started(self) -> _NetworkStep:
        self.estimator.set_params(**{k: v for k, v in self._params.items() if k != self.resource})
        # Set last, because the other parameters may replace the network.
        self.estimator.set_params(**{self.resource: self.max_epochs})
        name, network = find_network(self.estimator, {})
        self._part = _NetworkStep(network)
        if name:
            self.estimator.set_params(**{name: self._part})
        else:
            self.estimator = self._part
        return self._part

    def _keep_what_does_not_repeat(
        self, part: _NetworkStep, X: Any, y: Any, fit_params: dict[str, Any]
    ) -> None:
        """Keep the network's training data if the fitted steps do not reproduce it.

        `fit_transform` and `transform` may return different values for the same rows: by design in
        `TargetEncoder`, by rounding in `PCA`.
        """
        trained_on, part.is_training = part.data, False
        try:
            _repeated(self.estimator).fit(X, y, **fit_params)
        finally:
            del part.is_training
        if joblib.hash(trained_on) != joblib.hash(part.data):
            self._kept = trained_on

    @property
    def fitted(self) -> Any:
        """The fitted estimator, for predictions."""
        alone = self.estimator is self._part
        return self.estimator.estimator if alone else self.estimator

    @property
    def is_finished(self) -> bool:
        """Whether the last part has been trained."""
        return self._params[self.resource] >= self.max_epochs

    @property
    def ran_away(self) -> bool:
        """Whether the loss became NaN or infinite, so that no fitted network is left."""
        network = self._part and self._part.estimator
        return network is not None and not network.__sklearn_is_fitted__()

    def __sklearn_clone__(self) -> Self:
        # `FitPool` has cloned the unfitted estimator, and a fitted one must not be lost.
        return self

    def __sklearn_tags__(self) -> Tags:
        return get_tags(self.estimator)
