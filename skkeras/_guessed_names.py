"""Names of parameters in scikit-learn, Keras and other libraries, and what to use here."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping

_SIZES = ("hidden_layer_sizes", "dense_units", "units", "filters")
_RATE = ("learning_rate", "optimizer__learning_rate")

# Names that users try, and the parameters that replace them: the first that an estimator has.
RENAMED_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "max_iter": ("epochs",),
    "max_epochs": ("epochs",),
    "n_epochs": ("epochs",),
    "num_epochs": ("epochs",),
    "nb_epoch": ("epochs",),
    "solver": ("optimizer",),
    "lr": _RATE,
    "eta0": _RATE,
    "learning_rate": _RATE,
    "learning_rate_init": _RATE,
    "momentum": ("optimizer__momentum",),
    "weight_decay": ("optimizer__weight_decay",),
    "clipnorm": ("optimizer__clipnorm",),
    "beta_1": ("optimizer__beta_1",),
    "beta_2": ("optimizer__beta_2",),
    "epsilon": ("optimizer__epsilon",),
    "units": _SIZES,
    "n_units": _SIZES,
    "neurons": _SIZES,
    "layers": _SIZES,
    "hidden_layers": _SIZES,
    "hidden_units": _SIZES,
    "hidden_layer_sizes": _SIZES,
    "dropout_rate": ("dropout",),
    "n_iter_no_change": ("patience",),
    "validation_split": ("validation_fraction",),
    "validation_fraction": ("validation_split",),
    "seed": ("random_state",),
}

# What to do instead of a parameter that has no counterpart.
_OF_ADAM = "Give an optimizer that has it: optimizer=keras.optimizers.Adam({}=...)."
ADVICE: Mapping[str, str] = {
    "beta_1": _OF_ADAM.format("beta_1"),
    "beta_2": _OF_ADAM.format("beta_2"),
    "epsilon": _OF_ADAM.format("epsilon"),
    "power_t": 'Name a schedule, such as learning_rate="cosine".',
    "max_fun": 'There is no optimizer "lbfgs", which alone uses it.',
    "tol": (
        "There is none: training ends after all epochs, or with early_stopping=True when the "
        "validation loss has not improved for `patience` epochs."
    ),
    "n_jobs": (
        "One fit uses several cores by itself; searches and cross_val_score have n_jobs, which "
        "runs several fits at a time."
    ),
    "build_fn": "KerasClassifier and KerasRegressor take a function that builds a model.",
    "validation_data": "Give X_val= and y_val= to fit.",
    "model": "KerasClassifier and KerasRegressor take a Keras model.",
}

# Parameters with values of other libraries, and what to do instead.
RENAMED_VALUES: Mapping[tuple[str, str], str] = {
    ("activation", "logistic"): "Use 'sigmoid' instead.",
    ("activation", "identity"): "Use 'linear' instead.",
    ("optimizer", "lbfgs"): "Keras has none of this kind; use 'adam' instead.",
    ("learning_rate", "adaptive"): "Use 'on-plateau' instead.",
    ("learning_rate", "constant"): "A number is a constant rate, such as learning_rate=0.001.",
    ("learning_rate", "invscaling"): "Use 'exponential' instead.",
}

# Scores of other libraries, and their names in scikit-learn.
RENAMED_SCORES: Mapping[str, str] = {
    "acc": "accuracy",
    "auc": "roc_auc",
    "crossentropy": "neg_log_loss",
    "log_loss": "neg_log_loss",
    "mae": "neg_mean_absolute_error",
    "mean_absolute_error": "neg_mean_absolute_error",
    "mse": "neg_mean_squared_error",
    "mean_squared_error": "neg_mean_squared_error",
    "rmse": "neg_root_mean_squared_error",
    "root_mean_squared_error": "neg_root_mean_squared_error",
}

_ASIDE: Mapping[str, str] = {
    "hidden_layer_sizes": "It lists the units of each hidden layer, such as (64, 64).",
    "patience": "It is only used with early_stopping=True.",
    "validation_fraction": "It is only used with early_stopping=True.",
}


def replacement(name: str, known: Collection[str], routes: Collection[str] = ()) -> str | None:
    """Return the parameter that a user probably means, or None.

    Parameters
    ----------
    name : str
        Name that the estimator does not have.
    known : collection of str
        Names of its parameters.
    routes : collection of str, default=()
        Prefixes before "__" of further parameters, such as "optimizer".

    Returns
    -------
    str or None
        One of `known`, or a routed parameter.
    """
    for other in RENAMED_PARAMETERS.get(name, ()):
        if other in known or ("__" in other and other.partition("__")[0] in routes):
            return other
    near = difflib.get_close_matches(name, known, n=1)
    return near[0] if near and name not in ADVICE else None


def nested_replacements(name: str, known: Iterable[str]) -> list[str]:
    """Return parameters of estimators inside another one that a user probably means.

    Parameters
    ----------
    name : str
        Name without the names of the estimators inside, such as "epochs".
    known : iterable of str
        Names of all parameters of the outer estimator, such as "kerasmlpclassifier__epochs".

    Returns
    -------
    list of str
        At most one of `known` for each estimator inside.
    """
    inside: dict[str, list[str]] = {}
    for there in known:
        prefix, _, own = there.rpartition("__")
        if prefix:
            inside.setdefault(prefix, []).append(own)
    found = {
        prefix: name if name in names else replacement(name, names)
        for prefix, names in inside.items()
    }
    return [f"{prefix}__{own}" for prefix, own in found.items() if own is not None]


def advice(name: str, known: Collection[str], routes: Collection[str] = ()) -> str:
    """Return one or two sentences on what to use instead of a parameter that does not exist.

    Parameters
    ----------
    name : str
        Name that the estimator does not have.
    known : collection of str
        Names of its parameters.
    routes : collection of str, default=()
        Prefixes before "__" of further parameters, such as "optimizer".

    Returns
    -------
    str
        The replacement or other advice; without either, the names of all parameters.
    """
    found = replacement(name, known, routes)
    if found is None:
        return ADVICE.get(name, f"Valid parameters are: {', '.join(sorted(set(known)))}.")
    if name not in RENAMED_PARAMETERS:
        return f"Did you mean {found!r}?"
    return f"Use {found!r} instead.{aside(found)}"


def aside(parameter: str) -> str:
    """Return a sentence on what a parameter needs, after a space, or an empty string."""
    return f" {_ASIDE[parameter]}" if parameter in _ASIDE else ""
