"""Figures that are laid out but not rendered: pixels and embedded fonts take longer than most runs of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from matplotlib.figure import Figure

from corridor.results.plots.files import write_styled

PNG, PDF = b"\x89PNG\r\n\x1a\n", b"%PDF-1.4\n"
SAVE = Figure.savefig


@contextmanager
def laid_out_only(each: bool = True) -> Iterator[None]:
    """Instead of saving a figure, place and measure all that is on it, so that it fails where saving it would fail.

    The file has the first bytes of its kind and nothing else. Without `each`, a figure is laid out only if none before
    it had as many lines, areas and texts in as many panels.
    """
    seen: set[tuple[int, ...]] = set()

    def lay_out(figure: Figure, file: IO[bytes], *, format: str, **_: Any) -> None:
        kind = kind_of(figure)
        if format == "png" and (each or kind not in seen):  # the PDF comes of the same figure
            figure.draw_without_rendering()
        seen.add(kind)
        file.write(PNG if format == "png" else PDF)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", lay_out)
        yield


def kind_of(figure: Figure) -> tuple[int, ...]:
    """How many lines, areas and texts each panel has."""
    panels = [(len(axes.lines), len(axes.collections) + len(axes.patches), len(axes.texts)) for axes in figure.axes]
    return tuple(number for panel in panels for number in panel)


@contextmanager
def rendered() -> Iterator[None]:
    """Figures as users get them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", SAVE)
        yield


def write_figures(figures: Mapping[str, Callable[[], Figure]], directory: Path) -> list[Path]:
    """Draw named figures and write them into a folder."""
    return [path for name, draw in figures.items() for path in write_styled(draw, directory / name)]
