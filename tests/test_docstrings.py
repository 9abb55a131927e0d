"""Docstrings that contain those of base classes."""

import importlib
import inspect
import re

import pytest

import skkeras
from skkeras._docs import DocumentedMixin, entries, inherit_docs, sections

PACKAGES = ["skkeras", "skkeras.compose", "skkeras.model_selection", "skkeras.inspection"]
PUBLIC = [
    getattr(package, name)
    for package in map(importlib.import_module, PACKAGES)
    for name in package.__all__
]
ESTIMATORS = [
    item for item in PUBLIC if isinstance(item, type) and issubclass(item, DocumentedMixin)
]


class Base(DocumentedMixin):
    """Base class.

    What X holds.

    Parameters
    ----------
    a : int, default=1
        The first
        number.
    b : str, default="x"
        A string.

    Notes
    -----
    A note.
    """

    a: int = 1
    b: str = "x"

    def __init__(self, *, a=1, b="x", c=None):
        pass


class Family(Base):
    """Family.

    Parameters
    ----------
    c : int
        A number of the family.
    a : int, default=1
        Another text.

    Notes
    -----
    Another note.
    """

    b: str = "y"


@inherit_docs
class Final(Family):
    """Class.

    {description}

    Parameters
    ----------
    {parameters}

    Notes
    -----
    {notes} The last one.
    """


def test_sections_of_bases_are_filled_in():
    assert (
        Final.__doc__
        == """Class.

What X holds.

Parameters
----------
c : int
    A number of the family.
a : int, default=1
    Another text.
b : str, default="y"
    A string.

Notes
-----
A note.

Another note. The last one."""
    )


def test_the_signature_is_in_the_order_of_the_docstring():
    assert list(inspect.signature(Final).parameters) == ["c", "a", "b"]
    assert list(inspect.signature(Final.__init__).parameters) == ["self", "a", "b", "c"]


def test_an_own_entry_replaces_that_of_a_base():
    @inherit_docs
    class Own(Base):
        """Class.

        Parameters
        ----------
        b : str
            Own.
        {parameters}
        """

    parameters = entries(sections(Own.__doc__)["Parameters"])
    assert list(parameters) == ["b", "a"] and parameters["b"] == "b : str\n    Own."


def test_other_names_in_braces_are_errors():
    with pytest.raises(KeyError, match=r"docstring of Typo names \['paramters'\]"):

        @inherit_docs
        class Typo(Base):
            """Class.

            {paramters}
            """


@pytest.mark.parametrize("item", PUBLIC)
def test_no_name_is_left(item):
    assert not re.search(r"\{\w+\}", item.__doc__)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_all_parameters_are_documented_in_the_order_of_the_signature(kind):
    documented = entries(sections(kind.__doc__)["Parameters"])
    assert [name.strip("*") for name in documented] == list(inspect.signature(kind).parameters)


def test_defaults_are_those_of_the_class():
    documented = re.search(r"epochs : int, default=(\d+)", skkeras.KerasRealMLPClassifier.__doc__)
    assert int(documented[1]) == skkeras.KerasRealMLPClassifier().epochs
    assert skkeras.KerasRealMLPClassifier().epochs != skkeras.KerasMLPClassifier().epochs
