"""Global settings of Keras that change what is computed."""

from __future__ import annotations

from collections.abc import Hashable

import keras
from keras.src.backend import config
from keras.src.backend.common import global_state

from skkeras.training import backends as backend
from skkeras.training.programs import describe_object

# Of the state of Keras that is one for a thread: counters of names, and seeds, which fits draw
# themselves. All that is not plain belongs to what is being built at the moment.
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
