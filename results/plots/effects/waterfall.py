"""The waterfall of Shapley shares: from the world without measures to that with all of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from corridor.results.plots import words
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet, row_height, wrapped
from corridor.results.plots.style import LESS, MORE, SMALL, clear_of_zero, count_axis, signed_interval

LABELS = 0.3  # share of the width for the names of measures


@shows("share", ends=("low", "high"))
def draw_waterfall(
    shares: pd.DataFrame,
    titles: Mapping[str, str],
    indicator: str,
    baseline: float,
    deaths: pd.DataFrame | None = None,
    *,
    sheet: Sheet,
) -> Figure:
    """One step for each measure, the largest first; pale where its interval holds zero.

    `deaths` are the shares in deaths, which stand in the caption of a figure of something else.
    """
    rows = by_size(shares)
    ends = baseline + rows.share.cumsum().to_numpy()
    names = ["No measure", *(words.in_titles(titles, str(name)) for name in rows.measure), "All measures"]
    labels = [wrapped(name, sheet.inches * LABELS, SMALL) for name in names]
    (axes,) = sheet.panels(1, height=0.5 + row_height(labels, SMALL) * len(labels))
    axes.barh([0, len(rows) + 1], [baseline, ends[-1]], color="#9a9a9a", height=0.62, label="world")
    draw_steps(axes, rows, ends)
    axes.set_yticks(range(len(names)), labels, fontsize=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.4, -0.6)
    low, high = span(np.array([baseline, *(ends - half_widths(rows)), *(ends + half_widths(rows))]))
    if sheet.wide:
        write_shares(axes, rows, ends)
    axes.set_xlim(low, high + (0.35 * (high - low) if sheet.wide else 0.0))
    count_axis(axes, "x", 5 if sheet.wide else 4)
    axes.set_xlabel(words.quantity(indicator) + ", whole run")
    sheet.title(f"What each measure contributes to {words.in_sentence(indicator)}")
    sheet.legend(
        {
            "less": Patch(facecolor=LESS, alpha=0.85),
            "more": Patch(facecolor=MORE, alpha=0.85, hatch="////", edgecolor="w"),
        }
    )
    sheet.note(
        "Shapley share of each measure in the effect of all, the largest first; pale: its interval holds zero. "
        "Whiskers: 90 % interval of the mean share (t: sampled orders, and what differs between seeds or draws). The "
        "axis need not begin at 0.",
        deaths_beside(deaths, titles, indicator),
    )
    return sheet.figure


def by_size(shares: pd.DataFrame) -> pd.DataFrame:
    """The measures with the largest share first, those without a share last."""
    rows = shares.assign(size=shares.share.abs()).sort_values("size", ascending=False, kind="stable")
    return pd.concat([rows[rows.share.notna()], rows[rows.share.isna()]])


def half_widths(rows: pd.DataFrame) -> np.ndarray:
    """Half the width of the interval of each share; 0 where it is not known."""
    return np.nan_to_num(rows.high - rows.share)


def draw_steps(axes: Axes, rows: pd.DataFrame, ends: np.ndarray) -> None:
    """A bar for each share, from where the one above it ends, and its interval."""
    places, clear = np.arange(1, len(rows) + 1), clear_of_zero(rows.low, rows.high).to_numpy(bool)
    bars = axes.barh(places, rows.share, left=ends - rows.share.to_numpy(), height=0.62)
    for bar, share, sure in zip(bars, rows.share, clear, strict=True):
        bar.set(facecolor=MORE if share > 0 else LESS, alpha=0.85 if sure else 0.3, hatch="////" if share > 0 else "")
        bar.set_edgecolor("white")
    axes.errorbar(ends, places, xerr=half_widths(rows), fmt="none", ecolor="#333333", capsize=1.5, linewidth=0.8)


def write_shares(axes: Axes, rows: pd.DataFrame, ends: np.ndarray) -> None:
    """Each share with its interval in numbers, to the right of its step."""
    for y, (end, half, row) in enumerate(zip(ends, half_widths(rows), rows.to_dict("records"), strict=True), start=1):
        if np.isfinite(end):
            text = signed_interval(row["share"], row["low"], row["high"])
            beside = (max(end + half, end - row["share"]), y)
            axes.annotate(text, beside, (3, 0), textcoords="offset points", fontsize=SMALL, va="center")


def span(ends: np.ndarray) -> tuple[float, float]:
    """The part of the axis that the steps and their whiskers need, with a margin; it need not begin at 0."""
    known = ends[np.isfinite(ends)]
    margin = float(np.ptp(known)) * 0.1 or 1.0
    return max(0.0, known.min() - margin), known.max() + margin


def deaths_beside(deaths: pd.DataFrame | None, titles: Mapping[str, str], indicator: str) -> str:
    """The shares in deaths in words; nothing where the figure itself shows them, or where they are not known."""
    if deaths is None or deaths.empty or deaths.indicator.iloc[0] == indicator:
        return ""
    texts = [
        f"{words.in_titles(titles, str(row['measure']))} {signed_interval(row['share'], row['low'], row['high'])}"
        for row in deaths.to_dict("records")
    ]
    return f"Shares in {words.in_sentence(str(deaths.indicator.iloc[0]))}: {'; '.join(texts)}."
