"""Docstring parts that the families share."""

from __future__ import annotations

import ast
import re

from skkeras._docs import substitute

SHARED_PARAMETERS = """optimizer : str, class or keras.optimizers.Optimizer, default="adam"
        Any Keras optimizer by name ("sgd", "rmsprop", "adam", "adamw", ...) or class, created with
        the parameters below. An instance is copied for each fit and keeps its own settings:
        `learning_rate` is ignored in that case, and setting the others raises an error.
    learning_rate : float, schedule or {"cosine", "exponential", "on-plateau"}, default=1e-3
        Learning rate. A name selects a schedule that starts at `learning_rate_init`: "cosine"
        decays to 0 and "exponential" to a hundredth over all epochs; "on-plateau" divides the rate
        by 5 whenever the (validation) loss has not improved for half of `patience`. A
        `keras.optimizers.schedules.LearningRateSchedule` is used as it is.
    learning_rate_init : float, default=1e-3
        Initial rate of a named schedule. Setting it without a named schedule raises an error.
    momentum : float, default=0.9
        Momentum of "sgd", in [0, 1]. Other optimizers do not use it.
    nesterovs_momentum : bool, default=True
        Whether "sgd" uses Nesterov momentum.
    weight_decay : float or None, default=None
        Decoupled weight decay; None uses the default of the optimizer.
    clipnorm : float or None, default=None
        Maximum norm of the gradient of each weight; gradients of larger norm are scaled down to it.
    clipvalue : float or None, default=None
        Maximum absolute value of gradient entries; larger entries are clipped to it.
    epochs : int, default=100
        Number of passes over the training rows; with early stopping, the maximum number.
    batch_size : int or "auto", default="auto"
        Rows per gradient step; {auto_batch_size}
    shuffle : bool, default=True
        Whether to shuffle the rows in each epoch.
    early_stopping : bool or "auto", default="auto"
        Whether to hold out some training rows (or use `X_val` and `y_val` of `fit`), stop when
        the loss on them has not improved for `patience` epochs, and restore the best weights.
        "auto" does so with {held_out_from}, or if `X_val` and `y_val` are given.
    validation_fraction : float, default=0.1
        Fraction of the training rows to hold out for early stopping; stratified for classifiers,
        by groups if `groups` is passed to `fit`.
    patience : {patience}; scikit-learn's `n_iter_no_change`.
    loss : str, class, function or keras.losses.Loss, default=None
        {loss}
    metrics : str, keras.metrics.Metric, callable, list of these or None, default=None
        Keras metrics to record in `history_` in each epoch.
    callbacks : keras.callbacks.Callback, a class of it, list of these or None, default=None
        Keras callbacks; each fit works on copies.
    warm_start : bool, default=False
        Whether `fit` continues from the weights of the last `fit`.
    memory : str, path-like, FitMemory, joblib.Memory or None, default=None
        Folder that stores finished fits, so that `fit` never repeats the same training: an
        interrupted search resumes, and a fit of more epochs continues from one of fewer.
        Requires a `random_state`.
    random_state : int, RandomState instance or None, default=None
        Seed of weights, dropout, shuffling and held-out rows; with an int, `fit` is bit-identical
        when repeated.
    verbose : int or str, default=0
        What Keras prints: 0 nothing, 1 a progress bar per epoch, 2 a line per epoch.
    trainer : {"auto", "graph", "xla", "fit"}, default="auto"
        How to train: with a compiled program (a TensorFlow graph or XLA, chosen by "auto") or with
        `keras.Model.fit`. The result is the same; only the run time differs."""

SHARED_ATTRIBUTES = """model_ : keras.Model
        The trained model.
    history_ : dict of str to list of float
        Loss and metrics, one value per epoch.
    loss_curve_ : list of float
        Training loss of each epoch: ``history_["loss"]``.
    n_iter_ : int
        Number of epochs trained.
    trainer_ : str
        How the model was trained and, if `keras.Model.fit` was used against `trainer`, why.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features; defined only if all of them are strings."""


AUTO_BATCH_SIZE = '"auto" is `min(200, n_samples)`.'
HELD_OUT_FROM = "more than 10,000 rows"
PATIENCE = """int, default=10
        Epochs without improvement before training stops"""

CLASS_WEIGHT = """class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" makes them inversely proportional to frequencies."""

CLASS_LOSS = """\
Any Keras loss. None and scikit-learn's "log_loss" are the cross-entropy for the type of the
        target. Columns of 0 and 1 with a single 1 in each row are decoded as one-hot classes; with
        "binary_crossentropy", each column is a separate label."""

NUMBER_LOSS = """\
Any Keras loss, or scikit-learn's "squared_error" or "absolute_error"; None is the squared
        error. With "poisson" and "mean_squared_logarithmic_error", outputs are positive, and the
        target is not scaled and must not be negative."""

CLASSES = """classes_ : ndarray of shape (n_classes,)
        The classes."""

SCALE_TARGET = """scale_target : bool, default=True
        Whether the network learns the target scaled to mean 0 and standard deviation 1."""


PARTS = {
    "shared_parameters": SHARED_PARAMETERS,
    "shared_attributes": SHARED_ATTRIBUTES,
    "auto_batch_size": AUTO_BATCH_SIZE,
    "held_out_from": HELD_OUT_FROM,
    "patience": PATIENCE,
}


def substitute_docs(family: type) -> None:
    """Fill shared parts into the docstring of a family, and update changed defaults.

    Parameters
    ----------
    family : type
        Class whose docstring has names in braces: keys of `PARTS` or of `_doc_parts` of its bases.

    Raises
    ------
    KeyError
        If there is no part for a name in braces.
    """
    if not family.__doc__:
        return
    parts = dict(PARTS)
    for base in reversed(family.__mro__):
        parts |= vars(base).get("_doc_parts", {})
    family.__doc__ = substitute(family.__doc__, parts)

    def own_default(line: re.Match[str]) -> str:
        value = getattr(family, line["name"], None)
        if value == ast.literal_eval(line["default"]):
            return line[0]
        shown = f'"{value}"' if isinstance(value, str) else repr(value)
        return f"{line['start']}{shown}"

    pattern = r"^(?P<start> +(?P<name>\w+) : .*default=)(?P<default>.+)$"
    family.__doc__ = re.sub(pattern, own_default, family.__doc__, flags=re.MULTILINE)
