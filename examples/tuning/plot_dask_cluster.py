"""
Run a search on a Dask cluster
==============================

A search runs its fits in the worker processes of a Dask cluster. Here the cluster consists of two
processes on this machine; for a cluster of many machines, only the line that connects to it
differs.
"""

# %%
# The search
# ----------
#
# The code of the search does not depend on the cluster.
import matplotlib.pyplot as plt
from scipy.stats import loguniform, uniform
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skkeras import KerasMLPClassifier
from skkeras.inspection import SearchResultsDisplay
from skkeras.model_selection import RandomizedSearchCV

network = make_pipeline(
    MinMaxScaler(),
    KerasMLPClassifier(
        hidden_layer_sizes=(32,), epochs=5, batch_size=32, random_state=0
    ),
)
space = {
    "kerasmlpclassifier__learning_rate": loguniform(1e-3, 1e-1),
    "kerasmlpclassifier__dropout": uniform(0, 0.5),
}
search = RandomizedSearchCV(network, space, n_iter=4, random_state=0)

# %%
# The cluster
# -----------
#
# ``scatter`` sends the data and the folds to each worker once; ``client.amm.stop()`` prevents Dask
# from deleting these copies. If a worker dies, the others therefore have all the data and run its
# fits.
#
# Worker processes import the script that starts them, so code that must run only once is below ``if
# __name__ == "__main__"``.
from distributed import Client, LocalCluster
from joblib import parallel_config
from sklearn.model_selection import StratifiedKFold


def main():
    X, y = load_digits(return_X_y=True)
    X, y = X[:600], y[:600]
    search.set_params(cv=list(StratifiedKFold(3).split(X, y)))
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        client.amm.stop()
        folds = [rows for fold in search.cv for rows in fold]
        with parallel_config("dask", scatter=[X, y, *folds]):
            search.fit(X, y)
    there = search.cv_results_["mean_test_score"]
    alone = search.fit(X, y).cv_results_["mean_test_score"]
    for score, same, params in zip(
        there, alone, search.cv_results_["params"], strict=True
    ):
        told = ", ".join(
            f"{name.split('__')[1]} {value:.2g}" for name, value in params.items()
        )
        print(f"{score:.4f} on the cluster, {same:.4f} alone: {told}")
    SearchResultsDisplay.from_search(search, kind="slice")
    plt.show()


if __name__ == "__main__":
    main()
