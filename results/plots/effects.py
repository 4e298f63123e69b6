"""Figures of measures and levers: forest plot, displacement by sector, pairing, waterfall, dose and interaction."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from corridor.results.plots.map import COAST, HALO, frame
from corridor.results.plots.missing import shows
from corridor.results.plots.style import (
    COLOURS,
    EFFECTS,
    LEAST_SPAN,
    add_note,
    add_title,
    error_lengths,
    number_cells,
    short,
)
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.outcomes import SECTOR
from corridor.results.tables.summary import INTERVALS, from_posterior

LESS, MORE, UNSURE = COLOURS[0], COLOURS[1], "#8a8a8a"
TITLES = dict(EFFECTS)
USE = ("use", "capacity", "binding")  # columns behind the name of a lever


def main_effects(effects: pd.DataFrame, *_: Any) -> pd.DataFrame:
    """Effects over the whole run on the indicators that figures of effects show."""
    rows = effects[effects.period == WHOLE] if "period" in effects else effects
    return rows[rows.indicator.isin(TITLES)]


def sector_effects(effects: pd.DataFrame, world: str, *_: Any) -> pd.DataFrame:
    """Effects of a world over the whole run on launches by sector."""
    return effects[(effects.world == world) & (effects.period == WHOLE) & effects.indicator.str.startswith(SECTOR)]


@shows("mean", ends=("low", "high"), of=main_effects)
def draw_forest(effects: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Effect of each world with its interval, one panel an indicator, deaths among them."""
    rows = effects[effects.period == WHOLE]
    worlds = list(dict.fromkeys(rows.world))
    figure = Figure(figsize=(7.6, 1.7 + 0.42 * len(worlds)), layout="constrained")
    panels = figure.subplots(2, 3, sharey=True)
    for axes, (name, title) in zip(panels.ravel(), EFFECTS, strict=True):
        part = rows[rows.indicator == name].set_index("world").loc[worlds]
        draw_intervals(axes, part, range(len(worlds)))
        axes.set_title(title, loc="left", fontsize=7.5)
        axes.set_yticks(range(len(worlds)), [short(titles[world]) for world in worlds], fontsize=6.5)
        axes.set_ylim(len(worlds) - 0.4, -0.6)
    add_title(
        figure,
        f"Effect of each world, less: {titles[rows.baseline.iloc[0]]}",
    )
    add_note(
        figure,
        f"Mean paired difference over the whole run on the same {rows.seeds.max()} seeds, and its 90 % interval\n"
        f"({interval_label(rows)}). Attempts and prevented count events; people count once.",
    )
    return figure


def interval_label(rows: pd.DataFrame) -> str:
    """The kind of interval of effects, in words."""
    return INTERVALS[rows.interval.iloc[0]]


def draw_intervals(axes: Axes, rows: pd.DataFrame, at: Sequence[int] | range) -> None:
    """Horizontal points with intervals around a zero line; those whose interval holds zero are grey."""
    clear = (rows.low > 0.0) | (rows.high < 0.0)
    reach = error_lengths(rows)
    for sure, colour in ((True, LESS), (False, UNSURE)):
        some = (clear == sure).to_numpy()
        axes.errorbar(
            rows["mean"][some],
            np.array(at)[some],
            xerr=reach[:, some],
            fmt="o",
            markersize=3,
            capsize=1.5,
            linewidth=1.0,
            color=colour,
        )
    axes.axvline(0.0, color="#444444", linewidth=0.8)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.tick_params(axis="x", labelsize=6, rotation=30)


@shows("mean", ends=("low", "high"), of=sector_effects)
def draw_displacement(effects: pd.DataFrame, world: str, titles: Mapping[str, str], geography: Any) -> Figure:
    """A map of the Channel coast: difference in launches of each sector between a world and the baseline."""
    rows = sector_effects(effects, world)
    rows = rows[rows.indicator.str.removeprefix(SECTOR).isin(geography.places)]
    places = [geography.places.index(name.removeprefix(SECTOR)) for name in rows.indicator]
    lon, lat, means = geography.lon[places], geography.lat[places], rows["mean"].to_numpy()
    kent = int(np.flatnonzero(np.array(geography.kinds) == "kent")[0])
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    axes = figure.subplots()
    box = (
        min(lon.min(), geography.lon[kent]) - 0.6,
        max(lon.max(), geography.lon[kent]) + 1.7,
        lat.min() - 0.15,
        max(lat.max(), geography.lat[kent]) + 0.15,
    )
    frame(axes, box, json.loads(COAST.read_text(encoding="utf-8"))["channel"], [])
    sizes = 8 + 500 * np.abs(means) / max(float(np.abs(means).max(initial=0.0)), 1.0)
    axes.scatter(lon, lat, s=sizes, c=[MORE if mean > 0 else LESS for mean in means], alpha=0.6, linewidths=0, zorder=3)
    for row, place in zip(rows.to_dict("records"), places, strict=True):
        reach = "" if np.isnan(row["low"]) else f" ({row['low']:+,.0f} to {row['high']:+,.0f})"
        label = f"{geography.names[place]}  {row['mean']:+,.0f}{reach}"
        axes.annotate(
            label,
            (geography.lon[place], geography.lat[place]),
            xytext=(12, -2),
            textcoords="offset points",
            fontsize=6.5,
            zorder=4,
            path_effects=HALO,
        )
    axes.annotate(geography.names[kent], (geography.lon[kent], geography.lat[kent]), fontsize=7, path_effects=HALO)
    axes.set_title(
        f"Launches by sector: {titles[world]}, less: {titles[rows.baseline.iloc[0]]}",
        loc="left",
        fontsize=9,
        fontweight="bold",
    )
    axes.set_xlabel(
        "Boats launched or stopped on the beach over the whole run: mean paired difference and its 90 % "
        f"interval\n({interval_label(rows)}).\nOrange: more, blue: less; area grows with the difference. "
        "Coastline: Natural Earth.",
        fontsize=7,
        loc="left",
    )
    return figure


def draw_pairing(dataset: xr.Dataset, baseline: str, titles: Mapping[str, str], indicator: str) -> Figure:
    """How many times smaller the variance of a difference is on the same seeds, by time since the start.

    The indicator is summed from the first day on which a world differs from the baseline to each later quarter.
    """
    figure = Figure(figsize=(7.2, 3.6), layout="constrained")
    axes = figure.subplots()
    base = dataset[indicator].sel(world=baseline).values
    for world in (str(name) for name in dataset.world.values if name != baseline):
        own = dataset[indicator].sel(world=world).values
        days, ratio = pairing(own, base)
        alone = world.startswith("only_")
        axes.plot(
            days / 365.25,
            ratio,
            color="#9a9a9a" if alone else COLOURS[0],
            linewidth=0.8 if alone else 1.8,
            label="each measure alone" if alone else short(titles[world]),
        )
    axes.axhline(1.0, color="#444444", linewidth=0.8, linestyle=":")
    lines, labels = axes.get_legend_handles_labels()
    if lines:
        axes.set_yscale("log")
        axes.legend(dict(zip(labels, lines, strict=True)).values(), dict.fromkeys(labels), frameon=False, fontsize=7)
    axes.set_title(
        f"Variance without pairing over variance with it: {TITLES.get(indicator, indicator)}",
        loc="left",
        fontsize=9,
        fontweight="bold",
    )
    who = "draws of the posterior (seeds and parameters)" if from_posterior(dataset) else "seeds"
    axes.set_xlabel(
        "years since a world first differs from the baseline; sums from that day on.\n"
        f"{dataset.sizes['seed']} {who}; at 1 (dotted) pairing gains nothing.",
        fontsize=7.5,
    )
    return figure


def pairing(own: np.ndarray, base: np.ndarray, every: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Days since two worlds (seed, day) first differ, and the ratio of variances of their sums since; may be empty."""
    differs = np.flatnonzero((own != base).any(axis=0))
    if not len(differs) or len(own) < 2:
        return np.empty(0), np.empty(0)
    a, b = (each[:, differs[0] :].cumsum(axis=1)[:, every - 1 :: every] for each in (own, base))
    paired, unpaired = (a - b).var(axis=0, ddof=1), a.var(axis=0, ddof=1) + b.var(axis=0, ddof=1)
    known = paired > 0.0
    return (np.flatnonzero(known) + 1) * every, unpaired[known] / paired[known]


@shows("share", ends=("low", "high"))
def draw_waterfall(shares: pd.DataFrame, titles: Mapping[str, str], label: str, baseline: float) -> Figure:
    """From the world without measures to that with all of them, one step for each measure, the largest first."""
    rows = shares.assign(size=shares.share.abs()).sort_values("size", ascending=False, kind="stable")
    rows = pd.concat([rows[rows.share.notna()], rows[rows.share.isna()]])
    ends = baseline + rows.share.cumsum().to_numpy()
    starts = np.concatenate([[baseline], ends[:-1]])
    figure = Figure(figsize=(7.2, 1.5 + 0.3 * len(rows)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(1, len(rows) + 1)
    axes.barh(places, rows.share, left=starts, color=[MORE if share > 0 else LESS for share in rows.share], alpha=0.75)
    axes.errorbar(
        ends,
        places,
        xerr=np.nan_to_num(rows.high - rows.share),
        fmt="none",
        ecolor="#333333",
        capsize=2,
        linewidth=0.9,
    )
    axes.barh([0, len(rows) + 1], [baseline, ends[-1]], color="#9a9a9a")
    names = ["No measure", *(short(titles[name]) for name in rows.measure), "All measures"]
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.invert_yaxis()
    known = np.array([baseline, *ends])
    known = known[np.isfinite(known)]
    margin = max(float(np.ptp(known)), 2 * float((rows.high - rows.share).fillna(0.0).max())) * 0.6 or 1.0
    axes.set_xlim(max(0.0, known.min() - margin), known.max() + margin)
    axes.xaxis.set_major_formatter("{x:,.6g}")
    axes.set_title(f"Share of each measure: {label}", loc="left", fontsize=9.5, fontweight="bold")
    add_note(
        figure,
        "Shapley share of each measure, the largest first (orange: more, blue: less); whiskers: 90 % interval of the "
        "mean\nshare (t: sampled orders, and what differs between seeds or draws). The axis need not begin at 0.",
    )
    return figure


@shows("mean", ends=("low", "high"), of=main_effects)
def draw_dose(rows: pd.DataFrame, lever: str, about: str) -> Figure:
    """Effects of a lever against its value, one panel an indicator."""
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    for axes, (name, title) in zip(figure.subplots(2, 3).ravel(), EFFECTS, strict=True):
        part = rows[rows.indicator == name].sort_values(lever)
        axes.errorbar(
            part[lever],
            part["mean"],
            yerr=error_lengths(part),
            fmt="o-",
            markersize=3,
            capsize=2,
            linewidth=1.0,
            color=COLOURS[0],
        )
        mark_not_binding(axes, part, lever)
        axes.axhline(0.0, color="#444444", linewidth=0.8)
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, -LEAST_SPAN), max(high, LEAST_SPAN))
        axes.set_title(title, loc="left", fontsize=8)
        axes.yaxis.set_major_formatter("{x:,.0f}")
    add_title(figure, f"{about.rstrip('.')} ({lever})")
    add_note(
        figure,
        "Value of the lever. Mean paired difference from its baseline on the same "
        f"{rows.seeds.max()} seeds over the whole run,\nand its 90 % interval ({interval_label(rows)})."
        + use_words(rows, lever),
    )
    return figure


def mark_not_binding(axes: Axes, rows: pd.DataFrame, lever: str) -> None:
    """Open circles over the values at which the lever is not binding."""
    if f"{lever}_binding" in rows:
        slack = rows[rows[f"{lever}_binding"] == "not binding"]
        axes.plot(slack[lever], slack["mean"], "o", markersize=6, color=MORE, fillstyle="none")


def use_words(rows: pd.DataFrame, lever: str) -> str:
    """What is used at each value of a lever, of how much, and where the lever is not binding; empty where no use is
    recorded."""
    if f"{lever}_use" not in rows:
        return ""
    each = rows.drop_duplicates(lever).sort_values(lever)
    texts = []
    for value, used, capacity, binding in each[[lever, *(f"{lever}_{name}" for name in USE)]].itertuples(index=False):
        of = "" if pd.isna(capacity) else f" of {capacity:,.0f}"
        texts.append(f"{value:g}: {used:,.0f}{of}" + " (not binding)" * (binding == "not binding"))
    head = "\nUsed a day while it is held (orange rings: not binding, the step to this value hardly changes the use):\n"
    return head + "\n".join(textwrap.wrap("; ".join(texts), 120))


@shows("mean", ends=("low", "high"), of=lambda rows, _, indicator: rows[rows.indicator == indicator])
def draw_interaction(rows: pd.DataFrame, levers: tuple[str, str], indicator: str) -> Figure:
    """Two heat maps over the values of two levers: the effect, and the interaction: what goes beyond the sum of the two
    alone."""
    table = rows[rows.indicator == indicator].pivot(index=levers[1], columns=levers[0], values="mean")
    beyond = rows[rows.indicator == indicator].pivot(index=levers[1], columns=levers[0], values="interaction")
    figure = Figure(figsize=(7.6, 3.6), layout="constrained")
    titles = ("effect", "interaction: effect less the sum of both alone")
    panels = zip(figure.subplots(1, 2), (table, beyond), titles, ("", "interaction_"), strict=True)
    for axes, values, title, ends in panels:
        most = max(float(np.abs(values.to_numpy()).max()), 1.0)
        image = axes.imshow(values, cmap="RdBu_r", vmin=-most, vmax=most, origin="lower", aspect="auto")
        bold = clear_of_zero(rows[rows.indicator == indicator], levers, f"{ends}low", f"{ends}high")
        number_cells(axes, values.to_numpy(), bold, most, "{:+,.0f}".format, (6.5, 7.5))
        for (row, column), slack in np.ndenumerate(not_binding(rows, levers, indicator).to_numpy()):
            colour = "white" if abs(values.to_numpy()[row, column]) > 0.6 * most else "black"
            words = "not binding" if slack else ""
            axes.text(column, row - 0.3, words, ha="center", va="center", fontsize=5, color=colour)
        axes.grid(False)
        axes.set_xticks(range(values.shape[1]), [f"{each:g}" for each in values.columns])
        axes.set_yticks(range(values.shape[0]), [f"{each:g}" for each in values.index])
        axes.set_xlabel(levers[0])
        axes.set_ylabel(levers[1])
        axes.set_title(title, loc="left", fontsize=8)
        figure.colorbar(image, ax=axes, shrink=0.8)
    add_title(
        figure,
        f"{TITLES.get(indicator, indicator)}: mean paired difference over the whole run, {rows.seeds.max()} seeds",
    )
    add_note(
        figure,
        f"Bold: the 90 % interval (in dose.csv; {interval_label(rows)}) does not hold zero.\n"
        "Not binding: the step to this value of a lever hardly changes its use.",
    )
    return figure


def clear_of_zero(rows: pd.DataFrame, levers: tuple[str, str], low: str, high: str) -> NDArray[np.bool_]:
    """Whether an interval does not hold zero, at each value of two levers."""
    sure = rows.assign(clear=(rows[low] > 0.0) | (rows[high] < 0.0))
    return sure.pivot(index=levers[1], columns=levers[0], values="clear").to_numpy(bool)


def not_binding(rows: pd.DataFrame, levers: tuple[str, str], indicator: str) -> pd.DataFrame:
    """Whether one of two levers is not binding, at each of their values."""
    some = rows[rows.indicator == indicator]
    known = [f"{name}_binding" for name in levers if f"{name}_binding" in rows]
    slack = (some[known] == "not binding").any(axis=1)
    return some.assign(slack=slack).pivot(index=levers[1], columns=levers[0], values="slack")
