"""Small worlds in which everything happens: their policies, parameters, and what each must see (`reference_runs` runs
them)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from corridor.model import LEVERS, Change, Measure, Policy
from corridor.model.inputs.conditions import NO_CONDITIONS, Conditions

WHOLE = (date(2022, 10, 15), 90)  # first day and days; over the turn of a year
WEEK = (date(2022, 11, 29), 7)
SHORT = (date(2022, 11, 29), 38)  # in which the levers come to rest, and the year turns
SEEDS = (1, 2, 3, 4)
TRADE = {
    "networks_start": 15,
    "network_size_start": 0.6,
    "fare_start": 3000,
    "fare_max": 8000,
    "hull_seats_start": 12,
    "boat_supply_start": 1.0,
    "camp_stock_start": 400,
    "queue_target_days": 3,
    "queue_clear_days": 14,
    "staff_adjust_days": 5,
    "set_out_rate": 0.3,
}
ROUGH_SEA = {
    "mass_event_chance": 0.002,
    "death_base_per_10k": 14.0,
    "death_crowding_slope": 0.07,
    "p_sea_fail": 0.24,
    "wind_half_usable": 7.3,
    "wind_half_window": 6.4,
}
POLICE = {
    "dismantling_hazard": 0.003,
    "intelligence_gain": 0.3,
    "debrief_yield": 0.002,
    "recovery_days": 7,
    "network_entry_rate": 0.03,
    "network_exit_rate": 0.05,
    "panic_death_per_10k": 10,
    "search_sweep": 0.1,
    "launch_min": 8,
}


@dataclass(frozen=True)
class Case:
    """A policy of levers and the parameters it meets; `happens` names flows and events that it must see."""

    levers: dict[str, float]
    happens: tuple[str, ...]
    changes: dict[str, float] = field(default_factory=dict)
    own_sea: bool = False
    recorded: bool = False
    conditions: Conditions = NO_CONDITIONS
    scale: float = 2.0
    launches_ever: float = 0.0  # experience of the trade on the first day, on which the size of boats depends

    def policy(self) -> Policy:
        """Levers in two measures: half at once from the tenth day, half in a line over fifty days."""
        pulls = list(self.levers.items())
        tenth = WHOLE[0] + timedelta(days=10)
        at_once = tuple(Change(name, tenth, 0, to) for name, to in pulls[::2])
        slowly = tuple(Change(name, tenth, 50, to) for name, to in pulls[1::2])
        return Policy((Measure("a", "at once", at_once), Measure("b", "slowly", slowly)))


CASES = {
    "no_policy": Case(
        {},
        (
            "deaths_mediterranean",
            "border_stops",
            "menton_stops",
            "coast_arrivals",
            "gave_up_people",
            "two launches of one network",
            "a shelter at the coast full",
        ),
    ),
    "scarcity_and_patrols": Case(
        {
            "boats_through": 0.3,
            "patrol_officers": 0.5,
            "surveillance_sweep": 3.0,
            "alert_time": 0.2,
            "response_time": 0.2,
            "allocation_lag": 0.2,
            "allocation_focus": 3.0,
            "belgian_coast": 3.0,
        },
        (
            "boats_seized_upstream",
            "prevented_boats",
            "boats scarce",
            "boats crowded",
            "people hidden at a stopped launch",
        ),
        {
            "p_boat_seized_upstream": 0.2,
            "boat_supply_per_day": 4.5,
            "taxi_share_start": 0.01,
            "taxi_speed": 0.03,
            "boat_supply_start": 0.1,
            "camp_stock_start": 800,
            "supply_adjust_days": 60,
            "depot_days": 3,
            "people_found": 15,
        },
    ),
    "police_and_committee": Case(
        {
            "debriefs": 5.0,
            "dismantling": 3.0,
            "hit_largest": 0.1,
            "committee_share": 0.5,
            "committee_interval": 0.2,
            "committee_counts_prevented": 0.5,
            "committee_counts_arrivals": 1.0,
            "committee_counts_deaths": 1.0,
        },
        (
            "networks_dismantled",
            "networks_entered",
            "arrests",
            "deaths_channel",
            "returned_at_sea_people",
            "the committee moves effort",
        ),
        {
            **POLICE,
            **ROUGH_SEA,
            "fare_floor_markup": 1.1,
            "boat_cost": 20000,
            "networks_start": 9,
            "share_night": 0.7,
            "camp_stock_start": 1000,
        },
        launches_ever=8000.0,
    ),
    "shelter_and_detention": Case(
        {
            "reception_south": 20.0,
            "detention": 10.0,
            "assisted_return": 10.0,
            "near_neighbours": 0.5,
            "campaign": 0.2,
            "reception_paris": 12.0,
            "reception_belgium": 5.0,
            "reception_coast": 15.0,
            "reception_acceptance": 4.0,
            "reception_stay": 0.7,
            "shelter_acceptance": 1.4,
            "reception_return": 1.5,
            "shelter_stay": 1.3,
            "shelter_return": 0.7,
            "reception_asylum": 0.8,
        },
        (
            "sheltered_people",
            "shelter_returns",
            "asylum_in_france",
            "detained_people",
            "removed_people",
            "assisted_returns",
            "detention full",
            "a southern place full",
        ),
        {
            "detention_share": 0.1,
            "detention_places": 50,
            "detention_days": 30,
            "shelter_hazard": 0.016,
            "reception_uptake": 0.35,
            "reception_stay_days": 7,
            "shelter_stay_days": 5,
            "assisted_return_hazard": 0.0005,
        },
        scale=3.0,
    ),
    "camps_cleared": Case(
        {
            "clear_dunkirk": 0.05,
            "clear_calais": 0.1,
            "shelters_calais": 0.0,
            "shelters_dunkirk": 0.4,
            "removal_places": 0.1,
            "interception_afloat": 0.8,
        },
        (
            "cleared_people",
            "shelter_returns",
            "intercepted_afloat_boats",
            "intercepted_afloat_people",
            "deaths_at_interception",
            "somebody cleared goes inland",
            "somebody leaves a closed place",
        ),
        {
            "detention_share": 0.1,
            "detention_places": 50,
            "detention_days": 30,
            "shelter_hazard": 0.016,
            "afloat_death_per_10k": 50,
            "death_crowding_slope": 0.0,
            "camp_stock_start": 1000,
            "death_tail": 2.5,
        },
        scale=1.0,
        launches_ever=1000.0,
    ),
    "ports_and_shores": Case(
        {
            "port_dogs": 1.7,
            "port_cctv": 0.8,
            "port_co2": 0.3,
            "lorry_access": 3.0,
            "upstream_departures": 1.5,
            "upstream_diversion": 0.3,
            "albania_returns": 1.0,
        },
        (
            "lorry_detected",
            "lorry_turned_away",
            "arrivals_lorry",
            "arrivals_albania",
            "deaths_atlantic",
            "taxi_boats",
            "a boat lost",
            "deterred Albanians take lorries",
        ),
        {
            "albania_to_lorry": 0.4,
            "albania_flow_floor": 0.2,
            "camp_stock_start": 1100,
            "taxi_share_start": 0.01,
            "taxi_speed": 0.03,
            "mass_event_chance": 0.002,
        },
        own_sea=True,
    ),
    "everything": Case(
        {n: known.low + 0.7 * (known.high - known.low) for n, known in LEVERS.items()} | {"reception_south": 30.0},
        ("attempts_people", "arrivals_people", "lorry_attempts", "sheltered_people", "detained_people"),
        {
            **POLICE,
            **ROUGH_SEA,
            "largest_bias": 1.3,
            "allocation_focus": 1.4,
            "death_rough_factor": 2.7,
            "entry_response": 0.7,
        },
        recorded=True,
        conditions=Conditions(
            [
                (WEEK[0], "demand_uk", 2.0),
                (WHOLE[0], "stop_odds", 1.5),
                (WEEK[0] + timedelta(days=3), "boat_supply", 0.5),
                (WEEK[0] + timedelta(days=4), "usable_window", 0.7),
                (WHOLE[0], "entries_libya_west", 3.0),
            ]
        ),
        launches_ever=1000.0,
    ),
}
