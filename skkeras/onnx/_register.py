"""Registration of the converters with skl2onnx."""

from __future__ import annotations

from skl2onnx import update_registered_converter

from skkeras import image, sequence, tabular, text, wrappers
from skkeras.onnx._estimators import (
    classifier_shapes,
    convert_classifier,
    convert_regressor,
    regressor_shapes,
)

# As those of scikit-learn's classifiers in skl2onnx.
_OPTIONS = {
    "zipmap": [True, False, "columns"],
    "output_class_labels": [False, True],
    "nocl": [False],
}


def register() -> None:
    """Register all converters; those of subclasses must be registered by whoever defines them."""
    for package in (wrappers, tabular, sequence, image, text):
        for name in package.__all__:
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
