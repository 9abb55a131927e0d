import subprocess
import sys


def test_is_imported_without_what_draws_computes_and_trains():
    code = (
        "import sys, skkeras.inspection; "
        "print(sorted({'keras', 'matplotlib', 'optuna', 'tensorflow'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (found.stdout.strip(), found.stderr) == ("[]", "")
