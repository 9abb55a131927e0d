"""Real data sets, read from a local folder or downloaded from the web.

If the environment variable ``SKKERAS_DATA`` names a folder, every fetcher reads from its files and
never accesses the web. The repository's ``tests/data`` is such a folder: it contains small data
sets in full, and parts of Fashion-MNIST, the e-mails and the reviews.
"""

from skkeras.datasets._images import fetch_fashion_mnist, fetch_mnist, fetch_stamps
from skkeras.datasets._tables import fetch_adult, fetch_ames, fetch_california_housing
from skkeras.datasets._texts import fetch_clothing_reviews, fetch_spam_assassin
from skkeras.datasets._time_series import fetch_japanese_vowels, fetch_time_series
from skkeras.datasets._weights import fetch_mobilenet_weights

__all__ = [
    "fetch_adult",
    "fetch_ames",
    "fetch_california_housing",
    "fetch_clothing_reviews",
    "fetch_fashion_mnist",
    "fetch_japanese_vowels",
    "fetch_mnist",
    "fetch_mobilenet_weights",
    "fetch_spam_assassin",
    "fetch_stamps",
    "fetch_time_series",
]
