"""Converters of this package's estimators to ONNX; importing it registers them with skl2onnx."""

from skkeras._extras import require

for _library in ("skl2onnx", "tf2onnx", "onnxruntime"):
    require(_library, "An export to ONNX", extra="onnx")

import skkeras._start  # noqa: F401, E402  # before Keras
from skkeras.onnx._comparison import check_equal  # noqa: E402
from skkeras.onnx._convert import to_onnx  # noqa: E402
from skkeras.onnx._register import register  # noqa: E402

__all__ = ["check_equal", "to_onnx"]

register()
