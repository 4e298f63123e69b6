"""Lines over days or draws as SVG, with the classes of the charts of the report."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from corridor.experiments.app.play.pictures import WIDTH, picture
from corridor.results.report.charts import tick_labels
from corridor.results.report.language import language_of

Floats = NDArray[np.float64]
LEFT, RIGHT, TOP, HEIGHT, BOTTOM = 58, 8, 10, 190, 24


@dataclass(frozen=True)
class Line:
    """A series of values, one a step from the first of the chart on, under a name, with the class of its colour."""

    name: str
    values: Floats
    colour: str


@dataclass(frozen=True)
class Axes:
    """From steps and values to places in the picture: `ticks` are the values with a rule, `length` the last step."""

    ticks: tuple[float, ...]
    length: float

    @classmethod
    def around(cls, low: float, high: float, length: float) -> Axes:
        """Axes with round ticks around some values."""
        found = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        return cls(tuple(float(tick) for tick in found), max(length, 1.0))

    def x(self, step: float) -> float:
        """Where a step is."""
        return LEFT + (WIDTH - LEFT - RIGHT) * step / self.length

    def y(self, value: float) -> float:
        """Where a value is."""
        share = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share

    def points(self, pairs: Sequence[tuple[float, float]]) -> str:
        """Points of a line."""
        return " ".join(f"{self.x(step):.1f},{self.y(value):.1f}" for step, value in pairs if math.isfinite(value))

    def drawn(self, labels: Sequence[tuple[int, str]], sign: bool) -> Iterator[Markup]:
        """Rules with their values, and labels of steps."""
        rule = Markup('<line class="{}" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>')
        value = Markup('<text class="text" x="{}" y="{:.1f}" text-anchor="end" dy="4">{}</text>')
        for tick, text in zip(self.ticks, tick_labels(self.ticks, language_of("en"), sign), strict=True):
            y = self.y(tick)
            yield rule.format("axis" if tick == 0.0 else "grid", LEFT, y, WIDTH - RIGHT, y)
            yield value.format(LEFT - 6, y, text)
        below = Markup('<text class="text" x="{:.1f}" y="{}" text-anchor="middle">{}</text>')
        for step, text in labels:
            yield below.format(self.x(step), HEIGHT - 6, text)

    def line(self, line: Line) -> Markup:
        """A series."""
        shape = Markup('<polyline class="line {}" style="fill:none" points="{}"/>')
        return shape.format(line.colour, self.points([(float(k), float(v)) for k, v in enumerate(line.values)]))


def series(lines: Sequence[Line], months: Sequence[tuple[int, str]], days: int, alt: str) -> Markup:
    """Lines over days; `months` are the days on which labels stand."""
    most = max((float(each) for line in lines for each in line.values if math.isfinite(each)), default=0.0)
    axes = Axes.around(0.0, max(most, 1.0), days)
    return picture(HEIGHT, [*axes.drawn(months, sign=False), *map(axes.line, lines)], alt, "chart")


def sharpening(numbers: Floats, mean: Floats, low: Floats, high: Floats, wanted: int, alt: str) -> Markup:
    """The mean of an effect with its interval after each draw."""
    known = np.concatenate([[0.0], low[np.isfinite(low)], high[np.isfinite(high)]])
    axes = Axes.around(float(known.min()), float(known.max()) or 1.0, wanted)
    labels = [(k, f"{k}") for k in range(0, wanted + 1, max(1, round(wanted / 4)))]
    there = list(zip(numbers.tolist(), low.tolist(), high.tolist(), strict=True))
    around = [(n, a) for n, a, _ in there] + [(n, b) for n, _, b in reversed(there)]
    band = Markup('<polygon class="band" points="{}"/>').format(axes.points(around))
    line = Line("mean", np.concatenate([np.full(int(numbers[0]), np.nan), mean]), "c0")
    return picture(HEIGHT, [*axes.drawn(labels, sign=True), band, axes.line(line)], alt, "chart")
