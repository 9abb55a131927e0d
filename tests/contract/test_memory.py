"""What every estimator keeps in a folder of fits, and finds there."""

import pickle

import numpy as np
from sklearn.base import clone

from skkeras import FitMemory
from skkeras.training import Network


def test_fits_are_kept_and_found(network, tmp_path, monkeypatch):
    case = network
    X, y = case.data()
    model = case.estimator(batch_size=20, memory=FitMemory(tmp_path))
    assert "memory=FitMemory" in repr(model)
    assert clone(model).memory == model.memory
    first = clone(model).fit(X, y)
    longer = clone(model).set_params(epochs=5).fit(X, y)  # goes on from the first

    def fail(*args, **kwargs):
        raise AssertionError("It came to training.")

    with monkeypatch.context() as patch:
        patch.setattr(Network, "train", fail)
        kept = pickle.loads(pickle.dumps(clone(model))).fit(X, y)
    assert vars(kept).keys() == vars(first).keys()
    assert (kept.history_, kept.n_iter_, kept.trainer_) == (first.history_, 3, first.trainer_)
    np.testing.assert_array_equal(case.outputs(kept, X), case.outputs(first, X))
    whole = clone(model).set_params(epochs=5, memory=None).fit(X, y)
    assert longer.history_ == whole.history_
    np.testing.assert_array_equal(case.outputs(longer, X), case.outputs(whole, X))
    np.testing.assert_array_equal(
        case.outputs(kept.partial_fit(X, y), X), case.outputs(first.partial_fit(X, y), X)
    )
