"""The loops over epochs and batches that a TensorFlow program traces."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf
from keras import tree

from skkeras.layers import drawing_by_hashes
from skkeras.training.backends.tensorflow._variables import TensorFloat, TensorRate, on_one_replica
from skkeras.training.backends.tensorflow._xla_chunk import XlaChunks, is_finite, takes_any_size
from skkeras.training.programs import Hyperparameter, traced, unknown_dimension


class Loop:
    """The loops of a `Program`, with its parameters; `names` receives the names of the logs."""

    def __init__(
        self,
        model: keras.Model,
        data: Any,
        held_out: Any | None,
        values: list[Hyperparameter] | None,
        launch_shape: tuple[int, int] | None,
        names: list[str],
        any_size: bool = False,
    ) -> None:
        self.model, self.values, self.names = model, values or [], names
        self.data, self.held_out, self.any_size = data, held_out, any_size
        self.n_data = len(tree.flatten(data))
        # A call of a function takes as long as ten kernels, so steps of known code are inlined.
        # Only steps of foreign code return logs of their own, which a loop must know in advance.
        self.uses_xla = launch_shape is not None
        self.inlines = values is not None and not self.uses_xla
        self.vector = tf.TensorSpec((len(self.values),), tf.float64)
        self.train = self._step(model.train_step, data)
        self.launches = None
        if launch_shape is not None:
            any_size = values is not None and takes_any_size(model)
            step = self.train if any_size else self._step(model.train_step, data, launch_shape[1])
            self.launches = XlaChunks(model, step, launch_shape, any_size)
        self.test = None if held_out is None else self._step(model.test_step, held_out)

    def specs(self) -> list[tf.TensorSpec]:
        """Return the types of the inputs of `run`."""
        return [
            tf.TensorSpec((None, None), tf.int32),
            tf.TensorSpec((3,), tf.int32),
            self.vector,
            *self._row_specs(self.data),
            *([] if self.held_out is None else self._row_specs(self.held_out)),
        ]

    def _row_specs(self, structure: Any, size: int | None = None) -> list[tf.TensorSpec]:
        parts = tree.flatten(structure)
        shapes = [part.shape[1:] for part in parts]
        if self.any_size:
            shapes = [tuple(map(unknown_dimension, shape)) for shape in shapes]
        pairs = zip(parts, shapes, strict=True)
        return [tf.TensorSpec((size, *shape), part.dtype) for part, shape in pairs]

    def _step(self, step: Callable[[Any], Any], structure: Any, size: int | None = None) -> Any:
        """Make a step for batches of any size or of one; if inlined, it is traced at each call."""

        def call(vector: Any, *flat: Any) -> dict[str, Any]:
            with vector.graph.as_default():
                scalars = [
                    TensorFloat(vector[i], v.sign)
                    if v.is_one is None
                    else TensorRate(vector[i], v.sign, v.is_one)
                    for i, v in enumerate(self.values)
                ]
            with contextlib.ExitStack() as stack:
                stack.enter_context(traced(self.values, scalars))
                stack.enter_context(on_one_replica(self.model.optimizer))
                if self.uses_xla:
                    stack.enter_context(drawing_by_hashes())
                logs = step(tree.pack_sequence_as(structure, flat))
                names = self.model.get_metrics_result().keys()
            # As in `Model.fit`: the logs of a step are used only if they are not the metrics.
            own = isinstance(logs, dict) and set(logs) != set(names)
            if own and self.inlines:
                raise NotImplementedError("a step of known code has logs of its own")
            return {name: tf.convert_to_tensor(log) for name, log in logs.items()} if own else {}

        if self.inlines:
            return call
        signature = [self.vector, *self._row_specs(structure, size)]
        return tf.function(call, input_signature=signature, autograph=False)

    def run(self, orders: Any, batch_sizes: Any, vector: Any, *flat: Any) -> list[Any]:
        """Train one epoch for each order.

        `batch_sizes` is rows per batch in training and in validation, and batches per XLA launch.
        """
        data, held_out = list(flat[: self.n_data]), list(flat[self.n_data :])
        n_epochs = tf.shape(orders)[0]
        specs = self._log_specs()
        n_a_turn = 1
        if self.launches is not None and self.launches.any_size and self.test is None:
            n_a_turn = self.launches.epochs_a_launch(tf.shape(orders)[1], batch_sizes[2])

        def body(epoch: Any, _: Any, kept: list[Any]) -> tuple[Any, Any, list[Any]]:
            chosen = orders[epoch : epoch + n_a_turn]
            done, finite, logs = self._epochs(chosen, batch_sizes, vector, data, held_out)
            kept = [tf.concat([old, new[:done]], 0) for old, new in zip(kept, logs, strict=True)]
            return epoch + done, finite, kept

        # As in `Model.fit` with `StopOnNonFinite`: training after a loss of NaN is useless.
        empty = [tf.zeros((0, *shape), dtype) for dtype, shape in specs]
        shapes = [tf.TensorShape((None, *shape)) for _, shape in specs]
        _, _, kept = tf.while_loop(
            lambda epoch, finite, _: (epoch < n_epochs) & finite,
            body,
            [tf.constant(0), tf.constant(True), empty],
            shape_invariants=[tf.TensorShape(()), tf.TensorShape(()), shapes],
            parallel_iterations=1,
        )
        return kept

    def _log_specs(self) -> list[tuple[Any, Any]]:
        logs = self._results(self.train)
        if self.test is not None:
            logs += self._results(self.test)
        return [(log.dtype, log.shape) for log in logs]

    def _results(self, step: Any) -> list[Any]:
        return list((self._own_logs(step) or self.model.get_metrics_result()).values())

    def _own_logs(self, step: Any) -> dict[str, Any]:
        return {} if self.inlines else step.get_concrete_function().structured_outputs

    def _epochs(
        self, orders: Any, batch_sizes: Any, vector: Any, data: list[Any], held_out: list[Any]
    ) -> tuple[Any, Any, list[Any]]:
        """Train one epoch, or several if XLA trains complete ones; see `XlaChunks.train`."""
        self.model.reset_metrics()
        if self.launches is not None and self.launches.any_size:
            done, finite, trained = self.launches.train(orders, batch_sizes[2], vector, data)
        else:
            logs = self._epoch(orders[0], batch_sizes, vector, data)
            done, finite = tf.constant(1), is_finite(logs)
            trained = {name: log[None] for name, log in logs.items()}
        if self.test is None:
            self.names[:] = trained
            return done, finite, list(trained.values())
        self.model.reset_metrics()
        n_rows, size = tf.shape(held_out[0])[0], batch_sizes[1]

        def cut(batch: Any) -> list[Any]:
            stop = tf.minimum((batch + 1) * size, n_rows)
            return [part[batch * size : stop] for part in held_out]

        held = self._sweep(self.test, vector, tf.constant(0), -(-n_rows // size), cut)
        self.names[:] = [*trained, *(f"val_{name}" for name in held)]
        return done, finite, [*trained.values(), *(log[None] for log in held.values())]

    def _epoch(self, order: Any, sizes: Any, vector: Any, data: list[Any]) -> dict[str, Any]:
        """Train an epoch, of which XLA trains at most the full batches."""
        n_rows, size = tf.shape(order)[0], sizes[0]
        start, logs = tf.constant(0), None
        if self.launches is not None:
            start = n_rows // size
            full = order[None, : start * size]
            _, _, trained = self.launches.train(full, sizes[2], vector, data)
            logs = {name: log[0] for name, log in trained.items()}

        def take(batch: Any) -> list[Any]:
            rows = order[batch * size : tf.minimum((batch + 1) * size, n_rows)]
            return [tf.gather(part, rows) for part in data]

        return self._sweep(self.train, vector, start, -(-n_rows // size), take, logs)

    def _sweep(
        self,
        step: Any,
        vector: Any,
        start: Any,
        stop: Any,
        take: Callable[[Any], list[Any]],
        before: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        own = self._own_logs(step)
        none = {name: tf.zeros(log.shape, log.dtype) for name, log in own.items()}
        _, last = tf.while_loop(
            lambda batch, _: batch < stop,
            lambda batch, _: (batch + 1, step(vector, *take(batch))),
            [start, before if own and before else none],
            parallel_iterations=1,
        )
        return last or dict(self.model.get_metrics_result())
