"""How Sphinx builds this documentation: ``sphinx-build -W --keep-going -b html docs OUT``."""

import sys
from pathlib import Path

import songatlas

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "songatlas"
author = "The songatlas authors"
copyright = f"2026, {author}"  # noqa: A001 - the name that Sphinx asks for
version = release = songatlas.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "commands", "settings"]
exclude_patterns = ["_build"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
smartquotes = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False

html_theme = "alabaster"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_theme_options = {
    "description": "From a folder of music to honest clusters",
    "fixed_sidebar": True,
    "page_width": "1140px",
    "sidebar_width": "230px",
    "show_powered_by": False,
}
html_sidebars = {"**": ["about.html", "navigation.html", "searchbox.html"]}
