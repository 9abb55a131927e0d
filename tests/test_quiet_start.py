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
