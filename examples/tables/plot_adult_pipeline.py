"""
Compare a network with classic models
=====================================

Who earns more than 50,000 dollars a year? The table has numbers, categories and missing values. A
network is the last step of the same pipeline as the classic models and is evaluated on the same
folds.
"""

# %%
# The data
# --------
#
# *adult* is the US census of 1994. We take 6,000 of its 48,842 rows to keep this page fast.
from skkeras.datasets import fetch_adult

X, y = fetch_adult()
X = X.sample(6000, random_state=0)
y = y[X.index]
print(X.head(3).T)

# %%
# Five models with the same preprocessing
# ---------------------------------------
#
# Numbers are scaled and categories are one-hot encoded; a missing value is a category of its own.
# The preprocessing is fitted on the training rows of each fold.
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skkeras import KerasMLPClassifier

models = {
    "logistic regression": LogisticRegression(max_iter=1000),
    "random forest": RandomForestClassifier(min_samples_leaf=5, random_state=0),
    "gradient boosting": HistGradientBoostingClassifier(random_state=0),
    "scikit-learn's MLP": MLPClassifier((128, 64), early_stopping=True, random_state=0),
    "skkeras' MLP": KerasMLPClassifier(
        hidden_layer_sizes=(128, 64), dropout=0.3, early_stopping=True, random_state=0
    ),
}


def pipeline(model):
    return make_pipeline(
        make_column_transformer(
            (StandardScaler(), make_column_selector(dtype_include="number")),
            (
                OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                make_column_selector(dtype_exclude="number"),
            ),
        ),
        model,
    )


# %%
# Cross-validation on the same folds
# ----------------------------------
#
# ``cross_validate`` accepts a network like any other estimator: folds are stratified, and any
# scorer works.
from sklearn.model_selection import StratifiedKFold, cross_validate

folds = StratifiedKFold(5, shuffle=True, random_state=0)
found = {
    name: cross_validate(
        pipeline(model), X, y, cv=folds, scoring=["roc_auc", "neg_log_loss"]
    )
    for name, model in models.items()
}
for name, result in found.items():
    auc, loss = result["test_roc_auc"], -result["test_neg_log_loss"]
    print(
        f"{name:20} AUC {auc.mean():.3f} ({auc.std():.3f})   "
        f"log loss {loss.mean():.3f} ({loss.std():.3f})"
    )

# %%
# A difficult fold is difficult for all models. Therefore each grey line connects the scores of one
# fold: how a line changes from model to model matters more than its position.
#
# The difference between the two networks is not meaningful: the size of both, and the dropout of
# one, are the best of five settings tried for it on these same folds, and the two differ far less
# than the folds do. Nothing was tuned for the other models.
import matplotlib.pyplot as plt
import numpy as np

order = sorted(found, key=lambda name: found[name]["test_roc_auc"].mean())
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True, layout="constrained")
for ax, metric, sign in zip(
    axes, ["test_roc_auc", "test_neg_log_loss"], [1, -1], strict=True
):
    scores = sign * np.array([found[name][metric] for name in order])
    ax.plot(scores, order, color="lightgrey", zorder=0)
    ax.plot(
        scores.ravel(),
        np.repeat(order, 5),
        "o",
        color="tab:blue",
        alpha=0.5,
        label="a fold",
    )
    ax.plot(scores.mean(axis=1), order, "D", color="tab:orange", label="mean")
axes[0].set(xlabel="area under the ROC curve (more is better)")
axes[1].set(xlabel="log loss in nats (less is better)")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plt.show()

# %%
# ROC and calibration curves
# --------------------------
#
# The same classifiers in scikit-learn's displays: ROC curves, and calibration curves, which show
# whether predicted probabilities agree with observed frequencies.
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import RocCurveDisplay
from sklearn.model_selection import train_test_split

X, X_test, y, y_test = train_test_split(
    X, y, test_size=2000, stratify=y, random_state=0
)
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.4), layout="constrained")
for name in ["logistic regression", "gradient boosting", "skkeras' MLP"]:
    fitted = pipeline(models[name]).fit(X, y)
    RocCurveDisplay.from_estimator(fitted, X_test, y_test, ax=left, name=name)
    CalibrationDisplay.from_estimator(
        fitted, X_test, y_test, n_bins=8, strategy="quantile", ax=right, name=name
    )
left.set(xlabel="false positive rate", ylabel="true positive rate")
right.set(xlabel="predicted probability of >50K", ylabel="share that earns >50K")
plt.show()
