"""The folder that stands in for whole data sets: what it has, from where, and how large it is."""

from pathlib import Path

import pytest

from skkeras.datasets import fetch_clothing_reviews, fetch_fashion_mnist, fetch_spam_assassin

FOLDER = Path(__file__).parent.parent / "data"


@pytest.fixture(autouse=True)
def _parts(monkeypatch):
    monkeypatch.setenv("SKKERAS_DATA", str(FOLDER))


def test_large_sets_are_shortened_to_what_tests_may_count_on():
    assert [len(fetch_fashion_mnist(subset)[1]) for subset in ("train", "test")] == [4000, 1000]
    assert len(fetch_spam_assassin()[1]) == len(fetch_clothing_reviews()[1]) == 2000


def test_source_and_licence_of_each_are_given():
    rows = [line.split("|") for line in (FOLDER / "README.md").read_text().splitlines()]
    described = {row[1].strip().strip("`"): row for row in rows if len(row) == 6}
    kept = {
        path.relative_to(FOLDER).as_posix()
        for path in [*FOLDER.glob("*.gz"), *FOLDER.glob("*.npz"), *FOLDER.glob("[tw]*/*")]
    }
    assert kept and kept | {"stamps"} <= set(described)
    assert all(cell.strip() for row in described.values() for cell in row[1:-1])


def test_a_clone_stays_small():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < 25e6
