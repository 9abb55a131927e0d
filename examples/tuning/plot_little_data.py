"""
Train on little data
====================

With a few hundred rows, a network overfits. We train on 50, 200 and 1,000 rows, with mixup, with
SMOTE, and, for series, with augmentation, and compare with the same network alone.
"""

# %%
# A table with a rare class
# -------------------------
#
# The adult data has a quarter of people with high incomes. ``mixup`` trains on mixtures of rows;
# SMOTE of imbalanced-learn adds rows of the rare class. Its pipeline applies it in ``fit`` only.
import numpy as np
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import get_scorer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.datasets import fetch_adult

X, y = fetch_adult()
encoder = make_column_transformer(
    (
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        make_column_selector(dtype_exclude="number"),
    ),
    remainder=make_pipeline(SimpleImputer(), StandardScaler()),
)
network = KerasMLPClassifier(random_state=0)
models = {
    "alone": make_pipeline(encoder, network),
    "mixup=1": make_pipeline(encoder, KerasMLPClassifier(mixup=1.0, random_state=0)),
    "SMOTE": make_pipeline(encoder, SMOTE(k_neighbors=3, random_state=0), network),
}
sizes = (50, 200, 1000)
metrics = ("roc_auc", "neg_log_loss", "balanced_accuracy")
scores = {(name, metric): np.zeros((3, 2)) for name in models for metric in metrics}
for i, size in enumerate(sizes):
    for seed in range(2):
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, train_size=size, test_size=2000, stratify=y, random_state=seed
        )
        for name, model in models.items():
            model.fit(X_train, y_train)
            for metric in metrics:
                score = get_scorer(metric)(model, X_test, y_test)
                scores[name, metric][i, seed] = score

# %%
# Means of two random parts of the data, of which more is better:
import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 3, figsize=(9.5, 3.2), layout="constrained")
for ax, metric in zip(axes, metrics, strict=True):
    for name in models:
        ax.plot(sizes, scores[name, metric].mean(axis=1), "o-", label=name)
    ax.set(xscale="log", xlabel="training rows", ylabel=metric)
    ax.set_xticks(sizes, sizes)
    ax.minorticks_off()
axes[0].legend()
plt.show()

# %%
# Mixup makes a network less sure of itself. On this data, networks are too sure, so the
# probabilities improve (log loss), but not the order of the rows (AUC). SMOTE finds more rows of
# the rare class (balanced accuracy), with worse probabilities. The user guide has more data, and
# says where neither helps.

# %%
# Series
# ------
#
# *ItalyPowerDemand* has the electricity demand of 1,096 days, hour by hour; the class is the
# season. We train on 50 days. ``augmentation`` changes each series at random in each step of
# training.
from skkeras import KerasTimeSeriesClassifier
from skkeras.datasets import fetch_time_series

parts = [fetch_time_series("ItalyPowerDemand", part) for part in ("train", "test")]
X, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
changes = {
    "alone": {},
    "jitter, scaling": {"augmentation": "jitter, scaling"},
    "window_slicing": {"augmentation": "window_slicing"},
}
X_train, X_test, y_train, y_test = train_test_split(
    X, y, train_size=50, stratify=y, random_state=0
)
for name, params in changes.items():
    model = KerasTimeSeriesClassifier(epochs=50, random_state=0, **params)
    accuracy = model.fit(X_train, y_train).score(X_test, y_test)
    print(f"{name:15} accuracy {accuracy:.3f}")

# %%
# Noise and other scales do no harm here. Windows do: a window that is stretched to a day moves the
# hours. Choose changes that leave the class as it is.
