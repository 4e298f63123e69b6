"""UNHCR: people who arrived or are present by country, from its Operational Data Portal (JSON) and from its
Refugee Data Finder (CSV, JSON).

The portal's answers hold `data`, either with a `timeseries` or with a list of places; those of the Data Finder `items`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corridor.calibration.evidence.publishers.cells import Status
from corridor.calibration.evidence.publishers.layouts import Field, Layout
from corridor.calibration.evidence.publishers.sheets import Sheet, read_sheets
from corridor.calibration.evidence.publishers.source import Source
from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import read_text

BEGINNING = 4096  # bytes in which a JSON answer has begun
CODES = {
    "": Status.NOT_REPORTED,
    "null": Status.NOT_REPORTED,
    "-": Status.NOT_AVAILABLE,
    "*": Status.CONFIDENTIAL,  # between one and four people
}
PEOPLE = ("individuals", "Individuals", "value")


def of_people(*titles: str, required: bool = False) -> Field:
    """A column that counts people."""
    return Field(titles, "count", "people", required)


PLACE = {
    "country": Field(("country_name", "geomaster_name", "geo_name", "Country"), required=False),
    "origin": Field(("pop_origin_name",), required=False),
    "reported_by": Field(("source", "Source"), required=False),
}
DAYS = Layout(
    "people by day",
    "day",
    {**PLACE, "period": Field(("data_date", "date", "Date"), "day"), "individuals": of_people(*PEOPLE, required=True)},
    codes=CODES,
)
MONTHS = Layout(
    "people by month",
    "month",
    {**PLACE, "period": Field(("year-month",), "month"), "individuals": of_people(*PEOPLE, required=True)},
    codes=CODES,
)
YEARS = Layout(
    "people by year",
    "year",
    {**PLACE, "period": Field(("year", "Year"), "year"), "individuals": of_people(*PEOPLE, required=True)},
    codes=CODES,
)
POPULATION = Layout(
    "populations by origin and asylum",
    "year",
    {
        "period": Field(("year", "Year"), "year"),
        "origin": Field(("coo_name", "Country of origin", "Country of Origin")),
        "origin_code": Field(("coo_iso", "Country of origin (ISO)", "Country of Origin ISO"), required=False),
        "country": Field(("coa_name", "Country of asylum", "Country of Asylum")),
        "country_code": Field(("coa_iso", "Country of asylum (ISO)", "Country of Asylum ISO"), required=False),
        "refugees": of_people("refugees", "Refugees under UNHCR's mandate", "Refugees", required=True),
        "asylum_seekers": of_people("asylum_seekers", "Asylum-seekers", "Asylum seekers"),
        "returned_refugees": of_people("returned_refugees", "Returned refugees"),
        "internally_displaced": of_people("idps", "IDPs of concern to UNHCR", "IDPs"),
        "stateless": of_people("stateless", "Stateless persons", "Stateless people"),
    },
    codes=CODES,
)


def begins_as_json(path: Path) -> bool:
    """Whether a file begins as a JSON object or list does; False for what cannot be read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(BEGINNING).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    except (OSError, ValueError):
        return False


def read_json_or_table(path: Path) -> list[Sheet]:
    """A JSON answer as one sheet whose rows are its objects, or a table. Raises InputError where it is neither."""
    if not begins_as_json(path):
        return read_sheets(path)
    try:
        answer = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError([f"{path.name}, line {error.lineno}: is not JSON ({error.msg})"]) from None
    except (RecursionError, ValueError) as error:  # deeper, or a longer number, than any answer
        raise InputError([f"{path.name}: is not JSON that can be read ({error})"]) from None
    objects = [dated(each) for each in objects_of(answer)]
    if not objects:
        expected = "data with a timeseries or a list of places, or items"
        raise InputError([f"{path.name}: holds no list of objects; expected: {expected}"])
    names = list(dict.fromkeys(name for each in objects for name in each))
    rows = [["" if each.get(name) is None else each[name] for name in names] for each in objects]
    return [Sheet(path.name, "", [names, *rows])]


def objects_of(answer: Any) -> list[Mapping[str, Any]]:
    """The list of objects of an answer; empty where it holds none."""
    for name in ("data", "timeseries", "items"):
        if isinstance(answer, dict) and name in answer:
            answer = answer[name]
    return [each for each in answer if isinstance(each, dict)] if isinstance(answer, list) else []


def dated(each: Mapping[str, Any]) -> dict[str, Any]:
    """An object with its year and month, where it has both, as one."""
    if {"year", "month"} <= set(each) and str(each["month"]).isdecimal():
        return {**each, "year-month": f"{each['year']}-{int(each['month']):02d}"}
    return dict(each)


UNHCR = Source(
    "unhcr",
    "UNHCR, Operational Data Portal and Refugee Data Finder",
    "CC BY 4.0 (Refugee Data Finder); CC BY 3.0 IGO (Operational Data Portal)",
    (POPULATION, DAYS, MONTHS, YEARS),
    sheets=read_json_or_table,
)
