"""One warm fit, and the matrix products of this fit alone in one compiled loop."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable

from _sidebyside import Reach, in_turns, serve, table

PRODUCTS = "matrix products alone"
FAMILIES = {"digits": "KerasMLPClassifier", "ames": "KerasRealMLPRegressor"}
TITLES = {
    "digits": "The warm fit above",
    "ames": "RealMLP on the 2,344 training rows of Ames, 256 epochs in batches of 256",
}
ROUNDS = {"digits": 21, "ames": 3}


def make_fit(question: str, **params: int) -> Callable[[], object]:
    from _networks import BATCH, EPOCHS, digits
    from sklearn.model_selection import train_test_split

    from skkeras import KerasMLPClassifier, KerasRealMLPRegressor
    from skkeras.datasets import fetch_ames

    if question == "ames":
        X, _, y, _ = train_test_split(*fetch_ames(), test_size=0.2, random_state=0)
        realmlp = KerasRealMLPRegressor(random_state=0, **params)
        return lambda: realmlp.fit(X, y)
    rows, labels = digits()
    mlp = KerasMLPClassifier(
        hidden_layer_sizes=(64,), alpha=0, epochs=EPOCHS, batch_size=BATCH, random_state=0
    )
    return lambda: mlp.fit(rows, labels)


def make_products(question: str) -> Callable[[], object]:
    from _networks import BATCH, EPOCHS

    if question == "digits":
        return products(EPOCHS, -(-1198 // BATCH), BATCH, [64, 64, 10], xla=True)
    model = make_fit(question, epochs=1)().model_
    kernels = [v.shape for v in model.trainable_variables if v.name == "kernel"]
    shapes = [shape for shape in kernels if len(shape) == 2]  # that of the embedding has 3 axes
    rows = round(0.8 * 2344)  # a fifth is held out
    return products(256, -(-rows // 256), 256, [shapes[0][0], *(n for _, n in shapes)], xla=False)


def products(
    n_epochs: int, n_batches: int, batch: int, sizes: list[int], *, xla: bool
) -> Callable[[], object]:
    """Return a function that computes the forward and backward products of training an MLP."""
    import numpy as np
    import tensorflow as tf

    rng = np.random.default_rng(0)

    def normal(*shape: int) -> tf.Tensor:
        return tf.constant(rng.normal(size=shape) / 8, tf.float32)

    batches, deltas = (normal(n_batches, batch, size) for size in (sizes[0], sizes[-1]))
    kernels = [normal(*shape) for shape in itertools.pairwise(sizes)]

    @tf.function(jit_compile=xla, autograph=False)
    def train(batches: tf.Tensor, deltas: tf.Tensor, *kernels: tf.Tensor) -> list[tf.Tensor]:
        def step(i: tf.Tensor, *kernels: tf.Tensor) -> tuple:
            # The tiny terms make the next step depend on each product: none is optimized away.
            inputs = [batches[i % n_batches]]
            for kernel in kernels:
                inputs.append(inputs[-1] @ kernel)
            delta = deltas[i % n_batches] + 1e-6 * inputs.pop()
            changed = []
            for place, kernel in reversed(list(enumerate(kernels))):
                change = tf.matmul(inputs[place], delta, transpose_a=True)
                changed.insert(0, kernel + 1e-6 * change)
                if place:
                    delta = tf.matmul(delta, kernel, transpose_b=True)
            return i + 1, *changed

        start = (tf.constant(0), *kernels)
        n_steps = n_epochs * n_batches
        return tf.while_loop(lambda i, *_: i < n_steps, step, start, parallel_iterations=1)[1:]

    return lambda: [part.numpy() for part in train(batches, deltas, *kernels)]


if len(sys.argv) > 1:
    make = make_products if sys.argv[1] == PRODUCTS else make_fit
    serve(make(sys.argv[2]))
else:
    for question, family in FAMILIES.items():
        times = in_turns(__file__, [family, PRODUCTS], question, repeats=ROUNDS[question])
        reaches = [Reach(PRODUCTS, family, 1 / 3)] if question == "digits" else []
        print(f"{TITLES[question]}:\n\n{table(times, [PRODUCTS], reaches)}\n")
