"""What networks of several inputs say of their parameters."""

FRAMES = """\
X is a data frame of pandas, polars or another library that scikit-learn takes. Each of its columns
    goes to a branch that makes a vector of numbers, categories, texts, images or series; the
    vectors are joined, and hidden layers lead from there to the output."""

PARAMETERS = """branches : dict of str to (str, str or list of str), default=None
        A name for each branch, its kind and its columns, such as
        ``{"table": ("numbers", ["age", "income"]), "review": ("texts", "text")}``; columns that are
        in no branch are left out. The kinds are "numbers"; "categories", with a vector for each
        category of each column; "texts", where several columns are read one after the other;
        "images", one column of paths; and "series", one column whose cells are lists or arrays of
        shape (n_times,) or (n_times, n_channels), or several columns of numbers, each a step. None
        guesses, see Notes.
    fusion : {"concatenation", "gating", "attention"}, default="concatenation"
        How the branches' vectors become one: side by side; as a sum in which the branches together
        say how much of each is let through [1]_; or as the mean after each has looked at all others
        by self-attention with four heads [2]_.
    hidden_layer_sizes : int, sequence of int or str, default=(64,)
        Units of each hidden layer after the fusion, or the text of that, such as "(64, 32)"; `()`
        for none.
    units : int, default=32
        Units of a branch of numbers, of recurrent layers for series, of the fusions that are no
        concatenation, and of the encoders of texts, as in `KerasTextClassifier`.
    activation : str or callable, default="relu"
        Activation of dense layers and of convolutions over images, any of Keras'.
    dropout : float, default=0.3
        Share of each branch's vector, and of each hidden layer's outputs, that a training step
        leaves out; in [0, 1).
    category_dim : int, default=8
        Length of a category's vector.
    text_encoder : {"average", "convolution", "recurrent", "transformer"}, default="average"
        What makes one vector of a text's words; see `KerasTextClassifier`.
    embedding_dim : int, default=32
        Length of a word's vector.
    n_pairs : int, default=32768
        Vectors that pairs of words share by hashing, with `text_encoder="average"`; 0 leaves pairs
        out.
    max_features : int, default=10000
        The most words of a branch that get vectors of their own: those most frequent in the
        training texts.
    max_length : int, default=512
        Words at which a text is cut off.
    image_size : (int, int), default=(64, 64)
        Height and width that images are brought to, without their proportions. All of them are
        held in memory, in training as 12 bytes a pixel.
    filters : int, sequence of int or str, default=(16, 32, 64)
        Filters of each convolution over images, or the text of that; each makes the images half as
        high and wide, and the last is averaged over all pixels.
    series_encoder : {"lstm", "gru", "fcn", "resnet", "inception", "lite"}, default="gru"
        What makes one vector of a series: the last output of a recurrent layer, or an architecture
        of `KerasTimeSeriesClassifier`."""

ATTRIBUTES = """branches_ : dict of str to (str, list of str)
        Kind and columns of each branch, given or guessed, without those that hold nothing in `fit`.
    feature_encoder_ : BranchEncoder
        What encodes the columns; its `encoders_` is a dict of each branch's own, such as the
        vocabulary of a branch of texts."""

NOTES = """\
Scales, categories and vocabularies are learned in `fit`, so that in cross-validation they are the
    training rows' alone. A missing number is the median; a missing text an empty one, a missing
    image black, and a missing series one step of the mean. Where numbers or categories were missing
    in `fit`, the network is told so: by a column of 0 and 1, and by a category of its own. A
    category that was not there in `fit` has a vector of zeros, and words that were not there share
    one vector. A column that holds nothing in `fit` is left out, with a warning, and so is a branch
    of such columns; what `predict` is given there is ignored. In a column of numbers, what is none,
    such as "?", is missing, with a warning. True is 1 and False is 0, as numbers and as categories.

    With `branches=None`, all columns of numbers go to one branch, and all of categories to another:
    columns of booleans and of the frame's type for categories, and of strings with at most 50
    different values. Columns of objects or strings are of numbers as they are for
    `KerasRealMLPClassifier`. Every other column gets a branch of its own: series where all cells
    are lists or arrays; images where all are strings that end as names of image files do; and texts
    where there are more than 50 different strings, or where most are of several words and stand in
    one row only. Missing cells do not count. `branches_` says what was guessed; give `branches`
    where the columns' types may change, as between parts of one table."""

REFERENCES = """\
.. [1] Arevalo, Solorio, Montes-y-Gómez and González, "Gated multimodal units for information
       fusion", 2017. https://arxiv.org/abs/1702.01992
    .. [2] Vaswani et al., "Attention is all you need", NeurIPS 2017.
       https://arxiv.org/abs/1706.03762"""
