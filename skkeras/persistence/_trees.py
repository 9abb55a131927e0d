"""Checks of the trees of forests, because scikit-learn does not check their arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.tree import BaseDecisionTree
from sklearn.tree._tree import TREE_LEAF, Tree
from skops.io._audit import CachedNode, Node
from skops.io._general import DictNode, JsonNode, ListNode, TupleNode, TypeNode
from skops.io._numpy import NdArrayNode
from skops.io._sklearn import TreeNode

TREE = f"{Tree.__module__}.{Tree.__name__}"
# They use the trees directly, so that no estimator of a tree validates X.
_UNCHECKED = {"GradientBoostingClassifier", "GradientBoostingRegressor"}
_PLAIN = (CachedNode, DictNode, JsonNode, ListNode, NdArrayNode, TupleNode, TypeNode)


def nodes_of(root: Node) -> Iterator[Node]:
    """Yield all nodes of a file, each once."""
    stack: list[Any] = [root]
    seen: dict[int, Any] = {}
    while stack:
        part = stack.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        if isinstance(part, Node):
            yield part
            stack.extend([*part.children.values(), getattr(part, "cached", None)])
        elif isinstance(part, dict):
            stack.extend(part.values())
        elif isinstance(part, (list, tuple)):
            stack.extend(part)


def are_checked(root: Node) -> bool:
    """Return whether all estimators in a file validate X before they use their trees."""
    return not any(node.class_name in _UNCHECKED for node in nodes_of(root))


def check_trees(root: Node) -> None:
    """Raise an error for trees with indices out of bounds, before any object is created.

    Raises
    ------
    ValueError
        If there is such a tree.
    """
    for node in nodes_of(root):
        is_tree = isinstance(node, TreeNode)
        if is_tree and all(isinstance(n, _PLAIN) for n in nodes_of(node) if n is not node):
            _check_tree(node.args.construct(), node.attrs.construct())
        elif is_tree or (
            f"{node.module_name}.{node.class_name}" == TREE and not isinstance(node, TypeNode)
        ):
            raise ValueError("it holds a tree that is not written as one")


def check_tree_holders(root: Node) -> None:
    """Raise an error for estimators that pass wrong rows to a tree, after all were created.

    Raises
    ------
    ValueError
        If there is such an estimator.
    """
    for node in nodes_of(root):
        holder = node._constructed
        if not isinstance(holder, BaseDecisionTree) or "tree_" not in vars(holder):
            continue
        state = vars(holder)
        n_features, tree = state.get("n_features_in_"), state["tree_"]
        if type(n_features) is not int or type(tree) is not Tree or tree.n_features != n_features:
            raise ValueError("a tree and its estimator are of different numbers of features")
        if any(callable(getattr(type(holder), name, None)) for name in state):
            raise ValueError("an estimator of a tree has values in the place of its methods")


def _check_tree(args: Any, state: Any) -> None:
    n_features, n_classes, n_outputs = args
    nodes, values = state["nodes"], state["values"]
    sizes = [n_features, n_outputs, state["node_count"], state["max_depth"]]
    if any(type(size) is not int or not 0 <= size < 2**31 for size in sizes):
        raise ValueError(f"a tree has sizes that are none: {sizes}")
    if n_classes.dtype != np.intp or n_classes.shape != (n_outputs,) or n_classes.min() < 1:
        raise ValueError(f"a tree of {n_outputs} outputs has {n_classes} classes")
    n_nodes = len(nodes)
    shape = n_nodes, n_outputs, int(n_classes.max())
    if nodes.shape != (state["node_count"],) or not n_nodes or values.shape != shape:
        raise ValueError(f"a tree of {state['node_count']} nodes has arrays of other sizes")
    inner = np.flatnonzero(nodes["left_child"] != TREE_LEAF)
    children = np.stack([nodes[name][inner] for name in ("left_child", "right_child")])
    each_once = np.array_equal(np.sort(children, axis=None), np.arange(1, n_nodes))
    if not each_once or (children <= inner).any():
        raise ValueError("a tree has children that are not its own")
    features = nodes["feature"][inner]
    if ((features < 0) | (features >= n_features)).any():
        raise ValueError(f"a tree of {n_features} features asks for others")
    depths = [0] * n_nodes
    for parent, left, right in zip(inner.tolist(), *children.tolist(), strict=True):
        depths[left] = depths[right] = depths[parent] + 1
    if max(depths) != state["max_depth"]:
        raise ValueError(f"a tree of depth {max(depths)} has a max_depth of {state['max_depth']}")
