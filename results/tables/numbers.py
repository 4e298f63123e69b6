"""How numbers are written in tables, and which indicators a table shows first."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

MAIN = {
    "attempts_people": "attempts [events]",
    "arrivals_people": "arrivals [people]",
    "prevented_people": "prevented [events]",
    "unique_people_trying": "unique people who tried",
    "attempts_per_success": "attempts per arrival",
    "stop_rate_people": "stop rate of people",
    "people_per_boat": "people per boat",
    "arrivals_boats": "boats that arrived",
    "deaths_channel": "deaths, Channel",
    "deaths_mediterranean": "deaths, Mediterranean",
    "camp_stock": "camp stock [people]",
    "lorry_attempts": "lorry attempts [events]",
    "lorry_detected": "lorry attempts found",
}


def number(value: float, digits: int, sign: str = "") -> str:
    """A number with `digits` decimals and, if `sign` is '+', a plus for positive ones; '-' if missing."""
    if math.isnan(value):
        return "-"
    rounded = round(value, digits)
    return f"{rounded:{sign},.{digits}f}" if rounded else f"{0:.{digits}f}"


def digits_of(values: pd.DataFrame) -> int:
    """Decimals that all numbers of an indicator share: none from 100 or if all are 0, one from 10, else two."""
    most = float(np.nanmax(np.abs(values.to_numpy(float)), initial=0.0))
    return 0 if most >= 99.5 or most == 0.0 else 1 if most >= 9.95 else 2
