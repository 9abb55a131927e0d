"""What the tests, the doctests and the code in the pages share."""

import os
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

from skkeras.datasets import _folder, fetch_adult


def pytest_configure() -> None:
    """Fail a test that reads real data where no folder is named, rather than download it."""

    def folder(named=_folder.folder):
        if "SKKERAS_DATA" not in os.environ:
            pytest.fail("This test reads real data: set SKKERAS_DATA to the folder of data sets.")
        return named()

    _folder.folder = folder


def _set_up(names: dict[str, Any]) -> None:
    """Give the README's code the table it speaks of, short enough to be quick."""
    X, y = fetch_adult()
    names.update(X=X[:500], y=y[:500])


_flags = ELLIPSIS | NORMALIZE_WHITESPACE
_parsers = [PythonCodeBlockParser(doctest_optionflags=_flags), SkipParser()]
_collectors = [
    Sybil(_parsers, patterns=["docs/*.md", "CONTRIBUTING.md"]).pytest(),
    Sybil(_parsers, patterns=["README.md"], setup=_set_up).pytest(),
]


def pytest_collect_file(file_path, parent):
    """Collect the pages whose code is run."""
    return next(filter(None, (collect(file_path, parent) for collect in _collectors)), None)
