"""Converters of estimators around other estimators, in the form of skl2onnx."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from skl2onnx import get_model_alias
from skl2onnx._parse import _parse_sklearn
from skl2onnx.common.data_types import Int64TensorType
from skl2onnx.operator_converters.calibrated_classifier_cv import (
    convert_sklearn_calibrated_classifier_cv,
)
from skl2onnx.operator_converters.voting_classifier import convert_voting_classifier
from sklearn.base import is_classifier
from sklearn.preprocessing import FunctionTransformer

from skkeras.base.data import shift_and_scale
from skkeras.onnx._graph import Graph, Name
from skkeras.onnx._outputs import add_labels, label_type, number_type


def inner_of(estimator: Any) -> Any:
    """Return the fitted estimator that predicts for a search, a student or `KerasAuto`."""
    for name in ("best_estimator_", "student_", "ensemble_"):
        if hasattr(estimator, name):
            return getattr(estimator, name)
    raise ValueError(f"{type(estimator).__name__} has no fitted estimator: set refit=True.")


def parse_inner(scope: Any, model: Any, inputs: list[Any], custom_parsers: Any = None) -> Any:
    """Return the outputs of the estimator that predicts for a search or a distilled network."""
    inner = inner_of(model)
    if is_classifier(inner):
        scope.add_options(id(inner), scope.get_options(model, {"zipmap": True}))
    return _parse_sklearn(scope, inner, inputs, custom_parsers=custom_parsers)


def shapes_around(operator: Any) -> None:
    """Set the types of the outputs of an estimator around another."""
    estimator = operator.raw_operator
    if not is_classifier(estimator):
        (numbers,) = operator.outputs
        numbers.set_type(number_type(numbers)([None, None]))
        return
    labels, probabilities = operator.outputs
    classes = estimator.classes_
    if classes is None or isinstance(classes, list):
        raise ValueError(
            f"{type(estimator).__name__} of several labels cannot be exported to ONNX; export the "
            f"network in it."
        )
    labels.set_type(label_type(classes)([None]))
    probabilities.set_type(number_type(probabilities)([None, len(classes)]))


def convert_inner(scope: Any, operator: Any, container: Any) -> None:
    """Add the estimator that predicts for a search or a distilled network."""
    graph = Graph(scope, container)
    found = _predictions(graph, inner_of(operator.raw_operator), operator)
    for name, output in zip(found, operator.outputs, strict=True):
        graph.add("Identity", name, output=output.full_name)


def convert_search_ensemble(scope: Any, operator: Any, container: Any) -> None:
    """Add the weighted mean of the members of a `SearchEnsembleClassifier` or Regressor."""
    graph, ensemble = Graph(scope, container), operator.raw_operator
    dtype = _dtype_of(operator.outputs[-1])
    parts = []
    for weight, members in zip(ensemble.weights_["weight"], ensemble.estimators_, strict=True):
        for member in members:
            # A member that reads a table may return float64 although the first column is a string.
            values = graph.cast(_predictions(graph, member, operator)[-1], dtype)
            share = np.array([[weight / len(members)]])
            if is_classifier(ensemble):  # a member may lack classes, if its fold had no row of them
                columns = np.eye(len(ensemble.classes_))
                share = share * columns[np.searchsorted(ensemble.classes_, member.classes_)]
                parts.append(graph.add("MatMul", values, share.astype(dtype)))
            else:
                parts.append(graph.add("Mul", values, share.astype(dtype)))
    total = parts[0] if len(parts) == 1 else graph.add("Sum", *parts)
    graph.add("Identity", total, output=operator.outputs[-1].full_name)
    if is_classifier(ensemble):
        add_labels(graph, ensemble.classes_, total, operator.outputs[0].full_name)


def convert_transformed_target(scope: Any, operator: Any, container: Any) -> None:
    """Add a `TransformedTargetRegressor`."""
    graph, estimator = Graph(scope, container), operator.raw_operator
    (found,) = _predictions(graph, estimator.regressor_, operator)
    found = _inverse(graph, estimator.transformer_, graph.cast(found, "float64"))
    graph.cast_to(found, operator.outputs[0])


def convert_voting(scope: Any, operator: Any, container: Any) -> None:
    """Add a `VotingClassifier`; skl2onnx refuses a parameter that matters only to `transform`."""
    operator.raw_operator = copy.copy(operator.raw_operator)
    operator.raw_operator.flatten_transform = False
    convert_voting_classifier(scope, operator, container)


def convert_calibrated(scope: Any, operator: Any, container: Any) -> None:
    """Add a `CalibratedClassifierCV`; skl2onnx interpolates no isotonic calibration."""
    method = operator.raw_operator.method
    if method != "sigmoid":
        raise ValueError(
            f"CalibratedClassifierCV(method={method!r}) cannot be exported to ONNX, because "
            f'skl2onnx has no exact converter for it; use method="sigmoid".'
        )
    convert_sklearn_calibrated_classifier_cv(scope, operator, container)


def _predictions(graph: Graph, estimator: Any, operator: Any) -> list[Name]:
    """Add an estimator with the inputs of an operator, and return the names of its outputs."""
    scope = graph.scope
    inner = scope.declare_local_operator(get_model_alias(type(estimator)), estimator)
    inner.inputs = operator.inputs
    kinds = [number_type(operator.outputs[-1])]
    if is_classifier(estimator):
        scope.add_options(id(estimator), {"zipmap": False})
        graph.container.add_options(id(estimator), {"zipmap": False})
        kinds.insert(0, Int64TensorType)
    for kind in kinds:
        inner.outputs.append(scope.declare_local_variable("inner", kind()))
    return [output.full_name for output in inner.outputs]


def _dtype_of(variable: Any) -> str:
    return "float64" if number_type(variable).__name__.startswith("Double") else "float32"


def _inverse(graph: Graph, transformer: Any, y: Name) -> Name:
    """Add the inverse of a transformer of the target."""
    if isinstance(transformer, FunctionTransformer):
        return _function(graph, transformer.inverse_func, y)
    scales = shift_and_scale(transformer)
    if scales is None:
        raise ValueError(
            f"TransformedTargetRegressor cannot be exported to ONNX: there is no converter for the "
            f"inverse of {type(transformer).__name__}. Use a scaler, or func=np.log1p with "
            f"inverse_func=np.expm1."
        )
    shift, scale = scales
    return graph.add("Add", graph.add("Mul", y, scale), shift)


def _function(graph: Graph, function: Any, y: Name) -> Name:
    one = np.ones(1)
    if function is None:
        return y
    if function is np.exp:
        return graph.add("Exp", y)
    if function is np.expm1:
        return graph.add("Sub", graph.add("Exp", y), one)
    if function is np.log:
        return graph.add("Log", y)
    if function is np.log1p:
        return graph.add("Log", graph.add("Add", y, one))
    if function is np.sqrt:
        return graph.add("Sqrt", y)
    if function is np.square:
        return graph.add("Mul", y, y)
    raise ValueError(
        f"TransformedTargetRegressor cannot be exported to ONNX: there is no converter for the "
        f"function {function!r}. Use exp, expm1, log, log1p, sqrt or square of NumPy."
    )
