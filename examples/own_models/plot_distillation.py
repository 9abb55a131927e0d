"""
Distil a large model into a small network
=========================================

A large model is often more accurate than a model that is small or fast enough for its use, such as
on a phone. In knowledge distillation, a small network learns the probabilities that the large model
predicts. They contain more information than the labels: a shirt is similar to a coat, but not to a
boot.
"""

# %%
# Teacher and student
# -------------------
#
# The teacher is a convolutional network; the student is a perceptron with one hidden layer of 64
# units. Both are trained on 5,000 images of ten kinds of clothing.
import matplotlib.pyplot as plt
import numpy as np

from skkeras import KerasCNNClassifier, KerasDistilledClassifier, KerasMLPClassifier
from skkeras.datasets import fetch_fashion_mnist

X, y = (part[:5000] for part in fetch_fashion_mnist())
X_test, y_test = (part[:5000] for part in fetch_fashion_mnist("test"))
X, X_test = (part.reshape(len(part), -1) / np.float32(255) for part in (X, X_test))

shared = {"batch_size": 64, "random_state": 0}
teacher = KerasCNNClassifier(image_shape=(28, 28), epochs=8, **shared).fit(X, y)
student = KerasMLPClassifier(
    hidden_layer_sizes=(64,), learning_rate=3e-3, epochs=40, **shared
)
student.fit(X, y)

# %%
# Learning from the teacher's probabilities
# -----------------------------------------
#
# A fitted teacher is used as it is. Any classifier with ``predict_proba`` can be the teacher. A
# teacher that is not fitted is fitted on folds, so that the student learns from predictions on
# images that the teacher was not trained on. ``alpha`` is the weight of the teacher's probabilities
# in the loss, and the labels have the weight ``1 - alpha``. A higher ``temperature`` increases the
# influence of small probabilities.
taught = KerasDistilledClassifier(
    student=student, teacher=teacher, temperature=2.0, alpha=0.5
)
taught.fit(X, y)

models = {"teacher": teacher, "taught": taught, "alone": student}
for name, model in models.items():
    accuracy, weights = model.score(X_test, y_test), model.model_.count_params()
    print(f"{name:8} {weights:7,} weights, accuracy {accuracy:.3f}")

# %%
# Predictions are those of the student, and ``taught.student_`` is a normal estimator that can be
# saved without its teacher. The predictions of all three models for the three images that the
# teacher is least certain about:
kinds = ["T-shirt", "trousers", "pullover", "dress", "coat"]
kinds += ["sandal", "shirt", "sneaker", "bag", "boot"]
doubtful = teacher.predict_proba(X_test).max(axis=1).argsort()[:3]

figure, axes = plt.subplots(
    3, 2, figsize=(8, 7), width_ratios=(1, 3), layout="constrained"
)
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
