"""Exceptions that say why there is no program for a model."""


class NotCompiled(Exception):
    """The compiled trainer cannot train or predict as requested; the message says why."""


class ForeignCode(Exception):
    """A model uses code that is not part of Keras or this package; the message names it."""
