import os
import sys

import numpy as np
import pytest
from PIL import Image

from skkeras.datasets import fetch_stamps
from skkeras.image import list_images
from skkeras.image._files import image_sizes, read_images

_ORIENTATION = 0x0112


def pixels(height=6, width=9, channels=3):
    return np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8).squeeze()


def save(path, image, **options):
    path.parent.mkdir(exist_ok=True, parents=True)
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(path, **options)
    return str(path)


def test_list_images(tmp_path):
    for name in ("b/2.png", "b/1.JPG", "a/deep/3.png", "a/.hidden.png", ".cache/4.png"):
        save(tmp_path / name, pixels())
    for name in ("a/notes.txt", "readme.txt"):
        (tmp_path / name).write_text("words")
    for folder in (tmp_path, str(tmp_path)):
        paths, labels = list_images(folder)
        expected = [str(tmp_path / name) for name in ("a/deep/3.png", "b/1.JPG", "b/2.png")]
        assert paths.tolist() == expected
        assert labels.tolist() == ["a", "b", "b"]
        assert paths.dtype.kind == labels.dtype.kind == "U"


def test_stamps_are_listed_as_the_data_set_gives_them():
    paths, labels = fetch_stamps()
    listed = list_images(os.path.dirname(os.path.dirname(paths[0])))
    np.testing.assert_array_equal(listed, (paths, labels))
    images = read_images(paths[:3], (160, 160))
    assert image_sizes(paths[:2]) == [(160, 160)] * 2
    np.testing.assert_array_equal(images[2], np.asarray(Image.open(paths[2])))


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("missing", r"missing' does not exist; give a folder"),
        ("x/1.png", r"1\.png' is a file; give a folder"),
        ("x", r"x' has no folders; put the images of each class"),
        ("", r"empty' holds no images, which end in \.bmp, .*take the folder away"),
    ],
)
def test_folders_without_classes_are_refused(tmp_path, folder, message):
    save(tmp_path / "x" / "1.png", pixels())
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=message):
        list_images(tmp_path / folder)


def test_all_modes_become_three_channels_or_one(tmp_path):
    colours, grey = pixels(), pixels(channels=1)
    opaque = np.dstack([colours, np.full((6, 9, 1), 90, np.uint8)])
    palette = Image.fromarray(grey).convert("P")
    palette.info["transparency"] = bytes([0, 128, 255])
    deep = Image.fromarray(grey.astype(np.uint16) * 257)
    of_grey = np.dstack([grey] * 3)
    for number, (given, expected) in enumerate(
        [
            (colours, colours),
            (opaque, colours),
            (grey, of_grey),
            (palette, of_grey),
            (deep, of_grey),
            (Image.fromarray(grey > 99), np.dstack([np.where(grey > 99, 255, 0)] * 3)),
        ]
    ):
        path = save(tmp_path / f"{number}.png", given)
        np.testing.assert_array_equal(read_images([path], (6, 9))[0], expected)
    path = save(tmp_path / "grey.png", colours)
    one = read_images([path], (6, 9), channels=1)
    np.testing.assert_array_equal(one[0, ..., 0], np.asarray(Image.fromarray(colours).convert("L")))


@pytest.mark.parametrize(
    ("suffix", "dtype", "factor"),
    [
        ("png", np.uint16, 257),
        ("tif", np.uint16, 257),
        ("tif", np.int32, 257),
        ("tif", np.float32, 1),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_more_than_eight_bits_become_bytes(tmp_path, suffix, dtype, factor, channels):
    grey = pixels(channels=1)
    path = save(tmp_path / f"deep.{suffix}", grey.astype(dtype) * dtype(factor))
    black = save(tmp_path / f"black.{suffix}", np.zeros_like(grey, dtype))
    read = read_images([path, black], (6, 9), channels)
    np.testing.assert_array_equal(read[0], np.repeat(grey[..., np.newaxis], channels, axis=-1))
    assert not read[1].any()


@pytest.mark.parametrize(
    ("suffix", "deep", "message"),
    [
        ("png", lambda grey: grey.astype(np.uint16), "integers .* from 0 to 255, .* 0 to 65535"),
        ("tif", lambda grey: grey.astype(np.uint16), "integers .* from 0 to 255, .* 0 to 65535"),
        ("tif", lambda grey: grey.astype(np.int32), "integers .* from 0 to 255, .* 0 to 65535"),
        ("tif", lambda grey: grey * np.int32(10**6), r"integers .* from 0 to 2\.55e\+08"),
        ("tif", lambda grey: grey - np.int32(100), "integers .* from -100 to 155"),
        ("tif", lambda grey: grey / np.float32(255), "floats from 0 to 1, .* floats from 0 to 255"),
        ("tif", lambda grey: grey / np.float32(127.5) - 1, "floats from -1 to 1"),
        ("tif", lambda grey: grey * np.float32(257), r"floats from 0 to 6\.554e\+04"),
        ("tif", lambda grey: grey * np.float32(np.nan), "floats from nan to nan"),
    ],
)
def test_numbers_of_another_scale_are_refused(tmp_path, suffix, deep, message):
    grey = pixels(channels=1)
    grey[0, :2] = 0, 255
    path = save(tmp_path / f"deep.{suffix}", deep(grey))
    with pytest.raises(ValueError, match=rf"deep\.{suffix}' holds {message}.* give that in place"):
        read_images([path], (6, 9))


def test_twelve_bits_warn(tmp_path):
    path = save(tmp_path / "12.png", pixels(channels=1).astype(np.uint16) * 16)
    with pytest.warns(UserWarning, match="at most 4095, .* of 12 bits, multiply them by 16"):
        assert read_images([path], (6, 9)).max() == 15


def test_images_are_turned_and_resized(tmp_path):
    image = np.zeros((6, 9, 3), np.uint8)
    image[:, :3] = 255  # on its side, what is left comes to the top
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    path = save(tmp_path / "turned.png", image, exif=exif)
    assert image_sizes([path]) == [(9, 6)]
    assert read_images([path], (9, 6))[0, :3].min() == 255
    # Every pixel counts where an image is made smaller.
    path = save(tmp_path / "stripes.png", np.tile(np.uint8([[0, 255]]), (64, 32)))
    small = read_images([path], (4, 4)).astype(int)
    assert abs(small - 127.5).max() < 8


def test_large_photographs_are_read_as_small_ones(tmp_path):
    rows, columns = np.mgrid[:600, :900]
    image = np.stack([rows // 3, columns // 4, (rows + columns) // 6], axis=-1).astype(np.uint8)
    path = save(tmp_path / "large.jpg", image, quality=95)
    exact = np.asarray(Image.fromarray(image).resize((30, 20), Image.Resampling.BOX), int)
    assert abs(read_images([path], (20, 30))[0] - exact).max() < 6


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"There is no file .*1\.png', which X names"),
        ("words", r"1\.png' is not an image of a format"),
        ("folder", r"1\.png' cannot be opened as an image"),
        ("half", r"1\.png' is cut short or broken.*replace it"),
    ],
)
def test_file_that_cannot_be_read_is_named(tmp_path, content, message):
    good, path = save(tmp_path / "0.png", pixels(60, 90)), tmp_path / "1.png"
    if content == "folder":
        path.mkdir()
    elif content == "half":
        whole = (tmp_path / "0.png").read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    elif content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=message):
        read_images([good, str(path), good], (6, 9))


def test_without_pillow_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r'needs pillow, .* pip install "\.\[images\]"'):
        read_images(["a.png"], (6, 9))
