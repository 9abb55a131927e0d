"""How the documentation is built."""

import inspect
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ["MPLBACKEND"] = "Agg"

import sklearn

# The gallery imports what its pages name, which scikit-learn allows after this only.
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sphinx.util.inspect import stringify_signature

import skkeras

project = "skkeras"
copyright = "2026, The skkeras developers"
author = "The skkeras developers"
release = version = skkeras.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

# What is inherited from scikit-learn refers to scikit-learn's own glossary and guide.
suppress_warnings = ["ref.term", "ref.ref"]

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"plot_",
    "ignore_pattern": r"demo\.py",
    "download_all_examples": False,
    "abort_on_example_error": True,
    "min_reported_time": 1,
    "show_memory": False,
}

html_theme = "pydata_sphinx_theme"
html_title = "skkeras"
html_theme_options = {"show_toc_level": 2, "show_prev_next": False}
html_copy_source = False
html_show_sourcelink = False


def signature_of_init(app, what, name, obj, options, signature, return_annotation):
    """Show the parameters of an estimator: its `__new__`, which Sphinx reads, only checks them."""
    if what == "class" and issubclass(obj, sklearn.base.BaseEstimator):
        signature = stringify_signature(inspect.signature(obj), show_annotation=False)
    return signature, None


def setup(app):
    """Connect what this page defines."""
    app.connect("autodoc-process-signature", signature_of_init)
