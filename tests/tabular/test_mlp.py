"""Perceptrons are built as their parameters say, and their defaults train enough."""

import keras
import numpy as np
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags

from skkeras import KerasMLPClassifier, KerasMLPRegressor
from skkeras.base import ModelParams, ModelSpec
from skkeras.layers import Dropout

LABELS = {"target_type": "multilabel-indicator", "n_classes": 3, "n_outputs": 3}
NUMBERS = {"target_type": "continuous", "n_classes": None, "n_outputs": 1}


def built(kind, target, **params):
    spec = ModelSpec(input_shape=(4,), input_dtype="float32", batch_size=10, **target)
    params = ModelParams(kind(**params).get_params())
    return kind._build_model(params, spec), kind._default_loss_weight(params, spec)


def test_layers():
    model, weight = built(
        KerasMLPRegressor,
        NUMBERS,
        hidden_layer_sizes=(5, 3),
        activation="tanh",
        dropout=0.25,
        batch_norm=True,
    )
    block = [
        keras.layers.Dense,
        keras.layers.BatchNormalization,
        keras.layers.Activation,
        Dropout,
    ]
    assert [type(layer) for layer in model.layers] == [*block, *block, keras.layers.Dense]
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert [layer.units for layer in dense] == [5, 3, 1]
    assert model.layers[2].activation is keras.activations.tanh
    assert weight is None


@pytest.mark.parametrize(("alpha", "penalty"), [(0.2, 0.01), (0, None)])
def test_alpha_is_that_of_scikit_learn(alpha, penalty):
    model, _ = built(KerasMLPRegressor, NUMBERS, alpha=alpha)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            found = layer.kernel_regularizer
            assert found is None if penalty is None else float(found.l2) == pytest.approx(penalty)


def test_the_loss_of_labels_is_a_sum():
    assert built(KerasMLPClassifier, LABELS)[1] == 3.0


def test_sparse_X_is_taken():
    model = KerasMLPClassifier()
    assert get_tags(model).input_tags.sparse
    assert scipy.sparse.issparse(model._check_X(scipy.sparse.csr_array(np.eye(3)), reset=True))


def rows(n_rows):
    """Return rows and targets that do not depend on them."""
    draws = np.random.default_rng(0)
    return draws.normal(size=(n_rows, 2)), draws.normal(size=n_rows)


def rates(model):
    return np.array(model.history_["learning_rate"])


@pytest.mark.parametrize(
    ("n_rows", "n_steps"), [(20, 1), (32, 1), (33, 2), (120, 4), (512, 16), (1600, 16), (4000, 20)]
)
def test_batches_are_a_sixteenth_of_the_rows_within_bounds(n_rows, n_steps):
    model = KerasMLPRegressor(epochs=1, random_state=0).fit(*rows(n_rows))
    assert int(model.model_.optimizer.iterations) == n_steps


def test_the_default_learns_iris():
    X, y = load_iris(return_X_y=True)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    model = make_pipeline(StandardScaler(), KerasMLPClassifier(random_state=0))
    assert cross_val_score(model, X, y, cv=folds).mean() >= 0.94  # one batch per epoch: 0.87


@pytest.mark.parametrize(("n_rows", "rate"), [(10_000, 0.001), (10_001, 0.003)])
def test_the_rate_is_higher_for_many_rows(n_rows, rate):
    model = KerasMLPRegressor(epochs=1, batch_size=2000, early_stopping=False, random_state=0)
    model.fit(*rows(n_rows))
    assert float(model.model_.optimizer.learning_rate) == pytest.approx(rate)


def test_the_rate_halves_where_the_validation_loss_stands_still():
    model = KerasMLPRegressor(early_stopping=True, patience=4, random_state=0).fit(*rows(100))
    found = rates(model)
    np.testing.assert_allclose(found, 0.001 * 0.5 ** np.round(np.log2(0.001 / found)), rtol=1e-6)
    assert found[-1] < 0.001


@pytest.mark.parametrize("params", [{"early_stopping": False}, {"learning_rate": 0.001}], ids=str)
def test_other_rates_stay(params):
    model = KerasMLPRegressor(**{"early_stopping": True, "random_state": 0, **params})
    model.fit(*rows(100))
    assert float(model.model_.optimizer.learning_rate) == pytest.approx(0.001)
    assert "learning_rate" not in model.history_


def test_an_optimizer_keeps_its_own_rate():
    model = KerasMLPRegressor(
        optimizer=keras.optimizers.Adam(0.02), early_stopping=True, patience=4, random_state=0
    )
    model.fit(*rows(100)).partial_fit(*rows(100))
    assert float(model.model_.optimizer.learning_rate) == pytest.approx(0.02)


def test_later_fits_go_on_with_the_rate_that_was_reached():
    model = KerasMLPRegressor(early_stopping=True, patience=4, random_state=0).fit(*rows(100))
    n_before, reached = len(rates(model)), float(model.model_.optimizer.learning_rate)
    assert reached < 0.001
    model.set_params(warm_start=True).fit(*rows(100))
    assert rates(model)[n_before] == pytest.approx(reached)


def test_parts_of_a_fit_go_on_with_the_rate_that_was_reached():
    model = KerasMLPRegressor(early_stopping=True, patience=10, random_state=0)
    whole, parts = clone(model).fit(*rows(100)), clone(model)
    n_first = int(np.argmax(rates(whole) < 0.001)) + 1
    assert 1 < n_first < whole.n_iter_
    for n_epochs in (n_first, model.epochs):
        parts.fit_until(*rows(100), n_epochs)
    assert parts.history_ == whole.history_
    np.testing.assert_array_equal(parts.predict(rows(9)[0]), whole.predict(rows(9)[0]))


def test_the_start_of_a_schedule_needs_its_name():
    with pytest.raises(ValueError, match=r"learning_rate_init=0\.1 .* learning_rate= is auto"):
        KerasMLPRegressor(learning_rate_init=0.1).fit(*rows(20))


def test_the_rate_is_searched_under_its_name():
    assert next(iter(KerasMLPRegressor().search_space())) == "learning_rate"
