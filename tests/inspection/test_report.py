import base64
import html
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import keras
import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot
from PIL import Image
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline

from skkeras import KerasMLPClassifier
from skkeras.inspection import search_report

EVIL = '"><script>document.title="changed"</script><img src="http://example.invalid/x.png">'


class Noted(TransformerMixin, BaseEstimator):
    """Carries a note that changes nothing."""

    def __init__(self, note=""):
        self.note = note

    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return X


class Reader(HTMLParser):
    """Collects what a page would load, its tables' cells and its pictures."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.rows, self.images = [], [], 0
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.images += tag == "img"
        if tag == "link" or any(name in ("src", "srcset") for name, _ in attrs):
            self.loads += [value[:22] for name, value in attrs if name in ("src", "srcset", "href")]
        if tag == "tr":
            self.rows.append([])
        self._cell = tag in ("td", "th")
        if self._cell and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data):
        if self._cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def browse(browser, page, folder):
    """Open a page in a browser; give its document, its picture, and what it asked the web for."""
    picture, log = folder / "page.png", folder / "log.json"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
    found = subprocess.run(
        [
            browser,
            *options,
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder / 'profile'}",
            f"--log-net-log={log}",
            f"--screenshot={picture}",
            "--window-size=1200,4200",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    events = [event.get("params") or {} for event in json.loads(log.read_text())["events"]]
    # What the browser asks for on its own behalf comes from no page.
    asked = {
        event["url"]
        for event in events
        if event.get("initiator", "not an origin") != "not an origin"
        and event.get("url", "").startswith("http")
    }
    return found.stdout, np.asarray(Image.open(picture).convert("RGB")), asked


@pytest.fixture(scope="module")
def search():
    network = KerasMLPClassifier(hidden_layer_sizes=8, batch_size=50, epochs=3, random_state=0)
    space = {
        "noted__note": ["plain", EVIL],
        "kerasmlpclassifier__learning_rate": loguniform(1e-3, 1e-1),
        "kerasmlpclassifier__hidden_layer_sizes": [(8,), (16,)],
    }
    search = RandomizedSearchCV(make_pipeline(Noted(), network), space, n_iter=16, cv=2)
    return search.set_params(random_state=0).fit(*load_iris(return_X_y=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def page(search, folder):
    search_report(search, folder / "search.html")
    return folder / "search.html"


@pytest.fixture(scope="module")
def seen(browser, page, folder):
    return browse(browser, page, folder)


@pytest.fixture(params=["written", pytest.param("seen", marks=pytest.mark.browser)])
def document(request, page):
    """The page as it was written, and what a browser makes of it."""
    return page.read_text() if request.param == "written" else request.getfixturevalue("seen")[0]


def test_shows_the_table_of_candidates(search, document):
    rows = Reader(document).rows
    header = next(number for number, row in enumerate(rows) if row[:1] == ["rank"])
    assert rows[header] == [
        "rank", "accuracy", "hidden_layer_sizes", "learning_rate", "note", "fit time (s)"
    ]  # fmt: skip
    shown = rows[header + 1 : header + 17]
    assert [int(row[0]) for row in shown] == list(range(1, 17))
    scores = [float(row[1].split(" ")[0]) for row in shown]
    wanted = np.sort(search.cv_results_["mean_test_score"])[::-1]
    np.testing.assert_allclose(scores, wanted, rtol=1e-3)
    assert scores == sorted(scores, reverse=True)


def test_has_pictures_of_training_and_five_of_the_search(document):
    pictures = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', document)
    assert Reader(document).images == len(pictures) == 6
    for picture in map(base64.b64decode, pictures):
        assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
        # What the axes and their contents are drawn with.
        assert picture.count(b"<path") > 5


@pytest.mark.browser
def test_a_browser_draws_all_pictures(seen):
    _, picture, _ = seen
    assert picture.shape == (4200, 1200, 3)
    ink = (picture < 250).any(axis=2)
    assert 0.02 < ink.mean() < 0.5
    # From top to bottom there is something in each part of the page that is this long at least.
    assert all(part.any() for part in np.array_split(ink[:3000], 10))
    # Colours that only the plots have: the bars' blue and the line of the best so far.
    for colour in ([0, 114, 178], [213, 94, 0]):
        assert (np.abs(picture.astype(int) - colour).sum(axis=2) < 12).sum() > 100


def test_has_all_that_it_shows(document, page):
    assert set(Reader(document).loads) == {"data:image/svg+xml;bas"}
    text = page.read_text()
    assert not re.search(r"@import|url\((?!data:)", text)
    assert "default-src 'none'" in text


@pytest.mark.browser
def test_a_browser_asks_for_nothing(browser, seen, folder):
    _, _, asked = seen
    assert asked == set()
    # The same look at a page that does ask finds it.
    other = folder / "other"
    other.mkdir()
    (other / "page.html").write_text('<img src="http://example.invalid/x.png">')
    assert browse(browser, other / "page.html", other)[2] == {"http://example.invalid/x.png"}


def test_returns_its_path_which_a_notebook_shows(page, search, tmp_path):
    found = search_report(search, str(tmp_path / "search.html"))
    assert isinstance(found, Path) and found == tmp_path / "search.html"
    frame = found._repr_html_()
    shown = html.unescape(re.fullmatch(r'<iframe srcdoc="([^"]*)" sandbox=.*</iframe>', frame)[1])
    assert shown == found.read_text()
    found.unlink()
    assert found._repr_html_() is None


@pytest.mark.browser
def test_a_browser_shows_the_frame(browser, search, tmp_path):
    found = search_report(search, tmp_path / "search.html")
    (tmp_path / "cell.html").write_text(f"<p>Out[1]:</p>{found._repr_html_()}")
    _, picture, asked = browse(browser, tmp_path / "cell.html", tmp_path)
    inside = picture[60:700, 30:1170]
    assert 0.01 < (inside < 200).any(axis=2).mean() < 0.5 and asked == set()


def test_names_the_metric(page):
    rows = Reader(page.read_text()).rows
    assert rows[0][0] == "best accuracy"


def test_values_are_text_and_not_html(page, document):
    assert "<title>RandomizedSearchCV of Pipeline</title>" in document
    assert EVIL not in page.read_text()
    assert "&lt;img src=" in page.read_text()


def test_says_how_to_do_it_again(page):
    text = page.read_text()
    assert "from skkeras.tabular import KerasMLPClassifier" in text
    assert "loguniform(0.001, 0.1)" in text
    assert ".fit(X, y)" in text
    rows = Reader(text).rows
    assert ["estimator__kerasmlpclassifier__random_state", "0"] in rows
    assert ["scikit-learn", sys.modules["sklearn"].__version__] in rows
    assert "another run may find something else" not in text


def test_says_which_seeds_are_missing(tmp_path):
    search = GridSearchCV(LogisticRegression(max_iter=1000), {"C": [0.1, 1]})
    search_report(search.fit(*load_iris(return_X_y=True)), tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "another run may find something else: estimator__random_state" in text


def test_says_which_plots_cannot_be_drawn(tmp_path, data, scored, monkeypatch):
    search = GridSearchCV(scored, {"a": [1, 2]}).fit(*data)
    monkeypatch.setitem(sys.modules, "optuna", None)
    search_report(search, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "No importance plot: The importance of parameters needs optuna" in text
    assert "No heatmap plot: A heatmap needs two parameters" in text
    assert Reader(text).images == 3


def test_reports_a_search_of_several_scores_that_chose_none(tmp_path, data):
    X, y = data
    search = GridSearchCV(
        LogisticRegression(), {"C": [0.1, 1, 10]}, scoring=["accuracy", "neg_log_loss"], refit=False
    )
    search.fit(X, y)
    with pytest.raises(ValueError, match="give metric="):
        search_report(search, tmp_path / "page.html")
    search_report(search, tmp_path / "page.html", metric="neg_log_loss")
    rows = Reader((tmp_path / "page.html").read_text()).rows
    best = search.cv_results_["params"][np.argmax(search.cv_results_["mean_test_neg_log_loss"])]
    assert ["C", repr(best["C"])] in rows
    assert rows[0][0] == "best negative log loss"
    assert ["rank", "accuracy", "neg_log_loss", "C", "fit time (s)"] in rows


def test_reports_a_search_in_rungs_with_failures(tmp_path, data, scored):
    search = HalvingRandomSearchCV(
        scored, {"a": [-1, 1, 2, 3, 4, 5, 6, 7, 8]}, n_candidates=9, resource="epochs",
        min_resources=1, max_resources=9, cv=2, random_state=0,
    )  # fmt: skip
    with pytest.warns(Warning):
        search.fit(*data)
    search_report(search, tmp_path / "page.html")
    rows = Reader((tmp_path / "page.html").read_text()).rows
    header = next(row for row in rows if row[:1] == ["rank"])
    assert header == ["rank", "score", "a", "epochs", "iter", "fit time (s)"]
    assert ["candidates", "9"] in rows
    assert ["evaluations without a score", "1"] in rows
    assert ["fits", f"{2 * sum(search.n_candidates_)}, on 2 splits of the data"] in rows
    assert rows[rows.index(header) + sum(search.n_candidates_)][1] == "nan ± nan"


def test_leaves_no_figure_open_and_styles_as_they_were(tmp_path, data, scored):
    search = GridSearchCV(scored, {"a": [1, 2, 3], "b": [1, 2]}).fit(*data)
    with pyplot.style.context("dark_background"):
        pyplot.get_backend()  # chooses one, which is a parameter too
        before = matplotlib.rcParams.copy()
        search_report(search, tmp_path / "dark.html")
        assert matplotlib.rcParams == before
    search_report(search, tmp_path / "light.html")
    dark, light = ((tmp_path / f"{name}.html").read_text() for name in ("dark", "light"))
    pictures = [[part[:2000] for part in page.split("base64,")[1:]] for page in (dark, light)]
    assert pictures[0] == pictures[1]
    assert pyplot.get_fignums() == []


def test_refuses_what_is_no_fitted_search(tmp_path):
    with pytest.raises(NotFittedError):
        search_report(GridSearchCV(LogisticRegression(), {"C": [1]}), tmp_path / "page.html")
    with pytest.raises(TypeError, match="Expected a fitted search"):
        search_report(LogisticRegression(), tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_writes_objects_of_keras_as_code(tmp_path):
    decays = [keras.optimizers.schedules.ExponentialDecay(0.1, 10, rate) for rate in (0.5, 0.6)]
    optimizers = [keras.optimizers.SGD(rate) for rate in (0.1, *decays)]
    space = {"optimizer": optimizers, "callbacks": [None, [keras.callbacks.EarlyStopping("loss")]]}
    network = KerasMLPClassifier(hidden_layer_sizes=(2,), epochs=1, random_state=0)
    search = GridSearchCV(network, space, cv=2).fit(*load_iris(return_X_y=True))
    search_report(search, tmp_path / "page.html")
    page = html.unescape((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert " object at 0x" not in page
    for factor in (0.5, 0.6):
        schedule = f"initial_learning_rate=0.1, decay_steps=10, decay_rate={factor}"
        assert page.count(f"<td>SGD(learning_rate=ExponentialDecay({schedule}))</td>") >= 2
    assert "EarlyStopping(monitor='loss')" in page
    code = next(text for text in re.findall("<pre>(.*?)</pre>", page, re.S) if "import" in text)
    imports, text = code.split("\n\n")
    names = dict(zip("Xy", load_iris(return_X_y=True), strict=True))
    exec(imports, names)
    assert eval(text, names).cv_results_["mean_test_score"].tolist() == (
        search.cv_results_["mean_test_score"].tolist()
    )
