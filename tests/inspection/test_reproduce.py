import re

import numpy as np
import pytest
import sklearn
from scipy.stats import loguniform, randint, uniform
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    ShuffleSplit,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from skopt.space import Real

from skkeras import KerasMLPClassifier
from skkeras.inspection._reproduce import as_code, seeds, versions
from skkeras.model_selection import BayesSearchCV

network = KerasMLPClassifier(random_state=0)
searches = [
    GridSearchCV(
        make_pipeline(StandardScaler(), FunctionTransformer(np.tanh), network),
        {"standardscaler": [StandardScaler(), MinMaxScaler(), "passthrough"]},
        cv=ShuffleSplit(random_state=1),
    ),
    RandomizedSearchCV(
        network, {"alpha": loguniform(1e-4, 1), "epochs": randint(1, high=9), "dropout": uniform()}
    ),
    HalvingGridSearchCV(network, {"hidden_layer_sizes": [(8,), (8, 8)]}, random_state=2),
    BayesSearchCV(network, {"alpha": Real(1e-4, 1, prior="log-uniform")}, n_iter=3),
    GridSearchCV(LogisticRegression(), {"C": list(np.geomspace(1e-3, 1e3, 100))}),
    GridSearchCV(LogisticRegression(), {"C": np.array([0.1, 1.0])}),
]


@pytest.mark.parametrize("search", searches, ids=lambda search: type(search).__name__)
def test_code_makes_the_same_search(search):
    imports, text = as_code(search).split("\n\n")
    names = {}
    exec(imports, names)
    made = eval(text, names)
    assert type(made) is type(search)
    assert as_code(made) == as_code(search)
    assert "..." not in text


def test_code_names_distributions_by_their_arguments():
    assert "loguniform(0.0001, 1)" in as_code(searches[1])
    assert "randint(1, high=9)" in as_code(searches[1])
    assert "from scipy.stats import loguniform" in as_code(searches[1])


def test_code_names_functions():
    def refit(results):
        return 0

    search = GridSearchCV(LogisticRegression(), {"C": [1]}, refit=refit)
    assert "refit=refit" in as_code(search)
    assert " at 0x" not in as_code(search)


def test_finds_every_seed():
    assert seeds(searches[0]) == {"estimator__kerasmlpclassifier__random_state": 0}
    assert seeds(searches[1]) == {"estimator__random_state": 0, "random_state": None}


def test_gives_versions_of_what_is_installed():
    found = versions()
    assert found["scikit-learn"] == sklearn.__version__
    assert found["Python"].startswith("3.")
    assert all(re.match(r"\d", version) for name, version in found.items() if name != "machine")
