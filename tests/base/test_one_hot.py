"""One-hot rows are classes, unless the loss says that they are labels."""

import numpy as np
import pandas
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.model_selection import KFold, cross_val_score

from skkeras import KerasMLPClassifier, KerasRealMLPClassifier, KerasTabMClassifier

DRAWS = np.random.default_rng(0)
X = DRAWS.normal(size=(90, 3))
Y = np.digitize(X[:, 0], [-0.4, 0.4])
ONE_HOT = np.eye(3, dtype=int)[Y]
MODEL = KerasMLPClassifier(hidden_layer_sizes=8, learning_rate=0.05, epochs=15, random_state=0)
QUICK = KerasMLPClassifier(hidden_layer_sizes=4, epochs=1, random_state=0)
REAL = KerasRealMLPClassifier(hidden_layer_sizes=4, epochs=2, random_state=0)
TABM = KerasTabMClassifier(hidden_layer_sizes=4, n_ensemble=2, epochs=1, random_state=0)
KINDS = {
    "integers": lambda y: y,
    "floats": lambda y: y.astype(float),
    "booleans": lambda y: y.astype(bool),
    "list": lambda y: y.tolist(),
    "frame": lambda y: pandas.get_dummies(y.argmax(axis=1)),
    "sparse": scipy.sparse.csr_array,
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_one_hot_rows_are_classes(kind):
    model, by_class = clone(MODEL), clone(MODEL).fit(X, Y)
    with pytest.warns(UserWarning, match=r"3 columns.*one-hot.*0 to 2.*loss=.binary_crossentropy"):
        model.fit(X, kind(ONE_HOT))
    np.testing.assert_array_equal(model.classes_, [0, 1, 2])
    np.testing.assert_array_equal(model.predict_proba(X), by_class.predict_proba(X))
    np.testing.assert_array_equal(model.predict(X), by_class.predict(X))
    assert model.score(X, kind(ONE_HOT)) == model.score(X, Y) > 0.8


@pytest.mark.parametrize("model", [REAL, TABM], ids=["RealMLP", "TabM"])
def test_other_families_take_one_hot_rows(model):
    with pytest.warns(UserWarning, match="one-hot"):
        probabilities = clone(model).fit(X, ONE_HOT).predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.filterwarnings("ignore:y has 3 columns:UserWarning")
def test_one_hot_rows_in_folds():
    by_class = cross_val_score(MODEL, X, Y, cv=KFold(3))
    np.testing.assert_array_equal(cross_val_score(MODEL, X, ONE_HOT, cv=KFold(3)), by_class)
    # A class that is not there has its column, as a class that partial_fit is told of.
    there = Y != 1
    model = clone(MODEL).fit(X[there], ONE_HOT[there])
    assert model.predict_proba(X).shape == (90, 3)
    assert model.score(X[there], ONE_HOT[there]) > 0.9


@pytest.mark.filterwarnings("ignore:y has 3 columns:UserWarning")
def test_one_hot_rows_for_validation_and_in_parts():
    of_classes = clone(MODEL).fit(X, Y, X_val=X, y_val=ONE_HOT)
    of_rows = clone(MODEL).fit(X, ONE_HOT, X_val=X, y_val=Y)
    assert of_classes.history_ == of_rows.history_
    model = clone(MODEL).partial_fit(X[:40], ONE_HOT[:40]).partial_fit(X[40:], ONE_HOT[40:])
    other = clone(MODEL).partial_fit(X[:40], Y[:40]).partial_fit(X[40:], Y[40:])
    np.testing.assert_array_equal(model.predict_proba(X), other.predict_proba(X))
    early = clone(MODEL).partial_fit(X[Y == 1], ONE_HOT[Y == 1], classes=[0, 1, 2])
    assert early.partial_fit(X, ONE_HOT).predict_proba(X).shape == (90, 3)


@pytest.mark.filterwarnings("ignore:y has 3 columns:UserWarning")
def test_what_is_not_one_hot_afterwards_is_refused():
    labels = ONE_HOT.copy()
    labels[0] = 1
    model = clone(QUICK).fit(X, ONE_HOT)
    for use in (model.score, model.partial_fit):
        with pytest.raises(ValueError, match=r"not one-hot.*loss=.binary_crossentropy"):
            use(X, labels)
    with pytest.raises(ValueError, match=r"one-hot with 2 columns.*classes \[0, 1, 2\]"):
        model.score(X, np.eye(2)[Y % 2])
    with pytest.raises(ValueError, match="got 1 class"):
        clone(QUICK).fit(X[Y == 1], ONE_HOT[Y == 1])


def test_labels_stay_labels():
    labels = np.column_stack([X[:, 0] > 0, X[:, 0] > 0.5, X[:, 1] > 0]).astype(int)
    model = clone(MODEL).fit(X, labels)
    assert model.predict(X).shape == (90, 3)
    alone = labels.sum(axis=1) == 1  # as a fold may be
    assert model.score(X[alone], labels[alone]) > 0.5
    model = clone(MODEL).set_params(loss="binary_crossentropy").fit(X[alone], labels[alone])
    assert model.target_type_ == "multilabel-indicator"
    np.testing.assert_array_equal(model.predict(X), model.predict_proba(X) > 0.5)
    assert model.predict(X).sum(axis=1).max() > 1


@pytest.mark.filterwarnings("ignore:Scoring failed:UserWarning")
def test_a_fold_of_labels_that_looks_one_hot_does_not_pass_for_a_score():
    labels = np.vstack([np.eye(2), [[1, 1], [0, 0]]]).astype(int).repeat(20, axis=0)
    data = DRAWS.normal(size=(80, 2))
    with pytest.warns(UserWarning, match="one-hot"):
        scores = cross_val_score(QUICK, data, labels, cv=KFold(2))
    assert np.isnan(scores[1])
    asked = clone(QUICK).set_params(loss="binary_crossentropy")
    assert np.isfinite(cross_val_score(asked, data, labels, cv=KFold(2))).all()
