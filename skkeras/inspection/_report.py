"""HTML report of a search."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_html_repr
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skkeras.inspection._candidates import Candidates, metrics, read_search
from skkeras.inspection._page import as_figure, as_page, as_table
from skkeras.inspection._reproduce import as_code, seeds, versions
from skkeras.inspection._search_results import SearchResultsDisplay
from skkeras.inspection._style import as_text, short_names
from skkeras.inspection._training_history import TrainingHistoryDisplay, read_histories
from skkeras.inspection._written import Writer, code

_CAPTIONS = {
    "convergence": "Scores in the order tried. Did the search converge?",
    "importance": "The share of the scores' variance that each parameter explains alone, and that "
    "several explain only together (functional analysis of variance, Hutter et al. 2014).",
    "slice": "Scores over each parameter. If the best value is at the edge, widen the range.",
    "parallel": "Each candidate as a line through its parameters to its score.",
    "heatmap": "Mean scores over the two parameters that explain most of them alone.",
}

# Maximum length of texts in the table, which scrolls.
_LONGEST = 200


class ReportPath(type(Path())):  # type: ignore[misc]
    """Path of a report, which notebooks display as the page itself."""

    def _repr_html_(self) -> str | None:
        """Return the page in a frame, or None if there is no file."""
        if not self.is_file():
            return None
        page = escape(self.read_text(encoding="utf-8"))
        # Without access to the notebook, whose style and scripts it does not need.
        return (
            f'<iframe srcdoc="{page}" sandbox="allow-scripts" '
            'style="width: 100%; height: 45rem; border: 1px solid #ccc; box-sizing: border-box">'
            "</iframe>"
        )


def search_report(search: Any, path: str | os.PathLike[str], *, metric: str | None = None) -> Path:
    """Write the results of a search to one HTML page.

    The page contains the best candidate and its pipeline, its training history if it is a network,
    each plot of `SearchResultsDisplay` for which the results are sufficient, all candidates from
    best to worst, and what is needed to reproduce the search: its code, seeds and versions. The
    page is a single file that loads nothing from elsewhere. It does not contain the data.

    Parameters
    ----------
    search : estimator
        A fitted search, as in `SearchResultsDisplay.from_search`.
    path : str or path-like
        File to write; an existing file is overwritten.
    metric : str, default=None
        Score to rank by and to plot if the search has several; None uses the one that selected the
        best candidate.

    Returns
    -------
    pathlib.Path
        `path`. As the result of a cell, notebooks display the page.

    Raises
    ------
    TypeError
        If `search` is not a search.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    ValueError
        If it has no score named `metric`; if `metric` is None and the search has several scores but
        did not select by one of them; or if every candidate failed.
    ImportError
        If matplotlib is not installed. Without Optuna, the page has a note that importances need
        it.

    See Also
    --------
    SearchResultsDisplay : One plot at a time.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.svm import SVC
    >>> from skkeras.inspection import search_report
    >>> search = GridSearchCV(SVC(), {"C": [0.1, 1, 10]}).fit(*load_iris(return_X_y=True))
    >>> with TemporaryDirectory() as folder:
    ...     page = search_report(search, Path(folder) / "search.html")
    ...     page.read_text()[:15]
    '<!DOCTYPE html>'
    """
    check_matplotlib_support("search_report")
    candidates = read_search(search, metric)
    sections = [
        ("", as_table(_summary(search, candidates))),
        ("Best candidate", _best(search, candidates)),
        ("Plots", _plots(candidates)),
        ("All candidates", _ranked(search, candidates)),
        ("Reproduce this search", _again(search)),
    ]
    title = type(search).__name__
    if hasattr(search, "estimator"):
        title += f" of {type(search.estimator).__name__}"
    page = ReportPath(path)
    page.write_text(as_page(title, sections), encoding="utf-8")
    return page


def _summary(search: Any, candidates: Candidates) -> list[tuple[str, str]]:
    results = search.cv_results_
    n_fits = search.n_splits_ * getattr(search, "n_repeats", 1)
    seconds = n_fits * np.nansum(results["mean_fit_time"] + results["mean_score_time"])
    n_candidates = len(candidates.last().scores)
    rows = [
        ("best " + candidates.score_name.lower(), _score(candidates, candidates.best)),
        ("candidates", f"{n_candidates:,}"),
        ("evaluations without a score", f"{candidates.failed.sum():,}"),
        ("fits", f"{n_fits * len(candidates.scores):,}, on {search.n_splits_} splits of the data"),
        ("time of all fits and scores", f"{seconds:,.1f} s, added up"),
    ]
    if hasattr(search, "refit_time_"):
        rows.append(("time to fit the best on all data", f"{search.refit_time_:,.1f} s"))
    return rows


def _score(candidates: Candidates, row: int) -> str:
    return f"{candidates.scores[row]:.4g} (± {candidates.stds[row]:.2g} between splits)"


def _best(search: Any, candidates: Candidates) -> str:
    params = search.cv_results_["params"][candidates.best]
    parts = [as_table([(name, code(value)) for name, value in params.items()])]
    if not hasattr(search, "estimator"):  # candidates of several models
        return parts[0]
    model = getattr(search, "best_estimator_", None)
    if model is None or candidates.best != search.best_index_:
        model = clone(search.estimator).set_params(**clone(params, safe=False))
    parts.append(f"<div>{estimator_html_repr(Writer().written(model))}</div>")
    try:
        display = TrainingHistoryDisplay(histories=read_histories(model))
    except (TypeError, NotFittedError):  # no network, or an unfitted one
        return "\n".join(parts)
    caption = "How it was trained on all data, epoch by epoch."
    parts.append(_drawn(display._figure_size(), display.plot, caption))
    return "\n".join(parts)


def _plots(candidates: Candidates) -> str:
    display = SearchResultsDisplay._of(candidates)
    parts = []
    for kind, caption in _CAPTIONS.items():
        try:
            size = display._figure_size(kind)
            parts.append(_drawn(size, partial(display.plot, kind), caption))
        except (ValueError, ImportError) as error:
            parts.append(f"<p>No {kind} plot: {escape(str(error))}</p>")
    return "\n".join(parts)


def _drawn(size: tuple[float, float], draw: Callable[..., Any], caption: str) -> str:
    import matplotlib
    from matplotlib.figure import Figure

    # The page does not depend on the user's style settings, and no window opens.
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams["svg.hashsalt"] = "skkeras"
        figure = Figure(figsize=size, layout="constrained")
        draw(ax=figure.subplots())
        return as_figure(figure, caption)


def _ranked(search: Any, candidates: Candidates) -> str:
    """Return the table of all evaluations, the best first."""
    results = search.cv_results_
    names = short_names(candidates.names)
    scores = {name: (f"mean_test_{name}", f"std_test_{name}") for name in metrics(search)}
    heads = [candidates.score_name.lower()] if list(scores) == ["score"] else list(scores)
    others = [name for name in ("n_resources", "iter", "bracket") if name in results]
    header = [
        "rank",
        *heads,
        *names.values(),
        *(candidates.resource_name.split("__")[-1] if n == "n_resources" else n for n in others),
        "fit time (s)",
    ]
    order = np.argsort(np.where(candidates.failed, np.inf, -candidates.scores), kind="stable")
    rows, classes = [], []
    for rank, row in enumerate(order, start=1):
        params = candidates.params[row]
        rows.append(
            [
                f"{rank}",
                *(f"{results[m][row]:.4g} ± {results[s][row]:.2g}" for m, s in scores.values()),
                *(as_text(params[name], _LONGEST) if name in params else "" for name in names),
                *(f"{results[name][row]}" for name in others),
                f"{results['mean_fit_time'][row]:.3g}",
            ]
        )
        chosen, failed = row == candidates.best, candidates.failed[row]
        classes.append("marked" if chosen else "faded" if failed else "")
    numbers = [0, *range(len(header) - len(others) - 1, len(header))]
    note = "<p>Means ± standard deviations over the splits; the marked candidate was chosen.</p>"
    return note + as_table(rows, header, numbers, classes)


def _again(search: Any) -> str:
    found = seeds(search)
    unset = [name for name, seed in found.items() if seed is None]
    rows = [(name, repr(seed)) for name, seed in found.items()]
    parts = [f"<pre>{escape(as_code(search))}.fit(X, y)</pre>"]
    if rows:
        parts += ["<p>Seeds:</p>", as_table(rows)]
    if unset:
        parts.append(
            "<p>Where a seed is None, another run may find something else: "
            f"{escape(', '.join(unset))}.</p>"
        )
    return "\n".join([*parts, "<p>Versions:</p>", as_table(list(versions().items()))])
