"""Distributions, splines and dimensions are stored as the call that makes them."""

import json

import numpy as np
import pytest
import skops.io
import skopt
from numpy.testing import assert_array_equal
from scipy.stats import loguniform, randint, rv_discrete, uniform
from sklearn.base import clone
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV, RandomizedSearchCV
from sklearn.preprocessing import SplineTransformer
from skopt.space import Categorical

import skkeras
from skkeras.inspection._reproduce import as_code
from skkeras.model_selection import (
    BayesSearchCV,
    HyperbandSearchCV,
    SuccessiveHalvingSearchCV,
    search_space,
)
from skkeras.model_selection import RandomizedSearchCV as OwnRandomizedSearchCV
from skkeras.model_selection._spaces import LogUniformInteger
from tests.persistence.schemas import NET, X, nodes_of, tampered, text, y

# Keras' own copying of models asks TensorFlow's variables for arrays the old way.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


RANGES = {"alpha": (1e-5, 1e-2, "log-uniform"), "batch_size": (8, 32), "activation": ["relu"]}


SEARCHES = {
    "random": RandomizedSearchCV(
        NET,
        {"alpha": loguniform(1e-5, 1e-2), "dropout": uniform(0, scale=0.5), "epochs": [1]},
        n_iter=2,
        cv=2,
        random_state=0,
    ),
    "integers": OwnRandomizedSearchCV(
        NET,
        [{"batch_size": randint(8, np.int64(32))}, {"batch_size": LogUniformInteger(8, 32)}],
        n_iter=2,
        cv=2,
        random_state=0,
    ),
    "bayes": BayesSearchCV(NET, RANGES, n_iter=2, cv=2, random_state=0),
    "dimensions": BayesSearchCV(NET, [(search_space(NET), 2), (RANGES, 1)], cv=2, random_state=0),
    "model of the scores": BayesSearchCV(
        NET, {**RANGES, "nesterovs_momentum": Categorical([True, False])}, n_iter=12, cv=2
    ),
    "skopt's": skopt.BayesSearchCV(
        NET, RANGES, n_iter=3, cv=2, optimizer_kwargs={"n_initial_points": 2}, random_state=0
    ),
    "skopt's with a forest": skopt.BayesSearchCV(
        NET,
        RANGES,
        n_iter=3,
        cv=2,
        optimizer_kwargs={"base_estimator": "RF", "n_initial_points": 2},
        random_state=0,
    ),
    "hyperband": HyperbandSearchCV(NET, RANGES, max_resources=3, cv=2, random_state=0),
    "halving": SuccessiveHalvingSearchCV(
        NET, RANGES, n_candidates=3, max_resources=3, cv=2, random_state=0
    ),
    "scikit-learn's halving": HalvingRandomSearchCV(
        NET, {"alpha": loguniform(1e-5, 1e-2)}, n_candidates=2, cv=2, random_state=0
    ),
}


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
@pytest.mark.filterwarnings("ignore:The total space")
def test_searches_over_ranges_need_no_trust(search, tmp_path):
    fitted = clone(search).fit(X, y)
    for estimator in (fitted, clone(search)):
        skkeras.save(estimator, tmp_path / "e")
        loaded = skkeras.load(tmp_path / "e")
        assert as_code(loaded) == as_code(estimator)
        skkeras.save(loaded, tmp_path / "again")
    skkeras.save(fitted, tmp_path / "e")
    loaded = skkeras.load(tmp_path / "e")
    assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))
    assert loaded.best_params_ == fitted.best_params_
    if isinstance(search.random_state, int):
        assert clone(loaded).fit(X, y).best_params_ == fitted.best_params_
    if isinstance(search, BayesSearchCV):
        results = zip(loaded.optimizer_results_, fitted.optimizer_results_, strict=True)
        for ours, theirs in results:
            assert (ours.x, ours.fun, ours.x_iters) == (theirs.x, theirs.fun, theirs.x_iters)
            assert (ours.space, "models" in ours) == (theirs.space, False)


@pytest.mark.parametrize(
    ("distribution", "message"),
    [
        (rv_discrete(values=([1, 2], [0.5, 0.5]), name="own")(), "'own' is none of scipy.stats"),
        (uniform(0, np.array([1.0, 2.0])), "'uniform' .* arguments that are no numbers"),
    ],
)
def test_distributions_that_a_file_cannot_hold(distribution, message, tmp_path):
    search = RandomizedSearchCV(NET, {"alpha": distribution})
    with pytest.raises(ValueError, match=message):
        skkeras.save(search, tmp_path / "e")


def test_files_of_skops_stay_as_they_are(tmp_path):
    """Writing distributions and splines in our way is for our files alone."""
    spline = SplineTransformer().fit(X)
    names = skops.io.get_untrusted_types(data=skops.io.dumps(spline))
    assert "scipy.interpolate._bsplines.BSpline" in names


@pytest.mark.parametrize("name", ["rv_histogram", "system", "distributions", "norm_gen"])
def test_distributions_are_those_of_scipy(name, tmp_path):
    skkeras.save(RandomizedSearchCV(NET, {"alpha": uniform(0, 1)}), tmp_path / "e")
    data = (tmp_path / "e").read_bytes()
    change = tampered(data, lambda schema: schema.replace('"uniform"', f'"{name}"'))
    (tmp_path / "e").write_bytes(change)
    with pytest.raises(ValueError, match=rf"was not loaded, .*scipy\.stats\.{name}"):
        skkeras.load(tmp_path / "e")


def test_distributions_are_of_numbers(tmp_path):
    skkeras.save(RandomizedSearchCV(NET, {"alpha": uniform(0, 1)}), tmp_path / "e")

    def change(schema):
        state = json.loads(schema)
        (made,) = nodes_of(state, "MadeNode")
        made["args"]["content"][0] = text("a")
        return json.dumps(state)

    (tmp_path / "e").write_bytes(tampered((tmp_path / "e").read_bytes(), change))
    with pytest.raises(ValueError, match="arguments of uniform are no numbers"):
        skkeras.load(tmp_path / "e")
