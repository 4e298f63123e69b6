"""Pieces of HTML that both views use. All texts are escaped, whoever wrote them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from markupsafe import Markup


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], numeric: Collection[int] = ()) -> Markup:
    """A table that scrolls by itself where it is too wide; the first column is the heading of each row."""
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(right(k, numeric), text) for k, text in enumerate(header)
    )
    body = Markup("").join(Markup("<tr>{}</tr>").format(row_of(row, numeric)) for row in rows)
    frame = Markup(
        '<div class="scroll" role="region" tabindex="0" aria-label="{0}"><table><caption>{0}</caption>'
        "<thead><tr>{1}</tr></thead><tbody>{2}</tbody></table></div>"
    )
    return frame.format(caption, head, body)


def row_of(row: Sequence[str], numeric: Collection[int]) -> Markup:
    """The cells of a row."""
    first, *others = row
    cells = [Markup('<th scope="row"{}>{}</th>').format(right(0, numeric), first)]
    cells += [Markup("<td{}>{}</td>").format(right(k, numeric), text) for k, text in enumerate(others, start=1)]
    return Markup("").join(cells)


def right(column: int, numeric: Collection[int]) -> Markup:
    """The class of a column of numbers."""
    return Markup(' class="n"') if column in numeric else Markup("")


def paragraphs(texts: Iterable[str], kind: str = "") -> Markup:
    """Each text as a paragraph, all of one class."""
    about = Markup(' class="{}"').format(kind) if kind else Markup("")
    return Markup("").join(Markup("<p{}>{}</p>").format(about, text) for text in texts)


def problem_list(problems: Sequence[str]) -> Markup:
    """What is wrong, in words, as an alert."""
    items = Markup("").join(Markup("<li>{}</li>").format(text) for text in problems)
    return Markup('<div class="problem" role="alert"><p>Not allowed:</p><ul>{}</ul></div>').format(items)
