import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["skkeras", "skkeras.datasets"])
def test_import_is_light_and_silent(module):
    code = f"import sys, {module}; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


USE = "import skkeras; skkeras.KerasMLPClassifier(epochs=1).fit([[0.0], [1.0]], [0, 1])"


@pytest.mark.parametrize("level", [None, "2", "3"])
def test_training_is_silent_where_no_messages_are_asked_for(level):
    name = "TF_CPP_MIN_LOG_LEVEL"
    environment = {key: value for key, value in os.environ.items() if key != name}
    code = f"{USE}; import os; print(os.environ.get({name!r}))"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=environment if level is None else {**environment, name: level},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert (result.stdout, result.stderr) == (f"{level}\n", "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no shell that closes descriptors")
@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-", "<&- >&- 2>&-"])
def test_training_needs_no_standard_streams(closed):
    command = f'exec "{sys.executable}" -c "{USE}" {closed}'
    assert subprocess.run(["sh", "-c", command], timeout=300, check=False).returncode == 0


@pytest.mark.parametrize(
    ("backend", "code"),
    [
        # Keras does not import it: it is not installed.
        ("torch", "from skkeras import KerasMLPClassifier"),
        ("numpy", "import keras; import skkeras"),
    ],
)
def test_other_backends_of_keras_are_refused(backend, code):
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        f"ImportError: skkeras runs on Keras' backends 'tensorflow' and 'jax', not on {backend!r}: "
        "set the environment variable KERAS_BACKEND to one of them before Keras is imported."
    )
