import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from sklearn.feature_extraction.text import CountVectorizer

from skkeras import KerasTextClassifier
from skkeras.datasets import fetch_spam_assassin
from skkeras.text._words import WordEncoder, check_pattern, check_texts

TEXTS = ["good", "", "Very good!"]
DEFAULTS = {
    "lowercase": True,
    "token_pattern": r"\w+|[^\w\s]",
    "min_df": 1,
    "max_features": 100,
    "max_length": 50,
}


def encoder(**params):
    return WordEncoder(**{**DEFAULTS, **params})


def checked(X):
    return check_texts(KerasTextClassifier(), X, reset=True)


def texts(*values):
    return np.array(values, dtype=object)


def test_words_are_numbered_by_the_alphabet():
    words = encoder().fit(texts("b a a", "A, c b!"))
    assert words.vocabulary_ == {"!": 2, ",": 3, "a": 4, "b": 5, "c": 6}
    assert words.length_ == 5
    np.testing.assert_array_equal(
        words.transform(texts("c B", "d a d", "", " \n", "a b c a b c a b c")),
        [[6, 5, 0, 0, 0], [1, 4, 1, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [4, 5, 6, 4, 5]],
    )
    assert words.transform(texts("a")).dtype == np.int32


def test_upper_case_and_the_pattern_can_be_kept():
    words = encoder(lowercase=False, token_pattern=r"\S+").fit(texts("Ab ab!"))
    assert words.vocabulary_ == {"Ab": 2, "ab!": 3}


@pytest.mark.parametrize(
    "params", [{"max_features": 300}, {"min_df": 5, "max_features": 10**6}, {"min_df": 0.1}]
)
def test_vocabulary_is_that_of_scikit_learn(params):
    X = fetch_spam_assassin()[0].to_numpy(object)[:300]
    given = {name: {**DEFAULTS, **params}[name] for name in list(DEFAULTS)[:-1]}
    counter = CountVectorizer(**given).fit(X)
    words = encoder(**params).fit(X)
    assert set(words.vocabulary_) == set(counter.vocabulary_)
    assert sorted(words.vocabulary_.values()) == list(range(2, len(words.vocabulary_) + 2))


@pytest.mark.parametrize(("longest", "length"), [(1, 1), (5, 5), (9, 10), (33, 40), (70, 50)])
def test_lengths_that_differ_little_are_the_same(longest, length):
    words = encoder().fit(texts("a", "a " * longest))
    assert words.length_ == length
    assert words.transform(texts("a " * longest)).shape == (1, length)


def test_texts_without_words_are_refused():
    with pytest.raises(ValueError, match=r"No word of X is left for the vocabulary .*min_df=1\."):
        encoder().fit(texts("", "  "))
    with pytest.raises(ValueError, match=r"No word of X is left .*min_df=3\."):
        encoder(min_df=3).fit(texts("a b", "c", "d"))


@pytest.mark.parametrize(
    "X",
    [
        TEXTS,
        tuple(TEXTS),
        np.array(TEXTS),
        np.array(TEXTS, dtype=object),
        np.array(TEXTS, dtype=np.dtypes.StringDType()),
        pd.Series(TEXTS, index=[5, 3, 1]),
        pd.Series(TEXTS, dtype=object),
        pd.Series(TEXTS, dtype="category"),
        pd.Index(TEXTS),
        pl.Series(TEXTS),
        np.array(TEXTS, dtype=object)[:, np.newaxis],
        np.array(TEXTS)[:, np.newaxis],
        [[text] for text in TEXTS],
        pd.DataFrame({"text": TEXTS}, index=[5, 3, 1]),
        pd.DataFrame({"text": TEXTS}, dtype="string"),
        pd.DataFrame({"text": TEXTS}, dtype=object),
        pl.DataFrame({"text": TEXTS}),
    ],
    ids=lambda X: f"{type(X).__module__}.{type(X).__name__}",
)
def test_form_of_the_texts_does_not_matter(X):
    found = checked(X)
    assert found.tolist() == TEXTS
    assert found.dtype == object
    assert {type(text) for text in found} == {str}


@pytest.mark.parametrize(
    "X",
    [
        ["good", None, "Very good!"],
        ["good", float("nan"), "Very good!"],
        np.array(["good", np.float32("nan"), "Very good!"], dtype=object),
        pd.Series(["good", None, "Very good!"]),
        pd.Series(["good", pd.NA, "Very good!"], dtype=object),
        pd.Series(["good", None, "Very good!"], dtype="category"),
        pl.Series(["good", None, "Very good!"]),
        pd.DataFrame({"text": ["good", None, "Very good!"]}, dtype="string"),
        np.array([["good"], [np.nan], ["Very good!"]], dtype=object),
    ],
)
def test_missing_texts_are_empty(X):
    assert checked(X).tolist() == TEXTS


@pytest.mark.parametrize(
    ("X", "error", "match"),
    [
        ([1, 2], TypeError, "Row 0 of X is of type int"),
        (np.array([0.5, 1]), TypeError, "Row 0 of X is of type float"),
        (["a", 2.5], TypeError, "Row 1 of X is of type float"),
        (["a", b"b"], TypeError, "Row 1 of X is of type bytes.* decode bytes first"),
        (np.array([b"a"]), TypeError, "decode bytes first"),
        (["a", ["b", "c"]], TypeError, "Row 1 of X is of type list"),
        ("a text", ValueError, "X is one single str"),
        (b"a text", ValueError, "X is one single bytes"),
        (np.array([["a", "b"]]), ValueError, r"X has 2 columns.* X\[\['text'\]\]"),
        (pd.DataFrame({"a": ["a"], "b": ["b"]}), ValueError, "X has 2 columns.* ColumnTransformer"),
        (np.full((2, 2, 2), "a"), ValueError, "X has 3 dimension"),
        (None, ValueError, "X has 0 dimension"),
        ({"text": ["a"]}, ValueError, "X has 0 dimension"),
        ([], ValueError, "X holds no text"),
        (scipy.sparse.eye(2).tocsr(), TypeError, "Sparse data was passed"),
    ],
)
def test_what_is_no_text_is_refused(X, error, match):
    with pytest.raises(error, match=match) as caught:
        checked(X)
    assert "expected one text a row" in str(caught.value)


@pytest.mark.parametrize("pattern", ["(", r"(\w)(\w)"])
def test_patterns_that_name_no_word_are_refused(pattern):
    with pytest.raises(ValueError, match="token_pattern must"):
        check_pattern(pattern)


def test_names_of_a_frame_are_remembered():
    estimator = KerasTextClassifier()
    check_texts(estimator, pd.DataFrame({"text": TEXTS}), reset=True)
    assert estimator.feature_names_in_.tolist() == ["text"]
    with pytest.raises(ValueError, match="feature names should match"):
        check_texts(estimator, pd.DataFrame({"title": TEXTS}), reset=False)
    check_texts(estimator, TEXTS, reset=True)
    assert not hasattr(estimator, "feature_names_in_")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("我喜欢iPhone手机。", ["我", "喜", "欢", "iphone", "手", "机", "。"]),
        ("とても楽しい映画", list("とても楽しい映画")),
        ("スゴイ。", list("スゴイ。")),
        ("อร่อยมาก", list("อร่อยมาก")),
        ("ແຊບຫຼາຍ", list("ແຊບຫຼາຍ")),
        ("ឆ្ងាញ់", list("ឆ្ងាញ់")),
        ("ကောင်းတယ်", list("ကောင်းတယ်")),
        ("𠮷野家", ["𠮷", "野", "家"]),
        ("这家 店的菜我都觉得非常非常好吃", list("这家店的菜我都觉得非常非常好吃")),
    ],
)
def test_scripts_without_spaces_are_read_by_characters(given, words):
    fitted = encoder(token_pattern=None).fit(texts(given, "and words in English"))
    assert set(fitted.vocabulary_) == {*words, "and", "words", "in", "english"}
    numbers = fitted.transform(texts(given))[0]
    names = {number: word for word, number in fitted.vocabulary_.items()}
    assert [names[number] for number in numbers if number] == words


@pytest.mark.parametrize(
    "given",
    [
        [
            "Plain words, with marks!",
            "Ünïcode wörds ... ½",
            "слова и ещё слова",
            "한국어 문장입니다",
        ],
        ["我们 喜欢 这 家 餐厅 。", "喜欢", "电影院 的 电影 很 好看"],  # their words were put apart
        ["อาหาร อร่อย มาก", "บริการ ไม่ ดี เลย"],
        ["a word of Chinese, 北京, in English", "what is 東京タワー like"],
    ],
)
def test_texts_with_spaces_are_read_by_words(given):
    found = encoder(token_pattern=None).fit(texts(*given))
    expected = encoder().fit(texts(*given))
    assert found.vocabulary_ == expected.vocabulary_
    np.testing.assert_array_equal(found.transform(texts(*given)), expected.transform(texts(*given)))
