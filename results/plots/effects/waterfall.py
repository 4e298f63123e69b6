"""The waterfall of Shapley shares: from the world without measures to that with all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from corridor.results.plots import words
from corridor.results.plots.imposed import Imposed, marked, note_of
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, row_height, wrapped
from corridor.results.plots.style import (
    GREY,
    INK,
    LESS,
    MORE,
    SMALL,
    ZERO_LINE,
    count_axis,
    signed_interval,
)
from corridor.results.tables.intervals import clear_of_zero, of_few

LABELS = {True: 0.28, False: 0.37}  # share of the width for the names of measures, wide or not
SURE, UNSURE = 0.85, 0.3  # how strong a colour is


@shows("share", ends=("low", "high"))
def draw_waterfall(
    shares: pd.DataFrame,
    titles: Mapping[str, str],
    indicator: str,
    baseline: float,
    deaths: pd.DataFrame | None = None,
    imposed: Imposed | None = None,
    *,
    sheet: Sheet,
) -> Figure:
    """One step for each measure, the largest first, between the two totals; pale where its interval holds zero.

    `deaths` are the shares in deaths, which have a panel of their own beside those in something else; `imposed` are the
    levers by which measures set entries.
    """
    rows, beside = by_size(known_intervals(shares)), deaths_beside(deaths, indicator)
    shown = {name: levers for name, levers in (imposed or {}).items() if name in set(rows.measure)}
    titles = marked(titles, shown)
    names = ["No measure", *(words.in_titles(titles, str(name)) for name in rows.measure), "All measures"]
    labels = [wrapped(name, sheet.inches * LABELS[sheet.wide], SMALL) for name in names]
    height = 0.5 + row_height(labels, SMALL) * len(labels)
    first, *second = sheet.panels(1 + (beside is not None), most=2, few=1, height=height, sharey=sheet.wide)
    draw_steps(first, rows, baseline)
    first.set_xlabel(wrapped(words.quantity(indicator) + ", whole run", 0.3 * sheet.inches, 7.0))
    for axes in second:
        assert beside is not None
        draw_shares(axes, beside.set_index("measure").reindex(rows.measure).reset_index())
        axes.set_xlabel(wrapped(f"share in {words.in_sentence(str(beside.indicator.iloc[0]))}", 2.0, 7.0))
    for axes, spare in zip((first, *second), (0, 0 if sheet.wide else 1), strict=False):
        rest = slice(spare, len(names) - spare)  # alone, the panel of deaths has no rows of totals
        axes.set_yticks(range(len(names))[rest], labels[rest], fontsize=SMALL)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(names) - 0.4 - spare, -0.6 + spare)
        count_axis(axes, "x", 3)
    if not sheet.wide:
        first.locator_params(axis="x", nbins=2, min_n_ticks=1)  # numbers of six digits take room
    sheet.title(f"What each measure contributes to {words.in_sentence(indicator)}")
    sheet.legend(
        {
            "total": Line2D([], [], color=INK, marker="D", markersize=3.5, linestyle=""),
            "less": Patch(facecolor=LESS, alpha=SURE),
            "more": Patch(facecolor=MORE, alpha=SURE, hatch="////", edgecolor="w"),
        }
    )
    sheet.note(
        "Shapley share of each measure in the effect of all, the largest first; pale: its interval holds zero. "
        f"Whiskers and brackets: 90 % interval of the mean share ({basis_of(rows)}). The horizontal axis of the "
        "totals need not begin at 0.",
        note_of(shown),
    )
    return sheet.figure


def by_size(shares: pd.DataFrame) -> pd.DataFrame:
    """The measures with the largest share first, those without a share last."""
    rows = shares.assign(size=shares.share.abs()).sort_values("size", ascending=False, kind="stable")
    return pd.concat([rows[rows.share.notna()], rows[rows.share.isna()]])


def deaths_beside(deaths: pd.DataFrame | None, indicator: str) -> pd.DataFrame | None:
    """The shares in deaths; None where the figure itself shows them, or where they are not known."""
    if deaths is None or deaths.empty or deaths.indicator.iloc[0] == indicator:
        return None
    return known_intervals(deaths)


def known_intervals(shares: pd.DataFrame) -> pd.DataFrame:
    """The shares with intervals that are not known where few runs are all equal."""
    if "seeds" not in shares:
        return shares
    few = of_few(shares.low, shares.high, shares.seeds)
    return shares.assign(low=shares.low.mask(few), high=shares.high.mask(few))


def basis_of(rows: pd.DataFrame) -> str:
    """From how many orders and runs of each set of measures the interval comes."""
    if "permutations" not in rows:
        return "t"
    return f"t: {rows.permutations.max():,} sampled orders, {rows.seeds.max():,} draws or seeds of every set"


def half_widths(rows: pd.DataFrame) -> np.ndarray:
    """Half the width of the interval of each share; 0 where it is not known."""
    return np.nan_to_num(rows.high - rows.share)


def draw_steps(axes: Axes, rows: pd.DataFrame, baseline: float) -> None:
    """The two totals as marks; between them a bar for each share, from where the one above it ends, and its interval.

    Totals are no bars, as the axis need not begin at 0.
    """
    ends = baseline + rows.share.cumsum().to_numpy()
    places, reached = np.arange(len(rows) + 2), np.array([baseline, *ends, ends[-1]])
    for y, x in enumerate(reached[:-1]):
        axes.plot([x, x], [y, y + 1], color=GREY, linewidth=0.6, linestyle=(0, (2, 1)), zorder=1)
    bars = axes.barh(places[1:-1], rows.share, left=ends - rows.share.to_numpy(), height=0.62)
    for bar, share, strength in zip(bars, rows.share, strengths(rows), strict=True):
        bar.set(facecolor=MORE if share > 0 else LESS, alpha=strength, hatch="////" if share > 0 else "")
        bar.set_edgecolor("white")
    axes.errorbar(ends, places[1:-1], xerr=half_widths(rows), fmt="none", ecolor=INK, capsize=1.5, linewidth=0.8)
    totals = reached[[0, -1]]
    axes.plot(totals, places[[0, -1]], marker="D", markersize=3.5, color=INK, linestyle="", label="total", zorder=3)
    write_beside(axes, [f"{total:,.0f}" if np.isfinite(total) else "not known" for total in totals], places[[0, -1]])
    write_beside(axes, shares_in_words(rows), places[1:-1])
    axes.set_xlim(*span(np.array([baseline, *(ends - half_widths(rows)), *(ends + half_widths(rows))])))


def draw_shares(axes: Axes, rows: pd.DataFrame) -> None:
    """A dot with its interval for each share, around zero."""
    for y, (row, strength) in enumerate(zip(rows.to_dict("records"), strengths(rows), strict=True), start=1):
        look: dict[str, Any] = {"color": MORE if row["share"] > 0 else LESS, "alpha": strength}
        axes.plot([row["low"], row["high"]], [y, y], linewidth=1.0, **look)
        axes.plot([row["share"]], [y], "s" if row["share"] > 0 else "o", markersize=3.2, zorder=3, **look)
    axes.axvline(0.0, color=ZERO_LINE, linewidth=0.8)
    write_beside(axes, shares_in_words(rows), np.arange(1, len(rows) + 1))


def strengths(rows: pd.DataFrame) -> list[float]:
    """How strong the colour of each share is: pale where its interval holds zero."""
    return [SURE if sure else UNSURE for sure in clear_of_zero(rows.low, rows.high)]


def shares_in_words(rows: pd.DataFrame) -> list[str]:
    """Each share with its interval in numbers."""
    return [
        signed_interval(row["share"], row["low"], row["high"]) if np.isfinite(row["share"]) else "not known"
        for row in rows.to_dict("records")
    ]


def write_beside(axes: Axes, texts: list[str], places: np.ndarray) -> None:
    """Texts in a column to the right of a panel."""
    for text, y in zip(texts, places, strict=True):
        axes.annotate(text, (1.02, y), xycoords=("axes fraction", "data"), fontsize=SMALL, va="center")


def span(ends: np.ndarray) -> tuple[float, float]:
    """The part of the axis that the steps and their whiskers need, with a margin; it need not begin at 0."""
    known = ends[np.isfinite(ends)]
    margin = float(np.ptp(known)) * 0.1 or 1.0
    return known.min() - margin, known.max() + margin
