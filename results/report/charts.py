"""Charts in SVG, plotted with classes of the style sheet: for the page as they are, for the PDF with colours inside.

They are 400 units wide, so that their text is readable on a phone. Each mark carries its values as text, which the
page shows when it is pointed at or reached by keyboard. Texts are escaped by markupsafe.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from corridor.results.report.language import Language

WIDTH = 400
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 10, 24
ROW, YEAR_HEIGHT, SHARE_ROW = 34, 190, 38
SHAPES = {"c0": "circle", "c1": "diamond", "c2": "square"}  # of marks, so that no colour has to be seen
PALETTE = {  # for the PDF; the style sheet of the page has its own, for light and dark
    ".c0": "#0072B2",
    ".c1": "#B34A00",
    ".c2": "#595959",
    ".axis": "#595959",
    ".grid": "#D9D9D9",
    ".text": "#1A1A1A",
}


@dataclass(frozen=True)
class Point:
    """A value with its interval (NaN where it is not known) under a label; `said` is what is read out of it.
    Differences that are not `clear` are pale."""

    label: str
    mean: float
    low: float
    high: float
    said: str
    clear: bool = True

    @property
    def ends(self) -> tuple[float, float]:
        """The interval; the value itself where it is not known."""
        known = math.isfinite(self.low) and math.isfinite(self.high)
        return (self.low, self.high) if known else (self.mean, self.mean)


@dataclass(frozen=True)
class Series:
    """Points of one world or record, in the order of the years, with the class of their colour."""

    name: str
    points: Sequence[Point]
    colour: str


@dataclass(frozen=True)
class Scale:
    """From values to units of the chart."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> str:
        """Where a value is, as text."""
        share = (value - self.low) / (self.high - self.low)
        return f"{self.start + share * (self.end - self.start):.1f}"


def ticks_of(points: Sequence[Point]) -> list[float]:
    """Round values that span all intervals and zero."""
    ends = [end for point in points for end in (*point.ends, point.mean) if math.isfinite(end)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    if low == high:
        low, high = -1.0, 1.0
    return [float(tick) for tick in MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]


def tick_labels(ticks: Sequence[float], language: Language, sign: bool) -> list[str]:
    """Labels of ticks, with as many decimals as they need."""
    step = ticks[1] - ticks[0]
    digits = max(0, 2 - math.floor(math.log10(step))) if step < 1.0 else 1 if step % 1.0 else 0
    while digits and all(round(tick, digits - 1) == round(tick, digits) for tick in ticks):
        digits -= 1
    return [language.number(tick, 10.0**-digits, sign) for tick in ticks]


def forest(rows: Sequence[Point], language: Language, alt: str) -> Markup:
    """A row for each world, its name above its interval, on one axis of differences."""
    ticks = ticks_of(rows)
    x = Scale(ticks[0], ticks[-1], RIGHT + 16, WIDTH - RIGHT - 16)
    bottom = TOP + ROW * len(rows)
    parts = [
        Markup('<text class="text" x="{}" y="{}" text-anchor="middle">{}</text>').format(x(tick), bottom + 16, label)
        for tick, label in zip(ticks, tick_labels(ticks, language, sign=True), strict=True)
    ]
    for k, row in enumerate(rows):
        y = TOP + ROW * k + 24
        label = Markup('<text class="text" x="0" y="{}">{}</text>').format(y - 9, row.label)
        lines = [across(x(tick), y - 5, y + 10, tick == 0.0) for tick in ticks]  # not through the names
        low, high = row.ends
        line = Markup('<line x1="{}" y1="{}" x2="{}" y2="{}"/>').format(x(low), y, x(high), y)
        dot = Markup('<circle cx="{}" cy="{}" r="4"/>').format(x(row.mean), y)
        area = Markup('<rect class="area" x="0" y="{}" width="{}" height="{}"/>').format(y - 20, WIDTH, ROW - 4)
        parts += [label, *lines, mark(row, "c0", area + line + dot, faded=not row.clear)]
    return svg(parts, bottom + BOTTOM, alt)


def years(series: Sequence[Series], language: Language, alt: str, sign: bool) -> Markup:
    """Values with their intervals by year, several series side by side."""
    every = [point for each in series for point in each.points if math.isfinite(point.mean)]
    labels = list(dict.fromkeys(point.label for each in series for point in each.points))
    ticks = ticks_of(every)
    y = Scale(ticks[0], ticks[-1], YEAR_HEIGHT - BOTTOM, TOP)
    column = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    parts = []
    for tick, label in zip(ticks, tick_labels(ticks, language, sign), strict=True):
        kind = "axis" if tick == 0.0 else "grid"
        line = '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        parts.append(Markup(line).format(kind, LEFT, y(tick), WIDTH - RIGHT, y(tick)))
        text = '<text class="text" x="{}" y="{}" text-anchor="end" dy="4">{}</text>'
        parts.append(Markup(text).format(LEFT - 6, y(tick), label))
    for k, label in enumerate(labels):
        middle = LEFT + column * (k + 0.5)
        text = '<text class="text" x="{:.1f}" y="{}" text-anchor="middle">{}</text>'
        parts.append(Markup(text).format(middle, YEAR_HEIGHT - 6, label))
        for number, each in enumerate(series):
            offset = (number - (len(series) - 1) / 2) * min(9.0, column / (len(series) + 1))
            for point in each.points:
                if point.label == label and math.isfinite(point.mean):
                    parts.append(year_mark(point, each.colour, middle + offset, column, y, faded=sign))
    return svg(parts, YEAR_HEIGHT, alt)


def year_mark(point: Point, colour: str, x: float, column: float, y: Scale, faded: bool) -> Markup:
    """A point and its interval at a year, in the shape of its series; records have no interval."""
    low, high = point.ends
    line = Markup('<line x1="{:.1f}" y1="{}" x2="{:.1f}" y2="{}"/>').format(x, y(low), x, y(high))
    dot = shape_at(SHAPES[colour], x, float(y(point.mean)))
    width = min(9.0, column / 3)
    area = '<rect class="area" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>'
    touch = Markup(area).format(x - width / 2, TOP, width, YEAR_HEIGHT - TOP - BOTTOM)
    return mark(point, colour, touch + line + dot, faded=faded and not point.clear)


def shape_at(shape: str, x: float, y: float) -> Markup:
    """A mark of one of `SHAPES` around a place."""
    if shape == "circle":
        return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3.5"/>').format(x, y)
    if shape == "square":
        return Markup('<rect x="{:.1f}" y="{:.1f}" width="7" height="7"/>').format(x - 3.5, y - 3.5)
    corners = ((x, y - 5.0), (x + 5.0, y), (x, y + 5.0), (x - 5.0, y))
    return Markup('<polygon points="{}"/>').format(" ".join(f"{a:.1f},{b:.1f}" for a, b in corners))


def stacked(rows: Sequence[tuple[str, Sequence[Point]]], alt: str) -> Markup:
    """A bar for each row, in parts that sum to one; the colours are c0, c1 and c2."""
    parts = []
    for k, (label, shares) in enumerate(rows):
        top, x = TOP + SHARE_ROW * k, 0.0
        parts.append(Markup('<text class="text" x="0" y="{}">{}</text>').format(top + 8, label))
        for number, share in enumerate(shares):
            if share.mean > 0.0:
                width = share.mean * WIDTH
                box = '<rect class="part" x="{:.1f}" y="{}" width="{:.1f}" height="14"/>'
                parts.append(mark(share, f"c{number}", Markup(box).format(x, top + 13, width), faded=False))
                x += width
    return svg(parts, TOP + SHARE_ROW * len(rows), alt)


def mark(point: Point, colour: str, shapes: Markup, faded: bool) -> Markup:
    """A mark that can be reached by keyboard and read out."""
    text = '<g class="mark {}{}" role="img" aria-label="{}">{}</g>'
    return Markup(text).format(colour, " faded" if faded else "", point.said, shapes)


def across(x: str, top: float, bottom: float, axis: bool) -> Markup:
    """A line at a tick of a horizontal axis."""
    line = '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>'
    return Markup(line).format("axis" if axis else "grid", x, top, x, bottom)


def svg(parts: Sequence[Markup], height: float, alt: str) -> Markup:
    """A chart of these parts."""
    head = '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">'
    return Markup(head).format(WIDTH, f"{height:g}", alt) + Markup("").join(parts) + Markup("</svg>")


def standalone(chart: Markup) -> Markup:
    """A chart with its colours inside, as a file."""
    rules = [f"{name}{{stroke:{colour};fill:{colour}}}" for name, colour in PALETTE.items()]
    rules += [".text{stroke:none;font-family:'Libertinus Serif';font-size:12px}", ".area{fill:none;stroke:none}"]
    rules += ["line{stroke-width:1}", ".mark line{stroke-width:2}", ".faded{opacity:0.45}", ".part{stroke:#fff}"]
    return chart.replace(">", Markup("><style>{}</style>").format(Markup("".join(rules))), 1)
