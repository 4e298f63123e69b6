"""The Home Office's time series of small boats: days, and weeks with preventions (ODS or XLSX).

`-` means *not collected*: uncontrolled landings before 2023 and preventions before the week ending 5 May 2024. The
weeks lag behind the days, and later editions revise earlier days.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from corridor.calibration.evidence.observed import RECORD, read_daily
from corridor.calibration.evidence.publishers.cells import Status
from corridor.calibration.evidence.publishers.layouts import Field, Layout
from corridor.calibration.evidence.publishers.sheets import SPREADSHEETS
from corridor.calibration.evidence.publishers.source import (
    Frames,
    Source,
    annual,
    counted,
    differing,
    read,
    whole_months,
)
from corridor.model.engine.errors import InputError
from corridor.results import observed

CODES = {"-": Status.NOT_COLLECTED, "": Status.NOT_REPORTED}
DAYS_A_WEEK = 7
BOTH = {
    "arrivals_people": Field(("Migrants arrived",), "count", "people", certain=True),
    "arrivals_boats": Field(("Boats arrived",), "count", "boats", certain=True),
    "uncontrolled_boats": Field(
        ("Boats arrived - involved in uncontrolled landings",), "count", "boats", required=False
    ),
    "note": Field(("Notes",), required=False),
}
PREVENTED = {
    "prevented_people": Field(("Migrants prevented",), "count", "person-attempts"),
    "prevented_events": Field(("Events prevented",), "count", "events"),
}
DAYS = Layout("small boats by day", "day", {"period": Field(("Date",), "day"), **BOTH}, codes=CODES)
WEEKS = Layout(
    "small boats by week", "week", {"period": Field(("Week ending",), "day"), **BOTH, **PREVENTED}, codes=CODES
)


def daily_of(days: pd.DataFrame) -> pd.DataFrame:
    """`people` and `boats` by date, in order."""
    wide = days.pivot(index="period", columns="series", values="value")
    names = {"arrivals_people": "people", "arrivals_boats": "boats"}
    daily = wide[[*names]].rename(columns=names).rename_axis(columns=None)
    return daily.set_axis(pd.DatetimeIndex(daily.index, name="date")).sort_index()


def prevented_by_day(weeks: pd.DataFrame) -> pd.Series:
    """Person-attempts prevented by day: a week spread evenly over its seven days, since no day is published."""
    known = counted(weeks, "prevented_people")
    ends = pd.DatetimeIndex(known.period)
    back = pd.to_timedelta(np.repeat(np.arange(DAYS_A_WEEK), len(known)), unit="D")
    days = pd.DatetimeIndex(np.tile(ends, DAYS_A_WEEK)) - back
    values = np.tile(known.value.to_numpy() / DAYS_A_WEEK, DAYS_A_WEEK)
    return pd.Series(values, days).sort_index()


def ready(records: Frames) -> Frames:
    """The daily record, and months as `--observed` takes them; of months that are whole alone."""
    files: Frames = {}
    if "day" in records:
        daily = daily_of(records["day"])
        files["daily"] = daily.rename_axis("date").reset_index()
        files |= {f"arrivals_{name}": whole_months(daily[name]) for name in ("people", "boats")}
    if "week" in records:
        files["prevented_by_month"] = whole_months(prevented_by_day(records["week"]))
    return files


def problems(records: Frames) -> list[str]:
    """Days and weeks between the first and the last that have no row, and weeks that do not end seven days apart."""
    lines = []
    for frequency, step in (("day", 1), ("week", DAYS_A_WEEK)):
        if frequency in records:
            given = pd.DatetimeIndex(records[frequency].period.unique())
            expected = pd.date_range(given.min(), given.max(), freq=f"{step}D")
            lines += [f"the {frequency} {each:%Y-%m-%d} has no row" for each in expected.difference(given)]
            lines += [f"no {frequency} of the others ends on {each:%Y-%m-%d}" for each in given.difference(expected)]
    return lines


def warnings(records: Frames) -> list[str]:
    """Years whose arrivals differ from the annual table, and how many days differ from our daily record."""
    if "day" not in records:
        return []
    found, ours = daily_of(records["day"]), observed.daily()
    both = found.index.intersection(ours.index)
    changed = both[(found.loc[both, ["people", "boats"]] != ours.loc[both, ["people", "boats"]]).any(axis=1)]
    lines = []
    if len(changed):
        first, theirs, known = changed[0], found.people[changed[0]], ours.people[changed[0]]
        where = f"{first:%Y-%m-%d}: {theirs:,.0f} people in the file, {known:,.0f} in ours"
        lines = [f"{len(changed)} of {len(both):,} days differ from results/observed/daily.csv, first {where}"]
    dates = pd.DatetimeIndex(found.index)
    days = found.people.groupby(dates.strftime("%Y"))
    whole = days.size() >= pd.to_datetime(dates.strftime("%Y-12-31").unique()).dayofyear
    return lines + differing(days.sum()[whole], annual("arrivals_people"), "arrivals_people", "people")


HOME_OFFICE = Source(
    "home-office",
    "Home Office, Migrants detected crossing the English Channel in small boats, time series",
    "Open Government Licence v3.0",
    (DAYS, WEEKS),
    together=True,
    ready=ready,
    problems=problems,
    warnings=warnings,
)


def is_spreadsheet(path: Path) -> bool:
    """Whether a file begins as a spreadsheet does; False for what cannot be read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(4) in SPREADSHEETS
    except (OSError, ValueError):
        return False


def read_published(path: Path) -> pd.DataFrame:
    """`people` and `boats` of every day, by date: from the Home Office's spreadsheet, or a CSV `date,people,boats`.

    Raises InputError with all that is wrong: no table of days, no boats, cells that are no numbers, days that are
    missing or given twice.
    """
    if not is_spreadsheet(path):
        record = read_daily(path)
        if "boats" not in record:
            raise InputError([f"{path.name}: column boats is missing; expected: {', '.join(RECORD)}"])
        return record
    records = read(HOME_OFFICE, path).records
    if "day" not in records:
        raise InputError([f"{path.name}: has no table of days, with Date, Migrants arrived and Boats arrived"])
    return daily_of(records["day"])
