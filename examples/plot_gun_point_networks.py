"""
Convolutional networks for time series
======================================

An actor draws a gun, or only points a finger: the height of the hand over time tells which.
Networks that convolve over time find the small differences, and take series of unequal lengths too.
"""

# %%
# Fifty series
# ------------
#
# *GunPoint* has 50 series of 150 steps to learn from, and 150 to be tested on.
import matplotlib.pyplot as plt
import numpy as np

from skkeras.datasets import fetch_time_series

X, y = fetch_time_series("GunPoint")
X_test, y_test = fetch_time_series("GunPoint", "test")

figure, ax = plt.subplots(layout="constrained")
for label, colour in zip(np.unique(y), ("tab:blue", "tab:orange"), strict=True):
    lines = ax.plot(X[y == label, :, 0].T, color=colour, alpha=0.3)
    lines[0].set_label(f"class {label}")
ax.set(xlabel="step", ylabel="height of the hand, standardised")
ax.legend()
# %%
# One network, or several
# -----------------------
#
# LITE has the fewest weights of the architectures. Networks of few series differ from seed to seed,
# so `n_ensemble` trains several side by side, each by its own loss, and averages what they say.
from skkeras import KerasTimeSeriesClassifier

one = KerasTimeSeriesClassifier(architecture="lite", epochs=50, random_state=0)
models = {
    "one network": one.fit(X, y),
    "three": KerasTimeSeriesClassifier(epochs=50, n_ensemble=3, random_state=0).fit(X, y),
}
for name, model in models.items():
    weights = model.model_.count_params()
    print(f"{name}: accuracy {model.score(X_test, y_test):.3f}, {weights:,} weights")

# %%
from skkeras.inspection import TrainingHistoryDisplay

TrainingHistoryDisplay.from_estimator(models).plot()
plt.show()

# %%
# Series cut short
# ----------------
#
# The same network on series that end early: what stands behind their end has no part in it.
rng = np.random.default_rng(0)
cut = [series[: rng.integers(100, 151)] for series in X_test]
print(f"cut short: accuracy {models['three'].score(cut, y_test):.3f}")
