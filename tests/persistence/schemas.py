"""Networks and data to save, and changes of what a file describes."""

import io
import json
import zipfile

import keras
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier

from skkeras import KerasClassifier, KerasMLPClassifier
from skkeras.layers import Dropout

X, y = make_classification(60, 5, random_state=0)
X = X.astype("float32")


def build(meta, units=8):
    return keras.Sequential(
        [
            keras.layers.Input((meta["n_features_in_"],)),
            keras.layers.Dense(units, "relu"),
            Dropout(0.2),
            keras.layers.Dense(1, "sigmoid" if "classes_" in meta else None),
        ]
    )


NET = KerasMLPClassifier(hidden_layer_sizes=(4,), epochs=1, random_state=0)
FOREST = RandomForestClassifier(3, random_state=0)


LINEAR = keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(2, "softmax")])


def around(**params):
    return KerasClassifier(LINEAR, loss="binary_crossentropy", **params)


def nodes_of(tree, kind):
    """Find all nodes of a schema with this loader."""
    if isinstance(tree, dict):
        if tree.get("__loader__") == kind:
            yield tree
        for part in tree.values():
            yield from nodes_of(part, kind)
    elif isinstance(tree, list):
        for part in tree:
            yield from nodes_of(part, kind)


def number(value):
    return {"__class__": "int", "__module__": "builtins", "__loader__": "JsonNode"} | {
        "content": json.dumps(value)
    }


def tampered(saved, change):
    """Write the file again with another schema."""
    source = zipfile.ZipFile(io.BytesIO(saved))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in source.namelist():
            content = source.read(name)
            file.writestr(name, change(content.decode()) if name == "schema.json" else content)
    return target.getvalue()


def text(value):
    node = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode"}
    return {**node, "content": json.dumps(value)}
