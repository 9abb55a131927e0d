"""Global settings of Keras that change what is computed."""

from __future__ import annotations

from collections.abc import Hashable

import keras
from keras.src.backend import config
from keras.src.backend.common import global_state

from skkeras.training import backends as backend
from skkeras.training.programs import describe_object

# Thread-local state of Keras that does not change what a model computes; each fit draws its own
# seeds. State that is not of a plain type, such as counters of names, belongs to models that are
# being built.
_NOT_COMPUTED = (
    "global_random_seed",
    "safe_mode_saving",
    "traceback_filtering",
    "tracking_on",
    "nnx_enabled",
)
_PLAIN = (bool, int, float, str, type(None))


def settings() -> tuple[Hashable, ...]:
    """Return all global settings that change what a model computes, equal in every process."""
    constants = [
        (name, value)
        for name, value in vars(config).items()
        if name.isupper() and name != "_KERAS_DIR" and type(value) in _PLAIN
    ]
    state = [
        (name, value)
        for name, value in sorted(vars(global_state.GLOBAL_STATE_TRACKER).items())
        if type(value) in _PLAIN and value is not None and name not in _NOT_COMPUTED
    ]
    policy = describe_object(keras.config.dtype_policy())
    return (*constants, *state, policy, *backend.settings())
