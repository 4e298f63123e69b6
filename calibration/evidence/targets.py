"""The targets of fits and scores: observed series, and how a record relates to what the model counts.

A record is what the model says, seen with error. On the scale of a target (logs, or log odds for shares) the error has
three normal parts: one for each value, one common to a calendar year, one common to the whole series. They hold what
recorders get wrong and how far the model itself is expected to be off (its discrepancy), declared here beforehand.
Attempts are latent: nobody records them. *Prevented* is recorded: it counts events, may count a person twice and
includes finds of equipment, so its common error is wide. Weekly preventions are summed to months, because no weekly
file is kept here.

Targets that are held out are never fitted (evidence 5: V5, V6, V8 to V11, V13, V16 are tests); a weight divides the
variance of the error, and weight 0 leaves a target out of the fit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from corridor.calibration.evidence.entries import OBSERVED
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import Column, read_sheet

Frequency = Literal["monthly", "annual"]
FIRST_MONTH = "2018-01"
HOME_OFFICE = "Home Office, irregular migration statistics"
FITTED_GROUPS = ("afghanistan", "iran", "iraq", "syria", "eritrea", "sudan", "vietnam")
BY_GROUP = "arrivals_by_group"  # a yearly record of the model by group
PREVENTED, PREVENTED_BY_MONTH = "prevented_people", "prevented_by_month"  # one record, by year and by month
HALF_A_YEAR = 6
KEYS: dict[Frequency, str] = {"monthly": "month", "annual": "year"}


@dataclass(frozen=True)
class Error:
    """The error of a record on the target's scale: `offset` is added before logs, so that small counts weigh little;
    standard deviations of a value, of the part common to a year, and of the part common to the series."""

    value: float
    year: float = 0.0
    series: float = 0.0
    offset: float = 0.0
    scale: Literal["log", "log odds"] = "log"


@dataclass(frozen=True)
class Target:
    """An observed series; `indicator` is the model's, `group` one of the groups for a share of all arrivals."""

    name: str
    indicator: str
    frequency: Frequency
    error: Error
    source: str
    weight: float = 1.0
    held_out: bool = False
    patterns: tuple[str, ...] = ()
    group: str = ""

    @property
    def file(self) -> str:
        """The table of results/observed/ with the series."""
        return "nationality.csv" if self.group else f"{self.frequency}.csv"

    @property
    def fitted(self) -> bool:
        """Whether a fit may use it."""
        return not self.held_out and self.weight > 0.0


def _target(
    name: str,
    frequency: Frequency,
    error: Error,
    source: str,
    patterns: str = "",
    weight: float = 1.0,
    held_out: bool = False,
    indicator: str = "",
) -> Target:
    return Target(name, indicator or name, frequency, error, source, weight, held_out, tuple(patterns.split()))


DECLARED = (
    _target("arrivals_people", "monthly", Error(0.20, 0.10, offset=50), HOME_OFFICE, "V1 V12"),
    _target("arrivals_boats", "monthly", Error(0.20, 0.10, offset=5), HOME_OFFICE, "V2 V12"),
    _target(
        "people_per_boat",
        "annual",
        Error(0.07, series=0.03),
        f"{HOME_OFFICE}; arrivals over boats, which are fitted, and so not again",
        "V3",
        weight=0.0,
    ),
    _target(
        "prevented_people",
        "annual",
        Error(0.10, series=0.15, offset=50),
        "Home Office; Frontex attempts less arrivals; years of prevented_by_month are left to that target",
        "V4 V7",
    ),
    _target(
        "prevented_by_month",
        "monthly",
        Error(0.25, 0.10, 0.15, 50),
        "Home Office weekly, from May 2024",
        "V7",
        indicator="prevented_people",
    ),
    _target(
        "stop_rate_boats",
        "annual",
        Error(0.20, series=0.15, scale="log odds"),
        "written answers; Home Office weekly events",
        "V4",
    ),
    _target("returned_at_sea_people", "annual", Error(0.20, series=0.20, offset=50), "maritime prefecture", "V4"),
    *(
        Target(
            f"share_{group}",
            BY_GROUP,
            "annual",
            Error(0.35, series=0.20, offset=0.01, scale="log odds"),
            "Home Office, small boats by nationality",
            group=group,
        )
        for group in FITTED_GROUPS
    ),
    _target("camp_stock", "annual", Error(0.30, series=0.15), "reports on single days (C)", "V14"),
    _target("deaths_channel", "annual", Error(0.60, offset=5), "IOM, drowned of the route to the UK", "V19"),
    _target("arrivals_lorry", "annual", Error(0.30, series=0.40, offset=200), "recorded arrivals by other methods"),
    _target("menton_stops", "annual", Error(0.30), "prefecture, intercepted in 2023", "V18"),
    _target("sheltered_people", "annual", Error(0.20, series=0.10), "prefecture of Pas-de-Calais", "V21"),
    _target("networks_dismantled", "annual", Error(0.35, offset=5), "interior ministry; publishers differ"),
    _target(
        "lorry_detected",
        "annual",
        Error(0.30, series=0.20, offset=500),
        "port controls; definitions change",
        "V16",
        held_out=True,
    ),
    _target(
        "arrivals_albania",
        "annual",
        Error(0.30, offset=50),
        "Home Office, small boats by nationality",
        "V9 V10",
        held_out=True,
    ),
)
TARGETS: dict[str, Target] = {target.name: target for target in DECLARED}
FITTED = tuple(name for name, target in TARGETS.items() if target.fitted)


def observed_series(target: Target, own: Path | None = None) -> pd.Series:
    """The values of a target by month (YYYY-MM) or year (YYYY), from 2018 on, in order of time.

    `own` is a CSV of the user with `month,value` or `year,value`. Raises InputError with all that is wrong with it.
    """
    if own is not None:
        return read_own(target, own)
    if target.group:
        return group_share(target.group)
    key = KEYS[target.frequency]
    table = pd.read_csv(OBSERVED / target.file, dtype={key: str})
    rows = table[(table.indicator == target.indicator) & (table[key] >= FIRST_MONTH[: 4 if key == "year" else 7])]
    return rows.set_index(key).value.astype(float).sort_index()


def group_share(group: str) -> pd.Series:
    """Share of a group in the small-boat arrivals of each year."""
    table = pd.read_csv(OBSERVED / "nationality.csv", dtype={"year": str})
    people = table[table.kind == "group"].pivot(index="year", columns="name", values="people").fillna(0.0)
    return (people[group] / people.sum(axis=1)).rename("value")


def read_own(target: Target, path: Path) -> pd.Series:
    """A user's series in place of a target's own; raises InputError naming every wrong row."""
    key = KEYS[target.frequency]
    share = target.error.scale == "log odds"
    columns = {
        key: Column("month") if key == "month" else Column("integer", low=2018, high=2100),
        "value": Column("number", low=0.0, high=1.0 if share else float("inf")),
    }
    sheet = read_sheet(path, columns)
    problems = list(sheet.problems)
    periods = [str(each)[:7] for each in sheet.columns[key]]
    for row, period in zip(sheet.rows, periods, strict=True):
        if periods.count(period) > 1:
            problems.append(f"{path.name}, row {row}, {key}: {period} is given twice; allowed: each {key} once")
    if problems:
        raise InputError(problems)
    return pd.Series(sheet.columns["value"], index=periods, dtype=float, name="value").sort_index()


def own_files(given: Sequence[str]) -> dict[str, Path]:
    """Target -> the user's file, from NAME=FILE texts. Raises InputError with everything that is wrong with them."""
    found, problems = {}, []
    for text in given:
        name, sign, file = text.partition("=")
        if not sign or name not in TARGETS:
            problems.append(f"command line --observed {text!r}: allowed: NAME=FILE, NAME one of {', '.join(TARGETS)}")
        else:
            found[name] = Path(file)
    for name, path in found.items():
        try:
            observed_series(TARGETS[name], path)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return found


def known_at(series: pd.Series, until: str) -> pd.Series:
    """The values of months and years that are over at a cut (YYYY-MM)."""
    over = [(period if len(period) == 7 else f"{period}-12") <= until for period in series.index]
    return series[over]


def observed_at(until: str, own: Mapping[str, Path] | None = None) -> dict[str, pd.Series]:
    """The values of every target that may be fitted, as far as they are known at a cut; targets without any are
    absent."""
    own = own or {}
    known = {name: known_at(observed_series(TARGETS[name], own.get(name)), until) for name in FITTED}
    months = known[PREVENTED_BY_MONTH].index
    annual = known[PREVENTED]
    known[PREVENTED] = annual[[(months.str[:4] == year).sum() < HALF_A_YEAR for year in annual.index]]
    return {name: series for name, series in known.items() if len(series)}


def sha256_of(series: pd.Series) -> str:
    """Hash of the values that a fit has seen, by period."""
    return hashlib.sha256(series.to_csv(float_format="%.10g").encode()).hexdigest()


def unit_of(target: Target) -> str:
    """Unit of a target's values."""
    return "share" if target.group else INDICATORS[target.indicator].unit
