"""RealMLP: the recipe, what it takes, and what it reaches."""

import copy

import keras
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, train_test_split

import skkeras
from skkeras import KerasRealMLPClassifier, KerasRealMLPRegressor
from skkeras.datasets import fetch_adult
from skkeras.layers import CosLog4, ScheduledAdam, ScheduledDropout
from skkeras.tabular._clipped_target import ClippedTarget
from skkeras.tabular._early_stopping import LatestBestStopping

QUICK = {"hidden_layer_sizes": (16, 16), "epochs": 6, "random_state": 0}


def test_a_frame_goes_straight_in(table):
    X, signal = table
    model = KerasRealMLPRegressor(**{**QUICK, "epochs": 64}).fit(X, signal)
    assert model.score(X, signal) > 0.8
    assert model.trainer_ == "graph"
    new = X[:4].assign(few=["none of these", None, "mid", "low"], many=None, number=np.nan)
    assert np.isfinite(model.predict(new)).all()
    np.testing.assert_array_equal(model.predict(X[::-1])[::-1], model.predict(X))


def test_parts_of_a_target_have_the_range_of_all_rows():
    encoder = ClippedTarget(scale=True)
    for part in ([2.0, 3.0], [5.0, 1.0], [4.0]):
        encoder.partial_fit(np.array(part))
    assert encoder.inverse_transform(np.array([-9.0, 0.0, 9.0])).tolist() == [1.0, 3.0, 5.0]


def test_the_recipe_is_that_of_the_paper(table):
    X, signal = table
    model = KerasRealMLPRegressor(**QUICK).fit(X, signal).model_
    n_steps = 6 * 3  # batches of 64 rows, of 160
    optimizer = model.optimizer
    assert isinstance(optimizer, ScheduledAdam)
    assert (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon) == (0.9, 0.95, 1e-8)
    assert (optimizer.weight_decay, optimizer.n_steps) == (0.02, n_steps)
    schedule = optimizer._learning_rate
    assert isinstance(schedule, CosLog4)
    assert schedule.get_config() == {"initial_learning_rate": 0.2, "n_steps": n_steps}
    assert int(optimizer.iterations) == n_steps
    dropout = [layer for layer in model.layers if isinstance(layer, ScheduledDropout)]
    assert [(layer.rate, layer.n_steps) for layer in dropout] == [(0.15, n_steps)] * 2
    decayed = {v.path.split("/")[-1] for v in model.trainable_variables}
    decayed -= {v.name for v in model.trainable_variables if not optimizer._use_weight_decay(v)}
    assert decayed == {"embeddings", "frequency", "kernel", "scale", "share"}


def test_batch_size_follows_the_number_of_rows():
    model = KerasRealMLPClassifier()
    sizes = {1024: 64, 1025: 128, 8192: 128, 30_000: 256, 100_000: 512, 100_001: 1024}
    assert {n: model._batch_size(n) for n in sizes} == sizes
    assert KerasRealMLPClassifier(batch_size=7)._batch_size(9) == 7


def test_parts_can_be_left_out(table):
    X, signal = table
    plain = {"number_embedding": False, "front_scale": False, "dropout": 0.0, "anneal": False}
    model = KerasRealMLPRegressor(**QUICK, **plain, weight_decay=None).fit(X, signal)
    kinds = {type(layer).__name__ for layer in model.model_.layers}
    assert not kinds & {"PeriodicEmbedding", "Scale", "ScheduledDropout", "Dropout"}
    assert float(model.model_.optimizer.learning_rate) == pytest.approx(0.2)
    model = KerasRealMLPRegressor(**QUICK, optimizer="sgd", learning_rate="cosine")
    assert np.isfinite(model.fit(X, signal).predict(X)).all()


def test_the_last_of_the_best_epochs_is_taken():
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    callback = LatestBestStopping("val_accuracy", mode="max", patience=9, restore_best_weights=True)
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, accuracy in enumerate([0.5, 0.8, 0.8, 0.7, np.nan]):
        model.set_weights([np.full((1, 1), epoch), np.zeros(1)])
        callback.on_epoch_end(epoch, {"val_accuracy": accuracy})
    callback.on_train_end()
    assert callback.best_epoch == 2
    assert model.get_weights()[0] == 2


def test_the_best_epoch_is_restored(table):
    X, signal = table
    y = signal > 0.3
    fits = {}
    for smoothing in (0.1, 0.0):
        model = KerasRealMLPClassifier(**{**QUICK, "epochs": 12}, label_smoothing=smoothing)
        fits[smoothing] = model.fit(X, y, X_val=X[:60], y_val=y[:60])
        assert model.n_iter_ == 12
    accuracy = max(fits[0.1].history_["val_accuracy"])
    assert fits[0.1].score(X[:60], y[:60]) == pytest.approx(accuracy)
    assert "val_accuracy" not in fits[0.0].history_
    probability = fits[0.0].predict_proba(X[:60])[np.arange(60), y[:60].astype(int)]
    least = min(fits[0.0].history_["val_loss"])
    assert -np.log(probability).mean() == pytest.approx(least, rel=1e-4)


def test_kinds_of_targets(table):
    X, signal = table
    several = np.column_stack([signal, 100 + 7 * signal])
    model = KerasRealMLPRegressor(**{**QUICK, "epochs": 32}).fit(X, several)
    predicted = model.predict(X)
    assert predicted.shape == (200, 2)
    assert (predicted.min(axis=0) >= several.min(axis=0)).all()
    assert (predicted.max(axis=0) <= several.max(axis=0)).all()
    assert model.score(X, several) > 0.6
    for y, shape in (
        (np.digitize(signal, [-1, 0, 1]), (200, 4)),
        (np.column_stack([signal > 0, signal < 0.5, signal > 9]).astype(int), (200, 3)),
    ):
        model = KerasRealMLPClassifier(**{**QUICK, "epochs": 32}).fit(X, y)
        assert model.predict_proba(X).shape == shape
        assert model.score(X, y) > 0.6
        assert max(model.history_["val_accuracy"]) > 0.6


def test_classes_are_weighed(table):
    X, signal = table
    means = {}
    for how in ("balanced", None):
        model = KerasRealMLPClassifier(**{**QUICK, "epochs": 12}, class_weight=how)
        model.fit(X, signal > 1)
        means[how] = model.predict_proba(X)[:, 1].mean()
    assert means["balanced"] > means[None] + 0.05


def test_weights_and_levels_of_rows_that_are_not_there(table):
    X, signal = table
    weights = np.linspace(0.5, 2, len(signal))
    weights[X["many"] == "level 3"] = 0
    kept = weights > 0
    model = KerasRealMLPRegressor(**QUICK)
    weighted = model.fit(X, signal, sample_weight=weights).predict(X[kept])
    removed = model.fit(X[kept], signal[kept], sample_weight=weights[kept]).predict(X[kept])
    np.testing.assert_array_equal(weighted, removed)


def test_copies_and_files(table, tmp_path):
    X, signal = table
    model = KerasRealMLPClassifier(**QUICK).fit(X, signal > 0)
    expected = model.predict_proba(X)
    skkeras.save(model, tmp_path / "model.skk")
    for copied in (copy.deepcopy(model), skkeras.load(tmp_path / "model.skk")):
        np.testing.assert_array_equal(copied.predict_proba(X), expected)
        for column, own in zip(copied.categories_, model.categories_, strict=True):
            np.testing.assert_array_equal(column, own)
        model_on, twin_on = copy.deepcopy(model), copied.partial_fit(X, signal > 0)
        np.testing.assert_array_equal(
            model_on.partial_fit(X, signal > 0).predict_proba(X), twin_on.predict_proba(X)
        )


def test_memory_gives_the_same_fit(table, tmp_path):
    X, signal = table
    expected = KerasRealMLPRegressor(**QUICK).fit(X, signal).predict(X)
    for _ in range(2):
        model = KerasRealMLPRegressor(**QUICK, memory=tmp_path).fit(X, signal)
        np.testing.assert_array_equal(model.predict(X), expected)


def test_a_search_shares_programs(table):
    X, signal = table
    skkeras.clear_cache()
    grid = {"learning_rate": [0.1, 0.3], "dropout": [0.1, 0.2]}
    model = KerasRealMLPRegressor(**QUICK)
    GridSearchCV(model, grid, cv=2, refit=False, error_score="raise").fit(X, signal)
    assert skkeras.cache_info().compilations <= 4  # to train and to predict, for two widths


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"hidden_layer_sizes": (8, 0)}, "at least 1"),
        ({"learning_rate": "on-plateau"}, "set patience"),
        ({"activation": "sine"}, "activation"),
        ({"embedding_sigma": 0}, "embedding_sigma"),
        ({"label_smoothing": 1.0}, "label_smoothing"),
        ({"dropout": 1.0}, "dropout"),
    ],
)
def test_bad_parameters_are_refused(table, params, said):
    X, signal = table
    with pytest.raises(ValueError, match=said):
        KerasRealMLPClassifier(**params).fit(X, signal > 0)


def test_adult_is_learned_quickly():
    X, y = fetch_adult()
    X, X_test, y, y_test = train_test_split(
        X, y, train_size=4000, test_size=4000, random_state=0, stratify=y
    )
    model = KerasRealMLPClassifier(hidden_layer_sizes=64, epochs=16, random_state=0).fit(X, y)
    assert roc_auc_score(y_test == ">50K", model.predict_proba(X_test)[:, 1]) > 0.89
