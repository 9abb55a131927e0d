import sys

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState
from optuna_integration import KerasPruningCallback, OptunaSearchCV
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_iris, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skkeras import KerasMLPClassifier, KerasMLPRegressor, KerasRNNClassifier
from skkeras.model_selection import search_space

CLASSIFIER = make_pipeline(StandardScaler(), KerasMLPClassifier(epochs=3, random_state=0))
REGRESSOR = TransformedTargetRegressor(
    make_pipeline(StandardScaler(), KerasMLPRegressor(epochs=3, random_state=0)),
    transformer=StandardScaler(),
)
RATE = {"learning_rate": FloatDistribution(1e-5, 3e-2, log=True)}

# Each sampler, by the number of candidates that it draws at random first.
SAMPLERS = {
    "TPE": lambda n_drawn: optuna.samplers.TPESampler(n_startup_trials=n_drawn, seed=0),
    "CMA-ES": lambda n_drawn: optuna.samplers.CmaEsSampler(
        n_startup_trials=n_drawn, seed=0, warn_independent_sampling=False
    ),
    "NSGA-II": lambda n_drawn: optuna.samplers.NSGAIISampler(population_size=n_drawn, seed=0),
}


@pytest.fixture(autouse=True)
def _quiet():
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    yield
    optuna.logging.set_verbosity(level)


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return X[::2], y[::2]


def _study(sampler=None, **settings):
    return optuna.create_study(
        direction="maximize", sampler=sampler or optuna.samplers.TPESampler(seed=0), **settings
    )


def _pruning_study(**settings):
    pruner = optuna.pruners.MedianPruner(n_startup_trials=2, n_warmup_steps=1)
    return _study(pruner=pruner, **settings)


def _outcome(search):
    return [(trial.state, trial.params, trial.intermediate_values) for trial in search.trials_]


def test_each_dimension_has_its_distribution():
    space = search_space(KerasRNNClassifier(), kind="optuna", size="medium")
    assert space == {
        "learning_rate": FloatDistribution(1e-4, 3e-2, log=True),
        "units": CategoricalDistribution(["(64,)", "(32,)", "(128,)", "(64, 64)"]),
        "dropout": FloatDistribution(0.0, 0.5),
        "cell": CategoricalDistribution(["lstm", "gru"]),
        "pooling": CategoricalDistribution(["last", "average", "max", "attention"]),
        "batch_size": CategoricalDistribution(["auto", 32, 64, 512]),
        "epochs": IntDistribution(10, 200, log=True),
    }


def test_values_that_optuna_cannot_keep_are_refused():
    class Objects(SVC):
        def search_space(self, size="small"):
            return {"kernel": ["rbf", np.dot]}

    with pytest.raises(TypeError, match=r"'kernel' chooses from <.*dot"):
        search_space(Objects(), kind="optuna")


def test_without_optuna_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(ImportError, match=r'needs optuna, .* pip install "\.\[optuna\]"'):
        search_space(KerasMLPClassifier(), kind="optuna")


@pytest.mark.parametrize("make", SAMPLERS.values(), ids=SAMPLERS)
def test_samplers_search_pipelines_and_repeat_with_their_seeds(iris, make):
    space = search_space(CLASSIFIER, kind="optuna")
    first, second = (
        OptunaSearchCV(CLASSIFIER, space, cv=2, n_trials=6, study=_study(make(2))).fit(*iris)
        for _ in range(2)
    )
    assert [trial.state for trial in first.trials_] == [TrialState.COMPLETE] * 6
    assert [t.params for t in first.trials_] == [t.params for t in second.trials_]
    assert [t.values for t in first.trials_] == [t.values for t in second.trials_]
    # From the third on, candidates follow the scores.
    blind = _study(make(100))
    drawn = [blind.ask(space) for _ in range(6)]
    assert [t.params for t in first.trials_[:2]] == [t.params for t in drawn[:2]]
    assert [t.params for t in first.trials_[3:]] != [t.params for t in drawn[3:]]
    assert first.best_estimator_.get_params().items() >= first.best_params_.items()
    assert first.score(*iris) > 0.5


def test_a_regressor_in_a_target_transformer():
    X, y = make_regression(n_samples=60, n_features=4, random_state=0)
    space = search_space(REGRESSOR, kind="optuna")
    assert next(iter(space)) == "regressor__kerasmlpregressor__learning_rate"
    search = OptunaSearchCV(REGRESSOR, space, cv=2, n_trials=3, random_state=0).fit(X, y)
    assert np.isfinite([trial.value for trial in search.trials_]).all()
    assert search.predict(X).shape == y.shape


def test_a_study_on_disk_is_resumed(iris, tmp_path):
    space = search_space(CLASSIFIER, kind="optuna")
    name = "kerasmlpclassifier__hidden_layer_sizes"
    kept = {"study_name": "iris", "storage": f"sqlite:///{tmp_path}/studies.db"}
    for n_trials in (2, 4):
        study = _study(**kept, load_if_exists=True)
        search = OptunaSearchCV(CLASSIFIER, space, cv=2, n_trials=2, study=study).fit(*iris)
        assert search.n_trials_ == n_trials
    assert search.best_params_[name] in space[name].choices
    assert search.score(*iris) > 0.3


def test_visibly_bad_candidates_are_pruned(iris):
    X, y = StandardScaler().fit_transform(iris[0]), iris[1]
    network = KerasMLPClassifier(epochs=6, batch_size=16, random_state=0)
    first, second = (
        OptunaSearchCV(
            network, RATE, cv=2, enable_pruning=True, max_iter=6, n_trials=8, study=_pruning_study()
        ).fit(X, y)
        for _ in range(2)
    )
    assert _outcome(first) == _outcome(second)
    pruned = [trial for trial in first.trials_ if trial.state == TrialState.PRUNED]
    complete = [trial for trial in first.trials_ if trial.state == TrialState.COMPLETE]
    assert len(pruned) >= 2 and len(complete) >= 3
    assert min(len(trial.intermediate_values) for trial in pruned) < 6
    # One score an epoch, and the last one is that of a whole fit.
    best = first.best_trial_
    assert list(best.intermediate_values) == list(range(6))
    whole = cross_val_score(clone(network).set_params(**best.params), X, y, cv=2)
    assert whole.mean() == best.value == best.intermediate_values[5]
    assert first.best_estimator_.n_iter_ == 6


def test_a_pruning_search_is_the_last_step_of_a_pipeline(iris):
    network = KerasMLPClassifier(batch_size=16, epochs=4, random_state=0)
    study = _pruning_study()
    search = OptunaSearchCV(
        network, RATE, cv=2, enable_pruning=True, max_iter=4, n_trials=8, study=study
    )
    model = make_pipeline(StandardScaler(), search).fit(*iris)
    assert TrialState.PRUNED in [trial.state for trial in study.trials]
    assert model.score(*iris) > 0.5
    assert model.predict_proba(iris[0]).shape == (75, 3)


def test_a_candidate_that_diverges_is_a_failed_trial(iris):
    network = KerasMLPClassifier(optimizer="sgd", epochs=2, random_state=0)
    rates = {"learning_rate": [1e-2, 1e38]}
    space = {"learning_rate": CategoricalDistribution(rates["learning_rate"])}
    search = OptunaSearchCV(
        network,
        space,
        cv=2,
        enable_pruning=True,
        max_iter=2,
        n_trials=2,
        study=_study(optuna.samplers.GridSampler(rates, seed=0)),
        catch=ValueError,
    )
    with pytest.warns(ConvergenceWarning, match="NaN or infinite"):
        search.fit(*iris)
    states = {trial.params["learning_rate"]: trial.state for trial in search.trials_}
    assert states == {1e-2: TrialState.COMPLETE, 1e38: TrialState.FAIL}
    assert search.best_params_ == {"learning_rate": 1e-2}


def _losses_of(trial, X, y):
    network = KerasMLPClassifier(
        batch_size=16,
        epochs=6,
        early_stopping=True,
        random_state=0,
        callbacks=[KerasPruningCallback(trial, "val_loss")],
        **trial.params,
    )
    try:
        model = make_pipeline(StandardScaler(), network).fit(X, y)
    except optuna.TrialPruned:
        assert network.n_iter_ == len(network.history_["val_loss"]) > 0
        return None
    return model[-1].history_["val_loss"]


def test_a_callback_of_optunas_prunes(iris):
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=0),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=2, n_warmup_steps=1),
    )
    for _ in range(8):
        trial = study.ask(RATE)
        losses = _losses_of(trial, *iris)
        if losses is None:
            study.tell(trial, state=TrialState.PRUNED)
            assert 2 <= len(study.trials[-1].intermediate_values) <= 6
        else:
            study.tell(trial, min(losses))
            assert study.trials[-1].intermediate_values == dict(enumerate(losses))
    assert {trial.state for trial in study.trials} == {TrialState.PRUNED, TrialState.COMPLETE}


@pytest.mark.parametrize("enable_pruning", [False, True])
def test_unknown_names_are_refused_before_the_first_fit(iris, monkeypatch, enable_pruning):
    def fail(*args, **kwargs):
        raise AssertionError("It came to training.")

    monkeypatch.setattr(KerasMLPClassifier, "_train", fail)
    search = OptunaSearchCV(
        KerasMLPClassifier(), {"epoch": IntDistribution(1, 3)}, enable_pruning=enable_pruning
    )
    with pytest.raises(ValueError, match=r"Invalid parameter 'epoch'.*'epochs'"):
        search.fit(*iris)
