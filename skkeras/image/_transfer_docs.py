"""Docstring parts of the transfer learning estimators."""

IMAGES = """\
X holds images of shape (n_samples, height, width), or (n_samples, height, width, channels) with 1
    or 3 channels (RGB), or, with `image_shape` set, flat images of shape
    (n_samples, height * width * channels). Pixels must be from 0 to 255, of any type, before any
    `preprocess_input`; otherwise, a warning is issued. A list, a Series or one column of a data
    frame may hold arrays of the same shape. Strings and path-like objects are paths of files, one
    per sample. Greyscale images are converted to three equal channels."""

PARAMETERS = """backbone : str, default="MobileNetV2"
        Name of any network of `keras.applications`: "VGG16", "ResNet50V2", "EfficientNetV2B0", ...
        Pixels are scaled as this network requires.
    weights : "imagenet", str, path-like or None, default="imagenet"
        Initial weights of the backbone: the pretrained weights of Keras, which are downloaded at
        the first use; a file that was saved with ``include_top=False``; or None for random weights,
        which are always the same.
    pooling : {"avg", "max"}, default="avg"
        How the backbone's last feature maps are pooled into one vector.
    dense_units : int, sequence of int or str, default=()
        Number of units of each dense layer between this vector and the output, also as a string;
        `()` for none.
    activation : str or callable, default="relu"
        Activation of these layers: any Keras activation.
    alpha : float, default=10.0
        Strength of the L2 penalty on the weights of the output layer and of these layers: half of
        `alpha` times the squared weights, divided by the number of training rows. It is the inverse
        of `C` of `sklearn.linear_model.LogisticRegression`.
    dropout : float, default=0.2
        Dropout rate of the vector and of each dense layer's outputs; in [0, 1).
    n_unfrozen : int, default=0
        Number of last layers of the backbone that are fine-tuned after the layers on top are
        trained; at most the length of the backbone's `model.layers`.
    fine_tune_epochs : int, default=10
        Number of epochs of fine-tuning; the maximum number with early stopping.
    fine_tune_learning_rate : float, default=1e-4
        Learning rate of fine-tuning, instead of `learning_rate`.
    input_size : int or (int, int), default=None
        Height and width that images are resized to for the backbone; None does not resize them.
    image_shape : (int, int) or (int, int, int), default=None
        Height, width and number of channels, which by default is 1, or 3 for files. Needed for flat
        images; images in files are resized to it when they are read."""

ATTRIBUTES = """image_shape_ : tuple (int, int, int)
        Height, width and channels of the images.
    feature_encoder_ : BackboneFeatures
        Fitted transformer that computes the features of images."""

NOTES = """\
The layers before the first trained layer compute the same features in each epoch, fold and fit.
    These features are computed once per image and cached in the process, the most recently used 512
    MB of them; `skkeras.clear_cache` removes them. Therefore a fit without fine-tuning takes little
    longer than computing the features, and a search over the layers on top takes even less per fit.

    Fine-tuning follows the training of the layers on top, on the same rows; `history_` and
    `n_iter_` include its epochs. Batch normalisation in the backbone stays frozen. `partial_fit`
    and the rungs of `HyperbandSearchCV` train only the layers on top; the final fit of the search
    is fine-tuned.

    Fitted estimators store all trained weights, but only the name of the backbone and the location
    of its weights. These must exist for `predict`, and are compared with those of `fit`. If the
    file has moved, set its location by `set_params(weights=)` or `skkeras.load(weights=)`."""

REFERENCES = """\
Yosinski, Clune, Bengio and Lipson, "How transferable are features in deep neural networks?",
    NeurIPS 2014. https://arxiv.org/abs/1411.1792"""
