"""Synthetic predictions with known values, as the tests of validation and forecast use them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import pandas as pd
import xarray as xr

from corridor.calibration.predict.prediction import PredictionData
from corridor.model import INDICATORS
from corridor.model.indicators import BREAKDOWNS

LABELS = {
    "leg": ["ventimiglia>nice"],
    "sector": ["sector_calais"],
    "group": ["afghanistan", "iran"],
    "entry_point": ["air"],
}


def prediction_of(daily: Mapping[str, np.ndarray], start: str, end: str, draws: int = 1) -> PredictionData:
    """A prediction of these daily records, shape (draw, day); all others are zero."""
    days = pd.date_range(start, end)
    known = {name: asdict(about) for name, about in INDICATORS.items()}
    zeros = np.zeros((draws, len(days)))
    data = {
        name: (("world", "point", "time"), daily.get(name, zeros)[None])
        for name, about in INDICATORS.items()
        if about.kind != "ratio"
    }
    years = sorted(set(days.year.tolist()))
    for name, (_, _, dimension) in BREAKDOWNS.items():
        values = np.zeros((1, draws, len(years), len(LABELS[dimension])))
        data[name] = (("world", "point", "year", dimension), values)
    return PredictionData(
        xr.Dataset(
            data,
            {"world": ["as_it_happened"], "point": range(draws), "time": days, "year": years, **LABELS},
            {"indicators": json.dumps(known)},
        )
    )


def spread_over_days(monthly: pd.Series, draws: int = 1) -> np.ndarray:
    """Daily records that sum to a monthly series, all days of a month alike."""
    months = pd.PeriodIndex(monthly.index, freq="M")
    each = np.repeat(monthly.to_numpy(float) / months.days_in_month, months.days_in_month)
    return np.tile(each, (draws, 1))
