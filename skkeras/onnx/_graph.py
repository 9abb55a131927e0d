"""Nodes and constants of an ONNX graph, added by expressions."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, numpy_helper

Name = str

# Versions of the operators of "ai.onnx.ml", of which skl2onnx allows none above 3.
_VERSIONS = {"LabelEncoder": 2, "TreeEnsembleRegressor": 3}

_TYPES = {
    "float32": TensorProto.FLOAT,
    "float64": TensorProto.DOUBLE,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
}


class Graph:
    """Adds nodes to the graph of a conversion by skl2onnx.

    Parameters
    ----------
    scope, container : objects of skl2onnx
        Source of unique names, and the graph.

    Attributes
    ----------
    scope, container : objects of skl2onnx
        The same.
    """

    def __init__(self, scope: Any, container: Any) -> None:
        self.scope, self.container = scope, container

    def add(
        self,
        op: str,
        *inputs: Name | np.ndarray,
        domain: str = "",
        output: Name | None = None,
        **attributes: Any,
    ) -> Name:
        """Add a node with one output.

        Parameters
        ----------
        op : str
            Operator, such as "MatMul".
        *inputs : str or ndarray
            Names of its inputs; arrays become constants.
        domain : str, default=""
            Domain of the operator.
        output : str, default=None
            Name of the output; None makes a new one.
        **attributes : dict
            Attributes of the operator.

        Returns
        -------
        str
            Name of the output.
        """
        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        output = output or self.scope.get_unique_variable_name(op.lower())
        name = self.scope.get_unique_operator_name(op)
        version = _VERSIONS.get(op)
        self.container.add_node(
            op, names, [output], op_domain=domain, op_version=version, name=name, **attributes
        )
        return output

    def constant(self, array: np.ndarray) -> Name:
        """Add a constant, of numbers or of strings."""
        name: Name = self.scope.get_unique_variable_name("constant")
        if array.dtype.kind in "UO":
            texts = [str(text).encode() for text in array.ravel()]
            self.container.add_initializer(name, TensorProto.STRING, array.shape, texts)
        else:
            tensor = numpy_helper.from_array(array)
            self.container.add_initializer(name, None, None, tensor)
        return name

    def cast(self, name: Name, dtype: str) -> Name:
        """Add a cast to a type of NumPy's, such as "float32"."""
        return self.add("Cast", name, to=_TYPES[dtype])

    def cast_to(self, name: Name, variable: Any) -> None:
        """Add a cast to the type of a variable of skl2onnx, which becomes the output."""
        dtype = variable.type.to_onnx_type().tensor_type.elem_type
        self.add("Cast", name, to=dtype, output=variable.full_name)

    def reshape(self, name: Name, *shape: int) -> Name:
        """Add a change of shape; -1 is the number of rows."""
        return self.add("Reshape", name, np.array(shape, np.int64))

    def beside(self, names: list[Name]) -> Name:
        """Add a concatenation of tensors of shape (n_rows, ...) along their second axis."""
        return names[0] if len(names) == 1 else self.add("Concat", *names, axis=1)
