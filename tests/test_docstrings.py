"""Docstrings that share parts."""

import importlib
import re

import pytest

from skkeras._docs import substitute, with_parts


def test_parts_are_filled_in_also_inside_parts():
    parts = {"a": "one {b}", "b": "two", "c": "three"}
    assert substitute("{a} and {b}, not {b c}", parts) == "one two and two, not {b c}"


def test_a_name_without_a_part_is_an_error():
    with pytest.raises(KeyError, match=r"names \{paramters\}, and there are \['parameters'\]"):

        @with_parts(parameters="x : int")
        class Typo:
            """Class.

            {paramters}
            """


@pytest.mark.parametrize("package", ["skkeras", "skkeras.model_selection", "skkeras.inspection"])
def test_no_name_is_left(package):
    exported = importlib.import_module(package)
    for name in exported.__all__:
        assert not re.search(r"\{\w+\}", getattr(exported, name).__doc__), name
