"""A saved network."""

import keras
import pytest

import skkeras
from skkeras import KerasClassifier
from tests.persistence.schemas import X, build, y


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """Bytes of a file with a network around a build function, and with an optimizer."""
    path = tmp_path_factory.mktemp("saved") / "e"
    network = KerasClassifier(
        build, loss="binary_crossentropy", optimizer=keras.optimizers.Adam(), random_state=0
    )
    skkeras.save(network.fit(X, y), path)
    return path.read_bytes()
