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
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]

myst_enable_extensions = ["colon_fence", "dollarmath", "substitution"]
myst_substitutions = {"version": version}
myst_heading_anchors = 3

# What is inherited from scikit-learn refers to scikit-learn's own glossary and guide.
suppress_warnings = ["ref.term", "ref.ref"]

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
python_maximum_signature_line_length = 80
toc_object_entries_show_parents = "hide"

# A copied example is code without prompts and results.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "subsection_order": [
        f"../examples/{section}"
        for section in (
            *("tables", "images", "series", "texts", "own_models"),
            *("tuning", "evaluation"),
        )
    ],
    "within_subsection_order": "FileNameSortKey",
    # Pages of the reference link to the examples that use what they describe.
    "backreferences_dir": "auto_examples/backreferences",
    "doc_module": ("skkeras",),
    "filename_pattern": r"plot_",
    "ignore_pattern": r"demo\.py",
    "download_all_examples": False,
    "abort_on_example_error": True,
    "min_reported_time": 1,
    "show_memory": False,
}

html_theme = "pydata_sphinx_theme"
html_title = f"skkeras {version}"
html_logo = html_favicon = "_static/logo.svg"
html_static_path = ["_static"]
html_css_files = ["skkeras.css"]
html_theme_options = {
    "logo": {"text": "skkeras"},
    "navbar_align": "left",
    "navbar_end": ["version", "theme-switcher"],
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "show_prev_next": False,
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {page: [] for page in ("index", "install", "benchmarks", "changelog")}
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
