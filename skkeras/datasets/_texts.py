"""Text data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skkeras._extras import require
from skkeras.datasets._folder import local_file

if TYPE_CHECKING:
    import pandas as pd


def fetch_spam_assassin() -> tuple[pd.Series, pd.Series]:
    """Fetch e-mails of 2002 and 2003, a third of which are spam.

    Returns
    -------
    X : Series of shape (6046,)
        Bodies of the e-mails as strings.
    y : Series of shape (6046,)
        1 for spam, 0 otherwise.

    Raises
    ------
    FileNotFoundError
        If ``SKKERAS_DATA`` is not set, or names a folder without ``spam_assassin.csv.gz``. The
        e-mails are on the web only as single files, so nothing is downloaded.

    References
    ----------
    The Apache SpamAssassin project, "Public corpus", 2006.
    https://spamassassin.apache.org/old/publiccorpus/
    """
    table = _read(
        "spam_assassin.csv.gz",
        "with columns 'text' and 'spam' (1 or 0), a row for each e-mail of "
        "https://spamassassin.apache.org/old/publiccorpus/",
    )
    return table["text"], table["spam"]


def fetch_clothing_reviews(target: str = "Recommended IND") -> tuple[pd.DataFrame, pd.Series]:
    """Fetch customers' reviews of women's clothing.

    Parameters
    ----------
    target : str, default="Recommended IND"
        Column to predict: "Recommended IND" (1 if the customer recommends the item, 0 otherwise),
        "Rating" (1 to 5) or "Department Name" (rows without a department are left out).

    Returns
    -------
    X : DataFrame of shape (n_reviews, 9)
        The other columns: the texts "Title" and "Review Text", which may be missing, and numeric
        and categorical columns. Drop the columns that reveal the target: the rating reveals the
        recommendation, and division and class reveal the department.
    y : Series of shape (n_reviews,)
        The target. There are 23,486 reviews in total.

    Raises
    ------
    ValueError
        If `target` is not one of these columns.
    FileNotFoundError
        If ``SKKERAS_DATA`` is not set, or names a folder without ``clothing_reviews.csv.gz``. The
        table is on the web only for users with an account, so nothing is downloaded.

    References
    ----------
    Brooks, "Women's e-commerce clothing reviews", 2018.
    https://www.kaggle.com/datasets/nicapotato/womens-ecommerce-clothing-reviews
    """
    targets = ("Recommended IND", "Rating", "Department Name")
    if target not in targets:
        raise ValueError(f"target must be one of {targets}; got {target!r}.")
    table = _read(
        "clothing_reviews.csv.gz",
        "which is the table of "
        "https://www.kaggle.com/datasets/nicapotato/womens-ecommerce-clothing-reviews without its "
        "first column",
    ).dropna(subset=[target])
    return table.drop(columns=target), table[target]


def _read(name: str, what: str) -> pd.DataFrame:
    path = local_file(name)
    if path is None:
        raise FileNotFoundError(
            f"SKKERAS_DATA is not set, and there is no address to fetch {name!r} from. Set it to a "
            f"folder that has the file, {what}; tests/data of the repository has a part of it."
        )
    require("pandas", "A data set as a data frame")
    import pandas as pd

    return pd.read_csv(path)
