"""The sea as it is known at a cut: red days by year, and the chances of the colours by month.

`climate` makes model/data/sea_climate.csv (a test holds the two together). The Home Office's red days fall
into three parts of a year; inside a part, and green days over the whole year, they are spread by the days with and
without a crossing, of whole years from 2021 up to the cut. How many days of a colour a part of the year has is a
climate, taken to be known at every cut although the values are means of 2021 to 2024.
"""

from __future__ import annotations

import calendar

import pandas as pd

from corridor.calibration.evidence.entries import FIRST_ARRIVAL_YEAR, LAST_MONTH, observed
from corridor.model.inputs.data_files import DATA

RED_DAYS = {(1, 4): 25.7, (5, 6): 28.0, (7, 12): 51.3}  # mean of 2021-22 to 2023-24, Home Office note of June 2025
GREEN_DAYS = 121.5  # mean of 2022 and 2023


def years(until: str) -> pd.DataFrame:
    """The red days of each Home Office year that is over at a cut; others have the mean of those."""
    table = pd.read_csv(DATA / "sea_years.csv")[["from", "to", "red_days"]]
    note = observed("red_days")
    whole = note[(note.measure == "red_days") & (note.quality == "A") & (note.period_end.str[:7] <= until)]
    known = dict(zip(whole.period_start, whole.value, strict=True))
    mean = round(float(whole.value.mean()), 1)
    return table.assign(red_days=[known.get(first, mean) for first in table["from"]])


def climate(until: str = LAST_MONTH) -> pd.DataFrame:
    """Chances of red, amber and green by month (columns of sea_climate.csv), with crossing days up to a cut."""
    rows = observed("monthly")
    last = int(until[:4]) - (until[5:] < "12")
    inside = rows[(rows.indicator == "crossing_days") & rows.month.between(f"{FIRST_ARRIVAL_YEAR}-01", f"{last}-12")]
    crossings = inside.groupby(inside.month.str[5:].astype(int)).value.mean()
    span = range(FIRST_ARRIVAL_YEAR, last + 1)
    days = pd.Series({k: sum(calendar.monthrange(year, k)[1] for year in span) / len(span) for k in range(1, 13)})
    red = (
        pd.concat(
            [
                number * crossings.loc[first:end] / crossings.loc[first:end].sum()
                for (first, end), number in RED_DAYS.items()
            ]
        )
        / days
    )
    idle = days - crossings
    green = (GREEN_DAYS * idle / idle.sum() / days).clip(upper=1.0 - red)
    table = pd.DataFrame({"month": days.index, "p_red": red.to_numpy().round(4), "p_green": green.to_numpy().round(4)})
    table.insert(2, "p_amber", (1.0 - table.p_red - table.p_green).round(4))
    return table
