import numpy as np
import pandas as pd
import pytest
import sklearn.datasets
from sklearn.utils import Bunch

from skkeras.datasets import fetch_adult, fetch_ames, fetch_california_housing


@pytest.fixture
def openml(monkeypatch):
    """Stand in for the web: give `openml.frame` for `openml.data_id`."""
    monkeypatch.setenv("SKKERAS_DATA", "")
    served = Bunch(frame=None, data_id=None)

    def fetch_openml(*, data_id, as_frame):
        assert (data_id, as_frame) == (served.data_id, True)
        return Bunch(frame=served.frame)

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch_openml)
    return served


def test_adult():
    X, y = fetch_adult()
    assert X.shape == (48842, 14)
    assert X.select_dtypes("number").shape[1] == 6
    assert set(y) == {"<=50K", ">50K"}
    assert y.name == "income"
    missing = X.columns[X.isna().any()]
    assert set(missing) == {"workclass", "occupation", "native-country"}


def test_adult_from_the_web_is_as_from_the_folder(openml):
    openml.data_id = 1590
    openml.frame = pd.DataFrame(
        {
            "age": [25, 38],
            "workclass": pd.Categorical(["Private", np.nan]),
            "education-num": [7, 9],
            "sex": pd.Categorical(["Male", "Female"]),
            "class": pd.Categorical(["<=50K", ">50K"]),
        }
    )
    X, y = fetch_adult()
    expected = pd.DataFrame(
        {
            "age": [25, 38],
            "workclass": ["Private", np.nan],
            "educational-num": [7, 9],
            "gender": ["Male", "Female"],
        }
    )
    pd.testing.assert_frame_equal(X, expected)
    pd.testing.assert_series_equal(y, pd.Series(["<=50K", ">50K"], name="income"))


def test_california_housing():
    X, y = fetch_california_housing()
    assert X.shape == (20640, 8)
    assert all(dtype.kind == "f" for dtype in X.dtypes)
    assert not X.isna().any(axis=None)
    assert y.name == "MedHouseVal"
    assert 0 < y.min() < y.max() < 6


def test_california_housing_from_the_web(monkeypatch):
    monkeypatch.setenv("SKKERAS_DATA", "")
    frame = pd.DataFrame({"MedInc": [8.3, 7.2], "MedHouseVal": [4.5, 3.6]})
    monkeypatch.setattr(
        sklearn.datasets, "fetch_california_housing", lambda *, as_frame: Bunch(frame=frame)
    )
    X, y = fetch_california_housing()
    assert list(X.columns) == ["MedInc"]
    assert list(y) == [4.5, 3.6]


def test_ames():
    X, y = fetch_ames()
    assert X.shape == (2930, 73)
    assert not X.isna().any(axis=None)
    assert (X["Mas_Vnr_Type"] == "None").sum() == 1775
    assert y.name == "Sale_Price"
    assert y.min() > 10_000


def test_ames_from_the_web_leaves_out_the_marks_of_quality(openml):
    openml.data_id = 41211
    openml.frame = pd.DataFrame(
        {
            "Lot_Area": [31770.0],
            "Overall_Qual": pd.Categorical(["Good"]),
            "Fireplace_Qu": pd.Categorical(["Good"]),
            "Pool_QC": pd.Categorical(["No_Pool"]),
            "Sale_Price": [215000.0],
        }
    )
    X, y = fetch_ames()
    assert X.iloc[0].to_dict() == {"Lot_Area": 31770.0, "Pool_QC": "No_Pool"}
    assert list(y) == [215000.0]
