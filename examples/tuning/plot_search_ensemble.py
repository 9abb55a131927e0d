"""
Combine the candidates of a search in an ensemble
=================================================

A search trains many models and keeps one. ``SearchEnsembleClassifier`` selects the candidates whose
mean predicts best, also from several searches of different models.
"""

# %%
# Two searches on the same folds
# ------------------------------
#
# Handwritten digits, of which 400 are for training. One search is of networks, the other of
# forests. Both must have the same folds, so these get a seed.
from scipy.stats import loguniform, uniform
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import StratifiedKFold, train_test_split

from skkeras import KerasMLPClassifier
from skkeras.model_selection import GridSearchCV, RandomizedSearchCV

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(
    X / 16, y, train_size=400, stratify=y, random_state=0
)
shared = {
    "cv": StratifiedKFold(5, shuffle=True, random_state=0),
    "scoring": "neg_log_loss",
}
networks = RandomizedSearchCV(
    KerasMLPClassifier(epochs=30, random_state=0),
    {
        "hidden_layer_sizes": [(64,), (128,), (64, 64)],
        "learning_rate": loguniform(1e-3, 1e-2),
        "dropout": uniform(0, 0.5),
    },
    n_iter=10,
    random_state=0,
    **shared,
)
forests = GridSearchCV(
    ExtraTreesClassifier(random_state=0), {"max_features": [2, 8, 32]}, **shared
)

# %%
# One ensemble
# ------------
#
# ``fit`` runs the searches, and selects members one by one, with replacement: always the candidate
# that improves the mean of the predictions of held-out rows most. With few rows, ``refit=True``
# pays off: it fits the members again on all rows. Otherwise, a member predicts the mean of the
# models of its folds.
import pandas as pd

from skkeras.ensemble import SearchEnsembleClassifier

ensemble = SearchEnsembleClassifier([networks, forests], refit=True, random_state=0)
ensemble.fit(X, y)
table = pd.DataFrame(ensemble.weights_)
print(table[["search", "candidate", "score", "weight"]].round(3).to_string())

# %%
# The first members improve the score most. It is computed on the rows that the selection used, and
# is therefore slightly optimistic.
import matplotlib.pyplot as plt

from skkeras.ensemble import EnsembleSelectionDisplay

EnsembleSelectionDisplay.from_estimator(ensemble)
plt.show()

# %%
# Compare it on other rows
# ------------------------
#
# The best candidate of each search is fitted again on all rows as well. The gain of the ensemble is
# small here, because the networks of one search err alike.
from sklearn.metrics import accuracy_score, log_loss

models = {"networks": networks, "forests": forests, "ensemble": ensemble}
for name, model in models.items():
    if model is not ensemble:
        model.fit(X, y)
    accuracy = accuracy_score(y_test, model.predict(X_test))
    loss = log_loss(y_test, model.predict_proba(X_test))
    print(f"{name:9} accuracy {accuracy:.3f}, log loss {loss:.3f}")

# %%
# A search that has been run with ``keep="predictions"`` is not run again if it is frozen, as in
# ``SearchEnsembleClassifier(FrozenEstimator(networks), refit=True)``.
