"""What newcomers type, and the message that tells them what was expected and what to do."""

import pickle
import re
import traceback
from pathlib import Path

import keras
import numpy as np
import pandas
import pytest
import tensorflow
from sklearn.base import clone
from sklearn.datasets import load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skkeras.model_selection
from skkeras import (
    KerasClassifier,
    KerasCNNClassifier,
    KerasMLPClassifier,
    KerasRealMLPRegressor,
    KerasTabMClassifier,
)
from skkeras.model_selection import compare_models
from skkeras.training import Network
from skkeras.utils import check_identifiers
from skkeras.wrappers._wrapper import _warn_about_one_epoch

X, y = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)


def mlp(**params):
    return KerasMLPClassifier(**{"epochs": 5, "random_state": 0, **params})


def pipeline():
    return make_pipeline(StandardScaler(), mlp())


def network():
    return keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, "softmax")])


def wrapped(**params):
    return KerasClassifier(network(), **{"loss": "sparse_categorical_crossentropy", **params})


def compiled(loss):
    model = network()
    model.compile(loss=loss)
    return model


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, place):
        return X[place::3], y[place::3]


def search(estimator, grid, **params):
    return skkeras.model_selection.GridSearchCV(estimator, grid, cv=2, **params).fit(X, y)


# Number of the mistake: pairs of what is typed and what the message says.
REFUSED = {
    1: [
        (
            lambda: KerasMLPClassifier((64,)),
            r"by name; got the positional argument \(64,\)\. Write .*hidden_layer_sizes=\(64,\)",
        ),
        (
            lambda: KerasMLPClassifier(network()),
            r"got the positional argument <Sequential.*KerasClassifier and KerasRegressor take a",
        ),
        (lambda: KerasClassifier(network(), "adam"), r"got the positional argument 'adam'"),
    ],
    2: [
        (lambda: mlp(max_iter=50), r"KerasMLPClassifier got .*'max_iter'\. Use 'epochs' instead"),
        (lambda: mlp(n_epochs=10), r"'n_epochs'\. Use 'epochs' instead"),
        (lambda: mlp(nb_epoch=10), r"'nb_epoch'\. Use 'epochs' instead"),
        (lambda: wrapped(n_epochs=10).fit(X, y), r"'n_epochs', .* Use 'epochs' instead"),
    ],
    3: [
        (lambda: mlp(solver="adam"), r"'solver'\. Use 'optimizer' instead"),
        (lambda: mlp(lr=0.01), r"'lr'\. Use 'learning_rate' instead"),
        (lambda: mlp(eta0=0.01), r"'eta0'\. Use 'learning_rate' instead"),
        (lambda: mlp(tol=1e-3), r"'tol'\. There is none: training ends .* early_stopping=True"),
        (lambda: mlp(beta_1=0.9), r"'beta_1'\. Give .*optimizer=keras.optimizers.Adam\(beta_1="),
        (lambda: wrapped(lr=0.1).fit(X, y), r"'lr', .* Use 'optimizer__learning_rate' instead"),
    ],
    4: [
        (
            lambda: mlp(units=64),
            r"'units'\. Use 'hidden_layer_sizes' instead\. It lists the units of each hidden layer",
        ),
        (lambda: mlp(neurons=64), r"'neurons'\. Use 'hidden_layer_sizes' instead"),
        (lambda: mlp(layers=2), r"'layers'\. Use 'hidden_layer_sizes' instead"),
        (lambda: KerasCNNClassifier(units=64), r"'units'\. Use 'dense_units' instead"),
    ],
    5: [
        (
            lambda: mlp(validation_split=0.2),
            r"'validation_split'\. Use 'validation_fraction' instead\. .*early_stopping=True",
        ),
        (lambda: mlp(n_iter_no_change=5), r"Use 'patience' instead\. .*early_stopping=True"),
        (lambda: mlp(n_jobs=2), r"'n_jobs'\. One fit uses several cores by itself; searches"),
        (lambda: mlp(build_fn=network), r"'build_fn'\. KerasClassifier and KerasRegressor take"),
        (lambda: mlp(hiden_layer_sizes=3), r"Did you mean 'hidden_layer_sizes'\?"),
        (lambda: mlp(zzz=3), r"'zzz'\. Valid parameters are: activation, alpha, batch_norm"),
    ],
    6: [
        (
            lambda: mlp().fit(X, y, epochs=5),
            r"KerasMLPClassifier.fit got .*'epochs'\. Give it .*KerasMLPClassifier\(epochs=5\)",
        ),
        (lambda: mlp().fit(X, y, verbose=0), r"KerasMLPClassifier\(verbose=0\)"),
        (
            lambda: mlp().fit(X, y, validation_split=0.1),
            r"\(validation_fraction=0.1\)\. .*early_stopping=True",
        ),
        (lambda: mlp().fit(X, y, validation_data=(X, y)), r"Give X_val= and y_val= to fit"),
        (lambda: mlp().fit(X, y, class_weight={0: 2}), r"Classifier\(class_weight=\{0: 2\}\)"),
        (lambda: mlp().fit(X, y, sample_weights=y), r"Did you mean 'sample_weight'\?"),
        (lambda: mlp().fit(X, y, y, X), r"fit takes at most 3 arguments by position; got 4"),
        (lambda: mlp().partial_fit(X, y, epochs=2), r"partial_fit got .*'epochs'"),
        (lambda: wrapped().fit(X, y, nb_epoch=2), r"'nb_epoch'\. Use 'epochs' instead"),
    ],
    7: [
        (
            lambda: mlp().set_params(lr=0.1),
            r"Invalid parameter 'lr' for .* KerasMLPClassifier\. Use 'learning_rate' instead",
        ),
        (
            lambda: GridSearchCV(mlp(), {"units": [3, 4]}, cv=2).fit(X, y),
            r"'units' for estimator KerasMLPClassifier\. Use 'hidden_layer_sizes' instead",
        ),
        (lambda: search(mlp(), {"units": [3]}), r"'units' .* Use 'hidden_layer_sizes' instead"),
        (lambda: wrapped().set_params(lr=0.1), r"'lr' .* Use 'optimizer__learning_rate' instead"),
    ],
    8: [
        (
            lambda: search(pipeline(), {"learning_rate": [0.1]}),
            r"(?s)'learning_rate' .* Did you mean kerasmlpclassifier__learning_rate\?",
        ),
        (
            lambda: search(pipeline(), {"max_iter": [10]}),
            r"(?s)'max_iter' .* Did you mean kerasmlpclassifier__epochs\?",
        ),
        # The message of scikit-learn's pipeline, which skkeras has no part in.
        (
            lambda: GridSearchCV(pipeline(), {"learning_rate": [0.1]}, cv=2).fit(X, y),
            r"(?s)'learning_rate' for estimator Pipeline.* Valid parameters are: \['memory'",
        ),
    ],
    9: [
        (
            lambda: mlp(learning_rate_init=0.05).fit(X, y),
            r"learning_rate_init=0.05 would be ignored because .* Give learning_rate=0.05, or name",
        ),
    ],
    10: [
        (
            lambda: mlp(learning_rate="adaptive").fit(X, y),
            r"must be a float .* 'keras.optimizers.schedules.LearningRateSchedule' or a str among "
            r"\{'auto', 'cosine', 'exponential', 'on-plateau'\}. Got 'adaptive' .* 'on-plateau'",
        ),
        (lambda: mlp(learning_rate="constant").fit(X, y), r"Got 'constant' .* A number is a const"),
        (lambda: mlp(learning_rate="0.01").fit(X, y), r"Got '0.01' .* number.* learning_rate=0.01"),
        (lambda: mlp(learning_rate=-0.01).fit(X, y), r"range \(0.0, inf\).* Got -0.01 instead"),
    ],
    11: [
        (
            lambda: mlp(activation="rellu").fit(X, y),
            r"activation='rellu' is none of Keras' activations\. Did you mean 'relu', ",
        ),
        (lambda: mlp(activation="logistic").fit(X, y), r"'logistic' .* Use 'sigmoid' instead"),
        (lambda: mlp(activation="identity").fit(X, y), r"'identity' .* Use 'linear' instead"),
        (lambda: mlp(activation="zzz").fit(X, y), r"'zzz' .* Names are: celu, elu, exponential, "),
    ],
    12: [
        (
            lambda: mlp(loss="crossentropy").fit(X, y),
            r"loss='crossentropy' is none of Keras' losses\. .* mean .*'categorical_crossentropy'",
        ),
        (
            lambda: mlp(metrics=["acuracy"]).fit(X, y),
            r"metrics='acuracy' is none of Keras' metrics\. Did you mean 'accuracy', ",
        ),
        (lambda: wrapped(loss="crossentropy").fit(X, y), r"'crossentropy' .* Did you mean "),
        (
            lambda: mlp(metrics=["MeanIoU"]).fit(X, y),
            r"'MeanIoU' needs arguments\. Give the object: keras.metrics.MeanIoU\(",
        ),
        (lambda: wrapped(metrics=["acuracy"]).fit(X, y), r"Did you mean 'accuracy', "),
    ],
    14: [
        (
            lambda: mlp(callbacks="EarlyStopping").fit(X, y),
            r"Got 'EarlyStopping' .* Give the object: keras.callbacks.EarlyStopping\(",
        ),
        (
            lambda: mlp(callbacks=["EarlyStopping"]).fit(X, y),
            r"got 'EarlyStopping'\. Give the object: keras.callbacks.EarlyStopping\(",
        ),
        (
            lambda: wrapped(callbacks="EarlyStopping").fit(X, y),
            r"Got 'EarlyStopping' .* Give the object: keras.callbacks.EarlyStopping\(",
        ),
    ],
    15: [
        (
            lambda: mlp(callbacks=keras.callbacks.EarlyStopping()).fit(X, y),
            r"EarlyStopping watches 'val_loss', .* no validation data.* Set early_stopping=True",
        ),
        (
            lambda: wrapped(callbacks=keras.callbacks.EarlyStopping()).fit(X, y),
            r"EarlyStopping watches 'val_loss', .* no validation data.* Set validation_split=0.1",
        ),
    ],
    16: [
        (
            lambda: mlp(optimizer="adamm").fit(X, y),
            r"optimizer='adamm' is none of Keras' optimizers\. Did you mean 'adam', ",
        ),
        (lambda: mlp(optimizer="lbfgs").fit(X, y), r"'lbfgs' .* use 'adam' instead"),
        (
            lambda: wrapped(optimizer="adamm", optimizer__learning_rate=0.1).fit(X, y),
            r"'adamm' .* Did you mean 'adam', ",
        ),
    ],
    17: [
        (
            lambda: mlp().fit([[1.0, "x"]] * 150, y),
            r"X has strings in the columns \[1\]; .* KerasTabMClassifier "
            r"and KerasRealMLPClassifier take data .*make_pipeline\(make_column_transformer\("
            r"\(OneHotEncoder\(handle_unknown='ignore'\), \[1\]\)",
        ),
        (
            lambda: mlp().fit(pandas.DataFrame({"a": X[:, 0], "city": ["Rome"] * 150}), y),
            r"float: 'Rome'\. X has strings in the columns \['city'\]; .*'ignore'\), \['city'\]\)",
        ),
        (
            lambda: wrapped().fit(np.full((150, 4), "x"), y),
            r"strings in the columns \[0, 1, 2, 3\]",
        ),
    ],
    18: [
        (
            lambda: mlp().fit(np.where(X > 2, np.nan, X), y),
            r"X contains NaN\. Fill the gaps: make_pipeline\(SimpleImputer\(\), StandardScaler\(\)"
            r", KerasMLPClassifier\(\)\)\. KerasTabMClassifier and KerasRealMLPClassifier take",
        ),
        (lambda: wrapped().fit(np.where(X > 2, np.nan, X), y), r"KerasClassifier\(\.\.\.\)\)"),
    ],
    19: [
        (
            lambda: mlp().fit(np.zeros((150, 8, 8)), y),
            r"array with dim 3, while dim <= 2 .*images, use KerasCNNClassifier; .*KerasRNNClass",
        ),
        (lambda: mlp().fit(np.zeros((150, 8, 8, 3)), y), r"dim 4, .* use KerasCNNClassifier"),
        (
            lambda: KerasTabMClassifier().fit(np.zeros((150, 8, 8)), y),
            r"X has 3 axes; KerasTabMClassifier expects 2, .* KerasCNNClassifier; .*KerasRNNClass",
        ),
        (
            lambda: KerasRealMLPRegressor().fit(np.full((150, 8, 8, 3), "a"), y),
            r"X has 4 axes; KerasRealMLPRegressor expects 2, .* KerasCNNRegressor; .*KerasRNNRegr",
        ),
    ],
    20: [
        (
            lambda: mlp().fit(X, np.eye(3)[y]),
            r"y has 3 columns and a single 1 in each row: .* decodes it to the classes 0 to 2\. "
            r'For a multilabel target, .* set loss="binary_crossentropy"',
        ),
    ],
    21: [
        (
            lambda: KerasClassifier(compiled("categorical_crossentropy")).fit(X, y),
            r"its loss is categorical_crossentropy, .* use sparse_categorical_crossentropy",
        ),
    ],
    22: [
        (
            lambda: mlp().fit(tensorflow.data.Dataset.from_tensor_slices((X, y))),
            r"X is a tf.data.Dataset, .* expected an array, .* X, y = map\(np.concatenate, zip\(",
        ),
        (lambda: mlp().fit(tensorflow.data.Dataset.from_tensor_slices((X, y)), None), "Dataset, "),
        (lambda: mlp().fit((X, y) for _ in range(3)), r"X is a generator, .* zip\(\*batches\)"),
        (lambda: mlp().fit(Batches()), r"X is a Batches, .* for i in range\(len\(batches\)\)"),
        (lambda: wrapped().fit(Batches()), r"X is a Batches, "),
        (lambda: mlp().fit(X), r"KerasMLPClassifier.fit lacks y\. Give X, .* and y, "),
    ],
    23: [
        (
            lambda: mlp().fit(*load_wine(return_X_y=True)),
            r"deviations differ by a factor of 3e\+03, .* Put sklearn.preprocessing.StandardScaler",
        ),
    ],
    24: [
        (
            lambda: mlp(early_stopping=True).fit(X[48:53], y[48:53]),
            r"holds out 1 of 5 rows, .* Give X_val and y_val, more rows, .*early_stopping=False",
        ),
    ],
    26: [
        (
            lambda: mlp(class_weight={"setosa": 2}).fit(X, y),
            r"class_weight has weights for \['setosa'\], .* are \[0, 1, 2\]\. Give class_weight=",
        ),
    ],
    27: [
        (lambda: mlp().evaluate(X, y), r"no attribute 'evaluate'\. Use score\(X, y\)"),
        (lambda: mlp().save("file"), r"no attribute 'save'\. Use skkeras.save\("),
        (lambda: mlp().history, r"no attribute 'history'\. Use history_"),
        (lambda: mlp().compile("adam"), r"no attribute 'compile'\. .* parameters of the estimator"),
    ],
    28: [
        (
            lambda: search(mlp(), {"alpha": [0.1]}, scoring="auc"),
            r"scoring='auc' is none of scikit-learn's scores\. Use 'roc_auc' instead",
        ),
        (
            lambda: compare_models({"mlp": mlp()}, X, y, scoring="acuracy"),
            r"'acuracy' .* Did you mean 'accuracy', ",
        ),
        (
            lambda: search(mlp(), {"alpha": [0.1]}, scoring=["accuracy", "zzz"]),
            r"'zzz' .* Names are: accuracy, adjusted_mutual_info_score, ",
        ),
        # The message of scikit-learn, which skkeras has no part in.
        (
            lambda: cross_val_score(mlp(), X, y, scoring="auc"),
            r"'scoring' parameter of cross_val_score must be a str among .* Got 'auc' instead",
        ),
    ],
}


@pytest.fixture
def no_training(monkeypatch):
    def train(*args, **kwargs):
        raise AssertionError("It came to training.")

    monkeypatch.setattr(Network, "train", train)


# Private names, and modules of Keras.
PRIVATE = r"keras\.src|(?<![\w\"'`])_[a-z]|KerasFamily|KerasWrapper|<locals>"


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        pytest.param(*case, id=f"{number}-{i}")
        for number, cases in REFUSED.items()
        for i, case in enumerate(cases)
    ],
)
def test_mistakes_are_refused(typed, says):
    # Warnings are errors here.
    with pytest.raises((TypeError, ValueError, AttributeError, UserWarning), match=says) as caught:
        typed()
    assert not re.search(PRIVATE, str(caught.value))
    error = caught.value
    while error is not None:
        files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
        assert not any("/keras/" in file or "/tensorflow/" in file for file in files)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def test_one_metric_and_a_class_of_callbacks_are_taken():  # 13 and 14
    model = mlp(metrics="accuracy", callbacks=keras.callbacks.TerminateOnNaN).fit(X, y)
    assert set(model.history_) == {"loss", "accuracy"}
    assert model.history_ == clone(model).set_params(metrics=["accuracy"]).fit(X, y).history_
    own = mlp(metrics=keras.metrics.SparseCategoricalCrossentropy()).fit(X, y)
    assert set(own.history_) == {"loss", "sparse_categorical_crossentropy"}


def test_predict_says_why_there_is_no_model():  # 25
    model = mlp(optimizer="sgd", learning_rate=1e6)
    with pytest.warns(ConvergenceWarning, match="became NaN or infinite in epoch"):
        model.fit(X, y)
    says = "is not fitted: its loss became NaN or infinite in epoch .* Lower the learning rate"
    for fitted in (model, pickle.loads(pickle.dumps(model))):
        with pytest.raises(NotFittedError, match=says):
            fitted.predict(X)
    with pytest.raises(NotFittedError, match="instance is not fitted yet"):
        clone(model).predict(X)
    assert model.set_params(learning_rate=0.01).fit(X, y).predict(X).shape == y.shape


@pytest.mark.parametrize("parameter", ["activation", "loss", "metrics", "optimizer"])
def test_listed_names_exist(parameter):
    with pytest.raises(ValueError, match="Names are") as caught:
        check_identifiers(parameter, ["zzzzzz"])
    names = str(caught.value).partition("Names are: ")[2].removesuffix(".").split(", ")
    assert len(names) > 8
    check_identifiers(parameter, names)


def test_the_tutorial_says_when_more_jobs_are_slower():  # 29, which works, and is slow
    page = (Path(__file__).parents[1] / "docs" / "tutorial.md").read_text()
    assert "searches over small networks are faster without `n_jobs`" in " ".join(page.split())


def test_one_epoch_by_default_warns():  # 30
    _warn_about_one_epoch.cache_clear()
    network = KerasClassifier(lambda: keras.Sequential([keras.layers.Dense(3, "softmax")]))
    network.set_params(loss="sparse_categorical_crossentropy", random_state=0)
    with pytest.warns(ConvergenceWarning, match="one epoch by default.*set epochs=, for example"):
        network.fit(X, y)
    _warn_about_one_epoch.cache_clear()
