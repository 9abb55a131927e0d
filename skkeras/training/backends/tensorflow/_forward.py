"""The forward pass as one compiled TensorFlow function, for all models that compute the same."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import tree

from skkeras.training.backends.tensorflow._trace import captured_places, digest_of
from skkeras.training.backends.tensorflow._variables import Pool
from skkeras.training.programs import unknown_dimension


class Forward:
    """A compiled loop over blocks of rows around a model's own `predict_step`.

    All blocks have the same number of rows, and the last one is padded, so that the result of a
    row does not depend on the other rows, to the last bit.

    Parameters
    ----------
    model : keras.Model
        Built model.
    x : nested arrays
        Input; only its types, nesting and shapes without the rows matter.
    n_rows : int
        Rows per block; a run may use a different number.
    any_size : bool, default=False
        Whether it is traced with unknown sizes, for models of all sizes.
    """

    def __init__(self, model: keras.Model, x: Any, n_rows: int, any_size: bool = False) -> None:
        shapes = [part.shape[1:] for part in tree.flatten(x)]
        if any_size:
            shapes = [tuple(map(unknown_dimension, shape)) for shape in shapes]
        pairs = zip(tree.flatten(x), shapes, strict=True)
        specs = [tf.TensorSpec((None, *shape), part.dtype) for part, shape in pairs]

        def step(*block: Any) -> Any:
            return model.predict_step((tree.pack_sequence_as(x, block),))

        def run(block_rows: Any, *inputs: Any) -> list[Any]:
            return self._loop(tf.function(step, autograph=False), block_rows, inputs)

        specs = [tf.TensorSpec((), tf.int32), *specs]
        self._run = tf.function(run, autograph=False).get_concrete_function(*specs)
        self._pool = Pool(any_size)
        self._captured = self._run.captured_inputs
        self._places = captured_places(self._run, model=model.variables)
        self._shapes = tuple((tuple(v.shape), v.dtype) for v in model.variables)

    @property
    def key(self) -> Hashable:
        """Key of the trace, equal for two programs only if they compute the same."""
        structure = repr(tree.map_structure(lambda _: 0, self._outputs))
        return digest_of(self._run, self._places), self._shapes, structure

    def compile(self) -> None:
        """Do nothing: TensorFlow compiles at the first run."""

    def _loop(self, step: Any, size: Any, inputs: Sequence[Any]) -> list[Any]:
        specs = [tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in inputs]
        self._outputs = step.get_concrete_function(*specs).structured_outputs
        n_rows = tf.shape(inputs[0])[0]
        n_blocks = tf.maximum(1, -(-n_rows // size))

        def block(part: Any, i: Any) -> Any:
            rows = part[i * size : (i + 1) * size]
            return tf.pad(rows, [[0, size - tf.shape(rows)[0]]] + [[0, 0]] * (len(part.shape) - 1))

        def body(i: Any, arrays: list[Any]) -> tuple[Any, list[Any]]:
            outputs = tree.flatten(step(*(block(part, i) for part in inputs)))
            written = zip(arrays, outputs, strict=True)
            return i + 1, [array.write(i, output) for array, output in written]

        flat = tree.flatten(self._outputs)
        arrays = [tf.TensorArray(o.dtype, n_blocks, element_shape=o.shape) for o in flat]
        _, arrays = tf.while_loop(lambda i, _: i < n_blocks, body, [tf.constant(0), arrays])
        stacks = [array.stack() for array in arrays]
        return [
            tf.reshape(stack, tf.concat([[-1], tf.shape(stack)[2:]], 0))[:n_rows]
            for stack in stacks
        ]

    def run(self, variables: Sequence[Any], inputs: Sequence[np.ndarray], block_rows: int) -> Any:
        """Compute a model's outputs.

        Parameters
        ----------
        variables : sequence of tf.Variable
            The model's variables, in the model's order; others may follow.
        inputs : sequence of ndarray
            The input, flat.
        block_rows : int
            Rows per block.

        Returns
        -------
        nested ndarray
            The outputs.
        """
        given = [tf.constant(block_rows), *(tf.constant(part) for part in inputs)]
        with self._pool.holding(variables[: len(self._shapes)]) as held:
            outputs = self._call(given, held)
        return tree.pack_sequence_as(self._outputs, [output.numpy() for output in outputs])

    def _call(self, inputs: list[Any], variables: Sequence[Any]) -> list[Any]:
        captured = [
            tensor if place is None else variables[place[1]].handle
            for tensor, place in zip(self._captured, self._places, strict=True)
        ]
        outputs: list[Any] = self._run._call_flat(inputs, captured)
        return outputs
