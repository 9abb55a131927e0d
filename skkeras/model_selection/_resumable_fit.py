"""A candidate on a fold, trained in parts as if it never stopped: pipelines are fitted once."""

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
    """Find the network at the end of an estimator.

    Parameters
    ----------
    estimator : estimator object
        A network of this project, or a `Pipeline` or `TransformedTargetRegressor` around it.
    params : mapping
        Parameters that it is to get, which may put a network there.

    Returns
    -------
    name : str
        Its name among the parameters, such as ``"regressor__kerasmlpregressor"``; empty for a
        network alone.
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
    """Name the parameter that says for how many epochs the network is trained.

    Parameters
    ----------
    estimator : estimator object
        As for `find_network`.
    candidates : list of dict
        Parameters that it is to get.

    Returns
    -------
    str
        The name, which all candidates share.

    Raises
    ------
    TypeError
        If there is no network in one of them.
    ValueError
        If they have it in different places.
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
    """A step that was fitted in the first part, and only transforms in the others."""

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Self:
        return self

    def get_metadata_routing(self) -> MetadataRequest:
        return get_routing_for_object(self.estimator)


class _NetworkStep(CallbackSupportMixin, _Frozen):
    """The network in its place: what fits it trains it to `n_epochs` epochs in total.

    It survives being cloned, as `TransformedTargetRegressor` does with its regressor.
    """

    n_epochs: int
    is_training = True
    data: tuple[Any, Any, dict[str, Any]] | None = None

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Self:
        self.data = (X, y, fit_params)
        if self.is_training:
            # Not everything around a network passes callbacks on.
            context = vars(self).get("_parent_callback_ctx")
            passing_on = context and context.propagate_callback_context(self.estimator)
            with passing_on or nullcontext():
                self.estimator.fit_until(X, y, self.n_epochs, **fit_params)
        return self


def _repeated(estimator: Any) -> Any:
    """Return a copy whose fit transforms as the fitted steps do, and goes on with the network."""
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

    Its `fit` trains until there are as many epochs as the last `set_params` said.

    Parameters
    ----------
    estimator : estimator object
        Not fitted, and nobody else's.
    resource : str
        Name of the parameter that says for how many epochs the network is trained.
    max_epochs : int
        What that parameter is, whatever the part, so that schedules stretch over all epochs.

    Attributes
    ----------
    estimator : estimator object
        Fitted after the first part, with something around the network that passes all on to it.
    """

    def __init__(self, estimator: Any, resource: str, max_epochs: int) -> None:
        self.estimator = estimator
        self.resource = resource
        self.max_epochs = max_epochs
        self._params: dict[str, Any] = {}
        self._part: _NetworkStep | None = None
        self._kept: tuple[Any, Any, dict[str, Any]] | None = None

    def set_params(self, **params: Any) -> Self:
        """Say how far to train and, the first time, with which parameters."""
        self._params = params
        return self

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> Self:
        """Train on from where training stands; data and parameters are the same in each call."""
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
        # After the others, for these may replace the network.
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
        """Keep what the network was trained on, if the fitted steps do not give it again.

        What `fit_transform` gives may be something else than what `transform` gives for the same
        rows: by design in `TargetEncoder`, by rounding in `PCA`.
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
        """What predicts."""
        alone = self.estimator is self._part
        return self.estimator.estimator if alone else self.estimator

    @property
    def is_finished(self) -> bool:
        """Whether there is no part to come."""
        return self._params[self.resource] >= self.max_epochs

    @property
    def ran_away(self) -> bool:
        """Whether the loss became NaN or infinite and left nothing to predict with."""
        network = self._part and self._part.estimator
        return network is not None and not network.__sklearn_is_fitted__()

    def __sklearn_clone__(self) -> Self:
        # To start with, `FitPool` has cloned what is inside; later on, it is not to be lost.
        return self

    def __sklearn_tags__(self) -> Tags:
        return get_tags(self.estimator)
