"""Files of weights that are elsewhere after a fit."""

import pickle
import shutil

import keras
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

import skkeras
from skkeras import KerasTransferClassifier
from skkeras.training import seeding

QUICK = {"backbone": "MobileNet", "epochs": 1, "fine_tune_epochs": 1, "random_state": 0}
X = np.random.default_rng(0).integers(0, 255, (8, 32, 32, 3)).astype(np.uint8)
y = np.arange(8) % 2


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Two files of weights."""
    paths = [tmp_path_factory.mktemp("weights") / f"{seed}.weights.h5" for seed in range(2)]
    for seed, path in enumerate(paths):
        with seeding(seed):
            keras.applications.MobileNet(
                include_top=False, weights=None, input_shape=(32, 32, 3)
            ).save_weights(path)
    return paths


@pytest.mark.parametrize("n_unfrozen", [0, 3])
def test_weights_are_found_where_they_are_now(kept, n_unfrozen, tmp_path):
    here, there, path = (
        tmp_path / name for name in ("here.weights.h5", "there.weights.h5", "m.skk")
    )
    shutil.copy(kept[0], here)
    model = KerasTransferClassifier(**QUICK, weights=here, n_unfrozen=n_unfrozen).fit(X, y)
    expected = model.predict_proba(X)
    skkeras.save(make_pipeline(model), path)
    content = pickle.dumps(model)
    here.rename(there)
    with pytest.raises(ValueError, match=r"no file of weights .*here.*skkeras\.load\(weights=\)"):
        skkeras.load(path).predict(X)
    loaded = skkeras.load(path, weights=there)
    np.testing.assert_array_equal(loaded.predict_proba(X), expected)
    assert loaded[-1].weights == there
    for copied in (pickle.loads(content), skkeras.load(path)[-1]):
        with pytest.raises(ValueError, match=r"1\.weights.* are not those .* fitted with, from"):
            copied.set_params(weights=kept[1]).predict(X)
        copied.set_params(weights=there)
        np.testing.assert_array_equal(copied.predict_proba(X), expected)
        copied.partial_fit(X, y)
    shutil.copy(there, here)
    unmoved = skkeras.load(path)[-1].set_params(weights=kept[1])
    np.testing.assert_array_equal(unmoved.predict_proba(X), expected)  # as it was fitted


def test_weights_of_a_file_are_for_networks_that_have_them(kept, tmp_path):
    model = KerasTransferClassifier(**QUICK, weights=None)
    skkeras.save(model, tmp_path / "random")
    with pytest.raises(ValueError, match=r"weights=.* holds none"):
        skkeras.load(tmp_path / "random", weights=kept[0])
    skkeras.save(model.set_params(weights=kept[0]), tmp_path / "file")
    with pytest.raises(ValueError, match="no file of weights"):
        skkeras.load(tmp_path / "file", weights=tmp_path / "none.h5")
