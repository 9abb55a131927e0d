"""Files of fits and of estimators, changed at random where they have structure."""

import copy
import hashlib
import io
import json
import sys
import time
import warnings
import zipfile
from contextlib import suppress

import keras
import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler
from skopt.space import Real

import skkeras
from skkeras import FitMemory, KerasClassifier, KerasMLPClassifier
from skkeras.model_selection import BayesSearchCV

resource = pytest.importorskip("resource", reason="Windows tells no peak of memory")

X = np.random.default_rng(0).random((30, 3), dtype="float32")
y = np.arange(30) % 2
RNG = np.random.RandomState(0)
KEY = "a" * 64
STRINGS = [
    *("", "x" * 10_000, "\0", "os", "system", "antigravity", "subprocess", "Popen", "builtins"),
    *("eval", "open", "object", "void", "float32", "<f8", "O,O", "memory", "class_name", "config"),
    *("keras.src.callbacks.csv_logger", "CSVLogger", "callbacks.TensorBoard", "losses.get"),
    *("skkeras.inspection", "skkeras.fit_cache._memory", "FitMemory", "Lambda", "function"),
    *("sklearn.metrics._regression", "mean_squared_error", "sklearn.pipeline", "Pipeline"),
    *("ListNode", "DictNode", "JsonNode", "NdArrayNode", "ObjectNode", "TypeNode", "TupleNode"),
    *("ConstructorFromReduceNode", "FunctionNode", "CachedNode", "BytesNode", "SparseMatrixNode"),
    *("TreeNode", "LossNode", "MadeNode", "uniform", "scipy.stats", "skopt.space.space"),
    *("RandomStateNode", "MethodNode", "DTypeNode", "SliceNode", "OperatorFuncNode"),
    *("schema.json", "/dev/zero", "[" * 5000, '{"memory": "/tmp/fits"}', "1e999", "NaN"),
]
VALUES = [None, True, -1, 0, 1, 2**31, 10**12, 10**30, -1e308, float("nan"), [], {}, [[]]]
_acts: list[str] = []
_is_watching = False


def _watch(event, args):
    if not _is_watching:
        return
    if event == "open":
        acts = set("wax+") & set(args[1]) if isinstance(args[1], str) else args[2] & 0b11
    else:
        acts = event.startswith(("import", "socket.", "subprocess.", "os.system", "os.mkdir"))
    if acts:
        _acts.append(f"{event} {args}")


sys.addaudithook(_watch)


@pytest.fixture
def watched():
    """Allow no import, no file and no connection, and 200 MiB of memory."""
    global _is_watching
    _acts.clear()
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    _is_watching = False
    assert _acts == []
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start
    assert taken * (1 if sys.platform == "darwin" else 1024) < 200 * 2**20


def attempt(read):
    """Tell whether a file is read, which nothing but a ValueError may prevent."""
    global _is_watching
    start, _is_watching = time.perf_counter(), True
    try:
        read()
    except ValueError:
        return False
    finally:
        _is_watching = False
        assert time.perf_counter() - start < 20
    return True


def places(tree, found):
    """List all containers of a tree with their keys."""
    for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
        found.append((tree, key))
        if isinstance(part, (dict, list)):
            places(part, found)
    return found


def changed(tree, random):
    """Change one to three places of a tree, and trees that stand in it as text."""
    tree = copy.deepcopy(tree)
    for _ in range(random.integers(1, 4)):
        if not (found := places(tree, [])):
            break
        at, key = found[random.integers(len(found))]
        other, name = found[random.integers(len(found))]
        part, kind = at[key], random.integers(8)
        if isinstance(part, str) and part[:1] in ("{", '"') and part not in STRINGS and kind < 6:
            at[key] = json.dumps(changed([json.loads(part)], random))[1:-1]
        elif kind == 0:
            del at[key]
        elif kind == 1:
            at[key] = VALUES[random.integers(len(VALUES))]
        elif kind == 2:
            at[key] = copy.deepcopy(other[name])
        elif kind == 3 and isinstance(at, dict):
            at[STRINGS[random.integers(len(STRINGS))]] = at.pop(key)
        elif kind == 4 and isinstance(part, list):
            part.extend(copy.deepcopy(part))
        elif kind == 5:
            at[key] = [part]
        else:
            at[key] = STRINGS[random.integers(len(STRINGS))]
    return tree


def changed_bytes(data, random):
    data = bytearray(data)
    for _ in range(random.integers(1, 4)):
        data[random.integers(len(data))] = random.integers(256)
    return bytes(data[: random.integers(len(data))] if random.random() < 0.2 else data)


def array_header(random):
    header = io.BytesIO()
    shape = tuple(int(random.choice([0, 1, 3, -1, 2**40])) for _ in range(random.integers(4)))
    dtype = str(random.choice(["<f4", "|O", "|V0", "<U0", "|V8", "<M8[D]", "|b1", "<f2"]))
    description = {"descr": dtype, "fortran_order": bool(random.integers(2)), "shape": shape}
    np.lib.format.write_array_header_1_0(header, description)
    return header.getvalue()


def changed_archive(members, random):
    members, kind = dict(members), random.integers(10)
    arrays = [name for name in members if name.endswith(".npy")]
    if kind == 0 and arrays:
        members[str(random.choice(arrays))] = array_header(random) + bytes(random.integers(64))
    elif kind == 1 and arrays:
        name = str(random.choice(arrays))
        members[name] = changed_bytes(members[name], random)
    elif kind == 2:
        del members[str(random.choice(list(members)))]
    else:
        schema = changed(json.loads(members["schema.json"]), random)
        members["schema.json"] = json.dumps(schema).encode()
    target = io.BytesIO()
    ways = zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA
    with zipfile.ZipFile(target, "w", ways[random.choice(3, p=[0.8, 0.15, 0.05])]) as file:
        for name, content in members.items():
            file.writestr(name, content)
    data = target.getvalue()
    return changed_bytes(data, random) if kind == 3 else data


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "e"
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2, "softmax")])
    estimators = [
        make_pipeline(StandardScaler(), KerasMLPClassifier(epochs=1, random_state=0)).fit(X, y),
        KerasMLPClassifier(
            optimizer=keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 10)),
            metrics=["accuracy", keras.metrics.AUC(num_thresholds=50)],
            callbacks=[keras.callbacks.EarlyStopping("loss")],
        ),
        KerasClassifier(model, loss="binary_crossentropy", callbacks=keras.callbacks.EarlyStopping),
        RandomForestClassifier(2, max_depth=3, random_state=0).fit(X, y),
        RandomizedSearchCV(KerasMLPClassifier(), {"alpha": loguniform(1e-5, 1)}, random_state=RNG),
        BayesSearchCV(make_pipeline(SplineTransformer().fit(X)), {"alpha": Real(1e-5, 1)}),
    ]
    found = []
    for estimator in estimators:
        skkeras.save(estimator, path)
        use(skkeras.load(path))
        with zipfile.ZipFile(path) as file:
            found.append({name: file.read(name) for name in file.namelist()})
    return found


def use(estimator):
    """Do what reads the arrays of trees and splines, and draws random numbers."""
    with suppress(Exception):
        if isinstance(estimator, RandomForestClassifier):
            estimator.predict(X[:, : estimator.n_features_in_])
            estimator.decision_path(X)
        elif isinstance(estimator, RandomizedSearchCV):
            list(ParameterSampler(estimator.param_distributions, 2, random_state=RNG))
            estimator.random_state.random()
        elif isinstance(estimator, BayesSearchCV):
            estimator.estimator.transform(X)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("block", range(10))
def test_a_changed_file_of_an_estimator_loads_or_is_refused(archives, block, watched, tmp_path):
    path, n_read = tmp_path / "e", 0
    for i in range(100):
        random = np.random.default_rng([block, i])
        path.write_bytes(changed_archive(archives[i % len(archives)], random))
        n_read += attempt(lambda: use(skkeras.load(path)))
    assert 0 < n_read < 80


@pytest.fixture(scope="module")
def fit(tmp_path_factory):
    """A file of a fit, what it was trained on, and the callbacks."""
    memory = FitMemory(tmp_path_factory.mktemp("fits"))
    callbacks = [keras.callbacks.EarlyStopping("loss", patience=2)]
    values = [np.float32(0.1), np.ones((3, 2), np.float32), np.zeros(2, np.int64)]
    standing = {
        "ended": False,
        "values": {1: values[1]},
        "callbacks": [{"patience": 2, "wait": 1, "best": 0.1, "monitor_op": "less", "mode": "min"}],
    }
    history = {"loss": [0.2, 0.1], "per_class": [np.ones(2), np.zeros(2)]}
    state = {"n_iter": 2, "trainer": "xla", "history": history, "values": values}
    memory.keep(KEY, 2, {**state, "checkpoint": standing})
    (path,) = memory._positions(KEY).values()
    return memory, path, path.read_bytes(), values, callbacks


def changed_fit(data, random):
    if (kind := random.integers(10)) == 0:
        return changed_bytes(data, random)
    body = data[data.index(b"\n") + 33 :]
    size = int.from_bytes(body[:8], "little")
    header = changed(json.loads(body[8 : 8 + size]), random) if kind > 1 else {}
    text, arrays = json.dumps(header).encode(), body[8 + size :]
    if kind == 1:
        text, arrays = body[8 : 8 + size], arrays[: random.integers(len(arrays))]
    size = len(text) if kind != 2 else int(random.choice([0, 2**40, 2**63]))
    body = size.to_bytes(8, "little") + text + arrays
    return b"skkeras fit 2\n" + hashlib.sha256(body).digest() + body


@pytest.mark.parametrize("block", range(2))
def test_a_changed_file_of_a_fit_is_found_or_warned_of(fit, block, watched):
    memory, path, data, values, callbacks = fit
    n_read = 0
    for i in range(500):
        path.write_bytes(changed_fit(data, np.random.default_rng([block, i])))

        def find():
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                found = list(memory.find(KEY, 9, values, callbacks))
            if not found:
                # A file of another version is passed over in silence.
                assert told or path.read_bytes()[:14] != b"skkeras fit 2\n"
                raise ValueError
            assert [v.shape for v in found[0]["values"]] == [v.shape for v in values]

        n_read += attempt(find)
    assert 0 < n_read < 400
