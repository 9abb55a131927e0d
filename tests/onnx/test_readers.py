"""What `KerasAuto` chooses, in ONNX."""

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skkeras
from skkeras import KerasAutoClassifier, KerasMLPClassifier, KerasTextClassifier
from skkeras.auto import TableReader, TextReader
from skkeras.onnx import to_onnx

N = 90
RNG = np.random.default_rng(0)
LABELS = np.array(["a", "b", "c"])[np.arange(N) % 3]
QUICK = {"epochs": 1, "random_state": 0}


def table():
    X = pd.DataFrame(
        {
            "colour": RNG.choice(["red", "green", "blue"], N),
            "size": RNG.normal(size=N).round(1),
            "day": pd.Timestamp("2024-02-27") + pd.to_timedelta(np.arange(N), "D"),
            "is-new": RNG.random(N) > 0.5,
            "count": RNG.integers(0, 9, N),
        }
    )
    X.loc[::7, ["size", "colour"]] = None
    return X


@pytest.mark.parametrize("one_hot", [True, False])
def test_tables_are_read_inside(one_hot, feed):
    X = table()
    rows = pd.concat([X, X.assign(colour="violet", day=pd.NaT)])
    reader = TableReader(one_hot).fit(X)
    session = onnxruntime.InferenceSession(to_onnx(reader, X).SerializeToString())
    (found,) = session.run(None, feed(rows))
    np.testing.assert_allclose(found, reader.transform(rows), rtol=1e-12)


def test_an_automatic_choice_is_exported(tmp_path, feed):
    X = table()
    candidates = [
        make_pipeline(TableReader(one_hot=True), KerasMLPClassifier(hidden_layer_sizes=4, **QUICK)),
        make_pipeline(TableReader(one_hot=True), LogisticRegression()),
        "HistGradientBoosting",
    ]
    auto = KerasAutoClassifier(
        None, n_candidates=3, candidates=candidates, cv=2, ensemble_size=9, random_state=0
    ).fit(X, LABELS)
    weights = dict(zip(auto.leaderboard_["model"], auto.leaderboard_["weight"], strict=True))
    assert weights["HistGradientBoosting"] > 0
    rows = pd.concat([X, X.assign(colour="violet", day=pd.NaT)])
    skkeras.export(auto, tmp_path / "e.onnx", rows)
    session = onnxruntime.InferenceSession(tmp_path / "e.onnx")
    labels, probabilities = session.run(None, feed(rows))
    assert labels.tolist() == auto.predict(rows).tolist()
    np.testing.assert_allclose(probabilities, auto.predict_proba(rows), atol=1e-5)


def test_texts_are_read_inside(tmp_path):
    texts = np.array(["a fine view", "so dull", "fine"] * 5, object)
    model = make_pipeline(TextReader(), KerasTextClassifier(**QUICK)).fit(texts, LABELS[:15])
    skkeras.export(model, tmp_path / "e.onnx", texts)
