"""Regressor around a Keras model that the user wrote."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from skkeras._docs import inherit_docs
from skkeras.base import BaseKerasRegressor, with_checked_arguments
from skkeras.wrappers._wrapper import KerasWrapper


@inherit_docs
class KerasRegressor(KerasWrapper, BaseKerasRegressor):
    """Regressor around a Keras model, with SciKeras' parameters.

    Parameters
    ----------
    {parameters}
    scale_target : bool, default=False
        Whether the network learns the target scaled to mean 0 and standard deviation 1. Off by
        default, unlike in the families, because you choose the model and the loss: a Poisson loss
        or an output that is never negative requires the original target. A target on a very
        different scale gives a warning.
    **kwargs : dict
        Routed parameters: `model__*` to the build function, `optimizer__*`, `loss__*`,
        `metrics__*` and `callbacks__*` to the objects that they name, `fit__*` and `predict__*`
        to Keras' methods, `score__*` to `scorer`. Other parameters go to the build function.

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
        **KerasWrapper._parameter_constraints,
        "scale_target": ["boolean"],
    }

    def __init__(self, model: Any = None, *, scale_target: bool = False, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self.scale_target = scale_target

    @with_checked_arguments
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, **kwargs: Any) -> Self:
        """Train for one epoch, continuing from the current state.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Input, as in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Relative weights of the rows.
        **kwargs : dict
            Arguments of `keras.Model.fit`, for this call only.

        Returns
        -------
        self
            The estimator.
        """
        return self._fit_part(kwargs, X, y, sample_weight)
