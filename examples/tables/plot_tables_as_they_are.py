"""
Train RealMLP and TabM on raw tables
====================================

RealMLP is a perceptron whose defaults were tuned on many tables; TabM is an ensemble of perceptrons
in one network. Both accept a data frame without preprocessing: scaling, encoding and imputation are
not needed.
"""

# %%
# The data
# --------
#
# *adult* is the US census of 1994, with six numerical and eight categorical columns, three of which
# have missing values. We take 6,000 of its 48,842 rows to keep this page fast.
from sklearn.model_selection import train_test_split

from skkeras.datasets import fetch_adult

X, y = fetch_adult()
X = X.sample(6000, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y[X.index], random_state=0)
print(X_train.dtypes.astype(str).value_counts().to_string())
print("rows with gaps:", int(X_train.isna().any(axis=1).sum()))

# %%
# Training RealMLP
# ----------------
#
# We evaluate probabilities, so labels are not smoothed, and the best epoch is that with the lowest
# cross-entropy on the held-out rows. The default is 256 epochs; we use fewer here to keep this page
# fast.
from skkeras import KerasRealMLPClassifier

network = KerasRealMLPClassifier(label_smoothing=0.0, epochs=32, random_state=0)
network.fit(X_train, y_train)
print("trained by:", network.trainer_)
print("categories of the column workclass:", network.categories_[1].tolist())

# %%
# Comparison with other models
# ----------------------------
#
# The perceptrons of TabM share most of their weights; here there are 8 of 64 units per layer
# instead of 32 of 128. Gradient boosting also accepts the table after its strings are encoded as
# categories; logistic regression needs a preprocessing pipeline.
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from skkeras import KerasTabMClassifier

names = make_column_selector(dtype_exclude="number")


def behind(encoder, model):
    return make_pipeline(
        make_column_transformer((encoder, names), remainder=StandardScaler()), model
    )


models = {
    "RealMLP": network,
    "TabM": KerasTabMClassifier(
        n_ensemble=8, hidden_layer_sizes=(64, 64), epochs=20, patience=4, random_state=0
    ),
    "gradient boosting": behind(
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        HistGradientBoostingClassifier(random_state=0),
    ),
    "logistic regression": behind(
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        LogisticRegression(max_iter=1000),
    ),
}
scores = {}
for name, model in models.items():
    if model is not network:
        model.fit(X_train, y_train)
    scores[name] = roc_auc_score(y_test == ">50K", model.predict_proba(X_test)[:, 1])
    print(f"{name:20} {scores[name]:.4f}")

# %%
# Training history
# ----------------
#
# The learning rate rises and falls in four cycles, each with twice as many steps as the previous
# one. The network is best between two cycles, where the rate is low. Therefore the weights of the
# best epoch are restored after training.
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(7, 3.5))
for name in ("loss", "val_loss"):
    ax.plot(range(1, network.n_iter_ + 1), network.history_[name], label=name)
for share in (1 / 15, 3 / 15, 7 / 15):
    ax.axvline(share * network.n_iter_, color="grey", linewidth=0.5)
ax.set(xlabel="epoch", ylabel="cross-entropy")
ax.legend()
fig.tight_layout()

# %%
# Unknown categories and missing values in new data
# -------------------------------------------------
#
# Categories that did not occur in ``fit``, and missing values in any column, are not errors.
new = X_test.head(3).assign(workclass="Astronaut", age=None, occupation=None)
print(network.predict_proba(new).round(3))
