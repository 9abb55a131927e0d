"""Bad data is refused before training, in words; all other data gives finite predictions."""

import contextlib
import warnings

import numpy as np
import pandas
import polars
import pytest
import scipy.sparse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sklearn.base import clone, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from skkeras import KerasMLPClassifier, KerasMLPRegressor

CLASSIFIER = KerasMLPClassifier(hidden_layer_sizes=(4,), epochs=2, random_state=0)
REGRESSOR = KerasMLPRegressor(hidden_layer_sizes=(4,), epochs=2, random_state=0)
settings.register_profile(
    "networks",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("networks")
POISON = [
    np.nan,
    np.inf,
    -np.inf,
    1e300,
    -1e39,
    1e30,
    1e-310,
    2**70,
    -(2**63),
    None,
    "word",
    "3.5",
    b"bytes",
    1j,
    True,
    -0.0,
]
CONTAINERS = {
    "array": lambda X: X,
    "fortran": np.asfortranarray,
    "reversed": lambda X: X[::-1],
    "list": lambda X: X.tolist(),
    "pandas": lambda X: pandas.DataFrame(X).rename(columns=str),
    "polars": lambda X: polars.DataFrame(X.tolist(), strict=False),
    "csr": scipy.sparse.csr_array,
    "1-D": lambda X: X.ravel(),
    "3-D": lambda X: X[:, :, None],
}
LABELS = [0, 1, 2, -1, "a", "b", "", True, 1.0, 0.5, np.nan, None, 2**62, np.inf, (1, 2), b"x"]
WEIGHTS = [0.0, 1.0, 2.0, 0.5, -1.0, np.nan, np.inf, 1e300, 1e-300, 5e-324, "heavy"]


def read_only(array):
    if isinstance(array, np.ndarray):
        array.flags.writeable = False
    return array


@st.composite
def tables(draw):
    n_rows = draw(st.sampled_from([0, 1, 2, 3, 6, 12, 12, 12, 12]))
    X = np.random.default_rng(draw(st.integers(0, 3))).normal(size=(n_rows, 3))
    X = X.astype(draw(st.sampled_from(["f8", "f8", "f4", "f2", "i8", "u1", "?", "O", "M8[s]"])))
    if n_rows and draw(st.booleans()):
        X = X.astype(object) if draw(st.booleans()) else X
        value = draw(st.sampled_from(POISON))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with contextlib.suppress(TypeError, ValueError, OverflowError):  # not of this type
                X[draw(st.integers(0, n_rows - 1)), draw(st.integers(0, 2))] = value
    container = draw(st.sampled_from(["array"] * 4 + list(CONTAINERS)))
    try:
        return n_rows, read_only(CONTAINERS[container](X))
    except Exception:  # no such container of this type
        return n_rows, read_only(X)


@st.composite
def targets(draw, n_rows):
    n_rows = max(0, n_rows + draw(st.sampled_from([0] * 8 + [1, -1])))
    kind = draw(st.sampled_from(["fine", "fine", "numbers", "labels", "any", "columns"]))
    if kind == "fine":
        return np.arange(n_rows) % 2
    if kind == "numbers":
        return np.linspace(0, draw(st.sampled_from([1e-30, 1, 1e30, 1e300])), n_rows)
    if kind == "columns":
        return (np.arange(2 * n_rows) % 3 > 0).reshape(n_rows, 2)
    pool = draw(
        st.lists(st.sampled_from(LABELS), min_size=1, max_size=2 if kind == "labels" else 6)
    )
    y = np.empty(n_rows, dtype=object)
    y[:] = [pool[i % len(pool)] for i in range(n_rows)]
    return y if draw(st.booleans()) else y.tolist()


@st.composite
def problems(draw):
    n_rows, X = draw(tables())
    y = draw(targets(n_rows))
    n_weights = max(0, n_rows + draw(st.sampled_from([0] * 6 + [1])))
    pool = draw(st.lists(st.sampled_from(WEIGHTS), min_size=1, max_size=3))
    weights = [pool[i % len(pool)] for i in range(n_weights)]
    return X, read_only(y), draw(st.sampled_from([None, None, weights, np.array(weights)]))


def contents(data):
    if scipy.sparse.issparse(data):
        return repr(data.toarray())
    return repr(data.to_numpy().tolist() if hasattr(data, "to_numpy") else data)


def fit_or_refuse(model, X, y, weights):
    """Return what was raised, or None after checking what was learned."""
    before = [contents(part) for part in (X, y, weights)]
    model = clone(model)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model.fit(X, y, sample_weight=weights)
        except (ValueError, TypeError) as error:
            assert not hasattr(model, "history_"), "trained before it was refused"
            assert len(str(error)) > 20
            return error
        finally:
            assert [contents(part) for part in (X, y, weights)] == before
    if not model.initialized_:
        assert any(issubclass(w.category, ConvergenceWarning) for w in caught)
        return None
    outputs = model.predict_proba(X) if is_classifier(model) else model.predict(X)
    assert np.isfinite(outputs).all()
    assert len(model.predict(X)) == len(outputs)
    return None


@given(problem=problems())
def test_classifiers(problem):
    fit_or_refuse(CLASSIFIER, *problem)


@given(problem=problems())
def test_regressors(problem):
    fit_or_refuse(REGRESSOR, *problem)


GOOD = np.random.default_rng(0).normal(size=(12, 3))
GOOD.flags.writeable = False
Y = np.arange(12) % 2


def poisoned(value, dtype=None):
    X = GOOD.astype(dtype or GOOD.dtype)
    X[3, 1] = value
    return X


REFUSED = {
    "NaN": (poisoned(np.nan), Y, None, "Input X contains NaN"),
    "infinity": (poisoned(-np.inf), Y, None, "Input X contains infinity"),
    "too large": (poisoned(1e300), Y, None, "too large for dtype.'float32'.*scale it"),
    "huge integer": (poisoned(2**70, object).tolist(), Y, None, None),
    "word": (poisoned("word", object), Y, None, "could not convert string to float: 'word'"),
    "complex": (GOOD * 1j, Y, None, "Complex data not supported"),
    "dates": (GOOD.astype("M8[s]"), Y, None, "X must hold numbers; got dtype datetime64"),
    "no row": (GOOD[:0], Y[:0], None, r"0 sample\(s\)"),
    "no column": (GOOD[:, :0], Y, None, r"0 feature\(s\)"),
    "1-D": (GOOD[:, 0], Y, None, "Expected 2D array, got 1D array"),
    "3-D": (GOOD[:, :, None], Y, None, "dim 3"),
    "None": (None, Y, None, "Expected 2D array|got None|None"),
    "fewer targets": (GOOD, Y[:-1], None, "X has 12 rows, y has 11"),
    "no target": (GOOD, None, None, "requires y to be passed"),
    "one class": (GOOD, np.zeros(12), None, "at least 2 classes to learn from; got 1 class"),
    "one row": (GOOD[:1], Y[:1], None, "at least 2 classes to learn from; got 1 class"),
    "missing label": (GOOD, [*"ab" * 5, None, "a"], None, "y contains NaN or None"),
    "missing number": (GOOD, [1.0] * 11 + [np.nan], None, "y contains NaN or None"),
    "missing in pandas": (GOOD, pandas.Series([0, 1] * 5 + [None] * 2, dtype="Int64"), None, "NaN"),
    "missing object": (GOOD, [*"ab" * 5, pandas.NA, "a"], None, "y contains NaN or None"),
    "mixed labels": (GOOD, np.array([0, "a"] * 6, dtype=object), None, "y|uniform|label"),
    "continuous": (GOOD, np.linspace(0, 1, 12), None, "Unknown label type: continuous"),
    "fewer weights": (GOOD, Y, np.ones(11), r"sample_weight.shape == \(11,\), expected \(12,\)"),
    "2-D weights": (GOOD, Y, np.ones((12, 1)), "Sample weights must be 1D"),
    "negative weight": (GOOD, Y, np.r_[-1, np.ones(11)], "Negative values in data passed"),
    "NaN weight": (GOOD, Y, np.r_[np.nan, np.ones(11)], "sample_weight contains NaN"),
    "no weight": (GOOD, Y, np.zeros(12), "at least one non-zero number"),
    "one class with weight": (GOOD, Y, Y, "at least 2 classes to learn from; got 1 class"),
    "words as weights": (GOOD, Y, ["heavy"] * 12, "could not convert string to float"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_named(case):
    *data, message = case
    error = fit_or_refuse(CLASSIFIER, *data)
    if message is not None:
        with pytest.raises((ValueError, TypeError), match=message):
            raise error or AssertionError("it was trained")


ACCEPTED = {
    "one column": GOOD[:, :1],
    "constant": np.ones((12, 3)),
    "zeros": np.zeros((12, 3)),
    "large": poisoned(1e18),
    "tiny": GOOD * 1e-300,
    "negative zero": poisoned(-0.0),
    "float16": GOOD.astype(np.float16),
    "long double": GOOD.astype(np.longdouble),
    "uint8": GOOD.astype(np.uint8),
    "int64": (GOOD * 2**40).astype(np.int64),
    "bool": GOOD > 0,
    "objects": GOOD.astype(object),
    "big endian": GOOD.astype(">f8"),
    "fortran": np.asfortranarray(GOOD),
    "strided": np.repeat(GOOD, 2, axis=0)[::2],
    "reversed": GOOD[::-1],
    "list": GOOD.tolist(),
    "csr": scipy.sparse.csr_matrix(GOOD),
    "csc": scipy.sparse.csc_array(GOOD),
    "coo": scipy.sparse.coo_array(GOOD),
    "masked": np.ma.masked_array(GOOD),
}


@pytest.mark.filterwarnings("ignore:The features' standard deviations:UserWarning")
@pytest.mark.parametrize("X", ACCEPTED.values(), ids=ACCEPTED)
@pytest.mark.parametrize("model", [CLASSIFIER, REGRESSOR], ids=["classes", "numbers"])
def test_what_is_accepted_learns(model, X):
    assert fit_or_refuse(model, X, Y, None) is None


@pytest.mark.parametrize("n_rows", [1, 2, 3])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_regressors_of_few_rows(n_rows, early_stopping):
    model = clone(REGRESSOR).set_params(early_stopping=early_stopping)
    error = fit_or_refuse(model, GOOD[:n_rows], GOOD[:n_rows, 0], None)
    if n_rows == 1 and early_stopping:
        assert "leaves no row of 1 to train on" in str(error)
    else:
        assert error is None


@given(values=st.lists(st.sampled_from(WEIGHTS[:-1]), min_size=12, max_size=12))
@example(values=[1e300] * 12)
@example(values=[1e308] * 12)
@example(values=[5e-324] * 12)
@example(values=[1e300] + [1.0] * 11)
def test_weights(values):
    for model in (CLASSIFIER, REGRESSOR):
        error = fit_or_refuse(model, GOOD, Y, np.array(values))
        bad = any(not np.isfinite(v) or v < 0 for v in values) or not any(values)
        kept = {label for label, value in zip(Y, values, strict=True) if value}
        assert (error is not None) == (bad or (is_classifier(model) and len(kept) < 2))


@pytest.mark.parametrize("frame", [pandas, polars], ids=["pandas", "polars"])
def test_features_in_another_order_are_refused(frame):
    table = frame.DataFrame({f"x{i}": GOOD[:, i] for i in range(3)})
    model = clone(CLASSIFIER).fit(table, Y)
    for columns in (["x2", "x1", "x0"], ["x0", "x1"]):
        with pytest.raises(ValueError, match="feature names should match those that were passed"):
            model.predict(table[columns])
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame.DataFrame({f"z{i}": GOOD[:, i] for i in range(3)}))


@pytest.mark.parametrize(
    "X", [GOOD[:, :2], np.hstack([GOOD, GOOD]), scipy.sparse.csr_array(GOOD[:, :2])]
)
def test_another_number_of_features_is_refused(X):
    model = clone(CLASSIFIER).fit(GOOD, Y)
    for method in (model.predict, model.predict_proba):
        with pytest.raises(ValueError, match=r"expecting 3 features as input"):
            method(X)
    with pytest.raises(ValueError, match="expecting 3 features"):
        model.partial_fit(X, Y)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_predict_refuses_what_fit_refuses(value):
    model = clone(CLASSIFIER).fit(GOOD, Y)
    with pytest.raises(ValueError, match=r"X contains|too large"):
        model.predict(poisoned(value))


def test_categories_unseen_at_fit():
    seen = pandas.DataFrame({"colour": ["red", "blue"] * 6})
    unseen = pandas.DataFrame({"colour": ["green", None]})
    with pytest.raises(ValueError, match="could not convert string to float"):
        clone(CLASSIFIER).fit(seen, Y)
    encoders = (
        OneHotEncoder(handle_unknown="ignore"),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    )
    for encoder in encoders:
        model = make_pipeline(encoder, clone(CLASSIFIER)).fit(seen, Y)
        assert np.isfinite(model.predict_proba(unseen)).all()


def test_validation_data_is_checked_as_training_data_is():
    for model, other in ((CLASSIFIER, np.full(12, 5)), (REGRESSOR, None)):
        for X_val, y_val in ((GOOD[:, :2], Y), (poisoned(np.nan), Y), (GOOD, other), (GOOD, Y[:5])):
            fresh = clone(model)
            with pytest.raises(ValueError, match=r"features|NaN|labels|both|rows"):
                fresh.fit(GOOD, Y, X_val=X_val, y_val=y_val)
            assert not hasattr(fresh, "history_")
