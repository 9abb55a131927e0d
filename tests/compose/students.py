"""Students, teachers and data."""

import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skkeras import KerasDistilledClassifier, KerasMLPClassifier

X, y = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)
names = np.array(["setosa", "versicolor", "virginica"])[y]
MLP = KerasMLPClassifier(hidden_layer_sizes=8, learning_rate=0.02, epochs=5)
TREE = DecisionTreeClassifier(max_depth=2, random_state=0)


def distilled(**params):
    given = {"student": clone(MLP), "teacher": clone(TREE), "random_state": 0}
    return KerasDistilledClassifier(**{**given, **params})


class Watched(GaussianNB):
    """Notes what it was fitted on."""

    fits = []

    def fit(self, X, y, sample_weight=None):
        self.fits.append((np.array(X), np.array(y), sample_weight))
        return super().fit(X, y, sample_weight)
