"""
Classify time series
====================

An actor draws a gun or points a finger; the classifier tells the two apart by the height of the
hand over time. Networks with convolutions over time detect the small differences, and also accept
series of unequal lengths.
"""

# %%
# The data
# --------
#
# *GunPoint* has 50 training series and 150 test series of 150 time steps.
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
# One network or an ensemble
# --------------------------
#
# LITE has the fewest weights of the available architectures. The accuracy of networks trained on
# few series varies with the seed. Therefore ``n_ensemble`` trains several networks together, each
# on its own loss, and averages their predictions.
from skkeras import KerasTimeSeriesClassifier

one = KerasTimeSeriesClassifier(architecture="lite", epochs=50, random_state=0)
three = KerasTimeSeriesClassifier(epochs=50, n_ensemble=3, random_state=0)
models = {
    "one network": one.fit(X, y),
    "three": three.fit(X, y),
}
for name, model in models.items():
    weights = model.model_.count_params()
    print(f"{name}: accuracy {model.score(X_test, y_test):.3f}, {weights:,} weights")

# %%
from skkeras.inspection import TrainingHistoryDisplay

TrainingHistoryDisplay.from_estimator(models).plot()
plt.show()

# %%
# Series of unequal lengths
# -------------------------
#
# We predict with the same network on series that end early. Steps after the end of a series are
# masked, so they do not affect its prediction.
rng = np.random.default_rng(0)
cut = [series[: rng.integers(100, 151)] for series in X_test]
print(f"cut short: accuracy {models['three'].score(cut, y_test):.3f}")
