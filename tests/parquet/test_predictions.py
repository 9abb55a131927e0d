import numpy as np
import pandas as pd
import pytest

from skkeras import ParquetRows
from skkeras.parquet import write_predictions


class Model:
    """Predicts the numbers of a column."""

    classes_ = np.array(["no", "yes"])
    n_outputs = 1

    def predict(self, X):
        column = X["a"].to_numpy()
        if (column > 8.5).any() and self.n_outputs > 2:
            raise ValueError("too many")
        return column if self.n_outputs == 1 else np.column_stack([column] * self.n_outputs)

    def predict_proba(self, X):
        return np.column_stack([1 - X["a"].to_numpy(), X["a"].to_numpy()])


@pytest.mark.parametrize(
    ("method", "n_outputs", "names"),
    [
        ("predict", 1, ["prediction"]),
        ("predict", 2, ["prediction_0", "prediction_1"]),
        ("predict_proba", 1, ["probability_no", "probability_yes"]),
    ],
)
def test_predictions_are_in_the_order_of_rows(folder, tmp_path, method, n_outputs, names):
    model, rows = Model(), ParquetRows(folder, "y")
    model.n_outputs = n_outputs
    path = write_predictions(model, rows, tmp_path / "out", method)
    written = pd.read_parquet(path)
    assert list(written.columns) == names
    assert written[names[-1]].tolist() == [*range(10), *range(10)]


def test_an_error_leaves_no_file(folder, tmp_path):
    model = Model()
    model.n_outputs = 3
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ValueError, match="too many"):
        write_predictions(model, ParquetRows(folder, "y"), tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == before


def test_other_methods_are_refused(folder, tmp_path):
    with pytest.raises(ValueError, match='must be "predict" or "predict_proba"; got \'score\''):
        write_predictions(Model(), ParquetRows(folder), tmp_path / "out", "score")
