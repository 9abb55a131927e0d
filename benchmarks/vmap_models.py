"""Time the training of many models by one vmapped JAX program, and one after the other.

With JAX, the compiled epoch of `skkeras.training` is a pure function of a model's state, so
`jax.vmap` turns it into a function that trains many models at once. The models are MLPs 64-64-10 on
the digits that differ in seed and learning rate, trained for 10 epochs in batches of 32.

    KERAS_BACKEND=jax python benchmarks/vmap_models.py [number of models ...]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from sklearn.datasets import load_digits

import skkeras._start  # noqa: F401  # before Keras

import keras  # isort: skip

from skkeras.training import epoch_order, seeding
from skkeras.training._initial_values import learn_initial_values
from skkeras.training.backends._state import build, state_of
from skkeras.training.backends.jax._arrays import split
from skkeras.training.backends.jax._program import fresh_metrics, loop
from skkeras.training.programs._hyperparameters import find_values

N_MODELS = (1, 4, 16, 64)
N_ROWS, BATCH_SIZE, EPOCHS, REPEATS = 1184, 32, 10, 7


def make_model() -> keras.Model:
    """Return the compiled network."""
    model = keras.Sequential(
        [
            keras.layers.Input((64,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)
    return model


def seconds(run: Callable[[], object]) -> float:
    """Return the seconds of one run, until its results are computed."""
    start = time.perf_counter()
    jax.block_until_ready(run())
    return time.perf_counter() - start


def main() -> None:
    """Time all numbers of models and print a table."""
    X, y = load_digits(return_X_y=True)
    X, y = (X[:N_ROWS] / 16).astype("float32"), y[:N_ROWS].astype("int32")
    with seeding(0):
        model = make_model()
    build(model, (X[:2], y[:2]))
    recipe = learn_initial_values(make_model, state_of)
    assert recipe is not None
    rate = [v is model.optimizer._learning_rate for v in state_of(model)].index(True)
    values = find_values(model)
    numbers = split([value.number for value in values])
    metrics = fresh_metrics(model)
    data = jax.device_put((X, y))
    orders = jax.device_put([epoch_order(0, epoch, N_ROWS) for epoch in range(EPOCHS)])
    n_batches = N_ROWS // BATCH_SIZE
    epoch = loop(model, "train", (X, y), BATCH_SIZE, values)

    def train(states: list[jax.Array], program: Callable) -> jax.Array:
        for order in orders:
            states, _, logs = program(states, metrics, numbers, order, 0, n_batches, *data)
        return logs["loss"]

    def start(seed: int) -> list[np.ndarray]:
        state = recipe(seed)
        state[rate] = np.float32(10 ** np.random.default_rng(seed).uniform(-4, -2))
        return state

    one = jax.jit(epoch)
    # All models share the order of rows; different orders or folds would need another mapped axis.
    many = jax.jit(jax.vmap(epoch, in_axes=(0, None, None, None, None, None, None, None)))
    print(f"{jax.devices()[0].device_kind}, {EPOCHS} epochs of {n_batches} batches")
    print("models  compile s  one by one ms  vmap ms  ratio  largest difference of losses")
    for n_models in map(int, sys.argv[1:] or N_MODELS):
        starts = jax.device_put([start(seed) for seed in range(n_models)])
        stacked = [jnp.stack(arrays) for arrays in zip(*starts, strict=True)]

        def singly(starts: list = starts) -> list[jax.Array]:
            return [train(state, one) for state in starts]

        def at_once(stacked: list = stacked) -> jax.Array:
            return train(stacked, many)

        expected = jnp.stack(singly())
        compiling = seconds(at_once)
        difference = jnp.abs(at_once() - expected).max()
        times = [(seconds(singly), seconds(at_once)) for _ in range(REPEATS)]
        alone, together = (statistics.median(column) * 1e3 for column in zip(*times, strict=True))
        print(
            f"{n_models:6d} {compiling:10.2f} {alone:14.1f} {together:8.1f} "
            f"{alone / together:6.2f}  {difference:.1e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
