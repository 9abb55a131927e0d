"""Texts in ONNX."""

import numpy as np
import onnxruntime
import pytest

import skkeras
from skkeras import KerasTextClassifier

TEXTS = [
    "A fine day, and a fine_view!",
    "ÉCOLE Ünïcode: день, 12_3",
    "so dull",
    "Dull, dull... film?",
    "",
    "東京は 広い。 good",
] * 4
Y = np.arange(24) % 2
SETTINGS = {"embedding_dim": 8, "units": 8, "max_features": 40, "epochs": 1, "random_state": 0}


@pytest.mark.parametrize("encoder", ["average", "convolution", "recurrent", "transformer"])
def test_words_are_found_in_the_graph(encoder, tmp_path):
    network = KerasTextClassifier(encoder=encoder, n_pairs=64, **SETTINGS).fit(TEXTS, Y)
    rows = [*TEXTS, "unknown words", " \t ", "\uf8ff dull\u2003day", "dull " * 99]
    skkeras.export(network, tmp_path / "e.onnx", rows)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    one = session.run(["probabilities"], {"X": np.array([[rows[0]]], object)})[0]
    np.testing.assert_allclose(one, network.predict_proba(rows[:1]), atol=1e-5)
    assert np.ptp(network.predict_proba(rows)[:, 0]) > 1e-4


def test_pairs_of_words_are_hashed_beyond_32_bits(tmp_path):
    """Products of the numbers of words are larger, and then negative."""
    words = [f"word{i}" for i in range(4000)]
    texts = [" ".join(words[i::40]) for i in range(40)]
    network = KerasTextClassifier(**{**SETTINGS, "max_features": 4000}, n_pairs=1000)
    skkeras.export(network.fit(texts, np.arange(40) % 2), tmp_path / "e.onnx", texts)


def test_characters_are_words_in_scripts_without_spaces(tmp_path):
    texts = ["東京は広い", "京都は古い", "ทดสอบ", "東京 test"] * 3
    network = KerasTextClassifier(**SETTINGS).fit(texts, Y[:12])
    assert "東" in network.feature_encoder_.vocabulary_
    skkeras.export(network, tmp_path / "e.onnx", texts)


def test_patterns_of_the_user_are_refused(tmp_path):
    network = KerasTextClassifier(token_pattern=r"\w+", **SETTINGS).fit(TEXTS, Y)
    with pytest.raises(ValueError, match=r"with token_pattern='.*runtimes of ONNX have other"):
        skkeras.export(network, tmp_path / "e.onnx", TEXTS)
