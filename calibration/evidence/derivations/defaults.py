"""Which defaults are derived, and all of them as they would have been declared at a cut."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from corridor.calibration.evidence.derivations import boats, coast, crossing_days, demand, patrols, trade
from corridor.calibration.evidence.derivations.cut import Cut, known, middle
from corridor.model.parameters import PARAMETERS

DERIVATIONS: tuple[Callable[[Cut], float], ...] = (
    crossing_days.viability_amber,
    crossing_days.viability_green,
    demand.news_pull,
    demand.news_arrivals,
    trade.networks_start,
    trade.network_size_start,
    trade.network_size_max,
    trade.network_entry_rate,
    trade.network_growth,
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
)
DERIVED = {derivation.__name__: derivation for derivation in DERIVATIONS}
READ_IN = {  # parameter -> the month that its default was read from; before it, the middle of the range is known
    "albania_deterrence": "2023-12",
    "albania_flow_floor": "2023-12",
    "albania_halving_days": "2023-01",
    "p_sea_fail": "2025-12",
    "death_base_per_10k": "2024-12",
    "death_crowding_slope": "2024-12",
    "taxi_share_start": "2025-12",
    "share_night": "2024-06",
    "boat_cost": "2024-11",
    "route_length_risk": "2024-12",
    "taxi_stop_factor": "2023-12",
    "albania_to_lorry": "2023-08",
}


def defaults_at(until: str) -> dict[str, float]:
    """Every derived default with what is known at a cut, held within its declared range.

    A default whose derivation needs a later value, or that was read from one, is the middle of its range. Raises
    ValueError when no whole year of arrivals from 2021 on lies before the cut.
    """
    cut = Cut(until)
    later = {name: middle(PARAMETERS[name]) for name, month in READ_IN.items() if month > until}
    return later | {
        name: float(np.clip(known(derivation, cut), PARAMETERS[name].low, PARAMETERS[name].high))
        for name, derivation in DERIVED.items()
    }
