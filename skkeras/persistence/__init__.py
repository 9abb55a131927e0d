"""Save and load estimators without running code from the file."""

from skkeras.persistence._save import load, save

__all__ = ["load", "save"]
