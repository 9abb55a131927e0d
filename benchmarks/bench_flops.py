"""One warm fit beside its matrix products alone, in one compiled loop."""

from __future__ import annotations

import sys
from collections.abc import Callable

from _sidebyside import Reach, in_turns, serve, table

WAYS = ["KerasMLPClassifier", "matrix products alone"]


def make_fit() -> Callable[[], object]:
    from _networks import BATCH, EPOCHS, digits

    from skkeras import KerasMLPClassifier

    X, y = digits()
    estimator = KerasMLPClassifier(
        hidden_layer_sizes=(64,), alpha=0, epochs=EPOCHS, batch_size=BATCH, random_state=0
    )
    return lambda: estimator.fit(X, y)


def make_products() -> Callable[[], object]:
    import numpy as np
    import tensorflow as tf
    from _networks import BATCH, EPOCHS, digits

    rows, _ = digits()
    n_batches = -(-len(rows) // BATCH)
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> tf.Tensor:
        return tf.constant(rng.normal(size=shape) / 8, tf.float32)

    batches = tf.constant(np.resize(rows, (n_batches, BATCH, 64)))
    deltas, first, second = normal(n_batches, BATCH, 10), normal(64, 64), normal(64, 10)

    @tf.function(jit_compile=True, autograph=False)
    def products(batches: tf.Tensor, deltas: tf.Tensor, *weights: tf.Tensor) -> list[tf.Tensor]:
        def step(i: tf.Tensor, first: tf.Tensor, second: tf.Tensor) -> tuple:
            # Forward and back; the tiny sums make each product needed for the next step.
            rows = batches[i % n_batches]
            hidden = rows @ first
            delta = deltas[i % n_batches] + 1e-6 * (hidden @ second)
            change = tf.matmul(hidden, delta, transpose_a=True)
            back = tf.matmul(delta, second, transpose_b=True)
            below = tf.matmul(rows, back, transpose_a=True)
            return i + 1, first + 1e-6 * below, second + 1e-6 * change

        start = (tf.constant(0), *weights)
        return tf.while_loop(lambda i, *_: i < EPOCHS * n_batches, step, start)[1:]

    return lambda: [part.numpy() for part in products(batches, deltas, first, second)]


if len(sys.argv) > 1:
    serve(make_fit() if sys.argv[1] == WAYS[0] else make_products())
else:
    reaches = [Reach(WAYS[1], WAYS[0], 1 / 3)]
    print(table(in_turns(__file__, WAYS, repeats=21), WAYS[1:], reaches))
