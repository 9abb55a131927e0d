"""Transformation of numbers to a normal distribution by quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import numpy_helper

from skkeras.onnx._graph import Graph, Name
from skkeras.tabular import TableEncoder

# PPND16 of algorithm AS 241: numerators and denominators, for shares near 0.5 and for others, from
# the highest power down.
_POWERS = (
    (
        (2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987),
        (13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665),
    ),
    (
        (5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597),
        (5394.196021424751, 687.1870074920579, 42.31333070160091, 1.0),
    ),
    (
        (0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684),
        (3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835),
    ),
    (
        (1.0507500716444169e-09, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008),
        (0.6897673349851, 1.6763848301838038, 2.053191626637759, 1.0),
    ),
)
_IS_CENTER, _CENTER_SHIFT, _TAIL_SHIFT = 0.425, 0.180625, 1.6


def add_quantiles(graph: Graph, encoder: TableEncoder, x: Name) -> Name:
    """Add the transformation of a `TableEncoder` with `scaling="quantile"`.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    encoder : TableEncoder
        Fitted encoder.
    x : str
        Name of the numbers, float64 of shape (n_rows, n_numbers).

    Returns
    -------
    str
        Name of the transformed numbers, of the same type; any value for missing ones.
    """
    transformer = encoder.shares_
    pieces = [_pieces(column, transformer.references_) for column in transformer.quantiles_.T]
    counts = graph.add(
        "TreeEnsembleRegressor",
        x,
        domain="ai.onnx.ml",
        **_search_trees([piece[1:, 0] for piece in pieces]),
    )
    firsts = np.cumsum([0] + [len(piece) for piece in pieces[:-1]])
    rows = graph.add("Add", graph.cast(counts, "int64"), firsts)
    found = graph.add("Gather", np.concatenate(pieces), rows, axis=0)
    start, slope, share, at_start = (
        graph.add("Gather", found, np.array(place), axis=2) for place in range(4)
    )
    moved = graph.add("Mul", graph.add("Sub", x, start), slope)
    inside = graph.add("Add", moved, share)
    found = graph.add("Where", graph.add("Equal", x, start), at_start, inside)
    low, high = encoder.share_range_
    return _normal(graph, graph.add("Max", graph.add("Min", found, high), low))


def _pieces(quantiles: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the linear pieces of a distribution function, which jumps at repeated quantiles.

    Parameters
    ----------
    quantiles, shares : ndarray of shape (n_quantiles,)
        Quantiles, and the shares of values up to them.

    Returns
    -------
    ndarray of shape (n_pieces, 4)
        For numbers below all quantiles, and for those from each distinct quantile to the next: the
        quantile, the slope, and the shares above it and at it.
    """
    places, first, n = np.unique(quantiles, return_index=True, return_counts=True)
    low, high = shares[first], shares[first + n - 1]
    at = (low + high) / 2
    at[-1], at[0] = 1.0, 0.0  # in this order, as in scikit-learn
    slopes = np.append((low[1:] - high[:-1]) / np.diff(places), 0.0)
    high[-1] = 1.0
    pieces = np.column_stack([places, slopes, high, at])
    return np.vstack([[places[0], 0.0, 0.0, 0.0], pieces])


def _search_trees(columns: list[np.ndarray]) -> dict[str, Any]:
    """Return attributes of trees that count how many sorted values of its column a number reaches.

    This is a binary search, for which ONNX has no operator.
    """
    nodes: list[tuple[int, int, int, float, int, int]] = []  # tree, node, column, value, yes, no
    leaves: list[tuple[int, int, int]] = []  # tree, node, count

    def grow(tree: int, values: np.ndarray, low: int, high: int, ids: list[int]) -> int:
        """Add the nodes that tell counts from `low` to `high` apart, and return the first."""
        node = len(ids)
        ids.append(node)
        if low == high:
            leaves.append((tree, node, low))
            nodes.append((tree, node, tree, 0.0, 0, 0))
            return node
        place = len(nodes)
        nodes.append((tree, node, tree, 0.0, 0, 0))
        middle = (low + high) // 2
        yes = grow(tree, values, low, middle, ids)
        no = grow(tree, values, middle + 1, high, ids)
        nodes[place] = (tree, node, tree, float(values[middle]), yes, no)
        return node

    for tree, values in enumerate(columns):
        grow(tree, values, 0, len(values), [])
    trees, ids, features, thresholds, yes, no = (list(part) for part in zip(*nodes, strict=True))
    is_leaf = {(tree, node) for tree, node, _ in leaves}
    modes = ["LEAF" if key in is_leaf else "BRANCH_LT" for key in zip(trees, ids, strict=True)]
    leaf_trees, leaf_ids, counts = (list(part) for part in zip(*leaves, strict=True))
    return {
        "n_targets": len(columns),
        "nodes_treeids": trees,
        "nodes_nodeids": ids,
        "nodes_featureids": features,
        "nodes_modes": modes,
        "nodes_values_as_tensor": numpy_helper.from_array(np.array(thresholds, np.float64)),
        "nodes_truenodeids": yes,
        "nodes_falsenodeids": no,
        "target_treeids": leaf_trees,
        "target_nodeids": leaf_ids,
        "target_ids": leaf_trees,
        "target_weights_as_tensor": numpy_helper.from_array(np.array(counts, np.float64)),
    }


def _normal(graph: Graph, share: Name) -> Name:
    """Add the inverse of the normal distribution function, for which ONNX has no operator.

    References
    ----------
    Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
    Statistics 37, 1988.
    """
    one, half = np.array([1.0]), np.array([0.5])
    q = graph.add("Sub", share, half)
    center = graph.add("Sub", np.array([_CENTER_SHIFT]), graph.add("Mul", q, q))
    rest = graph.add("Min", share, graph.add("Sub", one, share))
    root = graph.add("Sqrt", graph.add("Neg", graph.add("Log", rest)))
    tail = graph.add("Sub", root, np.array([_TAIL_SHIFT]))
    axes = np.array([2, 3])
    both = graph.add(
        "Concat",
        graph.add("Unsqueeze", center, axes),
        graph.add("Unsqueeze", tail, axes),
        axis=2,
    )  # of shape (n_rows, n_numbers, 2, 1), and below (n_rows, n_numbers, 2, 2)
    powers = np.array(_POWERS).reshape(2, 2, 8).transpose(2, 0, 1)
    value = graph.add("Add", graph.add("Mul", both, powers[0]), powers[1])
    for power in powers[2:]:
        value = graph.add("Add", graph.add("Mul", value, both), power)
    upper, lower = (graph.add("Gather", value, np.array(place), axis=3) for place in range(2))
    ratio = graph.add("Div", upper, lower)
    near, far = (graph.add("Gather", ratio, np.array(place), axis=2) for place in range(2))
    is_center = graph.add("LessOrEqual", graph.add("Abs", q), np.array([_IS_CENTER]))
    near, far = graph.add("Mul", near, q), graph.add("Mul", far, graph.add("Sign", q))
    return graph.add("Where", is_center, near, far)
