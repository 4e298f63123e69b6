"""Tables of results in LaTeX: of standard commands only, as wide as the text of a page of A4.

A table becomes panels of a few columns below one another, each mean with its interval below it in small type. Where the
lines do not fit on a page it becomes several tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from corridor.results.tables.layout import Layout

TEXT_WIDTH = 16.0  # cm: A4 with margins of 2.5 cm
LABEL_WIDTH = 4.6  # cm, of the names of rows
GAP = 0.43  # cm between two columns: twice LaTeX's 6 pt
NUMBER_WIDTH, SMALL_WIDTH, LEAST_WIDTH = 0.19, 0.145, 1.9  # cm: a character of each size, a column
TEXT_LETTER = 0.17  # cm: a letter of a text, on average
MOST_WIDTH = 10.9  # cm: of a column alone
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
    cells = layout.cells[name].values()
    if name in layout.texts:
        return text_width(layout, name)
    longest = [NUMBER_WIDTH * len(value) for value, _ in cells] + [SMALL_WIDTH * len(reach) for _, reach in cells]
    return min(round(max([LEAST_WIDTH, *longest]), 1), MOST_WIDTH)


def text_width(layout: Layout, name: str) -> float:
    """Width of a column of texts in cm: that of the longest on one line, where there is room."""
    longest = max(len(text) for text in (layout.columns[name], *(value for value, _ in layout.cells[name].values())))
    return min(max(LEAST_WIDTH, round(TEXT_LETTER * longest, 1)), MOST_WIDTH)


def panel(layout: Layout, rows: Sequence[str], columns: Sequence[str]) -> str:
    """Some rows and columns as one tabular."""
    widths = [column_width(layout, name) for name in columns]
    form = "".join(f"p{{{width:.1f}cm}}" for width in widths)
    lines = [
        rf"\begin{{tabular}}{{@{{}}p{{{LABEL_WIDTH}cm}}{form}@{{}}}}",
        r"\hline\noalign{\smallskip}",
        row(escaped(layout.of_rows), [rf"{side(layout, name)} {escaped(layout.columns[name])}" for name in columns]),
        r"\noalign{\smallskip}\hline\noalign{\smallskip}",
    ]
    for label in rows:
        cells = {name: layout.cells[name].get(label, ("", "")) for name in columns}
        shown = [
            text_cell(value) if name in layout.texts else right(signed(value)) for name, (value, _) in cells.items()
        ]
        lines.append(row(rf"\raggedright {escaped(layout.rows[label])}", shown))
        reaches = [reach for _, reach in cells.values()]
        if any(reaches):
            lines.append(row("", [right(rf"{{\scriptsize {signed(each)}}}") if each else "" for each in reaches]))
    return "\n".join([*lines, r"\noalign{\smallskip}\hline", r"\end{tabular}"])


def row(label: str, cells: Sequence[str]) -> str:
    """One line of a tabular, with the end that \\raggedright leaves alone."""
    return " & ".join([label, *cells]) + r" \tabularnewline"


def side(layout: Layout, name: str) -> str:
    """The side of its column at which a title stands: as its cells do."""
    return r"\raggedright" if name in layout.texts else r"\raggedleft"


def text_cell(text: str) -> str:
    """A text at the left of its column."""
    return rf"\raggedright {escaped(text)}" if text else ""


def right(text: str) -> str:
    """Text at the right of its column."""
    return rf"\hfill {text}" if text else ""


def signed(text: str) -> str:
    """Numbers with a minus sign instead of a hyphen; a hyphen that stands alone stays."""
    return re.sub(r"-(?=\d)", "$-$", text)


def escaped(text: str) -> str:
    """Text with the characters that mean something to LaTeX made harmless."""
    return "".join(SPECIAL.get(character, character) for character in text)
