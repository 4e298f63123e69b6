"""Small worlds in which everything happens, run on arrays and agent by agent, and what differs between the two."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from corridor.model import LEVERS, Change, DataFiles, Measure, MigrationModel, Parameters, Policy
from corridor.model.inputs.conditions import NO_CONDITIONS, Conditions
from corridor.model.inputs.map_files import load_geography
from corridor.model.parameters import PARAMETERS
from corridor.model.reference import ReferenceModel
from corridor.model.reference.migrant import Migrant
from corridor.model.reference.network import Network
from corridor.model.reference.patrol import Patrol
from corridor.model.tables import Status

DATA = Path(__file__).parents[1] / "data"
WHOLE = (date(2022, 10, 15), 90)  # first day and days; over the turn of a year
WEEK = (date(2022, 11, 29), 7)
SHORT = (date(2022, 11, 29), 38)  # in which the levers come to rest, and the year turns
SEEDS = (1, 2, 3, 4)
KNOW_HOW = 10.0  # launches that the trade knows how to make in a night
TRADE = {
    "networks_start": 15,
    "network_size_start": 0.3,
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
    "death_base_per_10k": 3.0,
    "death_crowding_slope": 0.22,
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
            "a boat lost",
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
            "deterred Albanians take lorries",
        ),
        {
            "albania_to_lorry": 0.4,
            "albania_flow_floor": 0.2,
            "camp_stock_start": 600,
            "taxi_share_start": 0.01,
            "taxi_speed": 0.03,
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


def arguments(case: Case, folder: Path) -> dict[str, Any]:
    """The small world of a case; a user's own sea has windows, winds and waves in turn, a record has boats or none."""
    days = [WHOLE[0] + timedelta(days=k) for k in range(WHOLE[1])]
    sea = record = None
    if case.own_sea:
        sea = folder / "sea.csv"
        nights = [(".8,,", ",6.5,", ",3,.7", "0,9,2")[k % 4] for k in range(len(days) - 20)]
        sea.write_text("date,window,wind,wave\n" + rows_of(days, nights), encoding="utf-8")
    if case.recorded:
        record = folder / "record.csv"
        crossings = [("40,1", "0,0", "900,20")[k % 3] for k in range(len(days) - 30)]
        record.write_text("date,people,boats\n" + rows_of(days, crossings), encoding="utf-8")
    geography = load_geography(DATA / "small_places.csv", DATA / "small_legs.csv")
    files = DataFiles(entries=DATA / "small_entries.csv", sea=sea, sea_record=record, record_until=days[45])
    return {"geography": geography, "files": files}


def rows_of(days: list[date], cells: list[str]) -> str:
    """Rows of a CSV with a day before each text of cells, as many as there are texts."""
    return "".join(f"{day},{text}\n" for day, text in zip(days, cells, strict=False))


def arrays(
    case: Case, seeds: tuple[int, ...], folder: Path, period: tuple[date, int], watched: Counter[str] | None = None
) -> MigrationModel:
    """The case run on arrays to its end; days of each event are added to `watched`."""
    (start, days), params = period, Parameters({**TRADE, **case.changes}, PARAMETERS, case.conditions)
    end = start + timedelta(days=days - 1)
    model = MigrationModel(params, case.policy(), seeds, start, end, case.scale, **arguments(case, folder))
    model.market.launches_ever[:], model.market.know_how[:] = case.launches_ever, KNOW_HOW
    for _ in range(days):
        model.step()
        if watched is not None:
            watched.update(events(model))
    return model


def events(m: MigrationModel) -> list[str]:
    """Events of today that no flow counts."""
    detention, south = round(m.p.detention_places / m.scale), m.geography.region_shares("south") > 0
    room = np.floor(m.inputs.places_opened[south] / m.scale)
    sheltered = m.places.sheltered.reshape(m.replicates, -1)
    seats = m.networks.column("seats")[m.networks.column("launches") > 0] * m.scale
    people = m.migrants
    back_inland = (people.column("status") == Status.WAITING) & (people.column("reached_coast") >= 0)
    closed = (m.geography.reception_places < 1).sum()
    happened = {
        "boats scarce": m.market.scarcity.max() > 0.3,
        "boats crowded": (seats > m.market.hull_seats.max() + m.scale).any(),
        "two launches of one network": m.networks.column("launches").max() > 1,
        "a boat lost": m.records.daily["deaths_channel"][:, m.day - 1].max() >= 3 * m.scale,
        "people hidden at a stopped launch": (m.migrants.status[m.boats.aboard] == Status.BOOKED).any(),
        "detention full": (m.market.detained >= detention).any(),
        "a southern place full": (sheltered[:, south] >= room).any() and room.max() > 0,
        "a shelter at the coast full": (sheltered[:, m.geography.row("camp_dunkirk")] * m.scale >= 10).any(),
        "somebody cleared goes inland": back_inland.any(),
        "somebody leaves a closed place": (m.geography.reception_places * m.inputs.places_factor < 1).sum() > closed,
        "deterred Albanians take lorries": m.migrants.column("lorry_only").any(),
        "the committee moves effort": (m.committee.effort != 1.0).any(),
    }
    return [name for name, has in happened.items() if has]


def agents(case: Case, seed: int, folder: Path, period: tuple[date, int]) -> ReferenceModel:
    """The case run agent by agent to its end."""
    (start, days), params = period, Parameters({**TRADE, **case.changes}, PARAMETERS, case.conditions)
    end = start + timedelta(days=days - 1)
    model = ReferenceModel(params, case.policy(), seed, start, end, case.scale, **arguments(case, folder))
    model.market.launches_ever, model.market.know_how = case.launches_ever, KNOW_HOW
    for _ in range(days):
        model.step()
    return model


def differences(ours: MigrationModel, k: int, reference: ReferenceModel) -> list[str]:
    """What in replicate `k` of the arrays does not equal the reference: records, columns, beliefs, voices, market."""
    journal, known = reference.journal, reference_state(reference)
    pairs = {name: (values[k], journal.daily[name]) for name, values in ours.records.daily.items()}
    pairs |= {name: (each.values[k], journal.yearly[name]) for name, each in ours.records.yearly.items()}
    for table, kind in ((ours.migrants, Migrant), (ours.networks, Network), (ours.patrols, Patrol)):
        mine = np.flatnonzero(table.column("replicate") == k)
        for name, values in reference.columns(kind).items():
            pairs[f"{kind.__name__}.{name}"] = (local(ours, table.column(name)[mine], name, k), values)
    slots = np.flatnonzero(ours.networks.column("replicate") == k)
    pairs["sector_belief"] = ours.networks.sector_belief[slots], [n.sector_belief for n in reference.networks]
    pairs |= {name: (value, known[name]) for name, value in state(ours, k).items()}
    return [name for name, (one, other) in pairs.items() if not np.array_equal(one, other)]


def local(ours: MigrationModel, values: np.ndarray, name: str, k: int) -> np.ndarray:
    """Rows of places and networks count through the copies of the map; here from the start of copy `k`."""
    if name == "replicate":
        return values - k
    if name == "place":
        return values - k * len(ours.geography.places)
    if name == "network":
        return np.where(values >= 0, values - k * (ours.networks.n // ours.replicates), values)
    return values


def state(ours: MigrationModel, k: int) -> dict[str, Any]:
    """What places, legs, sectors, market and committee of replicate `k` hold at the end."""
    places, legs, sectors = len(ours.geography.places), len(ours.geography.origin), ours.sectors
    here, roads = slice(k * places, (k + 1) * places), slice(k * legs, (k + 1) * legs)
    return {
        "opinion": ours.places.opinion[here],
        "opinion_trust": ours.places.opinion_trust[here],
        "believed_stop": ours.legs.believed_stop[roads],
        "launches_seen": sectors.launches_seen[k],
        "officer_hours": sectors.officer_hours[k],
        "teams": sectors.teams[k],
        "effort": ours.committee.effort[k],
        "favoured": ours.committee.favoured[k],
        **{name: values[k] for name, values in vars(ours.market).items()},
        **{name: values[k] for name, values in vars(ours.sea).items()},
    }


def reference_state(reference: ReferenceModel) -> dict[str, Any]:
    """The same of the reference."""
    m = reference
    return {
        "opinion": [place.opinion for place in m.places],
        "opinion_trust": [place.opinion_trust for place in m.places],
        "believed_stop": m.believed_stop,
        "launches_seen": [s.launches_seen for s in m.sectors],
        "officer_hours": [s.officer_hours for s in m.sectors],
        "teams": [s.teams for s in m.sectors],
        "effort": m.committee.effort,
        "favoured": m.committee.favoured,
        "detained": m.detained(),
        **vars(m.market),
        **vars(m.sea),
    }
