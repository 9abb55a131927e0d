import os
import pickle
import pty
import subprocess
import sys

import numpy as np
import pytest
from rich.console import Console
from sklearn.callback import ProgressBar
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skkeras import KerasMLPClassifier
from skkeras.model_selection import SearchProgressBar, _progress

SCRIPT = """
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from skkeras.model_selection import GridSearchCV, SearchProgressBar

model = make_pipeline(StandardScaler(), SVC())
search = GridSearchCV(model, {"svc__C": [1, 2, 3]}, cv=2)
search.set_callbacks(SearchProgressBar()).fit(*load_iris(return_X_y=True))
"""


def test_a_terminal_shows_what_runs_and_then_no_more():
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"},
    )
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 1 << 16):
            shown += block
    except OSError:
        # What Linux says of a terminal whose other end is closed.
        pass
    finally:
        os.close(ours)
    assert process.wait() == 0, shown.decode()
    text = shown.decode()
    last = text[text.rindex("GridSearchCV - fit") :]
    assert "candidate 3 of 3, best so far" in text and "Warning" not in text
    assert "search" in last and "refit-with-best-params" in last
    assert "candidate" not in last and "StandardScaler" not in last


def test_scikit_learns_search_over_networks(capsys):
    network = KerasMLPClassifier(hidden_layer_sizes=(4,), epochs=2, random_state=0)
    model = make_pipeline(StandardScaler(), network)
    search = GridSearchCV(model, {"kerasmlpclassifier__alpha": [0.0, 0.1]}, cv=2)
    shown = []
    for bars in (ProgressBar(max_propagation_depth=None), SearchProgressBar()):
        search.set_callbacks(bars).fit(*load_iris(return_X_y=True))
        shown.append(capsys.readouterr().out)
        assert "GridSearchCV - fit" in shown[-1] and "search" in shown[-1]
    assert "KerasMLPClassifier - fit" in shown[0] and "KerasMLPClassifier - fit" not in shown[1]


@pytest.mark.parametrize("bars", [ProgressBar, SearchProgressBar])
def test_worker_processes_report(capsys, bars):
    def scoring(estimator, X, y=None):
        return 1.0

    search = GridSearchCV(StandardScaler(), {"with_mean": [True, False]}, cv=2, scoring=scoring)
    search.set_params(n_jobs=2).set_callbacks(bars()).fit(np.eye(6))
    shown = capsys.readouterr().out
    assert "refit-with-best-params" in shown
    assert ("StandardScaler - fit #3" in shown) == (bars is ProgressBar)


def test_goes_to_worker_processes_and_takes_a_depth():
    assert SearchProgressBar().max_propagation_depth is None
    assert pickle.loads(pickle.dumps(SearchProgressBar(1))).max_propagation_depth == 1
    with pytest.raises(ValueError, match="max_propagation_depth"):
        SearchProgressBar(-1)


# A cell of JupyterLab beside its file browser has 91 columns in 1,280 pixels.
@pytest.mark.parametrize(
    ("width", "in_notebook"), [*((w, False) for w in (40, 60, 80, 120, 200)), (91, True)]
)
def test_percentage_and_time_are_not_cut_off(monkeypatch, capsys, width, in_notebook):
    monkeypatch.setattr(_progress, "get_console", lambda: console)
    console = Console(width=115 if in_notebook else width)
    console.is_jupyter = in_notebook
    bars = _progress._FittingProgress(disable=True)
    names = [
        "search",
        "  candidate 3 of 8, best so far 0.7800",
        "    Pipeline - fit-final-estimator #1",
    ]
    for percent, name in enumerate(names, start=97):
        bars.add_task(name, total=100, completed=percent)
    bars.add_task("      KerasMLPClassifier - fit #1", total=1, completed=1)
    bars._ordered_tasks = bars.tasks
    renderables = list(bars.get_renderables())
    console.is_jupyter = False
    console.print(*renderables)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4 and all(len(line) <= width for line in lines)
    for line, percent in zip(lines, ["97%", "98%", "99%", "100%"], strict=True):
        assert line.split()[-2] == percent and line.split()[-1] in ("-:--:--", "0:00:00")
        assert "━" in line
    assert lines[2].startswith("    Pipeline") and "#1" in lines[2]
    assert ("…" in "".join(lines)) == (width < 60)


def test_a_notebook_without_widgets_gives_one_warning(monkeypatch, capsys):
    console = Console(force_jupyter=True)
    monkeypatch.setattr(_progress, "get_console", lambda: console)
    monkeypatch.setattr("rich.progress.get_console", lambda: console)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    monkeypatch.setattr(_progress.importlib.util, "find_spec", lambda name: None)
    search = GridSearchCV(StandardScaler(), {"with_mean": [True, False]}, cv=2)
    search.set_params(scoring=lambda *_: 1.0).set_callbacks(SearchProgressBar())
    with pytest.warns(UserWarning, match="pip install ipywidgets") as caught:
        search.fit(np.eye(6))
    assert [w for w in caught if "ipywidgets" in str(w.message)] == list(caught)[:1]
    assert len(caught) == 1 and not capsys.readouterr().out
