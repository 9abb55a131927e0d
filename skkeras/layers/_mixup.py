"""MixUp: mix rows and their losses."""

from __future__ import annotations

import functools
from typing import Any

import keras
import numpy as np
from keras import ops, tree
from scipy.special import betaincinv

from skkeras.layers._dropout import uniform
from skkeras.layers._ensemble import EnsembleModel
from skkeras.layers._sequence import stretched

_N_SHARES = 4096


@keras.saving.register_keras_serializable(package="import skkeras")
class MixUp(keras.layers.Layer):
    """Mix each row with the previous one in the batch, in training, with one share for all.

    It takes a tensor of shape (batch, ...) or a list of such tensors, and mixes as
    `keras.layers.MixUp` does with images. A layer of a model does not get targets, so `MixUpModel`
    mixes the losses. If it gets padded series and which of their values are steps, each series is
    mixed with one that is stretched to its length.

    Parameters
    ----------
    alpha : float
        Both parameters of the beta distribution that the share is drawn from.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.

    Attributes
    ----------
    share : tensor or None
        The share of the row itself, at least one half; None except from the call to the loss.
    """

    def __init__(self, alpha: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.seed_generator = keras.random.SeedGenerator()
        self.share: Any = None
        self.built = True

    def call(self, inputs: Any, is_step: Any = None, training: bool = False) -> Any:
        """Mix rows."""
        if not training:
            return inputs
        drawn = uniform((1,), self.seed_generator.next())[0] * _N_SHARES
        shares = ops.cast(_shares(self.alpha), self.compute_dtype)
        self.share = share = ops.take(shares, ops.cast(drawn, "int32"))
        others = tree.map_structure(partners, inputs)
        if is_step is not None:
            others = stretched(others, partners(is_step), is_step)
        return tree.map_structure(lambda x, other: share * x + (1 - share) * other, inputs, others)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer."""
        return {**super().get_config(), "alpha": self.alpha}


@functools.cache
def _shares(alpha: float) -> np.ndarray:
    """Return quantiles of the larger share; draws from these are the same with all compilers."""
    levels = (np.arange(_N_SHARES) + 0.5) / _N_SHARES
    return betaincinv(alpha, alpha, 0.5 + levels / 2)


def partners(rows: Any) -> Any:
    """Return the row that each row is mixed with; rows are shuffled in each epoch."""
    # `roll` takes the padding of the last, smaller batch for rows under XLA.
    n_rows = ops.shape(rows)[0]
    return ops.take(rows, (ops.arange(n_rows, dtype="int32") + n_rows - 1) % n_rows, axis=0)


@keras.saving.register_keras_serializable(package="import skkeras")
class MixUpModel(keras.Model):
    """Functional model with a layer `MixUp`, whose losses are mixed in the same way as its inputs.

    If the loss is linear in the target, like cross-entropy, or quadratic, this is equivalent to
    training on the mixed target. Metrics are those of the target that has the larger share.
    """

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Compute the loss for each row's own target and for that of its partner."""
        own = super().compute_loss(x, y, y_pred, sample_weight, training)
        mixup = next(layer for layer in self._flatten_layers() if isinstance(layer, MixUp))
        share, mixup.share = mixup.share, None
        if not training or share is None:
            return own
        weights = None if sample_weight is None else partners(sample_weight)
        other = super().compute_loss(x, partners(y), y_pred, weights, training)
        return share * own + (1 - share) * other


@keras.saving.register_keras_serializable(package="import skkeras")
class MixUpEnsembleModel(MixUpModel, EnsembleModel):
    """`EnsembleModel` with a layer `MixUp`: all members are trained on the same mixtures."""
