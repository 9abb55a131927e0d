import keras
import pytest

from skkeras import KerasCNNClassifier, KerasMLPClassifier, KerasMLPRegressor, KerasRNNClassifier
from skkeras.base._model_spec import ModelParams, ModelSpec

OPTIMIZER = {"optimizer", "weight_decay", "momentum", "nesterovs_momentum", "clipnorm"}


@pytest.mark.parametrize("schedule", ["cosine", "exponential", "on-plateau"])
def test_a_named_schedule_stays_and_its_start_is_searched(schedule):
    space = KerasMLPRegressor(learning_rate=schedule).search_space("large")
    assert "learning_rate" not in space
    assert next(iter(space)) == "learning_rate_init"
    assert space["learning_rate_init"] == KerasMLPRegressor().search_space()["learning_rate"]


def test_a_schedule_that_is_an_object_stays():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 100, 0.9)
    whole = set(KerasMLPRegressor().search_space("large"))
    assert set(KerasMLPRegressor(learning_rate=schedule).search_space("large")) == whole - {
        "learning_rate"
    }


@pytest.mark.parametrize("rate", [0.01, "cosine"])
def test_an_optimizer_that_is_an_object_keeps_its_settings(rate):
    model = KerasMLPRegressor(optimizer=keras.optimizers.SGD(0.1), learning_rate=rate)
    whole = set(KerasMLPRegressor().search_space("large"))
    assert set(model.search_space("large")) == whole - OPTIMIZER - {"learning_rate"}


def test_spaces_share_nothing():
    space = KerasMLPRegressor().search_space()
    space["dropout"].high = 0.9
    del space["learning_rate"]
    assert KerasMLPRegressor().search_space()["dropout"].high == 0.5
    assert "learning_rate" in KerasMLPRegressor().search_space()


@pytest.mark.parametrize(
    ("model", "shape", "name", "layer", "attribute"),
    [
        (KerasMLPClassifier(), (5,), "hidden_layer_sizes", keras.layers.Dense, "units"),
        (KerasCNNClassifier(dense_units=()), (8, 8, 1), "filters", keras.layers.Conv2D, "filters"),
        (KerasCNNClassifier(filters=2), (8, 8, 1), "dense_units", keras.layers.Dense, "units"),
        (KerasRNNClassifier(), (7, 5), "units", keras.layers.LSTM, "units"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_texts_build_what_tuples_build(model, shape, name, layer, attribute):
    spec = ModelSpec(
        input_shape=shape,
        input_dtype="float32",
        target_type="binary",
        n_classes=2,
        n_outputs=1,
        batch_size=10,
    )
    built = []
    for value in ("(4, 3)", (4, 3)):
        model.set_params(**{name: value})._validate_params()
        layers = model._build_model(ModelParams(model.get_params()), spec).layers
        built.append([getattr(x, attribute) for x in layers if isinstance(x, layer)])
    assert built[0] == built[1]
    assert built[0][:2] == [4, 3]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (KerasMLPClassifier(hidden_layer_sizes="large"), "hidden_layer_sizes.*got 'large'"),
        (KerasMLPClassifier(hidden_layer_sizes="(8, 0)"), r"hidden_layer_sizes.*got '\(8, 0\)'"),
        (KerasCNNClassifier(filters="(8, -1)"), r"filters must be.*got '\(8, -1\)'"),
        (KerasCNNClassifier(dense_units="('a',)"), "dense_units must be"),
        (KerasRNNClassifier(units="()"), r"units must be.*got '\(\)'"),
    ],
    ids=repr,
)
def test_texts_of_no_sizes_are_refused(model, message):
    with pytest.raises(ValueError, match=message):
        model._validate_params()
