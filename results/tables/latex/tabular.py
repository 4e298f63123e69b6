"""Tables of results in LaTeX: of standard commands only, as wide as the text of a page of A4.

A table becomes panels of a few columns below one another, each mean with its interval below it in small type. Where the
lines do not fit on a page it becomes several tables.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from corridor.results.tables.numbers import digits_of, number
from corridor.results.tables.selection import Layout

TEXT_WIDTH = 16.0  # cm: A4 with margins of 2.5 cm
LABEL_WIDTH = 4.6  # cm, of the names of rows
GAP = 0.43  # cm between two columns: twice LaTeX's 6 pt
NUMBER_WIDTH, SMALL_WIDTH, LEAST_WIDTH = 0.19, 0.145, 1.9  # cm: a character of each size, a column
MOST_COLUMNS, MOST_ROWS = 5, 20  # of a panel; each row has two lines
SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    "_": r"\_\allowbreak{}",  # so that a long name may go on in a second line
    **{character: f"\\{character}" for character in "&%#${}"},
}
Cell = tuple[str, str]


@dataclass(frozen=True)
class Caption:
    """What stands above a table: its title, what it shows, on which scale and seeds, and what its intervals are."""

    title: str
    sentences: Sequence[str] = field(default_factory=tuple)

    def text(self, continued: bool) -> str:
        """The caption in LaTeX."""
        if continued:
            return escaped(f"{self.title} (continued)")
        return escaped(" ".join(f"{each.strip().rstrip('.')}." for each in (self.title, *self.sentences) if each))


def latex(layout: Layout, caption: Caption) -> str:
    """A laid-out table in LaTeX."""
    panels = [
        panel(layout, rows, columns)
        for columns in column_groups(layout)
        for rows in groups_of(list(layout.rows), MOST_ROWS)
    ]
    tables = []
    for k, some in enumerate(groups_of(panels, max(1, MOST_ROWS // min(MOST_ROWS, len(layout.rows))))):
        body = "\n\n\\medskip\n".join(some)
        head = f"\\caption{{{caption.text(continued=k > 0)}}}"
        tables.append(f"\\begin{{table}}[htbp]\n\\small\\raggedright\n{head}\n\n\\smallskip\n{body}\n\\end{{table}}\n")
    return "% Written by Corridor\n" + "\n".join(tables)


def groups_of(items: Sequence[str], most: int) -> list[list[str]]:
    """Items in order, `most` at a time."""
    rest = iter(items)
    return list(iter(lambda: list(islice(rest, most)), []))


def column_groups(layout: Layout) -> list[list[str]]:
    """The columns in as many panels as the width of the text needs."""
    found: list[list[str]] = []
    room = 0.0
    for name in layout.columns:
        width = column_width(layout, name) + GAP
        if not found or width > room or len(found[-1]) == MOST_COLUMNS:
            found.append([])
            room = TEXT_WIDTH - LABEL_WIDTH
        found[-1].append(name)
        room -= width
    return found


def column_width(layout: Layout, name: str) -> float:
    """Width of a column in cm, from the longest number and interval in it."""
    cells = cells_of(layout, name).values()
    longest = [NUMBER_WIDTH * len(value) for value, _ in cells] + [SMALL_WIDTH * len(reach) for _, reach in cells]
    return round(min(max([LEAST_WIDTH, *longest]), TEXT_WIDTH - LABEL_WIDTH - GAP), 1)


def panel(layout: Layout, rows: Sequence[str], columns: Sequence[str]) -> str:
    """Some rows and columns as one tabular."""
    widths = [column_width(layout, name) for name in columns]
    form = "".join(f"p{{{width:.1f}cm}}" for width in widths)
    cells = [cells_of(layout, name) for name in columns]
    lines = [
        rf"\begin{{tabular}}{{@{{}}p{{{LABEL_WIDTH}cm}}{form}@{{}}}}",
        r"\hline\noalign{\smallskip}",
        row(escaped(layout.of_rows), [rf"\raggedleft {escaped(layout.columns[name])}" for name in columns]),
        r"\noalign{\smallskip}\hline\noalign{\smallskip}",
    ]
    for label in rows:
        values, reaches = zip(*(each.get(label, ("", "")) for each in cells), strict=True)
        lines.append(row(rf"\raggedright {escaped(layout.rows[label])}", [right(signed(value)) for value in values]))
        if any(reaches):
            lines.append(row("", [right(rf"{{\scriptsize {signed(each)}}}") if each else "" for each in reaches]))
    return "\n".join([*lines, r"\noalign{\smallskip}\hline", r"\end{tabular}"])


def row(label: str, cells: Sequence[str]) -> str:
    """One line of a tabular, with the end that \\raggedright leaves alone."""
    return " & ".join([label, *cells]) + r" \tabularnewline"


def right(text: str) -> str:
    """Text at the right of its column."""
    return rf"\hfill {text}" if text else ""


def cells_of(layout: Layout, name: str) -> dict[str, Cell]:
    """Row -> number and interval as text: with decimals of its own, or the same in the whole column."""
    part = layout.values[layout.values.column == name].set_index("row")
    sign = "+" if name in layout.signed else ""
    finite = part[["value", "low", "high"]].replace([math.inf, -math.inf], math.nan)
    whole = layout.own_digits and bool((finite.fillna(0.0) % 1.0 == 0.0).all(axis=None))
    alike = 0 if whole else digits_of(finite)
    found = {}
    for label, value, low, high in part[["value", "low", "high"]].itertuples():
        digits = significant_digits((value, low, high)) if layout.own_digits and not whole else alike
        found[str(label)] = text_of(value, digits, sign), reach_of(low, high, digits, sign)
    return found


def significant_digits(values: Sequence[float]) -> int:
    """Decimals with which the largest of some values has three significant digits."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return max(0, 2 - math.floor(math.log10(largest))) if largest > 0.0 else 0


def text_of(value: float, digits: int, sign: str) -> str:
    """A number; words where it is infinite."""
    return "no end" if math.isinf(value) else number(value, digits, sign)


def reach_of(low: float, high: float, digits: int, sign: str) -> str:
    """An interval; nothing where it is not known."""
    return "" if math.isnan(low) else f"{text_of(low, digits, sign)} to {text_of(high, digits, sign)}"


def signed(text: str) -> str:
    """Numbers with a minus sign instead of a hyphen; a hyphen that stands alone stays."""
    return re.sub(r"-(?=\d)", "$-$", text)


def escaped(text: str) -> str:
    """Text with the characters that mean something to LaTeX made harmless."""
    return "".join(SPECIAL.get(character, character) for character in text)
