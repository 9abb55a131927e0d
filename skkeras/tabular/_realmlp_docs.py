"""The docstring parts of both RealMLPs."""

PARAMETERS = """hidden_layer_sizes : int, sequence of int or str, default=(256, 256, 256)
        Units of each hidden layer. The text of that will do, such as "(128, 64)".
    activation : {"selu", "mish", "relu", "gelu", "silu", "tanh"}, default="selu"
        Activation of the hidden layers. How far each neuron goes from its input to its activation
        is learned.
    number_embedding : bool, default=True
        Whether each number comes with three learned combinations of 16 cosines of it.
    embedding_sigma : float, default=0.1
        Standard deviation of the frequencies of these cosines at first, in periods for each
        interquartile range. More, such as 3, tells numbers apart that lie close together beside
        others that are far off, as capital gains do.
    front_scale : bool, default=True
        Whether what enters the first layer is multiplied by learned numbers, which learn six times
        as fast as others.
    dropout : float, default=0.15
        Share of each hidden layer's outputs that a training step leaves out; in [0, 1).
    anneal : bool, default=True
        Whether the learning rate rises from 0 to `learning_rate` and falls four times, each time
        for twice as many steps, and dropout and the weight decay of "adam" fall to 0 in the second
        half of training. False keeps all as they are. A schedule as `learning_rate` stays."""

NOTES = """\
This is the recipe RealMLP-TD [1]_: besides what the parameters say, numbers and indicators of
    categories are scaled robustly and drawn to within 3; categories of more than 8 levels are
    vectors of 8; weights start such that each neuron's input has standard deviation 1 on training
    rows and is 0 at a random place among them; Adam forgets with ``beta_2=0.95``; biases are not
    decayed, and learn at a tenth of the rate; and the epoch that was best on held-out rows is taken
    in the end, the last of equally good ones."""

REFERENCES = """\
.. [1] Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and boosted
       trees on tabular data", NeurIPS 2024. https://arxiv.org/abs/2407.04491"""

AUTO_BATCH_SIZE = """\
"auto" is 64 up to 1,024 training rows, 128 up to 8,192, 256 up to
        30,000, 512 up to 100,000, and 1,024 above."""

PATIENCE = """int or None, default=10
        Epochs without improvement before training stops, None for
        never"""
