"""Docstring parts that `KerasClassifier` and `KerasRegressor` share."""

from skkeras._docs import with_parts

PARAMETERS = """model : callable or keras.Model, default=None
        A function (or any callable) that returns a Keras model, compiled or not; or a model, of
        which each fit trains a copy. The function receives every `model__*` parameter and, if it
        has arguments of these names, `meta` (fitted attributes that describe the data:
        `n_features_in_`, `X_shape_`, `n_classes_`, `target_type_`, `n_outputs_`, ...),
        `compile_kwargs` and `params`. A subclass may define the function as its method
        `_keras_build_fn` instead.
    build_fn : callable or keras.Model, default=None
        Old name of `model`.
    warm_start : bool, default=False
        Whether `fit` continues from the weights of the last `fit`.
    memory : str, path-like, FitMemory, joblib.Memory or None, default=None
        Folder that stores finished fits, so that `fit` never repeats the same training: an
        interrupted search resumes, and a fit of more epochs continues from one of fewer.
        Requires a `random_state`.
    random_state : int, RandomState instance or None, default=None
        Seed of weights, dropout and shuffling; with an int, `fit` is bit-identical when repeated.
    optimizer : str, class or keras.optimizers.Optimizer, default="rmsprop"
        Optimizer of a model that the function does not compile, or compiles with the argument
        `compile_kwargs`; an instance is copied. An optimizer without effect raises an error.
    loss : str, class, callable or keras.losses.Loss, or list or dict of them, default=None
        Loss, likewise.
    metrics : str, list or dict, default=None
        Metrics, likewise.
    batch_size : int or None, default=None
        Rows per gradient step: None is 32, -1 all rows.
    validation_batch_size : int or None, default=None
        Accepted for compatibility with SciKeras; results do not depend on it.
    verbose : int or str, default=0
        What Keras prints in `fit`.
    callbacks : callback, class, or list or dict of them, default=None
        Keras callbacks; each fit works on copies. Predictions call those that have methods for
        predictions, and also `predict__callbacks`.
    validation_split : float, default=0.0
        Fraction of the rows, the last ones, to use for validation instead of training; in [0, 1).
    shuffle : bool, default=True
        Whether to shuffle the rows in each epoch.
    run_eagerly : bool, default=False
        Whether Keras runs the model without compiling it, for debugging.
    epochs : int, default=1
        Number of passes over the training rows.
    trainer : {"auto", "graph", "xla", "fit"}, default="auto"
        How to train: with a compiled program (a TensorFlow graph or XLA, chosen by "auto") or with
        `keras.Model.fit`. The result is the same; only the run time differs."""

KWARGS = """**kwargs : dict
        Routed parameters: `model__*` to the build function, `optimizer__*`, `loss__*`,
        `metrics__*` and `callbacks__*` to the objects that they name, `fit__*` and `predict__*`
        to Keras' methods, `score__*` to `scorer`. Other parameters go to the build function."""

ATTRIBUTES = """model_ : keras.Model
        The trained model.
    history_ : dict of str to list of float
        Loss and metrics, one value per epoch.
    loss_curve_ : list of float
        Training loss of each epoch: ``history_["loss"]``.
    n_iter_ : int
        Number of epochs trained.
    trainer_ : str
        How the model was trained and, if `keras.Model.fit` was used against `trainer`, why.
    target_encoder_ : transformer
        Fitted transformer of the target.
    feature_encoder_ : transformer or None
        Fitted transformer of X; None unless a subclass has a `feature_encoder`.
    n_features_in_ : int
        Number of features, or of inputs if X is a dict or list.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features; defined only if all of them are strings."""

with_wrapper_docs = with_parts(parameters=PARAMETERS, kwargs=KWARGS, attributes=ATTRIBUTES)
