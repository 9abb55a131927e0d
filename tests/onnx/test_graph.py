"""Nodes and constants of a graph."""

import numpy as np
import onnxruntime
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.preprocessing import FunctionTransformer

from skkeras.onnx._graph import Graph


def test_constants_keep_their_shapes_and_types():
    def convert(scope, operator, container):
        graph = Graph(scope, container)
        x = operator.inputs[0].full_name
        place = graph.add("Gather", np.array([[2, 0, 1]]), np.array(0), axis=0)
        names = graph.add("Gather", np.array(["a", "ü", "c"]), place, axis=0)
        rows = graph.cast(graph.add("Shape", graph.reshape(x, -1)), "int64")
        graph.add("Expand", names, rows, output=operator.outputs[0].full_name)

    def shapes(operator):
        operator.outputs[0].set_type(StringTensorType([None]))

    kind = FunctionTransformer
    proto = convert_sklearn(
        kind(),
        initial_types=[("X", FloatTensorType([None, 1]))],
        custom_conversion_functions={kind: convert},
        custom_shape_calculators={kind: shapes},
    )
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    assert session.run(None, {"X": np.zeros((3, 1), "float32")})[0].tolist() == ["c", "a", "ü"]
