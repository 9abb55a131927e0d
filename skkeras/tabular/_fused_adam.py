"""Adam's gradient step as one TensorFlow kernel per variable."""

from __future__ import annotations

import types
from typing import Any

import keras


def fuse_adam(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Make Adam update a variable by one TensorFlow kernel instead of the twenty of Keras.

    The result is the same except for rounding.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        Any optimizer. It is not changed if its step is not Adam's or the backend is not TensorFlow.

    Returns
    -------
    keras.optimizers.Optimizer
        The same optimizer.
    """
    adam = keras.optimizers.Adam
    is_adam = getattr(type(optimizer), "update_step", None) is adam.update_step
    if is_adam and not optimizer.amsgrad and keras.backend.backend() == "tensorflow":
        # Not a subclass, because its hyperparameters would not become inputs of the trace. `vars`
        # bypasses the attribute tracking of Keras.
        vars(optimizer)["update_step"] = types.MethodType(_update_step, optimizer)
    return optimizer


def _update_step(
    optimizer: keras.optimizers.Adam, gradient: Any, variable: Any, learning_rate: Any
) -> None:
    import tensorflow as tf

    def number(value: Any) -> Any:
        return tf.cast(tf.convert_to_tensor(value), variable.dtype)

    index = optimizer._get_variable_index(variable)
    momentum, velocity = optimizer._momentums[index], optimizer._velocities[index]
    beta_1, beta_2 = number(optimizer.beta_1), number(optimizer.beta_2)
    step = number(optimizer.iterations + 1)
    tf.raw_ops.ResourceApplyAdam(
        var=variable.handle,
        m=momentum.value.handle,
        v=velocity.value.handle,
        beta1_power=beta_1**step,
        beta2_power=beta_2**step,
        lr=number(learning_rate),
        beta1=beta_1,
        beta2=beta_2,
        epsilon=number(optimizer.epsilon),
        grad=number(gradient),  # dense, even if only some rows are looked up
    )
