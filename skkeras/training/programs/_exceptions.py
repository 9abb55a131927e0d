"""Why there is no program for a model."""


class NotCompiled(Exception):
    """The compiled trainer cannot do what is asked; the message says what that is."""


class ForeignCode(Exception):
    """Code takes part that is not of Keras or this package; the message says which."""
