"""The quantile transformation of tables, in ONNX."""

import numpy as np
import onnxruntime
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType

from skkeras.onnx._graph import Graph
from skkeras.onnx._quantiles import add_quantiles
from skkeras.tabular import TableEncoder


def test_quantiles_equal_those_of_the_encoder():
    """Also at repeated values, at and beyond both ends, and of a constant column."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3000, 4))
    X[:, 1] = np.where(rng.random(3000) < 0.9, 0, X[:, 1].round(1))
    X[:, 2] = 7
    X[:, 3] = np.exp(8 * X[:, 3])
    encoder = TableEncoder((), "quantile").fit(X)

    def shapes(operator):
        operator.outputs[0].set_type(DoubleTensorType([None, 4]))

    def convert(scope, operator, container):
        graph = Graph(scope, container)
        found = add_quantiles(graph, operator.raw_operator, operator.inputs[0].full_name)
        graph.cast_to(found, operator.outputs[0])

    update_registered_converter(TableEncoder, "TestedTableEncoder", shapes, convert)
    proto = to_onnx(encoder, X[:1])
    rows = np.vstack([X, X + 1e-9, X * 10, np.unique(encoder.shares_.quantiles_, axis=0)])
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    (found,) = session.run(None, {"X": rows})
    np.testing.assert_allclose(found, encoder.transform(rows), rtol=1e-6, atol=1e-6)
    assert found.min() < -3 and found.max() > 3
