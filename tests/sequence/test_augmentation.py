"""Random augmentation of series."""

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

import skkeras
from skkeras import KerasRNNRegressor, KerasTimeSeriesClassifier
from skkeras.layers import drawing_by_hashes
from skkeras.sequence._augmentation import SeriesAugmentation, augmentations

ALL = "window_slicing, time_warping, scaling, jitter"
LENGTHS = np.array([12, 7, 1, 30, 30, 12, 25, 2])


def batch(n_times=30):
    """Return straight lines with a slope of 1 and of -2, and which of their values are steps."""
    steps = np.arange(n_times, dtype="float32")
    is_step = steps < LENGTHS[:, np.newaxis]
    lines = np.stack([steps, -2 * steps], axis=-1)
    return np.where(is_step[..., np.newaxis], lines, 0).astype("float32"), is_step


def changed(strengths, series, is_step):
    with skkeras.training.seeding(0):
        layer = SeriesAugmentation(augmentations(strengths))
    return keras.ops.convert_to_numpy(layer(series, is_step, training=True))


@pytest.mark.parametrize("name", [*ALL.split(", "), ALL])
def test_padding_stays_zero_and_is_not_read(name):
    series, is_step = batch()
    dirty = np.where(is_step[..., np.newaxis], series, 1e6).astype("float32")
    found = changed(name, dirty, is_step)
    assert (found[~is_step] == 0).all()
    assert np.abs(found).max() < 200
    np.testing.assert_array_equal(found, changed(name, series, is_step))
    assert not np.allclose(found, series)
    # More padding changes nothing; the noise is drawn for other places.
    longer = changed(name, *batch(37))[:, :30]
    if "jitter" not in name:
        np.testing.assert_allclose(longer, found, atol=1e-4)


def test_windows_are_stretched_to_the_length_of_the_series():
    series, is_step = batch()
    found = changed({"window_slicing": 0.5}, series, is_step)
    for one, length in zip(found[..., 0], LENGTHS, strict=True):
        steps = np.diff(one[:length])
        np.testing.assert_allclose(steps, 0.5, atol=1e-4)  # half of the slope
        assert 0 <= one[0] <= 0.5 * (length - 1) + 1e-5
    starts = found[:, 0, 0] / np.maximum(LENGTHS - 1, 1)
    assert len(np.unique(starts)) > 5


def test_warped_time_goes_forward_from_the_first_to_the_last_step():
    series, is_step = batch()
    found = changed({"time_warping": 0.9}, series, is_step)
    for one, length in zip(found[..., 0], LENGTHS, strict=True):
        assert one[0] == 0 and one[length - 1] == pytest.approx(length - 1, abs=1e-4)
        speeds = np.diff(one[:length])
        assert ((speeds > 0.09) & (speeds < 1.91)).all()
    assert np.abs(found - series).max() > 0.5


def test_scaling_multiplies_channels_and_jitter_adds_noise():
    rng = np.random.default_rng(0)
    series = rng.normal(size=(500, 40, 2)).astype("float32")
    is_step = np.ones((500, 40), bool)
    factors = changed({"scaling": 0.2}, series, is_step) / series
    np.testing.assert_allclose(factors, np.broadcast_to(factors[:, :1], series.shape), rtol=1e-3)
    assert factors[:, 0].mean() == pytest.approx(1, abs=0.03)
    assert factors[:, 0].std() == pytest.approx(0.2, abs=0.02)
    assert abs(np.corrcoef(factors[:, 0].T)[0, 1]) < 0.2
    noise = changed({"jitter": 0.3}, series, is_step) - series
    assert noise.mean() == pytest.approx(0, abs=0.01)
    assert noise.std() == pytest.approx(0.3, abs=0.01)
    assert np.abs(noise).max() < 0.3 * 6


def uneven(n_series=26):
    rng = np.random.default_rng(1)
    X = [rng.normal(size=(length, 2)) for length in rng.integers(4, 14, n_series)]
    return X, np.array([one[:, 0].mean() > 0 for one in X])


MODELS = {
    "RNN": KerasRNNRegressor(cell="simple", units=4, epochs=2, batch_size=8, random_state=0),
    "TimeSeries": KerasTimeSeriesClassifier(epochs=2, batch_size=8, random_state=0),
}


@pytest.mark.parametrize("name", MODELS)
def test_training_is_that_of_keras_and_predictions_are_not_changed(name):
    X, y = uneven()
    model = clone(MODELS[name]).set_params(augmentation=ALL).fit(X, y.astype(int))
    assert model.trainer_ == "graph"
    plain = clone(model).set_params(trainer="fit").fit(X, y.astype(int))
    np.testing.assert_allclose(plain.history_["loss"], model.history_["loss"], rtol=1e-4)
    without = clone(plain).set_params(augmentation=None).fit(X, y.astype(int))
    assert abs(without.history_["loss"][0] / plain.history_["loss"][0] - 1) > 1e-4
    np.testing.assert_array_equal(model.predict(X), model.predict(X))
    alone = [model.predict([one])[0] for one in X[:4]]
    np.testing.assert_array_equal(alone, model.predict(X)[:4])


def test_xla_changes_series_as_a_graph_does():
    X, y = uneven(24)
    model = clone(MODELS["RNN"]).set_params(augmentation=ALL, mixup=0.5)
    skkeras.clear_cache()
    with drawing_by_hashes():  # as XLA does
        graph = clone(model).set_params(trainer="graph").fit(X, y.astype(int))
    skkeras.clear_cache()
    xla = model.set_params(trainer="xla").fit(X, y.astype(int))
    assert xla.trainer_ == "xla"
    np.testing.assert_allclose(xla.history_["loss"], graph.history_["loss"], rtol=1e-4)


def test_networks_with_augmentation_can_be_kept_and_searched(tmp_path):
    X, y = uneven()
    model = clone(MODELS["RNN"])
    grid = {"augmentation": [{"jitter": 0.3}, {"jitter": 0.9}]}
    search = GridSearchCV(model, grid, cv=2, refit=False).fit(X, y.astype(int))
    scores = search.cv_results_["mean_test_score"]
    skkeras.clear_cache()  # the program of 0.9 is not that of 0.3
    grid = {"augmentation": [{"jitter": 0.9}]}
    alone = GridSearchCV(model, grid, cv=2, refit=False).fit(X, y.astype(int))
    assert alone.cv_results_["mean_test_score"] == scores[1] != scores[0]
    model.set_params(augmentation=ALL, mixup=0.2).fit(X, y.astype(int))
    skkeras.save(model, tmp_path / "kept")
    np.testing.assert_array_equal(skkeras.load(tmp_path / "kept").predict(X), model.predict(X))
    model.model_.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    rows = model._encode_X(model._check_X(X, reset=False))
    np.testing.assert_allclose(loaded(rows), model.model_(rows), atol=1e-6)


@pytest.mark.parametrize("value", ["flip", {"time_warping": 1.5}, []])
def test_other_names_and_strengths_are_refused(value):
    X, y = uneven()
    with pytest.raises(
        ValueError, match=r"augmentation must be .*\.|The strength of 'time_warping'"
    ):
        clone(MODELS["RNN"]).set_params(augmentation=value).fit(X, y)
