"""Trees in a file: those that scikit-learn writes are read, and changed ones are refused."""

import copy
import io
import json
import zipfile

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestRegressor,
    StackingClassifier,
)

import skkeras
from tests.persistence.schemas import FOREST, NET, X, nodes_of, number, tampered, y

# Keras' own copying of models asks TensorFlow's variables for arrays the old way.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def test_trees_of_several_outputs(tmp_path):
    targets = np.stack([y, np.arange(60) % 3], axis=1)
    for forest in (FOREST, RandomForestRegressor(2, random_state=0)):
        fitted = clone(forest).fit(X, targets)
        skkeras.save(fitted, tmp_path / "e")
        assert_array_equal(skkeras.load(tmp_path / "e").predict(X), fitted.predict(X))


@pytest.mark.parametrize("inside", ["alone", "stacked"])
def test_why_trees_of_gradient_boosting_need_trust(inside, tmp_path):
    model = GradientBoostingClassifier(n_estimators=2)
    if inside == "stacked":
        model = StackingClassifier([("boosted", model), ("net", NET)], cv=2)
    model.fit(X, y)
    name = "sklearn.tree._tree.Tree"
    with pytest.raises(ValueError, match=rf"{name} \(in gradient boosting; .* without checks"):
        skkeras.save(model, tmp_path / "e")
    skkeras.save(model, tmp_path / "e", trusted=name)
    with pytest.raises(ValueError, match=rf"was not loaded, .*{name} \(in gradient boosting; "):
        skkeras.load(tmp_path / "e")
    assert_array_equal(skkeras.load(tmp_path / "e", trusted=name).predict(X), model.predict(X))


@pytest.fixture(scope="module")
def forest(tmp_path_factory):
    """Bytes of a file with trees."""
    path = tmp_path_factory.mktemp("saved") / "e"
    skkeras.save(clone(FOREST).fit(X, y), path)
    return path.read_bytes()


def with_trees(data, change):
    """Write the file again with one of its trees changed: its nodes or its values."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(".npy"):
                array = np.load(io.BytesIO(content))
                if array.dtype.names and "left_child" in array.dtype.names:
                    change(array)
                buffer = io.BytesIO()
                np.save(buffer, array)
                content = buffer.getvalue()
            file.writestr(name, content)
    return target.getvalue()


def set_node(name, value, row=0):
    def change(nodes):
        nodes[name][row] = value

    return change


def test_trees_written_again_are_read(forest, tmp_path):
    (tmp_path / "e").write_bytes(with_trees(forest, lambda nodes: None))
    skkeras.load(tmp_path / "e").predict(X)


@pytest.mark.parametrize(
    "change",
    [
        set_node("left_child", 10**9),
        set_node("left_child", -5),
        set_node("right_child", 10**9),
        set_node("right_child", 0),
        set_node("left_child", 0, row=1),
        set_node("feature", 5),
        set_node("feature", -2),
        set_node("feature", 10**12),
        set_node("left_child", 1, row=-1),
    ],
)
def test_trees_that_lead_elsewhere_are_refused(forest, change, tmp_path):
    (tmp_path / "e").write_bytes(with_trees(forest, change))
    with pytest.raises(ValueError, match="was not loaded: a tree"):
        skkeras.load(tmp_path / "e")


def set_size(name, value):
    def change(state):
        for tree in nodes_of(state, "TreeNode"):
            tree["content"]["content"][name] = number(value)

    return change


def set_argument(place, value):
    def change(state):
        for tree in nodes_of(state, "TreeNode"):
            tree["__reduce__"]["args"]["content"][place] = number(value)

    return change


def set_attribute(kind, name, value):
    def change(state):
        for node in nodes_of(state, "ObjectNode"):
            if node["__class__"] == kind:
                attributes = node["content"]
                if name not in attributes["content"]:
                    types = attributes["key_types"]["content"]
                    types.append(types[0])
                attributes["content"][name] = value

    return change


def as_loss(state):
    for tree in nodes_of(state, "TreeNode"):
        tree["__loader__"] = "LossNode"


def inside_another(state):
    tree, other, *_ = nodes_of(state, "TreeNode")
    other["__reduce__"]["args"]["content"][0] = copy.deepcopy(tree)


MAXIMUM = {"__class__": "maximum", "__module__": "numpy", "__loader__": "FunctionNode"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_size("node_count", 10**6), "arrays of other sizes|sizes that are none"),
        (set_size("node_count", 1), "arrays of other sizes"),
        (set_size("node_count", 2.5), "sizes that are none"),
        (set_size("max_depth", 0), "has a max_depth of 0"),
        (set_size("max_depth", 10**6), "has a max_depth of"),
        (set_argument(0, 10**6), "different numbers of features"),
        (set_argument(0, 1), "asks for others"),
        (set_argument(2, 7), "outputs has"),
        (set_argument(2, -1), "sizes that are none"),
        (set_attribute("DecisionTreeClassifier", "n_features_in_", number(2)), "different numbers"),
        (set_attribute("DecisionTreeClassifier", "n_features_in_", number(None)), "different"),
        (set_attribute("DecisionTreeClassifier", "_validate_X_predict", MAXIMUM), "methods"),
        (as_loss, "not written as one"),
        (inside_another, "not written as one"),
    ],
)
def test_trees_whose_sizes_are_not_true_are_refused(forest, change, message, tmp_path):
    def changed(schema):
        state = json.loads(schema)
        change(state)
        return json.dumps(state)

    (tmp_path / "e").write_bytes(tampered(forest, changed))
    with pytest.raises(ValueError, match=message):
        skkeras.load(tmp_path / "e")


def test_trees_of_histograms_need_trust(tmp_path):
    model = HistGradientBoostingClassifier(max_iter=2).fit(X, y)
    with pytest.raises(ValueError, match=r"TreePredictor \(scikit-learn reads .* without checks"):
        skkeras.save(model, tmp_path / "e")
    name = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"
    skkeras.save(model, tmp_path / "e", trusted=name)
    assert_array_equal(skkeras.load(tmp_path / "e", trusted=name).predict(X), model.predict(X))
