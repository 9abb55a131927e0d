"""Base class of the families that can be trained on mixtures of rows."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import keras
from sklearn.utils._param_validation import Interval

from skkeras.base._family import KerasFamily
from skkeras.base._model_spec import ModelParams
from skkeras.layers import EnsembleModel, MixUp, MixUpEnsembleModel, MixUpModel

_MIXING = {keras.Model: MixUpModel, EnsembleModel: MixUpEnsembleModel}


@dataclass(kw_only=True, eq=False, repr=False)
class MixUpFamily(KerasFamily):
    """Base class of the families with a parameter `mixup`.

    A family passes the rows, or the vectors that it makes of them, through `_mixed`, and makes its
    model by `_model`, which mixes the losses in the same way.

    Parameters
    ----------
    mixup : float, default=0.0
        Strength of mixup (Zhang et al. 2018, https://arxiv.org/abs/1710.09412); 0 for none. In each
        step of training, each row and its loss are mixed with another row of the batch and its
        loss, in a proportion that is drawn from the beta distribution whose two parameters are
        `mixup`: close to 0 or 1 if `mixup` is small, uniform if it is 1. Use more epochs with it.
    """

    mixup: float = 0.0

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "mixup": [Interval(Real, 0, None, closed="left")]
    }

    @classmethod
    def _mixed(cls, params: ModelParams, x: Any, is_step: Any = None) -> Any:
        """Return a tensor, or several, with rows that are mixed in training.

        `is_step` tells the steps of padded series from their padding.
        """
        return MixUp(float(params.mixup))(x, is_step) if params.mixup else x

    @classmethod
    def _model(
        cls,
        params: ModelParams,
        inputs: Any,
        outputs: Any,
        kind: type[keras.Model] = keras.Model,
    ) -> keras.Model:
        """Return a model, of `keras.Model` or `EnsembleModel`, whose losses are mixed too."""
        return (_MIXING[kind] if params.mixup else kind)(inputs, outputs)
