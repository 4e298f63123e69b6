"""What figures of sensitivity share: what they are about, which parameters lead, and the noise floor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from corridor.results.plots import words

MOST_BARS, MOST_LINES, MOST_NAMES, MOST_CELLS = 20, 6, 12, 14
STROKES = "Red strokes: noise floor of each parameter"  # what shows it
FLOOR_LINE = "Red line: median of the noise floors of all parameters"
FLOOR = "#b03a2e"
BETWEEN = "*"  # in "a*b", a second-order index
Tables = Mapping[str, pd.DataFrame]
Floats = NDArray[Any]
MEANING = {
    "mu_star": "mean absolute elementary effect, μ*",
    "sigma": "spread of elementary effects, σ",
    "ST": "total index, ST",
    "S1": "first-order index, S1",
    "delta": "moment-independent index, δ",
    "median": "PAWN index, the median over ten slices",
}
METHODS = {"morris": "Morris", "sobol": "Sobol", "pawn": "PAWN", "fast": "FAST", "rbd_fast": "RBD-FAST"}


@dataclass(frozen=True)
class About:
    """What the figures show: an indicator, `of` which number of it, and `leading`, the index to rank by."""

    indicator: str
    unit: str
    of: str
    method: str
    leading: str
    points: int
    seeds: int
    samples: int = 0  # of which each takes several points; of Morris, trajectories

    @property
    def title(self) -> str:
        """The indicator in words, and which number of it."""
        return f"Parameters that matter for {words.in_sentence(self.indicator)}: {self.of}"

    @property
    def label(self) -> str:
        """The leading index in words, with its unit where it has one."""
        unit = f" ({self.unit})" if self.leading == "mu_star" else ""
        return MEANING[self.leading] + unit

    @property
    def note(self) -> str:
        """How the numbers were computed."""
        if self.method == "resample":
            return f"Around the posterior, {self.points:,} points, each with the seed of its draw"
        method = METHODS.get(self.method, self.method)
        seeds = "one seed" if self.seeds == 1 else f"mean of {self.seeds} seeds"
        paths = f"{self.samples:,} trajectories, in all " if self.method == "morris" and self.samples else ""
        return f"Method of {method}, {paths}{self.points:,} points, {seeds} at each"


def leading(frame: pd.DataFrame, about: About, most: int) -> pd.DataFrame:
    """The rows of the leading index, the largest first."""
    rows = frame[frame["index"] == about.leading]
    return rows.sort_values("value", ascending=False, kind="stable").head(most)


def floor_note(rows: pd.DataFrame, about: About, shape: str) -> str:
    """What the figure shows of chance, in words, from the rows of the leading index; `shape` says what shows noise
    floors."""
    if rows.floor.notna().any():
        return (
            f"{shape}; chance alone stays below a floor in 19 of 20 studies. The part of chance is subtracted, so "
            "that values may lie below 0."
        )
    if about.method == "resample":
        return "'seed' is the chance of a run; changes by parameters are on one seed each, and hold some of it."
    return "The chance of runs is in the indices" + (
        "; with one seed it is not known." * (about.seeds < 2) or ": noise.csv."
    )


def above_floor(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each value is above its own noise floor; also where that is not known."""
    return np.asarray(~(rows.value <= rows.floor), dtype=bool)


def draw_floors(axes: Axes, rows: pd.DataFrame, places: Floats) -> None:
    """The noise floor of each parameter as a red stroke at its place."""
    axes.plot(
        rows.floor, places, linestyle="none", marker="|", markersize=8, markeredgewidth=1.4, color=FLOOR, zorder=4
    )


def leading_rows(name: str) -> Callable[[Tables, About], pd.DataFrame]:
    """A function that picks the rows of the leading index from the table of this name."""
    return lambda tables, about: tables[name][tables[name]["index"] == about.leading]
