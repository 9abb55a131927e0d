"""The docstring parts that `KerasClassifier` and `KerasRegressor` share."""

from skkeras._docs import with_parts

PARAMETERS = """model : callable or keras.Model, default=None
        A function (or any callable) that returns a Keras model, compiled or not, or a model, of
        which each fit trains a copy. A function gets those of `meta` (what is known of the data:
        `n_features_in_`, `X_shape_`, `n_classes_`, `target_type_`, `n_outputs_`, ...),
        `compile_kwargs` and `params` that it names, and every `model__*` parameter. A subclass may
        have the function as method `_keras_build_fn` instead.
    build_fn : callable or keras.Model, default=None
        Old name of `model`.
    warm_start : bool, default=False
        Whether `fit` goes on from the weights of the last `fit`.
    memory : str, path-like, FitMemory, joblib.Memory or None, default=None
        Folder that keeps finished fits, so that `fit` never trains twice what it has trained
        before: a search that was cut short resumes, and a fit of more epochs goes on from one of
        fewer. Needs a `random_state`.
    random_state : int, RandomState instance or None, default=None
        Seed of weights, dropout and shuffling; an int makes `fit` repeatable to the bit.
    optimizer : str, class or keras.optimizers.Optimizer, default="rmsprop"
        Optimizer, for a model that the function did not compile, or compiles with the argument
        `compile_kwargs`; an instance is copied. One that would have no effect is refused.
    loss : str, class, callable or keras.losses.Loss, or list or dict of them, default=None
        Loss, likewise.
    metrics : str, list or dict, default=None
        Metrics, likewise.
    batch_size : int or None, default=None
        Rows a gradient step: None is 32, -1 all rows.
    validation_batch_size : int or None, default=None
        Accepted for SciKeras' sake; results do not depend on it.
    verbose : int or str, default=0
        What Keras prints in `fit`.
    callbacks : callback, class, or list or dict of them, default=None
        Callbacks of Keras; each fit works on copies. Predictions call those that have methods for
        it, as they call `predict__callbacks`.
    validation_split : float, default=0.0
        Share of the last rows to validate on, not to train on; in [0, 1).
    shuffle : bool, default=True
        Whether rows are put in a new order each epoch.
    run_eagerly : bool, default=False
        Whether Keras runs the model without compiling it, to debug.
    epochs : int, default=1
        Passes over the training rows.
    trainer : {"auto", "graph", "xla", "fit"}, default="auto"
        What trains: a compiled program (as a TensorFlow graph or through XLA, "auto" chooses) or
        `keras.Model.fit`. The result is the same, the time is not."""

KWARGS = """**kwargs : dict
        Routed parameters: `model__*` to the build function, `optimizer__*`, `loss__*`,
        `metrics__*` and `callbacks__*` to what they name, `fit__*` and `predict__*` to Keras'
        methods, `score__*` to `scorer`. Any other name goes to the build function."""

ATTRIBUTES = """model_ : keras.Model
        The trained model.
    history_ : dict of str to list of float
        Loss and metrics, one value an epoch.
    n_iter_ : int
        Number of epochs trained.
    trainer_ : str
        What trained and, where it was `keras.Model.fit` against the wish, why.
    target_encoder_, feature_encoder_ : transformer
        What encoded the target, and X where a subclass has a `feature_encoder`.
    n_features_in_ : int
        Number of features, or of inputs where X is a dict or list.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features; only where all of them are strings."""

with_wrapper_docs = with_parts(parameters=PARAMETERS, kwargs=KWARGS, attributes=ATTRIBUTES)
