"""Pieces of Markdown for the pages that are made from declarations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    """A text as one cell of a table: what would end the cell, or begin mathematics or HTML, is escaped; in backticks
    only what would end the cell."""
    parts = " ".join(str(text).split()).split("`")
    for number, words in enumerate(parts):
        for sign in "|" if number % 2 else "\\|<$*_":
            words = words.replace(sign, f"\\{sign}")
        parts[number] = words
    return "`".join(parts)


def code(text: object) -> str:
    """A name as code within a line, or nothing."""
    return f"`{text}`" if str(text) else ""


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def number(value: float) -> str:
    """A declared number as it is, thousands with commas."""
    return f"{value:,.10g}"


def estimate(value: float) -> str:
    """An estimated number with three digits, or whole from a hundred on, thousands with commas."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
