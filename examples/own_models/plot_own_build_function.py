"""
Tune a Keras model of your own
==============================

``KerasClassifier`` takes a function that builds a Keras model. Any argument of that function can be
searched together with those of the optimizer. Here the function builds a "wide and deep" network,
whose inputs are also connected directly to the output layer, past the hidden layers.
"""

# %%
# The build function
# ------------------
#
# ``meta`` describes the data, such as the number of features and of classes. The other arguments
# are the hyperparameters of the model.
import keras


def wide_and_deep(meta, units=32, depth=2, wide=True):
    inputs = keras.layers.Input((meta["n_features_in_"],))
    x = inputs
    for _ in range(depth):
        x = keras.layers.Dense(units, activation="relu")(x)
    if wide:
        x = keras.layers.Concatenate()([inputs, x])
    outputs = keras.layers.Dense(meta["n_classes_"], activation="softmax")(x)
    return keras.Model(inputs, outputs)


# %%
# In a pipeline
# -------------
#
# Prefixes route parameters: ``model__`` to the build function, ``optimizer__`` to the optimizer,
# ``fit__`` to ``keras.Model.fit``. Metrics and validation losses are recorded in ``history_``.
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skkeras import KerasClassifier

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)

network = KerasClassifier(
    wide_and_deep,
    model__units=32,
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
    optimizer="adam",
    optimizer__learning_rate=3e-3,
    epochs=30,
    batch_size=64,
    fit__validation_split=0.2,
    random_state=0,
)
pipeline = make_pipeline(MinMaxScaler(), network).fit(X, y)
print(f"accuracy on new digits {pipeline.score(X_test, y_test):.3f}")

# %%
# Training and validation loss diverge when the network begins to overfit.
import matplotlib.pyplot as plt

history = pipeline[-1].history_
epochs = range(1, len(history["loss"]) + 1)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
for ax, metric, label in zip(
    axes, ["loss", "accuracy"], ["cross-entropy in nats", "accuracy"], strict=True
):
    ax.plot(epochs, history[metric], label="training")
    ax.plot(epochs, history[f"val_{metric}"], label="validation")
    ax.set(xlabel="epoch", ylabel=label)
axes[0].set(yscale="log")
axes[1].legend()
plt.show()

# %%
# Searching over all parameters
# -----------------------------
#
# One grid contains the arguments of the build function and the learning rate of the optimizer.
from sklearn.model_selection import GridSearchCV

pipeline.set_params(
    kerasclassifier__fit__validation_split=0.0, kerasclassifier__epochs=15
)
search = GridSearchCV(
    pipeline,
    {
        "kerasclassifier__model__units": [8, 32, 128],
        "kerasclassifier__model__wide": [False, True],
        "kerasclassifier__optimizer__learning_rate": [1e-3, 3e-3, 1e-2],
    },
    cv=3,
)
search.fit(X, y)
print(search.best_params_)
print(f"accuracy on new digits {search.score(X_test, y_test):.3f}")

# %%
# Narrow networks gain most from the direct connection past the hidden layers; wide networks gain
# almost nothing.
import numpy as np

scores = np.asarray(search.cv_results_["mean_test_score"]).reshape(3, 2, 3)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True, layout="constrained")
for ax, title, part in zip(
    axes, ["deep", "wide and deep"], scores.swapaxes(0, 1), strict=True
):
    image = ax.imshow(part, vmin=scores.min(), vmax=scores.max(), aspect="auto")
    for (row, column), score in np.ndenumerate(part):
        dark = score < (scores.min() + scores.max()) / 2
        ax.text(
            column,
            row,
            f"{score:.3f}",
            ha="center",
            va="center",
            color="w" if dark else "k",
        )
    ax.set(
        title=title,
        xlabel="learning rate",
        xticks=range(3),
        xticklabels=["0.001", "0.003", "0.01"],
    )
    ax.set(yticks=range(3), yticklabels=[8, 32, 128])
axes[0].set(ylabel="units of a hidden layer")
figure.colorbar(image, ax=axes, label="accuracy, mean of 3 folds")
plt.show()
