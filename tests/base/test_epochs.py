"""Training in parts is training in one go."""

import pickle

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

import skkeras
from skkeras import (
    KerasClassifier,
    KerasCNNClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasRegressor,
    KerasRNNClassifier,
)


class Waiting(keras.callbacks.Callback):
    """Lower the rate each third epoch, and count them in an attribute."""

    def on_train_begin(self, logs=None):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(logs["loss"])
        if len(self.seen) % 3 == 0:
            self.model.optimizer.learning_rate = float(self.model.optimizer.learning_rate) / 2


def build(meta, optimizer="adam"):
    model = keras.Sequential(
        [
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(8, "relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(meta.get("n_classes_", 1), meta.get("n_classes_") and "softmax"),
        ]
    )
    loss = "sparse_categorical_crossentropy" if "n_classes_" in meta else "mse"
    model.compile(optimizer, loss, metrics=["mae"])
    return model


def averaging(meta):
    return build(meta, keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.8))


STOPPING = {"early_stopping": True, "validation_fraction": 0.3, "learning_rate": 0.05}
LONG = keras.callbacks.EarlyStopping(
    "loss", min_delta=0.001, patience=30, restore_best_weights=True
)
MLP = {"hidden_layer_sizes": 8, "dropout": 0.3}
CASES = {
    "dropout": KerasMLPClassifier(**MLP),
    "xla": KerasMLPClassifier(**MLP, trainer="xla"),
    "cosine": KerasMLPClassifier(**MLP, learning_rate="cosine", optimizer="sgd"),
    "on plateau": KerasMLPClassifier(**MLP, learning_rate="on-plateau", patience=2),
    "early stopping": KerasMLPClassifier(**MLP, **STOPPING, patience=40),
    "early stopping by Model.fit": KerasMLPClassifier(
        **MLP, **STOPPING, patience=40, trainer="fit"
    ),
    "stops early": KerasMLPRegressor(**MLP, **STOPPING, patience=3),
    "stopped in the first part": KerasMLPRegressor(**MLP, **STOPPING, patience=1),
    "batch norm": KerasCNNClassifier(filters=(3,), dense_units=8, image_shape=(2, 2)),
    "recurrent": KerasRNNClassifier(units=4, **STOPPING, patience=40),
    "wrapper": KerasClassifier(build, validation_split=0.2),
    "wrapper of a regressor": KerasRegressor(build, callbacks=LONG),
    "wrapper by Model.fit": KerasClassifier(averaging, trainer="fit"),
    "own callback": KerasClassifier(build, callbacks=[Waiting()]),
    "averages": KerasClassifier(averaging),
}


@pytest.fixture(scope="module")
def data():
    X, y = make_classification(70, 4, n_informative=3, n_redundant=0, flip_y=0.3, random_state=0)
    return scale(X), y


def in_parts(model, data, *parts, keep=lambda model: model):
    model = clone(model)
    for n_epochs in parts:
        model = keep(model)
        assert model.fit_until(*data, n_epochs) is model
    return model


def assert_same(one, other):
    assert one.n_iter_ == other.n_iter_
    assert one.history_ == other.history_
    assert one.trainer_ == other.trainer_
    for a, b in zip(one._live_network().values, other._live_network().values, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", CASES)
def test_parts_are_one_go(data, name):
    model = CASES[name].set_params(epochs=12, batch_size=20, random_state=0)
    whole = clone(model).fit(*data)
    if name.startswith("stop"):
        assert whole.n_iter_ < 12
    # As a copy that was kept in between.
    assert_same(in_parts(model, data, 5, 12, keep=lambda m: pickle.loads(pickle.dumps(m))), whole)
    if "Model.fit" in name:
        return  # which takes its time
    parts = in_parts(model, data, 1, 4, 12)
    assert parts.epochs == 12
    assert_same(parts, whole)
    # A shorter fit ends as one that was to end there.
    if name != "cosine":
        assert_same(in_parts(model, data, 2, 4), clone(model).set_params(epochs=4).fit(*data))


def test_early_stopping_waits_across_parts(data):
    model = CASES["early stopping"]
    whole = clone(model).set_params(epochs=60, patience=6, batch_size=20, random_state=0).fit(*data)
    assert 10 < whole.n_iter_ < 60
    parts = in_parts(clone(whole), data, *range(1, whole.n_iter_ - 1), 60, 60)
    assert_same(parts, whole)


def test_rows_given_to_fit_are_the_same_in_each_part(data):
    X, y = data
    fit_params = {
        "sample_weight": np.linspace(0, 1, len(y)),
        "X_val": X[:20],
        "y_val": y[:20],
    }
    model = KerasMLPClassifier(**MLP, epochs=6, batch_size=20, random_state=0, patience=2)
    whole = clone(model).fit(X, y, **fit_params)
    parts = clone(model).fit_until(X, y, 2, **fit_params).fit_until(X, y, 6, **fit_params)
    assert_same(parts, whole)
    groups = np.arange(len(y)) // 7
    model.set_params(early_stopping=True)
    whole = clone(model).fit(X, y, groups=groups)
    assert_same(
        clone(model).fit_until(X, y, 2, groups=groups).fit_until(X, y, 6, groups=groups), whole
    )


def test_a_part_can_be_saved_without_code(data, tmp_path):
    model = CASES["early stopping"].set_params(epochs=8, batch_size=20, random_state=0)
    part = clone(model).fit_until(*data, 4)
    skkeras.save(part, tmp_path / "part.skk")
    assert_same(skkeras.load(tmp_path / "part.skk").fit_until(*data, 8), clone(model).fit(*data))


def test_partial_fit_goes_on_from_what_is_shown(data):
    model = KerasMLPRegressor(**MLP, **STOPPING, patience=99, random_state=0)
    losses = clone(model).fit(*data).history_["val_loss"]
    model.set_params(epochs=int(np.argmax(np.diff(losses) > 0)) + 2)
    part = clone(model).fit_until(*data, model.epochs)
    shown = clone(model).fit(*data)
    assert part._checkpoint.values  # the best epoch was not the last
    assert_same(part.partial_fit(*data), shown.partial_fit(*data))
    assert part._checkpoint is None


def test_a_random_state_is_drawn_from_once(data):
    model = KerasMLPClassifier(**MLP, epochs=5)
    whole = clone(model).set_params(random_state=np.random.RandomState(3)).fit(*data)
    parts = clone(model).set_params(random_state=np.random.RandomState(3))
    assert_same(parts.fit_until(*data, 2).fit_until(*data, 5), whole)


def test_training_cannot_go_back(data):
    model = KerasMLPClassifier(**MLP).fit_until(*data, 3)
    with pytest.raises(ValueError, match="has trained 3 epochs and cannot go back to 2"):
        model.fit_until(*data, 2)
    assert model.n_iter_ == 3


def test_runaway_losses_end_training_in_the_same_epoch(data):
    model = KerasMLPRegressor(
        hidden_layer_sizes=8, optimizer="sgd", learning_rate=3.0, batch_size=20, random_state=0
    )
    with pytest.warns(ConvergenceWarning, match="epoch") as of_whole:
        clone(model).set_params(epochs=30).fit(*data)
    epoch = int(str(of_whole[0].message).split("in epoch ")[1].split(",")[0])
    assert epoch > 1
    parts = clone(model).fit_until(*data, epoch - 1)
    assert parts.initialized_
    with pytest.warns(ConvergenceWarning, match=f"in epoch {epoch}, "):
        parts.fit_until(*data, 30)
    assert not parts.initialized_
    # With early stopping the best weights are kept, and training is over.
    model.set_params(early_stopping=True, epochs=30)
    with pytest.warns(ConvergenceWarning, match="best epoch before") as of_whole:
        whole = clone(model).fit(*data)
    epoch = int(str(of_whole[0].message).split("in epoch ")[1].split(",")[0])
    parts = clone(model).fit_until(*data, epoch - 1)
    with pytest.warns(ConvergenceWarning, match=f"in epoch {epoch}, .*best epoch before"):
        parts.fit_until(*data, 30)
    for a, b in zip(parts.model_.get_weights(), whole.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert parts.n_iter_ == epoch
    assert parts.fit_until(*data, 30).n_iter_ == epoch
