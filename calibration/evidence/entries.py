"""Derives model/data/entries.csv: people who enter per month, entry point and nationality group, 2018-01 to 2025-12.

`python -m corridor.calibration.evidence.entries` rewrites the file and prints a table of totals. It reads
results/observed/ and the declared assumptions (each with its grade) in calibration/evidence/data/. The rules:

1. Detections by month, route and type are Frontex's (frontex_monthly.csv, to April 2025). May to December 2025 are not
   published by month: the route's total of 2025 (frontex_totals_2025.csv: printed, or the printed change on 2024) less
   January to April is spread by the mean season of May to December 2022-2024.
2. The groups' shares within a year, route and type are those of Frontex's nationality table (frontex_groups.csv); the
   unknown are spread like the known. The shares of January to April 2025 hold for all of 2025; where more than half of
   a year's detections are of unknown nationality, the year before is used (eastern borders, 2025).
3. Entry points: departure_shares.csv says what share of a route leaves from each entry point in a year. Groups are
   fitted to entry points so that the totals of both hold, starting from entry_point_affinity.csv (iterative
   proportional fitting).
4. Western Balkan detections count again many who entered through Greece: only the share of balkan_shares.csv, people
   who flew in visa-free, enters, at the entry point `belgrade`. Albania-Greece, the Black Sea and "Other" are left out.
   Ukrainians at the eastern borders are left out from 2022: they fled a war and were no irregular entrants for long.
   Detections are crossings and not people; apart from these rules no correction is made for people counted twice.
5. `tirana`: Albanians who arrived by small boat / reach / set_out (all are bound for the United Kingdom, but some stay
   inland or are lost), a third of a quarter each month and one month earlier. What would have come without deterrence
   from December 2022 on is unknowable: the total of 2022 is held, with the mean season of all arrivals 2021-2025, one
   month earlier (grade C); the policy acts on it in the model. Albanians at other entry points (few) are `other`.
6. `air`: groups that the United Kingdom receives but Frontex hardly sees at its land and sea border. Flat over all
   months, so that no growth is put in by hand: max(0, mean yearly arrivals 2021-2025 / reach - share_uk x mean yearly
   other entries) people bound for the United Kingdom, divided by share_uk because the model lets only that share go on.
7. share_uk of groups.csv is, for groups that Frontex sees, arrivals 2021-2025 / reach / entries of the five years that
   end half a year earlier (rules.csv); `implied_shares` prints it beside the declared value.

`until` is a cut for fits that must not know later arrivals: detections at the borders of Europe and declared inputs are
given for all months, but whatever depends on arrivals in Kent uses values up to the cut only. Rules 6 and 7 then use
the years from 2021 that are complete, with shares held within the declared range; rule 5 holds the last four quarters
(or 2022, when it is over) with the season of those years. The shipped files are those of the last month, 2025-12.
Units: people per month, one decimal; rows that round to zero are left out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.inputs.data_files import DATA
from corridor.results.observed import FOLDER as OBSERVED

DECLARED = Path(__file__).parent / "data"
TARGET = DATA / "entries.csv"
MONTHS = tuple(f"{year}-{month:02d}" for year in range(2018, 2026) for month in range(1, 13))
FIRST_ARRIVAL_YEAR = 2021
LAST_MONTH = MONTHS[-1]
HELD = {"eritrea": 0.8}  # fixed, because its arrivals include people who were in Europe for long
AIR_GROUPS = ("iran", "iraq", "vietnam", "other")
BALKAN = ("Western Balkan Route", "Land")
EASTERN_BORDERS = ("Eastern Borders Route", "Land")
FITTING_ROUNDS = 500
KEYS = ["month", "place", "group"]

Floats = NDArray[np.float64]


@cache
def observed(name: str) -> pd.DataFrame:
    """A table of results/observed/ (not to be changed in place)."""
    return pd.read_csv(OBSERVED / f"{name}.csv")


@cache
def declared(name: str) -> pd.DataFrame:
    """A table of calibration/evidence/data/ (not to be changed in place)."""
    return pd.read_csv(DECLARED / f"{name}.csv")


def rule(name: str) -> float:
    """A declared number of rules.csv."""
    return float(declared("rules").set_index("name").value[name])


def groups() -> list[str]:
    """The fourteen nationality groups, in the order of model/data/groups.csv."""
    return list(declared_groups().index)


@cache
def declared_groups() -> pd.DataFrame:
    """The table of groups that the model reads, by group (not to be changed in place)."""
    return pd.read_csv(DATA / "groups.csv").set_index("group")


def share_uk(until: str = LAST_MONTH) -> pd.Series:
    """Share of each group's entrants that heads for the United Kingdom: as declared, or of arrivals up to a cut."""
    declared = declared_groups()
    if until >= LAST_MONTH:
        return declared.share_uk
    implied = implied_shares(by_land_and_sea(), until).clip(declared.low, declared.high)
    held = pd.Series(HELD).reindex(groups(), fill_value=1.0)
    return declared.share_uk.mask(declared.source.str.contains("derived"), implied.clip(upper=held))


def groups_table(until: str = LAST_MONTH) -> pd.DataFrame:
    """The table of groups that the model reads, with the shares of a cut."""
    return declared_groups().assign(share_uk=share_uk(until).round(4)).reset_index()


def arrival_years(until: str) -> range:
    """The years from 2021 that are complete at a cut. Raises ValueError when there is none."""
    last = last_whole_year(until)
    if last < FIRST_ARRIVAL_YEAR:
        raise ValueError(f"{until}: needs a whole year of arrivals from {FIRST_ARRIVAL_YEAR} on")
    return range(FIRST_ARRIVAL_YEAR, last + 1)


def last_whole_year(until: str) -> int:
    """The last year that is over at a cut."""
    return int(until[:4]) - (until[5:] < "12")


# --- detections: rule 1 -----------------------------------------------------------------------------------------------


def detections() -> pd.DataFrame:
    """Detections by month, route and type, 2018-01 to 2025-12; `published` is False for the spread rest of 2025."""
    published = observed("frontex_monthly")[["month", "route", "type", "detections"]]
    used = declared("departure_shares")[["route", "type"]].drop_duplicates()
    published = published.merge(used, on=["route", "type"]).assign(published=True)
    return pd.concat([published, rest_of_2025(published)], ignore_index=True)


def rest_of_2025(published: pd.DataFrame) -> pd.DataFrame:
    """May to December 2025 by route and type: the total less January to April, spread by the season of 2022-2024."""
    totals = observed("frontex_totals_2025").set_index("route").detections
    so_far = published[published.month.str.startswith("2025")].groupby("route").detections.sum()
    shares = late_season(published)
    rest = shares.route.map(totals - so_far)
    return shares.assign(
        month="2025-" + shares.pop("calendar_month"), detections=shares.pop("share") * rest, published=False
    )


def late_season(published: pd.DataFrame) -> pd.DataFrame:
    """Mean share of each May-December month and type in the May-December total of a route, 2022-2024."""
    late = published[published.month.between("2022-01", "2024-12") & (published.month.str[5:] >= "05")]
    late = late.assign(year=late.month.str[:4], calendar_month=late.month.str[5:])
    late["share"] = late.detections / late.groupby(["route", "year"]).detections.transform("sum")
    return late.groupby(["route", "type", "calendar_month"]).share.sum().div(3).reset_index()


# --- groups and entry points: rules 2 to 4 ----------------------------------------------------------------------------


def seen_by_group(year: int, route: str, kind: str) -> pd.Series:
    """Frontex's detections of a year, route and type by group, with `unknown` and `ukraine` apart."""
    table = observed("frontex_groups")
    rows = table[(table.year == year) & (table.route == route) & (table.type == kind)]
    return rows.set_index("group").detections


def kept_share(year: int, route: str, kind: str) -> float:
    """Share of the detections that enters the model: all but Ukrainians at the eastern borders from 2022."""
    if (route, kind) != EASTERN_BORDERS or year < 2022:
        return 1.0
    seen = seen_by_group(year, route, kind)
    return float(1.0 - seen.get("ukraine", 0) / seen.sum())


def known_shares(year: int, route: str, kind: str) -> pd.Series:
    """Shares of the fourteen groups among the detections of known nationality that enter the model; they sum to 1."""
    seen = seen_by_group(year, route, kind)
    if seen.get("unknown", 0) > seen.sum() / 2:
        return known_shares(year - 1, route, kind)
    known = seen.reindex(groups(), fill_value=0).astype(float)
    if kept_share(year, route, kind) == 1.0:
        known["other"] += seen.get("ukraine", 0)
    known["other"] += known["albania"]
    known["albania"] = 0.0
    return known / known.sum()


def balkan_shares(year: int) -> pd.Series:
    """Share of each group's Western Balkan detections that entered there and was not counted elsewhere before."""
    table = declared("balkan_shares")
    return table[(table.from_year <= year) & (year <= table.to_year)].set_index("group").share.reindex(groups())


def fit_margins(seed: Floats, rows: Floats, columns: Floats) -> Floats:
    """Iterative proportional fitting: a table near `seed` whose rows and columns have the given sums (ends on rows)."""
    table = seed.copy()
    for _ in range(FITTING_ROUNDS):
        for wanted, axis in ((columns, 0), (rows, 1)):
            sums = table.sum(axis=axis)
            factor = np.divide(wanted, sums, out=np.zeros_like(wanted), where=sums > 0)
            table *= factor if axis == 0 else factor[:, None]
    return table


def entry_point_shares(year: int, route: str, kind: str) -> pd.DataFrame:
    """Share of a route's detections by group (index) and entry point (columns)."""
    table = declared("departure_shares")
    shares = table[(table.year == year) & (table.route == route) & (table.type == kind)].set_index("place").share
    people = known_shares(year, route, kind) * kept_share(year, route, kind)
    if (route, kind) == BALKAN:
        people = people * balkan_shares(year)
    if len(shares) == 1:
        return people.to_frame(shares.index[0])
    weights = declared("entry_point_affinity")
    weights = weights[(weights.route == route) & (weights.type == kind)]
    seed = weights.pivot(index="group", columns="place", values="weight").reindex(index=groups(), columns=shares.index)
    fitted = fit_margins(seed.fillna(0.0).to_numpy(), people.to_numpy(), (shares * people.sum()).to_numpy())
    return pd.DataFrame(fitted, index=people.index, columns=shares.index)


@cache
def by_land_and_sea(until: str = LAST_MONTH) -> pd.DataFrame:
    """Entries that Frontex sees: month, place, group, people (not to be changed in place). Shares of groups and entry
    points are those of whole years: in a year that is not over at a cut those of the year before the cut's."""
    seen = detections().assign(year=lambda table: table.month.str[:4].astype(int).clip(upper=last_whole_year(until)))
    shares = pd.concat([_shares_rows(int(year), route, kind) for year, route, kind in _years_routes(seen)])
    entries = seen.merge(shares, on=["year", "route", "type"])
    entries["people"] = entries.detections * entries.share
    return entries.groupby(KEYS).people.sum().reset_index()


def _years_routes(seen: pd.DataFrame) -> list[tuple[int, str, str]]:
    distinct = seen[["year", "route", "type"]].drop_duplicates()
    return list(zip(distinct.year, distinct.route, distinct.type, strict=True))


def _shares_rows(year: int, route: str, kind: str) -> pd.DataFrame:
    table = entry_point_shares(year, route, kind).rename_axis(index="group").reset_index()
    rows = table.melt(id_vars="group", var_name="place", value_name="share")
    return rows.assign(year=year, route=route, type=kind)


# --- Albania: rule 5 --------------------------------------------------------------------------------------------------


def albanian_demand(until: str = LAST_MONTH, fit: str | None = None) -> pd.DataFrame:
    """People who come from Albania: by arrivals to November 2022 or the cut, then a level with the mean season."""
    lead, arriving = int(rule("albania_lead_months")), rule("reach") * set_out(fit or until)
    quarters = observed("albania_quarterly")
    ends = quarters.year.astype(str) + "-" + (3 * quarters.quarter).astype(str).str.zfill(2)
    quarters = quarters[ends <= min(until, "2022-12")][["year", "quarter", "people"]]
    rows = quarters.itertuples(index=False, name=None)
    arrivals = {f"{year}-{3 * quarter - 3 + k:02d}": people / 3 for year, quarter, people in rows for k in (1, 2, 3)}
    level = quarters.people.tail(4).sum()
    season = arrivals_season(until)
    people = {}
    for month in MONTHS:
        later = str(pd.Period(month, "M") + lead)
        people[month] = (arrivals[later] if later in arrivals else level * season[later[5:]]) / arriving
    return pd.DataFrame({"month": list(people), "place": "tirana", "group": "albania", "people": list(people.values())})


def set_out(until: str = LAST_MONTH) -> float:
    """Share of those bound for the United Kingdom who ever set out for the coast, by what is known at a cut (D37)."""
    return rule("set_out" if until >= LAST_MONTH else "set_out_before")


def arrivals_season(until: str = LAST_MONTH) -> pd.Series:
    """Share of each calendar month ("01" to "12") in all small-boat arrivals of the whole years from 2021."""
    table = observed("monthly")
    years = arrival_years(until)
    inside = table.month.between(f"{years[0]}-01", f"{years[-1]}-12")
    people = table[(table.indicator == "arrivals_people") & inside]
    return people.groupby(people.month.str[5:]).value.sum() / people.value.sum()


# --- air and the shares bound for the United Kingdom: rules 6 and 7 ---------------------------------------------------


def yearly_arrivals(until: str = LAST_MONTH) -> pd.Series:
    """Mean yearly small-boat arrivals of each group over the whole years from 2021."""
    table, years = observed("nationality"), arrival_years(until)
    table = table[(table.kind == "group") & table.year.isin(years)]
    return table.groupby("name").people.sum().reindex(groups()) / len(years)


def yearly_entries(entries: pd.DataFrame, until: str = LAST_MONTH) -> pd.Series:
    """Mean yearly entries of each group in the years that lie `lag_months` before those arrivals."""
    lag, years = int(rule("lag_months")), arrival_years(until)
    first, last = (str(pd.Period(month, "M") - lag) for month in (f"{years[0]}-01", f"{years[-1]}-12"))
    inside = entries[entries.month.between(first, last)]
    return inside.groupby("group").people.sum().reindex(groups(), fill_value=0.0) / len(years)


def by_air(seen: pd.DataFrame, until: str = LAST_MONTH) -> pd.DataFrame:
    """Entries by air, the same every month, of the groups that Frontex hardly sees."""
    shares = share_uk(until)
    bound = yearly_arrivals(until) / rule("reach") - shares * yearly_entries(seen, until)
    monthly = (bound.clip(lower=0.0) / shares / 12)[list(AIR_GROUPS)]
    table = monthly.rename_axis("group").rename("people").reset_index().assign(place="air")
    return pd.DataFrame({"month": MONTHS}).merge(table, how="cross")[[*KEYS, "people"]]


def implied_shares(entries: pd.DataFrame, until: str = LAST_MONTH) -> pd.Series:
    """Share of a group's entrants that must have been bound for the United Kingdom, given arrivals and reach."""
    return yearly_arrivals(until) / rule("reach") / yearly_entries(entries, until)


# --- the file ---------------------------------------------------------------------------------------------------------


def derive(until: str = LAST_MONTH, shares_until: str = LAST_MONTH, fit: str | None = None) -> pd.DataFrame:
    """All entries: month, place, group, people (one decimal, above zero), sorted. ValueError before the end of 2021.

    `until` is the cut of what depends on arrivals, `shares_until` that of the shares of groups and entry points, `fit`
    that of the fit whose runs read them (`until` by default), for the share that sets out.
    """
    seen = by_land_and_sea(shares_until)
    entries = pd.concat([seen, albanian_demand(until, fit), by_air(seen, until)], ignore_index=True)
    entries = entries.assign(people=entries.people.round(1))
    return entries[entries.people > 0].sort_values(KEYS, ignore_index=True)


def as_csv(entries: pd.DataFrame) -> str:
    """The text of entries.csv."""
    return entries.to_csv(index=False, float_format="%.1f", lineterminator="\n")


def totals(entries: pd.DataFrame, column: str) -> pd.DataFrame:
    """People by year (columns, with the sum) and entry point or group (rows, with the sum)."""
    table = entries.assign(year=entries.month.str[:4]).pivot_table(
        index=column, columns="year", values="people", aggfunc="sum", fill_value=0.0
    )
    table.loc["all"] = table.sum()
    return table.assign(all=table.sum(axis=1)).round().astype(int)


def bound_for_uk(entries: pd.DataFrame, until: str = LAST_MONTH) -> pd.DataFrame:
    """Entries that are bound for the United Kingdom: people times the share of the group."""
    return entries.assign(people=entries.people * entries.group.map(share_uk(until)))


def main() -> None:
    """Rewrite model/data/entries.csv and print its totals."""
    entries = derive()
    TARGET.write_text(as_csv(entries), encoding="utf-8", newline="\n")
    for title, table in (
        ("People who enter, by entry point", totals(entries, "place")),
        ("People who enter, by group", totals(entries, "group")),
        ("Of these bound for the United Kingdom", totals(bound_for_uk(entries), "group")),
    ):
        print(f"{title}\n{table.to_string()}\n")
    shares = share_uk().to_frame().assign(implied=implied_shares(entries).round(4))
    print(f"Share bound for the United Kingdom, declared and implied by 2021-2025\n{shares.to_string()}")


if __name__ == "__main__":
    main()
