"""Tabular data sets: a DataFrame of features and a Series of targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sklearn.datasets

from skkeras._extras import require
from skkeras.datasets._folder import fetching, local_file

if TYPE_CHECKING:
    import pandas as pd

# Names of columns in OpenML -> names in the widely used file of the same table.
_ADULT_NAMES = {"education-num": "educational-num", "sex": "gender"}


def fetch_adult() -> tuple[pd.DataFrame, pd.Series]:
    """Fetch the Adult data: who earns more than 50,000 dollars a year, from the 1994 US census.

    Returns
    -------
    X : DataFrame of shape (48842, 14)
        Six numeric columns and eight string columns, three of which have missing values.
    y : Series of shape (48842,)
        Income, "<=50K" or ">50K".

    Raises
    ------
    FileNotFoundError
        If ``SKKERAS_DATA`` names a folder without ``adult.csv.gz``.

    References
    ----------
    Becker and Kohavi, "Adult", UCI Machine Learning Repository, 1996.
    https://doi.org/10.24432/C5XW20
    """
    table = _read("adult.csv.gz")
    if table is None:
        table = _openml(1590, "adult.csv.gz").rename(columns={"class": "income", **_ADULT_NAMES})
    return _split(table, "income")


def fetch_california_housing() -> tuple[pd.DataFrame, pd.Series]:
    """Fetch house values in the districts of California, from the 1990 US census.

    Returns
    -------
    X : DataFrame of shape (20640, 8)
        Numeric columns.
    y : Series of shape (20640,)
        Median house value, in 100,000 dollars.

    Raises
    ------
    FileNotFoundError
        If ``SKKERAS_DATA`` names a folder without ``california_housing.csv.gz``.

    References
    ----------
    Pace and Barry, "Sparse spatial autoregressions", Statistics & Probability Letters, 1997.
    https://doi.org/10.1016/S0167-7152(96)00140-X
    """
    table = _read("california_housing.csv.gz")
    if table is None:
        with fetching("california_housing.csv.gz"):
            table = sklearn.datasets.fetch_california_housing(as_frame=True).frame
    return _split(table, "MedHouseVal")


def fetch_ames() -> tuple[pd.DataFrame, pd.Series]:
    """Fetch the prices of houses sold in Ames, Iowa, from 2006 to 2010.

    Returns
    -------
    X : DataFrame of shape (2930, 73)
        Numeric columns, and string columns with categories; no values are missing. The assessors'
        quality ratings are left out.
    y : Series of shape (2930,)
        Sale price in dollars; errors are best measured on its logarithm.

    Raises
    ------
    FileNotFoundError
        If ``SKKERAS_DATA`` names a folder without ``ames.csv.gz``.

    References
    ----------
    De Cock, "Ames, Iowa: Alternative to the Boston housing data as an end of semester regression
    project", Journal of Statistics Education, 2011. https://doi.org/10.1080/10691898.2011.11889627
    """
    table = _read("ames.csv.gz")
    if table is None:
        table = _openml(41211, "ames.csv.gz")
        # Overall_Qual, Fireplace_Qu etc., which the widely used file does not have.
        table = table.drop(columns=[name for name in table.columns if "_Qu" in name])
    # The widely used file leaves the category "None" blank.
    return _split(table.fillna({"Mas_Vnr_Type": "None", "Misc_Feature": "None"}), "Sale_Price")


def _read(name: str) -> pd.DataFrame | None:
    path = local_file(name)
    require("pandas", "A data set as a data frame")
    if path is None:
        return None
    import pandas as pd

    return pd.read_csv(path, na_values="?")


def _openml(data_id: int, name: str) -> pd.DataFrame:
    with fetching(name):
        table = sklearn.datasets.fetch_openml(data_id=data_id, as_frame=True).frame
    return table.astype(dict.fromkeys(table.select_dtypes("category").columns, "str"))


def _split(table: pd.DataFrame, target: str) -> tuple[pd.DataFrame, pd.Series]:
    return table.drop(columns=target), table[target]
