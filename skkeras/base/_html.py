"""HTML table of the layers of a fitted model, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import keras
from sklearn.utils._repr_html.fitted_attributes import AttrsDict

_TABLE = """
<div class="estimator-table">
    <details>
        <summary>{summary}</summary>
        <table class="parameters-table">
            <tbody>
                <tr><th>Layer</th><th>Type</th><th>Output shape</th><th>Parameters</th></tr>
                {rows}
            </tbody>
        </table>
    </details>
</div>
"""
_ROW = '<tr class="default"><td class="param">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>'


class FittedNetwork(AttrsDict):
    """Fitted attributes that scikit-learn displays, with a table of the layers.

    Parameters
    ----------
    attributes : mapping
        Fitted attributes, as scikit-learn collects them.
    model : keras.Model
        The trained model.
    """

    def __init__(self, attributes: Mapping[str, Any], model: keras.Model) -> None:
        super().__init__(
            fitted_attrs=dict(attributes),
            estimator_class=getattr(attributes, "estimator_class", None),
            doc_link=getattr(attributes, "doc_link", ""),
        )
        self.model = model

    def _repr_html_inner(self) -> str:
        return super()._repr_html_inner() + layers_table(self.model)


def layers_table(model: keras.Model) -> str:
    """Return the model's layers as an HTML table: name, type, output shape, parameters."""
    rows = (
        _ROW.format(
            escape(layer.name),
            escape(type(layer).__name__),
            escape(_shape(layer)),
            f"{layer.count_params():,}",
        )
        for layer in model.layers
    )
    summary = f"{len(model.layers)} layers, {model.count_params():,} parameters"
    return _TABLE.format(summary=summary, rows="\n".join(rows))


def _shape(layer: keras.Layer) -> str:
    try:
        return str(layer.output.shape)
    except (AttributeError, ValueError):
        return ""
