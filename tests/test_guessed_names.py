"""What users of other libraries probably mean."""

import re
from pathlib import Path

import pytest
from sklearn.neural_network import MLPClassifier

from skkeras import KerasMLPClassifier
from skkeras._guessed_names import (
    ADVICE,
    RENAMED_VALUES,
    advice,
    nested_replacements,
    replacement,
)


@pytest.mark.parametrize(
    ("name", "routes", "expected"),
    [
        ("max_iter", (), "epochs"),
        ("epoch", (), "epochs"),
        ("momentum", (), None),
        ("momentum", ("optimizer",), "optimizer__momentum"),
        ("build_fn", (), None),
    ],
)
def test_replacements_exist(name, routes, expected):
    assert replacement(name, ["epochs", "patience"], routes) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("n_iter_no_change", "Use 'patience' instead. It is only used with early_stopping=True."),
        ("epoch", "Did you mean 'epochs'?"),
        ("max_fun", ADVICE["max_fun"]),
        ("foo", "Valid parameters are: epochs, patience."),
    ],
)
def test_advice(name, expected):
    assert advice(name, ["patience", "epochs"]) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("epochs", ["net__epochs", "net__student__epochs"]),
        ("max_iter", ["net__epochs", "net__student__epochs"]),
        ("with_meen", ["scale__with_mean"]),
        ("foo", []),
    ],
)
def test_names_inside_other_estimators(name, expected):
    known = ["memory", "net", "net__epochs", "net__student__epochs", "scale__with_mean"]
    assert sorted(nested_replacements(name, known)) == expected


def test_page_on_scikit_learns_perceptrons_has_the_same_names():
    page = (Path(__file__).parents[1] / "docs" / "from_sklearn_mlp.md").read_text()
    rows = [line.split("|")[1:3] for line in page.splitlines() if line.startswith("| `")]
    told = {
        name: re.findall(r"`(\w+)", there)
        for here, there in rows
        for name in re.findall(r"`(\w+)", here)
    }
    own = KerasMLPClassifier().get_params()
    lacking = set(MLPClassifier().get_params()) - set(own)
    assert lacking <= set(told)
    for (_, value), remedy in RENAMED_VALUES.items():
        quoted = re.findall(r"'(\S+)'", remedy)
        assert not quoted or re.search(rf'"{value}".*"{quoted[0]}"', page), value
    for name in lacking:
        found = replacement(name, own)
        assert found in told[name] if found else name in ADVICE, name
