"""The docstring parts of both networks that learn by transfer."""

IMAGES = """\
X are images of shape (n_samples, height, width), or (n_samples, height, width, channels) with 1 or
    3 channels, red first, or, with `image_shape` set, flat (n_samples, height * width * channels):
    pixels from 0 to 255, of any type, before any `preprocess_input`; others warn. A list, a Series
    or one column of a data frame may hold arrays of one shape. Strings and path-like objects are
    paths of files, one a sample. Grey images are given three equal channels."""

PARAMETERS = """backbone : str, default="MobileNetV2"
        Any network of `keras.applications` by name: "VGG16", "ResNet50V2", "EfficientNetV2B0", ...
        Pixels are scaled as that network asks for.
    weights : "imagenet", str, path-like or None, default="imagenet"
        What the backbone starts from: the weights that Keras has, which are fetched at the first
        use; a file that was saved with ``include_top=False``; or None for random weights, which are
        the same each time.
    pooling : {"avg", "max"}, default="avg"
        What makes one vector of the backbone's last feature maps.
    dense_units : int, sequence of int or str, default=()
        Units of each dense layer between that vector and the output, or the text of that; `()` for
        none.
    activation : str or callable, default="relu"
        Activation of these layers, any of Keras'.
    alpha : float, default=10.0
        Strength of the L2 penalty on the weights of the output and of these layers: half of it
        times the squared weights, shared among all training rows; the inverse of `C` of
        `sklearn.linear_model.LogisticRegression`.
    dropout : float, default=0.2
        Share of the vector, and of each dense layer's outputs, that a training step leaves out; in
        [0, 1).
    n_unfrozen : int, default=0
        Number of last layers of the backbone that are trained as well, once the layers on top are;
        at most as many as there are in its `model.layers`.
    fine_tune_epochs : int, default=10
        Epochs for that; the most there are, with early stopping.
    fine_tune_learning_rate : float, default=1e-4
        Learning rate for that, in the place of `learning_rate`.
    input_size : int or (int, int), default=None
        Height and width that images are resized to for the backbone; None leaves them as they are.
    image_shape : (int, int) or (int, int, int), default=None
        Height, width and, if not 1, the number of channels: needed for flat images; what images in
        files are resized to when they are read."""

ATTRIBUTES = """image_shape_ : tuple (int, int, int)
        Height, width and channels of the images.
    feature_encoder_ : BackboneFeatures
        What made features of the images."""

NOTES = """\
What stands before the first layer that is trained gives the same features in each epoch, fold and
    fit. They are computed once for each image and kept in the process, the last 512 MB of them;
    `skkeras.clear_cache` forgets them. So a fit without fine-tuning takes hardly longer than that,
    and a search over what is on top less still.

    Fine-tuning follows when the layers on top are trained, on the same rows; `history_` and
    `n_iter_` count its epochs, too. Batch normalisation stays as the backbone has learned it.
    Training in parts, by `partial_fit` or in the rungs of `HyperbandSearchCV`, trains the layers on
    top alone; the search's last fit is fine-tuned.

    Fitted estimators hold all weights that were trained, and of the backbone only the name and
    where its weights are: these must be there to predict, and are compared with those of `fit`. For
    a file that is elsewhere now, `set_params(weights=)` or `skkeras.load(weights=)` says where."""

REFERENCES = """\
Yosinski, Clune, Bengio and Lipson, "How transferable are features in deep neural networks?",
    NeurIPS 2014. https://arxiv.org/abs/1411.1792"""
