import numpy as np
import pytest

from skkeras.layers._text import HashedBigrams, PaddingMask, PositionalEncoding


def test_padding_is_no_word():
    np.testing.assert_array_equal(PaddingMask()(np.array([[3, 1, 0]])), [[True, True, False]])


def test_a_pair_has_one_number_wherever_it_stands():
    first, second = HashedBigrams(1000)(
        np.array([[5, 7, 5, 0, 0], [1, 5, 7, 9, 9]], np.int32)
    ).numpy()
    assert first[0] == second[1]
    assert len({first[0], first[1], second[0], second[2], second[3]}) == 5
    np.testing.assert_array_equal(first[2:], [0, 0])
    assert (second > 0).all()


@pytest.mark.parametrize("n_pairs", [1, 64, 32768])
def test_pairs_spread_over_all_numbers(n_pairs):
    words = np.random.default_rng(0).integers(1, 50_000, (40, 5001)).astype(np.int32)
    numbers = HashedBigrams(n_pairs)(words).numpy()
    counts = np.bincount(numbers.ravel(), minlength=n_pairs + 1)
    assert counts[0] == 0
    assert len(counts) == n_pairs + 1
    # As many as chance would have it: Poisson's variance is its mean.
    assert counts[1:].var() < 1.2 * counts[1:].mean()


@pytest.mark.parametrize("n_channels", [4, 5])
def test_places_are_waves(n_channels):
    added = PositionalEncoding()(np.zeros((2, 6, n_channels), "float32")).numpy()
    places = np.arange(6)
    np.testing.assert_allclose(added[0, :, 0], np.sin(places), atol=1e-6)
    np.testing.assert_allclose(added[1, :, 1], np.cos(places), atol=1e-6)
    np.testing.assert_allclose(
        added[0, :, 3], np.cos(places * 10_000 ** (-2 / n_channels)), atol=1e-6
    )
