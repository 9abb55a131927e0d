"""Pickles, and files that hold no code."""

import copy
import io
import json
import pickle
import subprocess
import sys
import tempfile
import textwrap
import tracemalloc
import zipfile
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

import cloudpickle
import joblib
import keras
import numpy as np
import pandas as pd
import pytest
import skops.io
import skopt
from numpy.testing import assert_array_equal
from scipy.stats import loguniform, randint, rv_discrete, uniform
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    RandomTreesEmbedding,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.experimental import (
    enable_halving_search_cv,  # noqa: F401
    enable_iterative_imputer,  # noqa: F401
)
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_selection import (
    GenericUnivariateSelect,
    SelectFromModel,
    SelectKBest,
    mutual_info_classif,
)
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF
from sklearn.impute import IterativeImputer
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    SplineTransformer,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier
from skopt.space import Categorical

import skkeras
from skkeras import (
    FitMemory,
    KerasClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRegressor,
)
from skkeras.inspection._reproduce import as_code
from skkeras.layers import Dropout
from skkeras.model_selection import (
    BayesSearchCV,
    HyperbandSearchCV,
    SuccessiveHalvingSearchCV,
    search_space,
)
from skkeras.model_selection import RandomizedSearchCV as OwnRandomizedSearchCV
from skkeras.model_selection._spaces import LogUniformInteger

# Keras' own copying of models asks TensorFlow's variables for arrays the old way.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X, y = make_classification(60, 5, random_state=0)
X = X.astype("float32")


def build(meta, units=8):
    return keras.Sequential(
        [
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(units, "relu"),
            Dropout(0.2),
            keras.layers.Dense(1, "sigmoid" if "classes_" in meta else None),
        ]
    )


def build_compiled(meta):
    model = build(meta)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "binary_crossentropy", metrics=["acc"])
    return model


class Doubled(keras.layers.Layer):
    def call(self, inputs):
        return 2 * inputs


def build_with_own_layer(meta):
    return keras.Sequential(
        [keras.layers.Input((meta["n_features_in_"],)), Doubled(), keras.layers.Dense(1, "sigmoid")]
    )


def estimators():
    shared = {"epochs": 2, "random_state": 0}
    routed = {"optimizer": "adam", "optimizer__learning_rate": 0.01, **shared}
    entropy = {"loss": "binary_crossentropy", **routed}
    return {
        "family classifier": KerasMLPClassifier(dropout=0.2, **shared),
        "family regressor": KerasMLPRegressor(batch_norm=True, **shared),
        "objects": KerasMLPClassifier(
            optimizer=keras.optimizers.SGD,
            learning_rate=keras.optimizers.schedules.CosineDecay(0.1, 10),
            activation=keras.activations.gelu,
            loss=keras.losses.BinaryCrossentropy(label_smoothing=0.1),
            metrics=["accuracy", keras.metrics.AUC(num_thresholds=50)],
            callbacks=[keras.callbacks.EarlyStopping("loss", patience=3)],
            **shared,
        ),
        "function": KerasClassifier(build, model__units=4, metrics=["accuracy"], **entropy),
        "compiled function": KerasClassifier(build_compiled, **shared),
        "model": KerasClassifier(build({"n_features_in_": 5, "classes_": 2}), **entropy),
        "regressor": KerasRegressor(build, loss="mse", units=3, **routed),
    }


every = pytest.mark.parametrize("estimator", estimators().values(), ids=estimators())
WAYS = {
    "pickle": lambda est: pickle.loads(pickle.dumps(est)),
    "cloudpickle": lambda est: cloudpickle.loads(cloudpickle.dumps(est)),
    "deepcopy": copy.deepcopy,
}


def outputs(estimator):
    return getattr(estimator, "predict_proba", estimator.predict)(X)


def assert_goes_on(estimator, copied):
    """Check that both predict the same, now and after training goes on."""
    assert_array_equal(outputs(copied), outputs(estimator))
    assert_array_equal(
        outputs(copied.partial_fit(X[:40], y[:40])), outputs(estimator.partial_fit(X[:40], y[:40]))
    )
    assert copied.n_iter_ == estimator.n_iter_ == 3


@every
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_copy_goes_on_exactly(estimator, way):
    fitted = clone(estimator).fit(X, y)
    assert_goes_on(fitted, way(fitted))


@every
def test_a_file_without_code_goes_on_exactly(estimator, tmp_path):
    fitted = clone(estimator).fit(X, y)
    skkeras.save(fitted, tmp_path / "network.skops")
    loaded = skkeras.load(tmp_path / "network.skops")
    assert type(loaded) is type(fitted)
    assert loaded.history_ == fitted.history_
    assert_goes_on(fitted, loaded)
    # Fitted anew, it does what the first one did.
    assert_array_equal(
        outputs(clone(loaded).fit(X, y)), outputs(clone(estimator).fit(X, y)), strict=True
    )


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (skkeras.KerasCNNClassifier, (6, 6)),
        (skkeras.KerasCNNRegressor, (6, 6, 3)),
        (skkeras.KerasRNNClassifier, (5, 2)),
        (skkeras.KerasRNNRegressor, (5,)),
    ],
)
def test_a_file_without_code_for_other_families(kind, shape, tmp_path):
    rows = np.random.default_rng(0).random((60, *shape), dtype="float32")
    fitted = kind(epochs=1, random_state=0).fit(rows, y)
    skkeras.save(fitted, tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e").predict(rows), fitted.predict(rows))


def test_a_copy_keeps_parameters_set_after_fit():
    fitted = KerasMLPClassifier(hidden_layer_sizes=(8,), epochs=1, random_state=0).fit(X, y)
    expected = fitted.predict_proba(X)
    fitted.set_params(hidden_layer_sizes=(4, 4))
    copied = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(copied.predict_proba(X), expected)
    assert [layer.units for layer in copied.model_.layers if hasattr(layer, "units")] == [8, 1]
    other = KerasMLPClassifier(hidden_layer_sizes=(4, 4), epochs=1, random_state=0).fit(X, y)
    assert [layer.units for layer in other.model_.layers if hasattr(layer, "units")] == [4, 4, 1]


def test_a_clone_is_not_fitted_and_shares_no_model():
    fitted = KerasClassifier(
        build,
        loss="binary_crossentropy",
        callbacks=keras.callbacks.EarlyStopping("loss", patience=1),
        random_state=0,
    ).fit(X, y)
    copied = clone(fitted)
    assert not hasattr(copied, "model_")
    assert copied.callbacks is not fitted.callbacks
    assert copied.callbacks.model is None


def test_joblib_files(tmp_path):
    fitted = make_pipeline(StandardScaler(), KerasMLPClassifier(epochs=1, random_state=0)).fit(X, y)
    joblib.dump(fitted, tmp_path / "pipeline.joblib", compress=3)
    assert_array_equal(joblib.load(tmp_path / "pipeline.joblib").predict(X), fitted.predict(X))


def test_a_pickle_holds_little_more_than_the_weights():
    fitted = KerasMLPClassifier(epochs=1, random_state=0).fit(X, y)
    weights = sum(w.nbytes for w in fitted.model_.get_weights())
    assert len(pickle.dumps(fitted)) < 3 * weights + 6000  # Adam's two moments; 6 kB for the rest


SCRIPT = textwrap.dedent(
    """
    import sys
    import cloudpickle
    import keras
    import numpy as np
    from skkeras import KerasClassifier

    class Scaled(keras.layers.Layer):
        def __init__(self, factor, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor
        def call(self, inputs):
            return self.factor * inputs

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            assert logs["loss"] > 0

    def build(meta, factor=2.0):
        return keras.Sequential([
            keras.layers.Input((meta["n_features_in_"],)),
            Scaled(factor),
            keras.layers.Dense(1, "sigmoid"),
        ])

    if __name__ == "__main__":
        X = np.random.default_rng(0).random((40, 3), dtype="float32")
        y = X.sum(axis=1) > 1.5
        network = KerasClassifier(
            build, model__factor=0.5, loss="binary_crossentropy", callbacks=[Watch()],
            epochs=2, random_state=0,
        ).fit(X, y)
        with open(sys.argv[1], "wb") as file:
            cloudpickle.dump(network, file)
        np.save(sys.argv[2], network.predict_proba(X))
    """
)


def test_code_of_main_travels_to_another_process(tmp_path):
    script, network, expected = (tmp_path / name for name in ("script.py", "n.pkl", "p.npy"))
    script.write_text(SCRIPT)
    subprocess.run([sys.executable, script, network, expected], check=True, timeout=300)
    loaded = pickle.loads(network.read_bytes())
    rows = np.random.default_rng(0).random((40, 3), dtype="float32")
    assert_array_equal(loaded.predict_proba(rows), np.load(expected))
    loaded.partial_fit(rows, rows.sum(axis=1) > 1.5)


def test_a_pipeline_with_a_table_and_its_searches(tmp_path):
    table = pd.DataFrame(X, columns=list("abcde"))
    table["kind"] = np.where(y == 0, "low", "high")
    model = make_pipeline(
        make_column_transformer(
            (StandardScaler(), make_column_selector(dtype_include="number")),
            (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
        ),
        KerasMLPClassifier(epochs=1, random_state=0),
    )
    grid = {"kerasmlpclassifier__hidden_layer_sizes": [(4,), (5, 3)]}
    searches = [
        GridSearchCV(model, grid, cv=2),
        RandomizedSearchCV(
            model,
            grid,
            n_iter=2,
            cv=StratifiedKFold(2, shuffle=True, random_state=0),
            scoring=["roc_auc", "neg_log_loss"],
            refit="roc_auc",
        ),
    ]
    for estimator in (model, *searches):
        estimator.fit(table, y)
        skkeras.save(estimator, tmp_path / "estimator.skops")
        loaded = skkeras.load(tmp_path / "estimator.skops")
        assert_array_equal(loaded.predict_proba(table), estimator.predict_proba(table))
    assert loaded.best_params_ == searches[1].best_params_
    assert loaded.score(table, y) == searches[1].score(table, y)


NET = KerasMLPClassifier(hidden_layer_sizes=(4,), epochs=1, random_state=0)
FOREST = RandomForestClassifier(3, random_state=0)
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


def test_trees_of_several_outputs(tmp_path):
    targets = np.stack([y, np.arange(60) % 3], axis=1)
    for forest in (FOREST, RandomForestRegressor(2, random_state=0)):
        fitted = clone(forest).fit(X, targets)
        skkeras.save(fitted, tmp_path / "e")
        assert_array_equal(skkeras.load(tmp_path / "e").predict(X), fitted.predict(X))


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


@pytest.mark.parametrize("inside", ["alone", "stacked"])
def test_why_trees_of_gradient_boosting_need_trust(inside, tmp_path):
    model = GradientBoostingClassifier(n_estimators=2)
    if inside == "stacked":
        model = StackingClassifier([("boosted", model), ("net", NET)], cv=2)
    model.fit(X, y)
    name = "sklearn.tree._tree.Tree"
    with pytest.raises(ValueError, match=rf"{name} \(in gradient boosting; .* without checks"):
        skkeras.save(model, tmp_path / "e")
    skkeras.save(model, tmp_path / "e", trusted=name)
    with pytest.raises(ValueError, match=rf"was not loaded, .*{name} \(in gradient boosting; "):
        skkeras.load(tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e", trusted=name).predict(X), model.predict(X))


def test_why_neighbors_need_trust(tmp_path):
    model = KNeighborsClassifier().fit(X, y)
    with pytest.raises(ValueError, match=r"_kd_tree\.KDTree \(.* without checks.*brute"):
        skkeras.save(model, tmp_path / "e")
    skkeras.save(model.set_params(algorithm="brute").fit(X, y), tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e").predict(X), model.predict(X))


def test_an_estimator_that_is_not_fitted(tmp_path):
    estimator = KerasMLPClassifier(optimizer=keras.optimizers.AdamW(0.02), random_state=0)
    skkeras.save(estimator, tmp_path / "e")
    loaded = skkeras.load(tmp_path / "e")
    assert not hasattr(loaded, "model_")
    assert loaded.optimizer.get_config() == estimator.optimizer.get_config()


def test_the_architecture_stands_for_the_function(tmp_path):
    fitted = KerasClassifier(
        build_compiled, model__units=3, units=2, epochs=1, random_state=0
    ).set_params(model=build, loss="binary_crossentropy")
    fitted.fit(X, y)
    skkeras.save(fitted, tmp_path / "e")
    loaded = skkeras.load(tmp_path / "e")
    assert "model__units" not in loaded.get_params() and "units" not in loaded.get_params()
    assert [type(layer) for layer in loaded.model().layers] == [
        type(layer) for layer in fitted.model_.layers
    ]
    assert repr(loaded.model) == "Architecture('Sequential')"
    skkeras.save(loaded, tmp_path / "again")
    assert_array_equal(skkeras.load(tmp_path / "again").predict_proba(X), fitted.predict_proba(X))


def own_loss(y_true, y_pred):
    return keras.ops.mean((y_true - y_pred) ** 2, axis=-1)


def relu(x):
    return keras.ops.maximum(x, 0.5)


def build_with(activation):
    def build(meta):
        return keras.Sequential(
            [
                keras.layers.Input((meta["n_features_in_"],)),
                keras.layers.Dense(3, activation),
                keras.layers.Dense(1, "sigmoid"),
            ]
        )

    return build


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (KerasMLPClassifier(loss=own_loss), "own_loss"),
        (KerasMLPClassifier(activation=relu), "relu"),
        (KerasMLPClassifier(callbacks=[keras.callbacks.CSVLogger("x.csv")]), "CSVLogger"),
        (KerasClassifier(build, loss="binary_crossentropy"), "is not fitted"),
        (make_pipeline(FunctionTransformer(own_loss), KerasMLPClassifier()), "own_loss"),
        (KerasMLPRegressor(loss=keras.losses.Huber(delta=0.2)), "delta"),
    ],
)
def test_code_is_refused_when_saving(estimator, message, tmp_path):
    with pytest.raises(ValueError, match=f"cannot be saved without code.*{message}"):
        skkeras.save(estimator, tmp_path / "e")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
@pytest.mark.parametrize(
    ("builder", "message"),
    [
        (build_with_own_layer, "Doubled"),
        (build_with(relu), "share their names"),
        (build_with(lambda x: x), "cannot be saved without code"),
    ],
    ids=["layer", "function named as Keras'", "lambda"],
)
def test_models_with_own_code_are_refused_when_saving(builder, message, tmp_path):
    fitted = KerasClassifier(builder, loss="binary_crossentropy", random_state=0).fit(X, y)
    with pytest.raises(ValueError, match=message):
        skkeras.save(fitted, tmp_path / "e")


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


@pytest.fixture(scope="module")
def forest(tmp_path_factory):
    """Bytes of a file with trees."""
    path = tmp_path_factory.mktemp("saved") / "e"
    skkeras.save(clone(FOREST).fit(X, y), path)
    return path.read_bytes()


def with_trees(data, change):
    """Write the file again with one of its trees changed: its nodes or its values."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(".npy"):
                array = np.load(io.BytesIO(content))
                if array.dtype.names and "left_child" in array.dtype.names:
                    change(array)
                buffer = io.BytesIO()
                np.save(buffer, array)
                content = buffer.getvalue()
            file.writestr(name, content)
    return target.getvalue()


def set_node(name, value, row=0):
    def change(nodes):
        nodes[name][row] = value

    return change


def test_trees_written_again_are_read(forest, tmp_path):
    (tmp_path / "e").write_bytes(with_trees(forest, lambda nodes: None))
    skkeras.load(tmp_path / "e").predict(X)


@pytest.mark.parametrize(
    "change",
    [
        set_node("left_child", 10**9),
        set_node("left_child", -5),
        set_node("right_child", 10**9),
        set_node("right_child", 0),
        set_node("left_child", 0, row=1),
        set_node("feature", 5),
        set_node("feature", -2),
        set_node("feature", 10**12),
        set_node("left_child", 1, row=-1),
    ],
)
def test_trees_that_lead_elsewhere_are_refused(forest, change, tmp_path):
    (tmp_path / "e").write_bytes(with_trees(forest, change))
    with pytest.raises(ValueError, match="was not loaded: a tree"):
        skkeras.load(tmp_path / "e")


def nodes_of(tree, kind):
    """Find all nodes of a schema with this loader."""
    if isinstance(tree, dict):
        if tree.get("__loader__") == kind:
            yield tree
        for part in tree.values():
            yield from nodes_of(part, kind)
    elif isinstance(tree, list):
        for part in tree:
            yield from nodes_of(part, kind)


def number(value):
    return {"__class__": "int", "__module__": "builtins", "__loader__": "JsonNode"} | {
        "content": json.dumps(value)
    }


def set_size(name, value):
    def change(state):
        for tree in nodes_of(state, "TreeNode"):
            tree["content"]["content"][name] = number(value)

    return change


def set_argument(place, value):
    def change(state):
        for tree in nodes_of(state, "TreeNode"):
            tree["__reduce__"]["args"]["content"][place] = number(value)

    return change


def set_attribute(kind, name, value):
    def change(state):
        for node in nodes_of(state, "ObjectNode"):
            if node["__class__"] == kind:
                attributes = node["content"]
                if name not in attributes["content"]:
                    types = attributes["key_types"]["content"]
                    types.append(types[0])
                attributes["content"][name] = value

    return change


def as_loss(state):
    for tree in nodes_of(state, "TreeNode"):
        tree["__loader__"] = "LossNode"


def inside_another(state):
    tree, other, *_ = nodes_of(state, "TreeNode")
    other["__reduce__"]["args"]["content"][0] = copy.deepcopy(tree)


MAXIMUM = {"__class__": "maximum", "__module__": "numpy", "__loader__": "FunctionNode"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_size("node_count", 10**6), "arrays of other sizes|sizes that are none"),
        (set_size("node_count", 1), "arrays of other sizes"),
        (set_size("node_count", 2.5), "sizes that are none"),
        (set_size("max_depth", 0), "has a max_depth of 0"),
        (set_size("max_depth", 10**6), "has a max_depth of"),
        (set_argument(0, 10**6), "different numbers of features"),
        (set_argument(0, 1), "asks for others"),
        (set_argument(2, 7), "outputs has"),
        (set_argument(2, -1), "sizes that are none"),
        (set_attribute("DecisionTreeClassifier", "n_features_in_", number(2)), "different numbers"),
        (set_attribute("DecisionTreeClassifier", "n_features_in_", number(None)), "different"),
        (set_attribute("DecisionTreeClassifier", "_validate_X_predict", MAXIMUM), "methods"),
        (as_loss, "not written as one"),
        (inside_another, "not written as one"),
    ],
)
def test_trees_whose_sizes_are_not_true_are_refused(forest, change, message, tmp_path):
    def changed(schema):
        state = json.loads(schema)
        change(state)
        return json.dumps(state)

    (tmp_path / "e").write_bytes(tampered(forest, changed))
    with pytest.raises(ValueError, match=message):
        skkeras.load(tmp_path / "e")


def set_state(kind, name, value):
    def change(state):
        for node in nodes_of(state, kind):
            for part in (node["content"], *nodes_of(node["content"], "DictNode")):
                for held in [part.get("content", {}), *part.values()]:
                    if isinstance(held, dict) and name in held:
                        held[name] = {**number(value), "__id__": 10**20}

    return change


@pytest.mark.parametrize(
    ("held", "change", "message"),
    [
        (np.random.RandomState(0), set_state("RandomStateNode", "pos", 625), "at its number 625"),
        (np.random.RandomState(0), set_state("RandomStateNode", "pos", 10**8), "at its number"),
        (np.random.RandomState(0), set_state("RandomStateNode", "pos", -1), "at its number -1"),
        (
            np.random.default_rng(0),
            set_state("RandomGeneratorNode", "pool_size", 10**9),
            "a PCG64 of pool_size=1000000000; a file may",
        ),
        (np.random.Generator(np.random.MT19937(0)), lambda state: None, "is a MT19937"),
    ],
)
def test_random_states_are_of_the_sizes_that_numpy_has(held, change, message, tmp_path):
    path, estimator = tmp_path / "e", FunctionTransformer(kw_args={"held": held})
    skkeras.save(estimator, path)

    def changed(schema):
        state = json.loads(schema)
        change(state)
        return json.dumps(state)

    (tmp_path / "other").write_bytes(tampered(path.read_bytes(), changed))
    with pytest.raises(ValueError, match=f"was not loaded: a numpy.random.*{message}"):
        skkeras.load(tmp_path / "other")


@pytest.mark.parametrize("kind", [np.random.RandomState, np.random.default_rng])
def test_random_states_go_on(kind, tmp_path):
    skkeras.save(FunctionTransformer(kw_args={"held": kind(0)}), tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e").kw_args["held"].random(3), kind(0).random(3))


def test_trees_of_histograms_need_trust(tmp_path):
    model = HistGradientBoostingClassifier(max_iter=2).fit(X, y)
    with pytest.raises(ValueError, match=r"TreePredictor \(scikit-learn reads .* without checks"):
        skkeras.save(model, tmp_path / "e")
    name = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"
    skkeras.save(model, tmp_path / "e", trusted=name)
    assert_array_equal(skkeras.load(tmp_path / "e", trusted=name).predict(X), model.predict(X))


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


@pytest.mark.parametrize("version", ["99.0", "1.0.dev3"])
def test_a_file_of_a_later_version_warns(saved, version, tmp_path):
    path = tmp_path / "e"
    path.write_bytes(
        tampered(saved, lambda s: s.replace(json.dumps(skkeras.__version__)[1:-1], version, 1))
    )
    with pytest.warns(UserWarning, match=f"written by skkeras {version}, which is later than"):
        skkeras.load(path).predict(X)
    path.write_bytes(
        tampered(saved, lambda s: s.replace(json.dumps(skkeras.__version__)[1:-1], "0.0.1", 1))
    )
    skkeras.load(path)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Bytes of a file with a network around a build function, and with an optimizer."""
    path = tmp_path_factory.mktemp("saved") / "e"
    network = KerasClassifier(
        build, loss="binary_crossentropy", optimizer=keras.optimizers.Adam(), random_state=0
    )
    skkeras.save(network.fit(X, y), path)
    return path.read_bytes()


def tampered(saved, change):
    """Write the file again with another schema."""
    source = zipfile.ZipFile(io.BytesIO(saved))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in source.namelist():
            content = source.read(name)
            file.writestr(name, change(content.decode()) if name == "schema.json" else content)
    return target.getvalue()


def in_config(old, new):
    """Replace a part of a configuration, which is JSON inside JSON inside JSON."""

    def quoted(text):
        return json.dumps(json.dumps(text)[1:-1])[1:-1]

    def change(schema):
        assert quoted(old) in schema
        return schema.replace(quoted(old), quoted(new))

    return change


def other_class(schema):
    assert '"KerasClassifier"' in schema
    return schema.replace('"KerasClassifier"', '"Popen"').replace(
        '"skkeras.wrappers._keras_classifier"', '"subprocess"'
    )


def config_as_parameter(schema):
    """Put a configuration where a name of a loss was; Keras would import what it names."""
    state = json.loads(schema)
    text = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode"}
    call = {"module": "os", "class_name": "function", "config": "system"}
    content = {name: {**text, "content": json.dumps(value)} for name, value in call.items()}
    strings = {"__class__": "str", "__module__": "builtins", "__loader__": "TypeNode"}
    estimator = state["content"]["estimator"]["content"]["content"]
    estimator["loss"] = {
        "__class__": "dict",
        "__module__": "builtins",
        "__loader__": "DictNode",
        "content": content,
        "key_types": {
            "__class__": "list",
            "__module__": "builtins",
            "__loader__": "ListNode",
            "content": [strings] * 3,
        },
    }
    return json.dumps(state)


DENSE = '"module": "keras.layers", "class_name": "Dense"'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (other_class, r"subprocess\.Popen"),
        (in_config(DENSE, '"module": "os", "class_name": "Dense"'), r"os\.Dense"),
        (in_config(DENSE, '"module": "keras.layers", "class_name": "Lambda"'), "Lambda"),
        (in_config(DENSE, '"module": "keras.utils", "class_name": "get_file"'), "get_file"),
        (in_config('"activation": "relu"', '"activation": {"class_name": "__lambda__"}'), "lambda"),
        (
            in_config('"class_name": "Adam"', '"class_name": "function", "config": "system"'),
            "is no part of Keras",
        ),
        (in_config('"import skkeras>Dropout"', '"os>Dropout"'), "Dropout"),
        (config_as_parameter, "where none is expected"),
        (lambda schema: schema.replace('"format"', '"other"'), "not written by skkeras.save"),
    ],
)
def test_a_tampered_file_is_refused(saved, change, message, tmp_path):
    path = tmp_path / "e"
    path.write_bytes(tampered(saved, lambda schema: schema))
    skkeras.load(path).predict(X)
    path.write_bytes(tampered(saved, change))
    with pytest.raises(ValueError, match=message):
        skkeras.load(path).model()  # the architecture is read when it is built


LINEAR = keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(2, "softmax")])
LOGS, NAME = keras.callbacks.CSVLogger, "keras.callbacks.CSVLogger"


def around(**params):
    return KerasClassifier(LINEAR, loss="binary_crossentropy", **params)


def configured(kind):
    return {"class_name": kind, "module": "os", "config": "system"}


@pytest.mark.parametrize(
    ("estimator", "names"),
    [
        (KerasMLPClassifier(callbacks=[LOGS("x.csv")]), {NAME}),
        (KerasMLPClassifier(callbacks=[keras.callbacks.RemoteMonitor()]), {"RemoteMonitor"}),
        (
            KerasMLPClassifier(callbacks=[keras.callbacks.ModelCheckpoint("x.keras")]),
            {"ModelCheckpoint"},
        ),
        (KerasMLPClassifier(callbacks=[keras.callbacks.BackupAndRestore("x")]), {"BackupAnd"}),
        (KerasMLPClassifier(callbacks=[keras.callbacks.TensorBoard("x")]), {"TensorBoard"}),
        (KerasMLPClassifier(callbacks=[keras.callbacks.LambdaCallback()]), {"LambdaCallback"}),
        (around(callbacks=LOGS, callbacks__filename="x.csv"), {NAME}),
        (around(callbacks={"a": LOGS}, callbacks__a__filename="x.csv"), {NAME}),
        (around(fit__callbacks=[[LOGS]], fit__callbacks__0__0__filename="x.csv"), {NAME}),
        (GridSearchCV(around(), {"callbacks": [None, [LOGS]]}), {NAME}),
        (GridSearchCV(around(), [{"callbacks": [[LOGS("x.csv")]]}]), {NAME}),
        (make_pipeline(StandardScaler(), KerasMLPClassifier(memory="x")), {"skkeras.FitMemory"}),
        (KerasMLPClassifier(memory=FitMemory("x")), {"skkeras.FitMemory"}),
        (around(memory=Path("x")), {"skkeras.FitMemory"}),
        (around(memory=joblib.Memory(tempfile.mkdtemp(), verbose=0)), {"skkeras.FitMemory"}),
        (make_pipeline(KerasMLPClassifier(), memory="x"), {"joblib.Memory"}),
        (GridSearchCV(around(), {"memory": ["x"]}), {"joblib.Memory"}),
        (GridSearchCV(make_pipeline(around()), {"a__memory": np.array(["x"])}), {"joblib.Memory"}),
        (around(memory="x", callbacks=[LOGS]), {NAME, "skkeras.FitMemory"}),
    ],
)
def test_what_writes_or_reaches_out_in_fit_is_trusted_or_refused(estimator, names, tmp_path):
    path = tmp_path / "e"
    message = ".*".join(sorted(names))
    with pytest.raises(ValueError, match=rf"cannot be saved .*{message}.*as trusted="):
        skkeras.save(estimator, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skkeras.persistence._save.side_effects_of", lambda _: set())
        patch.setattr("skkeras.persistence._save._unknown", lambda *_: set())
        skkeras.save(estimator, path)
    with pytest.raises(ValueError, match=rf"was not loaded, .*{message}.*as trusted="):
        skkeras.load(path)


@pytest.mark.parametrize("trusted", [LOGS, NAME, [LOGS], [f"{LOGS.__module__}.CSVLogger", "other"]])
def test_what_acts_may_be_named_in_several_ways(trusted, tmp_path):
    for estimator in (around(callbacks=LOGS), around(callbacks=[LOGS("x.csv")])):
        skkeras.save(estimator, tmp_path / "e", trusted=trusted)
        loaded = skkeras.load(tmp_path / "e", trusted=trusted)
        assert type(loaded.callbacks) is type(estimator.callbacks)


def test_what_names_nothing_is_not_trusted(tmp_path):
    with pytest.raises(TypeError, match="trusted= takes classes and their names; got 3"):
        skkeras.save(around(memory="x"), tmp_path / "e", trusted=[3])


@pytest.mark.parametrize("trusted", [FitMemory, "skkeras.FitMemory"])
def test_a_folder_of_fits_is_trusted(trusted, tmp_path):
    skkeras.save(KerasMLPClassifier(memory=tmp_path), tmp_path / "e", trusted=trusted)
    assert skkeras.load(tmp_path / "e", trusted=trusted).memory == FitMemory(tmp_path)


def test_what_acts_inside_the_process_alone_needs_no_trust(tmp_path):
    callbacks = keras.callbacks
    estimators = [
        KerasMLPClassifier(
            callbacks=[
                callbacks.EarlyStopping("loss"),
                callbacks.ReduceLROnPlateau("loss"),
                callbacks.SwapEMAWeights(),
                callbacks.TerminateOnNaN(),
            ]
        ),
        around(
            callbacks=callbacks.LearningRateScheduler,
            callbacks__schedule=keras.optimizers.schedules.CosineDecay(0.1, 10),
        ),
        GridSearchCV(around(), {"memory": [None], "callbacks": [None, [callbacks.History()]]}),
        CountVectorizer().fit(["memory class_name x__memory callbacks"]),
    ]
    for estimator in estimators:
        skkeras.save(estimator, tmp_path / "e")
        assert type(skkeras.load(tmp_path / "e")) is type(estimator)


@pytest.mark.parametrize(
    "estimator",
    [
        KerasMLPClassifier(loss=configured("function")),
        around(optimizer=OrderedDict(configured("function"))),
        GridSearchCV(around(), {"loss": ["mse", configured("function")]}),
    ],
)
def test_a_configuration_stands_nowhere_but_in_its_place(estimator, tmp_path):
    with pytest.raises(
        ValueError, match=r"configuration of Keras stands where none is expected\. "
    ):
        skkeras.save(estimator, tmp_path / "e")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skkeras.persistence._save.side_effects_of", lambda _: set())
        skkeras.save(estimator, tmp_path / "e")
    with pytest.raises(ValueError, match="configuration of Keras stands where none is expected"):
        skkeras.load(tmp_path / "e")


def text(value):
    node = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode"}
    return {**node, "content": json.dumps(value)}


def listed(*parts, **more):
    node = {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode"}
    return {**node, "content": parts, **more}


def laughs():
    nested = listed(text("ha"), __id__=100)
    for i in range(101, 160):
        nested = listed(nested, *[{"__id__": i - 1}] * 9, __id__=i)
    return nested


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (listed(listed(__id__=7), __id__=7), "holds itself"),
        (listed({**text(""), "__loader__": "CachedNode", "__id__": 7}, __id__=7), "holds itself"),
        (laughs(), "holds itself, or is two"),
        ({**text(1), "content": "[" * 100_000}, "RecursionError"),
        ({**text(1), "content": 3}, "TypeError"),
        ({**text(1), "__loader__": "BytearrayNode"}, "a bytearray"),
        ({**text(1), "__loader__": "NdArrayNode", "__class__": "void"}, "a numpy.void"),
        ({**text(1), "__loader__": "NoSuchNode"}, "NoSuchNode"),
        ({"__class__": "a", "__module__": "antigravity", "__loader__": "TypeNode"}, "antigravity"),
        (
            {
                "__class__": "StandardScaler",
                "__module__": "sklearn.preprocessing._data",
                "__loader__": "ConstructorFromReduceNode",
                "content": listed(),
            },
            "StandardScaler",
        ),
    ],
)
def test_an_object_that_save_does_not_write_is_refused(node, message, saved, tmp_path):
    def change(schema):
        state = json.loads(schema)
        state["content"]["estimator"]["content"]["content"]["loss"] = node
        return json.dumps(state)

    (tmp_path / "e").write_bytes(tampered(saved, change))
    with pytest.raises(ValueError, match=message):
        skkeras.load(tmp_path / "e")


def bomb(saved, name, chunk, n, way=zipfile.ZIP_DEFLATED):
    """Write the file again with a member that holds a text many times."""
    source, target = zipfile.ZipFile(io.BytesIO(saved)), io.BytesIO()
    with zipfile.ZipFile(target, "w", way) as file:
        for other in source.namelist():
            if other != name:
                file.writestr(other, source.read(other))
        with file.open(name, "w") as member:
            for _ in range(n):
                member.write(chunk)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "chunk", "n", "message"),
    [
        ("schema.json", b" " * 2**20, 64, "takes .* bytes, an archive of its size"),
        ("other.npy", b"\0" * 2**20, 64, "takes .* bytes, an archive of its size"),
        ("schema.json", b"[]," * 2**10, 2**10, "describes more than the .* objects"),
    ],
)
def test_a_file_that_takes_much_more_memory_than_disk_is_refused(
    saved, name, chunk, n, message, tmp_path
):
    (tmp_path / "e").write_bytes(bomb(saved, name, chunk, n))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=message):
            skkeras.load(tmp_path / "e")
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_a_size_that_is_not_true_is_found_out(saved, tmp_path):
    data = bytearray(bomb(saved, "other.npy", b"\0" * 2**20, 64))
    directory = data.rindex(b"other.npy") - 46
    data[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    (tmp_path / "e").write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="Bad CRC"):
            skkeras.load(tmp_path / "e")
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_file_of_another_compression_is_refused(saved, way, tmp_path):
    (tmp_path / "e").write_bytes(bomb(saved, "other.npy", b"", 1, way))
    with pytest.raises(ValueError, match="compressed in another way"):
        skkeras.load(tmp_path / "e")


@pytest.mark.parametrize("descr", ["<f4", "|O", "|V0", "<U0"])
@pytest.mark.parametrize("shape", [(2**40,), (-1,), (3, 2**62)])
def test_an_array_that_promises_more_than_it_has_is_refused(saved, descr, shape, tmp_path):
    header = io.BytesIO()
    description = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, description)
    with zipfile.ZipFile(io.BytesIO(saved)) as file:
        name = next(name for name in file.namelist() if name.endswith(".npy"))
    (tmp_path / "e").write_bytes(bomb(saved, name, header.getvalue() + bytes(8), 1))
    with pytest.raises(ValueError, match=r"stands in|Object arrays|was not loaded"):
        skkeras.load(tmp_path / "e")


def test_one_member_of_many_objects_is_counted_for_each(saved, tmp_path):
    with zipfile.ZipFile(io.BytesIO(saved)) as file:
        name = max(file.namelist(), key=lambda name: name.endswith(".npy"))
    array = {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode"}

    def change(schema):
        state = json.loads(schema)
        estimator = state["content"]["estimator"]["content"]["content"]
        estimator["loss"] = listed(*[{**array, "type": "numpy", "file": name}] * 100)
        return json.dumps(state)

    zeros = io.BytesIO()
    np.save(zeros, np.zeros(2**17))
    data = tampered(bomb(saved, name, zeros.getvalue(), 1), change)
    data = bomb(data, "other", b"", 1)  # compresses it
    (tmp_path / "e").write_bytes(data)
    with pytest.raises(ValueError, match=r"takes .* bytes, an archive of its size"):
        skkeras.load(tmp_path / "e")


def test_arrays_that_look_like_a_bomb_are_not_compressed(tmp_path):
    scaler = StandardScaler()
    scaler.mean_ = np.zeros(5 * 2**20)
    skkeras.save(scaler, tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e").mean_, scaler.mean_)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"units": 2', '"units": 1000000000', "a model with weights of shapes"),
        ('"num_thresholds": 50', '"num_thresholds": 2000000000', "num_thresholds=2000000000"),
        ('"name": "auc"', '"name": {"class_name": "CSVLogger", "module": "keras"}', "CSVLogger"),
    ],
)
def test_a_network_is_as_large_as_its_weights(old, new, message, tmp_path):
    skkeras.save(around(metrics=keras.metrics.AUC(50, name="auc")), tmp_path / "e")
    change = in_config(old, new)
    (tmp_path / "e").write_bytes(tampered((tmp_path / "e").read_bytes(), change))
    with pytest.raises(ValueError, match=message):
        skkeras.load(tmp_path / "e")


def test_bits_that_changed_raise_nothing_but_a_value_error(saved, tmp_path):
    random = np.random.default_rng(0)
    for flip in [*(1 << random.integers(8) for _ in range(100)), *[255] * 100]:
        data = bytearray(saved)
        data[random.integers(len(data))] ^= flip
        (tmp_path / "e").write_bytes(data)
        with suppress(ValueError):
            skkeras.load(tmp_path / "e")


@pytest.mark.parametrize("length", [0, 10, 1000, -1])
def test_a_truncated_file_is_refused(saved, length, tmp_path):
    path = tmp_path / "e"
    path.write_bytes(saved[:length])
    with pytest.raises(ValueError, match=r"not written by skkeras\.save, or is damaged"):
        skkeras.load(path)


def test_a_foreign_file_is_refused(tmp_path):
    path = tmp_path / "e"
    path.write_bytes(pickle.dumps(StandardScaler()))
    with pytest.raises(ValueError, match=r"not written by skkeras\.save"):
        skkeras.load(path)
    with pytest.raises(FileNotFoundError):
        skkeras.load(tmp_path / "none")


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "e"
    skkeras.save(StandardScaler(), path)
    before = path.read_bytes()

    def fail(source, target):
        raise OSError("no space")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="no space"):
        patch.setattr("os.replace", fail)
        skkeras.save(KerasMLPClassifier(), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
