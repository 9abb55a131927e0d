"""The package in which each public name is defined."""

import ast
from pathlib import Path

_STUB = ast.parse(Path(__file__).with_name("__init__.pyi").read_text(encoding="utf-8"))
# Importing TensorFlow takes seconds, so `skkeras` imports these packages on first use.
HOMES = {
    alias.name: str(node.module)
    for node in _STUB.body
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
    if not alias.name.startswith("_")
}
