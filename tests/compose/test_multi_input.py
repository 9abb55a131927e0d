import keras
import numpy as np
import pandas as pd
import polars as pl
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline

import skkeras
from skkeras import KerasMultiInputClassifier, KerasMultiInputRegressor
from skkeras.training import cache_info

SMALL = {
    "hidden_layer_sizes": 8,
    "units": 8,
    "category_dim": 3,
    "embedding_dim": 6,
    "max_features": 60,
    "n_pairs": 0,
    "filters": (4,),
    "image_size": (6, 6),
    "epochs": 2,
    "batch_size": 20,
    "random_state": 0,
}
QUICK = {**SMALL, "learning_rate": 0.03, "epochs": 40}
BRANCHES = {
    "table": ("numbers", ["a", "b"]),
    "city": ("categories", ["city"]),
    "words": ("texts", ["title", "text"]),
}


def make(n_rows=60, seed=0, frame=pd.DataFrame):
    """Rows whose class is what two of number, category and word say; each is right in 75 %."""
    rng = np.random.default_rng(seed)
    parts = rng.integers(0, 2, size=(3, n_rows)).astype(bool)
    a = np.where(parts[0], 1.0, -1.0) + 0.2 * rng.normal(size=n_rows)
    b = rng.normal(size=n_rows)
    b[rng.random(n_rows) < 0.2] = np.nan
    city = rng.choice(["Rome", "Oslo", "Lima"], n_rows).astype(object)
    city[parts[1]] = "Paris"
    city[rng.random(n_rows) < 0.1] = None
    title = rng.choice(["so", "very", "quite"], n_rows).astype(object)
    title[::7] = None
    text = [
        f"{'fine' if part else 'dull'} {' '.join(rng.choice(list('abc'), 3))}" for part in parts[2]
    ]
    X = {"a": a, "b": b, "city": city.tolist(), "title": title.tolist(), "text": text}
    return frame(X), parts.sum(axis=0) > 1


@pytest.fixture
def image_paths(tmp_path):
    """Return 60 paths of small images, and which are bright."""
    rng = np.random.default_rng(0)
    bright = rng.integers(0, 2, 60).astype(bool)
    paths = []
    for place, is_bright in enumerate(bright):
        pixels = rng.integers(100 * is_bright, 100 + 100 * is_bright, (8, 8, 3), np.uint8)
        paths.append(str(tmp_path / f"{place}.png"))
        Image.fromarray(pixels).save(paths[-1])
    return paths, bright


def test_tags_tell_of_frames():
    tags = KerasMultiInputClassifier().__sklearn_tags__().input_tags
    assert tags.string and tags.categorical and tags.allow_nan
    assert not tags.two_d_array and not tags.sparse


@pytest.mark.parametrize("fusion", ["concatenation", "gating", "attention"])
def test_all_branches_are_used(fusion):
    X, y = make(300)
    X_test, y_test = make(200, seed=1)
    model = KerasMultiInputClassifier(
        **QUICK, branches=BRANCHES, fusion=fusion, dropout=0.1, trainer="graph"
    )
    assert model.fit(X, y).score(X_test, y_test) > 0.9
    assert model.trainer_ == "graph"


def test_series_are_read():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=length).cumsum() for length in rng.integers(4, 9, 80)]
    ends = np.array([series[-1] for series in X])
    table = pd.DataFrame({"steps": X, "number": rng.normal(size=80)})
    table.loc[:3, "steps"] = None
    model = KerasMultiInputRegressor(**QUICK, dropout=0.0).fit(table, ends)
    assert model.branches_["series of steps"] == ("series", ["steps"])
    assert model.score(table[4:], ends[4:]) > 0.8
    assert np.isfinite(model.predict(table)).all()


def test_images_are_read_by_path(image_paths):
    paths, bright = image_paths
    table = pd.DataFrame({"file": paths, "number": np.arange(60.0)})
    table.loc[58:, "file"] = None
    model = KerasMultiInputClassifier(**{**QUICK, "epochs": 15}).fit(table, bright)
    assert model.branches_["images of file"] == ("images", ["file"])
    assert model.score(table[:58], bright[:58]) > 0.9
    assert np.isfinite(cross_val_score(model, table, bright, cv=2, error_score="raise")).all()


def test_frames_of_all_libraries_are_the_same():
    found = []
    for frame in (pd.DataFrame, pl.DataFrame):
        X, y = make(frame=frame)
        model = KerasMultiInputClassifier(**SMALL).fit(X, y)
        found.append(model.predict_proba(X))
        assert model.feature_names_in_.tolist() == ["a", "b", "city", "title", "text"]
        assert model.n_features_in_ == 5
    np.testing.assert_array_equal(found[0], found[1])


def test_branches_of_one_kind_learn_apart():
    X, y = make()
    branches = {"one": ("texts", "title"), "other": ("texts", "text"), "last": ("numbers", "a")}
    model = KerasMultiInputClassifier(**{**SMALL, "n_pairs": 20}, branches=branches).fit(X, y)
    words = [model.feature_encoder_.encoders_[name].vocabulary_ for name in ("one", "other")]
    assert set(words[0]) == {"so", "very", "quite"}
    assert set(words[1]) == {"fine", "dull", "a", "b", "c"}


def test_numbers_and_words_of_one_shape_are_told_apart():
    X, y = make()
    numbers = pd.DataFrame({f"t{place}": X["a"] for place in range(8)})
    words = pd.DataFrame({"text": [f"row{place} b c d e f g h" for place in range(60)]})
    models = [KerasMultiInputClassifier(**SMALL).fit(table, y) for table in (numbers, words)]
    assert models[0]._spec.input_shape == models[1]._spec.input_shape == ((8,),)
    assert models[0].model_.count_params() != models[1].model_.count_params()


def test_unknown_categories_words_and_gaps_are_predicted():
    X, y = make()
    model = KerasMultiInputClassifier(**SMALL, branches=BRANCHES).fit(X, y)
    new = pd.DataFrame({name: [None, np.nan] for name in X})
    new["city"], new["text"] = ["Cairo", "Quito"], ["unheard of", "words it are"]
    probabilities = model.predict_proba(new)
    assert np.isfinite(probabilities).all()
    # Nothing is known of either city.
    same = model.predict_proba(new.assign(text="dull", city=["Cairo", "Quito"]))
    np.testing.assert_array_equal(same[0], same[1])
    layers = model.model_._flatten_layers()
    tables = [layer for layer in layers if isinstance(layer, keras.layers.Embedding)]
    (vectors,) = [t.get_weights()[0] for t in tables if t.output_dim == SMALL["category_dim"]]
    known = len(model.feature_encoder_.encoders_["city"].encoder_.categories_[0])
    assert (vectors[0] == 0).all() and vectors[1 : known + 1].all()


def test_what_is_learned_of_columns_is_that_of_the_training_rows():
    X, y = make()
    X["city"] = [f"city{place}" for place in range(60)]
    X["text"] = [f"{text} row{place}" for place, text in enumerate(X["text"])]
    found = cross_validate(
        KerasMultiInputClassifier(**{**SMALL, "epochs": 1, "max_features": 500}, branches=BRANCHES),
        X,
        y,
        cv=2,
        return_estimator=True,
        return_indices=True,
    )
    for model, train in zip(found["estimator"], found["indices"]["train"], strict=True):
        encoders = model.feature_encoder_.encoders_
        assert set(encoders["city"].encoder_.categories_[0]) == {f"city{i}" for i in train}
        words = encoders["words"].vocabulary_
        assert {w for w in words if w.startswith("row")} == {f"row{i}" for i in train}
        mean = encoders["table"].steps_[0].mean_[0]
        np.testing.assert_allclose(mean, X["a"].iloc[train].mean())


def test_search_over_fusions_shares_programs():
    X, y = make(90)
    branches = {name: BRANCHES[name] for name in ("table", "city")}
    model = KerasMultiInputClassifier(**{**SMALL, "category_dim": 4}, branches=branches)
    before = cache_info().compilations
    for fusion in ("concatenation", "gating"):
        clone(model).set_params(fusion=fusion).fit(X[:60], y[:60]).score(X, y)
    once = cache_info().compilations - before
    grid = {"fusion": ["concatenation", "gating"], "dropout": [0.1, 0.4]}
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(X, y)
    assert cache_info().compilations - before == once
    assert search.predict(X).shape == (90,)


def test_frames_go_through_pipelines_and_early_stopping():
    X, y = make()
    fill = ColumnTransformer(
        [("fill", SimpleImputer(), ["a", "b"])],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    model = make_pipeline(fill, KerasMultiInputClassifier(**SMALL, early_stopping=True)).fit(X, y)
    assert len(model[-1].history_["val_loss"]) == model[-1].n_iter_
    assert model.predict(X).shape == (60,)


def test_saved_and_loaded(tmp_path):
    X, y = make()
    model = KerasMultiInputClassifier(**SMALL, branches=BRANCHES, fusion="attention").fit(X, y)
    skkeras.save(model, tmp_path / "mixed.skkeras")
    loaded = skkeras.load(tmp_path / "mixed.skkeras")
    assert loaded.branches_ == model.branches_
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(
        loaded.partial_fit(X, y).predict_proba(X), model.partial_fit(X, y).predict_proba(X)
    )


def test_other_columns_than_in_fit_are_refused():
    X, y = make()
    model = KerasMultiInputClassifier(**SMALL).fit(X, y)
    for other in (X[["b", "a", "city", "title", "text"]], X.drop(columns="b"), X.assign(c=1)):
        with pytest.raises(ValueError, match="feature names should match"):
            model.predict(other)
    with pytest.raises(TypeError, match="must be a data frame"):
        model.predict(X.to_numpy())
    with pytest.raises(TypeError, match=r"'numbers' takes numbers from \['a', 'b'\]: .*a dict"):
        model.predict(X.assign(a=[{}] * len(X)))


@pytest.fixture
def all_kinds(image_paths):
    """Return rows of all kinds of branches, of which some lack what a branch takes."""
    X, y = make()
    rng = np.random.default_rng(0)
    X["truth"] = [True, False] * 30
    X["file"] = image_paths[0]
    X["steps"] = [rng.normal(size=(length, 2)) for length in rng.integers(2, 7, 60)]
    for place, name in enumerate(X):
        X[name] = X[name].astype(object)
        X.loc[[place, 20], name] = None
    X["t0"], X["t1"], X["t2"] = rng.normal(size=(3, 60))
    X.loc[[8, 20], ["t0", "t1", "t2"]] = None
    return X, y


ALL = {
    **BRANCHES,
    "truth": ("categories", "truth"),
    "file": ("images", "file"),
    "steps": ("series", "steps"),
    "wide": ("series", ["t0", "t1", "t2"]),
}


@pytest.mark.parametrize("names", [*([name] for name in ALL), list(ALL)], ids="-".join)
def test_a_row_is_predicted_as_among_others(all_kinds, names):
    X, y = all_kinds
    branches = {name: ALL[name] for name in names}
    model = KerasMultiInputClassifier(**SMALL, branches=branches).fit(X, y)
    together = model.predict_proba(X)
    for row in [*range(len(X.columns)), 20, 30]:
        for one in (X[row : row + 1], X[row : row + 1].infer_objects()):
            np.testing.assert_allclose(model.predict_proba(one)[0], together[row], rtol=1e-5)


@pytest.mark.parametrize("encoder", ["lstm", "fcn"])
def test_a_row_longer_than_those_of_fit_is_predicted_as_among_others(encoder):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"steps": [rng.normal(size=4) for _ in range(20)]})
    model = KerasMultiInputRegressor(**SMALL, series_encoder=encoder).fit(X, np.arange(20))
    new = pd.DataFrame({"steps": [rng.normal(size=n) for n in (1, 4, 9, 30)]})
    together = model.predict(new)
    for row in range(4):
        np.testing.assert_allclose(model.predict(new[row : row + 1])[0], together[row], rtol=1e-5)


@pytest.mark.parametrize("name", ALL)
def test_what_is_nothing_in_a_fold_is_left_out(all_kinds, name):
    X, y = all_kinds
    columns = ALL[name][1]
    X.loc[:29, columns] = None
    X["c"] = np.arange(60.0)
    model = KerasMultiInputClassifier(**SMALL, branches={"more": ("numbers", "c"), name: ALL[name]})
    with pytest.warns(UserWarning, match="no value in fit and are left out"):
        model.fit(X[:30], y[:30])
    assert list(model.branches_) == ["more"]
    np.testing.assert_array_equal(
        model.predict_proba(X), model.predict_proba(X.assign(**dict.fromkeys(np.ravel(columns))))
    )
    # Columns of which others hold something are left out alone.
    if name in ("table", "words"):
        X[columns[0]] = y.astype(str) if name == "words" else y
        with pytest.warns(UserWarning, match=rf"left out: \['{columns[1]}'\]"):
            model.fit(X[:30], y[:30])
        assert model.branches_[name][1] == columns[:1]


def test_blank_texts_are_nothing():
    X = pd.DataFrame({"x": np.arange(40.0), "note": [""] * 20 + ["late again", "all well"] * 10})
    for branches in (None, {"x": ("numbers", "x"), "note": ("texts", "note")}):
        model = KerasMultiInputClassifier(**SMALL, branches=branches)
        with pytest.warns(UserWarning, match=r"left out: \['note'\]"):
            scores = cross_val_score(model, X, ["a", "b"] * 20, cv=KFold(2), error_score="raise")
        assert np.isfinite(scores).all()


@pytest.mark.parametrize("branches", [None, {"all": ("numbers", ["charges", "z"])}])
def test_a_mistake_among_numbers_is_missing_in_every_fold(branches):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"charges": rng.normal(size=60).astype(object), "z": rng.normal(size=60)})
    X.loc[3, "charges"] = "?"
    model = KerasMultiInputClassifier(**SMALL, branches=branches)
    with pytest.warns(UserWarning, match=r"Column 'charges' of X holds numbers and '\?'"):
        found = cross_validate(
            model, X, [0, 1] * 30, cv=KFold(3), error_score="raise", return_estimator=True
        )
    kinds = [fold.branches_ for fold in found["estimator"]]
    assert kinds == [{next(iter(kinds[0])): ("numbers", ["charges", "z"])}] * 3


def test_truth_values_are_one_and_zero():
    truths = np.random.default_rng(0).integers(0, 2, 60).astype(bool)
    forms = [truths, truths.astype(object), pd.array(truths, "boolean"), truths.astype(int)]
    forms.append(pd.Series([np.bool_(t) for t in truths], dtype=object))
    for fitted in forms:
        model = KerasMultiInputClassifier(**QUICK).fit(pd.DataFrame({"yes": fitted}), truths)
        found = [model.predict_proba(pd.DataFrame({"yes": form})) for form in forms]
        for other in found[1:]:
            np.testing.assert_array_equal(other, found[0])
        assert model.score(pd.DataFrame({"yes": forms[0]}), truths) == 1


@pytest.mark.parametrize("fusion", ["concatenation", "gating", "attention"])
def test_categories_alone_are_learned(fusion):
    X = pd.DataFrame({"a": ["x", "y", "z", "z"] * 15, "b": ["u", "v"] * 30})
    y = [0, 1, 1, 0] * 15
    # Of eight units, all can happen to be zero for every row: one seed in sixteen does not learn.
    models = [
        KerasMultiInputClassifier(**{**QUICK, "random_state": i}, fusion=fusion) for i in range(3)
    ]
    for model in models:
        model.fit(X, y)
        assert model.branches_ == {"categories": ("categories", ["a", "b"])}
    assert np.median([model.score(X, y) for model in models]) == 1


def test_series_far_from_zero_are_read_as_those_near():
    walks = np.cumsum(np.random.default_rng(0).normal(size=(60, 5)), axis=1)
    y = walks[:, -1] > walks[:, 0]
    found = []
    for level in (0.0, 1e10):
        X = pd.DataFrame({"steps": list(level + walks)})
        found.append(KerasMultiInputClassifier(**SMALL).fit(X, y).predict_proba(X))
    np.testing.assert_allclose(found[1], found[0], atol=1e-3)


def test_texts_without_spaces_are_read_by_characters():
    X = pd.DataFrame({"text": ["我喜欢这家餐厅", "我讨厌这家餐厅"] * 10})
    branches = {"text": ("texts", "text")}
    model = KerasMultiInputClassifier(**SMALL, branches=branches).fit(X, [0, 1] * 10)
    words = model.feature_encoder_.encoders_["text"].vocabulary_
    assert set(words) == set("我喜欢这家餐厅讨厌")


@pytest.fixture
def no_training(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("It came to training.")

    monkeypatch.setattr(KerasMultiInputClassifier, "_train", fail)


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(
    "params",
    [
        {"branches": [("numbers", ["a"])]},
        {"branches": {"table": ("tables", ["a"])}},
        {"branches": {"table": ("numbers", ["nowhere"])}},
        {"fusion": "sum"},
        {"hidden_layer_sizes": (8, 0)},
        {"units": 0},
        {"dropout": 1.0},
        {"category_dim": 0},
        {"text_encoder": "mean"},
        {"image_size": (8,)},
        {"image_size": (8, 0)},
        {"filters": "many"},
        {"series_encoder": "lstm_fcn"},
    ],
)
def test_bad_parameters_are_refused_before_training(params):
    with pytest.raises(ValueError, match=next(iter(params))):
        KerasMultiInputClassifier(**params).fit(*make())


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda X: X.to_numpy(), "must be a data frame"),
        (lambda X: X.assign(b=np.inf), "Branch 'numbers'.*infinity"),
        (lambda X: X.assign(when=pd.Timedelta("1 day")), "column 'when'.*cannot be guessed"),
        (lambda X: X[["text"]].assign(text=None), "no value in any column"),
        (lambda X: X[:0], "holds nothing"),
        (lambda X: X[:-1], "inconsistent numbers of samples"),
    ],
)
def test_bad_data_is_refused_before_training(spoil, message):
    X, y = make()
    with pytest.raises((ValueError, TypeError), match=message):
        KerasMultiInputClassifier(**SMALL).fit(spoil(X), y)


def test_texts_in_rows_of_weight_0_only_are_left_out():
    X = pd.DataFrame({"x": np.arange(40.0), "t": [None] * 30 + ["a b", "c d"] * 5})
    y = np.arange(40) % 2
    weights = (np.arange(40) < 30).astype(float)
    branches = {"numbers": ("numbers", "x"), "texts": ("texts", "t")}
    model = KerasMultiInputClassifier(**{**SMALL, "branches": branches, "random_state": 0})
    with pytest.warns(UserWarning, match=r"no value in fit and are left out: \['t'\]"):
        model.fit(X, y, sample_weight=weights)
    alone = KerasMultiInputClassifier(**{**SMALL, "random_state": 0}).fit(X[:30][["x"]], y[:30])
    assert model.branches_ == alone.branches_
    np.testing.assert_array_equal(model.predict_proba(X), alone.predict_proba(X[["x"]]))
