import numpy as np
import pytest
from matplotlib import colors, pyplot

from skkeras.inspection._style import PALETTE, as_text, colour_map, panels, short_names, wrap


def test_names_are_as_short_as_keeps_them_apart():
    names = ["net__learning_rate", "net__alpha", "svc__alpha", "epochs", "a__net__b", "a__tree__b"]
    assert list(short_names(names).values()) == [
        "learning_rate", "net__alpha", "svc__alpha", "epochs", "net__b", "tree__b"
    ]  # fmt: skip


def test_long_names_lose_their_middle_unless_that_makes_them_one():
    (short,) = short_names(["net__" + "x" * 50]).values()
    assert len(short) == 24 and "…" in short
    twins = ["x" * 30 + "1" + "x" * 20, "x" * 30 + "2" + "x" * 20]
    assert list(short_names(twins).values()) == twins


def test_a_name_that_ends_another_stays_apart():
    assert short_names(["alpha", "net__alpha"]) == {"alpha": "alpha", "net__alpha": "net__alpha"}


def test_values_are_written_short():
    assert as_text(0.000123456) == "0.000123"
    assert as_text(np.float64(0.5)) == "0.5"
    assert as_text(1024.0) == "1024"
    assert as_text(1e7) == "1e+07"
    assert as_text(float("inf")) == "inf"
    assert as_text("a  \n b") == "a b"
    assert as_text(print) == "print"


def test_text_is_broken_at_words_and_underscores():
    assert wrap("hidden_layer_sizes", 14) == "hidden_layer_\nsizes"
    assert wrap("Negative log loss", 14) == "Negative log\nloss"
    assert wrap("alpha", 14) == "alpha"
    assert wrap("_private", 4) == "_private"


def test_panels_divide_a_place_on_a_grid_only():
    _, axes = pyplot.subplots(1, 2)
    assert panels(axes[0], 1, 3)[0] is axes[0]
    assert panels(axes[1], 5, 3).shape == (5,)
    loose = pyplot.figure().add_axes((0, 0, 1, 1))
    with pytest.raises(ValueError, match=r"4 panels .* plt.subplots"):
        panels(loose, 4, 2)


def _lightness(rgb):
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_higher_scores_are_darker_and_all_can_be_seen_on_white():
    lightness = _lightness(colour_map()(np.linspace(0, 1, 20))[:, :3])
    assert (np.diff(lightness) < 0).all()
    assert lightness.max() < 0.7


def test_colours_are_told_apart_with_deuteranopia_too():
    # Machado, Oliveira and Fernandes (2009), full deuteranomaly, on linear light.
    seen = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
    rgb = np.array([colors.to_rgb(colour) for colour in PALETTE])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    shown = np.clip(linear @ seen.T, 0, 1) ** (1 / 2.2)
    distances = np.linalg.norm(shown[:, None] - shown[None], axis=2) + np.eye(len(PALETTE))
    assert distances.min() > 0.1
