import copy
import re

import keras
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.exceptions import NotFittedError

import skkeras
from skkeras import (
    KerasAutoencoder,
    KerasClassifier,
    KerasMLPClassifier,
    KerasMLPRegressor,
    KerasMultiInputClassifier,
    KerasRealMLPClassifier,
    KerasTabMRegressor,
    ParquetRows,
)
from skkeras.base import ParquetFitMixin

NUMBERS = ["a", "b"]


@pytest.fixture(scope="module")
def frame():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(400, 2)).astype(np.float32), columns=NUMBERS)
    frame["k"] = random.choice(["u", "v"], 400)
    frame["label"] = np.where(frame["a"] + (frame["k"] == "u") > 0.5, "yes", "no")
    frame["number"] = 100 + 10 * frame["a"].astype(float)
    frame["w"] = random.integers(0, 3, 400).astype(float)
    return frame


@pytest.fixture(scope="module")
def path(frame, tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    frame.to_parquet(path, row_group_size=40)
    return path


def rows_of(path, target="label", **arguments):
    return ParquetRows(path, target, **{"columns": NUMBERS, "buffer_rows": 100} | arguments)


def mlp(**params):
    given = {"hidden_layer_sizes": 8, "epochs": 2, "batch_size": 32, "random_state": 0}
    return KerasMLPClassifier(**given | params)


@pytest.fixture(scope="module")
def fitted(path):
    return mlp().fit(rows_of(path))


class TestAgainstArrays:
    """Without shuffling, files and arrays give the same batches."""

    def same(self, model, frame, rows, target, **arguments):
        there = model(shuffle=False).fit(rows)
        here = model(shuffle=False).fit(frame[NUMBERS], frame[target], **arguments)
        for one, other in zip(here.model_.get_weights(), there.model_.get_weights(), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
        assert here.history_.keys() == there.history_.keys()
        for name, values in here.history_.items():
            np.testing.assert_allclose(values, there.history_[name], rtol=1e-5)
        return here, there

    def test_labels_and_metrics(self, frame, path):
        def model(**params):
            return mlp(metrics=["accuracy", "auc"], learning_rate="cosine", **params)

        here, there = self.same(model, frame, rows_of(path), "label")
        assert there.classes_.tolist() == ["no", "yes"]
        assert there.feature_names_in_.tolist() == NUMBERS
        assert (there.n_iter_, there.trainer_) == (here.n_iter_, here.trainer_)

    def test_weights_of_rows_and_classes(self, frame, path):
        def model(**params):
            return mlp(class_weight="balanced", **params)

        kept = frame[frame["w"] > 0]
        self.same(
            model, kept, rows_of(path, weights="w"), "label", sample_weight=kept["w"].to_numpy()
        )

    def test_numbers(self, frame, path):
        def model(**params):
            return KerasMLPRegressor(
                hidden_layer_sizes=8, epochs=2, batch_size=32, random_state=0, **params
            )

        # The scale of the target is that of all rows, whatever the sample.
        rows = rows_of(path, "number", sample_rows=5)
        _, there = self.same(model, frame, rows, "number")
        scaler = there.target_encoder_.scaler_
        np.testing.assert_allclose(scaler.mean_, frame["number"].mean())
        np.testing.assert_allclose(scaler.scale_, frame["number"].std(ddof=0))


class TestScore:
    def test_target_and_weights_are_read_from_the_files(self, frame, path, fitted):
        rows, labels = rows_of(path), frame["label"]
        assert fitted.score(rows) == fitted.score(rows, labels)
        assert fitted.score(rows) == fitted.score(frame[NUMBERS], labels)
        weighted = fitted.score(frame[NUMBERS], labels, frame["w"])
        assert fitted.score(rows_of(path, weights="w")) == weighted != fitted.score(rows)

    def test_numbers(self, frame, path):
        model = KerasMLPRegressor(hidden_layer_sizes=8, epochs=2, random_state=0)
        model.fit(rows_of(path, "number"))
        score = model.score(frame[NUMBERS], frame["number"])
        assert model.score(rows_of(path, "number")) == pytest.approx(score, abs=1e-6)

    def test_a_target_is_needed(self, path, frame, fitted):
        for X in (frame[NUMBERS], rows_of(path, None)):
            with pytest.raises(ValueError, match=r"Classifier.score needs y, or ParquetRows\("):
                fitted.score(X)


class TestTraining:
    def test_a_seed_gives_the_same_fit(self, path, fitted):
        again = mlp().fit(rows_of(path))
        assert again.history_ == fitted.history_

    def test_classes_are_those_of_all_rows(self, path):
        model = mlp(epochs=1).fit(rows_of(path, "k", sample_rows=1))
        assert model.classes_.tolist() == ["u", "v"]

    def test_row_groups_are_held_out(self, path):
        model = mlp(early_stopping=True, patience=1, epochs=3).fit(rows_of(path))
        assert len(model.history_["val_loss"]) == model.n_iter_
        assert model._n_rows == 360  # nine of ten row groups

    def test_validation_rows_may_be_arrays(self, frame, path):
        model = mlp(early_stopping=True, epochs=1)
        model.fit(rows_of(path), X_val=frame[NUMBERS], y_val=frame["label"])
        assert model._n_rows == 400
        loss = keras.losses.BinaryCrossentropy()(
            (frame["label"] == "yes").to_numpy(float), model.predict_proba(frame[NUMBERS])[:, 1]
        )
        assert model.history_["val_loss"][0] == pytest.approx(float(loss), abs=1e-3)

    def test_training_goes_on(self, path):
        model = mlp(warm_start=True, epochs=1).fit(rows_of(path)).fit(rows_of(path))
        assert (model.n_iter_, len(model.history_["loss"])) == (1, 2)
        assert model.history_["loss"][1] < model.history_["loss"][0]

    def test_tables_with_a_category_that_is_rare(self, frame, tmp_path):
        frame = frame[[*NUMBERS, "k", "label"]].copy()
        frame.loc[390, "k"] = "rare"
        path = frame_file(frame.astype({"k": "category"}), tmp_path)
        rows = ParquetRows(path, "label", buffer_rows=100, sample_rows=100)
        model = KerasRealMLPClassifier(hidden_layer_sizes=16, epochs=4, random_state=0).fit(rows)
        assert model.score(frame[[*NUMBERS, "k"]], frame["label"]) > 0.85
        assert model.categories_[2].tolist() == ["rare", "u", "v"]

    def test_mixed_columns(self, frame, tmp_path):
        path = tmp_path / "mixed.parquet"
        mixed = frame[["a", "k", "label"]].assign(
            text=np.where(frame["b"] > 0, "a fine view", "a dull street"),
            day=pd.date_range("2020-01-01", periods=400),
        )
        mixed.to_parquet(path, row_group_size=40)
        branches = {
            "numbers": ("numbers", ["a", "day"]),
            "kinds": ("categories", "k"),
            "texts": ("texts", "text"),
        }
        model = KerasMultiInputClassifier(branches=branches, epochs=5, n_pairs=0, random_state=0)
        model.fit(ParquetRows(path, "label", buffer_rows=100))
        assert model.score(mixed.drop(columns="label"), mixed["label"]) > 0.8

    def test_batches_in_their_order(self, frame, fitted):
        class Batches:
            def __iter__(self):
                table = pa.Table.from_pandas(frame[[*NUMBERS, "label"]])
                return iter(table.to_batches(max_chunksize=40))

        model = mlp(shuffle=False)
        in_order = model.fit(rows_of(Batches(), columns=None)).history_
        batches = list(Batches())
        assert model.fit(rows_of(batches, columns=None)).history_ == in_order
        model.set_params(shuffle=True)
        assert model.fit(rows_of(batches, columns=None)).history_ == fitted.history_
        assert model.fit(rows_of(Batches(), columns=None)).history_ != fitted.history_

    def test_several_targets(self, frame, path):
        rows = rows_of(path, ["number", "w"], columns=["a", "k"], sample_rows=20)
        model = KerasTabMRegressor(hidden_layer_sizes=8, n_ensemble=2, epochs=1, random_state=0)
        model.fit(rows)
        assert model.predict(frame[["a", "k"]]).shape == (400, 2)
        np.testing.assert_allclose(model.target_encoder_.scaler_.mean_[1], frame["w"].mean())


class TestPredictions:
    def test_files_and_frames_give_the_same(self, frame, path, fitted):
        rows = rows_of(path, None)
        assert np.array_equal(fitted.predict(rows), fitted.predict(frame[NUMBERS]))
        assert np.array_equal(fitted.predict_proba(rows), fitted.predict_proba(frame[NUMBERS]))

    def test_other_columns_are_refused(self, path, fitted):
        with pytest.raises(ValueError, match=r"Row group 0 of .* feature names"):
            fitted.predict(rows_of(path, None, columns=["b", "w"]))


def frame_file(frame, folder):
    frame.to_parquet(folder / "frame.parquet", row_group_size=40)
    return folder / "frame.parquet"


class Cut(keras.callbacks.Callback):
    """Cuts a file after an epoch."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch, logs=None):
        with open(self.path, "r+b") as file:
            file.truncate(100)


class TestBadInput:
    def test_a_file_that_becomes_unreadable_ends_the_fit(self, frame, tmp_path):
        path = tmp_path / "cut.parquet"
        frame.to_parquet(path, row_group_size=40)
        model = mlp(callbacks=Cut(path), epochs=5)
        with pytest.raises(OSError, match=r"Row group \d of .*cut\.parquet cannot be read"):
            model.fit(rows_of(path))
        with pytest.raises(NotFittedError):
            model.predict(frame[NUMBERS])

    def test_a_failed_fit_leaves_an_earlier_one_as_it_was(self, frame, tmp_path):
        path = tmp_path / "cut.parquet"
        frame.to_parquet(path, row_group_size=40)
        model = mlp(warm_start=True).fit(rows_of(path))
        before = model.predict_proba(frame[NUMBERS]), copy.deepcopy(model.history_), 2
        model.set_params(callbacks=Cut(path), epochs=3)
        with pytest.raises(OSError, match="cannot be read"):
            model.fit(rows_of(path))
        assert np.array_equal(model.predict_proba(frame[NUMBERS]), before[0])
        assert (model.history_, model.n_iter_) == before[1:]
        with pytest.raises(ValueError, match="feature names should match"):
            model.fit(rows_of(frame_file(frame[["a", "label"]], tmp_path), columns=None))
        assert np.array_equal(model.predict_proba(frame[NUMBERS]), before[0])

    def test_invalid_rows_are_named(self, frame, tmp_path):
        path = tmp_path / "gap.parquet"
        frame.assign(a=frame["a"].where(frame.index != 250)).to_parquet(path, row_group_size=40)
        model = mlp()
        with pytest.raises(ValueError, match=r"Row group 6 of .*gap.* contains NaN"):
            model.fit(rows_of(path, sample_rows=1))
        with pytest.raises(NotFittedError):
            model.predict(frame[NUMBERS])

    def test_series_are_no_longer_than_in_the_sample(self, frame, tmp_path):
        series = frame[["label"]].assign(
            series=[[1.0] * (3 if row < 40 else 2) for row in range(400)]
        )
        rows = ParquetRows(frame_file(series, tmp_path), "label", sample_rows=1)
        model = KerasMultiInputClassifier(branches={"series": ("series", "series")}, epochs=1)
        with pytest.raises(ValueError, match=r"Row group 0 .* of shape \(\(3, 1\),\)"):
            model.fit(rows)

    def test_one_row_group_cannot_be_held_out(self, path):
        pq.write_table(pq.read_table(path), path.with_name("one"), row_group_size=400)
        rows = rows_of(path.with_name("one"), buffer_rows=400)
        with pytest.raises(ValueError, match=r"leaves none of 1 to train on\. Write files"):
            mlp(early_stopping=True).fit(rows)

    @pytest.mark.parametrize("given", [{"y": [1]}, {"sample_weight": [1]}, {"groups": [1]}])
    def test_what_files_have_is_not_given_twice(self, path, given):
        with pytest.raises(ValueError, match=f"fit with {next(iter(given))}= does not take"):
            mlp().fit(rows_of(path), **given)

    def test_one_call_of_partial_fit_takes_arrays(self, path):
        with pytest.raises(ValueError, match="partial_fit does not take ParquetRows"):
            mlp().partial_fit(rows_of(path))

    def test_files_need_a_target(self, path):
        with pytest.raises(ValueError, match=r"needs a target; give ParquetRows\(..., target="):
            mlp().fit(rows_of(path, None))
        with pytest.raises(ValueError, match=r"one column of classes from files; got target=\['l"):
            mlp().fit(rows_of(path, ["label", "k"]))

    def test_no_fits_are_stored(self, path, tmp_path):
        with pytest.raises(ValueError, match="memory= of KerasMLPClassifier stores no fits"):
            mlp(memory=tmp_path).fit(rows_of(path))

    @pytest.mark.parametrize("model", [KerasAutoencoder(), KerasClassifier(keras.Sequential)])
    def test_other_estimators_refuse_files(self, path, model):
        with pytest.raises(TypeError, match="does not take ParquetRows; KerasMLP, KerasRealMLP"):
            model.fit(rows_of(path))

    def test_the_message_names_all_families_that_take_files(self, path):
        with pytest.raises(TypeError) as error:
            KerasAutoencoder().fit(rows_of(path))
        named = re.findall(r"Keras\w+", str(error.value).partition(";")[2])
        items = {name: getattr(skkeras, name) for name in skkeras.__all__}
        taking = {
            re.sub("Classifier|Regressor", "", name)
            for name, item in items.items()
            if isinstance(item, type) and issubclass(item, ParquetFitMixin)
        }
        assert sorted(named) == sorted(taking)
