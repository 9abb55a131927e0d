"""Features of images are computed once."""

import numpy as np
import pytest
from sklearn.model_selection import cross_val_score

import skkeras
from skkeras import KerasTransferClassifier
from skkeras.image._backbones import Backbone
from skkeras.image._features import FeatureCache

QUICK = {
    "backbone": "MobileNet",
    "weights": None,
    "epochs": 3,
    "batch_size": 8,
    "fine_tune_epochs": 2,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def images():
    """24 pictures of noise, brighter or darker."""
    draws = np.random.default_rng(0)
    y = np.arange(24) % 2
    X = draws.integers(0, 128, (24, 32, 32, 3)) + 100 * y[:, np.newaxis, np.newaxis, np.newaxis]
    return X.astype(np.uint8), y


@pytest.fixture
def passes(monkeypatch):
    """Numbers of images in each forward pass of a backbone, from an empty cache on."""
    skkeras.clear_cache()
    counted = []
    run = Backbone.run

    def count(self, pixels, part):
        counted.append(len(pixels))
        return run(self, pixels, part)

    monkeypatch.setattr(Backbone, "run", count)
    return counted


def test_features_are_computed_once_for_all_folds_and_fits(images, passes):
    X, y = images
    model = KerasTransferClassifier(**QUICK)
    cross_val_score(model, X, y, cv=3, error_score="raise")
    assert sum(passes) == len(X)
    model.set_params(dense_units=4, epochs=5).fit(np.concatenate([X, X[:5]]), [*y, *y[:5]])
    model.predict_proba(X)
    assert sum(passes) == len(X)
    KerasTransferClassifier(**QUICK, pooling="max").fit(X, y)
    assert sum(passes) == 2 * len(X)
    skkeras.clear_cache()
    model.predict(X)
    assert sum(passes) == 3 * len(X)


def test_cache_holds_no_more_than_its_bytes():
    cache = FeatureCache(100)
    for place in range(5):
        cache.put(place, np.zeros(4))
        cache.get(0)
    assert [place for place in range(5) if cache.get(place) is not None] == [0, 3, 4]
