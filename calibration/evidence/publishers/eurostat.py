"""Eurostat's monthly and yearly asylum applications (CSV with labels, SDMX-CSV, bulk TSV).

First-time applicants (FRST) and applications (NASY_APP, ASY_APP) stand in the same files: a record keeps which it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from corridor.calibration.evidence.publishers.cells import Kind, Status
from corridor.calibration.evidence.publishers.layouts import Field, Layout
from corridor.calibration.evidence.publishers.sheets import Sheet
from corridor.calibration.evidence.publishers.source import Source

CODES = {":": Status.NOT_AVAILABLE, "": Status.NOT_REPORTED}
DIMENSIONS = {
    "citizenship": Field(("CITIZEN", "citizen")),
    "sex": Field(("SEX", "sex")),
    "age": Field(("AGE", "age")),
    "applicant": Field(("ASYL_APP", "asyl_app", "applicant", "applicant type")),
    "unit_code": Field(("UNIT", "unit"), required=False),
}
PLACE = {"country": Field(("GEO", "geo"))}
VALUE = {
    "applicants": Field(("Value", "OBS_VALUE"), "count", "people"),
    "note": Field(("Flag and Footnotes", "OBS_FLAG"), required=False),
}


def listed(name: str, frequency: str, kind: Kind) -> Layout:
    """One value in a row."""
    period = {"period": Field(("TIME", "TIME_PERIOD"), kind)}
    fields: Mapping[str, Field] = {**PLACE, **DIMENSIONS, **period, **VALUE}
    return Layout(name, frequency, fields, codes=CODES, flags=True)


BULK = Layout(
    "asylum applicants by month, bulk",
    "month",
    {**DIMENSIONS, "country": Field(("geo\\TIME_PERIOD", "geo\\time"))},
    codes=CODES,
    flags=True,
    across="month",
    series="applicants",
    unit="people",
)
BULK_YEARS = replace(BULK, name="asylum applicants by year, bulk", frequency="year", across="year")


def dated(book: Sequence[Sheet]) -> date | None:
    """The column LAST UPDATE of SDMX-CSV: `25/11/25 23:00:00`, day first."""
    if not book or len(book[0].rows) < 2 or "LAST UPDATE" not in book[0].rows[0]:
        return None
    text = str(book[0].rows[1][list(book[0].rows[0]).index("LAST UPDATE")])
    try:
        return datetime.strptime(text[:8], "%d/%m/%y").date()
    except ValueError:
        return None


EUROSTAT = Source(
    "eurostat",
    "Eurostat, asylum applicants by citizenship, age and sex",
    "Eurostat, reuse with acknowledgement",
    (
        BULK,
        BULK_YEARS,
        listed("asylum applicants by month", "month", "month"),
        listed("asylum applicants by year", "year", "year"),
    ),
    dated=dated,
)
