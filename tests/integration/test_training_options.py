"""Optimizers, learning rates, going on, and what is said on the way."""

import pickle

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from skkeras import KerasClassifier, KerasMLPClassifier, KerasMLPRegressor, KerasRegressor

schedules = keras.optimizers.schedules

CLASSIFIER = KerasMLPClassifier(
    hidden_layer_sizes=(8,), learning_rate=0.05, epochs=4, batch_size=30, random_state=0
)
REGRESSOR = KerasMLPRegressor(hidden_layer_sizes=(8,), learning_rate=0.05, random_state=0)

OPTIMIZERS = {
    **{name: {"optimizer": name} for name in ("adam", "adamw", "rmsprop", "nadam", "adamax")},
    **{name: {"optimizer": name} for name in ("adagrad", "adadelta", "lion", "SGD", "Adam")},
    "sgd": {"optimizer": "sgd"},
    "no momentum": {"optimizer": "sgd", "momentum": 0.0},
    "plain momentum": {"optimizer": "sgd", "nesterovs_momentum": False},
    "class": {"optimizer": keras.optimizers.RMSprop},
    "instance": {"optimizer": keras.optimizers.Adam(0.05, amsgrad=True)},
    "weight decay": {"optimizer": "adamw", "weight_decay": 0.1},
    "decayed sgd": {"optimizer": "sgd", "weight_decay": 0.1},
    "clipnorm": {"clipnorm": 0.5},
    "clipvalue": {"clipvalue": 0.5},
}
RATES = {
    "cosine": {"learning_rate": "cosine", "learning_rate_init": 0.05},
    "exponential": {"learning_rate": "exponential", "learning_rate_init": 0.05},
    "on-plateau": {"learning_rate": "on-plateau", "learning_rate_init": 0.05},
    "schedule": {"learning_rate": schedules.PolynomialDecay(0.05, 12)},
    "pieces": {"learning_rate": schedules.PiecewiseConstantDecay([6], [0.05, 0.005])},
}


def same(one, other):
    return all(
        np.array_equal(a, b)
        for a, b in zip(one.model_.get_weights(), other.model_.get_weights(), strict=True)
    )


@pytest.mark.parametrize(
    "params", [*OPTIMIZERS.values(), *RATES.values()], ids=[*OPTIMIZERS, *RATES]
)
def test_every_optimizer_and_rate_trains_as_model_fit_does(classes, params):
    if params.get("optimizer") in ("adadelta", "adagrad"):
        params = {**params, "learning_rate": 0.5}
    model = clone(CLASSIFIER).set_params(**params)
    compiled = clone(model).fit(*classes)
    by_keras = clone(model).set_params(trainer="fit").fit(*classes)
    assert compiled.trainer_ == "graph" and by_keras.trainer_ == "fit"
    for one, other in zip(
        compiled.model_.get_weights(), by_keras.model_.get_weights(), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    assert compiled.history_["loss"][-1] < compiled.history_["loss"][0]
    assert same(compiled.fit(*classes), clone(model).fit(*classes))  # nothing is left of a fit


def test_the_optimizer_gets_its_parameters(classes):
    model = clone(CLASSIFIER).set_params(
        optimizer="sgd", momentum=0.8, nesterovs_momentum=False, weight_decay=0.01, clipvalue=2.0
    )
    config = model.fit(*classes).model_.optimizer.get_config()
    assert config["momentum"] == 0.8 and config["nesterov"] is False
    assert config["weight_decay"] == 0.01 and config["clipvalue"] == 2.0
    given = keras.optimizers.Adam(0.02)
    fitted = clone(CLASSIFIER).set_params(optimizer=given).fit(*classes)
    assert fitted.model_.optimizer is not given
    assert not given.built
    assert float(fitted.model_.optimizer.learning_rate.value) == pytest.approx(0.02)


def test_named_schedules_fall_over_all_steps(classes):
    X, y = classes
    steps = 4 * 3  # epochs, batches
    for name, end in (("cosine", 0.0), ("exponential", 0.0005)):
        model = clone(CLASSIFIER).set_params(learning_rate=name, learning_rate_init=0.05).fit(X, y)
        rate = model.model_.optimizer._learning_rate
        assert float(rate(0)) == pytest.approx(0.05)
        assert float(rate(steps)) == pytest.approx(end, abs=1e-9)
        assert int(model.model_.optimizer.iterations.value) == steps


def test_on_plateau_lowers_the_rate(classes):
    model = clone(CLASSIFIER).set_params(
        learning_rate="on-plateau", learning_rate_init=1e-7, patience=4, epochs=9
    )
    model.fit(classes[0], np.arange(90) % 3)
    assert float(model.model_.optimizer.learning_rate.value) < 1e-7


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_weight_decay_and_clipping_act(classes):
    def size(**params):
        model = clone(CLASSIFIER).set_params(epochs=20, **params).fit(*classes)
        return sum(float((w**2).sum()) for w in model.model_.get_weights())

    assert size(optimizer="adamw", weight_decay=1.0) < 0.7 * size(optimizer="adamw")
    assert size(alpha=10.0) < 0.7 * size(alpha=0.0)
    assert size(optimizer="sgd", clipnorm=1e-6) < size(optimizer="sgd")


@pytest.mark.parametrize("metrics", [["accuracy"], ["accuracy", keras.metrics.AUC()], ("mae",)])
def test_metrics_are_noted_each_epoch(binary, metrics):
    model = clone(CLASSIFIER).set_params(metrics=metrics, early_stopping=True)
    for _ in range(2):
        model.fit(*binary)
        names = set(model.history_)
        assert len(names) == 2 * (1 + len(metrics))
        assert all(len(values) == model.n_iter_ for values in model.history_.values())
    if "accuracy" in metrics:
        assert model.history_["accuracy"][-1] > 0.5


@pytest.mark.parametrize("model", [CLASSIFIER, REGRESSOR], ids=["classes", "numbers"])
def test_partial_fit_goes_on(classes, model):
    X, y = classes
    model = clone(model).set_params(batch_size=30)
    whole = clone(model).set_params(epochs=3, early_stopping=False).fit(X, y)
    parts = clone(model)
    for epoch in range(3):
        parts.partial_fit(X, y)
        assert parts.n_iter_ == epoch + 1
        parts = pickle.loads(pickle.dumps(parts))
    assert same(whole, parts)


def test_partial_fit_knows_all_classes_from_the_first_call(classes):
    X, y = classes
    model = clone(CLASSIFIER).set_params(learning_rate=0.05)
    model.partial_fit(X[y < 2], y[y < 2], classes=[0, 1, 2])
    for _ in range(30):
        for label in range(3):
            model.partial_fit(X[y == label], y[y == label])
    assert model.predict_proba(X).shape == (90, 3)
    assert set(model.predict(X)) == {0, 1, 2}
    with pytest.raises(ValueError, match=r"labels that were not there.*\[3\]"):
        model.partial_fit(X, y + 1)
    with pytest.raises(ValueError, match="not the same as on the last call"):
        model.partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"labels that were not there.*\[2\]; known are \[0, 1\]"):
        clone(model).partial_fit(X, y, classes=[0, 1])


@pytest.mark.parametrize("names", [["a", "b"], ["a", "b", "c"]])
def test_the_first_rows_of_partial_fit_may_be_of_one_class(classes, names):
    X, y = classes
    labels = np.array(names)[y % len(names)]
    model = clone(CLASSIFIER)
    model.partial_fit(X[labels == "b"], labels[labels == "b"], classes=names)
    assert model.classes_.tolist() == names
    for _ in range(40):
        model.partial_fit(X, labels)
    assert model.predict_proba(X).shape == (90, len(names))
    assert model.score(X, labels) > 0.6


def test_partial_fit_sees_no_callback_of_a_stopped_training(classes):
    model = clone(CLASSIFIER).set_params(early_stopping=True, patience=1, learning_rate=1.0)
    model.fit(*classes)
    done = model.n_iter_
    assert model.partial_fit(*classes).n_iter_ == done + 1


def test_warm_start_goes_on_and_cold_start_does_not(classes):
    X, y = classes
    model = clone(CLASSIFIER).set_params(epochs=2)
    first = pickle.loads(pickle.dumps(model.fit(X, y)))
    assert same(first, model.fit(X, y))
    model.set_params(warm_start=True).fit(X, y)
    assert (model.n_iter_, model.current_epoch) == (2, 4)
    assert same(model, clone(CLASSIFIER).set_params(epochs=4).fit(X, y))
    with pytest.raises(ValueError, match="labels that were not there"):
        model.fit(X, y + 1)


@pytest.mark.parametrize("verbose", [1, 2])
def test_verbose_prints_what_keras_prints(classes, capsys, verbose):
    clone(CLASSIFIER).set_params(verbose=verbose).fit(*classes)
    printed = capsys.readouterr().out
    assert [f"Epoch {i}/4" in printed for i in range(1, 6)] == [True] * 4 + [False]
    assert "loss: " in printed


def test_nothing_is_printed_unasked(classes, capfd):
    model = clone(CLASSIFIER).set_params(early_stopping=True, learning_rate="on-plateau")
    model.fit(*classes).predict(classes[0])
    clone(model).set_params(trainer="fit").fit(*classes).score(*classes)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("spread", "warns"), [(2e4, True), (50, False)])
def test_features_of_wildly_different_scales_are_told(classes, spread, warns, recwarn):
    X, y = classes
    X[:, 2] *= spread
    clone(CLASSIFIER).fit(X, y)
    messages = [str(w.message) for w in recwarn]
    assert len(messages) == warns
    if warns:
        assert "differ by a factor of 2e+04" in messages[0] and "StandardScaler" in messages[0]


def test_a_constant_feature_is_no_trap(classes, recwarn):
    X, y = classes
    X[:, 2] = 1e9
    clone(CLASSIFIER).fit(X, y)
    assert not recwarn.list


@pytest.mark.parametrize("shift", [0.0, 1e6])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e8])
def test_regressors_learn_targets_of_any_scale(numbers, size, shift):
    X, y = numbers
    y = size * (y + shift)
    model = clone(REGRESSOR).set_params(epochs=60)
    assert model.fit(X, y).score(X, y) > 0.8


def test_a_target_left_unscaled_is_told(numbers):
    X, y = numbers
    model = clone(REGRESSOR).set_params(scale_target=False, epochs=2)
    with pytest.warns(UserWarning, match=r"largest absolute value is \d+.*Set scale_target=True"):
        model.fit(X, y)
    build = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
    own = KerasRegressor(build, loss="mse", random_state=0)
    with pytest.warns(UserWarning, match="Set scale_target=True"):
        own.fit(X, y)
    own.set_params(scale_target=True, epochs=300, optimizer="adam", optimizer__learning_rate=0.05)
    assert own.fit(X, y).score(X, y) > 0.8


def test_options_of_own_models(classes):
    X, y = classes
    build = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, "softmax")])
    for optimizer in ("adam", keras.optimizers.SGD, keras.optimizers.RMSprop(0.05)):
        model = KerasClassifier(
            build,
            loss="sparse_categorical_crossentropy",
            optimizer=optimizer,
            epochs=30,
            batch_size=10,
            random_state=0,
        )
        if not isinstance(optimizer, keras.optimizers.Optimizer):
            model.set_params(optimizer__learning_rate=schedules.CosineDecay(0.05, 270))
        first = clone(model).fit(X, y)
        assert first.score(X, y) > 0.6
        assert same(first, clone(model).fit(X, y))


def test_a_network_is_as_good_as_a_linear_model(binary):
    X, y = binary
    linear = LogisticRegression().fit(X, y).score(X, y)
    network = clone(CLASSIFIER).set_params(epochs=60).fit(X, y).score(X, y)
    assert network >= linear
