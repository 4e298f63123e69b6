"""What levers act on: today's effort, hazards and capacities, before and after policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.conditions import ENTRIES, NEUTRAL
from corridor.model.inputs.geography import Geography
from corridor.model.inputs.history import History
from corridor.model.parameters import Parameters

Floats = NDArray[np.float64]
Amount = Any  # one number, or one value for each replicate where parameters differ
BY_SECTOR = ("own_officers",)


def along(value: Amount) -> Amount:
    """One number as it is; one value for each replicate as a column, beside arrays by sector, leg or place."""
    return value[:, None] if isinstance(value, np.ndarray) else value


def in_row(values: Floats, replicate: NDArray[np.integer], label: NDArray[np.integer]) -> Floats:
    """The values of labels (legs or places) in their replicates, of an array by label or by replicate and label."""
    found: Floats = values[label] if values.ndim == 1 else values[replicate, label]
    return found


UNITS = {  # of those inputs that have one, other than a plain factor
    "officers": "officers",
    "sweep": "km per officer-hour",
    "alert_min": "minutes",
    "allocation_lag_days": "days",
    "allocation_focus": "exponent",
    "own_officers": "officers",
    "boats_through": "share of boats",
    "debrief_yield": "information per stopped person",
    "dog_teams": "teams",
    "unseen_cctv": "share of people not seen",
    "miss_co2": "share of people in lorries missed",
    "lorry_access": "relative ease",
    "committee_days": "days",
}


@dataclass
class Inputs:
    """What the levers act on: today's effort, hazards and capacities.

    An input is one number, or one value for each replicate where parameters or the strengths of measures differ.
    """

    officers: Amount
    sweep: Amount
    alert_min: Amount
    response_time: Amount
    allocation_lag_days: Amount
    allocation_focus: Amount
    own_officers: Floats  # by sector, or by replicate and sector
    leg_pass: Floats  # by leg, or by replicate and leg: multiplies the chance to get through
    entry_factor: Floats  # by place, or by replicate and place: multiplies entries
    diverted: Amount
    uk_demand: Amount
    stop_odds: Amount
    boat_supply: Amount
    usable_window: Amount
    boats_through: Amount
    dismantling: Amount
    hit_largest: Amount
    debrief_yield: Amount
    dog_teams: Amount
    unseen_cctv: Amount
    miss_co2: Amount
    lorry_access: Amount
    places_factor: Floats  # by place, or by replicate and place: multiplies the reception places of the map
    places_opened: Floats  # by place, or by replicate and place: reception places that policy adds
    reception_odds: Amount
    reception_stay: Amount
    reception_return: Amount
    reception_asylum: Amount
    shelter_wish: Amount
    shelter_stay: Amount
    shelter_return: Amount
    cleared: Floats  # by place, or by replicate and place: chance that somebody at a camp is moved
    detention: Amount
    removal_places: Amount
    interception_afloat: Amount
    assisted_return: Amount
    albania_returns: Amount
    campaign: Amount
    committee_share: Amount
    committee_days: Amount
    count_prevented: Amount
    count_arrivals: Amount
    count_deaths: Amount

    def in_all(self, name: str) -> float:
        """An input as one number: the sum over sectors, or the mean of replicates whose parameters differ."""
        values = getattr(self, name)
        return float(np.sum(values) if name in BY_SECTOR else np.mean(values))


def entry_factors(geography: Geography, conditions: Mapping[str, Amount]) -> Floats:
    """Multipliers of entries by place, or by replicate and place where conditions differ by draw."""
    factors = np.ones(len(geography.places))
    for name, value in conditions.items():
        if name.startswith(ENTRIES):
            row = geography.row(name.removeprefix(ENTRIES))
            if isinstance(value, np.ndarray) and factors.ndim == 1:
                factors = np.tile(factors, (len(value), 1))
            factors[..., row] = factors[..., row] * value
    return factors


def baseline_inputs(
    p: Parameters | ParameterSets,
    geography: Geography,
    history: History,
    today: date,
    conditions: Mapping[str, Amount] = MappingProxyType({}),
) -> Inputs:
    """The inputs of a day without any policy: parameters (times one, a copy that levers may change), the dated
    outside history, and the conditions of the time."""
    return Inputs(
        officers=history.value("officers_coast", today),
        sweep=1.0 * p.search_sweep,
        alert_min=1.0 * p.alert_min,
        response_time=1.0,
        allocation_lag_days=1.0 * p.allocation_lag_days,
        allocation_focus=1.0 * p.allocation_focus,
        own_officers=geography.own_officers[geography.rows("sector")].copy(),
        leg_pass=np.ones(len(geography.origin)),
        entry_factor=entry_factors(geography, conditions),
        diverted=0.0,
        uk_demand=conditions.get("demand_uk", NEUTRAL),
        stop_odds=conditions.get("stop_odds", NEUTRAL),
        boat_supply=conditions.get("boat_supply", NEUTRAL),
        usable_window=conditions.get("usable_window", NEUTRAL),
        boats_through=1.0 - p.p_boat_seized_upstream,
        dismantling=1.0,
        hit_largest=0.0,
        debrief_yield=1.0 * p.debrief_yield,
        dog_teams=1.0 * p.dog_teams,
        unseen_cctv=1.0 - p.p_seen_cctv,
        miss_co2=1.0 - p.p_found_co2,
        lorry_access=history.value("lorry_access", today),
        places_factor=np.ones(len(geography.places)),
        places_opened=np.zeros(len(geography.places)),
        reception_odds=1.0,
        reception_stay=1.0,
        reception_return=1.0,
        reception_asylum=1.0,
        shelter_wish=1.0,
        shelter_stay=1.0,
        shelter_return=1.0,
        cleared=np.zeros(len(geography.places)),
        detention=1.0,
        removal_places=1.0,
        interception_afloat=0.0,
        assisted_return=1.0,
        albania_returns=0.0,
        campaign=0.0,
        committee_share=0.0,
        committee_days=90.0,
        count_prevented=0.0,
        count_arrivals=0.0,
        count_deaths=0.0,
    )
