"""Outputs of a hidden layer of a network, as features for other models."""

from __future__ import annotations

import itertools
import math
from numbers import Integral
from typing import Any, ClassVar, NoReturn, Self

import keras
import numpy as np
import sklearn
from keras import tree
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    MetaEstimatorMixin,
    TransformerMixin,
    clone,
)
from sklearn.frozen import FrozenEstimator
from sklearn.utils import Tags, get_tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.validation import check_is_fitted

from skkeras._docs import DocumentedMixin
from skkeras._feature_attributes import copy_feature_attributes
from skkeras.base import BaseKerasEstimator
from skkeras.compose._distilled_base import KerasDistilled
from skkeras.layers import EnsembleMean
from skkeras.training import check_process, predict
from skkeras.utils import shallow_copy


class NetworkFeatures(
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    DocumentedMixin,
    MetaEstimatorMixin,
    BaseEstimator,
):
    """Transform rows into the outputs of a hidden layer of a network.

    `fit` trains the network to predict y. `transform` returns the outputs of one of its layers, by
    default the last hidden layer, as features for any other model.

    Parameters
    ----------
    estimator : estimator
        A classifier or regressor of skkeras with one network. A clone of it is trained. A fitted
        network in a `sklearn.frozen.FrozenEstimator` is used as it is.
    layer : int or str, default=-2
        Index of the layer in ``model_.layers``, or its name. By default, it is the layer before the
        output layer. Names that Keras numbers, such as "dense_3", differ between fits; use an index
        for these layers, unless the network is frozen. In an ensemble (TabM, and time series
        networks with `n_ensemble` > 1), an index counts the layers of the members, and the outputs
        of all members are concatenated.

    Attributes
    ----------
    estimator_ : estimator
        The fitted classifier or regressor.
    n_features_in_, feature_names_in_
        Those of `estimator_`, if it has them.

    See Also
    --------
    skkeras.image.KerasTransferClassifier : Learns from the features of a pretrained backbone.

    Notes
    -----
    Outputs of more than one axis, such as feature maps of images, are flattened. Dropout and other
    layers that only act in training return their inputs. ``estimator_.summary()`` shows the layers.

    TabM has many features: `n_ensemble` times the size of its last hidden layer.

    The network has seen the rows that it is trained on. Its features separate the classes of these
    rows better than those of new rows, and a model that is trained on the features of the same rows
    relies on that. This matters most if the network overfits.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skkeras import KerasMLPClassifier
    >>> from skkeras.compose import NetworkFeatures
    >>> X, y = load_iris(return_X_y=True)
    >>> network = KerasMLPClassifier(learning_rate=0.01, epochs=50, random_state=0)
    >>> model = make_pipeline(StandardScaler(), NetworkFeatures(network), LogisticRegression())
    >>> model.fit(X, y).score(X, y) > 0.9
    True
    >>> model[:-1].transform(X).shape
    (150, 100)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": "no_validation",
        "layer": [Integral, str],
    }

    def __init__(self, estimator: Any, *, layer: int | str = -2) -> None:
        self.estimator = estimator
        self.layer = layer

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Train a clone of the network, unless it is frozen.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Training data, as the network takes it.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target. Only a frozen network needs none.
        **params : dict
            Arguments of the network's `fit`, such as `sample_weight`; with metadata routing, those
            that it requests.

        Returns
        -------
        self

        Raises
        ------
        TypeError
            If the estimator is not a network of skkeras.
        ValueError
            If the network has no such layer, the layer is the output layer, or the number of its
            outputs is not the same for all rows. In most cases, this is found before training.
        """
        self._validate_params()
        self._check_estimator()
        if sklearn.get_config()["enable_metadata_routing"]:
            params = process_routing(self, "fit", **params).estimator.fit
        fitted = clone(self.estimator)
        if isinstance(fitted, BaseKerasEstimator):
            fitted._check_model = self._check_model
        try:
            fitted.fit(X, y, **params)
        finally:
            vars(fitted).pop("_check_model", None)
        model = _network_of(fitted).model_
        # Not names, because those that Keras numbers differ when the model is built again.
        self._places = _find(model, self.layer)
        hidden = _HiddenLayers(model, self._places).outputs
        self._n_features_out = sum(math.prod(output.shape[1:]) for output in hidden)
        self.estimator_ = fitted
        copy_feature_attributes(fitted, self)
        return self

    def _check_estimator(self) -> None:
        estimator = self.estimator
        if isinstance(estimator, FrozenEstimator):
            estimator = estimator.estimator
        if not isinstance(estimator, (BaseKerasEstimator, KerasDistilled)):
            raise TypeError(
                f"estimator must be a classifier or regressor of skkeras with one network, such as "
                f"KerasMLPClassifier(); got {self.estimator!r}. What comes before the network goes "
                f"before this transformer, in a pipeline."
            )

    def _check_model(self, model: keras.Model) -> None:
        """Raise an error before training if the model has no such hidden layer."""
        if model.built or not isinstance(model, keras.Sequential):
            _find(model, self.layer)

    def transform(self, X: Any) -> np.ndarray:
        """Return the outputs of the layer.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows, as the network takes them.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Outputs of dtype float32, flattened.
        """
        check_is_fitted(self)
        network, layers = self._hidden_layers()
        outputs = tree.flatten(shallow_copy(network, _network=layers)._outputs(X))
        flat = [np.asarray(output, np.float32).reshape(len(output), -1) for output in outputs]
        return flat[0] if len(flat) == 1 else np.concatenate(flat, axis=1)

    def _hidden_layers(self) -> tuple[Any, _HiddenLayers]:
        """Return the fitted network, and its model up to the layer."""
        network = _network_of(self.estimator_)
        return network, _HiddenLayers(network.model_, self._places)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        inner = get_tags(self.estimator)
        tags.input_tags, tags.target_tags = inner.input_tags, inner.target_tags
        if tags.transformer_tags is not None:
            tags.transformer_tags.preserves_dtype = []
        return tags

    def get_metadata_routing(self) -> MetadataRouter:
        """Return how metadata are routed to the network."""
        fit = MethodMapping().add(caller="fit", callee="fit")
        return MetadataRouter(owner=self).add(estimator=self.estimator, method_mapping=fit)


class _HiddenLayers:
    """A network that predicts the outputs of operations in the graph of a model."""

    def __init__(self, model: keras.Model, places: list[int]) -> None:
        graph = _graph_of(model)
        self.outputs = _outputs_of(graph, [graph.operations[place] for place in places])
        # A fixed name, because Keras counts names that it makes itself.
        self.model = keras.Model(graph.input, self.outputs, name="features")
        self.model.run_eagerly = model.run_eagerly

    def predict(self, x: Any, **options: Any) -> Any:
        check_process()
        return predict(self.model, x, **options)


def _network_of(estimator: Any) -> Any:
    """Return the estimator whose model has the layers."""
    if isinstance(estimator, FrozenEstimator):
        estimator = estimator.estimator
    return estimator.student_ if isinstance(estimator, KerasDistilled) else estimator


def _find(model: keras.Model, layer: int | str) -> list[int]:
    """Return the places of a hidden layer in the operations of the graph, and check the layer."""
    graph = _graph_of(model)
    layers = _layers_of(model, graph)
    if isinstance(layer, str):
        found = [one for one in model.layers if one.name == layer]
    else:
        found = layers[layer] if -len(layers) <= layer < len(layers) else []
    if not found:
        _refuse(f"The network has no layer {layer!r}", model)
    outputs = _outputs_of(graph, found)
    last = {id(output) for output in [*graph.outputs, *_outputs_of(graph, layers[-1])]}
    if any(id(output) in last for output in outputs):
        _refuse(f"The layer {layer!r} is the output layer, not a hidden layer", model)
    if any(None in output.shape[1:] for output in outputs):
        shape = tuple(outputs[0].shape)
        _refuse(
            f"The layer {layer!r} has outputs of shape {shape}, whose number is not the same for "
            f"all rows. Choose a layer after the pooling",
            model,
        )
    places = {id(operation): place for place, operation in enumerate(graph.operations)}
    return [places[id(one)] for one in found]


def _graph_of(model: keras.Model) -> Any:
    graph = getattr(model, "_functional", None) or model  # a Sequential contains one
    if not isinstance(graph, keras.Function):
        raise ValueError(
            f"Hidden layers are found in functional and Sequential models; got a model of the "
            f"class {type(model).__name__}, whose layers have no graph. Build it as "
            f"keras.Model(inputs, outputs)."
        )
    return graph


def _layers_of(model: keras.Model, graph: Any) -> list[list[Any]]:
    """Return the layers from input to output, of all members of an ensemble together."""
    if not isinstance(model.layers[-1], EnsembleMean):
        return [[layer] for layer in model.layers]
    depths = graph._operations_by_depth
    levels = [depths[depth] for depth in sorted(depths)]  # the output is at depth 0
    # The members' outputs are combined by layers without weights.
    members = itertools.dropwhile(lambda level: not any(one.weights for one in level), levels)
    return list(members)[::-1]


def _outputs_of(graph: Any, layers: list[Any]) -> list[keras.KerasTensor]:
    """Return the symbolic outputs of layers, of all their calls in a graph."""
    # `layer.output` may be of a call in another model that shares the layer.
    calls = {id(node) for nodes in graph._nodes_by_depth.values() for node in nodes}
    nodes = (node for layer in layers for node in layer._inbound_nodes if id(node) in calls)
    return [output for node in nodes for output in node.outputs]


def _refuse(reason: str, model: keras.Model) -> NoReturn:
    names = ", ".join(f"{place} {layer.name!r}" for place, layer in enumerate(model.layers))
    raise ValueError(f"{reason}. Its layers are {names}; the last is the output.")
