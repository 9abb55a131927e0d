"""Columns as tensors."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from skl2onnx.common._container import ModelComponentContainer
from skl2onnx.common._topology import Scope

from skkeras.onnx._columns import calendar_of
from skkeras.onnx._graph import Graph
from skkeras.tabular import calendar_of as calendar_in_numpy
from skkeras.tabular import seconds_of


def test_calendars_are_those_of_numpy_on_each_day_of_600_years():
    scope, container = Scope("a"), ModelComponentContainer(21)
    found = calendar_of(Graph(scope, container), "seconds")
    double = TensorProto.DOUBLE
    inputs = [helper.make_tensor_value_info("seconds", double, [None, 2])]
    outputs = [helper.make_tensor_value_info(found, double, [None, 10])]
    graph = helper.make_graph(
        container.nodes, "calendar", inputs, outputs, initializer=container.initializers
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    days = np.datetime64("1700-01-01", "us") + np.arange(219_146) * np.timedelta64(1, "D")
    dates = np.column_stack([days, days + np.timedelta64(86_399_999, "ms")])
    dates[7] = np.datetime64("NaT")
    expected = np.column_stack([calendar_in_numpy(column) for column in dates.T])
    np.testing.assert_array_equal(session.run(None, {"seconds": seconds_of(dates)})[0], expected)
