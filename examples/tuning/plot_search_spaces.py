"""
Use predefined search spaces
============================

Which hyperparameters of a network should be searched, and in which ranges? Each network provides a
search space. Here we use it in a grid search, a random search, a Bayesian search and with Optuna,
which also prunes bad candidates early.
"""

# %%
# A network in a pipeline
# -----------------------
#
# 600 handwritten digits of 8 by 8 pixels.
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPClassifier

X, y = load_digits(return_X_y=True)
X, y = X[:600], y[:600]
network = KerasMLPClassifier(epochs=10, batch_size=50, random_state=0)
model = make_pipeline(StandardScaler(), network)

# %%
# One search space in four formats
# --------------------------------
#
# ``search_space`` finds the network in the pipeline and adds the prefix of its step to the
# parameter names. It returns the format that each search takes: lists, distributions of scipy,
# dimensions of scikit-optimize, or distributions of Optuna.
from skkeras.model_selection import search_space

spaces = {
    kind: search_space(model, kind=kind)
    for kind in ("grid", "random", "bayes", "optuna")
}
for kind, space in spaces.items():
    print(f"{kind:7}{space['kerasmlpclassifier__hidden_layer_sizes']}")
    print(f"{'':7}{space['kerasmlpclassifier__dropout']}")

# %%
# Four searches
# -------------
#
# A space is a dict and can be modified. We remove the hidden layers here, so that the learning rate
# and the dropout can be plotted. The grid then has six candidates, and so has each of the other
# searches.
import warnings

import optuna
from optuna_integration import OptunaSearchCV
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV

from skkeras.model_selection import BayesSearchCV

# OptunaSearchCV warns that it is experimental and that it uses a deprecated module.
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
warnings.filterwarnings("ignore", message="`optuna.terminator`", category=FutureWarning)
optuna.logging.set_verbosity(optuna.logging.WARNING)

for space in spaces.values():
    del space["kerasmlpclassifier__hidden_layer_sizes"]

seeded = {"cv": 3, "random_state": 0}
tpe = optuna.samplers.TPESampler(n_startup_trials=3, seed=0)
study = optuna.create_study(direction="maximize", sampler=tpe)
searches = {
    "grid": GridSearchCV(model, spaces["grid"], cv=3),
    "random": RandomizedSearchCV(model, spaces["random"], n_iter=6, **seeded),
    "Bayes": BayesSearchCV(
        model,
        spaces["bayes"],
        n_iter=6,
        optimizer_kwargs={"n_initial_points": 3},
        **seeded,
    ),
    "Optuna": OptunaSearchCV(model, spaces["optuna"], n_trials=6, study=study, cv=3),
}
for name, search in searches.items():
    search.fit(X, y)
    best = search.best_params_
    print(
        f"{name:7}accuracy {search.best_score_:.3f}"
        f"   learning rate {best['kerasmlpclassifier__learning_rate']:.4f}"
        f"   dropout {best['kerasmlpclassifier__dropout']:.2f}"
    )

# %%
# The candidates of each search, numbered in the order in which they were tried, and their scores.
# The grid repeats the same few values; the two searches on the right choose candidates based on the
# scores of earlier ones.
import matplotlib.pyplot as plt


def tried(search):
    """Return the parameters and the mean score of each candidate."""
    if isinstance(search, OptunaSearchCV):
        return [trial.params for trial in search.trials_], [
            t.value for t in search.trials_
        ]
    return search.cv_results_["params"], search.cv_results_["mean_test_score"]


found = {name: tried(search) for name, search in searches.items()}
scores = [score for _, those in found.values() for score in those]
figure, axes = plt.subplots(
    1, 4, figsize=(10, 3.2), sharex=True, sharey=True, layout="constrained"
)
for ax, (name, (candidates, those)) in zip(axes, found.items(), strict=True):
    rates = [candidate["kerasmlpclassifier__learning_rate"] for candidate in candidates]
    shares = [candidate["kerasmlpclassifier__dropout"] for candidate in candidates]
    points = ax.scatter(
        rates, shares, c=those, s=60, vmin=min(scores), vmax=max(scores)
    )
    for number, place in enumerate(zip(rates, shares, strict=True), start=1):
        ax.annotate(str(number), place, (6, 6), textcoords="offset points")
    ax.set(
        title=name,
        xlabel="learning rate",
        xscale="log",
        xlim=(5e-5, 6e-2),
        ylim=(-0.05, 0.55),
    )
axes[0].set_ylabel("dropout")
figure.colorbar(points, ax=axes, label="accuracy, mean of 3 folds")
plt.show()

# %%
# Pruning bad candidates early
# ----------------------------
#
# A learning rate that is too low shows after a few epochs. With ``enable_pruning``, Optuna's search
# trains all folds epoch by epoch and calls the study's pruner after each epoch. The search is the
# last step of the pipeline here, because pruning needs ``partial_fit``, which pipelines do not
# have.
pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=2)
tpe = optuna.samplers.TPESampler(n_startup_trials=4, seed=0)
study = optuna.create_study(direction="maximize", sampler=tpe, pruner=pruner)
space = search_space(network, kind="optuna", size="medium")
search = OptunaSearchCV(
    network,
    {name: space[name] for name in ("learning_rate", "dropout", "alpha")},
    study=study,
    n_trials=12,
    enable_pruning=True,
    max_iter=10,
    cv=3,
)
make_pipeline(StandardScaler(), search).fit(X, y)

epochs = sum(len(trial.intermediate_values) for trial in study.trials)
print(f"best accuracy {search.best_score_:.3f}, {epochs} of {12 * 10} epochs trained")

# %%
# Each line is a candidate; red lines end where the candidate was pruned.
figure, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
for trial in study.trials:
    pruned = trial.state == optuna.trial.TrialState.PRUNED
    reached = list(trial.intermediate_values.values())
    ax.plot(
        range(1, len(reached) + 1),
        reached,
        ".-",
        color="tab:red" if pruned else "tab:blue",
    )
ax.plot([], [], ".-", color="tab:blue", label="trained to the end")
ax.plot([], [], ".-", color="tab:red", label="pruned")
ax.set(xlabel="epoch", ylabel="accuracy, mean of 3 folds")
ax.legend(loc="lower right")
plt.show()
