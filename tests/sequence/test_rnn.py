import pickle

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skkeras import KerasRNNClassifier, KerasRNNRegressor
from skkeras.datasets import fetch_japanese_vowels, fetch_time_series
from skkeras.training import cache_info

QUICK = {"units": 4, "epochs": 2, "batch_size": 16, "random_state": 0}


def make(n_series=40, longest=10, seed=0):
    """Series of 2 channels and 3 to `longest` steps; the target is where the first one ends."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(3, longest + 1, n_series)
    lengths[0] = longest
    series = [rng.normal(size=(length, 2)).astype(np.float32) for length in lengths]
    return series, np.array([one[-1, 0] for one in series])


def padded(series, n_times, filler=np.nan):
    X = np.full((len(series), n_times, series[0].shape[1]), filler, np.float32)
    for row, one in zip(X, series, strict=True):
        row[: len(one)] = one
    return X


@pytest.mark.parametrize(
    "params",
    [
        {"cell": "simple"},
        {"cell": "gru", "units": (4, 3), "bidirectional": True, "pooling": "average"},
        {"cell": "lstm", "bidirectional": True},
        {"cell": "simple", "bidirectional": True, "pooling": "max"},
        {"cell": "lstm", "pooling": "attention"},
    ],
    ids=["simple", "stacked", "bidirectional", "max", "attention"],
)
def test_padding_changes_no_prediction(params):
    series, y = make()
    model = KerasRNNRegressor(**{**QUICK, **params}).fit(series, y)
    expected = model.predict(series)
    np.testing.assert_array_equal(model.predict(padded(series, 10)), expected)
    np.testing.assert_array_equal(model.predict(padded(series, 17)), expected)
    alone = [model.predict([one])[0] for one in series[:5]]
    np.testing.assert_array_equal(alone, expected[:5])
    # The network itself, on series without any padding.
    scaler = model.feature_encoder_
    outputs = [model.model_(scaler.transform(one[None])) for one in series[:5]]
    unpadded = model.target_encoder_.inverse_transform(np.concatenate(outputs))
    np.testing.assert_allclose(unpadded, expected[:5], rtol=1e-4, atol=1e-5)
    # Next to a series that is longer than all in fit.
    longer = model.predict([*series, make(longest=23)[0][0]])
    assert longer.shape == (41,)
    np.testing.assert_allclose(longer[:40], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("params", "middle"),
    [
        ({"cell": "lstm"}, [keras.layers.LSTM(4)]),
        (
            {"cell": "lstm", "bidirectional": True},
            [keras.layers.Bidirectional(keras.layers.LSTM(4))],
        ),
        (
            {"cell": "gru", "units": (4, 3), "bidirectional": True, "pooling": "average"},
            [
                keras.layers.Bidirectional(keras.layers.GRU(4, return_sequences=True)),
                keras.layers.Bidirectional(keras.layers.GRU(3, return_sequences=True)),
                keras.layers.GlobalAveragePooling1D(),
            ],
        ),
    ],
)
def test_network_computes_what_masked_layers_of_keras_do(params, middle):
    series, y = make()
    model = KerasRNNRegressor(**{**QUICK, **params}, scale_target=False).fit(series, y)
    masked = keras.Sequential(
        [
            keras.layers.Input((None, 2)),
            keras.layers.Masking(0.0),
            *middle,
            keras.layers.Dense(1),
        ]
    )
    order = {"forward_0": 0, "backward_0": 1, "forward_1": 2, "backward_1": 3}
    layers = sorted(model.model_.layers, key=lambda layer: order.get(layer.name, 9))
    masked.set_weights([weights for layer in layers for weights in layer.get_weights()])
    scaled = [model.feature_encoder_.transform(one[None])[0] for one in series]
    expected = masked(padded(scaled, 12, 0.0)).numpy().ravel()
    np.testing.assert_allclose(model.predict(series), expected, atol=1e-6)


@pytest.mark.parametrize("pooling", ["last", "attention"])
def test_training_is_compiled_and_equals_that_of_keras(pooling):
    series, y = make()
    params = {**QUICK, "pooling": pooling, "bidirectional": True, "dropout": 0.2}
    model = KerasRNNRegressor(**params).fit(series, y)
    plain = KerasRNNRegressor(**params, trainer="fit").fit(series, y)
    assert model.trainer_ == "graph"
    np.testing.assert_allclose(model.history_["loss"], plain.history_["loss"], rtol=1e-5)
    np.testing.assert_allclose(model.predict(series), plain.predict(series), atol=1e-4)


def test_xla_trains_the_same():
    series, y = make()
    params = {**QUICK, "cell": "simple"}
    model = KerasRNNRegressor(**params).fit(series, y)
    fast = KerasRNNRegressor(**params, trainer="xla").fit(series, y)
    assert fast.trainer_ == "xla"
    np.testing.assert_allclose(model.history_["loss"], fast.history_["loss"], rtol=1e-5)


def test_a_seed_repeats_a_fit_to_the_bit():
    series, y = make()
    model = KerasRNNRegressor(**QUICK, dropout=0.3, pooling="attention", bidirectional=True)
    first = model.fit(series, y).predict(series)
    np.testing.assert_array_equal(clone(model).fit(series, y).predict(series), first)
    other = clone(model).set_params(random_state=1).fit(series, y).predict(series)
    assert not np.array_equal(other, first)


def test_form_of_the_series_does_not_matter():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 6)), rng.normal(size=30)
    names = [f"t{step}" for step in range(6)]
    given = [X, X[..., np.newaxis], list(X), X.tolist(), pd.DataFrame(X, columns=names)]
    models = [KerasRNNRegressor(**QUICK).fit(form, y) for form in given]
    for model, form in zip(models, given, strict=True):
        assert model.n_features_in_ == 1
        np.testing.assert_array_equal(model.predict(form), models[0].predict(X))
    assert models[-1].feature_names_in_.tolist() == names


def test_scales_of_the_channels_do_not_matter():
    series, y = make()
    moved = [one * np.float32([1000, 0.5]) + np.float32([0, 8]) for one in series]
    model = KerasRNNRegressor(**QUICK).fit(series, y)
    same = KerasRNNRegressor(**QUICK).fit(moved, y)
    np.testing.assert_allclose(same.predict(moved), model.predict(series), atol=1e-4)
    np.testing.assert_allclose(same.feature_encoder_.mean_[1], 8, atol=0.5)
    with pytest.warns(UserWarning, match="standard deviations"):
        raw = KerasRNNRegressor(**QUICK, normalize=False).fit(moved, y)
    assert raw.feature_encoder_ is None
    assert not np.allclose(raw.predict(moved), model.predict(series), atol=1e-2)


def test_series_far_from_zero_are_read_as_those_near():
    walks = np.cumsum(np.random.default_rng(0).normal(size=(40, 8)), axis=1)
    for forms in ((walks, 1e10 + walks), (list(walks), list(1e10 + walks[..., np.newaxis]))):
        near, far = (KerasRNNRegressor(**QUICK).fit(X, walks[:, -1]).predict(X) for X in forms)
        np.testing.assert_allclose(far, near, atol=1e-3)


def test_channels_of_far_scales_bring_a_warning_where_they_stay():
    series, y = make()
    far = [one * np.float32([1e5, 1]) for one in series]
    with pytest.warns(UserWarning, match="standard deviations differ"):
        KerasRNNRegressor(**QUICK, normalize=False).fit(far, y)


def test_parameters_reach_the_layers():
    model = KerasRNNRegressor(
        **{**QUICK, "units": [np.int64(4), 3.0]}, cell="gru", bidirectional=True, pooling="average"
    )
    layers = model.fit(*make()).model_.layers
    cells = [layer.units for layer in layers if isinstance(layer, keras.layers.GRU)]
    assert sorted(cells) == [3, 3, 4, 4]
    assert layers[-1].kernel.shape == (6, 1)
    model = KerasRNNRegressor(**{**QUICK, "units": np.int64(4)}, dropout=0.5).fit(*make())
    kinds = [type(layer).__name__ for layer in model.model_.layers]
    assert kinds == ["InputLayer", "SplitPadding", "LSTM", "Pool", "Dropout", "Dense"]
    assert model.model_.layers[-2].rate == 0.5


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"units": ()}, "units must be one or more whole numbers"),
        ({"units": (8, 0)}, "units must be one or more whole numbers"),
        ({"units": 0}, "units"),
        ({"units": (2.5,)}, "units must be"),
        ({"cell": "rnn"}, "cell"),
        ({"pooling": "mean"}, "pooling"),
        ({"dropout": 1.0}, "dropout"),
        ({"bidirectional": "yes"}, "bidirectional"),
    ],
)
def test_wrong_parameters_are_refused_before_training(params, message):
    model = KerasRNNRegressor(**params)
    with pytest.raises(ValueError, match=message):
        model.fit(*make())
    assert not hasattr(model, "model_")


def test_wrong_series_are_refused_before_training():
    series, y = make()
    model = KerasRNNRegressor(**QUICK)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(series, y[:-1])
    with pytest.raises(ValueError, match="NaN inside series 0, at step 1"):
        model.fit(np.array([[1, np.nan, 2], [1, 2, 3]]), [0, 1])
    assert not hasattr(model, "model_")
    model.fit(series, y)
    with pytest.raises(ValueError, match="1 channels, but KerasRNNRegressor was fitted on 2"):
        model.predict(np.zeros((2, 5)))


def test_searches_split_lists_and_folds_share_a_program():
    series, y = make(60, longest=10)
    groups = np.arange(60) % 3
    # The longest series of the folds differ.
    series = [one[: 10 - group] for one, group in zip(series, groups, strict=True)]
    model = make_pipeline(FunctionTransformer(), KerasRNNClassifier(**QUICK))
    before = cache_info().compilations
    scores = cross_val_score(model, series, y > 0, cv=GroupKFold(3), groups=groups)
    assert np.isfinite(scores).all()
    once = cache_info().compilations - before
    search = GridSearchCV(model, {"kerasrnnclassifier__learning_rate": [1e-3, 1e-1]}, cv=3)
    search.fit(series, y > 0)
    assert cache_info().compilations - before == once
    assert search.best_estimator_.predict(series).shape == (60,)


@pytest.mark.filterwarnings("ignore:early_stopping holds out:UserWarning")
def test_validation_series_may_have_other_lengths():
    series, y = make()
    shorter, y_val = make(12, longest=6, seed=1)
    model = KerasRNNRegressor(**{**QUICK, "epochs": 4}, early_stopping=True, patience=2)
    model.fit(series, y, X_val=shorter, y_val=y_val)
    assert len(model.history_["val_loss"]) == model.n_iter_
    groups = np.arange(40) // 4
    model.fit(series, y, groups=groups)
    assert "val_loss" in model.history_


def test_training_goes_on_with_other_lengths():
    series, y = make()
    model = KerasRNNClassifier(**QUICK).partial_fit(series, y > 0)
    model.partial_fit([one[:4] for one in series], y > 0)
    longer, y = make(20, longest=30)
    model.partial_fit(longer, y > 0)
    assert model.n_iter_ == 3


def test_series_without_weight_are_as_if_absent():
    series, y = make()
    weights = np.arange(40) % 3
    kept = [one for one, weight in zip(series, weights, strict=True) for _ in range(weight)]
    params = {**QUICK, "batch_size": 100}
    weighted = KerasRNNRegressor(**params).fit(series, y, sample_weight=weights)
    repeated = KerasRNNRegressor(**params).fit(kept, np.repeat(y, weights))
    np.testing.assert_array_equal(weighted.predict(series), repeated.predict(series))


def test_fitted_models_survive_pickling():
    series, y = make()
    model = KerasRNNClassifier(**QUICK, bidirectional=True, pooling="attention")
    model.fit(series, y > 0)
    back = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(back.predict_proba(series), model.predict_proba(series))


def test_layers_can_be_made_again():
    series, y = make()
    model = KerasRNNRegressor(**QUICK, cell="simple", bidirectional=True, pooling="max")
    network = model.fit(series, y).model_
    copied = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(network))
    copied.set_weights(network.get_weights())
    X = padded(series, 12)
    np.testing.assert_array_equal(copied(X), network(X))


def test_several_numbers_are_read_from_series():
    series, _ = make(300)
    y = np.array([one.mean(axis=0) for one in series])
    model = KerasRNNRegressor(
        units=16, learning_rate=0.01, epochs=60, pooling="average", batch_size=64, random_state=0
    )
    assert model.fit(series[:200], y[:200]).score(series[200:], y[200:]) > 0.9


def test_several_labels_are_told_from_series():
    series, _ = make()
    labels = np.array([one[0] > 0 for one in series]).astype(int)
    model = KerasRNNClassifier(**QUICK).fit(series, labels)
    assert model.predict_proba(series).shape == (40, 2)
    assert model.predict(series).shape == labels.shape


def test_speakers_are_told_by_their_vowels():
    X, y = fetch_japanese_vowels()
    X_test, y_test = fetch_japanese_vowels("test")
    model = KerasRNNClassifier(random_state=0).fit(X, y)
    assert model.trainer_ in ("graph", "xla")
    assert model.score(X_test, y_test) >= 0.95


def test_speakers_are_told_better_by_more_and_longer_steps():
    X, y = fetch_japanese_vowels()
    X_test, y_test = fetch_japanese_vowels("test")
    # At a fixed rate, how good the last epoch is differs from processor to processor.
    model = KerasRNNClassifier(
        learning_rate="cosine", learning_rate_init=0.01, batch_size=32, epochs=60, random_state=0
    )
    assert model.fit(X, y).score(X_test, y_test) >= 0.97


def test_motions_of_equal_length_are_told_apart():
    X, y = fetch_time_series("BasicMotions")
    X_test, y_test = fetch_time_series("BasicMotions", "test")
    model = KerasRNNClassifier(
        cell="gru", units=16, pooling="max", learning_rate=0.01, epochs=30, random_state=0
    )
    assert model.fit(X, y).score(X_test, y_test) >= 0.9
