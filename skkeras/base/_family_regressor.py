"""Base class of the families' regressors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import keras
import numpy as np

from skkeras.base._family import KerasFamily
from skkeras.base._model_spec import ModelParams, ModelSpec
from skkeras.base._regressor import BaseKerasRegressor
from skkeras.base.data import RegressionTarget
from skkeras.utils import loss_name

# These losses use logarithms, so targets and outputs must not be negative.
_OF_POSITIVES = ("poisson", "mean_squared_logarithmic_error")


@dataclass(kw_only=True, eq=False, repr=False)
class FamilyRegressor(BaseKerasRegressor, KerasFamily):
    """Base class of the families' regressors.

    Parameters
    ----------
    scale_target : bool, default=True
        Whether the network learns the target scaled to mean 0 and standard deviation 1.
    loss : str, class, function or keras.losses.Loss, default=None
        Any Keras loss, or scikit-learn's "squared_error" or "absolute_error"; None is the squared
        error. With "poisson" and "mean_squared_logarithmic_error", outputs are positive, and the
        target is not scaled and must not be negative.
    """

    scale_target: bool = True

    _loss_names: ClassVar[dict[str, Any]] = {
        "squared_error": "mean_squared_error",
        "absolute_error": "mean_absolute_error",
    }
    _parameter_constraints: ClassVar[dict[str, Any]] = {"scale_target": ["boolean"]}

    @property
    def target_encoder(self) -> RegressionTarget:
        """Unfitted encoder of the target."""
        return RegressionTarget(scale=self._scales_target)

    @property
    def _scales_target(self) -> bool:
        return bool(self.scale_target) and not _is_of_positives(self.loss)

    def _check_y(self, y: Any, *, reset: bool) -> np.ndarray:
        y = super()._check_y(y, reset=reset)
        if _is_of_positives(self.loss) and (y < 0).any():
            raise ValueError(
                f"loss={self.loss!r} is for targets that are not negative; got {y.min():.3g} in y. "
                f'Give another loss, such as "mean_squared_error".'
            )
        return y

    @classmethod
    def _output_layer(cls, params: ModelParams, spec: ModelSpec) -> keras.Layer:
        activation = "exponential" if _is_of_positives(params.loss) else None
        return keras.layers.Dense(spec.n_outputs, activation, name="prediction")

    @classmethod
    def _default_loss(cls, params: ModelParams, spec: ModelSpec) -> Any:
        return "mean_squared_error"


def _is_of_positives(loss: Any) -> bool:
    try:
        return loss_name(loss) in _OF_POSITIVES
    except (TypeError, ValueError, AttributeError):
        return False
