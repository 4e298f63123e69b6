"""All pages of the site that are not written by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from corridor.experiments.docs.copies import DOCUMENTS, NOTEBOOKS, ROOT, copy_documents, copy_notebooks, write
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
    """Write every page into a folder, and remove those that an earlier version wrote there."""
    kept = {*PAGES, "published_figures", *(f"documents/{page}" for page in DOCUMENTS.values())}
    kept |= {f"notebooks/{path.stem}" for path in (ROOT / NOTEBOOKS).glob("*.md")}
    for path in folder.rglob("*.md"):
        if path.relative_to(folder).with_suffix("").as_posix() not in kept:
            path.unlink()
    for name, page in PAGES.items():
        write(folder / f"{name}.md", page())
    write(folder / "published_figures.md", published_page(folder))
    copy_documents(folder / "documents")
    copy_notebooks(folder / "notebooks")
