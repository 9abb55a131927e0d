"""Docstrings that contain those of base classes, and links to the pages made of them."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from typing import Any


def sections(doc: str | None) -> dict[str, str]:
    """Return the sections of a docstring by title, and the text before them as "Description".

    Parameters
    ----------
    doc : str or None
        Docstring in numpydoc's format.

    Returns
    -------
    dict of str to str
        Texts without the titles; the first line of the docstring is left out.
    """
    start, *rest = re.split(r"\n\n(\w+)\n-+\n", inspect.cleandoc(doc or ""))
    texts = dict(zip(rest[::2], rest[1::2], strict=True))
    return {"Description": start.partition("\n\n")[2], **texts}


def entries(section: str) -> dict[str, str]:
    """Return the entries of a section of parameters or attributes by name."""
    texts = re.split(r"\n(?=\S)", section) if section else []
    return {re.split(r" :|\n", text)[0]: text for text in texts}


def inherit_docs(cls: type) -> type:
    """Fill sections of base classes' docstrings into the docstring of a class.

    ``{parameters}`` and ``{attributes}`` are replaced by the entries of all base classes, those of
    the nearest class first. A class that changes a parameter has an entry for it, which replaces
    the entry of its base class. ``{notes}`` and ``{references}`` are replaced by the texts of all
    base classes, and ``{description}`` by the text before the sections of the nearest base class
    that has one. Defaults are updated if the class has other values as attributes.

    Parameters
    ----------
    cls : type
        The class, whose docstring is replaced.

    Returns
    -------
    type
        The same class.

    Raises
    ------
    KeyError
        If the docstring has any other name in braces.
    """
    doc = inspect.cleandoc(cls.__doc__ or "")
    names = set(re.findall(r"\{(\w+)\}", doc))
    if not names:
        return cls
    own = [base for base in cls.__mro__[1:] if issubclass(base, DocumentedMixin)]
    bases = [sections(vars(base).get("__doc__")) for base in own]

    def merged(title: str) -> str:
        own = entries(sections(doc)[title])
        found: dict[str, tuple[int, str]] = {}
        for place, base in reversed([*enumerate(bases)]):
            for name, text in entries(base.get(title, "")).items():
                found[name] = found.get(name, (place,))[0], text
        kept = [entry for name, entry in found.items() if name not in own]
        return "\n".join(text for _, text in sorted(kept, key=lambda entry: entry[0]))

    def joined(title: str) -> str:
        return "\n\n".join(base[title] for base in reversed(bases) if title in base)

    parts: dict[str, Any] = {
        "parameters": lambda: merged("Parameters"),
        "attributes": lambda: merged("Attributes"),
        "notes": lambda: joined("Notes"),
        "references": lambda: joined("References"),
        "description": lambda: next(filter(None, (base["Description"] for base in bases))),
    }
    if unknown := sorted(names - set(parts)):
        raise KeyError(f"The docstring of {cls.__name__} names {unknown}; it may name {[*parts]}.")
    doc = re.sub(r"\{(\w+)\}", lambda found: parts[found[1]](), doc)

    def own_default(line: re.Match[str]) -> str:
        value = getattr(cls, line["name"], inspect.Parameter.empty)
        if value is inspect.Parameter.empty or value == ast.literal_eval(line["default"]):
            return line[0]
        shown = f'"{value}"' if isinstance(value, str) else repr(value)
        return f"{line['start']}{shown}"

    pattern = r"^(?P<start>(?P<name>\w+) : .*default=)(?P<default>.+)$"
    cls.__doc__ = re.sub(pattern, own_default, doc, flags=re.MULTILINE)
    return cls


class _DocumentedOrder:
    """Signature of a class, with the parameters in the order of its docstring."""

    def __get__(self, instance: Any, owner: type) -> inspect.Signature:
        return _signature(owner, owner.__init__)  # type: ignore[misc]


@functools.cache
def _signature(cls: type, init: Any) -> inspect.Signature:
    _, *given = inspect.signature(init).parameters.values()
    places = {
        name: place
        for place, name in enumerate(entries(sections(inspect.getdoc(cls)).get("Parameters", "")))
    }
    given.sort(key=lambda p: (p.kind, places.get(p.name, len(places))))
    return inspect.Signature(given)


class DocumentedMixin:
    """Mixin of public estimators: their signature, and links from their HTML to their pages."""

    __signature__ = _DocumentedOrder()
    _doc_link_module = "skkeras"
    _doc_link_template = (
        "https://skkeras.readthedocs.io/en/stable/api/generated/"
        "{estimator_module}.{estimator_name}.html"
    )
