"""
Small networks that learn from large models
===========================================

A large model is often better than one that fits where it is needed: on a phone, or where an answer
must not take long. Distillation lets a small network learn what the large model says, and that is
more than which class is right: a shirt is nearly a coat, and not at all a boot.
"""

# %%
# A teacher and a student
# -----------------------
#
# The teacher is a convolutional network, the student a perceptron with one layer of 64 units. Both
# get 5,000 pictures of ten kinds of clothing.
import matplotlib.pyplot as plt
import numpy as np

from skkeras import KerasCNNClassifier, KerasDistilledClassifier, KerasMLPClassifier
from skkeras.datasets import fetch_fashion_mnist

X, y = (part[:5000] for part in fetch_fashion_mnist())
X_test, y_test = (part[:5000] for part in fetch_fashion_mnist("test"))
X, X_test = (part.reshape(len(part), -1) / np.float32(255) for part in (X, X_test))

shared = {"batch_size": 64, "random_state": 0}
teacher = KerasCNNClassifier(image_shape=(28, 28), epochs=8, **shared).fit(X, y)
student = KerasMLPClassifier(hidden_layer_sizes=(64,), learning_rate=3e-3, epochs=40, **shared)
student.fit(X, y)

# %%
# What the teacher says
# ---------------------
#
# A teacher that is fitted is used as it is. Any classifier with probabilities will do; one that is
# not fitted yet is fitted in folds, so that the student learns what was said of pictures that a
# teacher had not seen. For the share ``alpha`` the student goes by the teacher, for the rest by the
# labels, and a higher ``temperature`` makes more of small probabilities.
taught = KerasDistilledClassifier(student=student, teacher=teacher, temperature=2.0, alpha=0.5)
taught.fit(X, y)

models = {"teacher": teacher, "taught": taught, "alone": student}
for name, model in models.items():
    accuracy, weights = model.score(X_test, y_test), model.model_.count_params()
    print(f"{name:8} {weights:7,} weights, accuracy {accuracy:.3f}")

# %%
# Predictions are the student's, and ``taught.student_`` is a network like any other, that can be
# saved without its teacher. What all three say of the three pictures that the teacher finds hardest
# to tell:
kinds = ["T-shirt", "trousers", "pullover", "dress", "coat"]
kinds += ["sandal", "shirt", "sneaker", "bag", "boot"]
doubtful = teacher.predict_proba(X_test).max(axis=1).argsort()[:3]

figure, axes = plt.subplots(3, 2, figsize=(8, 7), width_ratios=(1, 3), layout="constrained")
places = np.arange(10)
for row, (picture, bars) in zip(doubtful, axes, strict=True):
    picture.imshow(X_test[row].reshape(28, 28), cmap="gray_r")
    picture.set(title=kinds[y_test[row]], xticks=[], yticks=[])
    for place, (name, model) in enumerate(models.items()):
        probabilities = model.predict_proba(X_test[row : row + 1])[0]
        bars.bar(places + 0.27 * (place - 1), probabilities, 0.25, label=name)
    bars.set(ylim=(0, 1), ylabel="probability", xticks=places, xticklabels=[])
axes[-1, 1].set_xticklabels(kinds, rotation=45)
axes[0, 1].legend()
plt.show()
