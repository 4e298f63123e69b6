"""A daily record read like a draw: the same code reads a pattern's value off both."""

from __future__ import annotations

import json
from dataclasses import asdict

import pandas as pd
import xarray as xr

from corridor.calibration.predict.prediction import PredictionData
from corridor.model import INDICATORS

COLUMNS = {"people": "arrivals_people", "boats": "arrivals_boats"}


def record_of(daily: pd.DataFrame) -> PredictionData:
    """People (and boats, where there are) by date, as one draw that has no other indicator."""
    data = {
        name: (("world", "seed", "time"), daily[column].to_numpy(float)[None, None])
        for column, name in COLUMNS.items()
        if column in daily
    }
    known = json.dumps({name: asdict(about) for name, about in INDICATORS.items()})
    coordinates = {"world": ["record"], "seed": [0], "time": pd.DatetimeIndex(daily.index)}
    return PredictionData(xr.Dataset(data, coordinates, {"indicators": known}))
