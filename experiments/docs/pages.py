"""All pages of the site that are not written by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from corridor.experiments.docs.copies import copy_documents, copy_notebooks, write
from corridor.experiments.docs.gallery import figure_table, published_page
from corridor.experiments.docs.listing_pages import LISTED, command_page, listing_page
from corridor.experiments.docs.parameter_page import parameter_tables

PAGES: dict[str, Callable[[], str]] = {
    "parameter_tables": parameter_tables,
    "figure_table": figure_table,
    "commands": command_page,
    **{what: partial(listing_page, what) for what in LISTED},
}


def write_pages(folder: Path) -> None:
    """Write every page into a folder."""
    for name, page in PAGES.items():
        write(folder / f"{name}.md", page())
    write(folder / "published_figures.md", published_page(folder))
    copy_documents(folder / "documents")
    copy_notebooks(folder / "notebooks")
