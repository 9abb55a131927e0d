"""What came out of comparing models: a table, tests and a plot."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import stats
from sklearn.utils._optional_dependencies import check_matplotlib_support, check_pandas_support

if TYPE_CHECKING:
    import pandas as pd

_LEVEL = 0.95
_ROUNDING = 1e-12


class ModelComparison:
    """Scores of several models on the same folds, as `compare_models` gives them.

    Parameters
    ----------
    scores : mapping of str to ndarray of shape (n_folds,)
        Scores of each model; NaN where a fit failed.
    fit_times, score_times : mapping of str to ndarray of shape (n_folds,)
        Seconds that fitting and scoring took.
    estimators : mapping of str to list
        The models fitted on each fold.
    test_to_train : float
        Number of test rows over number of training rows, as a mean of the folds.
    score_name : str, default="score"
        What the score is called.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What `plot` drew on.
    figure_ : matplotlib Figure
        Its figure.

    Notes
    -----
    The training rows of two folds are mostly the same, so the folds' scores are not independent:
    an ordinary t-test would take chance for a difference far too often. Standard errors are
    therefore corrected as by Nadeau and Bengio (2003): with J folds, the variance of the fold
    scores is multiplied by 1/J + n_test/n_train in place of 1/J. This assumes that differences
    between folds are about normal, and that scores of two folds correlate as much as the share of
    test rows says, which is an approximation. Seeds count as chance as far as the models draw them;
    a model of one seed is judged with this seed.

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

    @property
    def frame(self) -> pd.DataFrame:
        """One row a model, the best first, with columns named as in `cv_results_`.

        ``mean_test_score`` and ``std_test_score`` over the folds, ``mean_fit_time`` and
        ``mean_score_time`` in seconds, and the folds' scores from ``split0_test_score`` on.
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
        """One row a pair of models, the better one first: whether they differ by more than chance.

        ``difference`` of the mean scores, its 95 % confidence interval from ``low`` to ``high``,
        Student's ``t`` with one degree of freedom fewer than folds, the two-sided ``p_value`` and
        ``p_holm``, which is adjusted for the number of pairs (Holm 1979). All are NaN where one of
        the two has no score.
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
        """Draw the folds' scores, and the means with their 95 % confidence intervals.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

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
            # Beside the interval's line, which would hide them.
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
        """Return the names, those of the greatest mean scores first and those without any last."""
        means = {name: scores.mean() for name, scores in self.scores.items()}
        return sorted(means, key=lambda name: (np.isnan(means[name]), -np.nan_to_num(means[name])))

    def _test(self, values: np.ndarray) -> list[float]:
        """Return mean, confidence interval, t and p of whether the values' mean is zero."""
        mean, n_folds = values.mean(), self._n_folds
        if n_folds < 2:
            return [mean, np.nan, np.nan, np.nan, np.nan]
        error = np.sqrt((1 / n_folds + self.test_to_train) * values.var(ddof=1))
        spread = stats.t.ppf((1 + _LEVEL) / 2, n_folds - 1) * error
        t = mean / error if error else 0.0
        if np.ptp(values) < _ROUNDING:
            # The same on all folds: no difference at all, or one without any chance in it.
            t = np.sign(mean) * np.inf if abs(mean) > _ROUNDING else 0.0
        p_value = 2 * stats.t.sf(abs(t), n_folds - 1)
        return [mean, mean - spread, mean + spread, t, p_value]


def _holm(p_values: np.ndarray) -> np.ndarray:
    """Adjust p-values for their number; those that are NaN stay so and do not count."""
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    factors = len(order) - np.arange(len(order))
    adjusted = np.full(len(p_values), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1)
    return adjusted
