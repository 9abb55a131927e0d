"""Models that the user compiled agree with the parameters, or are refused."""

from functools import partial

import keras
import pytest

from skkeras import KerasRegressor
from tests.wrappers.two_layers import X, build, build_with, regressor, squared, y


def build_compiled(units=2, optimizer="adam", loss="mse", metrics=None):
    model = build(units)
    model.compile(optimizer, loss, metrics=metrics)
    return model


class TestCompiledModels:
    @pytest.mark.parametrize(
        ("params", "message"),
        [
            ({"loss": "mae"}, "loss=mae but model compiled with mse, so loss= .* has no effect"),
            ({"loss": keras.losses.Huber()}, "loss=.* but model compiled with mse"),
            ({"loss": squared}, "loss=.* but model compiled with mse"),
            ({"loss": ["mae"]}, "loss=.* but model compiled with mse"),
            ({"loss": "mse", "loss__reduction": "sum"}, "loss__reduction=sum but model compiled"),
            ({"optimizer": "sgd"}, r"optimizer=sgd but .* Adam\(learning_rate=0.001\)"),
            ({"optimizer": keras.optimizers.Adam(0.1)}, "but model compiled with Adam"),
            ({"optimizer": "adam", "optimizer__learning_rate": 0.1}, "learning_rate=0.1 but model"),
            ({"metrics": ["mae"]}, "metrics=.* but model compiled with None"),
            ({"compile__loss_weights": [0.5]}, "loss_weights=.* but model compiled with None"),
            ({"run_eagerly": True}, "run_eagerly=True but model compiled with False"),
        ],
        ids=lambda value: value if isinstance(value, str) else ",".join(value),
    )
    @pytest.mark.parametrize("kind", ["function", "model"])
    def test_what_would_have_no_effect_is_refused(self, kind, params, message):
        model = build_compiled if kind == "function" else build_compiled()
        with pytest.raises(ValueError, match=message):
            KerasRegressor(model, **params).fit(X, y)

    @pytest.mark.parametrize(
        ("built", "params"),
        [
            ({}, {"loss": "mean_squared_error", "optimizer": "adam"}),
            ({}, {"loss": keras.losses.MeanSquaredError, "optimizer": keras.optimizers.Adam}),
            ({}, {"loss": keras.losses.MeanSquaredError()}),
            ({"loss": keras.losses.Huber(0.3)}, {"loss": "huber"}),
            ({"loss": squared}, {"loss": squared}),
            ({"metrics": ["mae", "mse"]}, {"metrics": ["mean_absolute_error"]}),
            (
                {"optimizer": keras.optimizers.SGD(0.1)},
                {"optimizer": "sgd", "optimizer__learning_rate": 0.1},
            ),
        ],
    )
    def test_what_is_the_same_is_not(self, built, params):
        model = partial(build_compiled, **built)
        assert KerasRegressor(model, **params).fit(X, y).n_iter_ == 1

    def test_a_function_does_with_compile_kwargs_what_it_likes(self):
        fitted = regressor(build_with, optimizer="sgd").fit(X, y)
        assert float(fitted.model_.optimizer.learning_rate) == 0.5

        def build_other(compile_kwargs):
            return build_compiled(loss="mae")

        with pytest.raises(ValueError, match="loss=mse but model compiled with mae"):
            regressor(build_other).fit(X, y)
