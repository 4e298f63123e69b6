"""The sea as evidence: nights by wind, and the climate of the Strait by month.

`climate` makes model/data/sea_climate.csv (a test holds the two together). Wind and water are a climate, taken to be
known at every cut: no crossing is in it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from corridor.calibration.evidence.entries import declared

STORM = 14.0  # m/s that stand for the nights of the class without an upper end
COLDEST, WARMEST = 8.0, 17.5  # degrees Celsius of the water in late February and late August, C
COLDEST_DAY = 54.3  # days after 1 January
DAYS_A_YEAR = 365.25


def nights_by_wind() -> pd.DataFrame:
    """Classes of nights by mean wind (`wind`, the middle of the class in m/s) and season: `nights`,
    `share_with_crossing`, `people_relative` (to the mean day of the year)."""
    table = declared("sea_wind_by_season")
    middle = 0.5 * (table.wind_from + table.wind_to)
    return table.assign(wind=middle.where(table.wind_to < table.wind_to.max(), STORM))


def nights_by_month() -> pd.DataFrame:
    """The climate of nights by calendar month: `mean_wind` (m/s), shares of nights below 4 to 8 m/s,
    `lag1_autocorrelation`."""
    return declared("sea_wind_climate_by_month")


def water(day: float) -> float:
    """Temperature of the water (degrees Celsius) so many days after 1 January: a cosine between its ends (C)."""
    middle, half = 0.5 * (COLDEST + WARMEST), 0.5 * (WARMEST - COLDEST)
    return float(middle - half * np.cos(2.0 * np.pi * (day - COLDEST_DAY) / DAYS_A_YEAR))


def climate() -> pd.DataFrame:
    """Mean wind of nights, and the water in the middle of the month (columns of sea_climate.csv)."""
    table = nights_by_month()[["month", "mean_wind"]]
    middle = [(pd.Timestamp(2023, month, 15) - pd.Timestamp(2023, 1, 1)).days for month in table.month]
    return table.assign(celsius=[round(water(day), 1) for day in middle])
