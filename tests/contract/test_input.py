"""X and weights: what is the same to an estimator, and what it refuses."""

import numpy as np
import pytest


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int64", "float32", ">f8"])
def test_type_of_the_numbers_does_not_matter(numeric, dtype):
    X, y = numeric.data()
    model = numeric.fitted()
    expected = numeric.outputs(model, X)
    _assert_same(numeric.outputs(model, X.astype(dtype)), expected)
    other = numeric.estimator().fit(X.astype(dtype), y)
    _assert_same(numeric.outputs(other, X), expected)


def _assert_same(outputs, expected):
    # Numbers that are predicted from float32 are float32.
    np.testing.assert_array_equal(outputs, expected.astype(outputs.dtype))


def _read_only(X):
    X = X.copy()
    X.setflags(write=False)
    return X


def _with_gaps(X):
    X = X.repeat(2, axis=0)[::2]
    return X if X.ndim == 1 else X.repeat(2, axis=-1)[..., ::2]


@pytest.mark.parametrize(
    "lay_out",
    [np.asfortranarray, _read_only, _with_gaps, lambda X: X[::-1].copy()[::-1]],
    ids=["Fortran", "read-only", "gaps", "backwards"],
)
def test_layout_in_memory_does_not_matter(of_arrays, lay_out):
    case = of_arrays
    X, y = case.data()
    expected = case.outputs(case.fitted(batch_size=20), X)
    laid_out, target = lay_out(X), y[::-1].copy()[::-1]
    np.testing.assert_array_equal(laid_out, X)
    model = case.estimator(batch_size=20).fit(laid_out, target)
    np.testing.assert_array_equal(case.outputs(model, laid_out), expected)


def test_lists_are_arrays(of_arrays):
    case = of_arrays
    X, y = case.data()
    expected = case.outputs(case.fitted(), X)
    model = case.estimator().fit(X.tolist(), y.tolist())
    found = case.outputs(model, X.tolist())
    np.testing.assert_array_equal(found.astype(expected.dtype), expected)


def _spoilt(X, value, dtype=None):
    X = X.astype(dtype or X.dtype)
    X.reshape(len(X), -1)[3, 0] = value
    return X


_HOSTILE = {
    "NaN": lambda X: _spoilt(X, np.nan),
    "infinity": lambda X: _spoilt(X, -np.inf),
    "too large": lambda X: _spoilt(X, 1e300),
    "empty": lambda X: X[:0],
    "one axis": lambda X: X.reshape(len(X), -1)[:, 0],
    "no features": lambda X: X[..., :0],
    "a number": lambda X: np.float64(3.0),
    "nothing": lambda X: None,
    "words": lambda X: np.full(X.shape, "a"),
    "complex": lambda X: X + 1j,
    "a dict in it": lambda X: _spoilt(X, {}, object),
}


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("what", _HOSTILE)
def test_bad_input_is_refused_before_training(numeric, what):
    X, y = numeric.data()
    if what in numeric.accepts:
        with pytest.raises(AssertionError, match="It came to training"):
            numeric.estimator().fit(_HOSTILE[what](X), y)
        return
    X = _HOSTILE[what](X)
    n_rows = len(X) if hasattr(X, "__len__") else len(y)
    model = numeric.estimator()
    with pytest.raises((ValueError, TypeError)) as caught:
        model.fit(X, y[:n_rows])
    assert len(str(caught.value)) > 20
    assert not hasattr(model, "model_")


@pytest.mark.parametrize("what", _HOSTILE)
def test_bad_input_is_refused_in_predict(numeric, what):
    X, _ = numeric.data()
    model = numeric.fitted()
    if what in numeric.accepts:
        assert np.isfinite(numeric.outputs(model, _HOSTILE[what](X))).all()
        return
    with pytest.raises((ValueError, TypeError)):
        model.predict(_HOSTILE[what](X))
    assert np.isfinite(numeric.outputs(model, X)).all()


def test_another_number_of_features_is_refused(numeric_network):
    numeric = numeric_network
    X, y = numeric.data()
    model = numeric.estimator(epochs=1).fit(X, y)
    for other in (X[..., :-1], X.repeat(2, axis=-1)):
        with pytest.raises(ValueError, match=rf"{X.shape[-1]}"):
            model.predict(other)
        with pytest.raises(ValueError, match=rf"{X.shape[-1]}"):
            model.partial_fit(other, y)


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda w: w[:-1],
        lambda w: np.where(w == w[3], -1.0, w),
        lambda w: np.where(w == w[3], np.nan, w),
        lambda w: w * 0,
        lambda w: np.column_stack([w, w]),
        lambda w: np.full(w.shape, "a"),
    ],
    ids=["short", "negative", "NaN", "all zero", "two columns", "words"],
)
def test_bad_weights_are_refused(case, spoil):
    X, y = case.data()
    weights = np.linspace(1, 2, len(y))
    with pytest.raises(ValueError, match=r"(?i)weight|dtype|convert"):
        case.estimator().fit(X, y, sample_weight=spoil(weights))
