"""A model's forward pass as one compiled TensorFlow function, for all models of one kind."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import tree

from skkeras.training._trace_tf import captured_places, digest_of


class Forward:
    """A compiled loop over blocks of rows around a model's own `predict_step`.

    Each block has the same number of rows, the last one being filled up, so that a row gets the
    same result to the last bit whatever stands around it.

    Parameters
    ----------
    model : keras.Model
        Built model.
    x : nested arrays
        Input, of which types, nesting and shapes without the rows matter.
    n_rows : int
        Rows a block.
    """

    def __init__(self, model: keras.Model, x: Any, n_rows: int) -> None:
        specs = [tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in tree.flatten(x)]
        self._n_rows = n_rows

        def step(*block: Any) -> Any:
            return model.predict_step((tree.pack_sequence_as(x, block),))

        def run(*inputs: Any) -> list[Any]:
            return self._loop(tf.function(step, autograph=False), inputs)

        self._run = tf.function(run, autograph=False).get_concrete_function(*specs)
        self._captured = self._run.captured_inputs
        self._places = captured_places(self._run, model=model.variables)
        self._shapes = tuple((tuple(v.shape), v.dtype) for v in model.variables)

    @property
    def key(self) -> Hashable:
        """What the trace shows: equal for two programs only if they compute the same."""
        structure = repr(tree.map_structure(lambda _: 0, self._outputs))
        return digest_of(self._run, self._places), self._shapes, structure

    def compile(self) -> None:
        """Do nothing: what is compiled is so at the first run."""

    def _loop(self, step: Any, inputs: Sequence[Any]) -> list[Any]:
        size = self._n_rows
        shapes = [(size, *part.shape[1:]) for part in inputs]
        specs = [tf.TensorSpec(s, p.dtype) for s, p in zip(shapes, inputs, strict=True)]
        self._outputs = step.get_concrete_function(*specs).structured_outputs
        n_rows = tf.shape(inputs[0])[0]
        n_blocks = -(-n_rows // size)

        def block(part: Any, i: Any, shape: tuple[int, ...]) -> Any:
            rows = part[i * size : (i + 1) * size]
            missing = [[0, size - tf.shape(rows)[0]]] + [[0, 0]] * (len(shape) - 1)
            return tf.ensure_shape(tf.pad(rows, missing), shape)

        def body(i: Any, arrays: list[Any]) -> tuple[Any, list[Any]]:
            blocks = [block(part, i, shape) for part, shape in zip(inputs, shapes, strict=True)]
            outputs = tree.flatten(step(*blocks))
            written = zip(arrays, outputs, strict=True)
            return i + 1, [array.write(i, output) for array, output in written]

        flat = tree.flatten(self._outputs)
        arrays = [tf.TensorArray(o.dtype, n_blocks, element_shape=o.shape) for o in flat]
        _, arrays = tf.while_loop(lambda i, _: i < n_blocks, body, [tf.constant(0), arrays])
        return [
            tf.reshape(array.stack(), (-1, *output.shape[1:]))[:n_rows]
            for array, output in zip(arrays, flat, strict=True)
        ]

    def run(self, variables: Sequence[Any], inputs: Sequence[np.ndarray]) -> Any:
        """Compute a model's outputs.

        Parameters
        ----------
        variables : sequence of tf.Variable
            The model's variables, in its order.
        inputs : sequence of ndarray
            The input, flat.

        Returns
        -------
        nested ndarray
            The outputs.
        """
        captured = [
            tensor if place is None else variables[place[1]].handle
            for tensor, place in zip(self._captured, self._places, strict=True)
        ]
        outputs = self._run._call_flat([tf.constant(part) for part in inputs], captured)
        return tree.pack_sequence_as(self._outputs, [output.numpy() for output in outputs])
