"""Loss and metrics to train a network on a teacher's probabilities and on the labels."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops
from keras.src.trainers.compile_utils import get_loss, get_metric


class Distillation(keras.losses.Loss):
    """A network's own loss on the labels, plus the cross-entropy to a teacher's probabilities.

    The loss is ``(1 - alpha) * own + alpha * temperature ** 2 * soft``, where `soft` is the
    cross-entropy of the softened outputs ``softmax(logits / temperature)`` of teacher and network.
    A row of the target is the teacher's probabilities, followed by the target of `own`.

    Parameters
    ----------
    own : keras.losses.Loss
        The loss on the labels.
    n_classes : int
        Number of the teacher's probabilities in a row.
    exclusive : bool
        Whether these are probabilities of classes, of which a row has one; otherwise of labels, of
        which a row has any number.
    temperature : float, default=1.0
        Temperature that softens both.
    alpha : float, default=0.5
        Weight of the teacher.

    References
    ----------
    Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015.
    https://arxiv.org/abs/1503.02531
    """

    def __init__(
        self,
        own: keras.losses.Loss,
        n_classes: int,
        exclusive: bool,
        temperature: float = 1.0,
        alpha: float = 0.5,
    ) -> None:
        super().__init__(name="distillation", reduction=own.reduction)
        self.own, self.n_classes, self.exclusive = own, n_classes, exclusive
        self.function = getattr(own, "fn", None)  # configurations contain only its name
        self.temperature, self.alpha = temperature, alpha

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Compute one loss per row."""
        soft_targets, labels = y_true[:, : self.n_classes], y_true[:, self.n_classes :]
        own = self.own.call(labels, y_pred)
        # One binary choice per label, or one choice between classes: (rows, choices, options).
        binary = not self.exclusive or y_pred.shape[-1] == 1
        if binary and self.exclusive:
            soft_targets = soft_targets[:, 1:]
        teacher = self._softened(_log_odds(soft_targets, binary))
        student = self._softened(_log_odds(y_pred, binary))
        soft = -ops.mean(ops.sum(ops.exp(teacher) * student, axis=-1), axis=-1)
        squared = self.temperature * self.temperature
        return own * (1 - self.alpha) + soft * (self.alpha * squared)

    def _softened(self, log_odds: Any) -> Any:
        return ops.log_softmax(log_odds / self.temperature, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same loss."""
        return {
            **super().get_config(),
            "own": keras.saving.serialize_keras_object(self.own),
            "n_classes": self.n_classes,
            "exclusive": self.exclusive,
            "temperature": self.temperature,
            "alpha": self.alpha,
        }


def _log_odds(probabilities: Any, binary: bool) -> Any:
    """Return log-probabilities up to a constant; options on the last axis exclude each other."""
    logits = getattr(probabilities, "_keras_logits", None)  # more precise, if available
    if logits is None:
        least = keras.config.epsilon()
        logits = ops.log(ops.maximum(probabilities, least))
        if binary:
            logits = logits - ops.log(ops.maximum(1 - probabilities, least))
    return ops.stack([ops.zeros_like(logits), logits], axis=-1) if binary else logits[:, None, :]


class OnLabels(keras.metrics.Metric):
    """A metric of the labels in the targets of `Distillation`.

    Parameters
    ----------
    metric : keras.metrics.Metric
        The metric.
    n_classes : int
        Number of the teacher's probabilities, which precede the labels.
    """

    def __init__(self, metric: keras.metrics.Metric, n_classes: int) -> None:
        super().__init__(name=metric.name)
        self.metric, self.n_classes = metric, n_classes
        self.function = getattr(metric, "_fn", None)  # configurations contain only its name

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Update the metric with a batch."""
        return self.metric.update_state(y_true[:, self.n_classes :], y_pred, sample_weight)

    def result(self) -> Any:
        """Return the metric over all batches."""
        return self.metric.result()

    def reset_state(self) -> None:
        """Reset the metric."""
        self.metric.reset_state()

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same metric."""
        config = keras.saving.serialize_keras_object(self.metric)
        return {**super().get_config(), "metric": config, "n_classes": self.n_classes}


def distil(
    model: keras.Model, n_classes: int, n_labels: int, exclusive: bool, **mixed: float
) -> None:
    """Compile a model again, to train it on a teacher's probabilities too.

    Parameters
    ----------
    model : keras.Model
        Compiled model with one output. It is compiled again.
    n_classes : int
        Number of a teacher's probabilities, the first columns of the target.
    n_labels : int
        Number of the columns after these, which are the present target.
    exclusive : bool
        Whether the probabilities are of classes that exclude each other.
    **mixed : dict
        `temperature` and `alpha` of `Distillation`.

    Raises
    ------
    ValueError
        If the model has several outputs.
    """
    shape = model.output_shape
    if not isinstance(shape, tuple):
        raise ValueError(
            f"The student's model has outputs of the shapes {shape}, and only one can be taught; "
            f"give a student with one output."
        )
    target, output = keras.KerasTensor((None, n_labels)), keras.KerasTensor(shape)
    own = get_loss(model.loss, target, output)
    compiled = model._compile_config.config
    metrics = {
        kind: [
            OnLabels(get_metric(metric, target, output), n_classes)
            for metric in keras.tree.flatten(compiled.get(kind) or [])
        ]
        for kind in ("metrics", "weighted_metrics")
    }
    model.compile(
        model.optimizer,
        Distillation(own, n_classes, exclusive, **mixed),
        loss_weights=compiled.get("loss_weights"),
        run_eagerly=model.run_eagerly,
        jit_compile=model.jit_compile,
        **metrics,
    )
