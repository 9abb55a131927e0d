"""What the tests, the doctests and the code in the pages share."""

import gc
import os
import re
import shutil
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

from skkeras.datasets import _folder

_PARTS = Path(__file__).resolve().parent / "tests" / "data"
# Where no folder of data sets is named, tests read what the repository has.
os.environ["SKKERAS_DATA"] = os.environ.get("SKKERAS_DATA") or str(_PARTS)

_BROWSERS = [
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser", "brave"),
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
]
_BROWSER = next(filter(None, map(shutil.which, _BROWSERS)), None)
# What the tests of a marker need: whether it is there, and what to say where it is not.
_NEEDS = {
    "full_data": (
        Path(os.environ["SKKERAS_DATA"]).resolve() != _PARTS,
        "SKKERAS_DATA names no folder of whole data sets; tests/data has parts of them",
    ),
    "browser": (
        _BROWSER is not None,
        "Chromium, Chrome, Edge or Brave is not found; a parser reads the pages of reports",
    ),
}
_LACKING = {marker: what for marker, (there, what) in _NEEDS.items() if not there}
_CI = os.environ.get("CI") == "true"


def pytest_configure() -> None:
    """Fail a test that goes to the web for real data, rather than download it."""

    def folder(named=_folder.folder):
        if "SKKERAS_DATA" not in os.environ:
            pytest.fail("This test reads real data: set SKKERAS_DATA to the folder of data sets.")
        return named()

    _folder.folder = folder


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Send a file to one worker, and of the contract's tests those of an estimator's class."""
    from xdist.scheduler import LoadScopeScheduling

    class LoadSharedPrograms(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            contract = re.match(r"tests/contract/.*\[(Keras\w+)", nodeid)
            return contract[1] if contract else nodeid.split("::", 1)[0]

    return LoadSharedPrograms(config, log)


def _lacking(item: pytest.Item) -> list[str]:
    return [_LACKING[mark.name] for mark in item.iter_markers() if mark.name in _LACKING]


def pytest_collection_modifyitems(config, items):
    """Leave out what needs more than is there, but not in CI."""
    if not _CI and (left_out := [item for item in items if _lacking(item)]):
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not _lacking(item)]


def pytest_collection_finish():
    """Collect garbage seldom: while programs are traced, it takes a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000)


def pytest_runtest_setup(item):
    """Fail in CI where what a test needs is not there."""
    for what in _lacking(item):
        pytest.fail(f"CI is 'true', so that no test is left out, but: {what}.", pytrace=False)


def pytest_terminal_summary(terminalreporter):
    """Tell what is left out, a line for each marker."""
    for marker, what in ({} if _CI else _LACKING).items():
        terminalreporter.write_line(f"Tests marked {marker} are left out: {what}.")


@pytest.fixture(scope="session")
def browser() -> str | None:
    """Give the path of a browser to tests that are marked so."""
    return _BROWSER


_flags = ELLIPSIS | NORMALIZE_WHITESPACE
_parsers = [PythonCodeBlockParser(doctest_optionflags=_flags), SkipParser()]
_sybil = Sybil(_parsers, patterns=["docs/*.md", "CONTRIBUTING.md"])
pytest_collect_file = _sybil.pytest()
