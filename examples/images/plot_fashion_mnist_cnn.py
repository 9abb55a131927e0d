"""
Tune a convolutional network
============================

Which batch size, how many epochs and which optimizer? We search over all three for a small
convolutional network that classifies ten kinds of clothing, and print the score of each candidate.
"""

# %%
# The data
# --------
#
# Fashion-MNIST has images of 28 by 28 grey pixels. We take 1,200 of the 60,000 training images to
# keep this page fast. Pixels are passed as bytes; the network scales them.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from skkeras.datasets import fetch_fashion_mnist

X, y = fetch_fashion_mnist()
X_test, y_test = fetch_fashion_mnist("test")
X, _, y, _ = train_test_split(X, y, train_size=1200, stratify=y, random_state=0)
kinds = [
    "T-shirt",
    "Trousers",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Boot",
]

figure, axes = plt.subplots(2, 10, figsize=(9, 2.2), layout="constrained")
for kind, column in enumerate(axes.T):
    column[0].set_title(kinds[kind], fontsize=9)
    for ax, picture in zip(column, X[y == kind], strict=False):
        ax.imshow(picture, cmap="gray_r")
        ax.axis("off")
plt.show()

# %%
# Grid search
# -----------
#
# The network has two blocks of convolution and pooling, and one dense layer. ``GridSearchCV`` tries
# every combination on the same two folds.
from sklearn.model_selection import GridSearchCV

from skkeras import KerasCNNClassifier

network = KerasCNNClassifier(filters=(8, 16), dense_units=64, random_state=0)
grid = {
    "batch_size": [32, 128],
    "epochs": [3, 9],
    "optimizer": ["adam", "rmsprop", "sgd"],
}
search = GridSearchCV(network, grid, cv=2).fit(X, y)

results = search.cv_results_
print(f"best: {search.best_score_:.3f} using {search.best_params_}")
for mean, std, params in zip(
    results["mean_test_score"],
    results["std_test_score"],
    results["params"],
    strict=True,
):
    print(f"{mean:.3f} ({std:.3f}) with {params}")

# %%
# More epochs improve all candidates. Smaller batches mean more gradient steps per epoch; stochastic
# gradient descent, at the learning rate that suits the other two optimizers, needs them most.
figure, axes = plt.subplots(1, 3, figsize=(9, 3.4), sharey=True, layout="constrained")
scores = np.asarray(results["mean_test_score"]).reshape(2, 2, 3)
spreads = np.asarray(results["std_test_score"]).reshape(2, 2, 3)
for column, (ax, optimizer) in enumerate(zip(axes, grid["optimizer"], strict=True)):
    for row, batch_size in enumerate(grid["batch_size"]):
        ax.errorbar(
            grid["epochs"],
            scores[row, :, column],
            spreads[row, :, column],
            marker="o",
            capsize=3,
            label=f"batches of {batch_size}",
        )
    ax.set(title=optimizer, xlabel="epochs", xticks=grid["epochs"])
axes[0].set(ylabel="accuracy, mean and std of 2 folds")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plt.show()

# %%
# Evaluation on test images
# -------------------------
#
# The best candidate was refitted on all 1,200 images. It confuses shirts with other clothes with
# sleeves.
from sklearn.metrics import ConfusionMatrixDisplay

figure, ax = plt.subplots(figsize=(6.4, 5.4), layout="constrained")
ConfusionMatrixDisplay.from_estimator(
    search,
    X_test,
    y_test,
    display_labels=kinds,
    normalize="true",
    values_format=".0%",
    cmap="Blues",
    xticks_rotation=45,
    text_kw={"fontsize": 8},
    colorbar=False,
    ax=ax,
)
ax.set(
    title=f"accuracy {search.score(X_test, y_test):.3f}",
    xlabel="predicted",
    ylabel="true",
)
plt.show()
