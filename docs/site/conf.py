"""Settings of Sphinx for the documentation site; `make docs` builds it from a copy of this folder."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "extensions"))

import lada_explore

project = "lada_explore"
author = "The lada_explore developers"
copyright = f"2026, {author}"
version = release = lada_explore.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton", "mathml", "plain_docstrings"]
exclude_patterns = ["included"]
suppress_warnings = [
    "myst.header",  # an included text begins at the level that it has in its file
    "ref.python",  # a short name in an annotation that two modules have
]

# Notebooks are shown as they are: `make test` executes them.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
default_role = "code"
smartquotes = False  # two hyphens are those of an option
napoleon_custom_sections = [("Attributes", "params_style")]
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 60
toc_object_entries = False

html_theme = "furo"
html_math_renderer = "mathml"
html_title = "lada_explore"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
copybutton_exclude = ".linenos, .gp"
