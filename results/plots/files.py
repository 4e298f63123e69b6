"""Figures as files that are equal where results are equal: without dates, and whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from corridor.results.plots.style import STYLE
from corridor.results.store.whole_files import write_whole

DOTS_AN_INCH = 300  # of the PNG
ABOUT: dict[str, dict[str, str | None]] = {  # what a file must not say about when it was made
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "ModDate": None},
    "svg": {"Date": None},
}
BESIDE_TABLES = ("png", "pdf")


def write_styled(draw: Callable[[], Figure], stem: Path, formats: Sequence[str] = BESIDE_TABLES) -> list[Path]:
    """Draw a figure in the style of all figures and write it as PNG (300 dpi), PDF or SVG; the paths."""
    with mpl.rc_context(STYLE):
        return write_figure(draw(), stem, formats)


def write_figure(figure: Figure, stem: Path, formats: Sequence[str] = BESIDE_TABLES) -> list[Path]:
    """Write a figure, whole and without dates."""
    FigureCanvasAgg(figure)
    paths = []
    for kind in formats:
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, dpi=DOTS_AN_INCH, metadata=ABOUT[kind])
        path = stem.parent / f"{stem.name}.{kind}"
        write_whole(path, partial(write_bytes, content=buffer.getvalue()))
        paths.append(path)
    return paths


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes to a file."""
    path.write_bytes(content)
