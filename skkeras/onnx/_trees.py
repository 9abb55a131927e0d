"""skl2onnx's converters of trees, with exact thresholds and missing values."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any

import numpy as np
from onnx import numpy_helper
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.base import is_classifier

from skkeras.onnx._graph import Graph

_FLOATS = {"nodes_values", "nodes_hitrates", "class_weights", "target_weights", "base_values"}


class _Container:
    """A container of skl2onnx that corrects the nodes of trees."""

    def __init__(self, operator: Any, container: Any) -> None:
        self._container = container
        self._output = operator.outputs[0].full_name
        self._is_double = isinstance(operator.inputs[0].type, DoubleTensorType)
        self._trees = _trees(operator.raw_operator)
        # After the node of all trees, one of each tree for each further output, such as its leaf.
        n_more = len(operator.outputs) - 1 - is_classifier(operator.raw_operator)
        self._rest = chain.from_iterable(repeat(tree, max(n_more, 1)) for tree in self._trees)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._container, name)

    def add_node(self, op_type: str, inputs: Any, outputs: Any, **attributes: Any) -> None:
        if op_type.startswith("TreeEnsemble"):
            trees = self._trees if self._output in outputs else [next(self._rest)]
            splits = [_splits(tree, self._is_double) for tree in trees]
            nodes = list(zip(attributes["nodes_treeids"], attributes["nodes_nodeids"], strict=True))
            attributes["nodes_values"] = [splits[tree][0][node] for tree, node in nodes]
            attributes["nodes_missing_value_tracks_true"] = [
                int(splits[tree][1][node]) for tree, node in nodes
            ]
            if not np.any(attributes.get("base_values", 1)):
                del attributes["base_values"]  # of one class, if there are several and init="zero"
            if self._is_double:
                for name in _FLOATS & attributes.keys():
                    values = np.array(attributes.pop(name), np.float64).ravel()
                    attributes[f"{name}_as_tensor"] = numpy_helper.from_array(values, name)
                attributes["op_version"] = 3
        self._container.add_node(op_type, inputs, outputs, **attributes)


def _trees(estimator: Any) -> list[Any]:
    """Return the trees by their numbers in skl2onnx."""
    if hasattr(estimator, "_predictors"):
        return [tree.nodes for tree in chain(*estimator._predictors)]
    trees = np.ravel(getattr(estimator, "estimators_", [estimator]))
    return [tree.tree_ for tree in trees if hasattr(tree, "tree_")]


def _splits(tree: Any, is_double: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the threshold of each node, and whether missing values go to the left."""
    if isinstance(tree, np.ndarray):
        thresholds, missing_left = tree["num_threshold"], tree["missing_go_to_left"]
    else:
        thresholds, missing_left = tree.threshold, tree.missing_go_to_left
    if not is_double:  # the largest float32 that is not above
        rounded = thresholds.astype(np.float32)
        below = np.nextafter(rounded, np.float32(-np.inf))
        thresholds = np.where(rounded > thresholds, below, rounded)
    return thresholds, missing_left


def exact_converter(convert: Callable[..., None]) -> Callable[..., None]:
    """Return a converter of trees that handles missing values and inputs of float64.

    Parameters
    ----------
    convert : callable
        skl2onnx's converter of a tree, of several, or of AdaBoost.

    Returns
    -------
    callable
        Converter. It raises a ValueError for splits of categories, which skl2onnx would take for
        thresholds, and for a tree of several classifications, whose probabilities skl2onnx rounds.
    """

    def converted(scope: Any, operator: Any, container: Any) -> None:
        estimator = operator.raw_operator
        name = type(estimator).__name__
        trees = _trees(estimator)
        boosted = hasattr(estimator, "_predictors")
        if boosted and any(nodes["is_categorical"].any() for nodes in trees):
            raise ValueError(
                f"{name} splits sets of categories, which skl2onnx does not convert: set "
                "categorical_features=None and encode the categories before it."
            )
        if hasattr(estimator, "tree_") and isinstance(getattr(estimator, "classes_", 0), list):
            raise ValueError(
                f"{name} classifies several outputs, which skl2onnx does not convert: fit a tree "
                "for each output, or a RandomForestClassifier."
            )
        if not trees:  # AdaBoost of other estimators
            convert(scope, operator, container)
            return
        graph, inner = Graph(scope, container), copy.copy(operator)
        inputs, outputs = operator.inputs, _floats(operator.outputs, scope)
        if not boosted:
            # scikit-learn converts X to float32 too before it compares.
            inputs = _floats(operator.inputs, scope)
        # Assigning them would register the copy in the variables.
        vars(inner).update(inputs=inputs, outputs=outputs)
        for given, taken in zip(operator.inputs, inputs, strict=True):
            if given is not taken:
                graph.cast_to(given.full_name, taken)
        convert(scope, inner, _Container(inner, container))
        for returned, expected in zip(outputs, operator.outputs, strict=True):
            if returned is not expected:
                graph.cast_to(returned.full_name, expected)

    return converted


def _floats(variables: Any, scope: Any) -> Any:
    """Return variables of an operator, with new ones of float32 in place of those of float64."""
    found = type(variables)(variables.parent, variables.kind)
    for variable in variables:
        kept = variable
        if isinstance(variable.type, DoubleTensorType):
            kept = scope.declare_local_variable("trees", FloatTensorType(variable.type.shape))
        list.append(found, kept)
    return found
