"""
A folder of images
==================

Images mostly come as files, one folder for each class. A network takes their paths, so that
cross-validation splits paths; and because such a folder is often small, the network can change the
images at random while it learns.
"""

# %%
# Paths and classes
# -----------------
#
# ``list_images`` gives two arrays. The folder has 295 small pictures of six kinds of things.
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from skkeras.datasets import fetch_stamps
from skkeras.image import list_images

folder = Path(fetch_stamps()[0][0]).parents[1]
paths, labels = list_images(folder)
kinds, counts = np.unique(labels, return_counts=True)
print(dict(zip(kinds.tolist(), counts.tolist(), strict=True)))

figure, axes = plt.subplots(2, 6, figsize=(9, 3.2), layout="constrained")
for kind, column in zip(kinds, axes.T, strict=True):
    column[0].set_title(kind, fontsize=9)
    for ax, path in zip(column, paths[labels == kind], strict=False):
        ax.imshow(Image.open(path))
        ax.axis("off")
plt.show()

# %%
# With and without augmentation
# -----------------------------
#
# ``image_shape`` is what all images are resized to. Files are read in threads, once a fit; where
# they are more than fits into memory, a batch at a time. The names in ``augmentation`` say what may
# happen to an image in training: here it may be turned left to right, moved and enlarged.
# Predictions see it as it is.
from sklearn.model_selection import StratifiedKFold, cross_validate

from skkeras import KerasCNNClassifier

folds = StratifiedKFold(3, shuffle=True, random_state=0)
network = KerasCNNClassifier(image_shape=(32, 32), batch_size=32, epochs=25, random_state=0)
names = (None, "flip, translation, zoom")
results = {}
for name in names:
    network.set_params(augmentation=name)
    results[name] = cross_validate(network, paths, labels, cv=folds, return_estimator=True)
    scores = results[name]["test_score"]
    print(f"{scores.mean():.3f} (+-{scores.std():.3f}) with augmentation={name!r}")
print(f"{counts.max() / counts.sum():.3f} by the most frequent kind")

# %%
# Unchanged, the network soon knows the training pictures by heart. Changed, each picture is a new
# one each time, and its loss falls more slowly. Whether that pays on other pictures is for
# cross-validation to say: here, with a hundred pictures to judge by, the means differ by no more
# than folds do, and a network that starts from what it learned on a million other pictures is what
# such a small folder needs.
figure, ax = plt.subplots(figsize=(6.4, 3), layout="constrained")
for color, name in zip(("C0", "C1"), names, strict=True):
    for number, fitted in enumerate(results[name]["estimator"]):
        label = f"augmentation={name!r}" if number == 0 else None
        ax.plot(fitted.history_["loss"], color=color, label=label)
ax.set(xlabel="epoch", ylabel="loss on the training pictures", yscale="log")
ax.legend(fontsize=9)
plt.show()

# %%
# As a parameter
# --------------
#
# ``augmentation`` can be searched like others, and is in ``search_space("large")``. In a dict,
# strengths go with the names: ``{"rotation": 0.1, "mixup": 0.4}``.
print(network.search_space("large")["augmentation"].categories)
print(fitted.predict(paths[labels == "food"][:3]))
