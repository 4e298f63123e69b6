"""Configuration of Sphinx. `make docs` builds the site into build/docs/ without asking anything of another host."""

from __future__ import annotations

import warnings
from importlib.metadata import version as version_of
from pathlib import Path

from sphinx.application import Sphinx

from corridor.experiments.docs.pages import write_pages

HERE = Path(__file__).parent
project = "Corridor"
author = "The Corridor developers"
copyright = author
release = version_of("corridor-sim")
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx_design", "corridor.experiments.docs.mathml"]
exclude_patterns = [
    "paper/*",
    "generated/parameter_tables.md",
    "generated/figure_table.md",
]  # tables are included in pages

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE.parents[1] / "build" / "notebooks")
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 1800  # seconds a cell may take on a machine that does much else
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "image/gif", 10)]  # the animation
suppress_warnings = ["myst-nb.lexer"]  # of notebooks that are shown without being run
warnings.filterwarnings("ignore", module="debugpy")  # the kernels' debugger speaks of frozen modules

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
default_role = "code"  # docstrings write names between single backticks
add_module_names = False

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "Corridor"
html_static_path = ["_static"]
html_css_files = ["corridor.css"]
html_show_sourcelink = False
html_copy_source = False
WIDE = (
    "reference/parameters",
    "generated/levers",
    "generated/indicators",
    "generated/policies",
)  # tables of many columns
html_sidebars: dict[str, list[str]] = {"tutorial": []}  # it has no pages beside it
html_theme_options = {
    "navigation_with_keys": False,
    "show_prev_next": True,
    "secondary_sidebar_items": {"**": ["page-toc"], **{page: [] for page in WIDE}},
    "navbar_align": "left",
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
}


def setup(app: Sphinx) -> None:
    """Write the pages that are made from declarations before Sphinx looks for its sources."""
    app.connect("builder-inited", lambda app: write_pages(Path(app.srcdir) / "generated"))
