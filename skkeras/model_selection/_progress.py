"""scikit-learn's progress bar, for searches that run for hours."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterator
from queue import Queue
from typing import Any

from rich import get_console
from rich.progress import BarColumn, Progress, TextColumn
from sklearn.callback import ProgressBar, _progressbar

# Levels whose bars stay: the search and its direct subtasks, such as the final refit.
_STAYS = 2
# Columns of text: the widest line that JupyterLab shows beside its files in 1,280 pixels, the
# narrowest and the widest bar, and percentage and time with the spaces between.
_NOTEBOOK = 88
_BAR = (5, 40)
_NUMBERS = 15


class SearchProgressBar(ProgressBar):
    """Progress bars of the running tasks of any search.

    Like `sklearn.callback.ProgressBar`, but the bars of candidates, folds, pipeline steps and
    epochs disappear when their task has ended. scikit-learn keeps a line for each fit, which is
    more than a screen can show in a long search. Lines fit the width of the terminal or notebook.
    The searches of `skkeras.model_selection` show the names of candidates, seeds and folds, and
    the best score so far.

    Parameters
    ----------
    max_propagation_depth : int or None, default=None
        Number of levels of estimators inside the search that have bars: 1 shows the search and its
        estimator, 2 also the steps of a pipeline. None shows all levels. Estimators that do not
        support callbacks have no bars; scikit-learn's warnings about them are turned off.

    Notes
    -----
    The bars need `rich`, which Keras installs, and in a notebook also `ipywidgets`; without it,
    there is one warning and no bar. Worker processes must run on the same machine to report
    progress.

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
        shown = not get_console().is_jupyter or importlib.util.find_spec("ipywidgets") is not None
        if not shown:
            warnings.warn(
                "Progress bars in a notebook need ipywidgets, which is not installed, so there are "
                "none. Run `pip install ipywidgets` and restart the kernel.",
                UserWarning,
                stacklevel=2,
            )
        # As in scikit-learn, whose monitor cannot be replaced.
        queue: Queue[Any] = Queue()
        self._listener_handles[context.root_uuid] = _progressbar.open_listener(queue.put)
        monitor = _Monitor(queue, shown)
        monitor.start()
        _progressbar._run_queues[context.root_uuid] = queue
        _progressbar._run_monitors[context.root_uuid] = monitor


class _Monitor(_progressbar.RichProgressMonitor):
    """Shows only running tasks below the outermost levels."""

    def __init__(self, queue: Queue[Any], shown: bool) -> None:
        super().__init__(queue=queue)
        self.shown = shown

    def run(self) -> None:
        self.progress_ctx = _FittingProgress(disable=not self.shown)
        self.root_rich_task: Any = None
        with self.progress_ctx:
            while task_info := self.queue.get():
                begins = task_info.pop("event") == "begin"
                (self._on_task_begin if begins else self._on_task_end)(task_info)
            self.progress_ctx.refresh()

    def _on_task_end(self, task_info: dict[str, Any]) -> None:
        path = list(task_info["path"])
        super()._on_task_end(task_info)
        if len(path) > _STAYS:
            for task in self.root_rich_task.get_descendants(path)[-1]:
                self.progress_ctx.update(task.id, visible=False)


class _Description(TextColumn):
    """Description of a task, without its middle if it is longer than `width`."""

    width = 0

    def __init__(self) -> None:
        super().__init__("{task.description}", markup=False)

    def render(self, task: Any) -> Any:
        text = super().render(task)
        if len(text) > self.width:
            head = self.width * 2 // 3
            text = text[:head].append("…") + text[len(text) - (self.width - head - 1) :]
        return text


class _FittingProgress(Progress):
    """Bars whose lines are no longer than the console, with percentage and time in full."""

    def __init__(self, disable: bool) -> None:
        orange, blue = "#F7931E", "#29ABE2"  # scikit-learn's colours
        self._ordered_tasks: list[Any] = []
        self._description = _Description()
        self._bar = BarColumn(complete_style=orange, finished_style=blue, pulse_style=orange)
        super().__init__(
            self._description,
            self._bar,
            _progressbar._StyledPercentageColumn("{task.percentage:>3.0f}%"),
            _progressbar._StyledTimeRemainingColumn(elapsed_when_finished=True),
            disable=disable,
        )

    def get_renderables(self) -> Iterator[Any]:
        """Yield the bars of the visible tasks, in the order of `_ordered_tasks`."""
        tasks = list(self._ordered_tasks)
        console = get_console()
        width = console.width - _NUMBERS
        if console.is_jupyter:
            width = min(width, _NOTEBOOK - _NUMBERS)
        longest = max((len(task.description) for task in tasks if task.visible), default=0)
        bar = min(max(width - longest, _BAR[0]), _BAR[1])
        self._description.width, self._bar.bar_width = max(width - bar, 1), bar
        yield self.make_tasks_table(tasks)
