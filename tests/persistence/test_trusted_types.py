"""Parts of fitted estimators that need no trust, and those that need it."""

import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    IsolationForest,
    RandomTreesEmbedding,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.feature_selection import (
    GenericUnivariateSelect,
    SelectFromModel,
    SelectKBest,
    mutual_info_classif,
)
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF
from sklearn.impute import IterativeImputer
from sklearn.model_selection import TunedThresholdClassifierCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

import skkeras
from tests.persistence.schemas import FOREST, NET, X, y

# Keras' own copying of models asks TensorFlow's variables for arrays the old way.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


TREES = {
    "best first": DecisionTreeClassifier(max_leaf_nodes=9, random_state=0),
    "pruned": DecisionTreeClassifier(ccp_alpha=0.02, random_state=0),
    "a leaf": DecisionTreeClassifier(max_depth=1, min_samples_split=100),
    "constraints": DecisionTreeClassifier(monotonic_cst=[1, 0, 0, 0, -1], random_state=0),
    "random": ExtraTreesClassifier(3, random_state=0),
    "embedding": RandomTreesEmbedding(3, random_state=0),
    "isolation": IsolationForest(n_estimators=3, max_features=2, random_state=0),
    "bagging": BaggingClassifier(n_estimators=2, max_features=2, random_state=0),
    "boosted": AdaBoostClassifier(n_estimators=2, random_state=0),
}


OF_SCIKIT_LEARN = {
    "univariate": make_pipeline(SelectKBest(k=2), NET),
    "chosen score": make_pipeline(GenericUnivariateSelect(mutual_info_classif), NET),
    "by a forest": make_pipeline(SelectFromModel(FOREST), NET),
    "splines": make_pipeline(SplineTransformer(extrapolation="periodic"), NET),
    "sigmoid": CalibratedClassifierCV(NET, cv=2),
    "isotonic": CalibratedClassifierCV(NET, cv=2, method="isotonic"),
    "temperature": CalibratedClassifierCV(NET, cv=2, method="temperature"),
    "threshold": TunedThresholdClassifierCV(NET, cv=2),
    "voting": VotingClassifier([("forest", FOREST), ("net", NET)], voting="soft"),
    "stacking": StackingClassifier([("forest", FOREST), ("net", NET)], FOREST, cv=2),
    "imputer": make_pipeline(IterativeImputer(max_iter=1), NET),
    "gaussian process": GaussianProcessClassifier(1.0 * RBF(), optimizer=None),
    "scikit-learn's network": MLPClassifier((3,), max_iter=2000, tol=1e-2, random_state=0),
    **TREES,
}


def said(estimator):
    for name in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, name):
            return getattr(estimator, name)(X)
    raise AssertionError(estimator)


@pytest.mark.parametrize("estimator", OF_SCIKIT_LEARN.values(), ids=OF_SCIKIT_LEARN)
def test_what_scikit_learn_is_made_of_needs_no_trust(estimator, tmp_path):
    fitted = clone(estimator).fit(X, y)
    skkeras.save(fitted, tmp_path / "e")
    loaded = skkeras.load(tmp_path / "e")
    ours, theirs = said(fitted), said(loaded)
    assert_array_equal(*(o.toarray() if hasattr(o, "toarray") else o for o in (ours, theirs)))
    clone(loaded).fit(X, y)


def test_why_neighbors_need_trust(tmp_path):
    model = KNeighborsClassifier().fit(X, y)
    with pytest.raises(ValueError, match=r"_kd_tree\.KDTree \(.* without checks.*brute"):
        skkeras.save(model, tmp_path / "e")
    skkeras.save(model.set_params(algorithm="brute").fit(X, y), tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e").predict(X), model.predict(X))


class Scaler(StandardScaler):
    """A class of the user's."""


def test_what_is_trusted_is_saved_and_loaded(tmp_path):
    model = make_pipeline(Scaler(), NET).fit(X, y)
    name = f"{Scaler.__module__}.Scaler"
    with pytest.raises(ValueError, match=f"holds {name}"):
        skkeras.save(model, tmp_path / "e")
    skkeras.save(model, tmp_path / "e", trusted=[name])
    with pytest.raises(ValueError, match=rf"names what may run code.*{name}"):
        skkeras.load(tmp_path / "e")
    loaded = skkeras.load(tmp_path / "e", trusted=[Scaler])
    assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
