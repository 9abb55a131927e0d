"""Training of an estimator's network: epochs, checkpoints and continued training."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import keras
import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skkeras._weight_count import Counted, is_counting
from skkeras.base._convergence import warn_if_still_falling
from skkeras.base._fit_progress import EpochReports
from skkeras.base._unused_params import warn_about_monitors
from skkeras.fit_cache import (
    CheckpointKeeper,
    FitKey,
    FitMemory,
    TrainingCheckpoint,
    is_cacheable,
    keep,
    restore,
)
from skkeras.training import FitArguments, Network, Outcome, count_rows
from skkeras.utils import is_same


class EpochsMixin:
    """Mixin that trains the network of an estimator.

    The estimator must define `n_iter_`, `history_`, `_seed` and the methods that
    `BaseKerasEstimator` requires of a subclass.
    """

    _network: Network | None = None
    _fit_key: FitKey | None = None
    _checkpoint: TrainingCheckpoint | None = None
    # Number of epochs that `fit_until` trains to.
    _target_epochs: int | None = None
    _seed: int
    # Number of epochs of an optional second training stage.
    _n_epochs_after: int = 0
    n_iter_: int
    history_: dict[str, list[Any]]
    trainer_: str
    # Function that checks the model before it is trained, in the fit of another estimator.
    _check_model: Any = None
    # Message of predictions, after a fit that left no model.
    _why_not_fitted: str | None = None

    @property
    def current_epoch(self) -> int:
        """Number of epochs in `history_`, over all calls since training began."""
        return max(map(len, getattr(self, "history_", {}).values()), default=0)

    @property
    def loss_curve_(self) -> list[float]:
        """Training loss of each epoch, as in scikit-learn's perceptrons."""
        return self.history_["loss"]

    def fit_until(self, X: Any, y: Any, n_epochs: int, **fit_params: Any) -> Self:
        """Train until `n_epochs` epochs are reached, from scratch or from the current state.

        The result is bit-identical to that of one fit of `n_epochs` epochs. The parameter `epochs`
        is not changed; schedules such as "cosine" decay over `epochs`. After `fit` or
        `partial_fit`, callbacks such as early stopping start from scratch, because these methods
        do not keep the state of callbacks.

        Parameters
        ----------
        X, y : array-like
            Data, the same in each call.
        n_epochs : int
            Total number of epochs, including earlier ones.
        **fit_params : dict
            Other arguments of `fit`, the same in each call.

        Returns
        -------
        self
            The estimator; `n_iter_` is less than `n_epochs` if training stopped early.

        Raises
        ------
        ValueError
            If the estimator has already trained for more epochs.
        """
        self._target_epochs = n_epochs
        try:
            return self.fit(X, y, **fit_params)  # type: ignore[attr-defined]
        finally:
            self._target_epochs = None

    @property
    def _is_in_parts(self) -> bool:
        """Whether a later call may continue this fit as if it had not ended."""
        return self._target_epochs is not None or self._fit_key is not None

    def _n_epochs_left(self, until: int) -> int:
        if self.current_epoch > until:
            raise ValueError(
                f"This {type(self).__name__} has trained {self.current_epoch} epochs and cannot go "
                f"back to {until}; fit a clone."
            )
        ended = self._checkpoint is not None and self._checkpoint.ended
        return 0 if ended else until - self.current_epoch

    def _take_params(self: Any) -> None:
        """Apply the current parameters, and keep the trained weights and optimizer state.

        Raises
        ------
        ValueError
            If the weights of the network have different shapes with these parameters.
        """
        params, before = self.get_params(deep=False), self._fit_params
        same = params.keys() == before.keys() and all(
            is_same(value, before[name]) for name, value in params.items()
        )
        if same or self._target_epochs is not None:
            return
        start = self._make_network()
        self._fit_params = params
        try:
            network = self._make_network()
            if not network.starts_as(start):
                network.go_on_from(self._live_network(), start)
                self._network = self._make_network(network.values)
        except BaseException:
            self._fit_params = before
            raise

    def _prepare(self: Any, *, reset: bool) -> None:
        """Create the fit key if it is needed, and drop a fit key or checkpoint that is invalid."""
        memory = FitMemory.of(self.memory)
        if reset and memory is not None and self.random_state is None:
            warnings.warn(
                f"memory= stores nothing of this {type(self).__name__}: without random_state, no "
                f"two fits are the same. Set random_state to an integer.",
                UserWarning,
                stacklevel=2,
            )
        elif reset and memory is not None:
            self._fit_key = FitKey()
        if memory is None or not (reset or self._target_epochs is not None):
            self._fit_key = None
        if not self._is_in_parts:
            self._checkpoint = None

    def _train(
        self: Any,
        X: Any,
        y: np.ndarray,
        weights: np.ndarray | None,
        validation: tuple | None,
        n_epochs: int,
        options: dict[str, Any],
        context: Any = None,
    ) -> None:
        if is_counting():
            raise Counted(self._live_network().n_weights)
        if self._check_model is not None and not self._n_epochs_after:
            self._check_model(self._live_network().model)
        given_options, is_whole, has_stopped = dict(options), context is None, False
        until = (
            self.current_epoch + n_epochs if self._target_epochs is None else self._target_epochs
        )
        self._n_epochs_left(until)  # raises an error if `until` is too small
        # Epochs of Keras are counted from `initial_epoch`, which the user may give.
        shift = options.pop("initial_epoch", self.current_epoch) - self.current_epoch
        callbacks = [*self._make_callbacks(validation is not None), *options.pop("callbacks", ())]
        if validation is None:
            warn_about_monitors(self, callbacks)
        batch_size = options.pop("batch_size", None) or self._batch_size(count_rows(X))
        arguments = FitArguments(
            *self._encode(X, y),
            sample_weight=weights,
            validation_data=validation and (*self._encode(*validation[:2]), validation[2]),
            epochs=until,
            batch_size=batch_size,
            seed=self._seed,
            callbacks=callbacks,
            **options,
        )
        memory = None if self._fit_key is None else FitMemory.of(self.memory)
        if memory is not None and not is_cacheable(self._fit_key, self._live_network(), arguments):
            self._fit_key = memory = None
        if shift and self._is_in_parts:
            raise ValueError(
                "initial_epoch= cannot be given with memory=, or in a search that trains in parts: "
                "these continue from the epochs trained so far. Leave it out."
            )
        if memory is not None:
            key = self._fit_key.key
            restore(self, memory, key, until, callbacks)
        n_epochs = self._n_epochs_left(until)
        if is_whole:
            context = self._init_callback_context(max_subtasks=n_epochs + self._n_epochs_after)
            context.call_on_fit_task_begin(estimator=self, X=X, y=y)
        if n_epochs:
            reports = None
            if getattr(self, "_skl_callbacks", None):
                reports = EpochReports(self, context, X, y)
            first = self.current_epoch + shift
            arguments = replace(arguments, initial_epoch=first, epochs=until + shift)
            # A fit that was stopped by a search must not be stored as a complete fit.
            has_stopped = self._run_epochs(until, arguments, reports)
            if memory is not None and not has_stopped:
                keep(self, memory, key)
        if is_whole and self._n_epochs_after and self.initialized_ and not has_stopped:
            self._train_after(X, y, weights, validation, given_options, context)
        if is_whole:
            context.call_on_fit_task_end(estimator=self, X=X, y=y)

    def _train_after(
        self,
        X: Any,
        y: np.ndarray,
        weights: np.ndarray | None,
        validation: tuple | None,
        options: dict[str, Any],
        context: Any,
    ) -> None:
        """Train the second stage: call `_train` with this context."""
        raise NotImplementedError

    def _run_epochs(
        self: Any, until: int, arguments: FitArguments, reports: EpochReports | None
    ) -> bool:
        """Train, and return whether a search stopped training."""
        callbacks = arguments.callbacks
        keeper = self._make_keeper(callbacks, until) if self._is_in_parts else None
        ours = [c for c in (reports, keeper) if c is not None]
        outcome = Outcome()
        try:
            self._live_network().train(replace(arguments, callbacks=[*callbacks, *ours]), outcome)
        except BaseException:
            self._note(outcome)
            self._fit_key = self._checkpoint = None  # the state of callbacks is unknown
            raise
        self._note(outcome)
        has_stopped = outcome.is_cut or (reports is not None and reports.has_stopped)
        if outcome.is_cut:
            self._fit_key = self._checkpoint = None  # the state of callbacks is unknown
        elif keeper is not None:
            ran_away = not np.isfinite(self.history_.get("loss", [0.0])[-1])
            ended = self.current_epoch < until or ran_away
            self._checkpoint = TrainingCheckpoint(ended=True) if ended else keeper.found
        self._check_finite(outcome.history.get("loss", []), callbacks)
        has_ended = self.current_epoch < until or has_stopped
        if self.initialized_ and not has_ended and self._target_epochs is None:
            warn_if_still_falling(type(self).__name__, outcome.history)
        return has_stopped

    def _make_keeper(
        self: Any, callbacks: Sequence[keras.callbacks.Callback], until: int
    ) -> CheckpointKeeper | None:
        """Restore the checkpoint of the network, and return a callback that makes the next one."""
        network = self._live_network()
        start = self._checkpoint
        if start is not None and start.values:
            network.values = start.restored(network.values)
        if not callbacks and not network.ends_with_averages:
            return None
        return CheckpointKeeper(callbacks, until, lambda: network.values, start)

    def _note(self: Any, outcome: Outcome) -> None:
        """Record the trainer, and append the new epochs to `history_`."""
        n_before = self.current_epoch
        whole = Outcome(self.history_)
        whole.extend(outcome.history)
        self.history_ = whole.history
        self.n_iter_ += self.current_epoch - n_before
        why = "" if outcome.reason is None else f" ({outcome.reason})"
        self.trainer_ = f"{outcome.trainer}{why}"

    def _check_finite(
        self: Any, losses: Sequence[float], callbacks: Sequence[keras.callbacks.Callback]
    ) -> None:
        """Warn if the loss is not finite, and keep only weights of an earlier epoch."""
        bad = [epoch for epoch, loss in enumerate(losses) if not np.isfinite(loss)]
        if self._network.is_finite and not bad:
            return
        first = bad[0] if bad else len(losses) - 1
        restored = any(getattr(c, "restore_best_weights", False) for c in callbacks)
        epoch = self.current_epoch - len(losses) + first + 1
        # Callbacks keep the state of earlier calls only if training continues from checkpoints.
        has_best = restored and (epoch if self._is_in_parts else first + 1) > 1
        if has_best and all(np.isfinite(w).all() for w in self.model_.get_weights()):
            # The optimizer's state is not restored, and its NaNs would spoil these weights later.
            for variable in self.model_.optimizer.variables:
                variable.assign(keras.ops.nan_to_num(variable, posinf=0.0, neginf=0.0))
            kept = "The weights of the best epoch before that were kept."
        else:
            self._reset()
            self._why_not_fitted = (
                "This %(name)s is not fitted: its loss became NaN or infinite in epoch "
                f"{epoch}. Lower the learning rate, set clipnorm, or scale the data, and fit again."
            )
            kept = "The estimator is not fitted."
        warnings.warn(
            f"The loss of {type(self).__name__} became NaN or infinite in epoch {epoch}, and "
            f"training stopped. {kept} Lower the learning rate, set clipnorm, or scale the data.",
            ConvergenceWarning,
            stacklevel=2,
        )
