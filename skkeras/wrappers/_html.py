"""The layers of a fitted model, for notebooks."""

from __future__ import annotations

from html import escape

import keras


def layers_table(model: keras.Model) -> str:
    """Give the model's layers as an HTML table: name, type, output shape, parameters."""
    rows = "".join(
        f"<tr><td>{escape(layer.name)}</td><td>{escape(type(layer).__name__)}</td>"
        f"<td>{escape(_shape(layer))}</td><td>{layer.count_params():,}</td></tr>"
        for layer in model.layers
    )
    return (
        f"<details class='skkeras-layers'><summary>{len(model.layers)} layers, "
        f"{model.count_params():,} parameters</summary><table><thead><tr><th>Layer</th>"
        f"<th>Type</th><th>Output shape</th><th>Parameters</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></details>"
    )


def _shape(layer: keras.Layer) -> str:
    try:
        return str(layer.output.shape)
    except (AttributeError, ValueError):
        return ""


def with_layers(page: str, table: str) -> str:
    """Put the table under an estimator's HTML representation."""
    return f"<div>{page}{table}</div>"
