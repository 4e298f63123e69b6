"""The sea: the usable window of the night in the Strait, and rough days in the Mediterranean."""

from __future__ import annotations

import calendar

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws
from corridor.model.engine.replicate_parameters import Value
from corridor.model.engine.stage import stage
from corridor.model.inputs.windows import chance_usable, usable_part, wind_of_rank, window_by_wave, window_by_wind
from corridor.model.state import State

Floats = NDArray[np.float64]


@stage(writes="sea")
def turn(m: State) -> None:
    """Tonight's window: from the user's own sea, else the record, else the climate; then the sectors that it opens.

    Wind keeps the rank of the night before with the chance of persistence, so that spells of good and bad sea have
    their length, whatever a night's window is taken from.
    """
    sea = m.sea
    fresh = m.luck.of_replicates(Decision.SEA_WIND, m.day)
    stays = (m.luck.of_replicates(Decision.SEA_STAY, m.day) < m.p.weather_persistence) & (m.day > 0)
    sea.wind_rank = np.where(stays, sea.wind_rank, fresh)
    sea.window = np.minimum(1.0, window_tonight(m) * m.inputs.usable_window)
    u = draws.uniform(m.luck.sectors, Decision.SEA_SECTOR, m.day)
    sea.usable = (u < sea.window[:, None]) | (u == u.min(axis=1, keepdims=True))
    sea.med_rough = m.luck.of_replicates(Decision.SEA_MEDITERRANEAN, m.day) < med_rough_chance(m)
    m.count("usable_nights", sea.window)
    m.count("crossing_nights", (sea.window > 0.0).astype(np.float64))


def window_tonight(m: State) -> Floats:
    """The usable window of each replicate, by the first source that knows the night."""
    own = m.own_sea.get(m.date)
    if own is not None:
        given, wind, wave = own
        if np.isfinite(given):
            return np.full(m.replicates, given)
        by_wind = window_in_wind(m, wind)
        return by_wind if np.isnan(wave) else np.minimum(by_wind, window_by_wave(wave, m.p))
    if m.date in m.sea_record:
        usable = m.luck.of_replicates(Decision.SEA_OPEN, m.day) < m.sea_record.chance(m.date)
        window = m.sea_record.window(m.date, m.luck.of_replicates(Decision.SEA_PART, m.day))
        return np.where(usable, window, 0.0)
    return window_in_wind(m, wind_of_rank(m.sea.wind_rank, m.climate.wind(m.date), m.p))


def window_in_wind(m: State, wind: Value) -> Floats:
    """Window of a night of this wind: none, or that of a usable night, by the chance that it is usable."""
    usable = m.luck.of_replicates(Decision.SEA_OPEN, m.day) < chance_usable(wind, m.p)
    part = usable_part(m.luck.of_replicates(Decision.SEA_PART, m.day), m.p)
    return np.where(usable, window_by_wind(wind, m.p) * part, 0.0)


def med_rough_chance(m: State) -> Value:
    """Chance of a rough day in the Mediterranean: twice the mean in January, none in July, a cosine between."""
    year_days = 366 if calendar.isleap(m.date.year) else 365
    season = np.cos(2.0 * np.pi * (m.date.timetuple().tm_yday - 15) / year_days)
    return m.p.med_rough_share * (1.0 + float(season))
