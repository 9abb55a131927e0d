"""Routing of parameters such as `optimizer__momentum` to the objects that they belong to."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any


def route_params(
    params: Mapping[str, Any], destination: str, names: Collection[str] = ()
) -> dict[str, Any]:
    """Return the parameters of a destination, by the names that it knows them by.

    Parameters
    ----------
    params : dict
        Parameters.
    destination : str
        Prefix of the routed parameters, such as "optimizer" in `optimizer__momentum`.
    names : collection of str, default=()
        Names of parameters that the destination takes without a prefix; the routed ones override
        them.

    Returns
    -------
    dict
        Parameters without the prefix; those for a part of the destination keep the rest of it.
    """
    prefix = f"{destination}__"
    own = {name: value for name, value in params.items() if name in names}
    return own | {
        name.removeprefix(prefix): value
        for name, value in params.items()
        if name.startswith(prefix)
    }


def make_objects(
    items: Any,
    params: Mapping[str, Any],
    find: Callable[[str], Any] | None = None,
    inherited: Mapping[str, Any] | None = None,
) -> Any:
    """Make objects of all classes in nested lists, tuples and dicts.

    Parameters
    ----------
    items : object
        A class, or nested lists, tuples and dicts of classes; anything else stays as it is.
    params : dict
        Arguments. Those routed to a position in a list or to a key of a dict are for that item,
        others are for all. Numbers are positions of arguments, as in `optimizer__0`. If an argument
        is a class itself, an object is made of it.
    find : callable, default=None
        Function that returns the class of a name; strings stay as they are without it.
    inherited : dict, default=None
        Arguments for all items of the list or dict that holds these items.

    Returns
    -------
    object
        The same structure, with new objects.

    Raises
    ------
    TypeError
        If there are arguments for an item that is not a class.
    """
    if isinstance(items, str) and find is not None:
        items = find(items)
    own = {**(inherited or {}), **{n: v for n, v in params.items() if "__" not in n}}
    if isinstance(items, Mapping):
        return {
            key: make_objects(item, route_params(params, str(key)), find, own)
            for key, item in items.items()
        }
    if isinstance(items, (list, tuple)):
        return type(items)(
            make_objects(item, route_params(params, str(i)), find, own)
            for i, item in enumerate(items)
        )
    if inspect.isclass(items):
        made = {name: make_objects(v, route_params(params, name)) for name, v in own.items()}
        positions = sorted((name for name in made if name.isdigit()), key=int)
        return items(*[made.pop(name) for name in positions], **made)
    if own:
        raise TypeError(
            f"{items!r} is not a class and takes no parameters, but got {own}; give its class, or "
            f"set them in it."
        )
    return items


def accepts(function: Callable[..., Any], name: str) -> bool:
    """Return whether a function accepts an argument of this name."""
    parameters = inspect.signature(function).parameters
    return any(p.kind is p.VAR_KEYWORD for p in parameters.values()) or (
        name in parameters
        and parameters[name].kind
        in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    )
