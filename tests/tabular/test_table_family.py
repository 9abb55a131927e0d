"""What networks for tables share."""

from skkeras import KerasRealMLPRegressor

QUICK = {"hidden_layer_sizes": (16, 16), "epochs": 6, "random_state": 0}


def test_categories_add_no_variables(table):
    X, signal = table
    many = X.assign(**{f"many {i}": X["many"] for i in range(5)})
    fits = (KerasRealMLPRegressor(**QUICK).fit(rows, signal) for rows in (X, many))
    assert len({len(fit.model_.variables) for fit in fits}) == 1


def test_few_rows_are_all_trained_on(table):
    X, signal = table
    assert "val_loss" not in KerasRealMLPRegressor(**QUICK).fit(X[:99], signal[:99]).history_
    model = KerasRealMLPRegressor(**QUICK, patience=1, early_stopping=True)
    assert "val_loss" in model.fit(X[:99], signal[:99]).history_
