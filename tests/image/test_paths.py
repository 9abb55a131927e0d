from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

import skkeras
from skkeras import KerasCNNClassifier, KerasCNNRegressor
from skkeras.datasets import fetch_stamps
from skkeras.image import _paths
from skkeras.training import _eligibility

QUICK = {"filters": 4, "dense_units": 8, "epochs": 2, "batch_size": 16, "random_state": 0}


@pytest.fixture(scope="module")
def digits():
    """48 pictures of 8x8 pixels, in colour, and what they show."""
    data = load_digits(n_class=3)
    images = (data.images[:48, ..., np.newaxis] * [15, 10, 5]).astype(np.uint8)
    return images, data.target[:48]


@pytest.fixture
def files(digits, tmp_path):
    """Write the pictures into files, and list them in their order."""
    for row, image in enumerate(digits[0]):
        Image.fromarray(image).save(tmp_path / f"{row:02}.png")
    return np.array([str(tmp_path / f"{row:02}.png") for row in range(48)])


@pytest.fixture
def streaming(monkeypatch):
    """Let no images fit into the memory, and be read in small blocks."""
    monkeypatch.setattr(_eligibility, "MEMORY_BUDGET", 1000)
    monkeypatch.setattr(skkeras.training._batches, "_BLOCK_BYTES", 8 * 8 * 3 * 4 * 10)


def test_paths_are_as_good_as_their_images(digits, files):
    X, y = digits
    expected = KerasCNNClassifier(**QUICK).fit(X, y).predict_proba(X)
    given = [
        files,
        files[:, np.newaxis],
        files.tolist(),
        [Path(path) for path in files],
        files.astype(object),
        pd.Series(files, index=np.arange(48) + 5),
        pd.Series(files, dtype="string"),
        pd.DataFrame({"path": files}),
        pl.Series(files),
        pl.DataFrame({"path": files}),
    ]
    for paths in given:
        model = KerasCNNClassifier(**QUICK).fit(paths, y)
        np.testing.assert_array_equal(model.predict_proba(paths), expected)
        assert (model.n_features_in_, model.image_shape_) == (1, (8, 8, 3))
        assert list(getattr(model, "feature_names_in_", ["path"])) == ["path"]


def test_images_are_resized_to_the_shape_that_is_asked_for(files, tmp_path, digits):
    Image.new("RGB", (30, 20)).save(tmp_path / "large.png")
    paths = [*files[:9], str(tmp_path / "large.png")]
    y = np.arange(10) % 2
    with pytest.raises(ValueError, match=r"large\.png' is 20 pixels high and 30 wide, .*8 and 8; "):
        KerasCNNClassifier().fit(paths, y)
    small = KerasCNNClassifier(**QUICK).fit(paths[:9], y[:9])
    with pytest.raises(ValueError, match=r"but those of fit are 8 and 8; set image_shape"):
        small.predict(paths)
    for shape, channels in (((6, 5), 3), ((6, 5, 3), 3), ([6, 5, 1], 1)):
        model = KerasCNNClassifier(**QUICK, image_shape=shape).fit(paths, y)
        assert model.image_shape_ == (6, 5, channels)
        assert model.predict(paths).shape == y.shape
    with pytest.raises(ValueError, match=r"\(6, 5, 4\) has 4 channels, but .* in colour"):
        KerasCNNClassifier(image_shape=(6, 5, 4)).fit(paths, y)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ("photo.png", ValueError, "X is one single path; expected the path of one image a row"),
        ([["1.png", "2.png"]], ValueError, r"shape \(1, 2\) and begins with a string; expected"),
        (["1.png", None], TypeError, "Row 1 of X is of type NoneType; expected"),
        ([b"1.png", "2.png"], TypeError, "Row 0 of X is of type bytes"),
        (["1.png", "2.png"], ValueError, r"There is no file '1\.png', .* starts at"),
        (np.array([["a", "b"]] * 2), ValueError, "X has strings in the columns"),
        (np.array("1.png"), ValueError, "Expected 2D array, got scalar array"),
        (pd.Series([], dtype=str), ValueError, "Expected a 2-dimensional container"),
    ],
)
def test_what_is_no_column_of_paths_is_refused(X, error, message):
    model = KerasCNNClassifier()
    with pytest.raises(error, match=message):
        model.fit(X, [0, 1])
    assert not hasattr(model, "model_")


@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("streams", [True, False])
def test_broken_file_is_named_before_any_training(
    digits, files, normalize, streams, request, monkeypatch
):
    if streams:
        request.getfixturevalue("streaming")
    monkeypatch.setattr(KerasCNNClassifier, "_train", None)
    whole = Path(files[40]).read_bytes()
    Path(files[40]).write_bytes(whole[:-30])
    model = KerasCNNClassifier(normalize=normalize)
    with pytest.raises(ValueError, match=r"40\.png' is cut short or broken"):
        model.fit(files, digits[1])
    assert not hasattr(model, "model_")


def test_arrays_do_not_follow_paths_nor_paths_arrays(digits, files):
    X, y = digits
    with pytest.raises(ValueError, match=r"X holds images as arrays, but .* was fitted on paths"):
        KerasCNNClassifier(**QUICK).fit(files, y).predict(X)
    with pytest.raises(ValueError, match=r"X holds images as paths, but .* was fitted on arrays"):
        KerasCNNClassifier(**QUICK).fit(X, y).predict(files)


def _fitted_both_ways(kind, params, files, y, request, **fit):
    """Fit with the images in memory, and streamed."""
    memory = kind(**params).fit(files, y, **fit)
    expected = memory.predict(files)
    request.getfixturevalue("streaming")
    streamed = kind(**params).fit(files, y, **fit)
    assert memory.trainer_ == "graph"
    assert streamed.trainer_.startswith("fit (the data takes more memory")
    np.testing.assert_allclose(streamed.history_["loss"], memory.history_["loss"], rtol=1e-5)
    np.testing.assert_allclose(streamed.predict(files), expected, rtol=1e-4)
    return streamed


@pytest.mark.parametrize("normalize", [True, False])
def test_streaming_gives_what_memory_gives(digits, files, normalize, request):
    _fitted_both_ways(
        KerasCNNRegressor, {**QUICK, "normalize": normalize}, files, digits[1] * 1.0, request
    )


@pytest.mark.filterwarnings("ignore:early_stopping holds out:UserWarning")
def test_streaming_holds_out_and_weighs(digits, files, request):
    weights = np.arange(48) % 3
    params = {**QUICK, "early_stopping": True, "class_weight": "balanced", "dropout": 0.0}
    model = _fitted_both_ways(
        KerasCNNClassifier, params, files, digits[1], request, sample_weight=weights
    )
    assert len(model.history_["val_loss"]) == 2


def test_streams_hold_a_block_of_images_at_a_time(digits, files, streaming, monkeypatch):
    read, sizes = _paths.read_images, []

    def count(paths, *rest):
        sizes.append(len(paths))
        return read(paths, *rest)

    monkeypatch.setattr(_paths, "read_images", count)
    model = KerasCNNClassifier(**QUICK, image_shape=(8, 8)).fit(files, digits[1])
    # What the pixels are like, then at least two epochs of three batches, then predictions.
    assert sizes[:5] == [10, 10, 10, 10, 8]
    assert len(sizes) >= 5 + 6 and set(sizes[5:]) == {16}
    model.predict(files)
    assert sizes[-5:] == [10, 10, 10, 10, 8]


def test_memory_of_fits_knows_what_is_in_files(digits, files, streaming, tmp_path):
    model = KerasCNNClassifier(**QUICK, memory=tmp_path / "fits")
    X, y = files, digits[1]
    first = model.fit(X, y).predict_proba(X)

    def n_kept():
        return len(list((tmp_path / "fits").rglob("*.fit")))

    assert n_kept() == 1
    np.testing.assert_array_equal(clone(model).fit(X, y).predict_proba(X), first)
    assert n_kept() == 1
    moved = np.array([Path(path).rename(path + ".png") for path in files]).astype(str)
    clone(model).fit(moved, y)
    assert n_kept() == 1
    Image.fromarray(255 - digits[0][0]).save(moved[0])
    clone(model).fit(moved, y)
    assert n_kept() == 2


def test_folds_split_paths(digits, files):
    X, y = digits
    model = KerasCNNClassifier(**QUICK)
    expected = cross_val_score(model, X, y, cv=2)
    for paths in (files, files.tolist(), pd.DataFrame({"path": files})):
        np.testing.assert_array_equal(cross_val_score(model, paths, y, cv=2), expected)


def test_column_of_a_table_goes_through_a_column_transformer(digits, files):
    X, y = digits
    expected = KerasCNNClassifier(**QUICK).fit(X, y).predict_proba(X)
    table = pd.DataFrame({"photographer": "me", "path": files})
    chosen = ColumnTransformer([("images", "passthrough", ["path"])])
    pipeline = make_pipeline(chosen, KerasCNNClassifier(**QUICK)).fit(table, y)
    np.testing.assert_array_equal(pipeline.predict_proba(table), expected)


def test_networks_that_read_files_can_be_kept(digits, files, tmp_path):
    model = KerasCNNClassifier(**QUICK).fit(files, digits[1])
    skkeras.save(model, tmp_path / "kept")
    copied = skkeras.load(tmp_path / "kept")
    np.testing.assert_array_equal(copied.predict_proba(files), model.predict_proba(files))


def test_stamps_are_told_apart_better_than_by_their_most_frequent_kind():
    X, y = fetch_stamps()
    model = KerasCNNClassifier(image_shape=(32, 32), epochs=15, random_state=0)
    rows = np.arange(len(X)) % 3 > 0
    score = model.fit(X[rows], y[rows]).score(X[~rows], y[~rows])
    most = max(np.mean(y[~rows] == kind) for kind in set(y))
    assert score > most + 0.15, (score, most)
