"""What `corridor explore` and `corridor allocate` print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from corridor.experiments.cli.reports.columns import print_columns
from corridor.results.plots.words import quantity
from corridor.results.tables.numbers import number


def print_satisficing(kept: pd.DataFrame, titles: Mapping[str, str], console: Console) -> None:
    """The share of points at which each world keeps each threshold."""
    bounds = list(dict.fromkeys(kept.threshold))
    points, seeds = kept.points.max(), kept.seeds.max()
    title = f"Share of points at which a threshold is kept (90 % interval below), of {points}"
    cells = [
        (titles[str(world)], [share_cell(row) for _, row in rows.set_index("threshold").loc[bounds].iterrows()])
        for world, rows in kept.groupby("world", sort=False)
    ]
    print_columns(console, title, "world", bounds, cells)
    console.print(
        f"Differences from the baseline on the same {seeds} seeds, the whole run. The interval is that of sampled "
        "points; a share of the baseline is not known at points where it is zero. satisficing.csv has the shares of "
        "points at which the result is clear despite the chance in the model."
    )


def share_cell(row: pd.Series) -> str:
    """A share of points with its interval as text."""
    return "not known" if np.isnan(row["share"]) else f"{row['share']:.0%}\n{row['low']:.0%} to {row['high']:.0%}"


def print_regret(regret: pd.DataFrame, titles: Mapping[str, str], console: Console) -> None:
    """90th percentile of the regret and rank of each world by objective."""
    names = list(dict.fromkeys(regret.indicator))
    head = [f"{quantity(name)}, {regret[regret.indicator == name].direction.iloc[0]}" for name in names]
    cells = [
        (titles[str(world)], [regret_cell(row) for _, row in rows.set_index("indicator").loc[names].iterrows()])
        for world, rows in regret.groupby("world", sort=False)
    ]
    title = "Regret: 90th percentile over the points (90 % interval below), rank"
    print_columns(console, title, "world", head, cells)
    console.print(
        "Regret is towards the world that is best by other seeds, so that equal worlds have none. '*': may have the "
        "least mean regret of all, by intervals that hold at once; their ranks may be chance."
    )


def regret_cell(row: pd.Series) -> str:
    """Regret with its interval and rank as text."""
    if np.isnan(row.p90):
        return "not known"
    digits = 0 if row.p90_high >= 100 else 1
    reach = f"{number(row.p90_low, digits)} to {number(row.p90_high, digits)}"
    return f"{number(row.p90, digits)} #{row['rank']}{'*' * bool(row.may_be_best)}\n{reach}"


def print_boxes(boxes: pd.DataFrame, titles: Mapping[str, str], console: Console) -> None:
    """Where each package fails, in words."""
    if boxes.empty:
        console.print("No box of failures: too few points fail or hold, or failures are spread like chance.")
    for (world, bound), rows in boxes.groupby(["world", "threshold"], sort=False):
        first = rows.iloc[0]
        limits = " and ".join(limit_words(row) for row in rows.to_dict("records"))
        console.print(
            f"'{titles[str(world)]}' breaks '{bound}' at {first.share_failing:.0%} of points, most of all "
            f"where {limits}: coverage {first.coverage:.0%}, density {first.density:.0%} (held out "
            f"{first.coverage_held_out:.0%}, {first.density_held_out:.0%}).",
        )


def limit_words(row: Mapping[Any, Any]) -> str:
    """One restricted parameter in words."""
    low, high = row["low"], row["high"]
    above = "" if np.isnan(low) else f"{low:.3g} <= "
    below = "" if np.isnan(high) else f" <= {high:.3g}"
    return f"{above}{row['parameter']}{below}"


def print_front(front: pd.DataFrame, objectives: list[str], console: Console, most: int = 30) -> None:
    """The packages on the front, cheapest first, each with its differences, its cost and how often it is there."""
    heads = [*(quantity(name) for name in objectives), "on the front in"]
    cells = [
        (str(row.measures), [*(front_cell(row, name) for name in objectives), f"{row.front_share:.0%}\nof draws"])
        for _, row in front.head(most).iterrows()
    ]
    print_columns(console, "The front (90 % intervals below)", "measures", heads, cells)
    if len(front) > most:
        console.print(f"... and {len(front) - most} more in front.csv")
    bought = front[front.cost_eur_million > 0.0]
    console.print(
        f"Run again on fresh seeds, as the best of many owe something to chance: {int(bought.stays.sum())} of "
        f"{len(bought)} packages are on the front again. Intervals hold for all of them at once; of "
        f"{int((~bought.clear).sum())} no interval lies wholly below 0, so that they may do "
        "no better than no measure."
    )
    console.print(
        f"Differences from the baseline over the whole run on the same {front.seeds.max()} seeds and "
        f"{front.points.max()} point(s). Attempts count events; people count once. No package is called best: "
        "of two on the front each is better in some objective."
    )


def front_cell(row: pd.Series, name: str) -> str:
    """An objective of a package with its interval as text."""
    sign = "" if name == "cost_eur_million" else "+"
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    digits = 1 if name == "cost_eur_million" or np.nanmax(np.abs([row[name], low, high])) < 10 else 0
    mean = number(row[name], digits, sign)
    return mean if np.isnan(low) else f"{mean}\n{number(low, digits, sign)}\nto {number(high, digits, sign)}"
