"""
Combine texts, numbers and categories
=====================================

A table of reviews has texts, numbers and categories. Each type of column is the input of a separate
branch of one network, and the outputs of the branches are combined. Together they predict better
than either texts or the rest of the table alone.
"""

# %%
# The data
# --------
#
# How many stars did a customer give? The customer wrote a title and a text. The shop knows the
# customer's age, what was bought, how many others found the review helpful, and whether the
# customer recommends the product. We leave out the product ID, because it is a category with more
# than a thousand values.
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.model_selection import train_test_split

from skkeras import KerasMultiInputRegressor
from skkeras.datasets import fetch_clothing_reviews

table, stars = (part[:7000] for part in fetch_clothing_reviews("Rating"))
X, X_test, y, y_test = train_test_split(
    table.drop(columns="Clothing ID"),
    stars,
    test_size=0.4,
    random_state=0,
    stratify=stars,
)
print(X.iloc[0])

# %%
# Branches
# --------
#
# ``branches`` maps the name of each branch to its type and its columns. Columns in no branch are
# ignored, so the same class can also be trained on the texts or on the table alone. Numbers, texts
# and categories may be missing. Scales, categories and vocabularies are learned in ``fit``, so
# cross-validation learns them from the training rows only.
review = {"review": ("texts", ["Title", "Review Text"])}
shop = {
    "numbers": ("numbers", ["Age", "Positive Feedback Count"]),
    "names": (
        "categories",
        ["Recommended IND", "Division Name", "Department Name", "Class Name"],
    ),
}
params = {"epochs": 5, "max_length": 128, "n_pairs": 4096, "random_state": 0}
scores = {}
for name, branches in {
    "texts": review,
    "table": shop,
    "both": {**review, **shop},
}.items():
    network = KerasMultiInputRegressor(branches=branches, **params).fit(X, y)
    scores[name] = network.score(X_test, y_test)
    print(f"{name:6} R² {scores[name]:.3f}")

# %%
# Without ``branches``, the network infers them from the types and contents of the columns and
# stores them in ``branches_``. The output vectors of the branches are concatenated, unless
# ``fusion`` is ``"gating"`` or ``"attention"``; a search can include ``fusion``.
#
# Permutation importance of the columns
# -------------------------------------
#
# A network works with the tools of scikit-learn, such as ``permutation_importance``: it shuffles
# one column at a time and measures how much the score of the network with all branches decreases.
from sklearn.inspection import permutation_importance

columns = [column for _, held in network.branches_.values() for column in held]
found = permutation_importance(
    network, X_test[:500], y_test[:500], n_repeats=2, random_state=0
)
importance = pd.Series(found.importances_mean, X_test.columns)[columns].sort_values()

figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
axes[0].bar(
    list(scores), list(scores.values()), color=["tab:gray", "tab:gray", "tab:blue"]
)
axes[0].set(ylabel="R² on new reviews")
axes[1].barh(importance.index, importance)
axes[1].set(xlabel="R² lost when the column is shuffled")
plt.show()
