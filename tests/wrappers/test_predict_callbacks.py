"""Callbacks of predictions, as in SciKeras."""

from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
import scipy.sparse

from tests.wrappers.networks import Notes, X, classifier, labels, regressor, y


class TestPredict:
    def test_callbacks_are_called(self):
        first, second, third = Notes("a"), Notes("b"), Notes("c")
        network = regressor(callbacks=first, predict__callbacks=[second]).fit(X, y)
        predicted = network.predict(X, callbacks=[third])
        assert first.notes == ["abegin", "a32", "a8"]  # a fit has a copy
        assert second.notes == ["bbegin", "b32", "b8"]
        assert third.notes == ["cbegin", "c32", "c8"]
        assert first.model is second.model is third.model is None
        np.testing.assert_allclose(predicted, regressor().fit(X, y).predict(X), rtol=1e-4)
        network.set_params(predict__batch_size=-1).score(X, y)
        assert second.notes[3:] == ["bbegin", "b40"]
        network.predict(scipy.sparse.csr_array(X), batch_size=20)
        assert second.notes[5:] == ["bbegin", "b20", "b20"]

    def test_they_are_made_of_classes(self):
        seen = []

        class Mark(Notes):
            def on_predict_end(self, logs=None):
                seen.extend(self.notes)

        network = classifier(predict__callbacks={"x": Mark}, predict__callbacks__x__mark="m")
        network.fit(X, labels).predict_proba(X, batch_size=40)
        assert seen == ["mbegin", "m40"]

    @pytest.mark.parametrize("method", ["predict", "predict_proba"])
    def test_sizes_of_batches_do_not_matter(self, method):
        network = classifier().fit(X, labels)
        predict = getattr(network, method)
        np.testing.assert_array_equal(predict(X, batch_size=7, verbose=0), predict(X))
        with pytest.raises(TypeError, match=r"takes no workers; it takes batch_size, callbacks"):
            predict(X, workers=2)

    def test_threads_may_predict_at_once(self):
        network = regressor(callbacks=[keras.callbacks.TerminateOnNaN()]).fit(X, y)
        expected = network.predict(X)
        with ThreadPoolExecutor(4) as pool:
            for found in pool.map(lambda size: network.predict(X, batch_size=size), range(1, 9)):
                np.testing.assert_array_equal(found, expected)

    def test_what_is_no_callback_is_refused_by_fit(self):
        with pytest.raises(TypeError, match=r"predict__callbacks must be .*got 'stop'"):
            regressor(predict__callbacks="stop").fit(X, y)
