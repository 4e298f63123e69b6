"""Observed values as validation uses them, with a user's own series in place of the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from corridor.calibration.evidence.entries import OBSERVED
from corridor.calibration.evidence.targets import TARGETS, observed_series
from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import Column, Sheet, at_most_reported, given_twice, read_sheet
from corridor.results.observed import daily

MONTHLY = ("arrivals_people", "arrivals_boats", "people_per_boat", "prevented_people")
BY_MONTH = {"prevented_by_month": "prevented_people"}  # targets whose table has another name
MONTHS_A_YEAR = 12
MONTHLY_READ = ("arrivals_people", "arrivals_boats", "prevented_by_month")  # targets of which forecasts are made
READ = (
    *MONTHLY_READ,
    "people_per_boat",
    "stop_rate_boats",
    "camp_stock",
    "deaths_channel",
    "sheltered_people",
    "lorry_detected",
    "arrivals_albania",
)  # and those that a pattern uses


@dataclass(frozen=True)
class ObservedValue:
    """An observed value and the published range; without a range it is a point."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, low: float | None = None, high: float | None = None) -> ObservedValue:
        """A value with the ends that are given."""
        return cls(value, value if low is None else low, value if high is None else high)

    def over(self, other: ObservedValue) -> ObservedValue:
        """The ratio of two values, with the range that follows from theirs."""
        return ObservedValue(self.value / other.value, self.low / other.high, self.high / other.low)


@dataclass(frozen=True)
class ObservedData:
    """Tables of observed values: `monthly` (indicator, month, value), `annual` (indicator, year, value, low, high),
    `clustering` (year, statistic, value), `groups`, people who arrived by year and group, and the `daily` record
    (people and boats by date)."""

    monthly: pd.DataFrame
    annual: pd.DataFrame
    clustering: pd.DataFrame
    groups: pd.DataFrame
    daily: pd.DataFrame

    def by_month(self, indicator: str) -> pd.Series:
        """A series by month (YYYY-MM); people per boat is formed from its parts, NaN in months without a boat."""
        if indicator == "people_per_boat":
            boats = self.by_month("arrivals_boats")
            return (self.by_month("arrivals_people") / boats.where(boats > 0.0)).rename("value")
        rows = self.monthly[self.monthly.indicator == indicator]
        return rows.set_index("month").value.astype(float).sort_index()

    def of_year(self, indicator: str, year: int) -> ObservedValue:
        """An annual value. Raises KeyError when it was not observed."""
        rows = self.annual[(self.annual.indicator == indicator) & (self.annual.year == year)]
        if rows.empty:
            raise KeyError(f"{indicator} {year}")
        row = rows.iloc[0]
        ends = [float(row[end]) if pd.notna(row[end]) else None for end in ("low", "high")]
        return ObservedValue.of(float(row.value), *ends)

    def of_clustering(self, statistic: str, year: int) -> ObservedValue:
        """A statistic of how a year's arrivals cluster."""
        rows = self.clustering[(self.clustering.statistic == statistic) & (self.clustering.year == year)]
        return ObservedValue.of(float(rows.value.iloc[0]))


def read_records(own: Mapping[str, Path] | None = None, read: Sequence[str] = READ) -> ObservedData:
    """The shipped values, replaced by a user's own (target -> CSV) in the months and years that it has.

    Years that a user's months cover wholly are replaced by their sums. Raises InputError as `targets.read_own`, and for
    a target that is not `read`, because it would have no effect.
    """
    unread = [name for name in own or {} if name not in read]
    if unread:
        raise InputError(
            f"command line --observed {name}: it is not used here; allowed: {', '.join(read)}" for name in unread
        )
    monthly, annual = (pd.read_csv(OBSERVED / f"{name}.csv", dtype={"month": str}) for name in ("monthly", "annual"))
    for name, path in (own or {}).items():
        target = TARGETS[name]
        series, table = observed_series(target, path), BY_MONTH.get(name, target.indicator)
        if target.frequency == "monthly":
            rows = pd.DataFrame({"indicator": table, "month": series.index, "value": series.to_numpy()})
            kept = monthly[(monthly.indicator != table) | ~monthly.month.isin(series.index)]
            monthly = pd.concat([kept, rows], ignore_index=True)
            series = whole_years(series)
        annual = with_years(annual, table, series)
    nations = pd.read_csv(OBSERVED / "nationality.csv")
    groups = nations[nations.kind == "group"].pivot(index="year", columns="name", values="people").fillna(0.0)
    return ObservedData(monthly, annual, pd.read_csv(OBSERVED / "clustering.csv"), groups, daily())


RECORD = {
    "date": Column("date"),
    "people": Column("number", low=0.0),
    "boats": Column("number", low=0.0, required=False),
}


def read_daily(path: Path) -> pd.DataFrame:
    """A user's own daily record: `people`, and `boats` where there are, by date; a row for every day, in any order.

    Raises InputError with every wrong cell, and with days that are missing or given twice.
    """
    sheet = read_sheet(path, RECORD)
    problems = [*sheet.problems, *given_twice(sheet, "date", ["date"])]
    if not problems:
        problems = [*incomplete(path.name, sheet), *without_boats(path.name, sheet)]
    if problems:
        raise InputError(problems)
    given = {name: sheet.columns[name] for name in ("people", "boats") if "" not in sheet.columns[name]}
    return pd.DataFrame(given, pd.DatetimeIndex(sheet.columns["date"], name="date"), dtype=float).sort_index()


def incomplete(name: str, sheet: Sheet) -> list[str]:
    """The days between the first and the last that have no row, and boats that are given on some days alone."""
    given = pd.DatetimeIndex(sheet.columns["date"])
    missing = pd.date_range(given.min(), given.max()).difference(given)
    problems = []
    if len(missing):
        problems.append(
            f"{name}, date: {len(missing)} days between {given.min():%Y-%m-%d} and {given.max():%Y-%m-%d} have no row, "
            f"{missing[0]:%Y-%m-%d} first; allowed: a row for every day, with people 0 where nobody came"
        )
    empty = [row for row, boats in zip(sheet.rows, sheet.columns["boats"], strict=True) if boats == ""]
    if 0 < len(empty) < len(given):
        problems.append(f"{name}, row {empty[0]}, boats: is empty; allowed: a number on every day, or no boats at all")
    return problems


def without_boats(name: str, sheet: Sheet) -> list[str]:
    """Days on which people came and no boat did."""
    rows = zip(sheet.rows, sheet.columns["people"], sheet.columns["boats"], strict=True)
    return at_most_reported(
        [
            f"{name}, row {row}, boats: 0 is not allowed on a day with {people:g} people"
            for row, people, boats in rows
            if people and boats == 0
        ],
        f"{name}: {{}} more days with people and no boat",
    )


def whole_years(series: pd.Series) -> pd.Series:
    """Sums of the years of which every month is known, by year (YYYY)."""
    years = series.groupby(series.index.str[:4])
    return years.sum()[years.size() == MONTHS_A_YEAR]


def with_years(annual: pd.DataFrame, indicator: str, series: pd.Series) -> pd.DataFrame:
    """The annual table with other values of an indicator in the years of a series."""
    years = series.index.astype(int)
    kept = annual[(annual.indicator != indicator) | ~annual.year.isin(years)]
    rows = {"indicator": indicator, "year": years, "value": series.to_numpy(), "low": np.nan, "high": np.nan}
    return pd.concat([kept, pd.DataFrame(rows)], ignore_index=True)
