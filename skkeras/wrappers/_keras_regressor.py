"""The regressor around a model of the user's own."""

from __future__ import annotations

from typing import Any, ClassVar

from skkeras.wrappers._regressor import BaseKerasRegressor
from skkeras.wrappers._routed import RoutedEstimator
from skkeras.wrappers._routed_docs import with_routed_docs


@with_routed_docs
class KerasRegressor(BaseKerasRegressor, RoutedEstimator):
    """Regressor around a Keras model, with SciKeras' parameters.

    Parameters
    ----------
    {parameters}
    scale_target : bool, default=False
        Whether the network learns the target brought to mean 0 and standard deviation 1. Off by
        default, unlike in the families: the model and the loss are yours, and a Poisson loss or an
        output that is never negative needs the target as it is. A target far from that scale warns.
    {kwargs}

    Attributes
    ----------
    {attributes}

    Examples
    --------
    >>> import keras
    >>> from sklearn.datasets import load_diabetes
    >>> from skkeras import KerasRegressor
    >>> def build(meta):
    ...     return keras.Sequential(
    ...         [
    ...             keras.layers.Input((meta["n_features_in_"],)),
    ...             keras.layers.Dense(32, "relu"),
    ...             keras.layers.Dense(1),
    ...         ]
    ...     )
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = KerasRegressor(build, loss="mse", epochs=50, scale_target=True, random_state=0)
    >>> model.fit(X, y).score(X, y) > 0.4
    True
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **RoutedEstimator._parameter_constraints,
        "scale_target": ["boolean"],
    }

    def __init__(self, model: Any = None, *, scale_target: bool = False, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self.scale_target = scale_target
