"""What a TensorFlow program traces: loops over epochs and batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf
from keras import tree

from skkeras.training._state_tf import TensorScalar
from skkeras.training._values import Value, as_inputs


class Loop:
    """What `Program` traces; the parameters are as there, `names` gets those of the logs."""

    def __init__(
        self,
        model: keras.Model,
        data: Any,
        held_out: Any | None,
        values: list[Value],
        chunk_rows: tuple[int, int] | None,
        names: list[str],
    ) -> None:
        self.model, self.values, self.names = model, values, names
        self.data, self.held_out, self.chunk_rows = data, held_out, chunk_rows
        self.n_data = len(tree.flatten(data))
        self.vector = tf.TensorSpec((len(values),), tf.float64)
        self.train = self._step(model.train_step, data)
        self.test = None if held_out is None else self._step(model.test_step, held_out)

    def specs(self) -> list[tf.TensorSpec]:
        """Types of the inputs of `run`."""
        return [
            tf.TensorSpec((None, None), tf.int32),
            tf.TensorSpec((2,), tf.int32),
            self.vector,
            *_row_specs(self.data),
            *([] if self.held_out is None else _row_specs(self.held_out)),
        ]

    def _step(self, step: Callable[[Any], Any], structure: Any, size: int | None = None) -> Any:
        """Make a step a function of its own, traced once, for batches of any size or of one."""

        def call(vector: Any, *flat: Any) -> dict[str, Any]:
            scalars = [TensorScalar(vector[i], v.sign) for i, v in enumerate(self.values)]
            with as_inputs(self.values, scalars):
                logs = step(tree.pack_sequence_as(structure, flat))
                names = self.model.get_metrics_result().keys()
            # As in Model.fit: logs of the step's own count only if they are not the metrics.
            own = isinstance(logs, dict) and set(logs) != set(names)
            return {name: tf.convert_to_tensor(log) for name, log in logs.items()} if own else {}

        signature = [self.vector, *_row_specs(structure, size)]
        return tf.function(call, input_signature=signature, autograph=False)

    def run(self, orders: Any, batch_sizes: Any, vector: Any, *flat: Any) -> list[Any]:
        """Train for as many epochs as there are orders."""
        data, held_out = list(flat[: self.n_data]), list(flat[self.n_data :])
        n_epochs = tf.shape(orders)[0]
        specs = self._log_specs()
        arrays = [tf.TensorArray(dtype, n_epochs, element_shape=shape) for dtype, shape in specs]

        def body(epoch: Any, _: Any, arrays: list[Any]) -> tuple[Any, Any, list[Any]]:
            logs = self._epoch(orders[epoch], batch_sizes, vector, data, held_out)
            self.names[:] = logs
            written = zip(arrays, logs.values(), strict=True)
            finite = tf.reduce_all(tf.math.is_finite(logs.get("loss", 0.0)))
            return epoch + 1, finite, [array.write(epoch, log) for array, log in written]

        # As Model.fit with `StopOnNonFinite`: what comes after a loss of NaN is time lost.
        done, _, arrays = tf.while_loop(
            lambda epoch, finite, _: (epoch < n_epochs) & finite,
            body,
            [tf.constant(0), tf.constant(True), arrays],
            parallel_iterations=1,
        )
        return [array.stack()[:done] for array in arrays]

    def _log_specs(self) -> list[tuple[Any, Any]]:
        logs = self._results(self.train)
        if self.test is not None:
            logs += self._results(self.test)
        return [(log.dtype, log.shape) for log in logs]

    def _results(self, step: Any) -> list[Any]:
        own = step.get_concrete_function().structured_outputs
        return list((own or self.model.get_metrics_result()).values())

    def _epoch(
        self, order: Any, batch_sizes: Any, vector: Any, data: list[Any], held_out: list[Any]
    ) -> dict[str, Any]:
        n_rows, size = tf.shape(order)[0], batch_sizes[0]
        n_batches = -(-n_rows // size)
        self.model.reset_metrics()
        start = tf.constant(0)
        if self.chunk_rows is not None:
            # The logs of an own step are those of the last batch, which XLA does not give.
            own = self.train.get_concrete_function().structured_outputs
            start = n_batches - 1 if own else n_rows // size
            self._train_chunks(order, start, vector, data, *self.chunk_rows)

        def take(batch: Any) -> list[Any]:
            rows = order[batch * size : tf.minimum((batch + 1) * size, n_rows)]
            return [tf.gather(part, rows) for part in data]

        logs = self._sweep(self.train, vector, start, n_batches, take)
        if self.test is None:
            return logs
        self.model.reset_metrics()
        n_rows, size = tf.shape(held_out[0])[0], batch_sizes[1]

        def cut(batch: Any) -> list[Any]:
            stop = tf.minimum((batch + 1) * size, n_rows)
            return [part[batch * size : stop] for part in held_out]

        held = self._sweep(self.test, vector, tf.constant(0), -(-n_rows // size), cut)
        return {**logs, **{f"val_{name}": log for name, log in held.items()}}

    def _sweep(
        self, step: Any, vector: Any, start: Any, stop: Any, take: Callable[[Any], list[Any]]
    ) -> dict[str, Any]:
        own = step.get_concrete_function().structured_outputs
        last = {name: tf.zeros(log.shape, log.dtype) for name, log in own.items()}
        _, last = tf.while_loop(
            lambda batch, _: batch < stop,
            lambda batch, _: (batch + 1, step(vector, *take(batch))),
            [start, last],
            parallel_iterations=1,
        )
        return last or dict(self.model.get_metrics_result())

    def _train_chunks(
        self, order: Any, n_batches: Any, vector: Any, data: list[Any], chunk: int, size: int
    ) -> None:
        """Train all full batches under XLA, whose shapes do not depend on the number of rows."""
        length = chunk * size
        # Gradients of loops inside a model need shapes that are known when tracing.
        step = self._step(self.model.train_step, self.data, size)

        @tf.function(jit_compile=True, autograph=False)
        def train(vector: Any, n_batches: Any, *parts: Any) -> None:
            def body(batch: Any) -> Any:
                step(vector, *(tf.gather(part, batch) for part in parts))
                return batch + 1

            tf.while_loop(lambda batch: batch < n_batches, body, [tf.constant(0)])

        def launch(first: Any) -> Any:
            rows = order[first * size : tf.minimum((first + chunk), n_batches) * size]
            # Rows of the padding are gathered but never trained on.
            rows = tf.ensure_shape(tf.pad(rows, [[0, length - tf.shape(rows)[0]]]), (length,))
            parts = [tf.gather(part, rows) for part in data]
            parts = [tf.reshape(part, (chunk, size, *part.shape[1:])) for part in parts]
            train(vector, tf.minimum(n_batches - first, chunk), *parts)
            return first + chunk

        tf.while_loop(
            lambda first: first < n_batches, launch, [tf.constant(0)], parallel_iterations=1
        )


def _row_specs(structure: Any, size: int | None = None) -> list[tf.TensorSpec]:
    return [tf.TensorSpec((size, *part.shape[1:]), part.dtype) for part in tree.flatten(structure)]
