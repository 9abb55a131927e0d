import pickle
import warnings

import keras
import numpy as np
import pytest
import sklearn
from joblib import parallel_config
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.callback import ProgressBar
from sklearn.compose import (
    TransformedTargetRegressor,
    make_column_selector,
    make_column_transformer,
)
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    ShuffleSplit,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from skkeras import KerasClassifier, KerasMLPClassifier, KerasMLPRegressor
from skkeras.datasets import fetch_adult
from skkeras.model_selection import SuccessiveHalvingSearchCV

# A worker process imports TensorFlow and compiles for itself: let one of them do it.
pytestmark = pytest.mark.xdist_group("workers")

CLASSIFIER = KerasMLPClassifier(hidden_layer_sizes=(8,), learning_rate=0.05, random_state=0)
RATES = {"learning_rate": (1e-3, 1e-1, "log-uniform")}
IN_PIPELINE = {f"kerasmlpclassifier__{name}": spec for name, spec in RATES.items()}
SMALL = {"max_resources": 4, "factor": 2, "cv": 2, "random_state": 0}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def lengths():
    """Petal lengths from the other measures."""
    X, _ = load_iris(return_X_y=True)
    return X[:, [0, 1, 3]], X[:, 2]


def splits(search, row):
    return [search.cv_results_[f"split{i}_test_score"][row] for i in range(search.n_splits_)]


def assert_rows_are_plain_fits(search, X, y, **params):
    """Each row is a fit of so many epochs in one go."""
    for row, candidate in enumerate(search.cv_results_["params"]):
        plain = clone(search.estimator).set_params(**candidate)
        scores = cross_val_score(plain, X, y, cv=search.cv, params=params or None)
        np.testing.assert_array_equal(splits(search, row), scores)


def assert_same_results(search, other):
    for name, column in search.cv_results_.items():
        if not name.endswith("_time"):
            np.testing.assert_array_equal(other.cv_results_[name], column)


def test_rungs_and_results(iris):
    search = SuccessiveHalvingSearchCV(CLASSIFIER, RATES, max_resources=9, cv=2, random_state=0)
    search.fit(*iris)
    results = search.cv_results_
    assert search.n_candidates_ == [9, 3, 1] and search.n_resources_ == [1, 3, 9]
    assert search.n_iterations_ == 3
    assert results["iter"].tolist() == [0] * 9 + [1] * 3 + [2]
    assert results["n_resources"].tolist() == [1] * 9 + [3] * 3 + [9]
    assert results["bracket"].tolist() == [2] * 13
    assert results["param_epochs"].tolist() == results["n_resources"].tolist()
    rates = results["param_learning_rate"]
    for rung in (0, 1):
        here, following = results["iter"] == rung, results["iter"] == rung + 1
        order = np.argsort(-results["mean_test_score"][here], kind="stable")
        assert rates[following].tolist() == rates[here][order][: following.sum()].tolist()
    assert search.best_index_ == 12 and search.best_params_ == results["params"][12]
    assert search.best_score_ == results["mean_test_score"][12]
    assert search.best_estimator_.epochs == 9
    assert search.best_estimator_.n_iter_ == 9
    assert_rows_are_plain_fits(search, *iris)


def test_going_on_is_never_having_stopped(iris):
    network = clone(CLASSIFIER).set_params(batch_size=16, dropout=0.2, optimizer="adamw")
    model = make_pipeline(StandardScaler(), network)
    search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, **SMALL).fit(*iris)
    assert_rows_are_plain_fits(search, *iris)


def test_early_stopping_goes_on_waiting(iris):
    model = clone(CLASSIFIER).set_params(early_stopping=True, patience=1)
    search = SuccessiveHalvingSearchCV(model, {"learning_rate": (0.1, 2.0)}, **SMALL)
    search.set_params(max_resources=8, n_candidates=4).fit(*iris)
    assert search.n_resources_ == [2, 4, 8]
    assert_rows_are_plain_fits(search, *iris)


def test_schedules_stretch_over_the_whole_budget(iris):
    X, y = iris
    model = clone(CLASSIFIER).set_params(learning_rate="cosine")
    rates = {"learning_rate_init": loguniform(1e-3, 1e-1)}
    search = SuccessiveHalvingSearchCV(model, rates, **SMALL).fit(X, y)
    best = clone(model).set_params(**search.best_params_)
    assert best.epochs == 4
    np.testing.assert_array_equal(splits(search, -1), cross_val_score(best, X, y, cv=2))
    params = search.cv_results_["params"][0]
    for (train, test), score in zip(StratifiedKFold(2).split(X, y), splits(search, 0), strict=True):
        begun = clone(model).set_params(**{**params, "epochs": 4})._fit_to(X[train], y[train], 1)
        assert begun.score(X[test], y[test]) == score


class Counting(StandardScaler):
    """Counts how often it is fitted in this process."""

    n_fits = 0

    def fit(self, X, y=None, sample_weight=None):
        type(self).n_fits += 1
        return super().fit(X, y, sample_weight)


def test_other_steps_are_fitted_once_for_each_candidate_and_split(iris):
    Counting.n_fits = 0
    model = make_pipeline(Counting(), None, Pipeline([("again", Counting()), ("net", CLASSIFIER)]))
    space = {"pipeline__net__learning_rate": [0.01, 0.02, 0.05, 0.1]}
    search = SuccessiveHalvingSearchCV(model, space, **SMALL).fit(*iris)
    assert search.n_candidates_ == [4, 2, 1]
    assert Counting.n_fits == 2 * (4 * 2 + 1)


@pytest.mark.parametrize("step", [PCA(3), TargetEncoder(cv=KFold(3))], ids=["pca", "encoder"])
def test_steps_that_do_not_repeat_what_they_gave(iris, step):
    X, y = iris
    model = make_pipeline(step, StandardScaler(), CLASSIFIER)
    X = X.round() if isinstance(step, TargetEncoder) else X
    search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, **SMALL).fit(X, y)
    assert_rows_are_plain_fits(search, X, y)


def test_a_transformed_target_around_and_inside_a_pipeline(lengths):
    network = KerasMLPRegressor(hidden_layer_sizes=(8,), random_state=0)
    inside = make_pipeline(
        StandardScaler(), TransformedTargetRegressor(network, func=np.log, inverse_func=np.exp)
    )
    around = TransformedTargetRegressor(
        make_pipeline(StandardScaler(), network), transformer=StandardScaler()
    )
    for model, name in [
        (inside, "transformedtargetregressor__regressor__learning_rate"),
        (around, "regressor__kerasmlpregressor__learning_rate"),
    ]:
        search = SuccessiveHalvingSearchCV(model, {name: (1e-3, 1e-1, "log-uniform")}, **SMALL)
        assert_rows_are_plain_fits(search.fit(*lengths), *lengths)
        assert search.best_estimator_.predict(lengths[0]).shape == (150,)


def test_real_tables_and_steps_that_are_searched():
    X, y = fetch_adult()
    X, y = X[:300], y[:300]
    encode = make_column_transformer(
        (StandardScaler(), make_column_selector(dtype_include="number")),
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
    )
    model = Pipeline([("encode", encode), ("net", CLASSIFIER)])
    space = {
        "encode__standardscaler": [StandardScaler(), StandardScaler(with_mean=False)],
        "net": [CLASSIFIER, clone(CLASSIFIER).set_params(hidden_layer_sizes=(16,))],
        "net__learning_rate": (1e-3, 1e-1, "log-uniform"),
    }
    search = SuccessiveHalvingSearchCV(model, space, scoring="roc_auc", **SMALL).fit(X, y)
    candidate = search.cv_results_["params"][-1]
    scores = cross_val_score(
        clone(model).set_params(**clone(candidate, safe=False)), X, y, cv=2, scoring="roc_auc"
    )
    np.testing.assert_array_equal(splits(search, -1), scores)


def build(meta, hidden):
    return keras.Sequential(
        [
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(hidden, "relu"),
            keras.layers.Dense(meta["n_classes_"], "softmax"),
        ]
    )


def test_a_function_of_ones_own(iris):
    model = KerasClassifier(
        build, loss="sparse_categorical_crossentropy", optimizer="adam", hidden=4, random_state=0
    )
    space = {"model__hidden": [4, 8], "optimizer__learning_rate": [0.01, 0.03]}
    search = SuccessiveHalvingSearchCV(model, space, **SMALL).fit(*iris)
    assert_rows_are_plain_fits(search, *iris)
    assert search.best_estimator_.epochs == 4


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_jobs_change_nothing(iris, backend):
    model = make_pipeline(PCA(3), CLASSIFIER)
    search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, **SMALL)
    alone = clone(search).fit(*iris)
    with parallel_config(backend, n_jobs=2):
        assert_same_results(alone, search.fit(*iris))


def test_scikit_learns_contract(iris):
    X, y = iris
    search = SuccessiveHalvingSearchCV(CLASSIFIER, RATES, **SMALL)
    assert "SuccessiveHalvingSearchCV" in search._repr_html_()
    first = clone(search).fit(X, y)
    assert vars(first).keys() - vars(search).keys() == {
        name for name in vars(first) if name.endswith("_")
    } | {"_checked_cv_orig"}
    again = pickle.loads(pickle.dumps(first))
    np.testing.assert_array_equal(again.predict_proba(X), first.predict_proba(X))
    assert again.best_params_ == first.best_params_ and again.classes_.tolist() == [0, 1, 2]
    assert_same_results(first, clone(first).fit(X, y))
    assert_same_results(first, first.fit(X, y))
    assert search.set_params(random_state=1).fit(X, y).best_params_ != first.best_params_
    assert cross_val_score(make_pipeline(StandardScaler(), search), X, y, cv=2).mean() > 0.3


def test_all_candidates_get_the_same_splits(iris):
    cv = ShuffleSplit(2, test_size=0.3, random_state=np.random.RandomState(0))
    space = {"learning_rate": [0.01], "patience": [1, 2]}
    search = SuccessiveHalvingSearchCV(CLASSIFIER, space, n_candidates=2, **{**SMALL, "cv": cv})
    search.fit(*iris)
    assert splits(search, 0) == splits(search, 1)


def test_several_scores(iris):
    search = SuccessiveHalvingSearchCV(
        CLASSIFIER, RATES, scoring=["accuracy", "neg_log_loss"], refit="neg_log_loss", **SMALL
    )
    search.set_params(return_train_score=True, n_repeats=2).fit(*iris)
    results = search.cv_results_
    assert search.best_score_ == results["mean_test_neg_log_loss"][search.best_index_]
    ranked = np.argsort(-results["mean_test_neg_log_loss"][:4])[:2]
    rates = results["param_learning_rate"]
    assert rates[4:6].tolist() == rates[ranked].tolist()
    assert (
        results["mean_train_accuracy"].shape == results["std_repeats_test_accuracy"].shape == (7,)
    )
    assert set(search.scorer_) == {"accuracy", "neg_log_loss"}
    assert search.score(*iris) == search.scorer_["neg_log_loss"](search.best_estimator_, *iris)


def test_repeats_go_on_each_with_its_seed(iris):
    X, y = iris
    search = SuccessiveHalvingSearchCV(CLASSIFIER, RATES, n_repeats=2, **SMALL).fit(X, y)
    best = clone(CLASSIFIER).set_params(**search.best_params_)
    first = cross_val_score(best, X, y, cv=2).mean()
    assert search.cv_results_["repeat0_test_score"][-1] == first
    assert search.cv_results_["repeat1_test_score"][-1] != first


def by_hand(estimator, X, y):
    return np.float32(estimator.score(X, y))


def several_by_hand(estimator, X, y):
    return {"right": np.asarray(estimator.score(X, y)), "wrong": -estimator.score(X, y)}


def test_scores_by_functions(iris):
    plain = SuccessiveHalvingSearchCV(CLASSIFIER, RATES, **SMALL).fit(*iris)
    search = clone(plain).set_params(scoring=by_hand).fit(*iris)
    np.testing.assert_allclose(
        search.cv_results_["mean_test_score"], plain.cv_results_["mean_test_score"], rtol=1e-6
    )
    assert search.scorer_ is by_hand and search.score(*iris) == plain.score(*iris)
    search.set_params(scoring=several_by_hand, refit="right").fit(*iris)
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_right"], plain.cv_results_["mean_test_score"]
    )


def one_part(given, rows):
    return {name: values[rows] for name, values in given.items()}


@pytest.mark.parametrize("routing", [False, True])
def test_weights_and_groups_go_where_they_should(iris, routing):
    X, y = iris
    groups = np.arange(len(y)) % 6
    weight = np.arange(len(y)) % 3.0
    network, scaler = clone(CLASSIFIER), StandardScaler()
    scorer = make_scorer(accuracy_score)
    with sklearn.config_context(enable_metadata_routing=routing):
        given = {"kerasmlpclassifier__sample_weight": weight}
        if routing:
            given = {"sample_weight": weight}
            network.set_fit_request(sample_weight=True, groups=False)
            scaler.set_fit_request(sample_weight=True)
            scorer = scorer.set_score_request(sample_weight=True)
        model = make_pipeline(scaler, network)
        search = SuccessiveHalvingSearchCV(
            model, IN_PIPELINE, scoring=scorer, **{**SMALL, "cv": GroupKFold(2)}
        )
        search.fit(X, y, groups=groups, **given)
        plain = clone(model).set_params(**search.best_params_)
        expected = [
            scorer(clone(plain).fit(X[a], y[a], **one_part(given, a)), X[b], y[b], **scored)
            for a, b in GroupKFold(2).split(X, y, groups)
            for scored in ([{"sample_weight": weight[b]}] if routing else [{}])
        ]
        np.testing.assert_array_equal(splits(search, -1), expected)
        assert search.score(X, y) > 0.3


class Bomb(keras.callbacks.Callback):
    """Makes the weights infinite before an epoch, counted from 0."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            weights = self.model.get_weights()
            self.model.set_weights([np.full_like(w, np.inf) for w in weights])


@pytest.mark.parametrize("error_score", [np.nan, "raise", -1.0])
def test_losses_that_run_away_are_left_behind(iris, error_score):
    space = {
        "callbacks": [[Bomb(0)], [Bomb(2)], None],
        "learning_rate": [0.01, 0.03, 0.1],
    }
    search = SuccessiveHalvingSearchCV(
        CLASSIFIER, space, n_candidates=9, error_score=error_score, **SMALL
    )
    with pytest.warns(ConvergenceWarning) as caught:
        search.fit(*iris)
    (warning,) = [one for one in caught if one.category is ConvergenceWarning]
    results = search.cv_results_
    lost = np.array(
        [
            bool(params["callbacks"]) and params["epochs"] > params["callbacks"][0].epoch
            for params in results["params"]
        ]
    )
    assert f"{lost.sum()} of 9 candidates were left behind" in str(warning.message)
    expected = np.nan if error_score == "raise" else error_score
    np.testing.assert_array_equal(results["mean_test_score"][lost], expected)
    assert (results["mean_test_score"][~lost] >= 0).all()
    assert search.best_params_["callbacks"] is None
    assert search.best_params_["epochs"] == 4


def test_lost_candidates_where_a_function_names_the_scores(iris):
    space = {"callbacks": [[Bomb(0)], None], "learning_rate": [0.01, 0.1]}
    search = SuccessiveHalvingSearchCV(
        CLASSIFIER, space, scoring=several_by_hand, refit="right", return_train_score=True, **SMALL
    )
    with pytest.warns(ConvergenceWarning, match="2 of 4 candidates"):
        search.fit(*iris)
    assert np.isnan(search.cv_results_["mean_train_wrong"]).sum() == 2


def test_all_losses_running_away_is_an_error(iris):
    search = SuccessiveHalvingSearchCV(CLASSIFIER, {**RATES, "callbacks": [[Bomb(0)]]}, **SMALL)
    with pytest.raises(ValueError, match="Not one of 4 candidates has a score"):
        search.fit(*iris)


class Failing(StandardScaler):
    """Fails where it is told to: at fits of so many rows, or at all."""

    def __init__(self, fails=False, copy=True):
        super().__init__(copy=copy)
        self.fails = fails

    def fit(self, X, y=None, sample_weight=None):
        if self.fails:
            raise RuntimeError("cannot fit")
        return super().fit(X, y, sample_weight)


@pytest.mark.parametrize("verbose", [0, 1])
def test_failing_candidates_are_recorded(iris, verbose, capsys):
    model = make_pipeline(Failing(), CLASSIFIER)
    space = {"failing__fails": [True, False], "kerasmlpclassifier__learning_rate": [0.01, 0.1]}
    search = SuccessiveHalvingSearchCV(model, space, verbose=verbose, **SMALL)
    with pytest.warns(FitFailedWarning, match="cannot fit"):
        search.fit(*iris)
    results = search.cv_results_
    failed = results["param_failing__fails"].astype(bool)
    assert np.isnan(results["mean_test_score"][failed]).all() and failed.sum() == 2
    assert np.isfinite(results["mean_test_score"][~failed]).all()
    assert {len(column) for column in results.values()} == {7}
    assert results["n_resources"].tolist() == [1] * 4 + [2] * 2 + [4]
    with pytest.raises(RuntimeError, match="cannot fit"):
        search.set_params(error_score="raise").fit(*iris)


def test_a_small_space_is_searched_in_full_and_once(iris):
    space = {"learning_rate": [0.01, 0.03, 0.1]}
    search = SuccessiveHalvingSearchCV(CLASSIFIER, space, **SMALL)
    with pytest.warns(UserWarning, match="holds 3 candidates, fewer than the 4"):
        search.fit(*iris)
    assert search.n_candidates_ == [3, 1, 1]
    assert sorted(search.cv_results_["param_learning_rate"][:3]) == [0.01, 0.03, 0.1]


def test_one_line_for_each_candidate_and_rung(iris, capsys):
    SuccessiveHalvingSearchCV(CLASSIFIER, RATES, verbose=1, **SMALL).fit(*iris)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("]")[0] for line in lines] == [f"[{i}/7" for i in range(1, 8)]
    assert lines[-1].endswith("epochs=4") and "learning_rate=" in lines[-1]


def test_progress_shows_rungs_and_epochs(iris, capsys):
    model = make_pipeline(StandardScaler(), CLASSIFIER)
    search = SuccessiveHalvingSearchCV(model, IN_PIPELINE, **SMALL)
    watched = clone(search).set_callbacks(ProgressBar(max_propagation_depth=2)).fit(*iris)
    shown = capsys.readouterr().out
    for task in ("bracket 2", "2 epochs", "KerasMLPClassifier", "refit-with-best-params"):
        assert task in shown
    assert_same_results(watched, search.fit(*iris))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"resource": "n_samples"}, "'epochs'; got 'n_samples'.*HalvingRandomSearchCV"),
        ({"factor": 1}, "factor"),
        ({"factor": 1.1}, "at least one epoch more"),
        ({"max_resources": 0}, "max_resources"),
        ({"max_resources": 2.5}, "max_resources"),
        ({"min_resources": 0}, "min_resources"),
        ({"min_resources": 5}, "min_resources=5 epochs.*max_resources=4"),
        ({"n_candidates": 0}, "n_candidates"),
        ({"n_candidates": "all"}, "n_candidates"),
        ({"space": {}}, "empty"),
        ({"space": []}, "empty"),
        ({"space": {"learning_rate": []}}, "nothing to choose from"),
        ({"space": {"learnign_rate": [0.1]}}, "'learnign_rate'.*'learning_rate'"),
        ({"space": {"epochs": [10, 20]}}, "'epochs'.*max_resources"),
        ({"scoring": ["accuracy"], "refit": True}, "refit"),
        ({"scoring": "no such score"}, "scoring"),
        ({"n_repeats": 0}, "n_repeats"),
    ],
    ids=repr,
)
def test_bad_input_is_refused_before_any_fit(iris, params, message):
    search = SuccessiveHalvingSearchCV(
        KerasMLPClassifier(callbacks=[Bomb(0)]), RATES, error_score="raise", **SMALL
    )
    with warnings.catch_warnings(), pytest.raises(ValueError, match=message):
        search.set_params(**params).fit(*iris)
    assert isinstance(search.estimator, KerasMLPClassifier)


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        make_pipeline(StandardScaler(), LogisticRegression()),
        TransformedTargetRegressor(),
        Pipeline([("net", CLASSIFIER), ("last", "passthrough")]),
    ],
    ids=lambda model: type(model).__name__,
)
def test_other_estimators_are_refused(iris, model):
    with pytest.raises(TypeError, match=r"networks of skkeras.*got (Log|None|'passthrough')"):
        SuccessiveHalvingSearchCV(model, RATES, scoring="accuracy").fit(*iris)


def test_epochs_of_a_step_are_found(iris):
    model = make_pipeline(StandardScaler(), CLASSIFIER)
    space = {**IN_PIPELINE, "kerasmlpclassifier__epochs": [1, 2]}
    with pytest.raises(ValueError, match="'kerasmlpclassifier__epochs'"):
        SuccessiveHalvingSearchCV(model, space).fit(*iris)
