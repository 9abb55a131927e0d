import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import GridSearchCV, cross_validate, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skkeras
from skkeras import KerasTextClassifier, KerasTextRegressor
from skkeras.datasets import fetch_clothing_reviews, fetch_spam_assassin
from skkeras.training import cache_info

QUICK = {"max_features": 50, "n_pairs": 50, "embedding_dim": 6, "epochs": 2, "random_state": 0}


def make(n_texts=60, seed=0):
    """Texts of letters; the class says whether there is an "a" directly before a "b"."""
    rng = np.random.default_rng(seed)
    X = [" ".join(rng.choice(list("abcd"), size)) for size in rng.integers(2, 9, n_texts)]
    return np.array(X, dtype=object), np.array(["a b" in text for text in X])


def test_tags_tell_of_strings():
    tags = KerasTextClassifier().__sklearn_tags__().input_tags
    assert tags.string and tags.one_d_array and tags.allow_nan
    assert not tags.two_d_array and not tags.sparse


def test_form_of_the_texts_does_not_matter():
    X, y = make()
    expected = KerasTextClassifier(**QUICK).fit(X, y).predict_proba(X)
    index = np.arange(len(X))[::-1]
    for form in (list(X), X.astype("U"), pd.Series(X, index), pd.Series(X, index, dtype=object)):
        model = KerasTextClassifier(**QUICK).fit(form, y)
        assert model.n_features_in_ == 1
        np.testing.assert_array_equal(model.predict_proba(form), expected)


@pytest.mark.parametrize(
    ("output", "as_frame"),
    [
        *((output, how) for output in ("default", "pandas") for how in ("str", "string", object)),
        ("default", pl.DataFrame),
        ("polars", pl.DataFrame),
    ],
)
def test_one_column_comes_from_a_column_transformer(output, as_frame):
    X, y = make()
    frame = {"number": np.arange(60), "text": list(X)}
    if as_frame is pl.DataFrame:
        frame = pl.DataFrame(frame)
    else:
        frame = pd.DataFrame(frame).astype({"text": as_frame})
    take = ColumnTransformer([("texts", "passthrough", ["text"])]).set_output(transform=output)
    model = make_pipeline(take, KerasTextClassifier(**QUICK)).fit(frame, y)
    alone = KerasTextClassifier(**QUICK).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(frame), alone.predict_proba(X))


def test_advice_on_several_columns_works():
    X, y = make()
    frame = pd.DataFrame({"number": np.arange(60), "text": X})
    with pytest.raises(ValueError, match="X has 2 columns") as caught:
        KerasTextClassifier(**QUICK).fit(frame, y)
    said = str(caught.value)
    one = re.search(r"as in (X\[.*?\]\])", said)[1]
    assert KerasTextClassifier(**QUICK).fit(eval(one, {"X": frame}), y).n_features_in_ == 1
    step = eval(re.search(r"ColumnTransformer\(.*?\]\)\]\)", said)[0])
    assert make_pipeline(step, KerasTextClassifier(**QUICK)).fit(frame, y).predict(frame).size == 60
    several = re.search(r"KerasMultiInput\w+", said)[0]
    small = {"max_features": 50, "n_pairs": 0, "epochs": 1, "random_state": 0}
    assert getattr(skkeras, several)(**small).fit(frame, y).predict(frame).shape == (60,)


def test_sentences_without_spaces_are_learned():
    rng = np.random.default_rng(0)
    y = np.arange(400) % 2
    how = [["很讨厌", "非常失望", "觉得难吃"], ["很喜欢", "非常满意", "觉得好吃"]]
    X = ["".join(rng.choice(list("我你他店书菜今昨"), 5)) + rng.choice(how[k]) for k in y]
    model = KerasTextClassifier(**{**QUICK, "epochs": 60, "learning_rate": 0.03})
    model.fit(X[:200], y[:200])
    assert model.score(X[200:], y[200:]) > 0.95


def test_vocabulary_is_that_of_the_training_rows():
    X, y = make()
    X = np.array([f"{text} row{place}" for place, text in enumerate(X)], dtype=object)
    found = cross_validate(
        KerasTextClassifier(**{**QUICK, "max_features": 500}),
        X,
        y,
        cv=3,
        return_estimator=True,
        return_indices=True,
    )
    for model, train in zip(found["estimator"], found["indices"]["train"], strict=True):
        rows = {word for word in model.feature_encoder_.vocabulary_ if word.startswith("row")}
        assert rows == {f"row{place}" for place in train}


def test_folds_with_other_words_share_a_program():
    X, y = make(90)
    X = np.array([f"{text} row{place}" for place, text in enumerate(X)], dtype=object)
    model = KerasTextClassifier(**{**QUICK, "embedding_dim": 7, "batch_size": 20})
    before = cache_info().compilations
    cross_validate(model, X[:60], y[:60], cv=2, error_score="raise")
    once = cache_info().compilations - before
    search = GridSearchCV(model, {"dropout": [0.1, 0.4], "learning_rate": [1e-3, 1e-2]}, cv=3)
    search.fit(X, y)
    assert cache_info().compilations - before == once
    assert search.predict(X).shape == (90,)


def test_the_order_of_words_is_learned():
    X, y = make(400)
    X_test, y_test = make(200, seed=1)
    model = KerasTextClassifier(**{**QUICK, "epochs": 60, "learning_rate": 0.03})
    assert model.fit(X, y).score(X_test, y_test) > 0.9
    assert model.set_params(n_pairs=0).fit(X, y).score(X_test, y_test) < 0.9


def test_regressor_counts():
    X, _ = make(300)
    counts = np.array([text.count("c") / len(text) for text in X])
    model = KerasTextRegressor(**{**QUICK, "epochs": 40, "learning_rate": 0.02})
    assert model.fit(X[:200], counts[:200]).score(X[200:], counts[200:]) > 0.8


def test_words_behind_the_last_that_is_read_do_not_count():
    X, y = make()
    model = KerasTextClassifier(**QUICK, max_length=4).fit(X, y)
    assert model.feature_encoder_.length_ == 4
    np.testing.assert_array_equal(
        model.predict_proba(["a b c d"]), model.predict_proba(["a b c d a a a"])
    )


def test_missing_texts_are_empty():
    X, y = make()
    X[:3] = None, np.nan, ""
    model = KerasTextClassifier(**QUICK).fit(X, y)
    empty = KerasTextClassifier(**QUICK).fit(np.where(np.arange(60) < 3, "", X), y)
    probabilities = model.predict_proba(X)
    np.testing.assert_array_equal(probabilities, empty.predict_proba(X))
    np.testing.assert_array_equal(probabilities[:3], probabilities[[0, 0, 0]])


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("X", [["", "  ", None], [1, 2, 3], [["a", "b"]] * 3, "abc", ["a", "b"]])
def test_bad_input_is_refused_before_training(X):
    model = KerasTextClassifier(**QUICK)
    with pytest.raises((ValueError, TypeError), match=r"vocabulary|expected|inconsistent"):
        model.fit(X, [0, 1, 0])
    assert not hasattr(model, "model_")


@pytest.fixture
def no_training(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("It came to training.")

    monkeypatch.setattr(KerasTextClassifier, "_train", fail)


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(
    "params",
    [
        {"encoder": "mean"},
        {"embedding_dim": 0},
        {"units": 0},
        {"n_pairs": -1},
        {"dropout": 1.0},
        {"lowercase": "no"},
        {"token_pattern": "("},
        {"min_df": 0},
        {"min_df": 1.5},
        {"max_features": None},
        {"max_length": 0},
    ],
)
def test_bad_parameters_are_refused_before_training(params):
    with pytest.raises(ValueError, match=next(iter(params))):
        KerasTextClassifier(**params).fit(*make())


def test_parameters_of_searches_are_taken():
    X, y = make()
    plain = KerasTextClassifier(**QUICK, min_df=2).fit(X, y)
    given = {name: np.int64(value) for name, value in QUICK.items()}
    model = KerasTextClassifier(**{**given, "random_state": 0}, min_df=np.int64(2)).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), plain.predict_proba(X))


def test_a_column_of_a_table_goes_through_a_pipeline():
    X, y = make()
    table = pd.DataFrame({"number": np.arange(60), "text": X})
    model = make_pipeline(FunctionTransformer(lambda t: t["text"]), KerasTextClassifier(**QUICK))
    expected = KerasTextClassifier(**QUICK).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(model.fit(table, y).predict_proba(table), expected)
    # What a ColumnTransformer gives to the one that a column's name leads to.
    seen = []
    keep = FunctionTransformer(lambda t: (seen.append(t), np.ones((60, 1)))[1])
    ColumnTransformer([("text", keep, "text")]).fit_transform(table)
    model = KerasTextClassifier(**QUICK).fit(seen[0], y)
    np.testing.assert_array_equal(model.predict_proba(seen[0]), expected)


def test_saved_and_loaded(tmp_path):
    X, y = make()
    X[0] = "class_name module été 語 " + X[0]
    model = KerasTextClassifier(**QUICK).fit(X, y)
    skkeras.save(model, tmp_path / "text.skkeras")
    loaded = skkeras.load(tmp_path / "text.skkeras")
    assert loaded.feature_encoder_.vocabulary_ == model.feature_encoder_.vocabulary_
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(
        loaded.partial_fit(X, y).predict_proba(X), model.partial_fit(X, y).predict_proba(X)
    )


def test_spam_is_told():
    X, y = fetch_spam_assassin()
    X, X_test, y, y_test = train_test_split(
        X, y, train_size=1500, test_size=500, random_state=0, stratify=y
    )
    model = KerasTextClassifier(
        max_length=128, max_features=5000, n_pairs=5000, learning_rate=0.02, epochs=6
    )
    assert model.set_params(random_state=0).fit(X, y).score(X_test, y_test) > 0.95


def test_reviews_with_missing_texts_cross_validate():
    X, y = fetch_clothing_reviews("Rating")
    model = KerasTextRegressor(max_length=64, max_features=2000, n_pairs=0, epochs=5)
    scores = cross_validate(
        model.set_params(random_state=0, learning_rate=0.02),
        X["Review Text"][:2000],
        y[:2000],
        cv=2,
    )
    assert X["Review Text"][:2000].isna().any()
    assert scores["test_score"].mean() > 0.2


@pytest.mark.parametrize(("n_rows", "size"), [(10, 10), (100, 16), (640, 40), (5000, 64)])
def test_default_batches_are_a_sixteenth_of_the_rows_within_bounds(n_rows, size):
    assert KerasTextClassifier()._batch_size(n_rows) == size
