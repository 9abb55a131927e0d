"""Errors for optional libraries that are not installed."""

from __future__ import annotations

from importlib.util import find_spec


def require(library: str, purpose: str, *, module: str | None = None, extra: str = "") -> None:
    """Raise an error if an optional library is not installed.

    Parameters
    ----------
    library : str
        Name of the library for pip, such as "pillow".
    purpose : str
        What needs it: the subject of the message.
    module : str or None, default=None
        Name of its module, if it is another one.
    extra : str, default=""
        The extra of skkeras that has the library, if there is one.

    Raises
    ------
    ImportError
        If the library is not installed.
    """
    if find_spec(module or library) is not None:
        return
    from_clone = f', or pip install ".[{extra}]" in a clone of skkeras' if extra else ""
    raise ImportError(
        f"{purpose} needs {library}, which is not installed: pip install {library}{from_clone}."
    )
