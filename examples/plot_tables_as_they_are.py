"""
Tables as they are
==================

RealMLP is a perceptron whose defaults were tuned on many tables; TabM is many perceptrons in one.
Both take a data frame as it is: nothing has to be scaled, encoded or filled in before it.
"""

# %%
# The table
# ---------
#
# *adult* is the US census of 1994: six columns of numbers and eight of names, three of which have
# gaps. We take 6,000 of its 48,842 rows, so that this page is quick.
from sklearn.model_selection import train_test_split

from skkeras.datasets import fetch_adult

X, y = fetch_adult()
X = X.sample(6000, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y[X.index], random_state=0)
print(X_train.dtypes.astype(str).value_counts().to_string())
print("rows with gaps:", int(X_train.isna().any(axis=1).sum()))

# %%
# Fit
# ---
#
# What counts here are probabilities, so labels are not smoothed, and the best epoch is that of the
# least cross-entropy on the rows that the network holds out. By default there are 256 epochs; this
# page does with fewer.
from skkeras import KerasRealMLPClassifier

network = KerasRealMLPClassifier(label_smoothing=0.0, epochs=32, random_state=0)
network.fit(X_train, y_train)
print("trained by:", network.trainer_)
print("categories of the column workclass:", network.categories_[1].tolist())

# %%
# Beside other models
# -------------------
#
# TabM's perceptrons share most of their weights, here 8 of 64 units in place of 32 of 128. Gradient
# boosting takes the table too, once its strings are categories, and logistic regression needs a
# pipeline before it.
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
# What training did
# -----------------
#
# The learning rate rises and falls four times, each time for twice as many steps. Between two
# cycles, where it is low, the network is at its best; that is why the last word has the best epoch.
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
# Rows to come
# ------------
#
# Values that were not there in `fit`, and gaps in any column, are no errors.
new = X_test.head(3).assign(workclass="Astronaut", age=None, occupation=None)
print(network.predict_proba(new).round(3))
