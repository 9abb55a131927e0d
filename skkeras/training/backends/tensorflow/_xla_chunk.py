"""Chunks of batches that XLA trains in one launch: part of an epoch, or several epochs."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import tree
from tensorflow.compiler.tf2xla.python import xla

from skkeras.training.backends.tensorflow._variables import on_accelerator

# A launch takes about half a millisecond, and memory for all its rows, used or not.
_BATCHES, _BATCHES_OF_AN_EPOCH = 512, 64
_BYTES = 2**22

Logs = dict[str, Any]


def shape_of_launch(data: Any, batch_size: int, ends_with_epoch: bool) -> tuple[int, int]:
    """Return the maximum number of batches per launch, and the number of rows per batch."""
    row_bytes = sum(part.nbytes // max(1, len(part)) for part in tree.flatten(data))
    most = _BATCHES_OF_AN_EPOCH if ends_with_epoch else _BATCHES
    return max(1, min(most, _BYTES // max(1, row_bytes * batch_size))), batch_size


def takes_any_size(model: keras.Model) -> bool:
    """Return whether XLA trains a model of known code on batches of dynamic size.

    Gradients of loops need shapes that are known at compilation. On an accelerator, dynamic sizes
    are not tested.
    """
    return not on_accelerator() and not any(
        isinstance(layer, keras.layers.RNN) for layer in model._flatten_layers()
    )


def is_finite(logs: Logs) -> Any:
    """Return whether the loss is finite."""
    return tf.reduce_all(tf.math.is_finite(logs.get("loss", 0.0)))


class XlaChunks:
    """Training of many batches as one XLA executable, whose shapes do not depend on their number.

    Parameters
    ----------
    model : keras.Model
        The model.
    step : tf.function
        Trains on one batch and returns its logs, or none if the logs are the metrics.
    shape : tuple (int, int)
        Maximum number of batches per launch, and rows per batch.
    any_size : bool
        Whether `step` accepts fewer rows, as in the last batch of an epoch.
    """

    def __init__(
        self, model: keras.Model, step: Any, shape: tuple[int, int], any_size: bool
    ) -> None:
        self.model, self.step, self.any_size = model, step, any_size
        self.length, self.size = shape
        self._launch = tf.function(self._trained, jit_compile=True, autograph=False)

    def epochs_a_launch(self, n_rows: Any, n_at_once: Any) -> Any:
        """Return how many epochs `train` may be given; one epoch may take many launches."""
        return tf.maximum(1, tf.minimum(self.length, n_at_once) // -(-n_rows // self.size))

    def train(
        self, orders: Any, n_at_once: Any, vector: Any, data: list[Any]
    ) -> tuple[Any, Any, Logs]:
        """Train epochs until a loss is not finite.

        Parameters
        ----------
        orders : tensor of shape (n_epochs, n_rows), int32
            The rows of each epoch.
        n_at_once : tensor of shape (), int32
            Maximum number of batches per launch; a launch cannot be interrupted.
        vector : tensor of shape (n_values,)
            The values of the hyperparameters that are inputs.
        data : list of tensors
            All rows.

        Returns
        -------
        n_done : tensor, int32
            Number of epochs that were trained.
        finite : tensor, bool
            Whether the last loss is finite.
        logs : dict of str to tensor of shape (batches a launch, ...)
            The logs, of which only the first `n_done` are valid.
        """
        n_epochs, n_rows = tf.shape(orders)[0], tf.shape(orders)[1]
        n_batches = -(-n_rows // self.size)
        n_at_once = tf.minimum(self.length, n_at_once)
        orders = tf.pad(orders, [[0, 0], [0, n_batches * self.size - n_rows]])

        def launch(first: Any, *_: Any) -> tuple[Any, ...]:
            stop = tf.minimum(first + n_at_once, n_batches)
            rows = tf.reshape(orders[:, first * self.size : stop * self.size], (-1,))
            n_last = tf.minimum(n_rows - (stop - 1) * self.size, self.size)
            parts = [self._part(part, rows) for part in data]
            return stop, *self._launch(vector, n_epochs, stop - first, n_last, *parts)

        _, done, finite, logs = tf.while_loop(
            lambda first, *_: first < n_batches,
            launch,
            [tf.constant(0), tf.constant(0), tf.constant(True), self._no_logs()],
            parallel_iterations=1,
        )
        return done, finite, logs

    def _part(self, part: Any, rows: Any) -> Any:
        rest = self.length * self.size - tf.shape(rows)[0]
        taken = tf.pad(tf.gather(part, rows), [[0, rest], *[[0, 0]] * (len(part.shape) - 1)])
        return tf.reshape(taken, (self.length, self.size, *part.shape[1:]))

    def _own_logs(self) -> Logs:
        return self.step.get_concrete_function().structured_outputs

    def _no_logs(self) -> Logs:
        logs = self._own_logs() or self.model.get_metrics_result()
        return {name: tf.zeros((self.length, *log.shape), log.dtype) for name, log in logs.items()}

    def _trained(
        self, vector: Any, n_epochs: Any, n_batches: Any, n_last: Any, *parts: Any
    ) -> tuple[Any, Any, Logs]:
        """Train, compiled by XLA; the last batch of each epoch has `n_last` rows."""
        none = self._no_logs()

        def take_batch(done: Any, batch: Any) -> list[Any]:
            # With a slice, the index of the batch would be compiled into the executable.
            taken = [tf.gather(part, done * n_batches + batch) for part in parts]
            if not self.any_size:
                return taken
            n_rows = tf.where(batch == n_batches - 1, n_last, self.size)
            taken = [xla.set_dynamic_dimension_size(rows, 0, n_rows) for rows in taken]
            for rows, part in zip(taken, parts, strict=True):
                rows.set_shape((None, *part.shape[2:]))
            return taken

        def train_epoch(done: Any, _: Any, kept: Logs) -> tuple[Any, Any, Logs]:
            tf.cond(done > 0, self._reset, lambda: done)
            _, logs = tf.while_loop(
                lambda batch, _: batch < n_batches,
                lambda batch, _: (batch + 1, self.step(vector, *take_batch(done, batch))),
                [tf.constant(0), {name: none[name][0] for name in self._own_logs()}],
            )
            logs = logs or dict(self.model.get_metrics_result())
            kept = {
                name: tf.tensor_scatter_nd_update(old, [[done]], [logs[name]])
                for name, old in kept.items()
            }
            return done + 1, is_finite(logs), kept

        return tf.while_loop(
            lambda done, finite, _: (done < n_epochs) & finite,
            train_epoch,
            [tf.constant(0), tf.constant(True), none],
        )

    def _reset(self) -> Any:
        self.model.reset_metrics()
        return tf.constant(0)
