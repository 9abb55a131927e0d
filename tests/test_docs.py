"""The documentation names all that is public, and its pages hold code that is run."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ["skkeras", "skkeras.datasets", "skkeras.inspection", "skkeras.model_selection"]


@pytest.mark.parametrize("package", PACKAGES)
def test_reference_has_every_public_name(package):
    listed = set(re.findall(r"^   (?:\w+\.)?(\w+)$", (ROOT / "docs" / "api.md").read_text(), re.M))
    assert set(importlib.import_module(package).__all__) <= listed


def test_design_has_every_estimator():
    named = set(re.findall(r"`(Keras\w+)`", (ROOT / "docs" / "design.md").read_text()))
    names = importlib.import_module("skkeras").__all__
    assert {name for name in names if name.startswith("Keras")} <= named


def test_every_page_is_in_the_table_of_contents():
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    contents = (ROOT / "docs" / "index.md").read_text().split("```{toctree}")[1]
    assert pages <= set(contents.split())
