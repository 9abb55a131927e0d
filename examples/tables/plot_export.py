"""
Export a pipeline as ONNX
=========================

A pipeline of scikit-learn's encoders and a network becomes one file, which ``onnxruntime`` runs
without scikit-learn and TensorFlow.
"""

# %%
# The pipeline
# ------------
#
# We predict who earns more than 50,000 dollars from 4,000 rows of *adult*. Categories that are
# missing become a category of their own.
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.datasets import fetch_adult

X, y = fetch_adult()
X, y = X[:4000].fillna("?"), y[:4000]
encoder = make_column_transformer(
    (
        OneHotEncoder(handle_unknown="ignore"),
        make_column_selector(dtype_exclude="number"),
    ),
    remainder=StandardScaler(),
)
model = make_pipeline(encoder, KerasMLPClassifier(epochs=10, random_state=0))
model.fit(X[:3000], y[:3000])
print("accuracy:", round(model.score(X[3000:], y[3000:]), 3))

# %%
# The file
# --------
#
# Rows give the names and types of the inputs, and are predicted with the model before the file is
# written: if it predicts something else than the pipeline, an error is raised.
from pathlib import Path
from tempfile import mkdtemp

import skkeras

path = Path(mkdtemp()) / "adult.onnx"
skkeras.export(model, path, X[3000:])
print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")

# %%
# Predictions without TensorFlow
# ------------------------------
#
# A service needs only these lines: each column is an input of shape (n_rows, 1).
import onnxruntime

session = onnxruntime.InferenceSession(path)


def run(rows):
    return session.run(None, {name: rows[[name]].to_numpy() for name in rows})


labels, probabilities = run(X[3000:3005])
print(labels.tolist())
print(probabilities.round(3))

# %%
# Time of one prediction
# ----------------------
#
# A service often predicts one row at a time.
from timeit import repeat

import matplotlib.pyplot as plt

one = X[3000:3001]
model.predict_proba(one)  # the first prediction compiles
times = {
    "pipeline": min(repeat(lambda: model.predict_proba(one), number=5, repeat=5)) / 5,
    "ONNX": min(repeat(lambda: run(one), number=5, repeat=5)) / 5,
}
fig, ax = plt.subplots(figsize=(6, 1.8))
bars = ax.barh(list(times), [1000 * seconds for seconds in times.values()])
ax.bar_label(bars, fmt="%.2f ms", padding=3)
ax.set(xlabel="milliseconds for one row", xmargin=0.2)
fig.tight_layout()
