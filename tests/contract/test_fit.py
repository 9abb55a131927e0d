"""Seeds, going on, weights: what training must keep."""

import numpy as np
import pytest
from joblib import Parallel, delayed
from sklearn.utils import _safe_indexing


@pytest.mark.parametrize("batch_size", [20, 200])
def test_a_seed_repeats_to_the_bit(case, batch_size):
    X, y = case.data()
    first = case.estimator(batch_size=batch_size).fit(X, y)
    again = case.estimator(batch_size=batch_size).fit(X, y)
    other = case.estimator(batch_size=batch_size, random_state=1).fit(X, y)
    assert again.history_["loss"] == first.history_["loss"]
    np.testing.assert_array_equal(case.outputs(again, X), case.outputs(first, X))
    assert not np.array_equal(case.outputs(other, X), case.outputs(first, X))


def test_a_seed_repeats_in_threads(case):
    X, y = case.data()
    alone = [case.outputs(case.estimator(random_state=s).fit(X, y), X) for s in (0, 1)]
    together = Parallel(n_jobs=2, backend="threading")(
        delayed(lambda seed: case.outputs(case.estimator(random_state=seed).fit(X, y), X))(seed)
        for seed in (0, 1)
    )
    np.testing.assert_array_equal(together, alone)


def test_fit_forgets_the_fit_before(case):
    X, y = case.data()
    other_X, other_y = case.data(30, seed=1)
    model = case.estimator().fit(other_X, other_y)
    case.outputs(model, other_X)
    refitted = model.fit(X, y)
    fresh = case.estimator().fit(X, y)
    np.testing.assert_array_equal(case.outputs(refitted, X), case.outputs(fresh, X))
    assert refitted.history_ == fresh.history_


def test_failed_fit_keeps_no_half_of_it(case):
    X, y = case.data()
    model = case.estimator().fit(X, y)
    expected = case.outputs(model, X)
    with pytest.raises(ValueError):
        model.set_params(**case.named(epochs=-1)).fit(X, y)
    np.testing.assert_array_equal(case.outputs(model, X), expected)


@pytest.mark.parametrize("batch_size", [20, 200])
def test_epochs_in_parts_are_epochs_in_one_go(network, batch_size):
    case = network
    X, y = case.data()
    whole = case.estimator(epochs=3, batch_size=batch_size).fit(X, y)
    parts = case.estimator(epochs=3, batch_size=batch_size)
    for _ in range(3):
        if case.classifies:
            parts.partial_fit(X, y, classes=[0, 1, 2])
        else:
            parts.partial_fit(X, y)
    warm = case.estimator(epochs=2, batch_size=batch_size, warm_start=True).fit(X, y)
    warm.set_params(epochs=1).fit(X, y)
    np.testing.assert_array_equal(case.outputs(parts, X), case.outputs(whole, X))
    np.testing.assert_array_equal(case.outputs(warm, X), case.outputs(whole, X))
    assert parts.n_iter_ == parts.current_epoch == warm.current_epoch == 3 and warm.n_iter_ == 1


@pytest.mark.parametrize("batch_size", [20, 200])
def test_compiled_training_is_keras_own(case, batch_size):
    X, y = case.data()
    compiled = case.fitted(batch_size=batch_size)
    plain = case.estimator(batch_size=batch_size, trainer="fit").fit(X, y)
    assert compiled.trainer_ in ("graph", "xla")
    assert plain.trainer_ == "fit"
    np.testing.assert_allclose(compiled.history_["loss"], plain.history_["loss"], rtol=1e-5)
    np.testing.assert_allclose(case.outputs(compiled, X), case.outputs(plain, X), atol=1e-4)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_something_is_learned(case):
    X, y = case.data()
    # Backbones scale pixels from 0 to 255 themselves.
    X = X / 64 - 2 if case.takes_numbers and "Transfer" not in case.name else X
    model = case.estimator(epochs=100, batch_size=8).fit(X, y)
    assert model.history_["loss"][-1] < 0.7 * model.history_["loss"][0]
    assert model.score(X, y) > 0.6


@pytest.mark.parametrize("batch_size", [20, 200])
def test_a_row_of_weight_zero_is_not_there(case, batch_size):
    X, y = case.data()
    weights = np.linspace(0.5, 2, len(y))
    weights[::4] = 0
    kept = weights > 0
    weighted = case.estimator(batch_size=batch_size).fit(X, y, sample_weight=weights)
    removed = case.estimator(batch_size=batch_size)
    removed.fit(X[kept], y[kept], sample_weight=weights[kept])
    np.testing.assert_array_equal(case.outputs(weighted, X), case.outputs(removed, X))


def test_a_row_of_weight_two_is_there_twice(case):
    X, y = case.data()
    weights = np.arange(len(y)) % 3
    rows = np.repeat(np.arange(len(y)), weights)
    weighted = case.estimator().fit(X, y, sample_weight=weights)
    repeated = case.estimator().fit(_safe_indexing(X, rows), y[rows])
    np.testing.assert_array_equal(case.outputs(weighted, X), case.outputs(repeated, X))


def test_only_the_ratios_of_weights_count(case):
    X, y = case.data()
    weights = np.random.default_rng(0).uniform(0.5, 2, len(y))
    small = case.estimator(batch_size=20).fit(X, y, sample_weight=weights)
    large = case.estimator(batch_size=20).fit(X, y, sample_weight=weights * 1024)
    np.testing.assert_allclose(case.outputs(small, X), case.outputs(large, X), rtol=1e-5, atol=1e-6)


def test_order_of_rows_in_a_full_batch_does_not_count(case):
    X, y = case.data()
    order = np.random.default_rng(0).permutation(len(y))
    model = case.fitted()
    mixed = case.estimator().fit(_safe_indexing(X, order), y[order])
    np.testing.assert_array_equal(case.outputs(mixed, X), case.outputs(model, X))


def test_a_prediction_does_not_depend_on_its_neighbours(case):
    X, _ = case.data()
    model = case.fitted()
    alone = np.concatenate([case.outputs(model, X[i : i + 1]) for i in range(5)])
    np.testing.assert_allclose(alone, case.outputs(model, X)[:5], rtol=1e-5, atol=1e-6)


def test_validation_data_is_watched(case):
    X, y = case.data()
    if case.name in ("KerasClassifier", "KerasRegressor"):
        model = case.estimator(validation_split=0.25).fit(X, y)
    else:
        model = case.estimator(early_stopping=True, patience=1, epochs=10).fit(X, y)
        given = case.estimator(early_stopping=True).fit(X, y, X_val=X[:9], y_val=y[:9])
        assert np.isfinite(given.history_["val_loss"]).all()
    assert len(model.history_["val_loss"]) == model.n_iter_
