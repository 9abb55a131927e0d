"""Several networks in one model, each trained by its own loss, predicting together."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="skkeras")
class Average(keras.layers.Layer):
    """Average the members' outputs, except in training.

    Takes outputs of shape (batch, n_members, ...); in training it gives them as they are, else
    their mean, of shape (batch, ...).
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Average over the second axis."""
        return inputs if training else ops.mean(inputs, axis=1)


@keras.saving.register_keras_serializable(package="skkeras")
class Members(keras.Model):
    """Functional model that ends with `Average`, and whose members learn independently.

    What training minimises is the mean of the members' losses, so that no member's gradient depends
    on another's outputs; metrics, and the loss on validation data, are those of the mean output.
    """

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Compute the loss of each member, and their mean."""
        if not training:
            return super().compute_loss(x, y, y_pred, sample_weight, training)
        losses = [
            super(Members, self).compute_loss(x, y, y_pred[:, member], sample_weight, training)
            for member in range(y_pred.shape[1])
        ]
        return sum(losses) / len(losses)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Update the metrics with the mean of the members' outputs."""
        if len(y_pred.shape) > len(self.output_shape):
            y_pred = ops.mean(y_pred, axis=1)
        return super().compute_metrics(x, y, y_pred, sample_weight)
