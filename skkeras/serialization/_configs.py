"""Checks of the names and sizes in configurations of Keras objects."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import FunctionType
from typing import Any

import keras
import numpy as np
from keras.src.backend.common import global_state

from skkeras.serialization._array_files import NUMBERS

SPACES = (
    "activations",
    "callbacks",
    "constraints",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "optimizers.schedules",
    "regularizers",
)
_MODULES = {"keras", "keras.layers", "keras.models", "keras.dtype_policies", "keras.random"} | {
    f"keras.{space}" for space in SPACES if space != "callbacks"
}
_VALUES = {"__keras_tensor__", "__numpy__", "__tensor__", "__bytes__", "__slice__", "__ellipsis__"}
# These run code that is in a configuration or in another file.
_CODE = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
# These create objects from a configuration.
_MAKERS = {"deserialize", "get", "serialize"}
# Name under which Keras keeps the variables that are not initialized yet.
_WAITING = "uninitialized_variables"
# Settings of metrics that determine the size of arrays, and their maximum values.
_SIZES = {"num_thresholds": 100_000, "num_classes": 4096}
_LAYERS = ("keras.layers", "keras.models", "keras.src.layers", "keras.src.models", "skkeras")


def public(space: str) -> dict[str, Any]:
    """Return the classes and functions of a public module below `keras`."""
    found: Any = keras
    for part in space.split("."):
        found = getattr(found, part)
    return {
        name: item
        for name, item in vars(found).items()
        if isinstance(item, (type, FunctionType)) and name not in _MAKERS
    }


def check_config(config: Any) -> None:
    """Raise an error for a configuration that names anything but parts of Keras and skkeras.

    Raises
    ------
    ValueError
        If it does; nothing is imported or called before the error.
    """
    if isinstance(config, (list, tuple)):
        for part in config:
            check_config(part)
    if not isinstance(config, dict):
        return
    if "class_name" in config and not _is_known(config):
        module, name = config.get("module"), config["class_name"]
        named = config.get("config") if name == "function" else f"{module}.{name}"
        raise ValueError(f"{named} is no part of Keras or skkeras that a file may name.")
    for name, part in config.items():
        if isinstance(part, (int, float)) and part > _SIZES.get(name, part):
            raise ValueError(f"{name}={part} is too large for a file; {_SIZES[name]} is not.")
        check_config(part)


def check_size(config: Any, weights: Sequence[np.ndarray]) -> None:
    """Raise an error for layers that would use more memory than these weights.

    Raises
    ------
    ValueError
        If they would, if their sizes are unknown before they are created, or if the configuration
        names anything but parts of Keras and skkeras.
    """
    check_config(config)
    if not _has_layers(config):
        return
    waiting = list(global_state.get_global_attribute(_WAITING) or ())
    try:
        with keras.StatelessScope(initialize_variables=False):
            item = keras.saving.deserialize_keras_object(_not_compiled(config), safe_mode=True)
    finally:
        # Otherwise, the next scope would create these variables, whatever their size.
        global_state.set_global_attribute(_WAITING, waiting)
    described, given = ([tuple(v.shape) for v in x] for x in (item.weights, weights))
    if described != given:
        raise ValueError(
            f"a model with weights of shapes {described} has weights of shapes {given}"
        )


def _is_known(config: dict[str, Any]) -> bool:
    name, module = config["class_name"], config.get("module")
    registered = config.get("registered_name")
    if not isinstance(name, str):
        return False
    if name in ("__numpy__", "__tensor__"):
        return config["config"]["dtype"] in NUMBERS
    if name in _VALUES:
        return True
    if name == "function":
        return module == "builtins" and any(
            config.get("config") in public(space) for space in SPACES
        )
    if not isinstance(module, str) or name in _CODE or not name.isidentifier() or name[:2] == "__":
        return False
    if registered == f"import skkeras>{name}":
        return module.startswith("skkeras.")
    if registered not in (None, name) or module not in sys.modules:
        return False
    if module in _MODULES:
        return isinstance(vars(sys.modules[module]).get(name), type)
    # From these modules, Keras accepts only subclasses of its own saveable classes.
    return module.startswith("keras.src.") and not module.startswith("keras.src.callbacks")


def _has_layers(config: Any) -> bool:
    if isinstance(config, list):
        return any(map(_has_layers, config))
    if not isinstance(config, dict):
        return False
    module, name = config.get("module"), config.get("class_name")
    if isinstance(module, str) and isinstance(name, str):
        found = getattr(keras, name, None) if module == "keras" else None
        if module.startswith(_LAYERS) or (
            isinstance(found, type) and issubclass(found, keras.Layer)
        ):
            return True
    return any(map(_has_layers, config.values()))


def _not_compiled(config: Any) -> Any:
    """Return a configuration without optimizers and metrics, whose variables are few."""
    if isinstance(config, list):
        return [_not_compiled(part) for part in config]
    if not isinstance(config, dict):
        return config
    return {k: _not_compiled(part) for k, part in config.items() if k != "compile_config"}
