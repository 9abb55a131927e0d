"""Hash what a traced TensorFlow function computes, without the names in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.python.framework import op_def_registry

# Attributes with names that TensorFlow numbers consecutively within a process.
_NAMES = {"_gradient_op_type", "_class", "forward_function_name", "backward_function_name"}

# These read files, which may change, but TensorFlow does not mark them as stateful.
_READING_FILES = {"ReadFile", "MatchingFiles"}


def captured_places(function: Any, **variables: Sequence[Any]) -> list[tuple[str, int] | None]:
    """Return for each captured input the group and index of the variable that it is, or None.

    Raises
    ------
    NotImplementedError
        If the function captures variables, tables or similar resources that are in no group.
    """
    place_of = {
        id(variable.value.handle): (group, place)
        for group, members in variables.items()
        for place, variable in enumerate(members)
    }
    places = [place_of.get(id(tensor)) for tensor in function.captured_inputs]
    for tensor, place in zip(function.captured_inputs, places, strict=True):
        if place is None and tensor.dtype in (tf.resource, tf.variant):
            raise NotImplementedError("the model uses variables or tables it does not list")
    return places


def digest_of(function: Any, places: Iterable[Any]) -> str:
    """Hash what a concrete function computes.

    Parameters
    ----------
    function : tf.types.experimental.ConcreteFunction
        The function.
    places : iterable
        For each captured input, what replaces it in a call; None if the tensor itself is used,
        whose value is then part of the hash.

    Returns
    -------
    str
        Equal for two functions only if they compute the same, in any process.

    Raises
    ------
    NotImplementedError
        If the function does something that a graph does not show, such as calling Python.
    """
    graph = function.graph.as_graph_def()
    nodes = _Nodes({one.signature.name: one for one in graph.library.function})
    parts = [nodes.digest(graph.node, {})]
    order = {node.name: place for place, node in enumerate(graph.node)}
    outputs = [tensor.name for tensor in function.graph.outputs]
    parts += [_renamed(name, order) for name in outputs]
    for tensor, place in zip(function.captured_inputs, places, strict=True):
        if place is not None:
            parts.append(repr(place))
        else:
            array = tensor.numpy()
            parts += [
                array.dtype.str,
                repr(array.shape),
                hashlib.sha256(array.tobytes()).hexdigest(),
            ]
    return _hash(parts)


class _Nodes:
    """Nodes of a graph, and of the functions that it calls."""

    def __init__(self, functions: Mapping[str, Any]) -> None:
        self._functions = functions
        self._digests: dict[str, str] = {}

    def digest(self, nodes: Any, arguments: Mapping[str, str]) -> str:
        """Hash nodes by their position, in the order of creation, instead of their names."""
        order: dict[str, Any] = {node.name: place for place, node in enumerate(nodes)}
        order.update(arguments)
        parts: list[str] = []
        for node in nodes:
            _check(node)
            parts += [node.op, node.device, *_inputs(node.input, order)]
            parts += self._attributes(node.attr)
        return _hash(parts)

    def _attributes(self, attributes: Any) -> list[str]:
        parts = []
        for name in sorted(attributes):
            value = attributes[name]
            if name in _NAMES:
                continue
            parts.append(name)
            called = [value.func] if value.HasField("func") else list(value.list.func)
            for one in called:
                parts += [self._function(one.name), *self._attributes(one.attr)]
            if not called:
                parts.append(value.SerializeToString(deterministic=True).hex())
        return parts

    def _function(self, name: str) -> str:
        if not name:
            return name
        if name not in self._digests:
            one = self._functions[name]
            arguments = {arg.name: f"argument {i}" for i, arg in enumerate(one.signature.input_arg)}
            order: dict[str, Any] = {node.name: place for place, node in enumerate(one.node_def)}
            order.update(arguments)
            outputs = [one.ret[arg.name] for arg in one.signature.output_arg]
            kept = sorted(order[one.control_ret[key]] for key in one.signature.control_output)
            types = [arg.type for arg in (*one.signature.input_arg, *one.signature.output_arg)]
            self._digests[name] = _hash(
                [
                    self.digest(one.node_def, arguments),
                    *(_renamed(output, order) for output in outputs),
                    repr((kept, types)),
                    *self._attributes(one.attr),
                ]
            )
        return self._digests[name]


def _inputs(names: Iterable[str], order: Mapping[str, Any]) -> list[str]:
    renamed = [_renamed(name, order) for name in names]
    # TensorFlow orders control inputs by name, and the numbers in names differ between traces.
    first = sorted(name for name in renamed if name.startswith("^"))
    return [*(name for name in renamed if not name.startswith("^")), *first]


def _renamed(name: str, order: Mapping[str, Any]) -> str:
    control, name, output = re.fullmatch(r"(\^?)([^:]*)(.*)", name).groups()  # type: ignore[union-attr]
    return f"{control}{order[name]}{output}"


def _check(node: Any) -> None:
    """Raise an exception if a node has side effects other than on variables that it is given."""
    definition = op_def_registry.get(node.op)
    if definition is None or not (definition.is_stateful or node.op in _READING_FILES):
        return
    given = any(arg.type == tf.resource.as_datatype_enum for arg in definition.input_arg)
    calls = any(attribute.type in ("func", "list(func)") for attribute in definition.attr)
    if not given and not calls:
        raise NotImplementedError(
            f"the model uses {node.op}, of which a trace does not show what it does"
        )


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
