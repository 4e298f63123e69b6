"""The tables that a run prints: each world beside the observed figures, and what policies changed."""

from __future__ import annotations

import math

import pandas as pd
from rich.console import Console
from rich.table import Table

from results.compare import WHOLE

MAIN = (
    "attempts_people", "arrivals_people", "prevented_people", "unique_people_trying", "attempts_per_success",
    "stop_rate_people", "people_per_boat", "arrivals_boats", "deaths_channel", "deaths_mediterranean", "camp_stock",
    "lorry_attempts", "lorry_detected",
)
WORDS = {
    "attempts_people": "attempts, people",
    "arrivals_people": "arrivals, people",
    "prevented_people": "prevented",
    "unique_people_trying": "unique people who tried",
    "attempts_per_success": "attempts per success",
    "stop_rate_people": "stop rate, people",
    "people_per_boat": "people per boat",
    "arrivals_boats": "arrivals, boats",
    "deaths_channel": "deaths, Channel",
    "deaths_mediterranean": "deaths, Mediterranean",
    "camp_stock": "camp stock",
    "lorry_attempts": "lorry attempts",
    "lorry_detected": "lorry attempts found",
}
WIDTH = 112


def short(value: float) -> str:
    """A number in at most six characters; '-' for none."""
    if math.isnan(value):
        return "-"
    size = abs(value)
    if size >= 99_950:
        return f"{value / 1000:.0f}k"
    if size >= 9_995:
        return f"{value / 1000:.1f}k"
    if size >= 99.5 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 9.95 else f"{value:.2f}"


def interval(low: float, high: float) -> str:
    """A range in at most nine characters; '-' where one seed gives none."""
    if math.isnan(low):
        return "-"
    most = max(abs(low), abs(high))
    if most >= 999.5:
        digits = 0 if most >= 9_995 else 1
        return f"{low / 1000:.{digits}f}..{high / 1000:.{digits}f}k"
    digits = 0 if most >= 9.95 else (1 if most >= 2.95 else 2)
    return f"{low:.{digits}f}..{high:.{digits}f}"


def shown_indicators(frame: pd.DataFrame) -> list[str]:
    """The main indicators that the table has, then others if the user chose a subset."""
    present = list(dict.fromkeys(frame.indicator))
    main = [name for name in MAIN if name in present]
    chosen = [name for name in present if name not in MAIN]
    return main + (chosen if len(present) <= len(MAIN) else [])


def print_table(summary: pd.DataFrame, effects: pd.DataFrame, console: Console) -> None:
    """Print one table a world beside observed figures, then the paired effects; 112 columns wide, also in a pipe."""
    console.width = max(WIDTH, console.width)
    for world in dict.fromkeys(summary.world):
        console.print(world_table(summary[summary.world == world], str(world)))
    console.print(
        "Each cell: simulated mean; 90 % prediction interval for one further seed (chance only, not doubt about "
        "parameters; '-' with one seed); observed figure. Attempts and prevented count events, so a person may stand "
        "in them many times; unique people count once a year, and once in the last column. Observed deaths and "
        "prevented are contested counts: calibration/observed/annual.csv has their grades.\n"
    )
    for (world, baseline), frame in effects.groupby(["world", "baseline"], sort=False):
        console.print(effect_table(frame, f"{world} less {baseline}"))
    if not effects.empty:
        console.print("Each cell: mean paired difference on the same seeds; 90 % interval of that mean. Years without "
                      "any difference are left out.")


def world_table(rows: pd.DataFrame, world: str) -> Table:
    """Years across, indicators down; mean, interval and observed under each other."""
    years = list(dict.fromkeys(rows.year))
    table = base_table(f"World: {world}", years)
    at = rows.set_index(["indicator", "year"])
    for name in shown_indicators(rows):
        cells = []
        for year in years:
            row = at.loc[(name, year)]
            lines = (short(row["mean"]), interval(row.low, row.high), f"[italic]{short(row.observed)}[/italic]")
            cells.append("\n".join(lines))
        table.add_row(f"{WORDS.get(name, name)}\n[dim]  90 %[/dim]\n[italic]  observed[/italic]", *cells)
    return table


def effect_table(rows: pd.DataFrame, title: str) -> Table:
    """Years in which anything differs across, indicators down; mean difference and interval under each other."""
    moved = rows[rows["mean"].fillna(0.0) != 0.0]
    years = [year for year in dict.fromkeys(rows.year) if year in set(moved.year) or year == WHOLE]
    table = base_table(f"Effect: {title}", years)
    at = rows.set_index(["indicator", "year"])
    for name in shown_indicators(rows):
        cells = []
        for year in years:
            row = at.loc[(name, year)]
            sign = "+" if row["mean"] > 0 else ""
            cells.append(f"{sign}{short(row['mean'])}\n{interval(row.low, row.high)}")
        table.add_row(f"{WORDS.get(name, name)}\n[dim]  90 %[/dim]", *cells)
    return table


def base_table(title: str, years: list[str]) -> Table:
    """An empty table with a column for each year."""
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=True, padding=(0, 0))
    table.add_column("indicator", no_wrap=True)
    for year in years:
        table.add_column("whole" if year == WHOLE else year, justify="right")
    return table
