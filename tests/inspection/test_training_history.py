import sys

import numpy as np
import pytest
from matplotlib import pyplot
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from skkeras import KerasMLPClassifier, KerasMLPRegressor
from skkeras.inspection import TrainingHistoryDisplay
from skkeras.inspection._training_history import read_histories

X, y = load_iris(return_X_y=True)
X = scale(X)


@pytest.fixture
def network():
    return KerasMLPClassifier(hidden_layer_sizes=4, epochs=3, batch_size=50, random_state=0)


@pytest.fixture(scope="module")
def watched():
    network = KerasMLPClassifier(
        hidden_layer_sizes=4, epochs=4, early_stopping=True, metrics=["accuracy"], random_state=0
    )
    return network.fit(X, y)


def test_a_panel_for_each_quantity_shows_what_the_history_holds(watched):
    display = TrainingHistoryDisplay.from_estimator(watched)
    assert display.histories == {"KerasMLPClassifier": watched.history_}
    assert [ax.get_ylabel() for ax in display.axes_] == ["loss", "accuracy"]
    assert {ax.get_xlabel() for ax in display.axes_} == {"epoch"}
    assert display.ax_ is display.axes_[0] and display.figure_ is pyplot.gcf()
    names = ["loss", "val_loss", "accuracy", "val_accuracy"]
    for line, name in zip(display.lines_, names, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3, 4])
        np.testing.assert_array_equal(line.get_ydata(), watched.history_[name])
        assert line.get_linestyle() == ("--" if name.startswith("val") else "-")


def test_the_lowest_loss_on_rows_held_out_is_marked(watched):
    ax = TrainingHistoryDisplay.from_estimator(watched).ax_
    losses = watched.history_["val_loss"]
    (mark,) = [line for line in ax.lines if line.get_label().startswith("lowest")]
    assert mark.get_xdata() == [np.argmin(losses) + 1]
    assert f"{min(losses):.3g} in epoch {np.argmin(losses) + 1}" in mark.get_label()


def test_finds_networks_inside(network):
    pipeline = make_pipeline(StandardScaler(), network).fit(X, y)
    (history,) = read_histories(pipeline).values()
    assert history is pipeline[-1].history_

    search = GridSearchCV(pipeline, {"kerasmlpclassifier__alpha": [0, 1e-3]}, cv=2).fit(X, y)
    (history,) = read_histories(search).values()
    assert history is search.best_estimator_[-1].history_

    regressor = KerasMLPRegressor(hidden_layer_sizes=4, epochs=2, random_state=0)
    scaled = TransformedTargetRegressor(regressor, transformer=StandardScaler()).fit(X, y)
    assert read_histories(scaled)["TransformedTargetRegressor"] is scaled.regressor_.history_

    voting = VotingClassifier([("net", network), ("line", LogisticRegression())]).fit(X, y)
    (history,) = read_histories(voting).values()
    assert history is voting.estimators_[0].history_

    bag = BaggingClassifier(pipeline, n_estimators=2, random_state=0).fit(X, y)
    assert list(read_histories({"bag": bag, "net": pipeline})) == ["bag, 1", "bag, 2", "net"]


def test_folds_lie_over_each_other(network):
    found = cross_validate(network, X, y, cv=3, return_estimator=True)["estimator"]
    display = TrainingHistoryDisplay.from_estimator(found)
    assert list(display.histories) == ["fit 1", "fit 2", "fit 3"]
    for line, estimator in zip(display.lines_, found, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), estimator.history_["loss"])
    assert len({line.get_color() for line in display.lines_}) == 3
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["fit 1", "fit 2", "fit 3"]


def test_keys_name_the_lines_and_many_are_named_by_the_first_and_the_last():
    history = {"loss": [1.0, 0.5], "val_loss": [1.1, 0.7]}
    few = TrainingHistoryDisplay(histories={"a": history, "b": history}).plot()
    legend = [text.get_text() for text in few.ax_.get_legend().get_texts()]
    assert legend == ["a", "b", "training rows", "rows held out"]
    many = TrainingHistoryDisplay(histories={f"fit {n}": history for n in range(40)}).plot()
    legend = [text.get_text() for text in many.ax_.get_legend().get_texts()]
    assert legend == ["fit 0", "…", "fit 39", "training rows", "rows held out"]
    assert len(many.lines_) == 80


def test_draws_one_epoch_and_losses_that_ran_away():
    histories = {"one": {"loss": [1.0]}}
    (line,) = TrainingHistoryDisplay(histories=histories).plot().lines_
    assert line.get_marker() == "o"
    away = {"loss": [1.0, np.nan, np.inf], "val_loss": [2.0, np.inf, np.nan]}
    display = TrainingHistoryDisplay(histories={"away": away}).plot()
    display.figure_.canvas.draw()
    assert "lowest: 2 in epoch 1" in [line.get_label() for line in display.ax_.lines]


def test_draws_into_axes_that_are_given(watched):
    figure, ax = pyplot.subplots()
    display = TrainingHistoryDisplay.from_estimator(watched, ax=ax)
    assert display.figure_ is figure is pyplot.gcf()
    assert display.axes_.shape == (2,)
    loss_only = TrainingHistoryDisplay(histories={"a": {"loss": [1.0, 0.5]}})
    figure, ax = pyplot.subplots()
    assert loss_only.plot(ax=ax).ax_ is ax


def test_refuses_what_has_no_history(network):
    with pytest.raises(NotFittedError):
        TrainingHistoryDisplay.from_estimator(network)
    with pytest.raises(NotFittedError):
        TrainingHistoryDisplay.from_estimator(make_pipeline(StandardScaler(), network))
    unkept = GridSearchCV(network, {"alpha": [0]}, cv=2, refit=False).fit(X, y)
    with pytest.raises(TypeError, match="A search needs refit=True"):
        TrainingHistoryDisplay.from_estimator(unkept)
    for wrong in (LogisticRegression().fit(X, y), KerasMLPClassifier, "network", None):
        with pytest.raises(TypeError, match="Expected a fitted estimator with a training history"):
            TrainingHistoryDisplay.from_estimator(wrong)
    for empty in ([], {}):
        with pytest.raises(ValueError, match="expected at least one, got none"):
            TrainingHistoryDisplay.from_estimator(empty)


def test_says_that_matplotlib_is_missing(watched, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"TrainingHistoryDisplay\.plot requires matplotlib"):
        TrainingHistoryDisplay.from_estimator(watched)
