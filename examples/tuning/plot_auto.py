"""
AutoML in one line
==================

``KerasAutoClassifier`` looks at the data, tries models that fit it, from gradient boosting to
networks, tunes the best of them, and predicts with an ensemble of all. Here, it has 20 seconds.
"""

# %%
# The data
# --------
#
# *adult* is the US census of 1994: who earns more than 50,000 dollars a year? The table has
# numbers, categories and missing values. We take 1,000 rows to train on and 5,000 to judge by.
from sklearn.model_selection import train_test_split

from skkeras.datasets import fetch_adult

X, y = fetch_adult()
X, X_test, y, y_test = train_test_split(
    X, y, train_size=1000, test_size=5000, stratify=y, random_state=0
)
print(X.head(3).T)

# %%
# One line
# --------
#
# The time is that of ``fit``: more time finds better models. On real data, give it the default of
# ten minutes or more, and five folds.
from sklearn.metrics import log_loss, roc_auc_score

from skkeras import KerasAutoClassifier

model = KerasAutoClassifier(time_limit=20, cv=3, random_state=0).fit(X, y)
print(f"The data is a {model.kind_}.")
predicted = model.predict_proba(X_test)
print(f"AUC of the test rows: {roc_auc_score(y_test, predicted[:, 1]):.3f}")
print(f"log loss of the test rows: {log_loss(y_test, predicted):.3f}")

# %%
# What was tried
# --------------
#
# The score of a candidate is computed on rows that were held out when it was fitted. A candidate
# that fails has its reason in the column ``error``, and the rest goes on.
import pandas as pd

table = pd.DataFrame(model.leaderboard_)
print(table[["model", "score", "std", "fit_time", "weight"]].round(3).to_string())

# %%
# The ensemble is a weighted mean of candidates whose errors differ, so it is better than each of
# them on the rows that were held out.
import matplotlib.pyplot as plt

from skkeras.auto import LeaderboardDisplay

LeaderboardDisplay.from_estimator(model)
plt.show()

# %%
# With ``search_report(model, "report.html")`` of ``skkeras.inspection``, all candidates and their
# plots are on one page. Other kinds of data need no other line: images, series and texts go into
# the same call.
