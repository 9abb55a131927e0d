"""
Adapt a pretrained image network
================================

Fewer than 300 images of six kinds of objects are too few to train a convolutional network from
scratch. A network pretrained on a million other images already detects edges, textures and shapes;
only its last layer has to be trained on the new classes.
"""

# %%
# The data
# --------
#
# ``X`` contains paths of files, so that cross-validation splits the paths. The weights are those of
# MobileNetV2 pretrained on ImageNet; in your own code, ``weights="imagenet"`` downloads them.
import matplotlib.pyplot as plt
import numpy as np

from skkeras.datasets import fetch_mobilenet_weights, fetch_stamps

X, y = fetch_stamps()
weights = fetch_mobilenet_weights()
kinds, counts = np.unique(y, return_counts=True)
print(dict(zip(kinds.tolist(), counts.tolist(), strict=True)))

figure, axes = plt.subplots(2, 6, figsize=(9, 3.4), layout="constrained")
for column, kind in zip(axes.T, kinds, strict=True):
    column[0].set_title(kind)
    for ax, path in zip(column, X[y == kind], strict=False):
        ax.imshow(plt.imread(path))
        ax.axis("off")
plt.show()

# %%
# Training a layer on a frozen backbone
# -------------------------------------
#
# The backbone computes 1,280 features of each image, and one layer on top learns the six classes
# from them. The backbone is frozen, so the features of an image are the same in every epoch and
# fold and are computed only once. Images are resized to a small size here to make that fast. The
# second time, the five folds only read the files and train one layer.
import time

from sklearn.model_selection import StratifiedKFold, cross_val_predict

from skkeras import KerasTransferClassifier

folds = StratifiedKFold(5, shuffle=True, random_state=0)
model = KerasTransferClassifier(
    backbone="MobileNetV2", weights=weights, image_shape=(112, 112, 3), random_state=0
)
for attempt in ("the first time", "once more"):
    start = time.perf_counter()
    predicted = cross_val_predict(model, X, y, cv=folds)
    seconds = time.perf_counter() - start
    print(f"{np.mean(predicted == y):.3f} right, {attempt} in {seconds:.1f} s")

# %%
# The confusion matrix shows which classes are confused.
from sklearn.metrics import ConfusionMatrixDisplay

figure, ax = plt.subplots(figsize=(5, 4.5), layout="constrained")
ConfusionMatrixDisplay.from_predictions(
    y, predicted, xticks_rotation="vertical", colorbar=False, ax=ax
)
plt.show()

# %%
# Searching over the last layer
# -----------------------------
#
# Because the features are cached, a search over the parameters of the layers on top of the backbone
# is fast.
from sklearn.model_selection import GridSearchCV

search = GridSearchCV(model, {"alpha": [0.1, 1000]}, cv=folds, refit=False).fit(X, y)
results = search.cv_results_
for alpha, score in zip(
    results["param_alpha"], results["mean_test_score"], strict=True
):
    print(f"{score:.3f} with alpha={alpha}")

# %%
# Fine-tuning
# -----------
#
# With ``n_unfrozen``, the last layers of the backbone are also trained, at a lower learning rate,
# after the layer on top has been trained. ``history_`` contains both stages; we show a few epochs
# on half of the images of one fold. With so few images the network soon overfits, so evaluate a
# fine-tuned network on other images before you use it.
from sklearn.base import clone

train, test = next(folds.split(X, y))
train = train[::2]
tuned = clone(model).set_params(n_unfrozen=10, fine_tune_epochs=3, early_stopping=False)
tuned.fit(X[train], y[train], X_val=X[test], y_val=y[test])
print(f"{tuned.score(X[test], y[test]):.3f} right")

figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
for name, label in (("loss", "training pictures"), ("val_loss", "others")):
    losses = tuned.history_[name]
    ax.plot(np.arange(1, len(losses) + 1), losses, label=label)
ax.axvline(len(losses) - 2.5, color="grey", linestyle=":", label="fine-tuning begins")
ax.set(xlabel="epoch", ylabel="loss", yscale="log")
ax.legend()
plt.show()
