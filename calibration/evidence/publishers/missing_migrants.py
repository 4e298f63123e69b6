"""Incidents of IOM's Missing Migrants Project (CSV), of whose layout the project has published several.

Numbers below zero stand for *unknown*; a cell that is empty was not reported. Before 2021 a row is known by its
Web ID, then by its Incident ID; the Main ID of an incident with several parts stands in several rows.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from corridor.calibration.evidence.publishers.cells import Status
from corridor.calibration.evidence.publishers.layouts import Field, Layout
from corridor.calibration.evidence.publishers.sheets import Sheet, read_sheets
from corridor.calibration.evidence.publishers.source import Frames, Source, annual, counted, differing

UK_ROUTES = ("calais to united kingdom", "english channel to the uk", "mainland europe to the uk")
ROW = "Name of the row"  # a column that `numbered` adds, for layouts without a number of the incident


def of_people(*titles: str, required: bool = False) -> Field:
    """A column that counts people."""
    return Field(titles, "count", "people", required)


FIELDS = {
    "incident": Field(("Incident ID", "Incident_ID", "Web ID", "WebID", ROW)),
    "main_incident": Field(("Main ID", "Main_ID"), required=False),
    "period": Field(("Incident Date", "Incident_Date", "Reported Date", "Website Date", "Date"), "day"),
    "region": Field(("Region of Incident", "Incident Region", "Region"), required=False),
    "route": Field(("Migration Route", "Migration route", "Route"), required=False),
    "cause": Field(("Cause of Death", "Cause of death"), required=False),
    "place": Field(("Location of Incident", "Location Description", "Location of death"), required=False),
    "coordinates": Field(("Coordinates", "Location Coordinates"), required=False),
    "source_quality": Field(("Source Quality", "Information Source Quality"), required=False),
    "dead": of_people("Number of Dead", "Number Dead", "No. dead"),
    "missing": of_people("Minimum Estimated Number of Missing", "Minimum Missing", "No. missing"),
    "dead_and_missing": of_people(
        "Total Number of Dead and Missing", "Total Dead and Missing", "Total Number Dead and Missing", required=True
    ),
    "survivors": of_people("Number of Survivors", "No. Survivors"),
    "females": of_people("Number of Females"),
    "males": of_people("Number of Males"),
    "children": of_people("Number of Children"),
}
INCIDENTS = Layout("incidents", "incident", FIELDS, negatives=Status.UNKNOWN)


def numbered(path: Path) -> list[Sheet]:
    """The sheets of a file, each row with a name of its own as a further cell, and the header with its title."""
    book = []
    for sheet in read_sheets(path):
        width = max((len(row) for row in sheet.rows), default=0)
        names = [f"{path.stem} row {k}" if any(row) else "" for k, row in enumerate(sheet.rows, start=1)]
        rows = [[*row, *[""] * (width - len(row)), name] for row, name in zip(sheet.rows, names, strict=True)]
        if rows:
            rows[0][-1] = ROW
        book.append(Sheet(sheet.file, sheet.name, rows))
    return book


def located(frame: pd.DataFrame) -> pd.DataFrame:
    """Records with `lat` and `lon` [degrees] in place of one column; empty where it holds no place on Earth."""
    parts = frame.coordinates.str.extract(r"^\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*$").astype(float)
    lat, lon = (parts[k].where((parts[0].abs() <= 90.0) & (parts[1].abs() <= 180.0)) for k in (0, 1))
    at = [*frame].index("coordinates")
    shaped = frame.drop(columns="coordinates")
    shaped.insert(at, "lat", lat)
    shaped.insert(at + 1, "lon", lon)
    return shaped


def drowned(records: Frames) -> pd.Series:
    """People who drowned on the way to the United Kingdom, by year; lorries and other causes are not among them."""
    known = counted(records["incident"], "dead_and_missing")
    route, cause = known.route.str.casefold(), known.cause.str.casefold()
    rows = known[route.isin(UK_ROUTES) & cause.str.contains("drown")]
    years = known.period.str[:4]
    return rows.value.groupby(rows.period.str[:4]).sum().reindex(sorted(years.unique()), fill_value=0.0)


def ready(records: Frames) -> Frames:
    """Deaths in the Channel by year, as `--observed deaths_channel=FILE` takes them; of years alone that were over on
    the day of the file."""
    frame = records["incident"]
    if not frame.route.any() or not frame.cause.any():
        return {}
    first = frame.period.str[:7].groupby(frame.period.str[:4]).min()
    begun = first.index[first.str[5:] == "01"]
    years = drowned(records)
    over = years.index < frame.vintage.max()[:4]
    years = years[years.index.isin(begun) & over & (years.index >= "2018")]
    return {"deaths_channel": years.rename_axis("year").rename("value").reset_index()} if len(years) else {}


def warnings(records: Frames) -> list[str]:
    """Incidents without a number, and years whose deaths in the Channel differ from ours."""
    frame = records["incident"]
    lines = []
    if frame.incident.str.contains(" row ").any():
        lines.append("incidents have no number here: editions cannot be compared, and adding two of them counts twice")
    known = annual("deaths_channel")
    years = [each.set_index("year").value for each in ready(records).values()]
    return lines + [line for each in years for line in differing(each, known, "deaths_channel", "deaths")]


MISSING_MIGRANTS = Source(
    "iom-missing-migrants",
    "International Organization for Migration, Missing Migrants Project",
    "CC BY 4.0",
    (INCIDENTS,),
    ready=ready,
    warnings=warnings,
    shaped=located,
    sheets=numbered,
)
