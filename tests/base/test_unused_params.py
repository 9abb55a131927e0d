"""What would be ignored, or would mean something else, is told with the remedy."""

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import check_param_validation

import skkeras
from skkeras import KerasMLPClassifier, KerasRealMLPClassifier, KerasTabMClassifier

DRAWS = np.random.default_rng(0)
X = DRAWS.normal(size=(90, 3))
Y = np.digitize(X[:, 0], [-0.4, 0.4])
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


IGNORED = {
    "start beside a number": (QUICK, {"learning_rate_init": 0.05}, "learning_rate=0.05"),
    "start beside a schedule": (
        QUICK,
        {"learning_rate_init": 0.05, "learning_rate": SCHEDULE},
        "is CosineDecay and not the name of a schedule",
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
    with pytest.warns(UserWarning, match=r"would be ignored because early_stopping=False; set it"):
        model.fit(X, Y)
    model.partial_fit(X, Y)
    model.set_params(early_stopping="auto").fit(X, Y)  # which stops with more rows


def test_a_share_beside_validation_data_warns():
    model = clone(QUICK).set_params(validation_fraction=0.3, patience=5)
    with pytest.warns(
        UserWarning, match=r"^validation_fraction=0.3 would be ignored because X_val"
    ):
        model.fit(X, Y, X_val=X, y_val=Y)
    model.set_params(early_stopping=False)
    with pytest.warns(UserWarning, match="^validation_fraction=0.3 would be .*=False"):
        model.fit(X, Y, X_val=X, y_val=Y)
