"""Scripts as users write them, run as they run them."""

import os
import subprocess
import sys
import textwrap

HEADER = """
import numpy as np
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from skkeras import KerasClassifier, KerasMLPClassifier
from skkeras.model_selection import BayesSearchCV
import keras

X, y = make_classification(60, 4, random_state=0)
"""


def run(tmp_path, code, **environment):
    path = tmp_path / "script.py"
    path.write_text(HEADER + textwrap.dedent(code))
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "PYTHONWARN"))}
    return subprocess.run(
        [sys.executable, str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=600,
        env={**inherited, **environment},
    )


def test_functions_and_lambdas_of_a_script(tmp_path):
    code = """
    from joblib import parallel_config

    def swish(x):
        return x * keras.ops.sigmoid(x)

    def build(meta, units=4):
        return keras.Sequential([
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(units, activation=lambda x: keras.ops.maximum(x, 0.0)),
            keras.layers.Dense(1, "sigmoid"),
        ])

    def my_loss(y_true, y_pred):
        return keras.losses.binary_crossentropy(y_true, y_pred) * 2.0

    class MyCallback(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.last = epoch

    class MyMLP(KerasMLPClassifier):
        pass

    own = KerasClassifier(build, loss=my_loss, optimizer="adam", epochs=2, random_state=0,
                          callbacks=[MyCallback], metrics=["accuracy"])
    network = MyMLP(activation=swish, loss=my_loss, epochs=2, random_state=0,
                    callbacks=[MyCallback()])
    double = FunctionTransformer(lambda X: 2 * X)
    by_fit = KerasMLPClassifier(epochs=1, trainer="fit", random_state=0)
    searches = [
        GridSearchCV(make_pipeline(double, own), {"kerasclassifier__model__units": [4, 8]},
                     cv=3, n_jobs=2, scoring=lambda model, X, y: model.score(X, y)),
        GridSearchCV(make_pipeline(double, network), {"mymlp__learning_rate": [0.01, 0.1]},
                     cv=3, n_jobs=2),
        GridSearchCV(by_fit, {"hidden_layer_sizes": [(2,), (3,), (4,), (5,)]}, cv=3, n_jobs=2),
        BayesSearchCV(network, {"activation": [swish, "relu"]}, n_iter=2, cv=3, n_jobs=2),
    ]
    for backend in ("loky", "threading"):
        with parallel_config(backend):
            for search in searches:
                search.fit(X, y).predict(X)
                print(backend, np.isfinite(search.cv_results_["mean_test_score"]).all())
    """
    result = run(tmp_path, code)
    assert result.stderr == ""
    assert result.stdout == "loky True\n" * 4 + "threading True\n" * 4
    assert result.returncode == 0


def test_workers_that_knew_no_network_before_go_on(tmp_path):
    # joblib watches its workers' memory where psutil is installed.
    code = """
    import os, psutil, time
    from joblib import Parallel, delayed

    def worker():
        time.sleep(0.3)
        return os.getpid()

    before = set(Parallel(n_jobs=2)(delayed(worker)() for _ in range(8)))
    for seed in range(3):
        cross_val_score(KerasMLPClassifier(epochs=1, random_state=seed), X, y, n_jobs=2)
    print(set(Parallel(n_jobs=2)(delayed(worker)() for _ in range(8))) == before)
    """
    result = run(tmp_path, code)
    assert (result.stdout, result.stderr) == ("True\n", "")


def test_what_was_asked_for_is_printed(tmp_path):
    code = """
    KerasMLPClassifier(epochs=2, verbose=2, random_state=0).fit(X, y)
    GridSearchCV(KerasMLPClassifier(epochs=1, random_state=0), {"alpha": [0.1]}, cv=2, verbose=1
    ).fit(X, y)
    """
    result = run(tmp_path, code)
    lines = result.stdout.splitlines()
    assert lines[0] == "Epoch 1/2"
    assert lines[-1] == "Fitting 2 folds for each of 1 candidates, totalling 2 fits"
    assert result.stderr == ""


def test_own_logging_settings_stay(tmp_path):
    code = """
    import logging, os
    KerasMLPClassifier(epochs=1, random_state=0).fit(X, y)
    print(os.environ.get("TF_CPP_MIN_LOG_LEVEL"), logging.getLogger("tensorflow").level)
    """
    result = run(tmp_path, code, TF_CPP_MIN_LOG_LEVEL="0")
    assert result.stdout.startswith("0 ")
    assert "oneDNN" in result.stderr or "TensorFlow" in result.stderr
