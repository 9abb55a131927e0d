"""Scripts in the style of SciKeras' documentation, with the import changed."""

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import AdaBoostRegressor, BaggingClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skkeras import KerasClassifier, KerasRegressor

X, y = make_classification(80, 5, n_informative=3, n_classes=3, random_state=0)
X = X.astype("float32")
binary = np.where(y == 0, "no", "yes")
_, numbers = make_regression(80, 5, noise=1.0, random_state=0)
numbers = (numbers / np.std(numbers)).astype("float32")


def layers(meta, sizes=(8,)):
    return [
        keras.layers.Input((meta["n_features_in_"],)),
        *(keras.layers.Dense(size, "relu") for size in sizes),
    ]


class TestBuildFunctions:
    def test_meta_and_compile_kwargs(self):
        def get_clf(meta, hidden_layer_sizes, dropout, compile_kwargs):
            assert (meta["target_type_"], meta["n_classes_"]) == ("multiclass", 3)
            assert meta["X_shape_"] == (80, 5) and meta["n_outputs_expected_"] == 1
            model = keras.Sequential(layers(meta, hidden_layer_sizes))
            model.add(keras.layers.Dropout(dropout))
            model.add(keras.layers.Dense(meta["n_classes_"], activation="softmax"))
            model.compile(
                loss="sparse_categorical_crossentropy", optimizer=compile_kwargs["optimizer"]
            )
            return model

        clf = KerasClassifier(
            model=get_clf,
            hidden_layer_sizes=(10, 5),
            dropout=0.5,
            optimizer="adam",
            optimizer__learning_rate=0.02,
            epochs=1,
        )
        clf.fit(X, y)
        assert [w.shape for w in clf.model_.get_weights()[::2]] == [(5, 10), (10, 5), (5, 3)]
        assert float(clf.model_.optimizer.learning_rate) == pytest.approx(0.02)
        clf.set_params(hidden_layer_sizes=(4,), model__dropout=0.1).fit(X, y)
        assert clf.model_.layers[1].rate == 0.1

    def test_params(self):
        def build(meta, size, params):
            assert params["size"] == size and params["epochs"] == 1
            return keras.Sequential([*layers(meta, (params["size"],)), keras.layers.Dense(1)])

        reg = KerasRegressor(build, size=6, loss="mse", epochs=1).fit(X, numbers)
        assert reg.model_.layers[0].units == 6

    def test_plain_keywords(self):
        def build(n_units=4, activation="tanh"):
            return keras.Sequential(
                [keras.layers.Dense(n_units, activation), keras.layers.Dense(1)]
            )

        reg = KerasRegressor(build, loss="mse", model__n_units=3, epochs=1).fit(X, numbers)
        assert reg.model_.layers[0].units == 3
        assert reg.predict(X).shape == (80,)

    def test_all_keywords(self):
        def build(**kwargs):
            assert {"meta", "compile_kwargs", "params", "n_units"} <= set(kwargs)
            return keras.Sequential([*layers(kwargs["meta"]), keras.layers.Dense(1)])

        KerasRegressor(build, loss="mse", model__n_units=3, epochs=1).fit(X, numbers)

    def test_build_fn(self):
        reg = KerasRegressor(
            build_fn=lambda meta: keras.Sequential([*layers(meta), keras.layers.Dense(1)]),
            loss="mse",
        )
        with pytest.warns(FutureWarning, match="use model="):
            reg.fit(X, numbers)


class MLPClassifier(KerasClassifier):
    """As in SciKeras' tutorial on perceptrons: own parameters, and the others as keywords."""

    def __init__(
        self,
        hidden_layer_sizes=(8,),
        optimizer="adam",
        optimizer__learning_rate=0.01,
        epochs=2,
        verbose=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.hidden_layer_sizes = hidden_layer_sizes
        self.optimizer = optimizer
        self.optimizer__learning_rate = optimizer__learning_rate
        self.epochs = epochs
        self.verbose = verbose

    def _keras_build_fn(self, compile_kwargs):
        model = keras.Sequential(
            layers({"n_features_in_": self.n_features_in_}, self.hidden_layer_sizes)
        )
        if self.target_type_ == "binary":
            units, activation, loss = 1, "sigmoid", "binary_crossentropy"
        else:
            units, activation = self.n_classes_, "softmax"
            loss = "sparse_categorical_crossentropy"
        model.add(keras.layers.Dense(units, activation))
        model.compile(loss=loss, optimizer=compile_kwargs["optimizer"])
        return model


class TestSubclasses:
    def test_own_init_and_build_method(self):
        clf = MLPClassifier(hidden_layer_sizes=(6, 4), random_state=0)
        assert clf.get_params()["hidden_layer_sizes"] == (6, 4)
        for target in (y, binary):
            fitted = clone(clf).fit(X, target)
            assert set(fitted.predict(X)) <= set(target)
        search = GridSearchCV(
            clf,
            {"hidden_layer_sizes": [(3,), (4, 3)], "optimizer__learning_rate": [0.1, 0.01]},
            cv=2,
            error_score="raise",
        ).fit(X, y)
        assert len(search.best_estimator_.model_.layers) == (
            len(search.best_params_["hidden_layer_sizes"]) + 1
        )

    def test_own_feature_encoder(self):
        class Scaled(MLPClassifier):
            @property
            def feature_encoder(self):
                return StandardScaler()

        shifted = X * 10 + 3
        fitted = Scaled(random_state=0).fit(shifted, y)
        assert_allclose(fitted.feature_encoder_.mean_, shifted.mean(axis=0), rtol=1e-5)
        by_pipeline = make_pipeline(StandardScaler(), MLPClassifier(random_state=0))
        assert_allclose(
            fitted.predict_proba(shifted),
            by_pipeline.fit(shifted, y).predict_proba(shifted),
            atol=1e-5,
        )

    def test_own_target_encoder(self):
        class LogTarget(KerasRegressor):
            @property
            def target_encoder(self):
                return FunctionTransformer(np.log1p, np.expm1, check_inverse=False)

        def build(meta):
            return keras.Sequential([*layers(meta), keras.layers.Dense(1, "softplus")])

        fitted = LogTarget(build, loss="mse", random_state=0).fit(X, np.exp(numbers))
        assert (fitted.predict(X) > 0).all()
        assert_allclose(
            np.log1p(fitted.predict(X)).ravel(),
            fitted.model_.predict(X, verbose=0).ravel(),
            rtol=1e-3,
        )

    def test_several_outputs(self):
        class TwoOutputs(BaseEstimator, TransformerMixin):
            def fit(self, y):
                self.n_outputs_expected_ = 2
                return self

            def transform(self, y):
                return [y[:, 0], y[:, 1]]

            def inverse_transform(self, y):
                return np.column_stack([part.ravel() for part in y])

            def get_metadata(self):
                return {"n_outputs_expected_": 2}

        class TwoHeads(KerasRegressor):
            @property
            def target_encoder(self):
                return TwoOutputs()

            def _keras_build_fn(self, compile_kwargs):
                inputs = keras.layers.Input((self.n_features_in_,))
                hidden = keras.layers.Dense(8, "relu")(inputs)
                outputs = [keras.layers.Dense(1, name=name)(hidden) for name in ("a", "b")]
                model = keras.Model(inputs, outputs)
                model.compile(compile_kwargs["optimizer"], loss=["mse", "mae"])
                return model

        targets = np.column_stack([numbers, 2 * numbers])
        fitted = TwoHeads(optimizer="adam", epochs=2, random_state=0).fit(X, targets)
        assert fitted.predict(X).shape == (80, 2)
        assert fitted.score(X, targets) < 1


def build(meta, size=8):
    several = meta.get("target_type_") == "multiclass"
    units = meta["n_classes_"] if several else 1
    activation = "softmax" if several else "sigmoid" if "classes_" in meta else None
    return keras.Sequential([*layers(meta, (size,)), keras.layers.Dense(units, activation)])


def classifier(**params):
    quick = {"optimizer": "adam", "loss": "binary_crossentropy", "epochs": 2, "random_state": 0}
    return KerasClassifier(build, **{**quick, **params})


class TestRouting:
    @pytest.mark.parametrize(
        "params",
        [
            {"optimizer": "sgd", "optimizer__learning_rate": 0.05, "optimizer__momentum": 0.5},
            {"optimizer": "SGD", "optimizer__learning_rate": 0.05, "optimizer__momentum": 0.5},
            {
                "optimizer": keras.optimizers.SGD,
                "optimizer__learning_rate": 0.05,
                "optimizer__momentum": 0.5,
            },
            {"optimizer": keras.optimizers.SGD(0.05, momentum=0.5)},
        ],
        ids=["name", "name of class", "class", "instance"],
    )
    def test_optimizers(self, params):
        optimizer = classifier(**params).fit(X, binary).model_.optimizer
        assert type(optimizer) is keras.optimizers.SGD
        assert float(optimizer.learning_rate) == pytest.approx(0.05)
        assert optimizer.momentum == 0.5

    def test_a_schedule_is_routed_to_by_steps(self):
        optimizer = (
            classifier(
                optimizer="adam",
                optimizer__learning_rate=keras.optimizers.schedules.InverseTimeDecay,
                optimizer__learning_rate__initial_learning_rate=0.001,
                optimizer__learning_rate__decay_steps=1,
                optimizer__learning_rate__decay_rate=1,
                epochs=1,
                batch_size=40,
            )
            .fit(X, binary)
            .model_.optimizer
        )
        assert float(optimizer.learning_rate) == pytest.approx(0.001 / 3)  # after two steps

    @pytest.mark.parametrize(
        "params",
        [
            {"loss": keras.losses.BinaryCrossentropy, "loss__label_smoothing": 0.3},
            {"loss": "BinaryCrossentropy", "loss__label_smoothing": 0.3},
            {"loss": "binary_crossentropy", "loss__label_smoothing": 0.3},
            {"loss": keras.losses.BinaryCrossentropy(label_smoothing=0.3)},
        ],
        ids=["class", "name of class", "name", "instance"],
    )
    def test_losses(self, params):
        history = classifier(**params).fit(X, binary).history_
        plain = classifier().fit(X, binary).history_
        assert history["loss"][-1] > plain["loss"][-1]

    @pytest.mark.parametrize(
        ("metrics", "name"),
        [
            ("accuracy", "accuracy"),
            (["acc"], "acc"),
            (["mae"], "mean_absolute_error"),
            ([keras.metrics.Precision], "precision"),
            ([keras.metrics.MeanAbsoluteError(name="mine")], "mine"),
            ({"a": keras.metrics.Recall}, "recall"),
        ],
    )
    def test_metrics(self, metrics, name):
        if isinstance(metrics, dict):
            metrics = list(metrics.values())
        history = classifier(metrics=metrics).fit(X, binary, validation_split=0.2).history_
        assert set(history) == {"loss", name, "val_loss", f"val_{name}"}

    def test_arguments_of_metrics(self):
        fitted = classifier(
            metrics=[keras.metrics.BinaryAccuracy, keras.metrics.AUC],
            metrics__0__threshold=1.0,
            metrics__1__name="area",
        ).fit(X, binary)
        share = (binary == "no").mean()
        assert_allclose(fitted.history_["binary_accuracy"], share, atol=1e-6)
        assert "area" in fitted.history_

    @pytest.mark.parametrize(
        ("callbacks", "prefix"),
        [
            (keras.callbacks.EarlyStopping, "callbacks"),
            ([keras.callbacks.EarlyStopping], "callbacks"),
            ([keras.callbacks.EarlyStopping], "callbacks__0"),
            ({"stop": keras.callbacks.EarlyStopping}, "callbacks__stop"),
        ],
    )
    def test_callbacks(self, callbacks, prefix):
        arguments = {"monitor": "loss", "patience": 0, "min_delta": 100.0}
        fitted = classifier(
            callbacks=callbacks, epochs=9, **{f"{prefix}__{k}": v for k, v in arguments.items()}
        ).fit(X, binary)
        assert fitted.n_iter_ == fitted.current_epoch == 2

    def test_callbacks_of_fit(self):
        stop = keras.callbacks.EarlyStopping("loss", min_delta=100.0)
        assert classifier(fit__callbacks=[stop], epochs=9).fit(X, binary).n_iter_ == 2
        assert classifier(epochs=9).fit(X, binary, callbacks=[stop]).n_iter_ == 2

    def test_arguments_of_fit_and_predict(self):
        fitted = classifier(
            fit__epochs=3, fit__batch_size=20, predict__batch_size=7, predict__verbose=0
        ).fit(X, binary)
        assert fitted.n_iter_ == 3
        assert int(fitted.model_.optimizer.iterations) == 12
        with pytest.raises(ValueError, match="predict takes no argument 'step'"):
            fitted.set_params(predict__step=3)

    def test_arguments_for_one_fit(self):
        network = classifier()
        network.fit(
            X, binary, epochs=3, batch_size=40, validation_data=(X[:9], binary[:9]), verbose=0
        )
        assert len(network.history_["val_loss"]) == 3
        assert network.get_params()["epochs"] == 2
        with pytest.raises(TypeError, match="unexpected keyword argument 'epoch'"):
            network.fit(X, binary, epoch=3)


class TestTraining:
    def test_partial_fit_and_warm_start(self):
        at_once = classifier(epochs=3).fit(X, binary)
        in_parts = classifier(epochs=1)
        for epoch in range(3):
            in_parts.partial_fit(X, binary)
            assert in_parts.n_iter_ == epoch + 1
        warm = classifier(epochs=1, warm_start=True).fit(X, binary)
        warm.set_params(epochs=2).fit(X, binary)
        for other in (in_parts, warm):
            assert_array_equal(other.predict_proba(X), at_once.predict_proba(X))

    def test_initialize(self):
        network = classifier().initialize(X, binary)
        assert network.initialized_ and network.current_epoch == 0
        weights = [np.full_like(w, 0.1) for w in network.model_.get_weights()]
        network.model_.set_weights(weights)
        expected = network.model_.predict(X, verbose=0).ravel()
        assert_allclose(network.predict_proba(X)[:, 1], expected, rtol=1e-5)

    def test_weights_and_classes(self):
        network = classifier(class_weight="balanced").fit(X, binary, sample_weight=np.ones(80))
        assert network.classes_.tolist() == ["no", "yes"]

    def test_meta_estimators(self):
        bagging = BaggingClassifier(classifier(), n_estimators=2, random_state=0).fit(X, binary)
        assert 0 <= bagging.score(X, binary) <= 1
        network = KerasRegressor(build, loss="mse", optimizer="adam", epochs=2, random_state=0)
        boosting = AdaBoostRegressor(network, n_estimators=2, random_state=0).fit(X, numbers)
        assert boosting.score(X, numbers) < 1

    def test_a_pipeline_reaches_routed_parameters(self):
        pipeline = make_pipeline(StandardScaler(), classifier())
        search = GridSearchCV(
            pipeline,
            {
                "kerasclassifier__model__size": [3, 4],
                "kerasclassifier__optimizer": ["sgd", keras.optimizers.Adam],
                "kerasclassifier__optimizer__learning_rate": [0.1],
                "kerasclassifier__callbacks": [None, [keras.callbacks.TerminateOnNaN()]],
            },
            cv=2,
            error_score="raise",
        ).fit(X, binary)
        assert search.best_estimator_[-1].model_.layers[0].units in (3, 4)


class TestOneHot:
    @pytest.mark.parametrize(
        "loss",
        [
            "categorical_crossentropy",
            keras.losses.CategoricalCrossentropy,
            keras.losses.CategoricalCrossentropy(),
            keras.losses.categorical_crossentropy,
        ],
    )
    def test_classes_are_one_hot_for_categorical_crossentropy(self, loss):
        one_hot = classifier(loss=loss).fit(X, y)
        sparse = classifier(loss="sparse_categorical_crossentropy").fit(X, y)
        assert_allclose(one_hot.predict_proba(X), sparse.predict_proba(X), atol=1e-5)
        assert_array_equal(one_hot.predict(X), sparse.predict(X))

    def test_a_function_that_compiles_needs_the_estimator_to_know(self):
        def build_compiled(meta):
            model = build(meta)
            model.compile("adam", "categorical_crossentropy")
            return model

        with pytest.raises(ValueError, match="give it loss='categorical_crossentropy' too"):
            KerasClassifier(build_compiled).fit(X, y)
        KerasClassifier(build_compiled, loss="categorical_crossentropy").fit(X, y)
