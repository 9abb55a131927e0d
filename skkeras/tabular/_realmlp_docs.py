"""Docstring parts of the RealMLP estimators."""

PARAMETERS = """hidden_layer_sizes : int, sequence of int or str, default=(256, 256, 256)
        Number of units of each hidden layer. A string such as "(128, 64)" is also accepted.
    activation : {"selu", "mish", "relu", "gelu", "silu", "tanh"}, default="selu"
        Activation of the hidden layers. Each neuron learns an interpolation between its input and
        its activation.
    number_embedding : bool, default=True
        Whether to add three learned linear combinations of 16 cosines of each number as features.
    embedding_sigma : float, default=0.1
        Standard deviation of the initial frequencies of these cosines, in periods per
        interquartile range. A larger value, such as 3, distinguishes numbers that are close
        together in a column that also has very distant numbers, such as capital gains.
    front_scale : bool, default=True
        Whether the inputs of the first layer are multiplied by learned scales, whose learning rate
        is six times that of the other weights.
    dropout : float, default=0.15
        Dropout rate of each hidden layer's outputs; in [0, 1).
    anneal : bool, default=True
        Whether the learning rate rises from 0 to `learning_rate` and falls four times, each time
        for twice as many steps, and dropout and the weight decay of "adam" fall to 0 in the second
        half of training. If False, all of them are constant. A schedule that is given as
        `learning_rate` is not changed."""

NOTES = """\
This is RealMLP-TD [1]_, which has the following properties besides its parameters. Numbers and
    indicator columns of categories are scaled robustly and smoothly clipped to [-3, 3]. Categories
    with more than 8 levels have embeddings of length 8. Initial weights are such that each neuron's
    input has standard deviation 1 on training rows and is 0 at a random point among them. Adam has
    ``beta_2=0.95``. Biases have no weight decay and a tenth of the learning rate. Finally, the
    weights of the best epoch on held-out rows are restored; of equally good epochs, the last."""

REFERENCES = """\
.. [1] Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and boosted
       trees on tabular data", NeurIPS 2024. https://arxiv.org/abs/2407.04491"""

AUTO_BATCH_SIZE = """\
"auto" is 64 up to 1,024 training rows, 128 up to 8,192, 256 up to
        30,000, 512 up to 100,000, and 1,024 above."""

PATIENCE = """int or None, default=10
        Epochs without improvement before training stops, None for
        never"""
