"""Fine-tuning: a second stage of training, of the backbone's last layers and the layers on top."""

from __future__ import annotations

from typing import Any, Self

import keras
import numpy as np

from skkeras.base import ModelParams, replace_params
from skkeras.image._base import KerasImages
from skkeras.image._features import BackboneFeatures
from skkeras.utils import as_int


class FineTunedImages(KerasImages):
    """Base class of networks on top of a backbone, whose last layers are trained afterwards.

    A subclass defines `feature_encoder`, which depends on `_is_fine_tuned`, and `_features`.
    """

    n_unfrozen: int
    fine_tune_epochs: int
    # Whether the network contains the last layers of the backbone.
    _is_fine_tuned = False

    def _features(self, part: str | int) -> BackboneFeatures:
        """Return unfitted features: pooled, or the input of a number of last layers."""
        raise NotImplementedError

    def _model_params(self) -> ModelParams:
        params = super()._model_params()
        if not self._is_fine_tuned:
            return params
        rate, optimizer = float(self._fit_params["fine_tune_learning_rate"]), params.optimizer
        if isinstance(optimizer, keras.optimizers.Optimizer):
            config = {**optimizer.get_config(), "learning_rate": rate}
            optimizer = type(optimizer).from_config(config)
        return replace_params(params, learning_rate=rate, optimizer=optimizer)

    def _fit(self, *args: Any, reset: bool, epochs: int | None = None, **kwargs: Any) -> Self:
        # Fine-tune neither in `partial_fit` nor in the rungs of a search.
        is_whole = epochs is None and self._target_epochs is None
        goes_on = not reset and self._is_fine_tuned
        self._n_epochs_after = as_int(self.fine_tune_epochs) if is_whole and self.n_unfrozen else 0
        if is_whole and goes_on:
            epochs, self._n_epochs_after = as_int(self.fine_tune_epochs), 0
        try:
            return super()._fit(*args, reset=reset, epochs=epochs, **kwargs)
        finally:
            del self._n_epochs_after

    def _initialize(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> None:
        if self.n_unfrozen:
            self._features(as_int(self.n_unfrozen)).fit(X)  # raises if this is impossible
        super()._initialize(X, y, weights)

    def _reset(self) -> None:
        super()._reset()
        self._is_fine_tuned = False

    def _train_after(
        self,
        X: Any,
        y: np.ndarray,
        weights: np.ndarray | None,
        validation: tuple | None,
        options: dict[str, Any],
        context: Any,
    ) -> None:
        """Fine-tune the backbone's last layers together with the layers on top."""
        n_epochs, self._n_epochs_after = self._n_epochs_after, 0
        self._unfreeze(X)
        self._checkpoint = None
        if self._fit_key is not None:
            self._prepare(reset=True)
        self._train(X, y, weights, validation, n_epochs, options, context)

    def _unfreeze(self, X: Any) -> None:
        """Replace the network by one that contains the last layers of the backbone."""
        top = self.model_
        pooled: Any = self.feature_encoder_
        self._is_fine_tuned = True
        self.feature_encoder_ = self.feature_encoder.fit(X)
        self._spec = self._make_spec(X)
        network = self._make_network()
        found = self.feature_encoder_.find()
        parts = {
            found.model.name: found.upper_weights(as_int(self.n_unfrozen)),
            "scaler": [
                np.full_like(pooled.mean_, 1 / pooled.scale_),
                pooled.mean_,
                np.ones_like(pooled.mean_),
            ],
            **{layer.name: layer.get_weights() for layer in top.layers if layer.weights},
        }
        for name, values in parts.items():
            network.model.get_layer(name).set_weights(values)
        self._network = self._make_network(network.values)
