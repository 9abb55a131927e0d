"""Registration of the converters with skl2onnx."""

from __future__ import annotations

from skl2onnx import update_registered_converter
from skl2onnx.common._registration import get_converter, register_converter
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import RandomizedSearchCV

from skkeras import (
    auto,
    compose,
    ensemble,
    image,
    model_selection,
    sequence,
    tabular,
    text,
    wrappers,
)
from skkeras.onnx._estimators import (
    classifier_shapes,
    convert_classifier,
    convert_regressor,
    regressor_shapes,
)
from skkeras.onnx._nested import (
    convert_calibrated,
    convert_inner,
    convert_search_ensemble,
    convert_transformed_target,
    convert_voting,
    parse_inner,
    shapes_around,
)
from skkeras.onnx._readers import (
    convert_table_reader,
    convert_text_reader,
    table_shapes,
    text_shapes,
)
from skkeras.onnx._transformers import (
    convert_autoencoder,
    convert_detector,
    convert_hidden_layer,
    convert_image_features,
    detector_shapes,
    transformer_shapes,
)
from skkeras.onnx._trees import exact_converter

# As those of scikit-learn's classifiers in skl2onnx.
_OPTIONS = {
    "zipmap": [True, False, "columns"],
    "output_class_labels": [False, True],
    "nocl": [False],
}


def register() -> None:
    """Register all converters; those of subclasses must be registered by whoever defines them."""
    _register_networks()
    _register_transformers()
    _register_trees()
    _register_around()


def _register_networks() -> None:
    for package in (wrappers, tabular, sequence, image, text, compose):
        for name in package.__all__:
            if "Distilled" in name:
                continue
            if name.endswith("Classifier"):
                update_registered_converter(
                    getattr(package, name),
                    f"Skkeras{name}",
                    classifier_shapes,
                    convert_classifier,
                    options=_OPTIONS,
                )
            elif name.endswith("Regressor"):
                update_registered_converter(
                    getattr(package, name), f"Skkeras{name}", regressor_shapes, convert_regressor
                )


def _register_transformers() -> None:
    for kind, convert in (
        (compose.NetworkFeatures, convert_hidden_layer),
        (image.KerasImageFeatures, convert_image_features),
        (tabular.KerasAutoencoder, convert_autoencoder),
    ):
        update_registered_converter(kind, f"Skkeras{kind.__name__}", transformer_shapes, convert)
    for reader, shapes, convert in (
        (auto.TableReader, table_shapes, convert_table_reader),
        (auto.TextReader, text_shapes, convert_text_reader),
    ):
        update_registered_converter(reader, f"Skkeras{reader.__name__}", shapes, convert)
    detector = tabular.KerasAutoencoderOutlierDetector
    update_registered_converter(
        detector, f"Skkeras{detector.__name__}", detector_shapes, convert_detector
    )


def _register_trees() -> None:
    """Replace converters of skl2onnx; the options are its own."""
    raw = {"raw_scores": [True, False]}
    paths = {"decision_path": [True, False], "decision_leaf": [True, False]}
    classifier = _OPTIONS | {"nocl": [True, False]}
    for model, of_classifier, of_regressor in (
        ("DecisionTree", classifier | paths, paths),
        ("ExtraTree", classifier | paths, paths),
        ("RandomForest", classifier | raw | paths, paths),
        ("ExtraTrees", classifier | raw | paths, paths),
        ("GradientBoosting", classifier | raw, None),
        ("HistGradientBoosting", classifier | raw, raw),
        ("AdaBoost", classifier | raw, None),
    ):
        for kind, options in (("Classifier", of_classifier), ("Regressor", of_regressor)):
            alias = f"Sklearn{model}{kind}"
            convert = exact_converter(get_converter(alias))
            register_converter(alias, convert, overwrite=True, options=options)


def _register_around() -> None:
    """Register converters of estimators around others."""
    searches = [name for name in model_selection.__all__ if name.endswith("SearchCV")]
    inside = [RandomizedSearchCV, *(getattr(model_selection, name) for name in searches)]
    inside += [auto.KerasAutoClassifier, auto.KerasAutoRegressor]
    inside += [compose.KerasDistilledClassifier, compose.KerasDistilledRegressor]
    for kind in inside:
        alias = f"{kind.__module__}.{kind.__name__}"
        update_registered_converter(
            kind, alias, shapes_around, convert_inner, parser=parse_inner, options=_OPTIONS
        )
    for kind, convert, options in (
        (ensemble.SearchEnsembleClassifier, convert_search_ensemble, _OPTIONS),
        (ensemble.SearchEnsembleRegressor, convert_search_ensemble, None),
        (TransformedTargetRegressor, convert_transformed_target, None),
    ):
        update_registered_converter(
            kind, f"Skkeras{kind.__name__}", shapes_around, convert, options=options
        )
    for alias, convert in (
        ("SklearnVotingClassifier", convert_voting),
        ("SklearnCalibratedClassifierCV", convert_calibrated),
    ):
        register_converter(alias, convert, overwrite=True, options=_OPTIONS)
