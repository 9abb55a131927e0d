"""Checks of random number generators in a file, because NumPy does not check their states."""

from __future__ import annotations

from typing import Any

from skops.io._audit import Node
from skops.io._numpy import RandomGeneratorNode, RandomStateNode

from skkeras.persistence._trees import nodes_of

_N_NUMBERS = 624  # of a Mersenne twister
_POOL_SIZE = 4  # NumPy's


def check_random_states(root: Node) -> None:
    """Raise an error for generators that read out of bounds or use much memory.

    Raises
    ------
    ValueError
        If there is such a generator.
    """
    for node in nodes_of(root):
        if isinstance(node, RandomStateNode):
            state: Any = node.content.construct()
            place = state["state"]["pos"] if type(state) is dict else None
            if type(place) is not int or not 0 <= place <= _N_NUMBERS:
                raise ValueError(
                    f"a numpy.random.RandomState is at position {place}; expected an int from "
                    f"0 to {_N_NUMBERS}"
                )
        elif isinstance(node, RandomGeneratorNode):
            kind = node.bit_generator_state.construct()["bit_generator"]
            pool_size = node.seed_seq_state.construct()["pool_size"]
            if kind != "PCG64" or type(pool_size) is not int or pool_size != _POOL_SIZE:
                raise ValueError(
                    f"a numpy.random.Generator is a {kind} of pool_size={pool_size}; a file may "
                    f"hold a PCG64 of pool_size={_POOL_SIZE}"
                )
