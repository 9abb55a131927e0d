"""scikit-learn's progress bar, for searches that run for hours."""

from __future__ import annotations

import warnings
from typing import Any

from sklearn.callback import ProgressBar, _progressbar

# The search itself and what it consists of, such as the fit of the best candidate at the end.
_STAYS = 2


class SearchProgressBar(ProgressBar):
    """Progress bars of what is running, for any search.

    `sklearn.callback.ProgressBar`, but for bars that go when their task has ended: candidates,
    folds, steps of pipelines and epochs. scikit-learn's keep a line for each fit, more than a
    screen shows of a long search. The searches of `skkeras.model_selection` name candidates, seeds
    and folds, and the best score so far.

    Parameters
    ----------
    max_propagation_depth : int or None, default=None
        For how many levels of estimators inside the search there are bars: 1 is the search and its
        estimator, 2 the steps of a pipeline too. None is all. Estimators that cannot tell how far
        they are have no bars; scikit-learn's warnings of these are turned off.

    Notes
    -----
    The bars need `rich`, which Keras installs, and in a notebook `ipywidgets` too. Worker processes
    report to them on one machine, not from another one.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn.svm import SVC
    >>> from skkeras.model_selection import GridSearchCV, SearchProgressBar
    >>> search = GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [1, 10]})
    >>> search.set_callbacks(SearchProgressBar())
    GridSearchCV(...)
    >>> search.fit(*load_iris(return_X_y=True)).best_params_
    GridSearchCV - fit ... 100% 0:00:0...
      GridSearchCV - search #0 ... 100% 0:00:0...
      GridSearchCV - refit-with-best-params | Pipeline - fit #1 ...
    {'svc__C': 10}
    """

    def __init__(self, max_propagation_depth: int | None = None) -> None:
        super().__init__(max_propagation_depth=max_propagation_depth)

    def setup(self, estimator: Any, context: Any) -> None:
        """Start showing bars, at the beginning of a search."""
        # One for each fit of a scaler or a forest would bury the bars.
        warnings.filterwarnings("ignore", "The estimator .* does not support callbacks")
        super().setup(estimator, context)
        # Nothing was reported yet, so the monitor can still be told what to do at a task's end.
        _progressbar._run_monitors[context.root_uuid].__class__ = _Monitor


class _Monitor(_progressbar.RichProgressMonitor):
    """Shows running tasks only, below the outermost ones."""

    def _on_task_end(self, task_info: dict[str, Any]) -> None:
        path = list(task_info["path"])
        super()._on_task_end(task_info)
        if len(path) > _STAYS:
            for task in self.root_rich_task.get_descendants(path)[-1]:
                self.progress_ctx.update(task.id, visible=False)
