"""What writes files or opens connections in the next fit is saved only if it is trusted."""

import tempfile
from collections import OrderedDict
from pathlib import Path

import joblib
import keras
import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skkeras
from skkeras import FitMemory, KerasMLPClassifier
from tests.persistence.schemas import around

# Keras' own copying of models asks TensorFlow's variables for arrays the old way.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


LOGS, NAME = keras.callbacks.CSVLogger, "keras.callbacks.CSVLogger"


def configured(kind):
    return {"class_name": kind, "module": "os", "config": "system"}


@pytest.mark.parametrize(
    ("estimator", "names"),
    [
        (KerasMLPClassifier(callbacks=[LOGS("x.csv")]), {NAME}),
        (KerasMLPClassifier(callbacks=[keras.callbacks.RemoteMonitor()]), {"RemoteMonitor"}),
        (
            KerasMLPClassifier(callbacks=[keras.callbacks.ModelCheckpoint("x.keras")]),
            {"ModelCheckpoint"},
        ),
        (KerasMLPClassifier(callbacks=[keras.callbacks.BackupAndRestore("x")]), {"BackupAnd"}),
        (KerasMLPClassifier(callbacks=[keras.callbacks.TensorBoard("x")]), {"TensorBoard"}),
        (KerasMLPClassifier(callbacks=[keras.callbacks.LambdaCallback()]), {"LambdaCallback"}),
        (around(callbacks=LOGS, callbacks__filename="x.csv"), {NAME}),
        (around(callbacks={"a": LOGS}, callbacks__a__filename="x.csv"), {NAME}),
        (around(fit__callbacks=[[LOGS]], fit__callbacks__0__0__filename="x.csv"), {NAME}),
        (GridSearchCV(around(), {"callbacks": [None, [LOGS]]}), {NAME}),
        (GridSearchCV(around(), [{"callbacks": [[LOGS("x.csv")]]}]), {NAME}),
        (make_pipeline(StandardScaler(), KerasMLPClassifier(memory="x")), {"skkeras.FitMemory"}),
        (KerasMLPClassifier(memory=FitMemory("x")), {"skkeras.FitMemory"}),
        (around(memory=Path("x")), {"skkeras.FitMemory"}),
        (around(memory=joblib.Memory(tempfile.mkdtemp(), verbose=0)), {"skkeras.FitMemory"}),
        (make_pipeline(KerasMLPClassifier(), memory="x"), {"joblib.Memory"}),
        (GridSearchCV(around(), {"memory": ["x"]}), {"joblib.Memory"}),
        (GridSearchCV(make_pipeline(around()), {"a__memory": np.array(["x"])}), {"joblib.Memory"}),
        (around(memory="x", callbacks=[LOGS]), {NAME, "skkeras.FitMemory"}),
    ],
)
def test_what_writes_or_reaches_out_in_fit_is_trusted_or_refused(estimator, names, tmp_path):
    path = tmp_path / "e"
    message = ".*".join(sorted(names))
    with pytest.raises(ValueError, match=rf"cannot be saved .*{message}.*as trusted="):
        skkeras.save(estimator, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skkeras.persistence._save.side_effects_of", lambda _: set())
        patch.setattr("skkeras.persistence._save._unknown", lambda *_: set())
        skkeras.save(estimator, path)
    with pytest.raises(ValueError, match=rf"was not loaded, .*{message}.*as trusted="):
        skkeras.load(path)


@pytest.mark.parametrize("trusted", [LOGS, NAME, [LOGS], [f"{LOGS.__module__}.CSVLogger", "other"]])
def test_what_acts_may_be_named_in_several_ways(trusted, tmp_path):
    for estimator in (around(callbacks=LOGS), around(callbacks=[LOGS("x.csv")])):
        skkeras.save(estimator, tmp_path / "e", trusted=trusted)
        loaded = skkeras.load(tmp_path / "e", trusted=trusted)
        assert type(loaded.callbacks) is type(estimator.callbacks)


def test_what_names_nothing_is_not_trusted(tmp_path):
    with pytest.raises(TypeError, match="trusted= takes classes and their names; got 3"):
        skkeras.save(around(memory="x"), tmp_path / "e", trusted=[3])


@pytest.mark.parametrize("trusted", [FitMemory, "skkeras.FitMemory"])
def test_a_folder_of_fits_is_trusted(trusted, tmp_path):
    skkeras.save(KerasMLPClassifier(memory=tmp_path), tmp_path / "e", trusted=trusted)
    assert skkeras.load(tmp_path / "e", trusted=trusted).memory == FitMemory(tmp_path)


def test_what_acts_inside_the_process_alone_needs_no_trust(tmp_path):
    callbacks = keras.callbacks
    estimators = [
        KerasMLPClassifier(
            callbacks=[
                callbacks.EarlyStopping("loss"),
                callbacks.ReduceLROnPlateau("loss"),
                callbacks.SwapEMAWeights(),
                callbacks.TerminateOnNaN(),
            ]
        ),
        around(
            callbacks=callbacks.LearningRateScheduler,
            callbacks__schedule=keras.optimizers.schedules.CosineDecay(0.1, 10),
        ),
        GridSearchCV(around(), {"memory": [None], "callbacks": [None, [callbacks.History()]]}),
        CountVectorizer().fit(["memory class_name x__memory callbacks"]),
    ]
    for estimator in estimators:
        skkeras.save(estimator, tmp_path / "e")
        assert type(skkeras.load(tmp_path / "e")) is type(estimator)


@pytest.mark.parametrize(
    "estimator",
    [
        KerasMLPClassifier(loss=configured("function")),
        around(optimizer=OrderedDict(configured("function"))),
        GridSearchCV(around(), {"loss": ["mse", configured("function")]}),
    ],
)
def test_a_configuration_stands_nowhere_but_in_its_place(estimator, tmp_path):
    with pytest.raises(ValueError, match=r"configuration of Keras where none is expected\. "):
        skkeras.save(estimator, tmp_path / "e")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skkeras.persistence._save.side_effects_of", lambda _: set())
        skkeras.save(estimator, tmp_path / "e")
    with pytest.raises(ValueError, match="configuration of Keras where none is expected"):
        skkeras.load(tmp_path / "e")
