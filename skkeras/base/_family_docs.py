"""The docstring parts that families share."""

from __future__ import annotations

import ast
import re

from skkeras._docs import substitute

SHARED_PARAMETERS = """optimizer : str, class or keras.optimizers.Optimizer, default="adam"
        Any optimizer of Keras by name ("sgd", "rmsprop", "adam", "adamw", ...) or class, made with
        the parameters below; an instance is copied for each fit and keeps its own settings:
        beside it `learning_rate` is not read, and the others are refused.
    learning_rate : float, schedule or {"cosine", "exponential", "on-plateau"}, default=1e-3
        Learning rate. A name lets it fall from `learning_rate_init`: "cosine" to 0 and
        "exponential" to a hundredth over all epochs, "on-plateau" to a fifth whenever the
        (validation) loss has not improved for half of `patience`. A
        `keras.optimizers.schedules.LearningRateSchedule` is used as it is.
    learning_rate_init : float, default=1e-3
        Where a named schedule starts. It is refused where `learning_rate` names none.
    momentum : float, default=0.9
        Momentum of "sgd"; in [0, 1]. Other optimizers do not read it.
    nesterovs_momentum : bool, default=True
        Whether the momentum of "sgd" is Nesterov's.
    weight_decay : float or None, default=None
        Decoupled weight decay; None leaves it to the optimizer.
    clipnorm : float or None, default=None
        Largest norm of a weight's gradient; one of a larger norm is scaled down to it.
    clipvalue : float or None, default=None
        Largest absolute value in a gradient; larger ones are cut down to it.
    epochs : int, default=100
        Passes over the training rows; the most there are, with early stopping.
    batch_size : int or "auto", default="auto"
        Rows a gradient step; {auto_batch_size}
    shuffle : bool, default=True
        Whether rows are put in a new order each epoch.
    early_stopping : bool or "auto", default="auto"
        Whether to hold out some training rows (or use `X_val` and `y_val` of `fit`), stop when
        their loss has not improved for `patience` epochs, and go back to the best weights. "auto"
        does so with {held_out_from}, or where `X_val` and `y_val` are given.
    validation_fraction : float, default=0.1
        Share of the training rows to hold out for that; stratified for classifiers, by groups
        where `groups` are given to `fit`.
    patience : {patience}; scikit-learn's `n_iter_no_change`.
    loss : str, class, function or keras.losses.Loss, default=None
        {loss}
    metrics : list or None, default=None
        Metrics of Keras to note in `history_` each epoch.
    callbacks : list of keras.callbacks.Callback or None, default=None
        Callbacks of Keras; each fit works on copies.
    warm_start : bool, default=False
        Whether `fit` goes on from the weights of the last `fit`.
    memory : str, path-like, FitMemory, joblib.Memory or None, default=None
        Folder that keeps finished fits, so that `fit` never trains twice what it has trained
        before: a search that was cut short resumes, and a fit of more epochs goes on from one of
        fewer. Needs a `random_state`.
    random_state : int, RandomState instance or None, default=None
        Seed of weights, dropout, shuffling and hold-out; an int makes `fit` repeatable to the bit.
    verbose : int or str, default=0
        What Keras prints: 0 nothing, 1 a bar an epoch, 2 a line an epoch.
    trainer : {"auto", "graph", "xla", "fit"}, default="auto"
        What trains: a compiled program (as a TensorFlow graph or through XLA, "auto" chooses) or
        `keras.Model.fit`. The result is the same, the time is not."""

SHARED_ATTRIBUTES = """model_ : keras.Model
        The trained model.
    history_ : dict of str to list of float
        Loss and metrics, one value an epoch.
    n_iter_ : int
        Number of epochs trained.
    trainer_ : str
        What trained and, where it was `keras.Model.fit` against the wish, why.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features; only where all of them are strings."""


AUTO_BATCH_SIZE = '"auto" is `min(200, n_samples)`.'
HELD_OUT_FROM = "more than 10,000 rows"
PATIENCE = """int, default=10
        Epochs without improvement before training stops"""

CLASS_WEIGHT = """class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" makes them inverse to their frequencies."""

CLASS_LOSS = """\
Loss, any of Keras'; None and scikit-learn's "log_loss" are the cross-entropy that the target
        asks for. Columns of 0 and 1 with a single 1 in each row are taken for one-hot classes; with
        "binary_crossentropy" each column is a label of its own."""

NUMBER_LOSS = """\
Loss, any of Keras' or scikit-learn's "squared_error" and "absolute_error"; None is the squared
        error. With "poisson" and "mean_squared_logarithmic_error" outputs are positive, and the
        target, which must not be negative, is not scaled."""

CLASSES = """classes_ : ndarray of shape (n_classes,)
        The classes."""

SCALE_TARGET = """scale_target : bool, default=True
        Whether the network learns the target brought to mean 0 and standard deviation 1."""


PARTS = {
    "shared_parameters": SHARED_PARAMETERS,
    "shared_attributes": SHARED_ATTRIBUTES,
    "auto_batch_size": AUTO_BATCH_SIZE,
    "held_out_from": HELD_OUT_FROM,
    "patience": PATIENCE,
}


def substitute_docs(family: type) -> None:
    """Put shared parts into a family's docstring, and defaults that are its own.

    Parameters
    ----------
    family : type
        Class whose docstring has names in braces for what its bases hold under `_doc_parts`, and
        for `PARTS`.

    Raises
    ------
    KeyError
        If a name in braces has no part.
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
