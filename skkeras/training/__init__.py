"""How a built Keras model gets from initial to trained weights."""

from skkeras.training._batches import count_rows, take
from skkeras.training._dropout import Dropout
from skkeras.training._seeds import epoch_order, seeding
from skkeras.training._train import Outcome, predict, train

__all__ = ["Dropout", "Outcome", "count_rows", "epoch_order", "predict", "seeding", "take", "train"]
