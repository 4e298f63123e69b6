"""Figures of rolling forecasts: relative WIS by method and horizon, and histograms of the PIT."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from corridor.results.plots.fit.validation import RANK_LABELS, draw_histogram, lower, method_words
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import INK, number_cells
from corridor.results.plots.words import monthly_quantity

COLUMNS_OF_PIT = 4
MOST = float(np.log(2.0))  # the colours end at half and at twice the WIS of the reference
GIVEN = "_given_"  # in names of forecasts that are given what nobody can know
WIS_NOTE = (
    "Below 1 (blue): better than the reference (framed), the single simple forecast that is best over all horizons of "
    "the target{names}. Relative WIS as forecast hubs form it{origins}."
)
GIVEN_NOTE = (
    " Below the line: given the sea or the entries of the months to come, nobody could have made the forecast; it "
    "shows what not knowing them costs."
)


@shows("relative_wis")
def draw_relative_wis(scores: pd.DataFrame, sheet: Sheet) -> Figure:
    """A heat map for each target, with methods down and horizons across; columns of rolling_scores.csv."""
    targets, methods = list(dict.fromkeys(scores.target)), given_last(list(dict.fromkeys(scores.method)))
    horizons = list(dict.fromkeys(scores.horizon.astype(str)))
    height, references = 0.5 + 0.2 * len(methods), {target: reference_of(scores, target) for target in targets}
    panels = sheet.panels(len(targets), most=2, few=1, height=height, sharey=sheet.wide)
    for axes, target in zip(panels, targets, strict=True):
        rows = scores[scores.target == target].assign(horizon=lambda table: table.horizon.astype(str))
        table = rows.pivot(index="method", columns="horizon", values="relative_wis").reindex(methods)[horizons]
        draw_ratios(axes, table)
        if (reference := references[target]) is not None:
            corner = (-0.5, methods.index(reference) - 0.5)
            axes.add_patch(Rectangle(corner, len(horizons), 1.0, fill=False, edgecolor=INK, linewidth=1.2, zorder=3))
        if 0 < (first := sum(GIVEN not in name for name in methods)) < len(methods):
            axes.axhline(first - 0.5, color=INK, linewidth=1.6)
        sheet.panel_title(axes, monthly_quantity(target), (0.42 if sheet.wide else 0.6) * sheet.inches)
        axes.set_xlabel("months ahead")
    sheet.title("How good forecasts are at each horizon: weighted interval score (WIS), relative")
    known = [
        f"{lower(method_words(name))} for {lower(monthly_quantity(target))}"
        for target, name in references.items()
        if name is not None
    ]
    names = f": {'; '.join(known)}" if known else ""
    note = WIS_NOTE.format(names=names, origins=origins_in_words(scores))
    sheet.note(note + GIVEN_NOTE * any(GIVEN in method for method in methods))
    return sheet.figure


def given_last(methods: list[str]) -> list[str]:
    """Methods in their order, those that are given what nobody can know after all others."""
    return sorted(methods, key=lambda name: GIVEN in name)


def reference_of(scores: pd.DataFrame, target: str) -> str | None:
    """The method by which the others are divided: that with 1 at every horizon; None where there is none."""
    known = scores[scores.target == target]
    names = [str(name) for name, rows in known.groupby("method", sort=False) if (rows.relative_wis == 1.0).all()]
    return names[0] if names else None


def origins_in_words(scores: pd.DataFrame) -> str:
    """From how many origins the forecasts start, by horizon where that differs; empty where it is not known."""
    if "origins" not in scores:
        return ""
    least, most = int(scores.origins.min()), int(scores.origins.max())
    return f"; {most} origins" if least == most else f"; {least} to {most} origins"


def draw_ratios(axes: Axes, ratios: pd.DataFrame) -> None:
    """A heat map of ratios with their values; blue below 1 and red above it."""
    values = ratios.to_numpy(float)
    with np.errstate(divide="ignore"):
        colours = np.log(values) / MOST
    axes.imshow(colours, cmap="RdBu_r", vmin=-1.0, vmax=1.0, aspect="auto")
    number_cells(axes, values, values < 1.0, colours, "{:.2f}".format, (5.5, 5.5))
    axes.set_xticks(range(len(ratios.columns)), ratios.columns)
    axes.set_yticks(range(len(ratios)), [method_words(str(name)) for name in ratios.index])
    axes.grid(visible=False)


@shows("pit")
def draw_pit(units: pd.DataFrame, sheet: Sheet) -> Figure:
    """A histogram of the probability integral transform for each method of one target; columns of rolling_units.csv."""
    methods = list(dict.fromkeys(units.method))
    panels = sheet.panels(len(methods), most=COLUMNS_OF_PIT, few=2, height=1.15, sharex=True)
    for axes, method in zip(panels, methods, strict=True):
        draw_histogram(axes, units[units.method == method].pit.to_numpy(float))
        sheet.panel_title(axes, method_words(method), 0.9 * sheet.inches / (4 if sheet.wide else 2))
    sheet.label_outer(panels, *RANK_LABELS)
    sheet.title(f"Where the observed months lie among the draws: {lower(monthly_quantity(str(units.target.iloc[0])))}")
    sheet.note(
        "Number of months by the share of draws below the observed value (probability integral transform), all "
        "horizons. Line: uniform; peaks at the ends: too narrow."
    )
    return sheet.figure
