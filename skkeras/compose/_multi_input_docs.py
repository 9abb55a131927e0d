"""Docstring parts of the multi-input networks."""

FRAMES = """\
X is a data frame of pandas, polars or another library that scikit-learn supports. Each column goes
    to a branch that maps numbers, categories, texts, images or series to a vector. The vectors are
    combined and followed by hidden layers and the output layer."""

PARAMETERS = """branches : dict of str to (str, str or list of str), default=None
        Maps the name of each branch to its kind and its columns, such as
        ``{"table": ("numbers", ["age", "income"]), "review": ("texts", "text")}``; columns that are
        in no branch are ignored. The kinds are "numbers"; "categories", with an embedding of each
        category of each column; "texts", where the texts of several columns are concatenated;
        "images", one column of paths; and "series", one column whose cells are lists or arrays of
        shape (n_times,) or (n_times, n_channels), or several numeric columns, each of which is a
        time step. None infers the branches from the data, see Notes.
    fusion : {"concatenation", "gating", "attention"}, default="concatenation"
        How the vectors of the branches are combined: "concatenation"; "gating", a sum weighted by
        gates that depend on all branches [1]_; or "attention", the mean after self-attention
        between the branches with four heads [2]_.
    hidden_layer_sizes : int, sequence of int or str, default=(64,)
        Number of units of each hidden layer after the fusion. A string such as "(64, 32)" is also
        accepted; `()` for no hidden layer.
    units : int, default=32
        Number of units of a branch of numbers, of recurrent layers for series, of the fusions
        "gating" and "attention", and of the text encoders, as in `KerasTextClassifier`.
    activation : str or callable, default="relu"
        Activation of dense layers and of convolutions over images: any Keras activation.
    dropout : float, default=0.3
        Dropout rate of each branch's vector and of each hidden layer's outputs; in [0, 1).
    category_dim : int, default=8
        Length of a category's embedding.
    text_encoder : {"average", "convolution", "recurrent", "transformer"}, default="average"
        How the words of a text become one vector; see `KerasTextClassifier`.
    embedding_dim : int, default=32
        Length of a word's vector.
    n_pairs : int, default=32768
        Number of vectors that pairs of words share by hashing, with `text_encoder="average"`; 0
        disables pairs.
    max_features : int, default=10000
        Maximum number of words of a branch with their own vectors: the most frequent ones in the
        training texts.
    max_length : int, default=512
        Maximum number of words of a text; longer texts are truncated.
    image_size : (int, int), default=(64, 64)
        Height and width that images are resized to, ignoring their aspect ratio. All images are
        held in memory; in training, they take 12 bytes per pixel.
    filters : int, sequence of int or str, default=(16, 32, 64)
        Number of filters of each convolution over images, also as a string. After each convolution,
        height and width are halved, and the last output is averaged over all pixels.
    series_encoder : {"lstm", "gru", "fcn", "resnet", "inception", "lite"}, default="gru"
        How a series becomes one vector: by the last output of a recurrent layer, or by an
        architecture of `KerasTimeSeriesClassifier`."""

ATTRIBUTES = """branches_ : dict of str to (str, list of str)
        Kind and columns of each branch, given or inferred, without columns that hold no values in
        `fit`.
    feature_encoder_ : BranchEncoder
        Fitted encoder of the columns; its `encoders_` is a dict of each branch's encoder, which has
        for example the vocabulary of a branch of texts."""

NOTES = """\
Scales, categories and vocabularies are learned in `fit`, so in cross-validation they are learned
    from the training rows only. A missing number is replaced by the median, a missing text by an
    empty text, a missing image by a black image, and a missing series by one step of the channel
    means. If numbers or categories are missing in `fit`, the network has an indicator column of 0
    and 1 for the missing numbers, and a separate category for the missing categories. A category
    that is unknown in `fit` has a vector of zeros, and unknown words share one vector. A column
    that holds no values in `fit` is dropped, with a warning, and so is a branch of such columns
    only; its values in `predict` are ignored. In a numeric column, values that are not numbers,
    such as "?", are missing, with a warning. True equals 1 and False equals 0, as numbers and as
    categories. In a branch of numbers, a column of dates becomes six numbers, as in
    `KerasRealMLPClassifier`.

    With `branches=None`, all columns of numbers or dates go to one branch, and all categorical
    columns to another: columns of booleans, of the categorical type of the data frame, and of
    strings with at most 50 distinct values. Columns of objects or strings are numeric under the
    same conditions as in `KerasRealMLPClassifier`. Every other column has its own branch: series if
    all cells are lists or arrays; images if all cells are strings that end in suffixes of image
    files; and texts if there are more than 50 distinct strings, or if the distinct strings are more
    than half as many as the cells and most of them have several words. Missing cells are ignored.
    `branches_` holds the inferred branches; set `branches` if the types of columns may change, for
    example between parts of a table."""

REFERENCES = """\
.. [1] Arevalo, Solorio, Montes-y-Gómez and González, "Gated multimodal units for information
       fusion", 2017. https://arxiv.org/abs/1702.01992
    .. [2] Vaswani et al., "Attention is all you need", NeurIPS 2017.
       https://arxiv.org/abs/1706.03762"""
