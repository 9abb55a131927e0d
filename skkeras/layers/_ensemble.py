"""Several networks in one model, each trained with its own loss, and averaged to predict."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="import skkeras")
class EnsembleMean(keras.layers.Layer):
    """Average the members' outputs, except in training.

    The inputs have shape (batch, n_members, ...). They are returned unchanged in training;
    otherwise their mean is returned, of shape (batch, ...).
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Average over the second axis."""
        return inputs if training else ops.mean(inputs, axis=1)


@keras.saving.register_keras_serializable(package="import skkeras")
class EnsembleModel(keras.Model):
    """Functional model that ends with `EnsembleMean` and trains its members independently.

    Training minimizes the mean of the members' losses, so that no member's gradient depends on
    another's outputs. Metrics, and the loss on validation data, are those of the mean output.
    """

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Compute the mean of the members' losses, all over the same rows."""
        if not training:
            return super().compute_loss(x, y, y_pred, sample_weight, training)
        n_members = y_pred.shape[1]
        y_pred = ops.reshape(y_pred, (-1, *y_pred.shape[2:]))
        y = ops.repeat(y, n_members, axis=0)
        if sample_weight is not None:
            sample_weight = ops.repeat(sample_weight, n_members, axis=0)
        return super().compute_loss(x, y, y_pred, sample_weight, training)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Update the metrics with the mean of the members' outputs."""
        if len(y_pred.shape) > len(self.output_shape):
            y_pred = ops.mean(y_pred, axis=1)
        return super().compute_metrics(x, y, y_pred, sample_weight)
