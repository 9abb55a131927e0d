"""The forward pass as one compiled JAX function, for all models that compute the same."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Sequence
from typing import Any

import jax
import keras
import numpy as np
from keras import tree

from skkeras.training.backends.jax._trace import digest_of


class Forward:
    """A compiled `predict_step` for blocks of rows.

    All blocks have the same number of rows, and the last one is padded, so that the result of a
    row does not depend on the other rows, to the last bit.

    Parameters
    ----------
    model : keras.Model
        Built model.
    x : nested arrays
        Input; only its types, nesting and shapes without the rows matter.
    n_rows : int
        Rows per block.
    any_size : bool, default=False
        Not used, because JAX has no programs for all sizes.
    """

    def __init__(self, model: keras.Model, x: Any, n_rows: int, any_size: bool = False) -> None:
        variables = model.variables
        self._n_rows, self._n_variables = n_rows, len(variables)
        places = {id(variable): i for i, variable in enumerate(variables)}
        trainable = [places[id(variable)] for variable in model.trainable_variables]
        others = [places[id(variable)] for variable in model.non_trainable_variables]

        def run(values: list[Any], *block: Any) -> Any:
            state = [values[i] for i in trainable], [values[i] for i in others]
            return model.predict_step(state, (tree.pack_sequence_as(x, block),))[0]

        specs = [jax.ShapeDtypeStruct(v.shape, v.dtype) for v in variables]
        blocks = [
            jax.ShapeDtypeStruct(
                (n_rows, *part.shape[1:]), jax.dtypes.canonicalize_dtype(part.dtype)
            )
            for part in tree.flatten(x)
        ]
        self._lowered = jax.jit(run).lower(specs, *blocks)

    @functools.cached_property
    def key(self) -> Hashable:
        """Key of the trace, equal for two programs only if they compute the same."""
        return digest_of(self._lowered)

    def compile(self) -> None:
        """Compile."""
        self._run = self._lowered.compile()

    def run(self, variables: Sequence[Any], inputs: Sequence[np.ndarray], block_rows: int) -> Any:
        """Compute a model's outputs.

        Parameters
        ----------
        variables : sequence of keras.Variable or Slot
            The model's variables, in the model's order; others may follow.
        inputs : sequence of ndarray
            The input, flat.
        block_rows : int
            Rows per block, the number for which the program was made.

        Returns
        -------
        nested ndarray
            The outputs.
        """
        values = [variable.value for variable in variables[: self._n_variables]]
        n_rows = len(inputs[0])
        starts = range(0, max(1, n_rows), self._n_rows)
        outputs = [self._run(values, *(self._block(part, s) for part in inputs)) for s in starts]
        return tree.map_structure(lambda *parts: np.concatenate(parts)[:n_rows], *outputs)

    def _block(self, part: np.ndarray, start: int) -> np.ndarray:
        rows = part[start : start + self._n_rows]
        if len(rows) == self._n_rows:
            return rows
        block = np.zeros((self._n_rows, *part.shape[1:]), part.dtype)
        block[: len(rows)] = rows
        return block
