"""What all figures share: colours, type, how worlds look, and files that are equal where results are equal.

Figures are made without a global drawing state and without dates.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.special import stdtrit

from corridor.results.store.case_file import write_whole

# Colours that the colour-blind tell apart (Okabe & Ito 2008)
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LINES: tuple[Any, ...] = ("solid", (0, (4, 1.4)), (0, (1.5, 1)), (0, (6, 1, 1, 1)))  # lines that coincide stay visible
OBSERVED_COLOUR = "#222222"
STYLE: Any = {
    "font.size": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "pdf.fonttype": 42,
    "svg.hashsalt": "corridor",
    "figure.dpi": 100,
}
DOTS_AN_INCH = 200  # of the PNG
LEAST_SPAN = 2.0  # half of the smallest range of a difference, so that no tick is a fraction of a person
EFFECTS = (
    ("arrivals_people", "Arrivals (people)"),
    ("attempts_people", "Attempts (person-attempts)"),
    ("unique_people_trying", "Unique people who tried"),
    ("prevented_people", "Prevented (person-attempts)"),
    ("deaths_channel", "Deaths, Channel"),
    ("deaths_mediterranean", "Deaths, Mediterranean"),
)


def write_styled(draw: Callable[[], Figure], stem: Path) -> list[Path]:
    """Draw a figure in the style of all figures and write it as PNG and PDF."""
    with mpl.rc_context(STYLE):
        return write_figure(draw(), stem)


def short(title: str, longest: int = 44) -> str:
    """A title that fits beside an axis, cut at a word."""
    return title if len(title) <= longest else title[:longest].rsplit(" ", 1)[0] + " ..."


def write_figure(figure: Figure, stem: Path) -> list[Path]:
    """Write a figure as PNG and PDF, whole and without dates."""
    FigureCanvasAgg(figure)
    paths = []
    for suffix, about in ((".png", {"Software": None}), (".pdf", {"CreationDate": None, "ModDate": None})):
        buffer = io.BytesIO()
        figure.savefig(buffer, format=suffix[1:], dpi=DOTS_AN_INCH, metadata=about)
        path = stem.with_suffix(suffix)
        write_whole(path, partial(write_bytes, content=buffer.getvalue()))
        paths.append(path)
    return paths


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes to a file."""
    path.write_bytes(content)


def add_title(figure: Figure, text: str) -> None:
    """The title of a figure, above its panels."""
    figure.suptitle(text, x=0.01, ha="left", fontsize=9.5, fontweight="bold")


def add_note(figure: Figure, text: str) -> None:
    """A note below a figure: what it shows, and what its intervals contain."""
    figure.supxlabel(text, fontsize=7, x=0.01, ha="left")


def error_lengths(rows: pd.DataFrame, value: str = "mean", low: str = "low", high: str = "high") -> np.ndarray:
    """Lengths of the two sides of the error bars of these columns, shape (2, row); 0 where an end is not known."""
    sides = np.array([rows[value] - rows[low], rows[high] - rows[value]], dtype=float)
    return np.maximum(np.nan_to_num(sides), 0.0)


def number_cells(
    axes: Axes,
    values: np.ndarray,
    clear: np.ndarray,
    most: float,
    form: Callable[[float], str],
    sizes: tuple[float, float],
) -> None:
    """Write its value into every cell of a heat map whose colours end at `most`; in bold, and of the second size, where
    it is clear of zero."""
    for (row, column), value in np.ndenumerate(values):
        if np.isnan(value):
            continue
        bold = bool(clear[row, column])
        axes.text(
            column,
            row,
            form(value),
            ha="center",
            va="center",
            fontsize=sizes[bold],
            fontweight="bold" if bold else "normal",
            color="white" if abs(value) > 0.6 * most else "black",
        )


def band(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and 90 % prediction interval over seeds, the first axis; not below zero."""
    mean, n = values.mean(axis=0), len(values)
    if n < 2:
        return mean, mean, mean
    half = stdtrit(n - 1, 0.95) * values.std(axis=0, ddof=1) * np.sqrt(1.0 + 1.0 / n)
    return mean, np.maximum(0.0, mean - half), mean + half


def add_legend(axes: Axes) -> None:
    """A legend with each line once."""
    lines, labels = axes.get_legend_handles_labels()
    each = dict(zip(labels, lines, strict=True))
    axes.legend(list(each.values()), list(each), loc="upper left", frameon=False, fontsize=7.5)


def colour_of(dataset: xr.Dataset, world: str) -> str:
    """Colour of a world, the same in every figure."""
    return COLOURS[dataset.world.values.tolist().index(world) % len(COLOURS)]


def title_of(dataset: xr.Dataset, world: str) -> str:
    """Title of a world as the experiment file gives it."""
    return str(dataset.world_title.sel(world=world).item())
