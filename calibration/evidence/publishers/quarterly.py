"""The Home Office's quarterly detections of irregular arrivals (workbook Irr_D01, later IER_D01)."""

from __future__ import annotations

import pandas as pd

from corridor.calibration.evidence.publishers.cells import Status
from corridor.calibration.evidence.publishers.layouts import Field, Layout
from corridor.calibration.evidence.publishers.source import Frames, Source, annual, differing
from corridor.results import observed

SMALL_BOATS = "small boat"
QUARTERS = 4
CODES = {
    "": Status.NOT_REPORTED,
    "..": Status.NOT_AVAILABLE,
    ":": Status.NOT_AVAILABLE,
    "-": Status.NOT_AVAILABLE,  # older editions say that it is zero, later ones that it is not available
    "[z]": Status.NOT_APPLICABLE,
    "z": Status.NOT_APPLICABLE,
    "[c]": Status.CONFIDENTIAL,
}
DETECTIONS = Layout(
    "irregular detections by quarter",
    "quarter",
    {
        "period": Field(("Quarter",), "quarter"),
        "method": Field(("Method of entry",)),
        "nationality": Field(("Nationality",)),
        "region": Field(("Region",), required=False),
        "sex": Field(("Sex",), required=False),
        "age": Field(("Age Group", "Age group", "Age"), required=False),
        "detections": Field(("Number of detections", "Detections"), "count", "people"),
    },
    codes=CODES,
)


def by_boat(records: Frames) -> pd.DataFrame:
    """Records of small boats with their year and the number of the quarter; of whole years alone."""
    frame = records["quarter"]
    boats = frame[frame.method.str.casefold().str.startswith(SMALL_BOATS) & (frame.status == Status.COUNTED)]
    boats = boats.assign(year=boats.period.str[:4])
    whole = frame.period.groupby(frame.period.str[:4]).nunique() == QUARTERS
    return boats[boats.year.isin(whole.index[whole])]


def ready(records: Frames) -> Frames:
    """Small-boat arrivals of Albanians by year, as `--observed arrivals_albania=FILE` takes them."""
    boats = by_boat(records)
    years = boats[boats.nationality == "Albania"].groupby("year").value.sum()
    years = years.reindex(boats.year.unique(), fill_value=0.0)
    return {"arrivals_albania": years.rename_axis("year").rename("value").reset_index()}


def warnings(records: Frames) -> list[str]:
    """Years and nationalities whose small-boat arrivals differ from ours."""
    boats, nations = by_boat(records), observed.read("nationality")
    lines = differing(boats.groupby("year").value.sum(), annual("arrivals_people"), "small boats", "people")
    known = nations[(nations.kind == "nationality") & (nations.quality == "A")]
    ours = known.assign(year=known.year.astype(str)).set_index(["name", "year"]).people
    theirs = boats.groupby(["nationality", "year"]).value.sum().rename_axis(["name", "year"])
    return lines + differing(theirs, ours, "small boats,", "people")


QUARTERLY = Source(
    "home-office-quarterly",
    "Home Office, Immigration system statistics, irregular entry (IER_D01, before Irr_D01)",
    "Open Government Licence v3.0",
    (DETECTIONS,),
    ready=ready,
    warnings=warnings,
)
