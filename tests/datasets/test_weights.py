import keras
import pytest

from skkeras.datasets import fetch_mobilenet_weights


def test_weights_are_those_of_the_network():
    model = keras.applications.MobileNetV2(
        include_top=False, weights=fetch_mobilenet_weights(), input_shape=(32, 32, 3)
    )
    # Random ones would not have been normalised.
    assert model.get_layer("bn_Conv1").get_weights()[3].std() > 0


def test_weights_from_the_web(monkeypatch):
    monkeypatch.setenv("SKKERAS_DATA", "")
    monkeypatch.setattr(keras.utils, "get_file", lambda name, url, **_: f"kept/{name} of {url}")
    found = fetch_mobilenet_weights()
    assert found.startswith(
        "kept/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_160_no_top.h5"
    )


def test_without_weights_it_is_said_what_is_needed(monkeypatch, tmp_path):
    monkeypatch.setenv("SKKERAS_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="no file 'weights/mobilenet_v2"):
        fetch_mobilenet_weights()
