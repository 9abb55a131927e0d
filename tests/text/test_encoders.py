import dataclasses

import keras
import numpy as np
import pytest

from skkeras import KerasTextRegressor, clear_cache
from skkeras.layers._dropout import drawing_by_hashes
from skkeras.layers._text import HashedBigrams
from skkeras.text._encoders import ENCODERS

QUICK = {
    "embedding_dim": 5,
    "units": 6,
    "max_features": 20,
    "n_pairs": 50,
    "epochs": 2,
    "batch_size": 16,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def data():
    """Texts of 1 to 9 letters; the target is how many of them are vowels."""
    rng = np.random.default_rng(0)
    X = [" ".join(rng.choice(list("abcdefgh"), size)) for size in rng.integers(1, 10, 40)]
    return X, [sum(letter in "ae" for letter in text) for text in X]


@pytest.fixture(scope="module", params=ENCODERS)
def fitted(request, data):
    return KerasTextRegressor(encoder=request.param, **QUICK).fit(*data)


def test_training_is_compiled_and_equals_that_of_keras(fitted, data):
    X, y = data
    plain = KerasTextRegressor(encoder=fitted.encoder, **QUICK, trainer="fit").fit(X, y)
    assert (fitted.trainer_, plain.trainer_) == ("graph", "fit")
    np.testing.assert_allclose(fitted.history_["loss"], plain.history_["loss"], rtol=1e-5)
    np.testing.assert_allclose(fitted.predict(X), plain.predict(X), atol=1e-4)


@pytest.mark.parametrize("fitted", ["average", "transformer"], indirect=True)
def test_xla_trains_the_same(fitted, data):
    X, y = data
    clear_cache()
    with drawing_by_hashes():  # as XLA draws the masks of dropout
        graph = KerasTextRegressor(encoder=fitted.encoder, **QUICK).fit(X, y)
    clear_cache()
    xla = KerasTextRegressor(encoder=fitted.encoder, **QUICK, trainer="xla").fit(X, y)
    assert (graph.trainer_, xla.trainer_) == ("graph", "xla")
    np.testing.assert_allclose(xla.history_["loss"], graph.history_["loss"], rtol=1e-5)


def _network(fitted, length):
    """Return the same network for texts of another length."""
    spec = dataclasses.replace(fitted._spec, input_shape=(length,))
    model = fitted._build_model(fitted._model_params(), spec)
    model.set_weights(fitted.model_.get_weights())
    return model


def test_padding_changes_no_prediction(fitted, data):
    X, _ = data
    ids = fitted.feature_encoder_.transform(np.array(X, dtype=object))
    expected = fitted.model_(ids)
    longer = np.pad(ids, [(0, 0), (0, 7)])
    np.testing.assert_allclose(_network(fitted, longer.shape[1])(longer), expected, atol=1e-6)
    # And without any, one text by itself.
    for row in range(3):
        n_words = np.count_nonzero(ids[row])
        alone = _network(fitted, n_words)(ids[row : row + 1, :n_words])
        np.testing.assert_allclose(alone, expected[row : row + 1], atol=1e-6)


def test_missing_texts_are_predicted(fitted):
    predicted = fitted.predict([None, "", "unheard of", "a"])
    assert np.isfinite(predicted).all()
    assert predicted[0] == predicted[1] != predicted[3]


def test_all_weights_are_trained(fitted, data):
    """Each layer's weights differ from those of a shorter training."""
    X, y = data
    shorter = KerasTextRegressor(encoder=fitted.encoder, **{**QUICK, "epochs": 1}).fit(X, y)
    weights = zip(fitted.model_.weights, shorter.model_.weights, strict=True)
    same = [one.path for one, other in weights if np.array_equal(one, other)]
    # The keys' bias shifts all scores of a word alike, which the softmax takes away.
    assert all("key/bias" in path or "seed_generator" in path for path in same)


def test_average_is_the_mean_of_the_words_and_pairs(data):
    X, y = data
    fitted = KerasTextRegressor(**QUICK, dropout=0).fit(X, y)
    model = fitted.model_
    ids = fitted.feature_encoder_.transform(np.array(["b a b"], dtype=object))
    pairs = HashedBigrams(QUICK["n_pairs"])(ids).numpy()[0, :2]
    words, of_pairs = (
        model.get_layer(name).get_weights()[0] for name in ("word_vectors", "pair_vectors")
    )
    mean = np.concatenate([words[ids[0, :3]], of_pairs[pairs]]).mean(axis=0)
    kernel, bias = model.layers[-1].get_weights()
    np.testing.assert_allclose(model(ids)[0], mean @ kernel + bias, atol=1e-6)


def test_pairs_can_be_left_out(data):
    X, y = data
    model = KerasTextRegressor(**{**QUICK, "n_pairs": 0}).fit(X, y)
    tables = [layer for layer in model.model_.layers if isinstance(layer, keras.layers.Embedding)]
    assert len(tables) == 1
    bag = model.predict(["a b c", "c b a"])
    np.testing.assert_allclose(bag[0], bag[1], rtol=1e-6)
    ordered = KerasTextRegressor(**QUICK).fit(X, y).predict(["a b c", "c b a"])
    assert abs(ordered[0] - ordered[1]) > 1e-5
