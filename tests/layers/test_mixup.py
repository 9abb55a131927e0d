import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits

from skkeras import KerasCNNRegressor, KerasMLPRegressor, clear_cache
from skkeras.layers import drawing_by_hashes
from skkeras.layers._mixup import MixUp, MixUpModel, _shares


def _mixing(alpha=1.0):
    inputs = keras.layers.Input((3,))
    layer = MixUp(alpha)
    outputs = keras.layers.Dense(2, activation="softmax", use_bias=False)(layer(inputs))
    model = MixUpModel(inputs, outputs)
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model, layer


def test_mixup_learns_mixed_targets_of_mixed_rows():
    random = np.random.default_rng(0)
    X = random.normal(size=(6, 3)).astype("float32")
    y, weights = np.array([0, 1, 1, 0, 1, 0]), random.random(6).astype("float32")
    for sample_weight in (None, weights):
        model, layer = _mixing()
        outputs = model(X, training=True)
        share = float(layer.share)
        assert 0.5 <= share <= 1
        loss = float(model.compute_loss(X, y, outputs, sample_weight, training=True))
        mixed = share * X + (1 - share) * np.roll(X, 1, axis=0)
        np.testing.assert_allclose(outputs, model.layers[-1](mixed), rtol=1e-5)
        logs = np.log(outputs)
        own, other = -logs[np.arange(6), y], -logs[np.arange(6), np.roll(y, 1)]
        if sample_weight is not None:
            own, other = own * weights, other * np.roll(weights, 1)
        np.testing.assert_allclose(loss, (share * own + (1 - share) * other).mean(), rtol=1e-5)
        assert layer.share is None
        plain = model.compute_loss(X, y, model(X), training=False)
        np.testing.assert_allclose(plain, model.test_on_batch(X, y), rtol=1e-6)


@pytest.mark.parametrize("alpha", [0.1, 0.4, 1.0, 3.0])
def test_shares_are_those_of_the_beta_distribution(alpha):
    drawn = np.random.default_rng(0).beta(alpha, alpha, 200_000)
    levels = np.linspace(0.05, 0.95, 19)
    expected = np.quantile(np.maximum(drawn, 1 - drawn), levels)
    np.testing.assert_allclose(np.quantile(_shares(alpha), levels), expected, atol=0.01)


def test_each_step_draws_a_share():
    layer, shares = MixUp(1.0), set()
    for _ in range(20):
        layer(np.ones((2, 3), "float32"), training=True)
        shares.add(float(layer.share))
    assert len(shares) > 15
    assert min(shares) >= 0.5 and max(shares) <= 1


def test_xla_mixes_the_rows_of_a_smaller_last_batch():
    X = np.random.default_rng(0).normal(size=(50, 3))
    model = KerasMLPRegressor(mixup=2.0, epochs=2, batch_size=32, optimizer="sgd", random_state=0)
    losses = {}
    for trainer in ("graph", "xla"):
        clear_cache()
        with drawing_by_hashes():  # as XLA does
            model.set_params(trainer=trainer).fit(X, X.sum(axis=1))
        assert model.trainer_ == trainer
        losses[trainer] = model.history_["loss"]
    clear_cache()
    np.testing.assert_allclose(losses["xla"], losses["graph"], rtol=1e-5)


def test_several_tensors_are_mixed_in_one_proportion():
    layer, rows = MixUp(1.0), np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    one, other = layer([rows, 2 * rows], training=True)
    np.testing.assert_allclose(2 * one, other)
    assert not np.allclose(one, rows)
    np.testing.assert_array_equal(layer([rows])[0], rows)


def test_series_are_mixed_with_others_that_are_stretched_to_their_length():
    lengths = np.array([5, 3, 1, 5])
    is_step = np.arange(5) < lengths[:, np.newaxis]
    series = np.random.default_rng(0).normal(size=(4, 5, 2)).astype("float32")
    series[~is_step] = 0
    layer = MixUp(1.0)
    mixed = layer(series, is_step, training=True)
    share = float(layer.share)
    other = np.zeros_like(series)
    for row, length in enumerate(lengths):
        partner = series[row - 1, : lengths[row - 1]]
        places = np.linspace(0, len(partner) - 1, length) if length > 1 else [0]
        for channel in range(2):
            steps = np.arange(len(partner))
            other[row, :length, channel] = np.interp(places, steps, partner[:, channel])
    np.testing.assert_allclose(mixed, share * series + (1 - share) * other, atol=1e-5)
    assert (np.asarray(mixed)[~is_step] == 0).all()
    whole = np.ones_like(is_step)
    with_mask, without = MixUp(1.0), MixUp(1.0)
    without.seed_generator.state.assign(with_mask.seed_generator.state)
    np.testing.assert_array_equal(
        with_mask(series, whole, training=True), without(series, training=True)
    )


def test_mixup_of_numbers():
    X = load_digits().images[:96].astype(np.uint8)
    brightness = X.sum(axis=(1, 2))
    model = KerasCNNRegressor(
        filters=4, dropout=0.0, batch_size=16, epochs=40, mixup=0.2, random_state=0
    )
    assert model.fit(X, brightness).score(X, brightness) > 0.6
