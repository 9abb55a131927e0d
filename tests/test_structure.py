"""Packages import only from lower packages, and only the names that these export."""

import ast
from pathlib import Path

import pytest

import skkeras

ROOT = Path(skkeras.__file__).parent
# From the lowest to the highest: a package imports only from those before it in this list.
LAYERS = [
    "skkeras.layers",
    "skkeras.training.programs",
    "skkeras.training.backends",
    "skkeras.training",
    "skkeras.serialization",
    "skkeras.utils",
    "skkeras.fit_cache",
    "skkeras.parquet",
    "skkeras.base.data",
    "skkeras.base",
    "skkeras.wrappers",
    "skkeras.tabular",
    "skkeras.image",
    "skkeras.sequence",
    "skkeras.text",
    "skkeras.compose",
    "skkeras.inspection",
    "skkeras.model_selection",
    "skkeras.ensemble",
    "skkeras.auto",
    "skkeras.onnx",
    "skkeras.persistence",
    "skkeras.datasets",
    "skkeras",
]
# These do not import each other.
FAMILIES = {f"skkeras.{name}" for name in ("wrappers", "tabular", "image", "sequence", "text")}


def module_of(path):
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(path): path for path in sorted(ROOT.rglob("*.py"))}
PACKAGES = {name for name, path in FILES.items() if path.name == "__init__.py"}


def package_of(module):
    return module if module in PACKAGES else module.rpartition(".")[0]


def imports(module):
    """List the modules and names of this package that a module imports."""
    for node in ast.walk(ast.parse(FILES[module].read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by a relative path"
            if str(node.module).partition(".")[0] == "skkeras":
                yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            names = (alias.name for alias in node.names)
            yield from ((name, None) for name in names if name.partition(".")[0] == "skkeras")


def contains(package, other):
    return f"{other}.".startswith(f"{package}.")


def layer_of(package):
    return next(i for i, layer in enumerate(LAYERS) if package == layer or layer == parent(package))


def parent(package):
    """Return the package that contains the one of a backend."""
    return (
        package.rpartition(".")[0] if package.startswith("skkeras.training.backends.") else package
    )


@pytest.mark.parametrize("module", FILES)
def test_no_import_goes_up(module):
    package = package_of(module)
    for found, name in imports(module):
        target = f"{found}.{name}" if f"{found}.{name}" in FILES else found
        if target.startswith("skkeras._"):  # which import nothing of the package
            continue
        other = package_of(target)
        assert layer_of(other) <= layer_of(package), f"{module} imports {target}"
        if package in FAMILIES:
            assert other == package or other not in FAMILIES, f"{module} imports {target}"


@pytest.mark.parametrize("module", FILES)
def test_private_names_stay_in_their_package(module):
    package = package_of(module)
    for found, name in imports(module):
        inner = found.split(".") + ([name] if name else [])
        private = [i for i, part in enumerate(inner) if part.startswith("_") and part[1] != "_"]
        if private:
            assert contains(".".join(inner[: private[0]]), package), f"{module}: {found}.{name}"


def test_backends_export_the_same_names():
    exported = []
    for backend in ("tensorflow", "jax"):
        nodes = ast.parse(FILES[f"skkeras.training.backends.{backend}"].read_text()).body
        exported.append(next(n.value for n in nodes if isinstance(n, ast.AnnAssign)))
    assert ast.literal_eval(exported[0]) == ast.literal_eval(exported[1])


@pytest.mark.parametrize("package", sorted(PACKAGES - {"skkeras"}))
def test_all_is_complete(package):
    """Each exported name exists and has a docstring."""
    names = ast.parse(FILES[package].read_text())
    assert ast.get_docstring(names)
    if "backends." in package:  # which need another backend
        return
    exported = __import__(package, fromlist=["*"])
    for name in exported.__all__:
        item = getattr(exported, name)
        is_own = getattr(item, "__module__", "").startswith("skkeras")
        assert not is_own or item.__doc__, name


def test_all_estimators_are_public():
    exported = {
        name
        for package in (*FAMILIES, "skkeras.compose", "skkeras.auto")
        for name in __import__(package, fromlist=["*"]).__all__
        if name.startswith("Keras")
    }
    assert exported == {name for name in skkeras.__all__ if name.startswith("Keras")}


# Modules whose functions have fewer statements need no tests of their own.
FEWEST_STATEMENTS = 15
# Modules, or all modules of a package, whose tests are elsewhere.
TESTED_ELSEWHERE = {
    # Programs are compared with `Model.fit`, by the tests of `skkeras.training`.
    "skkeras.training.backends.jax",
    "skkeras.training.backends.tensorflow",
}


def n_statements(module):
    """Count the statements in the functions of a module."""
    functions = [
        node for node in ast.walk(ast.parse(FILES[module].read_text())) if hasattr(node, "returns")
    ]
    inner = {
        id(node)
        for function in functions
        for part in function.body
        for node in ast.walk(part)
        if isinstance(node, ast.stmt) and not isinstance(getattr(node, "value", None), ast.Constant)
    }
    return len(inner)


@pytest.mark.parametrize("module", sorted(FILES.keys() - PACKAGES))
def test_tests_are_found_by_the_path_of_the_module(module):
    path = FILES[module].relative_to(ROOT)
    test = Path(__file__).parent / path.parent / f"test{path.name}"
    is_small = n_statements(module) < FEWEST_STATEMENTS
    assert test.exists() or is_small or TESTED_ELSEWHERE & {module, package_of(module)}, test
