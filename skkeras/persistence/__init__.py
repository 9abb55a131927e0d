"""Save and load estimators without running code from the file, and export them as ONNX."""

from skkeras.persistence._export import export
from skkeras.persistence._save import load, save

__all__ = ["export", "load", "save"]
