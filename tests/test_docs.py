"""The documentation names all that is public, and its pages hold code that is run."""

import importlib
import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = [
    "skkeras",
    "skkeras.compose",
    "skkeras.datasets",
    "skkeras.inspection",
    "skkeras.model_selection",
]


@pytest.mark.parametrize("package", PACKAGES)
def test_reference_has_every_public_name(package):
    listed = set(re.findall(r"^   (?:\w+\.)?(\w+)$", (ROOT / "docs" / "api.md").read_text(), re.M))
    assert set(importlib.import_module(package).__all__) <= listed


def test_design_has_every_estimator():
    named = set(re.findall(r"`(Keras\w+)`", (ROOT / "docs" / "design.md").read_text()))
    names = importlib.import_module("skkeras").__all__
    assert {name for name in names if name.startswith("Keras")} <= named


def test_every_page_is_in_a_table_of_contents():
    texts = {path.stem: path.read_text() for path in (ROOT / "docs").glob("*.md")}
    contents = [
        entry
        for text in texts.values()
        for part in re.findall(r"^```{toctree}\n(.*?)^```", text, re.M | re.S)
        for entry in part.split()
    ]
    assert texts.keys() - {"index"} <= set(contents)


README = re.findall(
    r"^```python\n(.*?)^```\n\n^```text\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S
)


@pytest.mark.parametrize(("code", "printed"), README)
def test_readme_prints_what_it_says(code, printed, capsys):
    exec(code, {})
    assert capsys.readouterr().out == printed


# Loads each page at each width, and writes what is wider than its place.
MEASURE = """<!DOCTYPE html>
<iframe height="1000"></iframe><pre id="found"></pre>
<script>
const frame = document.querySelector("iframe"), found = [], seen = [];
async function measure() {
  for (const width of [1300, 400]) for (const page of PAGES) {
    frame.width = width;
    const loaded = new Promise(done => frame.onload = done);
    frame.src = page;
    await loaded;
    const inside = frame.contentDocument;
    const told = `${page} at ${width} pixels`;
    seen.push(inside.querySelectorAll("pre").length);
    for (const part of inside.querySelectorAll("html, .bd-article-container, h1"))
      if (part.scrollWidth > width || part.getBoundingClientRect().right > width)
        found.push(`${told}: ${part.className || part.tagName}`);
    for (const code of inside.querySelectorAll("div.highlight pre"))
      if (code.scrollWidth > code.clientWidth) {
        const lines = code.innerText.split("\\n").sort((a, b) => b.length - a.length);
        found.push(`${told}: ${lines[0]}`);
      }
  }
  document.getElementById("found").innerText = JSON.stringify({found, seen});
}
measure();
</script>
"""


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """Build the pages, the gallery without running it; a warning is an error."""
    folder = tmp_path_factory.mktemp("html")
    options = ["-W", "--keep-going", "-q", "-D", "plot_gallery=0", "-b", "html"]
    command = [sys.executable, "-m", "sphinx", *options, str(ROOT / "docs"), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return folder


@pytest.mark.slow
def test_pages_link_to_examples_and_source(html):
    text = (html / "api/generated/skkeras.tabular.KerasMLPClassifier.html").read_text()
    assert "plot_digits_searches.html" in text
    assert "_modules/skkeras/tabular/_mlp.html" in text


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_is_wider_than_its_place(browser, html):
    pages = [str(path.relative_to(html)) for path in sorted(html.rglob("*.html"))]
    pages = [page for page in pages if not page.startswith(("_modules", "_static"))]
    (html / "measure.html").write_text(MEASURE.replace("PAGES", json.dumps(pages)))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    command = [
        browser,
        *options,
        "--allow-file-access-from-files",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={html / 'profile'}",
        "--virtual-time-budget=600000",
        "--dump-dom",
        (html / "measure.html").as_uri(),
    ]
    dom = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    result = json.loads(unescape(re.search(r'<pre id="found">(.*?)</pre>', dom, re.S)[1]))
    assert len(result["seen"]) == 2 * len(pages) and sum(result["seen"]) > 300
    assert not result["found"]
