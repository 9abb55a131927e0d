"""How a built Keras model gets from initial to trained weights."""

import skkeras._quiet  # isort: skip  # before the first import of Keras
from skkeras.training._batches import count_rows, take
from skkeras.training._dropout import Dropout
from skkeras.training._seeds import epoch_order, seeding
from skkeras.training._train import Outcome, predict, train

__all__ = ["Dropout", "Outcome", "count_rows", "epoch_order", "predict", "seeding", "take", "train"]
