"""Tables of results in LaTeX for papers: rules of booktabs, numbers aligned and grouped by siunitx.

The document needs `\\usepackage{booktabs}` and `\\usepackage{siunitx}`; `tabular.py` makes it of standard commands.
"""

from __future__ import annotations

from collections.abc import Sequence

from corridor.results.tables.latex.tabular import (
    LABEL_WIDTH,
    MOST_ROWS,
    Caption,
    column_groups,
    column_width,
    escaped,
    groups_of,
    text_cell,
)
from corridor.results.tables.layout import Cell, Layout

SETUP = r"\sisetup{retain-explicit-plus, group-minimum-digits=4, group-separator={,}}"


def booktabs(layout: Layout, caption: Caption) -> str:
    """A laid-out table in LaTeX with booktabs and siunitx: means in columns S, each with its interval below it."""
    panels = [
        panel(layout, rows, columns)
        for columns in column_groups(layout)
        for rows in groups_of(list(layout.rows), MOST_ROWS)
    ]
    tables = []
    for k, body in enumerate(panels):
        lines = [
            r"\begin{table}[htbp]",
            r"\small\centering",
            SETUP,
            rf"\caption{{{caption.text(continued=k > 0)}}}",
            body,
        ]
        tables.append("\n".join([*lines, r"\end{table}"]) + "\n")
    needs = "% Written by Corridor; needs \\usepackage{booktabs} and \\usepackage{siunitx}\n"
    return needs + "\n".join(tables)


def panel(layout: Layout, rows: Sequence[str], columns: Sequence[str]) -> str:
    """Some rows and columns as one tabular."""
    form = "".join(column_format(layout, name) for name in columns)
    heads = [heading(layout, name) for name in columns]
    lines = [
        rf"\begin{{tabular}}{{@{{}}p{{{LABEL_WIDTH}cm}}{form}@{{}}}}",
        r"\toprule",
        line([escaped(layout.of_rows), *heads]),
        r"\midrule",
    ]
    for label in rows:
        cells = {name: layout.cells[name].get(label, ("", "")) for name in columns}
        shown = [(text_cell if name in layout.texts else value_cell)(value) for name, (value, _) in cells.items()]
        lines.append(line([rf"\raggedright {escaped(layout.rows[label])}", *shown]))
        if any(reach for _, reach in cells.values()):
            lines.append(line(["", *(reach_cell(reach) for _, reach in cells.values())]))
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def column_format(layout: Layout, name: str) -> str:
    """How siunitx sets a column of numbers; texts are set in a paragraph."""
    if name in layout.texts:
        return f" p{{{column_width(layout, name):.1f}cm}}"
    return f" S[table-format={number_format(list(layout.cells[name].values()))}]"


def line(cells: Sequence[str]) -> str:
    """One line of a tabular."""
    return " & ".join(cells) + r" \tabularnewline"


def heading(layout: Layout, name: str) -> str:
    """The title of a column, broken where it is wider than its numbers."""
    return rf"{{\parbox[b]{{{column_width(layout, name):.1f}cm}}{{\centering {escaped(layout.columns[name])}}}}}"


def plain(text: str) -> str:
    """A number as siunitx reads it."""
    return text.replace(",", "")


def is_number(text: str) -> bool:
    """Whether siunitx can read a text."""
    return any(character.isdigit() for character in text) and not any(character.isalpha() for character in text)


def value_cell(text: str) -> str:
    """A mean; words stand in braces."""
    return plain(text) if is_number(text) else f"{{{escaped(text)}}}"


def reach_cell(text: str) -> str:
    """An interval in small type."""
    if not text:
        return "{}"
    ends = [rf"\num{{{plain(end)}}}" if is_number(end) else escaped(end) for end in text.split(" to ")]
    return rf"{{\scriptsize {' to '.join(ends)}}}"


def number_format(cells: Sequence[Cell]) -> str:
    """How many digits a column has before and after its decimal mark, and whether there are signs."""
    numbers = [plain(value) for value, _ in cells if is_number(value)]
    before = max((len(number.lstrip("+-").split(".")[0]) for number in numbers), default=1)
    after = max((len(number.partition(".")[2]) for number in numbers), default=0)
    sign = "+" if any(number[0] in "+-" for number in numbers) else ""
    return f"{sign}{before}.{after}"
