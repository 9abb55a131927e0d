"""
Classify sequences of unequal lengths
=====================================

Nine men repeatedly said the same two vowels. A long short-term memory (LSTM) network identifies the
speaker, and we measure how many frames of an utterance it needs.
"""

# %%
# The data
# --------
#
# Each utterance is a series of 7 to 29 frames of twelve cepstrum coefficients, so ``X`` is a list
# of arrays of unequal lengths. The data set defines the split into training and test set.
import matplotlib.pyplot as plt
import numpy as np

from skkeras.datasets import fetch_japanese_vowels

X, y = fetch_japanese_vowels("train")
X_test, y_test = fetch_japanese_vowels("test")
print(f"{len(X)} series of shapes {X[0].shape}, {X[1].shape}, {X[2].shape}, ...")

figure, axes = plt.subplots(1, 3, figsize=(9, 3), sharey=True, layout="constrained")
for ax, speaker in zip(axes, "139", strict=True):
    series = X[np.flatnonzero(y == speaker)[0]]
    image = ax.imshow(series.T, aspect="auto", cmap="RdBu_r", vmin=-1.5, vmax=1.5)
    ax.set(title=f"speaker {speaker}", xlabel="frame", xlim=(-0.5, 28.5))
axes[0].set(ylabel="cepstrum coefficient", yticks=[0, 5, 11], yticklabels=[1, 6, 12])
figure.colorbar(image, ax=axes, label="value")
plt.show()

# %%
# Three networks
# --------------
#
# Lists of series work in cross-validation like arrays. Padding after the last frame of a series is
# masked, so a prediction does not depend on the lengths of the other series.
from sklearn.model_selection import cross_val_score

from skkeras import KerasRNNClassifier

networks = {
    "LSTM": KerasRNNClassifier(cell="lstm", units=32, epochs=25, random_state=0),
    "GRU": KerasRNNClassifier(cell="gru", units=32, epochs=25, random_state=0),
    "LSTM, both ways": KerasRNNClassifier(
        cell="lstm", units=32, bidirectional=True, epochs=25, random_state=0
    ),
}
for name, network in networks.items():
    network.set_params(learning_rate=1e-2, batch_size=32)
    scores = cross_val_score(network, X, y, cv=3)
    print(f"{name:16} {scores.mean():.3f} ({scores.std():.3f})")

# %%
# Evaluation on the test set
# --------------------------
lstm = networks["LSTM"].fit(X, y)
print(f"{lstm.score(X_test, y_test):.3f}")

# %%
# How many frames are needed to identify the speaker? The fitted network predicts from the first
# frames of each utterance only.
heard = np.arange(1, 18, 2)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
axes[0].plot(range(1, lstm.n_iter_ + 1), lstm.history_["loss"])
axes[0].set(xlabel="epoch", ylabel="training loss in nats", yscale="log")
axes[1].plot(
    heard, [lstm.score([series[:n] for series in X_test], y_test) for n in heard], "o-"
)
axes[1].axhline(
    lstm.score(X_test, y_test), color="grey", linestyle=":", label="all frames"
)
axes[1].set(xlabel="frames heard", ylabel="accuracy on new utterances", ylim=(0, 1.02))
axes[1].legend(loc="lower right")
plt.show()
