"""The table of measures: one row a world, its effects over the whole run side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from corridor.results.store.yearly import WHOLE
from corridor.results.tables.intervals import of_few
from corridor.results.tables.numbers import number
from corridor.results.tables.summary import INTERVALS, cell

COLUMNS = {
    "attempts_people": "attempts [events]",
    "arrivals_people": "arrivals [people]",
    "prevented_people": "prevented [events]",
    "unique_people_trying": "unique people who tried",
    "deaths_channel": "deaths, Channel",
    "deaths_mediterranean": "deaths, Mediterr.",
    "cost_per_attempt_averted": "EUR per attempt averted",
}
NOTE = (
    "Paired differences from the baseline on the same seeds over the whole run, with a 90 % interval "
    "{interval}. Attempts and prevented count events, not people. Costs cover "
    "2022/23 while effects run to the end; a split of the published sum over measures is assumed (grade C): {split}. "
    "No upper end where averting nothing lies within the interval; '-' where nothing is averted or no cost is known."
)
SPLITS = {"dirichlet": "all splits equally likely", "equal": "equal shares"}


def parts(row: pd.Series | None, sign: str) -> tuple[str, str]:
    """A mean and its interval, both as text with the same decimals; no interval where few runs are all equal."""
    if row is None or np.isnan(row["mean"]):
        return "-", ""
    known = [abs(value) for value in (row["mean"], row.low, row.high) if np.isfinite(value)]
    digits = 0 if max(known) >= 9.95 or max(known) == 0.0 else 1
    if np.isnan(row.low):
        return number(row["mean"], digits, sign), ""
    if of_few(row.low, row.high, row.seeds):
        return number(row["mean"], digits, sign), "all equal"
    high = "no end" if np.isinf(row.high) else number(row.high, digits, sign)
    return number(row["mean"], digits, sign), f"{number(row.low, digits, sign)} to {high}"


def rows_of(effects: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """World -> for each column of the table its mean and interval as text."""
    whole = effects[effects.period == WHOLE]
    return {
        str(world): [parts(cell(rows, indicator=name), "" if name.startswith("cost") else "+") for name in COLUMNS]
        for world, rows in whole.groupby("world", sort=False)
    }


def note_of(effects: pd.DataFrame, split: str) -> str:
    """The note below the table."""
    return NOTE.format(split=SPLITS[split], interval=INTERVALS[effects.interval.iloc[0]])
