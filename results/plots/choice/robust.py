"""Figures of robust choice: regret, thresholds kept, boxes in which a package fails, and fronts of packages."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from corridor.results.plots.effects import TITLES
from corridor.results.plots.map import HALO
from corridor.results.plots.missing import shows
from corridor.results.plots.style import COLOURS, LEAST_SPAN, add_note, add_title, error_lengths, short

NAMES = {
    **TITLES,
    "arrivals_boat_or_lorry": "Arrivals by boat or lorry (people)",
    "cost_eur_million": "Cost (EUR million)",
}
ON, OFF = COLOURS[1], "#b5b5b5"


def panels_of(figure: Figure, n: int, columns: int) -> list[Axes]:
    """`n` panels in rows of `columns` that share the vertical axis; empty places are not shown."""
    grid = figure.subplots(-(-n // columns), min(n, columns), sharey=True, squeeze=False).ravel()
    for axes in grid[n:]:
        axes.set_visible(False)
    return list(grid[:n])


def worlds_on(axes: Axes, worlds: list[str], titles: Mapping[str, str]) -> None:
    """Names of worlds along the vertical axis."""
    axes.set_yticks(range(len(worlds)), [short(titles[world], 38) for world in worlds], fontsize=6.5)
    axes.set_ylim(len(worlds) - 0.4, -0.6)


def draw_points(axes: Axes, rows: pd.DataFrame, value: str, low: str = "low", high: str = "high") -> None:
    """A dot with its interval for each row, the first at 0."""
    axes.errorbar(
        rows[value],
        np.arange(len(rows)),
        xerr=error_lengths(rows, value, low, high),
        fmt="o",
        markersize=3,
        linewidth=1.0,
        capsize=1.5,
        color=COLOURS[0],
        linestyle="none",
    )


@shows("mean", "p90", "maximum", ends=("mean_low", "mean_high"))
def draw_regret(regret: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Regret of each world, one panel an objective: bar to the 90th percentile, mean, maximum."""
    objectives, worlds = list(dict.fromkeys(regret.indicator)), list(dict.fromkeys(regret.world))
    rows_of_panels = -(-len(objectives) // 3)
    figure = Figure(figsize=(7.6, 1.1 + rows_of_panels * (0.8 + 0.2 * len(worlds))), layout="constrained")
    for axes, name in zip(panels_of(figure, len(objectives), 3), objectives, strict=True):
        rows = regret[regret.indicator == name].set_index("world").loc[worlds]
        at = np.arange(len(worlds))
        axes.barh(at, rows.p90, height=0.62, color="#cfe0ec")
        draw_points(axes, rows, "mean", "mean_low", "mean_high")
        axes.plot(rows.maximum, at, "x", markersize=3.5, color=ON, linestyle="none")
        for y in at[rows["mean"].isna().to_numpy()]:
            axes.annotate("not known", (0.02, y), xycoords=("axes fraction", "data"), fontsize=6, va="center")
        axes.set_xlim(left=min(0.0, rows.mean_low.min(skipna=True)), right=None if rows.maximum.max() > 0.0 else 1.0)
        worlds_on(axes, worlds, titles)
        axes.set_title(
            f"{NAMES.get(name, name)}, {'less' if rows.direction.iloc[0] == 'min' else 'more'} is better",
            loc="left",
            fontsize=7,
        )
        axes.xaxis.set_major_formatter("{x:,.4g}")
        axes.tick_params(axis="x", labelsize=6, rotation=30)
    add_title(figure, "Regret: how much worse than the best of these worlds at the same point")
    add_note(
        figure,
        f"Over {regret.points.max()} points, the whole run, mean of {regret.seeds.max()} seeds. Bars: 90th percentile; "
        "dots: mean with its 90 % interval\n(over points and seeds; for cost, the split); crosses: maximum. "
        "Intervals of equal worlds hold zero.\n"
        "Objectives are not weighed against each other.",
    )
    return figure


@shows("share", ends=("low", "high"))
def draw_satisficing(kept: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Share of points at which each world keeps each threshold, with its interval, one panel a threshold."""
    bounds, worlds = list(dict.fromkeys(kept.threshold)), list(dict.fromkeys(kept.world))
    rows_of_panels = -(-len(bounds) // 2)
    figure = Figure(figsize=(7.2, 1.2 + rows_of_panels * (0.7 + 0.22 * len(worlds))), layout="constrained")
    for axes, bound in zip(panels_of(figure, len(bounds), 2), bounds, strict=True):
        rows = kept[kept.threshold == bound].set_index("world").loc[worlds]
        at = np.arange(len(worlds))
        axes.barh(at, rows.share, height=0.62, color="#cfe0ec")
        axes.barh(at, rows.surely.fillna(0.0), height=0.62, color="#8fb8d4")
        draw_points(axes, rows, "share")
        axes.axvline(0.9, color="#777777", linewidth=0.8, linestyle=":")
        axes.set_xlim(0.0, 1.03)
        worlds_on(axes, worlds, titles)
        axes.set_title(f"{bound}  [{rows.unit.iloc[0]}]", loc="left", fontsize=7.5)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.tick_params(axis="x", labelsize=6.5)
    add_title(figure, "Share of points at which a threshold is kept")
    add_note(
        figure,
        f"Difference from the baseline on the same {kept.seeds.max()} seeds, whole run, {kept.points.max()} points. "
        "Dots: share with its 90 % Wilson interval (points);\ndarker: points where the whole 90 % interval "
        "over seeds keeps it. Dotted: nine points in ten. Shares of sampled points, not probabilities.",
    )
    return figure


@shows("coverage", "density", of=lambda peeling, *_: peeling)
def draw_box(peeling: pd.DataFrame, limits: pd.DataFrame, title: str) -> Figure:
    """Left, coverage and density of the boxes tried, the chosen one ringed; right, its limits."""
    figure = Figure(figsize=(7.6, 2.6 + 0.22 * len(limits)), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.25))
    points = left.scatter(
        peeling.coverage,
        peeling.density,
        c=peeling.parameters,
        s=16,
        cmap="viridis",
        vmin=0,
        vmax=max(1, int(peeling.parameters.max())),
    )
    ringed = peeling[peeling.chosen]
    left.scatter(ringed.coverage, ringed.density, s=70, facecolors="none", edgecolors=ON, linewidths=1.4)
    left.axhline(limits.share_failing.iloc[0], color="#777777", linewidth=0.8, linestyle=":")
    left.set(
        xlim=(-0.03, 1.05),
        ylim=(-0.03, 1.05),
        xlabel="coverage: share of failures inside",
        ylabel="density: share failing inside",
    )
    figure.colorbar(points, ax=left, label="parameters restricted", shrink=0.8)
    draw_limits(right, limits)
    add_title(figure, "\n".join(textwrap.wrap(title, 86)))
    first = limits.iloc[0]
    add_note(
        figure,
        f"{first.points} points, {first.share_failing:.0%} of them fail (dotted). Ringed: the box shown, coverage "
        f"{first.coverage:.0%}, density {first.density:.0%}, mass {first.mass:.0%};\non points held out: coverage "
        f"{percent(first.coverage_held_out)}, density {percent(first.density_held_out)}. q: quasi-p-value of the end.",
    )
    return figure


def percent(share: float) -> str:
    """A share in per cent, or "not known"."""
    return "not known" if np.isnan(share) else f"{share:.0%}"


def draw_limits(axes: Axes, limits: pd.DataFrame) -> None:
    """The limits of a box inside the sampled range of each parameter, scaled to 0 to 1."""
    rows = limits.reset_index(drop=True)
    span = rows.sampled_high - rows.sampled_low
    low = rows.low.fillna(rows.sampled_low)
    high = rows.high.fillna(rows.sampled_high)
    at = np.arange(len(rows))
    axes.barh(at, np.ones(len(rows)), height=0.5, color="#ececec")
    axes.barh(at, (high - low) / span, left=(low - rows.sampled_low) / span, height=0.5, color=ON, alpha=0.75)
    for y, row in zip(at, rows.to_dict("records"), strict=True):
        text = [
            f"{sign} {row[end]:.3g} (q {row['quasi_p_' + end]:.1g})"
            for end, sign in (("low", ">="), ("high", "<="))
            if not np.isnan(row[end])
        ]
        axes.annotate(", ".join(text), (0.01, y - 0.42), fontsize=6.5, va="center")
    axes.set_yticks(at, rows.parameter, fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.8)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0.0, 1.0], ["lowest sampled", "highest sampled"], fontsize=6.5)
    axes.grid(False)


@shows(of=lambda packages, objectives, _: packages[[*objectives, "cost_eur_million"]])
def draw_front(packages: pd.DataFrame, objectives: list[str], budget: float) -> Figure:
    """Every package that was run, cost against each objective; those on the front in colour, with intervals."""
    figure = Figure(figsize=(7.6, 3.4), layout="constrained")
    cost, front = "cost_eur_million", packages.on_front.to_numpy()
    for axes, name in zip(np.ravel(figure.subplots(1, len(objectives))), objectives, strict=True):
        for some, colour, size in ((~front, OFF, 2.5), (front, ON, 3.5)):
            rows = packages[some]
            axes.errorbar(
                rows[cost],
                rows[name],
                xerr=error_lengths(rows, cost, f"{cost}_low", f"{cost}_high"),
                yerr=error_lengths(rows, name, f"{name}_low", f"{name}_high"),
                fmt="o",
                markersize=size,
                linewidth=0.5,
                elinewidth=0.5 if some is front else 0.2,
                color=colour,
                linestyle="none",
            )
        axes.axhline(0.0, color="#444444", linewidth=0.8)
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, -LEAST_SPAN), max(high, LEAST_SPAN))
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.axvline(budget, color="#777777", linewidth=0.8, linestyle=":")
        axes.set_title(NAMES.get(name, name), loc="left", fontsize=7.5)
        axes.set_xlabel("cost, EUR million", fontsize=7)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.tick_params(labelsize=6.5)
    add_title(figure, f"{len(packages)} packages of measures, {front.sum()} of them on the front")
    add_note(
        figure,
        f"Mean difference from the baseline on the same {packages.seeds.max()} seeds, {packages.points.max()} "
        "point(s), whole run, with 90 % intervals; of cost: the assumed split.\nOrange: no other package was as good "
        "in attempts, deaths, arrivals and cost and better in one; plotted as run again on\nfresh seeds, with "
        "intervals that hold for all of them at once. Dotted: the budget.",
    )
    return figure


@shows(of=lambda packages, objectives: packages[objectives])
def draw_parallel(packages: pd.DataFrame, objectives: list[str]) -> Figure:
    """Parallel coordinates: a line for each package; lower is better, stronger is more surely on the front."""
    figure = Figure(figsize=(7.2, 4.0), layout="constrained")
    axes = figure.subplots()
    low, high = packages[objectives].min(), packages[objectives].max()
    scaled = (packages[objectives] - low) / (high - low).where(high > low, 1.0)
    at = np.arange(len(objectives))
    axes.plot(at, scaled[~packages.on_front].to_numpy().T, color=OFF, linewidth=0.5, alpha=0.6)
    for k in packages.index[packages.on_front]:
        sure = float(packages.front_share[k])
        axes.plot(at, scaled.loc[k], color=ON, linewidth=0.8 + 1.2 * sure, alpha=0.25 + 0.75 * sure)
    for k, name in enumerate(objectives):
        axes.axvline(k, color="#444444", linewidth=0.8)
        for y, value, where in ((0.0, low[name], "top"), (1.0, high[name], "bottom")):
            axes.annotate(
                f"{value:,.4g}",
                (k, y),
                xytext=(0, -4 if y == 0.0 else 4),
                textcoords="offset points",
                ha="center",
                va=where,
                fontsize=7,
                path_effects=HALO,
            )
    axes.set_xticks(at, [NAMES.get(name, name) for name in objectives], fontsize=7.5)
    axes.tick_params(axis="x", pad=14)
    axes.set(yticks=[], xlim=(-0.3, len(objectives) - 0.7), ylim=(-0.08, 1.08))
    axes.grid(False)
    axes.spines[:].set_visible(False)
    add_title(figure, "Packages of measures: differences from the baseline, and cost")
    add_note(
        figure,
        "Lower is better on every axis. Orange: on the front; the stronger the line, the larger the share of draws "
        "(points, seeds, split of costs)\nin which the package is on the front. Grey: another package is as good in "
        "all and better in one. Intervals: front.csv.",
    )
    return figure
