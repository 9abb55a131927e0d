"""What would be ignored, or would mean something else, is told with the remedy."""

import warnings

import keras
import numpy as np
import pandas
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.datasets import load_digits, load_wine
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import check_param_validation

import skkeras
from skkeras import (
    KerasMLPClassifier,
    KerasRealMLPClassifier,
    KerasTabMClassifier,
)
from skkeras.base.data._inputs import warn_about_scales

DRAWS = np.random.default_rng(0)
X = DRAWS.normal(size=(90, 3))
Y = np.digitize(X[:, 0], [-0.4, 0.4])
ONE_HOT = np.eye(3, dtype=int)[Y]
MODEL = KerasMLPClassifier(hidden_layer_sizes=8, learning_rate=0.05, epochs=15, random_state=0)
QUICK = KerasMLPClassifier(hidden_layer_sizes=4, epochs=1, random_state=0)
REAL = KerasRealMLPClassifier(hidden_layer_sizes=4, epochs=2, random_state=0)
TABM = KerasTabMClassifier(hidden_layer_sizes=4, n_ensemble=2, epochs=1, random_state=0)
SGD = keras.optimizers.SGD(0.1)
SCHEDULE = keras.optimizers.schedules.CosineDecay(0.1, 10)
FAMILIES = sorted(
    name
    for name in skkeras.__all__
    if name.startswith("Keras") and name not in ("KerasClassifier", "KerasRegressor")
)


@pytest.mark.parametrize("name", FAMILIES)
def test_each_parameter_has_a_type(name):
    check_param_validation(name, getattr(skkeras, name)())


# -- parameters that nothing reads ----------------------------------------------------------

IGNORED = {
    "start beside a number": (QUICK, {"learning_rate_init": 0.05}, "learning_rate=0.05"),
    "start beside a schedule": (
        QUICK,
        {"learning_rate_init": 0.05, "learning_rate": SCHEDULE},
        "is CosineDecay and names no schedule",
    ),
    "decay": (QUICK, {"optimizer": SGD, "weight_decay": 0.1}, "an object, SGD,"),
    "momentum": (QUICK, {"optimizer": SGD, "momentum": 0.5}, "an object, SGD,"),
    "clipping": (
        QUICK,
        {"optimizer": SGD, "clipvalue": 0.5, "clipnorm": 1.0},
        "give optimizer= a name",
    ),
    "start": (QUICK, {"optimizer": SGD, "learning_rate_init": 0.5}, "an object, SGD,"),
    "RealMLP": (REAL, {"optimizer": SGD, "clipnorm": 0.1}, "an object, SGD,"),
    "TabM": (TABM, {"optimizer": SGD, "weight_decay": 0.1}, "an object, SGD,"),
    "smoothing": (
        REAL,
        {"label_smoothing": 0.2, "loss": "categorical_crossentropy"},
        r"CategoricalCrossentropy\(label_smoothing=0.2\)",
    ),
}


@pytest.mark.parametrize("case", IGNORED.values(), ids=IGNORED)
def test_settings_that_nothing_reads_are_refused(case):
    model, params, message = case
    model = clone(model).set_params(**params)
    for train in (model.fit, model.partial_fit):
        with pytest.raises(ValueError, match=rf"would be ignored.*{message}"):
            train(X, Y)
    assert not model.initialized_


USED = [
    {"learning_rate_init": 0.05, "learning_rate": "cosine"},
    {"learning_rate_init": 1e-3, "learning_rate": 0.1},
    {"optimizer": SGD},
    {"optimizer": SGD, "learning_rate": 0.1},
    {"early_stopping": True, "validation_fraction": 0.2, "patience": 3},
]


@pytest.mark.parametrize("params", USED, ids=lambda params: " ".join(params))
def test_settings_that_are_read_are_taken(params):
    clone(QUICK).set_params(**params)._validate_params()


def test_defaults_of_a_family_are_not_given():
    for model in (REAL, TABM, skkeras.KerasTimeSeriesClassifier()):
        clone(model).set_params(optimizer=SGD)._validate_params()


def test_a_grid_over_what_nothing_reads_fails():
    search = GridSearchCV(QUICK, {"learning_rate_init": [0.01, 0.1]}, cv=2)
    with pytest.raises(ValueError, match="would be ignored"):
        search.fit(X, Y)


@pytest.mark.parametrize("params", [{"patience": 5}, {"validation_fraction": 0.3}], ids=str)
def test_settings_of_early_stopping_without_it_warn(params):
    model = clone(QUICK).set_params(early_stopping=False, **params)
    with pytest.warns(UserWarning, match=r"would be ignored, for early_stopping=False; set it"):
        model.fit(X, Y)
    model.partial_fit(X, Y)
    model.set_params(early_stopping="auto").fit(X, Y)  # which stops with more rows


def test_a_share_beside_validation_data_warns():
    model = clone(QUICK).set_params(validation_fraction=0.3, patience=5)
    with pytest.warns(UserWarning, match=r"^validation_fraction=0.3 would be ignored, for X_val"):
        model.fit(X, Y, X_val=X, y_val=Y)
    model.set_params(early_stopping=False)
    with pytest.warns(UserWarning, match="^validation_fraction=0.3 would be .*=False"):
        model.fit(X, Y, X_val=X, y_val=Y)


# -- one-hot classes ------------------------------------------------------------------------

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


def test_logarithms_of_probabilities():
    model = clone(QUICK).fit(X, Y)
    np.testing.assert_array_equal(model.predict_log_proba(X), np.log(model.predict_proba(X)))
    assert np.isneginf(model.predict_log_proba(1e6 * X)).any()


# -- rows that are held out -----------------------------------------------------------------


@pytest.mark.parametrize("n_rows", [3, 5, 10, 40])
def test_few_rows_held_out_warn(n_rows):
    model = clone(QUICK).set_params(early_stopping=True)
    with pytest.warns(UserWarning, match=rf"of {n_rows} rows, which say little.*Give X_val"):
        model.fit(X[:n_rows], np.arange(n_rows) % 2)


def test_enough_rows_are_quiet():
    clone(QUICK).set_params(early_stopping=True).fit(X, Y)
    clone(QUICK).fit(X[:5], [0, 1, 0, 1, 0], X_val=X[:2], y_val=[0, 1])


# -- scales ---------------------------------------------------------------------------------

RARE = (np.arange(1000) == 7).astype(float)
MANY = DRAWS.normal(size=(1000, 2))
APART = {
    "wine": load_wine().data,
    "a factor of 100": MANY * [1, 100],
    "numbers and indicators": np.c_[1000 * MANY, MANY[:, 0] > 0],
    "gains": np.c_[MANY, 1e5 * RARE],
    "integers": np.c_[np.arange(50), 1000 * np.arange(50)],
}
ALIKE = {
    "scaled wine": StandardScaler().fit_transform(load_wine().data),
    "wine from 0 to 1": MinMaxScaler().fit_transform(load_wine().data),
    "digits": load_digits().data,
    "a factor of 50": MANY * [1, 50],
    "a rare indicator": np.c_[10 * MANY, RARE],
    "a constant": np.c_[MANY, np.full(1000, 1e6)],
    "constants": np.ones((20, 2)),
    "truth values": MANY > 0,
    "few rows": MANY[:5] * [1, 1000],
    "sparse": scipy.sparse.csr_array(MANY * [1, 1000]),
}


@pytest.mark.parametrize("data", APART.values(), ids=APART)
def test_scales_that_are_apart_warn(data):
    with pytest.warns(UserWarning, match="deviations differ by a factor of .*StandardScaler"):
        warn_about_scales(data)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_a_scale_that_is_far_from_one_warns(factor):
    with pytest.warns(UserWarning, match="deviations are .* far from 1.*StandardScaler"):
        warn_about_scales(factor * MANY)


@pytest.mark.parametrize("data", ALIKE.values(), ids=ALIKE)
def test_scales_that_are_alike_do_not(data):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_about_scales(data)


def test_a_perceptron_tells_of_scales():
    with pytest.warns(UserWarning, match="StandardScaler"):
        clone(QUICK).fit(1000 * X, Y)
