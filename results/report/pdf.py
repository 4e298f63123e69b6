"""The report as a PDF, typeset by Typst. The template reads the report as data, so that no text of a user is code."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corridor.results.report.charts import SHAPES, standalone
from corridor.results.report.document import Block, Bullets, Charts, Document, Paragraph, Picture, TableBlock
from corridor.results.report.language import Language, language_of
from corridor.results.report.page import TEMPLATES
from corridor.results.store.optional import installed
from corridor.results.store.yearly import WHOLE

TEMPLATE = "report.typ"
MOST_ROWS, MOST_COLUMNS = 40, 9  # of a table that the page shows when it is opened
SHORT = 14  # characters up to which a column of text takes what it needs
NAMES = 1.5  # share of the names beside columns of numbers, which have 1


def pdf_can_be_made() -> bool:
    """Whether the package for it is installed."""
    return installed("typst")


def pdf(document: Document) -> bytes:
    """The PDF of a report, with tags for screen readers (PDF/UA-1) and without dates; it needs the package typst."""
    import typst

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copy(TEMPLATES / TEMPLATE, folder / TEMPLATE)
        (folder / "report.json").write_text(json.dumps(as_data(document, folder)), encoding="utf-8")
        made: bytes = typst.compile(
            str(folder / TEMPLATE),
            root=str(folder),
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=0,
        )
    return made


def as_data(document: Document, folder: Path) -> dict[str, Any]:
    """The report as the template reads it; figures are put into the folder."""
    language = language_of(document.language)
    return {
        "language": document.language,
        "title": document.title,
        "question": document.question,
        "answer": list(document.answer),
        "cautions": list(document.cautions),
        "sections": [
            {
                "title": section.title,
                "blocks": [
                    each
                    for k, block in enumerate(section.blocks)
                    for each in plain(block, folder, f"{section.name}{k}", language)
                ],
            }
            for section in document.sections
        ],
        "words": {key: language.text(f"report.{key}") for key in ("kind", "question", "answer")},
    }


def plain(block: Block, folder: Path, key: str, language: Language) -> list[dict[str, Any]]:
    """A block as data; of charts to choose from, the first ones."""
    if isinstance(block, Charts):
        found = []
        for k, chart in enumerate(block.first):
            (folder / f"{key}-{k}.svg").write_text(standalone(chart.svg), encoding="utf-8")
            legend = [
                {"colour": colour, "name": name, "shape": SHAPES[colour] if chart.marked else "square"}
                for colour, name in chart.legend
            ]
            about = {"file": f"{key}-{k}.svg", "alt": chart.alt, "caption": chart.caption, "legend": legend}
            found.append({"kind": "chart", **about})
        return found
    if isinstance(block, Picture):
        shutil.copy(block.path, folder / f"{key}.png")
        return [{"kind": "picture", "file": f"{key}.png", "alt": block.alt, "caption": block.caption}]
    if isinstance(block, TableBlock):
        return [table_data(block, language)]
    if isinstance(block, Paragraph) and block.for_page:
        return []
    if isinstance(block, Bullets):
        return [{"kind": block.kind, "items": list(block.items)}]
    return [{"kind": block.kind, "text": block.text}]


def table_data(block: TableBlock, language: Language) -> dict[str, Any]:
    """A table as data. A long one from a file is cut to what a sheet of paper can show: rows of the whole run, where it
    has them, and the first ones of these."""
    rows, columns, notes = list(block.rows), list(range(len(block.header))), list(block.notes)
    if block.file and len(rows) > MOST_ROWS:
        whole = [row for row in rows if WHOLE in row]
        notes += [language.text("tables.whole_only", name=block.file)] if whole else []
        rows = whole or rows
    if block.file:
        notes += cut_notes(block, len(rows), language)
        rows, columns = rows[:MOST_ROWS], columns[:MOST_COLUMNS]
    header, numeric = [block.header[k] for k in columns], [k in block.numeric for k in columns]
    texts = [[row[k] for k in columns] for row in rows]
    return {
        "kind": "table",
        "caption": block.caption,
        "header": header,
        "rows": texts,
        "numeric": numeric,
        "widths": widths_of([header, *texts], numeric, bool(block.summary)),
        "small": bool(block.summary),
        "notes": notes,
    }


def widths_of(rows: Sequence[Sequence[str]], numeric: Sequence[bool], small: bool) -> list[float]:
    """For each column its share of the width, or 0 where it takes what it needs, as numbers and short texts do.

    Long texts share the rest by the root of their length, so that none takes it all. Numbers beside names alone share
    the width evenly.
    """
    if all(numeric[1:]) and not small:
        return [NAMES, *(1.0 for _ in numeric[1:])]
    longest = [max(len(row[k]) for row in rows) for k in range(len(numeric))]
    return [
        0.0 if number or length <= SHORT else math.sqrt(length) for length, number in zip(longest, numeric, strict=True)
    ]


def cut_notes(block: TableBlock, rows: int, language: Language) -> list[str]:
    """What of a table does not fit on paper, in words."""
    notes = []
    if rows > MOST_ROWS:
        total = language.number(rows)
        notes.append(language.text("tables.cut", shown=MOST_ROWS, rows=total, name=block.file))
    if len(block.header) > MOST_COLUMNS:
        names = ", ".join(block.header[MOST_COLUMNS:])
        notes.append(language.text("tables.columns_cut", name=block.file, columns=names))
    return notes
