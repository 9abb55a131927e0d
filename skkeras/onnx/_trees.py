"""skl2onnx's converters of forests and boosted trees, with exact thresholds and missing values."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
from onnx import numpy_helper
from skl2onnx.common.data_types import DoubleTensorType
from skl2onnx.common.tree_ensemble import sklearn_threshold

from skkeras.onnx._graph import Graph

_FLOATS = {"nodes_values", "nodes_hitrates", "class_weights", "target_weights", "base_values"}


class _Container:
    """A container of skl2onnx that corrects the nodes of trees."""

    def __init__(self, scope: Any, operator: Any, container: Any) -> None:
        self._graph = Graph(scope, container)
        self._estimator = operator.raw_operator
        self._container = container
        self._output = operator.outputs[0].full_name
        # Thresholds of float32 would send rows that equal a threshold to the other side.
        self._is_double = isinstance(operator.inputs[0].type, DoubleTensorType)
        # What trees return is float32, also for an input of float64.
        self._doubles = {
            output.full_name: output
            for output in operator.outputs
            if isinstance(output.type, DoubleTensorType)
        }

    def __getattr__(self, name: str) -> Any:
        return getattr(self._container, name)

    def add_node(self, op_type: str, inputs: Any, outputs: Any, **attributes: Any) -> None:
        names = [outputs] if isinstance(outputs, str) else list(outputs)
        if self._output in names:  # not the trees of the option "decision_path"
            nodes = zip(attributes["nodes_treeids"], attributes["nodes_nodeids"], strict=True)
            splits = [self._split(tree, node) for tree, node in nodes]
            attributes["nodes_missing_value_tracks_true"] = [int(is_left) for _, is_left in splits]
            if self._is_double:
                attributes["nodes_values"] = [threshold for threshold, _ in splits]
                for name in _FLOATS & attributes.keys():
                    values = np.array(attributes.pop(name), np.float64).ravel()
                    attributes[f"{name}_as_tensor"] = numpy_helper.from_array(values, name)
                attributes["op_version"] = 3
        doubles = [name for name in names if name in self._doubles]
        floats = {name: self._graph.scope.get_unique_variable_name("trees") for name in doubles}
        returned = [floats.get(name, name) for name in names]
        self._container.add_node(op_type, inputs, returned, **attributes)
        for name in doubles:
            self._graph.cast_to(floats[name], self._doubles[name])

    def _split(self, tree: int, node: int) -> tuple[float, bool]:
        """Return the threshold of a node, and whether missing values go to the left."""
        if hasattr(self._estimator, "estimators_"):
            forest_tree = self._estimator.estimators_[tree].tree_
            threshold = forest_tree.threshold[node]
            # Forests convert X to float32 before they compare.
            switch = sklearn_threshold(threshold, np.dtype("float64"), "BRANCH_LEQ")
            return switch, forest_tree.missing_go_to_left[node]
        of_iteration, of_class = divmod(tree, self._estimator.n_trees_per_iteration_)
        split = self._estimator._predictors[of_iteration][of_class].nodes[node]
        return split["num_threshold"], split["missing_go_to_left"]


def exact_converter(convert: Callable[..., None]) -> Callable[..., None]:
    """Return a converter of trees that handles missing values and inputs of float64.

    Parameters
    ----------
    convert : callable
        skl2onnx's converter of forests or of histogram gradient boosting.

    Returns
    -------
    callable
        Converter. It raises a ValueError for a forest that separates missing values from all
        others, for which skl2onnx would search a threshold without end, and for splits of
        categories, which skl2onnx would take for thresholds.
    """

    def converted(scope: Any, operator: Any, container: Any) -> None:
        estimator = operator.raw_operator
        name = type(estimator).__name__
        for tree in getattr(estimator, "estimators_", ()):
            if np.isinf(tree.tree_.threshold).any():
                raise ValueError(
                    f"{name} separates missing values from others, which skl2onnx does not "
                    "convert: put a SimpleImputer before it."
                )
        for tree in chain(*getattr(estimator, "_predictors", ())):
            if tree.nodes["is_categorical"].any():
                raise ValueError(
                    f"{name} splits sets of categories, which skl2onnx does not convert: set "
                    "categorical_features=None and encode the categories before it."
                )
        convert(scope, operator, _Container(scope, operator, container))

    return converted
