"""Search spaces of the families."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import keras

from skkeras.base._optimizers import names_schedule

if TYPE_CHECKING:
    from skopt.space import Dimension

_SIZES = ["small", "medium", "large"]
# Parameters that an optimizer object sets itself.
_OF_OPTIMIZERS = {
    "optimizer",
    "learning_rate",
    "learning_rate_init",
    "weight_decay",
    "momentum",
    "nesterovs_momentum",
    "clipnorm",
}


class HasSearchSpace:
    """Mixin that adds a search space to a family, which lists its own parameters.

    `_searched` holds, for each size, the parameters that this size adds: lists of values to choose
    from and tuples ``(low, high)`` or ``(low, high, "log-uniform")``. The most important parameters
    and the most common values of a list come first, because grids leave out the rest.
    """

    _searched: ClassVar[dict[str, dict[str, Any]]]
    optimizer: Any
    learning_rate: Any

    def search_space(self, size: str = "small") -> dict[str, Dimension]:
        """Return the parameters that are worth searching, with their ranges.

        `skkeras.model_selection.search_space` converts the result for grid search, random search,
        Bayesian search and Optuna, also for pipelines.

        Parameters
        ----------
        size : {"small", "medium", "large"}, default="small"
            Size of the space: "small" has the learning rate, layers and dropout; "medium" adds
            batch size, epochs, and one or two parameters of the family; "large" adds the optimizer
            with its settings, and the remaining parameters of the network.

        Returns
        -------
        dict of str to skopt.space.Dimension
            Names and ranges, the most important first; new objects in each call. If `learning_rate`
            names a schedule, it is kept and `learning_rate_init` is searched; the settings of
            schedule and optimizer objects are kept.

        Raises
        ------
        ValueError
            If `size` is not one of these.
        """
        if size not in _SIZES:
            raise ValueError(f"size must be one of {_SIZES}; got {size!r}.")
        own = self._searched
        rate = "learning_rate_init" if names_schedule(self.learning_rate) else "learning_rate"
        space = {rate: (1e-4, 3e-2, "log-uniform"), **own["small"]}
        if size != "small":
            space |= own["medium"]
            shared = {"batch_size": ["auto", 32, 64, 512], "epochs": (10, 200, "log-uniform")}
            space |= {name: spec for name, spec in shared.items() if name not in space}
        if size == "large":
            space |= {
                "optimizer": ["adam", "adamw", "rmsprop", "sgd"],
                "weight_decay": [None, 1e-4, 1e-3, 1e-2, 1e-1],
            }
            space |= own["large"]
            space |= {
                "momentum": (0.0, 0.99),
                "nesterovs_momentum": [True, False],
                "clipnorm": [None, 1.0],
            }
        if isinstance(self.optimizer, keras.optimizers.Optimizer):
            space = {name: space[name] for name in space if name not in _OF_OPTIMIZERS}
        elif isinstance(self.learning_rate, keras.optimizers.schedules.LearningRateSchedule):
            del space["learning_rate"]
        return {name: _dimension(spec) for name, spec in space.items()}


def _dimension(spec: Any) -> Dimension:
    # Importing skopt is slow, and only a search needs it.
    from skopt.space import Categorical, Integer, Real

    if isinstance(spec, list):
        return Categorical(spec)
    return (Integer if isinstance(spec[0], int) else Real)(*spec)
