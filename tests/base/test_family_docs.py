"""Docstrings of families have the shared parts and the defaults of their class."""

import re

import pytest

import skkeras
from skkeras.base._family_docs import PARTS, substitute_docs


def test_parts_of_bases_replace_shared_ones():
    class Base:
        _doc_parts = {"patience": "int, default=3"}
        patience, rate = 3, 0.5

    class Family(Base):
        """Class.

        Parameters
        ----------
        patience : {patience}
        rate : float, default=0.1
            Rate; {auto_batch_size}
        """

    substitute_docs(Family)
    assert "patience : int, default=3" in Family.__doc__
    assert "rate : float, default=0.5" in Family.__doc__
    assert PARTS["auto_batch_size"] in Family.__doc__


def test_names_without_a_part_are_errors():
    class Family:
        """{shared_paramters}"""

    with pytest.raises(KeyError, match="shared_paramters"):
        substitute_docs(Family)


def test_defaults_are_those_of_the_class():
    documented = re.search(r"epochs : int, default=(\d+)", skkeras.KerasRealMLPClassifier.__doc__)
    assert int(documented[1]) == skkeras.KerasRealMLPClassifier().epochs
    assert skkeras.KerasRealMLPClassifier().epochs != skkeras.KerasMLPClassifier().epochs
