"""Tune a network on texts, categories and numbers, and compare it with classic models.

How many stars does a review give? Run by ``make demo``. The best networks of three searches are
also averaged. A plot of the scores, a report of the best search and the best network are saved in
``demo/``.
"""

import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from scipy.stats import loguniform, uniform
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingRegressor, VotingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge
from sklearn.model_selection import ShuffleSplit, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import skkeras
from skkeras import KerasMultiInputRegressor
from skkeras.datasets import fetch_clothing_reviews
from skkeras.inspection import search_report
from skkeras.model_selection import (
    BayesSearchCV,
    GridSearchCV,
    RandomizedSearchCV,
    SearchProgressBar,
)

FOLDER = Path("demo")
TEXTS = ["Title", "Review Text"]
NUMBERS = ["Age", "Positive Feedback Count"]
CATEGORIES = ["Recommended IND", "Division Name", "Department Name", "Class Name"]
TABLE = {"numbers": ("numbers", NUMBERS), "categories": ("categories", CATEGORIES)}
BRANCHES = {"title": ("texts", TEXTS[0]), "review": ("texts", TEXTS[1]), **TABLE}


def classic(model, *words):
    """Return a pipeline of TF-IDF, scaled numbers and one-hot categories before a model."""
    return make_pipeline(
        make_column_transformer(
            *((make_pipeline(TfidfVectorizer(), *words), name) for name in TEXTS),
            (StandardScaler(), NUMBERS),
            (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES),
        ),
        model,
    )


def searches():
    """Return the searches by name; all judge candidates by the same held-out reviews."""
    network = KerasMultiInputRegressor(
        branches=BRANCHES,
        fusion="attention",
        learning_rate="cosine",
        epochs=3,
        max_length=64,
        n_pairs=0,
    )
    # Networks from different seeds err differently.
    network, second, third = (
        clone(network).set_params(random_state=seed) for seed in range(3)
    )
    table = KerasMultiInputRegressor(branches=TABLE, epochs=10, random_state=0)
    linear = classic(Ridge())
    boosting = classic(
        HistGradientBoostingRegressor(random_state=0), TruncatedSVD(50, random_state=0)
    )
    grid = {"learning_rate_init": [2e-3, 4e-3], "dropout": [0.3, 0.5]}
    drawn = {"learning_rate_init": loguniform(1e-3, 8e-3), "dropout": uniform(0.2, 0.5)}
    ranges = {"learning_rate_init": (1e-3, 8e-3, "log-uniform"), "dropout": (0.2, 0.7)}
    cv = ShuffleSplit(1, test_size=0.2, random_state=0)
    seeded = {"n_iter": 4, "cv": cv, "random_state": 0}
    return {
        "network, grid search": GridSearchCV(network, grid, cv=cv),
        "network, random search": RandomizedSearchCV(second, drawn, **seeded),
        "network, Bayesian search": BayesSearchCV(
            third, ranges, optimizer_kwargs={"n_initial_points": 2}, **seeded
        ),
        "network without the texts": GridSearchCV(
            table, {"learning_rate": [2e-3, 5e-3]}, cv=cv
        ),
        "linear model": GridSearchCV(linear, {"ridge__alpha": [1, 3, 10]}, cv=cv),
        "gradient boosting": GridSearchCV(
            boosting, {"histgradientboostingregressor__max_leaf_nodes": [7, 31]}, cv=cv
        ),
    }


def plot(found):
    """Plot the scores of all candidates, and of the best one on new reviews, per search."""
    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    for row, (search, r2, _) in enumerate(reversed(found.values())):
        scores = search.cv_results_["mean_test_score"]
        axes.plot(scores, [row] * len(scores), "o", color="tab:blue", alpha=0.4)
        axes.plot(r2, row, "D", color="tab:orange")
    axes.plot(
        [], [], "o", color="tab:blue", alpha=0.4, label="candidate, held-out reviews"
    )
    axes.plot([], [], "D", color="tab:orange", label="best candidate, new reviews")
    axes.set(xlabel="R²", yticks=range(len(found)), yticklabels=list(reversed(found)))
    figure.legend(loc="outside lower center", ncols=2)
    figure.savefig(FOLDER / "leaderboard.png", dpi=120)


def main():
    """Run the searches, print a leaderboard, save a plot, a report and the best network."""
    FOLDER.mkdir(exist_ok=True)
    table, stars = (part[:12000] for part in fetch_clothing_reviews("Rating"))
    table[TEXTS] = table[TEXTS].fillna("")
    X, X_test, y, y_test = train_test_split(
        table, stars, random_state=0, stratify=stars
    )
    print(
        f"{len(X):,} reviews: {len(TEXTS)} columns of text, {len(NUMBERS)} of numbers, "
        f"{len(CATEGORIES)} of categories. How many stars?"
    )
    found = {}
    for name, search in searches().items():
        print(f"\n{name}")
        start = time.perf_counter()
        search.set_callbacks(SearchProgressBar(max_propagation_depth=0)).fit(X, y)
        found[name] = search, search.score(X_test, y_test), time.perf_counter() - start
    networks = {
        name: FrozenEstimator(search.best_estimator_)
        for name, (search, *_) in found.items()
        if "network, " in name
    }
    mean = VotingRegressor(list(networks.items())).fit(X, y)
    found = dict(sorted(found.items(), key=lambda item: -item[1][0].best_score_))

    print(
        f"\n{'R²':26}{'held out':>9}{'new reviews':>13}{'candidates':>12}{'seconds':>9}"
    )
    for name, (search, r2, seconds) in found.items():
        n_candidates = len(search.cv_results_["params"])
        print(
            f"{name:26}{search.best_score_:9.3f}{r2:13.3f}{n_candidates:12}{seconds:9.1f}"
        )
    print(f"{'mean of the networks':35}{mean.score(X_test, y_test):13.3f}")
    plot(found)

    name, search = next(
        (name, row[0]) for name, row in found.items() if "network, " in name
    )
    print(f"\nBest network: {name}, {search.best_params_}")
    search_report(search, FOLDER / "report.html")
    skkeras.save(search.best_estimator_, FOLDER / "best_model.skk")
    loaded = skkeras.load(FOLDER / "best_model.skk")
    row = X_test.iloc[[0]]
    print(
        f"Loaded again, it gives {loaded.predict(row)[0]:.1f} stars to "
        f'"{row["Title"].item()}"; the customer gave {y_test.iloc[0]}.'
    )
    print(
        "Saved",
        *(
            FOLDER / name
            for name in ("leaderboard.png", "report.html", "best_model.skk")
        ),
    )
    print(f"Open {(FOLDER / 'report.html').resolve().as_uri()}")


if __name__ == "__main__":
    main()
