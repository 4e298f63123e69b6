"""Which defaults are derived, and all of them as they would have been declared at a cut."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from corridor.calibration.evidence.derivations import boats, coast, deaths, demand, patrols, trade, wind
from corridor.calibration.evidence.derivations.cut import READ_IN, Cut, default_at, known
from corridor.model.parameters import PARAMETERS

DERIVATIONS: tuple[Callable[[Cut], float], ...] = (
    wind.wind_half_usable,
    wind.wind_half_window,
    wind.wind_scale,
    wind.wind_shape,
    wind.weather_persistence,
    wind.window_spread,
    demand.news_pull,
    demand.news_arrivals,
    demand.share_uk_scale,
    trade.networks_start,
    trade.network_size_start,
    trade.network_size_max,
    trade.network_entry_rate,
    trade.know_how_start,
    trade.imitation_rate,
    trade.boat_supply_start,
    trade.boat_supply_per_day,
    boats.hull_seats_start,
    boats.hull_seats_max,
    boats.hull_learning_launches,
    boats.crowding_max,
    trade.fare_floor_markup,
    trade.queue_target_days,
    trade.taxi_speed,
    patrols.search_sweep,
    patrols.officers_per_person,
    boats.people_found,
    coast.lorry_preference,
    coast.boat_preference,
    deaths.death_crowding_slope,
    deaths.mass_event_chance,
    deaths.death_base_per_10k,
    deaths.death_weight,
)
DERIVED = {derivation.__name__: derivation for derivation in DERIVATIONS}


def defaults_at(until: str) -> dict[str, float]:
    """Every derived default with what is known at a cut, held within its declared range.

    A default whose derivation needs a later value, or that was read from one, is the middle of its range. Raises
    ValueError when no whole year of arrivals from 2021 on lies before the cut.
    """
    cut = Cut(until)
    later = {name: default_at(name, cut) for name, month in READ_IN.items() if month > until}
    return later | {
        name: float(np.clip(known(derivation, cut), PARAMETERS[name].low, PARAMETERS[name].high))
        for name, derivation in DERIVED.items()
    }
