"""Results of a model comparison: a table, tests and a plot."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import stats
from sklearn.utils._optional_dependencies import check_matplotlib_support, check_pandas_support

from skkeras.inspection import as_table

if TYPE_CHECKING:
    import pandas as pd

_LEVEL = 0.95
_ROUNDING = 1e-12


class ModelComparison:
    """Scores of several models on the same folds, as returned by `compare_models`.

    Parameters
    ----------
    scores : mapping of str to ndarray of shape (n_folds,)
        Scores of each model; NaN if a fit failed.
    fit_times, score_times : mapping of str to ndarray of shape (n_folds,)
        Durations of fitting and scoring in seconds.
    estimators : mapping of str to list
        The fitted models, one per fold.
    test_to_train : float
        Number of test rows divided by number of training rows, averaged over the folds.
    score_name : str, default="score"
        Name of the score.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes of the plot.
    figure_ : matplotlib Figure
        Figure with the axes.

    Notes
    -----
    The training rows of two folds mostly overlap, so the scores of the folds are not independent,
    and an ordinary t-test reports differences due to chance far too often. Standard errors are
    therefore corrected as in Nadeau and Bengio (2003): with J folds, the variance of the fold
    scores is multiplied by 1/J + n_test/n_train instead of 1/J. This assumes that the differences
    between folds are approximately normal, and that the correlation between the scores of two folds
    equals the share of test rows, which is an approximation. The randomness of seeds is included
    only if the models draw their seeds; a model with a fixed seed is tested with this seed only.

    References
    ----------
    C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning 52, 2003.

    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6, 1979.
    """

    def __init__(
        self,
        scores: Mapping[str, np.ndarray],
        *,
        fit_times: Mapping[str, np.ndarray],
        score_times: Mapping[str, np.ndarray],
        estimators: Mapping[str, Sequence[Any]],
        test_to_train: float,
        score_name: str = "score",
    ) -> None:
        self.scores = dict(scores)
        self.fit_times = dict(fit_times)
        self.score_times = dict(score_times)
        self.estimators = dict(estimators)
        self.test_to_train = test_to_train
        self.score_name = score_name

    def __repr__(self) -> str:
        names = self._ranked()
        width = max(len(name) for name in names)
        lines = [
            f"  {name:{width}}  {self.scores[name].mean():.4f} ({self.scores[name].std():.4f})"
            for name in names
        ]
        title = f"{self.score_name} on {self._n_folds} folds, mean (standard deviation)"
        return "\n".join([f"{type(self).__name__}: {title}", *lines])

    def _repr_html_(self) -> str:
        """Return a table for notebooks."""
        rows = [
            [
                name,
                f"{self.scores[name].mean():.4f} ± {self.scores[name].std():.4f}",
                f"{self.fit_times[name].mean():.3g}",
                f"{self.score_times[name].mean():.3g}",
            ]
            for name in self._ranked()
        ]
        header = ["model", self.score_name, "fit time (s)", "score time (s)"]
        note = f"Means ± standard deviations of {self._n_folds} folds; times are means."
        return f"{as_table(rows, header, numbers=[1, 2, 3])}<p>{note}</p>"

    @property
    def frame(self) -> pd.DataFrame:
        """One row per model, best first, with columns named as in `cv_results_`.

        The columns are ``mean_test_score`` and ``std_test_score`` over the folds, ``mean_fit_time``
        and ``mean_score_time`` in seconds, and the scores of the folds as ``split0_test_score``
        etc.
        """
        pandas = check_pandas_support("ModelComparison.frame")
        rows = {}
        for name in self._ranked():
            scores = self.scores[name]
            rows[name] = {
                "mean_test_score": scores.mean(),
                "std_test_score": scores.std(),
                "mean_fit_time": self.fit_times[name].mean(),
                "mean_score_time": self.score_times[name].mean(),
                **{f"split{fold}_test_score": score for fold, score in enumerate(scores)},
            }
        return pandas.DataFrame.from_dict(rows, orient="index").rename_axis("model")

    @property
    def tests(self) -> pd.DataFrame:
        """Tests of the differences between models: one row per pair, the better model first.

        The columns are the ``difference`` of the mean scores, its 95 % confidence interval from
        ``low`` to ``high``, Student's ``t`` with one degree of freedom fewer than folds, the
        two-sided ``p_value`` and ``p_holm``, which is adjusted for the number of pairs (Holm 1979).
        All are NaN if one of the two models has no score.
        """
        pandas = check_pandas_support("ModelComparison.tests")
        pairs = list(itertools.combinations(self._ranked(), 2))
        rows = [self._test(self.scores[one] - self.scores[other]) for one, other in pairs]
        index = pandas.MultiIndex.from_arrays(
            [[one for one, _ in pairs], [other for _, other in pairs]], names=["model", "other"]
        )
        columns = ["difference", "low", "high", "t", "p_value"]
        frame = pandas.DataFrame(rows, index=index, columns=columns)
        frame["p_holm"] = _holm(frame["p_value"].to_numpy(dtype=float))
        return frame

    def plot(self, ax: Any = None) -> Self:
        """Draw the scores of the folds, and the means with their 95 % confidence intervals.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None creates a figure.

        Returns
        -------
        self
        """
        check_matplotlib_support("ModelComparison.plot")
        from matplotlib import pyplot

        names = self._ranked()
        if ax is None:
            size = (6.4, 1.2 + 0.45 * len(names))
            _, ax = pyplot.subplots(figsize=size, layout="constrained")
        for row, name in enumerate(names):
            scores = self.scores[name]
            mean, low, high, *_ = self._test(scores)
            label = {} if row else {"label": "fold"}
            # Offset from the line of the interval, which would hide them.
            rows = [row + 0.15] * len(scores)
            ax.plot(scores, rows, "o", color="k", alpha=0.35, markersize=4, mew=0, **label)
            error = None if np.isnan(low) else [[mean - low], [high - mean]]
            label = {} if row else {"label": "mean, 95 % confidence"}
            ax.errorbar(
                mean, row, xerr=error, fmt="D", color="tab:blue", capsize=4, markersize=6, **label
            )
        ax.set(xlabel=f"{self.score_name}, {self._n_folds} folds", yticks=range(len(names)))
        ax.set_yticklabels(names)
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.grid(axis="x", alpha=0.3)
        ax.legend(loc="best", fontsize="small")
        self.ax_, self.figure_ = ax, ax.figure
        return self

    @property
    def _n_folds(self) -> int:
        return len(next(iter(self.scores.values())))

    def _ranked(self) -> list[str]:
        """Return the names by descending mean score; models without a score are last."""
        means = {name: scores.mean() for name, scores in self.scores.items()}
        return sorted(means, key=lambda name: (np.isnan(means[name]), -np.nan_to_num(means[name])))

    def _test(self, values: np.ndarray) -> list[float]:
        """Return mean, confidence interval, t and p of a test whether the mean is zero."""
        mean, n_folds = values.mean(), self._n_folds
        if n_folds < 2:
            return [mean, np.nan, np.nan, np.nan, np.nan]
        error = np.sqrt((1 / n_folds + self.test_to_train) * values.var(ddof=1))
        spread = stats.t.ppf((1 + _LEVEL) / 2, n_folds - 1) * error
        t = mean / error if error else 0.0
        if np.ptp(values) < _ROUNDING:
            # The same value on all folds: no difference, or a difference without variance.
            t = np.sign(mean) * np.inf if abs(mean) > _ROUNDING else 0.0
        p_value = 2 * stats.t.sf(abs(t), n_folds - 1)
        return [mean, mean - spread, mean + spread, t, p_value]


def _holm(p_values: np.ndarray) -> np.ndarray:
    """Adjust p-values for their number by the method of Holm; NaN is kept and not counted."""
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    factors = len(order) - np.arange(len(order))
    adjusted = np.full(len(p_values), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1)
    return adjusted
