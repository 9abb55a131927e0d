"""Compare three searches over a network with three classic models, on scikit-learn's digits.

Run by ``make demo``; the plot of the scores and the best model are saved in ``demo/``.
"""

import time
from pathlib import Path

import joblib
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from scipy.stats import loguniform, uniform
from sklearn.callback import ProgressBar
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    train_test_split,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skkeras import KerasMLPClassifier
from skkeras.model_selection import BayesSearchCV

FOLDER = Path("demo")
N_CANDIDATES = 12


def searches():
    """Return the searches by name; all of them use the same folds."""
    network = make_pipeline(
        StandardScaler(),
        KerasMLPClassifier(
            epochs=40, batch_size=32, early_stopping=True, random_state=0
        ),
    )
    step = "kerasmlpclassifier__"
    grid = {
        f"{step}hidden_layer_sizes": [(64,), (128,), (128, 64)],
        f"{step}learning_rate": [1e-3, 3e-3],
        f"{step}dropout": [0.0, 0.3],
    }
    drawn = {
        f"{step}hidden_layer_sizes": [(64,), (128,), (128, 64)],
        f"{step}learning_rate": loguniform(1e-4, 1e-2),
        f"{step}dropout": uniform(0, 0.5),
    }
    led = {
        f"{step}hidden_layer_sizes": [(64,), (128,), (128, 64)],
        f"{step}learning_rate": (1e-4, 1e-2, "log-uniform"),
        f"{step}dropout": (0.0, 0.5),
    }
    forest = RandomForestClassifier(random_state=0)
    svc = make_pipeline(StandardScaler(), SVC(random_state=0))
    mlp = make_pipeline(
        StandardScaler(), MLPClassifier(early_stopping=True, random_state=0)
    )
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    return {
        "network, grid": GridSearchCV(network, grid, cv=cv),
        "network, random": RandomizedSearchCV(
            network, drawn, n_iter=N_CANDIDATES, cv=cv, random_state=0
        ),
        "network, Bayes": BayesSearchCV(
            network, led, n_iter=N_CANDIDATES, cv=cv, random_state=0
        ),
        "random forest": GridSearchCV(forest, {"max_features": [4, 8, 16]}, cv=cv),
        "SVC": GridSearchCV(svc, {"svc__C": [0.1, 1, 10, 100]}, cv=cv),
        "scikit-learn's MLP": GridSearchCV(
            mlp, {"mlpclassifier__learning_rate_init": [1e-3, 3e-3, 1e-2]}, cv=cv
        ),
    }


def plot(found):
    """Plot all candidates' scores, and the best candidate's score on new data, per search."""
    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    for row, (search, accuracy, _) in enumerate(found.values()):
        scores = search.cv_results_["mean_test_score"]
        axes.plot(scores, [row] * len(scores), "o", color="tab:blue", alpha=0.4)
        axes.plot(accuracy, row, "D", color="tab:orange")
    axes.plot(
        [], [], "o", color="tab:blue", alpha=0.4, label="candidate, cross-validated"
    )
    axes.plot([], [], "D", color="tab:orange", label="best candidate, new digits")
    axes.set(
        xlabel="accuracy", xlim=(0.9, 1), yticks=range(len(found)), yticklabels=found
    )
    figure.legend(loc="outside lower center", ncols=2)
    figure.savefig(FOLDER / "leaderboard.png", dpi=120)


def main():
    """Run the searches, print a ranking, and save the plot and the best model."""
    FOLDER.mkdir(exist_ok=True)
    digits, labels = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(
        digits, labels, stratify=labels, random_state=0
    )
    found = {}
    for name, search in searches().items():
        print(name)
        start = time.perf_counter()
        search.set_callbacks(ProgressBar(max_propagation_depth=0)).fit(X, y)
        found[name] = search, search.score(X_test, y_test), time.perf_counter() - start
    found = dict(sorted(found.items(), key=lambda item: item[1][0].best_score_))

    print(f"\n{'':20}{'3 folds':>16}{'new digits':>12}{'candidates':>12}{'seconds':>9}")
    for name, (search, accuracy, seconds) in reversed(found.items()):
        results, best = search.cv_results_, search.best_index_
        mean, std = results["mean_test_score"][best], results["std_test_score"][best]
        print(
            f"{name:20}{mean:.3f} (+-{std:.3f}){accuracy:12.3f}{len(results['params']):12}"
            f"{seconds:9.1f}"
        )
    name, (search, _, _) = list(found.items())[-1]
    print(f"\nBest: {name} {search.best_params_}")
    plot(found)
    joblib.dump(search.best_estimator_, FOLDER / "best_model.joblib")
    print(f"Saved {FOLDER / 'leaderboard.png'} and {FOLDER / 'best_model.joblib'}")


if __name__ == "__main__":
    main()
