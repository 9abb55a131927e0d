"""A small network with and without distillation from a large one, on Fashion-MNIST."""

from __future__ import annotations

import os

import numpy as np

from skkeras import KerasCNNClassifier, KerasDistilledClassifier, KerasMLPClassifier
from skkeras.datasets import fetch_fashion_mnist

SEEDS = range(int(os.environ.get("BENCH_REPEATS", "5")))

X, y = fetch_fashion_mnist()
X_test, y_test = fetch_fashion_mnist("test")
X, X_test = (images.reshape(len(images), -1) / np.float32(255) for images in (X[:10000], X_test))
y = y[:10000]

teacher = KerasCNNClassifier(
    image_shape=(28, 28), epochs=8, batch_size=64, early_stopping=False, random_state=0
).fit(X, y)
small = KerasMLPClassifier(hidden_layer_sizes=(64,), batch_size=64)
STUDENTS = {
    "40 epochs, learning rate 3e-3": {
        "epochs": 40,
        "learning_rate": 3e-3,
        "early_stopping": False,
    },
    "early stopping, learning rate 1e-3": {
        "epochs": 100,
        "learning_rate": 1e-3,
        "early_stopping": True,
    },
}

print(
    f"The teacher has {teacher.model_.count_params():,} weights and an accuracy of "
    f"{teacher.score(X_test, y_test):.4f}.\n"
)
print("| student | alone, mean | taught, mean | gain | its standard error | gained with | |")
print("|---|---:|---:|---:|---:|---|---|")
for name, params in STUDENTS.items():
    alone, taught = [], []
    for seed in SEEDS:
        student = small.set_params(**params, random_state=seed)
        alone.append(student.fit(X, y).score(X_test, y_test))
        model = KerasDistilledClassifier(student=student, teacher=teacher).fit(X, y)
        taught.append(model.score(X_test, y_test))
    gains = np.subtract(taught, alone)
    error = gains.std(ddof=1) / np.sqrt(len(gains))
    print(
        f"| {name} | {np.mean(alone):.4f} | {np.mean(taught):.4f} | {gains.mean():+.4f} | "
        f"{error:.4f} | {(gains > 0).sum()} of {len(gains)} seeds | "
        f"{'yes' if gains.mean() > 2 * error else '**no**'} |",
        flush=True,
    )
