"""A correction of the season: for months in which the simulator was too high or too low in the last years.

The factor of a calendar month is observed over simulated in that month, over the same ratio of all months together, in
the last three years before the cut. So the records correct only the season; the level remains the simulator's, which
depends on entries and policies. `corridor validate` scores it out of sample as the method `corridor_season`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.evidence.observed import MONTHS_A_YEAR

Floats = NDArray[np.float64]
SEASON_OF = {
    "arrivals_people": "arrivals_people",
    "arrivals_boats": "arrivals_boats",
    "prevented_people": "arrivals_people",
    "attempts_people": "arrivals_people",
    "deaths_channel": "arrivals_people",
}  # whose season corrects an indicator: its own, or that of arrivals where no long monthly record is kept
YEARS = 3


def season_factors(simulated: pd.Series, observed: pd.Series, cut: str) -> dict[str, float]:
    """Factor by calendar month (01 to 12), from the last three years to a cut (YYYY-MM); both series by month.

    All are 1 where fewer than three years are known or simulated, and for a month without simulated people.
    """
    known = pd.concat({"simulated": simulated, "observed": observed}, axis=1).sort_index()[:cut].dropna()
    last = known.tail(YEARS * MONTHS_A_YEAR)
    if len(last) < YEARS * MONTHS_A_YEAR or not last.observed.sum() or not last.simulated.sum():
        return {f"{month:02d}": 1.0 for month in range(1, MONTHS_A_YEAR + 1)}
    level = last.observed.sum() / last.simulated.sum()
    by_month = last.groupby(last.index.str[5:]).sum()
    factors = by_month.observed / by_month.simulated.where(by_month.simulated > 0.0) / level
    return {str(month): float(factor) for month, factor in factors.fillna(1.0).items()}


def with_season(values: Floats, months: Sequence[str], factors: Mapping[str, float]) -> Floats:
    """An ensemble, shape (draw, month), with every draw times the factor of its calendar month."""
    return values * np.array([factors[month[5:]] for month in months])
