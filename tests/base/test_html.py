"""What notebooks show."""

import importlib
import pathlib
import re

import keras
import pytest
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skkeras
from skkeras import KerasClassifier, KerasMLPClassifier, model_selection

X, y = make_classification(40, 5, random_state=0)
NETWORK = KerasMLPClassifier(hidden_layer_sizes=(7,), epochs=1, random_state=0)


def text(page):
    """Strip what is not seen: styles, scripts, tags."""
    page = re.sub(r"<(style|script).*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def build(meta):
    return keras.Sequential(
        [
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(1, "sigmoid", name="to>end"),
        ]
    )


def test_parameters_and_their_documentation():
    page = NETWORK._repr_html_()
    assert "hidden_layer_sizes" in text(page) and "(7,)" in text(page)
    assert "Number of units of each hidden layer." in text(page)
    assert "Documentation for KerasMLPClassifier" in text(page)
    assert "Output shape" not in text(page)


@pytest.mark.parametrize(
    "estimator",
    [NETWORK, make_pipeline(StandardScaler(), NETWORK), GridSearchCV(NETWORK, {}, cv=2)],
    ids=["alone", "pipeline", "search"],
)
def test_layers_of_a_fitted_network(estimator):
    page = text(estimator.fit(X, y)._repr_html_())
    assert "3 layers, 50 parameters" in page
    assert re.search(r"dense\S* Dense \(None, 7\) 42", page)
    assert "probability Dense (None, 1) 8" in page


def test_names_of_layers_are_escaped():
    network = KerasClassifier(build, loss="binary_crossentropy").fit(X, y)
    page = network._repr_html_()
    assert "to&gt;end" in page and "to>end" not in page


def test_a_model_without_shapes():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.end = keras.layers.Dense(1, "sigmoid")

        def call(self, inputs):
            return self.end(inputs)

    network = KerasClassifier(Own, loss="binary_crossentropy").fit(X, y)
    assert "1 layers, 6 parameters" in text(network._repr_html_())


def test_attributes_of_a_subclass_with_an_own_docstring():
    class Own(KerasClassifier):
        """Classifier.

        Attributes
        ----------
        target_type_ : str
            Type of the target.
        """

    network = Own(build, loss="binary_crossentropy").fit(X, y)
    network.own_ = 1
    shown = set(network._get_fitted_attr_html())
    assert {"classes_", "n_features_in_", "own_", "target_type_"} <= shown
    assert not {"n_outputs_expected_", "y_ndim_"} & shown
    assert network.n_outputs_expected_ == 1  # as in SciKeras


@pytest.mark.parametrize(
    "name",
    [n for n in skkeras.__all__ if n.startswith("Keras")]
    + [n for n in model_selection.__all__ if n.endswith("SearchCV")],
)
def test_links_lead_to_pages_of_the_reference(name):
    kind = getattr(skkeras, name, None) or getattr(model_selection, name)
    if name.endswith("SearchCV"):
        estimator = kind(NETWORK, {})
        assert f"Documentation for {name}" in text(estimator._repr_html_())
    else:
        estimator = kind(build) if name in ("KerasClassifier", "KerasRegressor") else kind()
    page = estimator._get_doc_link().rpartition("/")[2].removesuffix(".html")
    module = page.rpartition(".")[0]
    assert getattr(importlib.import_module(module), name) is kind
    listed = (pathlib.Path(__file__).parents[2] / "docs" / "api.md").read_text()
    assert f"   {page.removeprefix('skkeras.')}\n" in listed
