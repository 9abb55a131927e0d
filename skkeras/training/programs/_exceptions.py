"""Exceptions that say why there is no program for a model."""

import contextlib
import warnings
from collections.abc import Iterator


class NotCompiled(Exception):
    """The compiled trainer cannot train or predict as requested; the message says why."""


class ProgramFailed(NotCompiled):
    """A program failed in its first run, or in a way that unknown sizes do not explain."""


class ForeignCode(Exception):
    """A model uses code that is not part of Keras or this package; the message names it."""


@contextlib.contextmanager
def fall_back() -> Iterator[None]:
    """Continue after the block if there is no such program, with a warning if it failed.

    Tracing may fail because sizes are unknown; another program then takes the place of this one. An
    error of any other kind is a defect, which another program must not hide.
    """
    try:
        yield
    except ProgramFailed as error:
        warnings.warn(
            f"A compiled program failed, and another one is used, whose results are right but "
            f"which may be slower. Please report this, with the model, to skkeras: {error}",
            RuntimeWarning,
            stacklevel=2,
        )
    except NotCompiled:
        pass
