"""What scikit-learn asks of an estimator apart from its data."""

import copy
import inspect
import io
import pickle
import re

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils._repr_html.common import get_docstring

import skkeras


def _all_networks():
    public = [getattr(skkeras, name) for name in skkeras.__all__]
    return {
        part.__name__
        for part in public
        if inspect.isclass(part) and issubclass(part, BaseEstimator)
        # Those of `tests/auto` have an ensemble in place of a network, autoencoders and features
        # no target; `tests/auto`, `tests/tabular` and `tests/image` have their contracts.
        if not part.__name__.startswith(("KerasAuto", "KerasImageFeatures"))
    }


def test_every_network_keeps_the_contract(cases):
    assert {case.name for case in cases} == _all_networks()


def test_kind_is_known(case):
    model = case.estimator()
    assert is_classifier(model) == case.name.endswith("Classifier")
    assert is_regressor(model) == case.name.endswith("Regressor")


def test_constructor_stores_and_does_nothing_else(case):
    parameters = inspect.signature(case.kind).parameters
    names = [n for n, p in parameters.items() if p.kind is not p.VAR_KEYWORD]
    values = {name: object() for name in names}
    model = case.kind(**values)
    assert {name: vars(model)[name] for name in vars(model)} == values


def test_parameters_are_documented(case):
    described = set()
    section = inspect.getdoc(case.kind).split("Attributes\n---")[0]
    for line in re.findall(r"^(\w+(?:, \w+)*) : ", section, re.MULTILINE):
        described.update(line.split(", "))
    assert described == set(case.kind().get_params())


def test_parameters_can_be_set_and_cloned(network):
    model = network.estimator()
    before = model.get_params()
    assert model.set_params(epochs=7, random_state=3) is model
    assert model.get_params() == {**before, "epochs": 7, "random_state": 3}
    assert clone(model).get_params() == model.get_params()
    with pytest.raises(ValueError, match="Invalid parameter"):
        model.set_params(epoch=7)


def test_fit_changes_neither_parameters_nor_data(case):
    X, y = case.data()
    weights = np.linspace(0.0, 2.0, len(y))
    kept = copy.deepcopy((X, y, weights))
    model = case.estimator()
    params = model.get_params()
    assert model.fit(X, y, sample_weight=weights) is model
    assert model.get_params() == params
    model.predict(X)
    for now, then in zip((X, y, weights), kept, strict=True):
        np.testing.assert_array_equal(now, then)


def test_fitted_attributes(case):
    X, y = case.data()
    model = case.estimator().fit(X, y)
    assert model.n_features_in_ == case.n_features
    assert model.n_iter_ == 3
    assert len(model.history_["loss"]) == 3
    assert model.model_.count_params() > 0
    assert not hasattr(case.estimator(), "n_features_in_")
    assert not hasattr(clone(model), "model_")


def test_html_shows_the_documented_attributes(case):
    shown = case.fitted()._get_fitted_attr_html()
    assert {name for name in shown if not get_docstring(case.kind, "Attributes", name)} == set()
    assert {"history_", "loss_curve_", "n_features_in_", "n_iter_"} <= set(shown)


def test_loss_curve_and_summary(case, capsys):
    model = case.fitted()
    assert model.loss_curve_ == model.history_["loss"] and len(model.loss_curve_) == 3
    model.summary(line_length=100)
    layers = model.model_.layers
    text = capsys.readouterr().out
    assert f"({type(layers[-1]).__name__})" in text and layers[-1].name in text
    found = []
    model.summary(print_fn=found.append)
    assert "Trainable params" in found[0] and not capsys.readouterr().out


def test_logarithms_of_probabilities(classifier):
    X, _ = classifier.data()
    model = classifier.fitted()
    with np.errstate(divide="ignore"):
        expected = np.log(model.predict_proba(X))
    np.testing.assert_array_equal(model.predict_log_proba(X), expected)


def test_unfitted_is_told(case):
    X, _ = case.data()
    model = case.estimator()
    assert not hasattr(model, "loss_curve_")
    with pytest.raises(NotFittedError):
        model.summary()
    with pytest.raises(NotFittedError):
        model.predict(X)
    with pytest.raises(NotFittedError):
        sklearn.utils.validation.check_is_fitted(model)


def _joblib(model):
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


@pytest.mark.parametrize(
    "keep", [lambda model: pickle.loads(pickle.dumps(model)), copy.deepcopy, _joblib]
)
def test_copies_predict_and_go_on_the_same(network, keep):
    X, y = network.data()
    model = network.estimator(batch_size=20).fit(X, y)
    expected = model.predict(X)
    copied = keep(model)
    np.testing.assert_array_equal(copied.predict(X), expected)
    # And again a copy of the copy, which has not been looked at.
    again = keep(keep(model))
    model.partial_fit(X, y)
    np.testing.assert_array_equal(again.partial_fit(X, y).predict(X), model.predict(X))
    np.testing.assert_array_equal(copied.predict(X), expected)


def test_works_in_pipelines_and_searches(case):
    X, y = case.data()
    steps = [("same", FunctionTransformer()), ("net", case.estimator(epochs=1))]
    pipeline = Pipeline(steps)
    assert np.isfinite(cross_val_score(pipeline, X, y, cv=2, error_score="raise")).all()
    epochs = f"net__{case.inner}epochs"
    search = GridSearchCV(pipeline, {epochs: [1, 12]}, cv=2, error_score="raise")
    search.fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_["net"].n_iter_ == search.best_params_[epochs]
    assert search.predict(X).shape == y.shape


def test_weights_are_routed(case):
    X, y = case.data()
    weights = (np.arange(len(y)) % 3 > 0).astype(float)
    with sklearn.config_context(enable_metadata_routing=True):
        model = case.estimator().set_fit_request(sample_weight=True)
        pipeline = Pipeline([("net", model)]).fit(X, y, sample_weight=weights)
    direct = case.estimator().fit(X, y, sample_weight=weights)
    np.testing.assert_array_equal(pipeline.predict(X), direct.predict(X))
    assert not np.array_equal(direct.history_["loss"], case.estimator().fit(X, y).history_["loss"])
