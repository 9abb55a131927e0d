"""Scores bring their runs back, and lose those that ran away."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning

from skkeras import KerasMLPClassifier
from skkeras.model_selection import SuccessiveHalvingSearchCV
from skkeras.model_selection._fit_pool import _load
from skkeras.model_selection._score_results import detach

CLASSIFIER = KerasMLPClassifier(hidden_layer_sizes=(8,), learning_rate=0.05, random_state=0)
RATES = {"learning_rate": (1e-3, 1e-1, "log-uniform")}
SMALL = {"max_resources": 4, "factor": 2, "cv": 2, "random_state": 0}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


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


@pytest.mark.parametrize(
    ("is_finished", "ran_away", "is_carried"),
    [(False, False, True), (False, True, True), (True, True, True), (True, False, False)],
)
@pytest.mark.parametrize("scores", [0.5, {"one": 0.5, "other": np.float32(1)}], ids=repr)
def test_a_complete_fit_is_not_carried_by_its_scores(scores, is_finished, ran_away, is_carried):
    run = SimpleNamespace(is_finished=is_finished, ran_away=ran_away)
    record = {"test_scores": _load(scores, run)}
    assert record["test_scores"] == scores
    assert (detach(record, "run") is run) == is_carried
    assert record == {"test_scores": scores}
