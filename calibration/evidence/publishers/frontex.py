"""Frontex's monthly detections of irregular border-crossing (XLSX). A detection is not a person: many are detected
more than once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

from corridor.calibration.evidence.publishers.cells import Status
from corridor.calibration.evidence.publishers.layouts import Field, Layout
from corridor.calibration.evidence.publishers.sheets import Sheet
from corridor.calibration.evidence.publishers.source import Frames, Source, differing
from corridor.results import observed

AS_OF = re.compile(r"data as of (\d{1,2}[A-Z]{3}\d{2,4})", re.IGNORECASE)
DETECTIONS = Layout(
    "detections by route, border and nationality",
    "month",
    {
        "route": Field(("Route",)),
        "type": Field(("Border type or inland", "BorderLocation", "Border location", "BorderType")),
        "nationality": Field(("Nationality", "NationalityLong")),
    },
    across="month",
    series="detections",
    unit="detections",
)


def dated(book: Sequence[Sheet]) -> date | None:
    """The day in the notes: `FRAN data as of 03JUN25`."""
    for sheet in book:
        for row in sheet.rows if len(sheet.rows) < 100 else ():
            if found := AS_OF.search(" ".join(map(str, row))):
                form = "%d%b%y" if len(found[1]) <= 7 else "%d%b%Y"
                return datetime.strptime(found[1], form).date()
    return None


def by_route(records: Frames) -> pd.DataFrame:
    """Detections by month, route and type, as in results/observed/frontex_monthly.csv."""
    frame = records["month"]
    known = frame[frame.status == Status.COUNTED]
    sums = known.groupby(["period", "route", "type"]).value.sum()
    return sums.rename_axis(["month", "route", "type"]).rename("detections").reset_index()


def warnings(records: Frames) -> list[str]:
    """Months of routes whose detections differ from ours, the first ten of them."""
    key = ["month", "route", "type"]
    theirs, ours = (each.set_index(key).detections for each in (by_route(records), observed.read("frontex_monthly")))
    lines = differing(theirs, ours, "detections,", "detections")
    return lines[:10] + [f"and {len(lines) - 10} more months of routes differ"] * (len(lines) > 10)


FRONTEX = Source(
    "frontex",
    "Frontex, detections of irregular border-crossing, monthly",
    "Frontex, reuse with acknowledgement",
    (DETECTIONS,),
    dated=dated,
    ready=lambda records: {"frontex_monthly": by_route(records)},
    warnings=warnings,
)
