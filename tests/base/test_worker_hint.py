"""The hint that threads are faster than worker processes."""

import multiprocessing

import pytest

from skkeras import KerasMLPClassifier
from skkeras.base import _worker_hint

X, y = [[0.0], [1.0]] * 5, [0, 1] * 5


@pytest.fixture
def network():
    _worker_hint._print_once.cache_clear()
    yield KerasMLPClassifier(hidden_layer_sizes=2, epochs=1, random_state=0, verbose=1)
    _worker_hint._print_once.cache_clear()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_is_printed_once_in_a_worker_of_joblib(network, monkeypatch, capsys):
    monkeypatch.setattr(multiprocessing.current_process(), "name", "LokyProcess-1")
    network.fit(X, y).fit(X, y)
    assert capsys.readouterr().out.count('joblib.parallel_config(backend="threading")') == 1


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_is_not_printed_elsewhere_or_without_verbose(network, monkeypatch, capsys):
    network.fit(X, y)
    monkeypatch.setattr(multiprocessing.current_process(), "name", "LokyProcess-1")
    network.set_params(verbose=0).fit(X, y)
    assert "threading" not in capsys.readouterr().out
