"""
Tune a perceptron
=================

How much does tuning improve a small network, and which search finds the best candidate? We tune a
multi-layer perceptron on the digits of MNIST with a grid search, a random search and a Bayesian
search, and compare the network before and after tuning.
"""

# %%
# The data
# --------
#
# 1,500 training and 2,000 test digits of 28 by 28 pixels. Networks train best on small numbers, so
# pixels are scaled to the range from 0 to 1.
from sklearn.model_selection import train_test_split

from skkeras.datasets import fetch_mnist

images, labels = fetch_mnist()
pixels = images.reshape(len(images), -1) / 255
X, X_test, y, y_test = train_test_split(
    pixels, labels, train_size=1500, test_size=2000, stratify=labels, random_state=0
)

# %%
# Before tuning
# -------------
#
# A first guess: one hidden layer, Adam's default learning rate, no dropout.
from sklearn.model_selection import cross_val_score

from skkeras import KerasMLPClassifier

network = KerasMLPClassifier(
    hidden_layer_sizes=(32,), epochs=10, batch_size=50, random_state=0
)
before = cross_val_score(network, X, y, cv=3)
print(f"{before.mean():.3f} ({before.std():.3f})")

# %%
# Three searches
# --------------
#
# Each search tries twelve candidates on the same folds. The grid is limited to a few values of each
# parameter; the other two draw from ranges, on a logarithmic scale if orders of magnitude matter.
# The Bayesian search draws five candidates at random and then chooses each of the others based on
# the scores of all candidates before it.
from scipy.stats import loguniform, uniform
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV

from skkeras.model_selection import BayesSearchCV

sizes = [(32,), (128,)]
searches = {
    "grid": GridSearchCV(
        network,
        {
            "hidden_layer_sizes": sizes,
            "learning_rate": [1e-3, 3e-3, 1e-2],
            "dropout": [0.0, 0.3],
        },
        cv=3,
    ),
    "random": RandomizedSearchCV(
        network,
        {
            "hidden_layer_sizes": sizes,
            "learning_rate": loguniform(3e-4, 3e-2),
            "dropout": uniform(0, 0.6),
        },
        n_iter=12,
        cv=3,
        random_state=0,
    ),
    "Bayes": BayesSearchCV(
        network,
        {
            "hidden_layer_sizes": sizes,
            "learning_rate": (3e-4, 3e-2, "log-uniform"),
            "dropout": (0.0, 0.6),
        },
        n_iter=12,
        optimizer_kwargs={"n_initial_points": 5},
        cv=3,
        random_state=0,
    ),
}
for name, search in searches.items():
    search.fit(X, y)
    best, results = search.best_index_, search.cv_results_
    mean, std = results["mean_test_score"][best], results["std_test_score"][best]
    params = ", ".join(
        f"{key}={value:.2g}" if isinstance(value, float) else f"{key}={value}"
        for key, value in search.best_params_.items()
    )
    print(f"{name:7}{mean:.3f} ({std:.3f})  {params}")

# %%
# The scores of the candidates in the order in which they were tried; the line is the best score so
# far:
import matplotlib.pyplot as plt
import numpy as np

figure, axes = plt.subplots(
    1, 3, figsize=(9, 3.2), sharex=True, sharey=True, layout="constrained"
)
for ax, (name, search) in zip(axes, searches.items(), strict=True):
    scores = search.cv_results_["mean_test_score"]
    tried = np.arange(1, len(scores) + 1)
    ax.axhline(before.mean(), color="grey", linestyle=":", label="before")
    ax.plot(tried, scores, "o", alpha=0.5, label="candidate")
    ax.step(tried, np.maximum.accumulate(scores), where="post", label="best so far")
    ax.set(title=name, xlabel="candidates tried", xticks=tried[2::3])
axes[0].set(ylabel="accuracy, mean of 3 folds")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
plt.show()

# %%
# After tuning
# ------------
#
# Which digits does the network confuse before and after tuning? Correct predictions, on the
# diagonal of the confusion matrix, are left out so that the mistakes are visible.
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix

winner = max(searches.values(), key=lambda search: search.best_score_)
networks = {"before": network.fit(X, y), "after": winner.best_estimator_}

mistakes = {}
for name, model in networks.items():
    matrix = confusion_matrix(y_test, model.predict(X_test))
    mistakes[name] = matrix - np.diag(np.diag(matrix))
most = max(matrix.max() for matrix in mistakes.values())
figure, axes = plt.subplots(1, 2, figsize=(9, 5), layout="constrained")
for ax, (name, matrix) in zip(axes, mistakes.items(), strict=True):
    display = ConfusionMatrixDisplay(matrix).plot(
        ax=ax,
        cmap="Blues",
        colorbar=False,
        im_kw={"vmax": 2 * most},
        text_kw={"fontsize": 8, "color": "k"},
    )
    for row, column in zip(*np.nonzero(matrix == 0), strict=True):
        display.text_[row, column].set_text("")
    accuracy = 1 - matrix.sum() / len(y_test)
    ax.set(
        title=f"{name}: accuracy {accuracy:.3f}",
        xlabel="predicted digit",
        ylabel="true digit",
    )
plt.show()

# %%
# Digits that only the tuned network classifies correctly, with the predictions before and after
# tuning:
first, tuned = (model.predict(X_test) for model in networks.values())
mended = np.flatnonzero((first != y_test) & (tuned == y_test))[:8]
figure, axes = plt.subplots(1, 8, figsize=(9, 1.7), layout="constrained")
for ax, row in zip(axes, mended, strict=True):
    ax.imshow(X_test[row].reshape(28, 28), cmap="gray_r")
    ax.set_title(f"{first[row]} → {tuned[row]}")
    ax.axis("off")
plt.show()
