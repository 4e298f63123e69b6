"""What a report is made of: sections of paragraphs, lists, tables, figures and charts, the same for page and PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from markupsafe import Markup


@dataclass(frozen=True)
class Paragraph:
    """Sentences; `strong` ones stand out, those that are `for_page` are not in the PDF."""

    kind: ClassVar[str] = "paragraph"
    text: str
    strong: bool = False
    for_page: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list."""

    kind: ClassVar[str] = "bullets"
    items: Sequence[str]


@dataclass(frozen=True)
class Command:
    """A line to type."""

    kind: ClassVar[str] = "command"
    text: str


@dataclass(frozen=True)
class TableBlock:
    """A table of texts; `numeric` are the columns that stand at the right. A `summary` line means that the page shows
    it when it is opened; `notes` say what is left out. One that is from a `file` may be cut in the PDF."""

    kind: ClassVar[str] = "table"
    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    summary: str = ""
    notes: Sequence[str] = ()
    file: str = ""


@dataclass(frozen=True)
class Picture:
    """A stored figure with its alternative text; `content` is the PNG that the page holds."""

    kind: ClassVar[str] = "picture"
    path: Path
    content: bytes
    alt: str
    caption: str


@dataclass(frozen=True)
class Chart:
    """A chart of the report itself, with its caption and a legend of class and name, whose keys have the shapes of the
    marks; a chart of bars has none."""

    svg: Markup
    alt: str
    caption: str
    legend: Sequence[tuple[str, str]] = ()
    marked: bool = True


@dataclass(frozen=True)
class Charts:
    """Charts to choose from: `switches` have a label and their choices, `variants` the charts for each combination of
    choices by number. The first variant is shown first, and is the one that the PDF has."""

    kind: ClassVar[str] = "charts"
    title: str
    switches: Sequence[tuple[str, Sequence[str]]]
    variants: Mapping[tuple[int, ...], Sequence[Chart]]
    notes: Sequence[str] = ()

    @property
    def first(self) -> Sequence[Chart]:
        """The charts that are shown first."""
        return next(iter(self.variants.values()))


@dataclass(frozen=True)
class Subheading:
    """A heading within a section."""

    kind: ClassVar[str] = "subheading"
    text: str


Block = Paragraph | Bullets | Command | TableBlock | Picture | Charts | Subheading


@dataclass(frozen=True)
class Section:
    """A part of the report with a heading."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Study:
    """The question of an analysis in a sentence, its answer in sentences, and the section that holds its results."""

    question: str
    answer: Sequence[str]
    section: Section


@dataclass(frozen=True)
class Document:
    """A report: its language code, title, the question, the answer in sentences, what the answer must not be quoted
    without (`cautions`), and sections."""

    language: str
    title: str
    question: str
    answer: Sequence[str]
    cautions: Sequence[str] = ()
    sections: Sequence[Section] = field(default_factory=tuple)
