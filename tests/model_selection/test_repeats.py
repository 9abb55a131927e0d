import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import QuantileTransformer

from skkeras import KerasMLPClassifier
from skkeras.model_selection import BayesSearchCV, GridSearchCV, RandomizedSearchCV
from skkeras.model_selection._repeats import repeats

FOREST = RandomForestClassifier(n_estimators=3, random_state=5)
DEPTHS = {"max_depth": [1, 2, 3]}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


def test_scores_are_those_of_the_seeds_one_by_one(iris):
    cv = StratifiedKFold(3)
    search = GridSearchCV(FOREST, DEPTHS, n_repeats=4, cv=cv, return_train_score=True).fit(*iris)
    results = search.cv_results_
    seeds = [fit["random_state"] for fit in repeats(FOREST, {}, 4)]
    assert seeds[0] == 5 and len(set(seeds)) == 4
    for row, depth in enumerate(DEPTHS["max_depth"]):
        scores = np.array(
            [
                cross_val_score(
                    RandomForestClassifier(3, max_depth=depth, random_state=seed), *iris, cv=cv
                )
                for seed in seeds
            ]
        )
        assert results["mean_test_score"][row] == pytest.approx(scores.mean())
        for fold in range(3):
            assert results[f"split{fold}_test_score"][row] == pytest.approx(scores[:, fold].mean())
        for repeat in range(4):
            assert results[f"repeat{repeat}_test_score"][row] == pytest.approx(
                scores[repeat].mean()
            )
        assert results["std_test_score"][row] == pytest.approx(scores.mean(axis=0).std())
        assert results["std_repeats_test_score"][row] == pytest.approx(scores.mean(axis=1).std())
    assert results["std_repeats_test_score"].max() > 0
    assert results["params"] == [{"max_depth": depth} for depth in DEPTHS["max_depth"]]
    assert {len(column) for column in results.values()} == {3}
    assert {"repeat3_train_score", "std_repeats_train_score"} <= set(results)
    assert search.n_splits_ == 3 and "split3_test_score" not in results
    assert search.best_index_ == results["mean_test_score"].argmax()
    assert search.best_estimator_.random_state == 5


def test_one_repeat_is_scikit_learns_search(iris):
    from sklearn import model_selection

    settings = {"cv": 3, "return_train_score": True}
    ours = GridSearchCV(FOREST, DEPTHS, **settings).fit(*iris).cv_results_
    theirs = model_selection.GridSearchCV(FOREST, DEPTHS, **settings).fit(*iris).cv_results_
    assert list(ours) == list(theirs)
    for name in theirs:
        if "time" not in name:
            np.testing.assert_array_equal(ours[name], theirs[name])


@pytest.mark.parametrize(
    "make",
    [
        lambda **kw: GridSearchCV(FOREST, DEPTHS, **kw),
        lambda **kw: RandomizedSearchCV(FOREST, DEPTHS, n_iter=2, random_state=0, **kw),
        lambda **kw: BayesSearchCV(FOREST, DEPTHS, n_iter=3, random_state=0, **kw),
    ],
    ids=["grid", "random", "bayes"],
)
def test_every_search_repeats_and_its_runs_repeat(iris, make):
    search = make(n_repeats=2, cv=2).fit(*iris)
    again = make(n_repeats=2, cv=2, n_jobs=2).fit(*iris)
    watched = make(n_repeats=2, cv=2, verbose=1).fit(*iris)
    for name, column in search.cv_results_.items():
        if "time" not in name:
            np.testing.assert_array_equal(column, again.cv_results_[name])
            np.testing.assert_array_equal(column, watched.cv_results_[name])
    assert "repeat1_test_score" in search.cv_results_


def test_seeds_are_found_at_any_depth_and_stay_the_same():
    model = Pipeline([("bins", QuantileTransformer(random_state=1)), ("clf", FOREST)])
    candidate = {"clf__max_depth": 2}
    two, three = repeats(model, candidate, 2), repeats(model, candidate, 3)
    assert three[:2] == two
    assert set(two[0]) == {"clf__max_depth", "bins__random_state", "clf__random_state"}
    assert [two[0][name] for name in ("bins__random_state", "clf__random_state")] == [1, 5]
    replaced = repeats(model, {"clf": LogisticRegression(random_state=9)}, 2)
    assert replaced[0]["clf__random_state"] == 9 != replaced[1]["clf__random_state"]
    assert repeats(model, candidate, 1) == [candidate]


def test_seeds_of_other_kinds():
    state = np.random.RandomState(0)
    before = state.get_state()[1].copy()
    drawn = repeats(RandomForestClassifier(random_state=state), {}, 3)
    assert drawn[0]["random_state"].get_state()[1].tolist() == before.tolist()
    assert all(isinstance(fit["random_state"], int) for fit in drawn[1:])
    np.testing.assert_array_equal(state.get_state()[1], before)
    none = repeats(RandomForestClassifier(), {}, 2)
    assert none == [{"random_state": None}] * 2


def test_a_searched_seed_is_left_alone_and_nothing_to_vary_is_refused(iris):
    model = make_pipeline(QuantileTransformer(random_state=1), FOREST)
    name = "randomforestclassifier__random_state"
    assert [fit[name] for fit in repeats(model, {name: 7}, 2)] == [7, 7]
    for estimator, space in [
        (KNeighborsClassifier(), {"n_neighbors": [1, 2]}),
        (FOREST, {"random_state": [1, 2]}),
    ]:
        with pytest.raises(ValueError, match="no random_state to vary"):
            GridSearchCV(estimator, space, n_repeats=2).fit(*iris)


def test_many_metrics(iris):
    search = GridSearchCV(
        FOREST, DEPTHS, n_repeats=2, scoring=["accuracy", "neg_log_loss"], refit="accuracy", cv=2
    ).fit(*iris)
    results = search.cv_results_
    for metric in ("accuracy", "neg_log_loss"):
        pair = np.array([results[f"repeat{repeat}_test_{metric}"] for repeat in range(2)])
        np.testing.assert_allclose(results[f"mean_test_{metric}"], pair.mean(axis=0))
        np.testing.assert_allclose(results[f"std_repeats_test_{metric}"], pair.std(axis=0))


def test_networks(iris):
    network = KerasMLPClassifier(hidden_layer_sizes=(8,), epochs=2, random_state=0)
    search = GridSearchCV(network, {"learning_rate": [0.01, 0.05]}, n_repeats=3, cv=KFold(2))
    results = search.fit(*iris).cv_results_
    assert (results["std_repeats_test_score"] > 0).any()
    pair = GridSearchCV(network, {"learning_rate": [0.01, 0.05]}, cv=KFold(2)).fit(*iris)
    np.testing.assert_array_equal(
        results["repeat0_test_score"], pair.cv_results_["mean_test_score"]
    )
