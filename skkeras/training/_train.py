"""Train models, with a compiled program or with `keras.Model.fit`."""

from __future__ import annotations

import keras

from skkeras.training._compiled import train_compiled
from skkeras.training._fit_arguments import FitArguments
from skkeras.training._keras_fit import train_with_keras
from skkeras.training._outcome import Outcome
from skkeras.training._row_parts import RowParts
from skkeras.training._train_parts import train_in_parts
from skkeras.training.programs import NotCompiled


def train(model: keras.Model, arguments: FitArguments, outcome: Outcome | None = None) -> Outcome:
    """Train a compiled model in place; stop after an epoch whose loss is not finite.

    Parameters
    ----------
    model : keras.Model
        Compiled model; its weights and its optimizer's state change.
    arguments : FitArguments
        The data, the epochs, and how to train.
    outcome : Outcome or None, default=None
        Updated while training runs, for callers that need it after an exception.

    Returns
    -------
    Outcome
        The history and the trainer that was used; `outcome` if it is given.
    """
    outcome = Outcome() if outcome is None else outcome
    if isinstance(arguments.x, RowParts):
        train_in_parts(model, arguments, outcome)
        return outcome
    if arguments.trainer != "fit":
        try:
            train_compiled(model, arguments, outcome)
            return outcome
        except NotCompiled as error:
            outcome.reason = str(error)
    train_with_keras(model, arguments, outcome)
    return outcome
