import numpy as np
import pandas as pd
import polars as pl
import pytest
from PIL import Image

from skkeras import KerasCNNClassifier, KerasCNNRegressor, KerasTransferClassifier
from skkeras.image._stacks import stacked

QUICK = {"filters": 4, "dense_units": 8, "epochs": 1, "random_state": 0}


def images(n_images=12, *shape):
    return np.random.default_rng(0).integers(0, 256, (n_images, *(shape or (8, 6, 3))), np.uint8)


def boxes(items):
    made = np.empty(len(items), object)
    made[:] = items
    return made


@pytest.mark.parametrize(
    "held",
    [
        list,
        tuple,
        lambda X: boxes(list(X)),
        lambda X: boxes(list(X))[:, np.newaxis],
        lambda X: pd.Series(list(X), index=range(5, 5 + len(X))),
        lambda X: pd.DataFrame({"picture": list(X)}),
        lambda X: pd.Series([image.tolist() for image in X]),
        lambda X: pd.Series([Image.fromarray(image) for image in X]),
        lambda X: [Image.fromarray(image) for image in X],
        lambda X: X.tolist(),
        lambda X: pl.Series(list(X), dtype=pl.Object),
        lambda X: pl.Series("picture", X, dtype=pl.Array(pl.UInt8, X.shape[1:])),
    ],
)
@pytest.mark.parametrize("shape", [(8, 6), (8, 6, 3)])
def test_images_that_a_column_holds_are_as_good_as_one_array(held, shape):
    X, y = images(12, *shape), np.arange(12) % 2
    given = held(X)
    np.testing.assert_array_equal(np.asarray(stacked(given)), X)
    model = KerasCNNRegressor(**QUICK).fit(given, y)
    np.testing.assert_array_equal(model.predict(given), model.predict(X))


def test_flat_images_in_a_column_are_stacked():
    X = images()
    model = KerasCNNClassifier(**QUICK, image_shape=(8, 6, 3))
    model.fit(pd.Series(list(X.reshape(12, -1))), np.arange(12) % 2)
    assert model.predict(X.reshape(12, -1)).shape == (12,)


@pytest.mark.parametrize("kind", [KerasCNNClassifier, KerasCNNRegressor, KerasTransferClassifier])
@pytest.mark.parametrize("held", [list, boxes, pd.Series, lambda X: pd.DataFrame({"a": X})])
def test_images_of_several_shapes_are_named(kind, held):
    X = [*images(2), images(1)[0, :5], images(1)[0, ..., 0]]
    message = (
        r"3 shapes: \(8, 6, 3\) \(row 0\), \(5, 6, 3\) \(row 2\), \(8, 6\) \(row 3\); expected "
        r"one\. Bring all to one size and number of channels"
    )
    with pytest.raises(ValueError, match=message):
        kind().fit(held(X), [0, 1, 0, 1])


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (pd.Series([images()[0], None]), TypeError, "Row 1 of X is of type NoneType and no image"),
        ([images()[0], "1.png"], TypeError, "Row 1 of X is of type str and no image"),
        (pd.Series([np.nan, images()[0]]), TypeError, "Row 0 of X is of type float and no image"),
        ([[[1, 2], [3, 4]], [[1, 2], [3]]], TypeError, "Row 1 of X is of type list and no image"),
        (
            pd.DataFrame({"picture": list(images(2)), "size": 8}),
            ValueError,
            r"shape \(2, 2\) and holds arrays; expected one column .* Choose that column",
        ),
    ],
)
def test_what_is_no_column_of_images_is_refused(X, error, message):
    with pytest.raises(error, match=message):
        KerasCNNClassifier().fit(X, [0, 1])


@pytest.mark.parametrize(
    "X", [images(), pd.DataFrame({"a": [1, 2], "b": [3, 4]}), pd.Series([1, 2]), np.eye(2)]
)
def test_all_else_stays_as_it_is(X):
    assert stacked(X) is X
