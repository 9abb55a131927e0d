"""The graph of a Keras model inside the graph of a pipeline."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
import onnx
from onnx import compose, helper, numpy_helper, version_converter

from skkeras.onnx._graph import Graph, Name

# The highest version of the operators that tf2onnx writes.
_OPSET = 18
# The place of the lengths of series among the inputs of a recurrent operator.
_LENGTHS = 4
# Packages whose layers are not the user's own.
_KNOWN = {"keras", "skkeras"}


def add_network(graph: Graph, name: str, model: keras.Model, inputs: list[Name]) -> Name:
    """Add the forward pass of a model.

    Parameters
    ----------
    graph : Graph
        Graph to add it to.
    name : str
        Name of the estimator, for messages.
    model : keras.Model
        Model with one output.
    inputs : list of str
        Names of the inputs, in the order of those of the model.

    Returns
    -------
    str
        Name of the output.

    Raises
    ------
    ValueError
        If the model has several outputs, or something that ONNX does not have.
    """
    if keras.backend.backend() != "tensorflow":
        raise ValueError(
            f"{name} cannot be exported to ONNX with KERAS_BACKEND={keras.backend.backend()}; "
            f"load it in a process with KERAS_BACKEND=tensorflow, and export it there."
        )
    if len(model.outputs) != 1:
        raise ValueError(f"{name} has a network of {len(model.outputs)} outputs; expected one.")
    if not model._called:
        model(model.inputs)  # Keras exports only what was called
    target = graph.container.target_opset
    proto = _exported(name, model, min(target, _OPSET))
    if target > _OPSET:
        proto = version_converter.convert_version(proto, target)
    prefix = graph.scope.get_unique_variable_name("network") + "/"
    network = compose.add_prefix(proto, prefix).graph
    for given, expected in zip(inputs, network.input, strict=True):
        graph.add("Identity", given, output=expected.name)
    for node in network.node:
        _fill_gaps(graph, name, node)
    graph.container.nodes.extend(network.node)
    graph.container.initializers.extend(network.initializer)
    versions = ((found.domain, found.version) for found in proto.opset_import)
    used = {node.domain for node in network.node}
    graph.container.node_domain_version_pair_sets.update(v for v in versions if v[0] in used)
    output: Name = network.output[0].name
    return output


def _fill_gaps(graph: Graph, name: str, node: onnx.NodeProto) -> None:
    """Give a node its optional inputs, because skl2onnx sorts no nodes that lack some."""
    while node.input and not node.input[-1]:
        del node.input[-1]
    for place, given in enumerate(node.input):
        if given:
            continue
        if node.op_type not in ("GRU", "LSTM", "RNN") or place != _LENGTHS:
            raise ValueError(
                f"{name} cannot be exported to ONNX: its network has the operation {node.op_type} "
                f"without its input {place}."
            )
        # All steps of all series; the input is of shape (n_times, n_rows, n_channels).
        shape = graph.cast(graph.add("Shape", node.input[0]), "int32")
        n_times, n_rows = (graph.add("Gather", shape, np.array([place])) for place in range(2))
        n_rows = graph.cast(n_rows, "int64")
        node.input[place] = graph.add("Expand", n_times, n_rows)


def _exported(name: str, model: keras.Model, opset: int) -> onnx.ModelProto:
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        # Keras asks NumPy for a name that is gone.
        warnings.filterwarnings("ignore", "In the future `np.object`", FutureWarning)
        path = Path(folder) / "network.onnx"
        # What tf2onnx does not know it only logs, and writes under its name.
        log = logging.getLogger("tf2onnx")
        level = log.level
        log.setLevel(logging.CRITICAL)
        try:
            model.export(path, format="onnx", verbose=False, opset_version=opset)
            proto = onnx.load(path)
            _fill_constants(proto.graph, model)
            _replace_erfc(proto.graph)
            _replace_remainders(proto.graph)
            onnx.checker.check_model(proto)
        except OSError:
            raise
        except Exception as error:  # layers may raise any error when they are traced
            layers = model._flatten_layers(include_self=False)
            kinds = {type(layer) for layer in layers}
            own = [k.__name__ for k in kinds if k.__module__.split(".")[0] not in _KNOWN]
            of = f", with layers of its own ({', '.join(sorted(own))})," if own else ""
            raise ValueError(
                f"{name} cannot be exported to ONNX: its network{of} has an operation that cannot "
                f"be converted: {error}"
            ) from error
        finally:
            log.setLevel(level)
        return proto


def _fill_constants(graph: onnx.GraphProto, model: keras.Model) -> None:
    """Replace the inputs that tf2onnx adds for constants of layers, such as a mean, by these."""
    n_inputs = len(model.inputs)
    if len(graph.input) == n_inputs:
        return
    import tensorflow as tf

    specs = [tf.TensorSpec(one.shape, one.dtype) for one in model.inputs]
    forward = tf.function(lambda *x: model(x if len(x) > 1 else x[0]))
    captured = forward.get_concrete_function(*specs).captured_inputs
    values = (one for one in captured if one.dtype != tf.resource)
    used = {name for node in graph.node for name in node.input}
    for given, value in zip(graph.input[n_inputs:], values, strict=True):
        if given.name in used:
            graph.initializer.append(numpy_helper.from_array(value.numpy(), given.name))
    del graph.input[n_inputs:]


def _replace_erfc(graph: onnx.GraphProto) -> None:
    """Replace 1 - erf(x), which the activation "gelu" has and ONNX has not, by two operators."""
    for place, node in reversed(list(enumerate(graph.node))):
        if node.op_type != "Erfc":
            continue
        inside, one = f"{node.output[0]}/erf", f"{node.output[0]}/one"
        graph.initializer.append(numpy_helper.from_array(np.array(1, np.float32), one))
        graph.node.insert(place, helper.make_node("Erf", node.input, [inside]))
        graph.node[place + 1].CopyFrom(helper.make_node("Sub", [one, inside], node.output))


def _replace_remainders(graph: onnx.GraphProto) -> None:
    """Replace what tf2onnx writes for the remainder of integers, which is wrong below zero.

    It is a - a / b * b with a division that rounds towards zero, where TensorFlow rounds down.
    """
    makers = {output: node for node in graph.node for output in node.output}
    for node in graph.node:
        product = makers.get(node.input[1]) if node.op_type == "Sub" else None
        if product is None or product.op_type != "Mul":
            continue
        ratio = makers.get(product.input[0])
        if ratio is None or ratio.op_type != "Div":
            continue
        if list(ratio.input) == [node.input[0], product.input[1]]:
            node.CopyFrom(helper.make_node("Mod", ratio.input, node.output, node.name))
