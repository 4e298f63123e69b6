"""The sea: a seasonal red, amber, green generator for the Strait and rough days in the Mediterranean.

Colours are those of the Home Office: red, crossings are likely; amber, possible; green, unlikely.
"""

from __future__ import annotations

import calendar

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws
from corridor.model.engine.kernels import pick
from corridor.model.engine.replicate_parameters import Value
from corridor.model.engine.stage import stage
from corridor.model.inputs.sea import AMBER, RED
from corridor.model.state import State

Floats = NDArray[np.float64]


@stage(writes="sea")
def turn(m: State) -> None:
    """Today's colour: yesterday's with the chance of persistence, else a draw from the shares of the season.

    Colours are forecasts of how likely crossings are; whether the sea opens is drawn once for the whole coast.
    """
    sea = m.sea
    if m.own_sea is not None and m.date in m.own_sea:
        colour = np.full(len(m.seeds), m.own_sea[m.date])
    else:
        shares = np.broadcast_to(m.climate.shares(m.date), (len(m.seeds), 3))
        fresh = pick(shares, draws.uniform(m.seed_keys, Decision.SEA_COLOUR, m.day))
        stays = (draws.uniform(m.seed_keys, Decision.SEA_STAY, m.day) < m.p.weather_persistence) & (m.day > 0)
        colour = np.where(stays, sea.colour, fresh)
    sea.bad_days = np.where(sea.colour == RED, 0, sea.bad_days + 1)
    sea.colour = colour
    viable = np.where(colour == RED, 1.0, np.where(colour == AMBER, m.p.viability_amber, m.p.viability_green))
    sea.open = draws.uniform(m.seed_keys, Decision.SEA_OPEN, m.day) < viable
    sea.med_rough = draws.uniform(m.seed_keys, Decision.SEA_MEDITERRANEAN, m.day) < med_rough_chance(m)
    m.count("red_days", (colour == RED).astype(np.float64))


def med_rough_chance(m: State) -> Value:
    """Chance of a rough day in the Mediterranean: twice the mean in January, none in July, a cosine between."""
    year_days = 366 if calendar.isleap(m.date.year) else 365
    season = np.cos(2.0 * np.pi * (m.date.timetuple().tm_yday - 15) / year_days)
    return m.p.med_rough_share * (1.0 + float(season))
