"""scikit-learn's progress bar, for searches that run for hours."""

from __future__ import annotations

import warnings
from typing import Any

from sklearn.callback import ProgressBar, _progressbar

# Levels whose bars stay: the search and its direct subtasks, such as the final refit.
_STAYS = 2


class SearchProgressBar(ProgressBar):
    """Progress bars of the running tasks of any search.

    Like `sklearn.callback.ProgressBar`, but the bars of candidates, folds, pipeline steps and
    epochs disappear when their task has ended. scikit-learn keeps a line for each fit, which is
    more than a screen can show in a long search. The searches of `skkeras.model_selection` show the
    names of candidates, seeds and folds, and the best score so far.

    Parameters
    ----------
    max_propagation_depth : int or None, default=None
        Number of levels of estimators inside the search that have bars: 1 shows the search and its
        estimator, 2 also the steps of a pipeline. None shows all levels. Estimators that do not
        support callbacks have no bars; scikit-learn's warnings about them are turned off.

    Notes
    -----
    The bars need `rich`, which Keras installs, and in a notebook also `ipywidgets`. Worker
    processes must run on the same machine to report progress.

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
        # One warning for each fit of a scaler or a forest would hide the bars.
        warnings.filterwarnings("ignore", "The estimator .* does not support callbacks")
        super().setup(estimator, context)
        # Nothing has been reported yet, so the class of the monitor can still be replaced.
        _progressbar._run_monitors[context.root_uuid].__class__ = _Monitor


class _Monitor(_progressbar.RichProgressMonitor):
    """Shows only running tasks below the outermost levels."""

    def _on_task_end(self, task_info: dict[str, Any]) -> None:
        path = list(task_info["path"])
        super()._on_task_end(task_info)
        if len(path) > _STAYS:
            for task in self.root_rich_task.get_descendants(path)[-1]:
                self.progress_ctx.update(task.id, visible=False)
