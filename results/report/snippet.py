"""A result in a notebook: its main table and its first figure."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from corridor.results.report.appendix import caption_of, table_block
from corridor.results.report.contents import Contents, read_contents
from corridor.results.report.document import TableBlock
from corridor.results.report.evidence import cautions_of
from corridor.results.report.headline import answer_of, effects_table
from corridor.results.report.images import for_page
from corridor.results.report.language import Language, language_of
from corridor.results.report.page import SNIPPET, environment
from corridor.results.store.case_file import StoreError
from corridor.results.store.yearly import WHOLE

MOST_ROWS = 12


def snippet(folder: Path) -> str:
    """The answer, the main table and the first figure of a result, in HTML; the folder alone where it cannot be
    read."""
    language = language_of("en")
    try:
        contents = read_contents(folder)
    except StoreError:
        return environment().get_template(SNIPPET).render(folder=folder, block=None)
    path = next(iter(contents.figures), None)
    return (
        environment()
        .get_template(SNIPPET)
        .render(
            folder=folder,
            title=contents.title,
            answer=answer_of(contents, language) if contents.worlds or not contents.summary.empty else [],
            cautions=list(cautions_of(contents, language)),
            block=main_table(contents, language),
            picture=for_page(path) if path else None,
            alt=caption_of(path.stem, language) if path else "",
            t=language.text,
        )
    )


def main_table(contents: Contents, language: Language) -> TableBlock | None:
    """The effects of the first world, or the first rows of the first table; None where there is no table."""
    if contents.worlds and not contents.whole.empty:
        world = contents.worlds[0]
        titles = {"world": contents.title_of(world), "baseline": contents.title_of(contents.baseline)}
        return effects_table(contents, world, language.text("effects.caption", **titles), language)
    for name, frame in contents.tables.items():
        if not frame.empty:
            return table_block(name, first_rows(frame), contents.meanings.get(name, ""), language)
    return None


def first_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The first rows of a table, of the whole run where it has such."""
    whole = frame[frame.period == WHOLE] if "period" in frame else frame
    return (frame if whole.empty else whole).head(MOST_ROWS)
