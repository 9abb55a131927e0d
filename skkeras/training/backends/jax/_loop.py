"""The loop over batches that a JAX program traces, as a pure function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax import lax
from keras import tree

from skkeras.training.backends._state import state_of
from skkeras.training.backends.jax._arrays import TracedFloatPair
from skkeras.training.programs import Hyperparameter, traced

Arrays = list[Any]


def fresh_metrics(model: keras.Model) -> Arrays:
    """Return the values of a model's metric variables before the first batch.

    Raises
    ------
    NotImplementedError
        If a metric is not fully reset at the start of an epoch.
    """
    variables = model.metrics_variables

    def reset(values: list[Any]) -> Arrays:
        with keras.StatelessScope(list(zip(variables, values, strict=True))) as scope:
            model.reset_metrics()
            return [np.asarray(scope.get_current_value(v)) for v in variables]

    copy_unfitted = reset([v.value for v in variables])
    others = reset([jnp.ones_like(v.value) for v in variables])
    if not all(np.array_equal(a, b) for a, b in zip(copy_unfitted, others, strict=True)):
        raise NotImplementedError("a metric goes on from epoch to epoch")
    return copy_unfitted


def loop(
    model: keras.Model, step: str, structure: Any, size: int, values: list[Hyperparameter]
) -> Callable[..., tuple[Arrays, Arrays, dict[str, Any]]]:
    """Make the pure function that `BatchSteps` compiles, with the same parameters."""
    take_step = _train_step(model) if step == "train" else _test_step(model)

    def run(
        state: Arrays,
        metrics: Arrays,
        vector: Any,
        order: Any,
        start: Any,
        n_batches: Any,
        *data: Any,
    ) -> tuple[Arrays, Arrays, dict[str, Any]]:
        def body(i: Any, carry: Any) -> Any:
            rows = lax.dynamic_slice(order, (start + i * size,), (size,))
            parts = [part.at[rows].get(mode="promise_in_bounds") for part in data]
            scalars = [TracedFloatPair(vector[:, i], value.sign) for i, value in enumerate(values)]
            state, metrics = carry[:2]
            with traced(values, scalars):
                batch = tree.pack_sequence_as(structure, parts)
                state, metrics, logs = take_step(state, metrics, batch)
            own = set(logs) != set(_results(model, metrics))
            # As in `Model.fit`: the logs of a step are used only if they are not the metrics.
            return state, metrics, {k: jnp.asarray(v) for k, v in logs.items()} if own else {}

        _, _, shapes = jax.eval_shape(body, 0, (state, metrics))
        last = {name: jnp.zeros(log.shape, log.dtype) for name, log in shapes.items()}
        state, metrics, last = lax.fori_loop(0, n_batches, body, (state, metrics, last))
        return state, metrics, last or _results(model, metrics)

    return run


def _results(model: keras.Model, metrics: Arrays) -> dict[str, Any]:
    with keras.StatelessScope(list(zip(model.metrics_variables, metrics, strict=True))):
        return {name: jnp.asarray(value) for name, value in model.get_metrics_result().items()}


def _places(model: keras.Model, *parts: Sequence[keras.Variable]) -> list[list[int]]:
    places = {id(variable): i for i, variable in enumerate(state_of(model))}
    return [[places[id(variable)] for variable in part] for part in parts]


def _train_step(model: keras.Model) -> Callable[[Arrays, Arrays, Any], Any]:
    places = _places(
        model, model.trainable_variables, model.non_trainable_variables, model.optimizer.variables
    )
    return _stepper(model.train_step, places)


def _test_step(model: keras.Model) -> Callable[[Arrays, Arrays, Any], Any]:
    places = _places(model, model.trainable_variables, model.non_trainable_variables)
    return _stepper(model.test_step, places)


def _stepper(step: Callable[[Any, Any], Any], places: list[list[int]]) -> Callable[..., Any]:
    """Wrap Keras' step, which takes variables in groups, so that it takes them in one list."""

    def take(state: Arrays, metrics: Arrays, batch: Any) -> tuple[Arrays, Arrays, dict[str, Any]]:
        given = [[state[place] for place in part] for part in places]
        logs, (*changed, metrics) = step((*given, metrics), batch)
        state = list(state)
        for part, arrays in zip(places, changed, strict=True):
            for place, array in zip(part, arrays, strict=True):
                state[place] = array
        return state, list(metrics), logs

    return take
