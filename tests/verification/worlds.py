"""A small map on which every closed form can be had, and parameters without feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from corridor.model import PARAMETERS, DataFiles, MigrationModel, Parameters, Policy, load_geography
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.stages import ports, weather

P = TypeVar("P", Parameters, ParameterSets)
START = date(2022, 1, 1)
BOUND = "albania"  # a group of which all are bound for the United Kingdom
PLACES = """place,name,country,kind,lat,lon,coast_km,own_officers,reception_places
island,Island,IT,landing,37,13,,,
gate,Gate,RS,entry,45,20,,,
beach,Beach,FR,entry,50.8,1.9,,,
hub,Hub,FR,hub,48,2,,,
camp,Camp,FR,camp,50.9,1.8,,,{reception}
north,North,FR,sector,50.9,1.7,20,,
port,Port,FR,port,51,1.9,,,
kent,Kent,GB,kent,51.1,1.3,,,
"""
LEGS = """origin,destination,mode,km,days,cost_eur,p_stop,p_death
island,hub,rail,2000,1,0,0,0
gate,hub,foot,2000,1,0,{border},0
hub,camp,rail,400,1,0,0,0
beach,camp,road,50,{days},0,0,0
camp,north,road,10,0.5,0,0,0
north,kent,boat,43,0.3,0,0,0
port,kent,lorry,60,0.5,0,0,0
"""
NO_FEEDBACK: dict[str, float] = {
    # nobody's choice depends on what is heard, on others or on money
    "risk_weight": 0,
    "death_weight": 0,
    "fare_weight": 0,
    "wait_weight": 0,
    "cold_weight": 0,
    "risk_aversion_spread": 0,
    "money_median": 1e9,
    "news_pull": 0,
    "entry_burstiness": 0,
    "camp_stock_start": 0,
    "detention_share": 0,
    # who is bound for the coast goes there at once
    "set_out_rate": 1e9,
    "set_out_per_degree": 0,
    "set_out_per_wait_day": 0,
    "stuck_hazard": 0,
    # one network with all the staff and boats it may want, which never changes
    "networks_start": 1,
    "network_entry_rate": 0,
    "network_exit_rate": 0,
    "dismantling_hazard": 0,
    "network_size_start": 1e6,
    "network_size_max": 1e9,
    "staff_adjust_days": 1e18,
    "full_boat_pull": 0,
    "depot_days": 100,
    "boat_supply_start": 1e9,
    "boat_supply_per_day": 1e9,
    "p_boat_seized_upstream": 0,
    "fill_to_launch": 0.5,
    "hull_seats_start": 1,
    "hull_seats_max": 1,
    "crowding_max": 1,
    "taxi_speed": 0,
    "taxi_stop_factor": 1,
    # a sea and a coast without memory: teams are at once where they see a launch, and bound by none
    "death_crowding_slope": 0,
    "route_length_risk": 0,
    "death_rough_factor": 1,
    "mass_event_chance": 0,
    "med_rough_death_factor": 1,
    "alert_min": 0,
    "response_speed": 1e12,
    "intervention_hours": 0,
    "people_found": 1e9,
}
NO_BOATS = {
    "boat_preference": -1e6,
    "lorry_preference": -0.5,
    "cctv_alert_share": 1.0,  # nobody is seen and left alone
    "give_up_hazard": 0.02,
    "shelter_hazard": 1e-9,
    "assisted_return_hazard": 0.01,
}
BOATS_ONLY = {
    "boat_preference": 5.0,
    "lorry_preference": -1e6,
    "give_up_hazard": 1e-9,
    "shelter_hazard": 1e-9,
    "assisted_return_hazard": 1e-9,
    "death_base_per_10k": 0.0,
    "p_sea_fail": 0.0,
}


def limits(**changes: float) -> Parameters:
    """Parameters without feedback, and what else a check wants."""
    return outside_ranges(Parameters(), **{**NO_FEEDBACK, **changes})


def outside_ranges(parameters: P, **changes: float) -> P:
    """Set parameters without regard to their ranges, which are those of plausible worlds: the limits in which a closed
    form holds (no weight on risk, a boat for one) lie outside. Names must be known."""
    assert changes.keys() <= PARAMETERS.keys()
    held = vars(parameters)["_values"] if isinstance(parameters, Parameters) else vars(parameters)
    held.update({name: float(value) for name, value in changes.items()})
    return parameters


def small_world(
    folder: Path,
    days: int,
    entries: Mapping[tuple[str, str], float],
    *,
    seeds: Sequence[int] = (1,),
    start: date = START,
    shores: Sequence[tuple[float, float]] = (),
    border: float = 0.0,
    way_days: float = 1.0,
    reception: float = 0.0,
    months: int = 1,
    celsius: float = 13.0,
    **changes: float,
) -> Any:
    """A model on the small map with a sea that can be used every night as a whole, as its climate says, one agent a
    person.

    `entries` gives people a month by entry point and group for the first `months`, nobody afterwards; `shores` are
    (p_stop, p_death) of the sea legs from shore_0, shore_1 and so on to the island; `border` is p_stop from gate to
    hub; `way_days` the mean days from beach to camp; `reception` the places at the camp; `celsius` the water in
    every month.
    """
    run_days = [start + timedelta(days=k) for k in range(days)]
    names = [f"shore_{k}" for k in range(len(shores))]
    sea_legs = (f"{name},island,sea,400,1,0,{s},{d}\n" for name, (s, d) in zip(names, shores, strict=True))
    files = {
        "places.csv": PLACES.format(reception=reception) + "".join(f"{n},{n},XX,shore,35,10,,,\n" for n in names),
        "legs.csv": LEGS.format(border=border, days=way_days) + "".join(sea_legs),
        "entries.csv": entries_csv(entries, run_days, months),
        "climate.csv": "month,mean_wind,celsius\n" + "".join(f"{month},0.1,{celsius}\n" for month in range(1, 13)),
        "sea.csv": "\n".join(["date,window", *(f"{day},1" for day in run_days), ""]),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    geography = load_geography(folder / "places.csv", folder / "legs.csv")
    files = DataFiles(entries=folder / "entries.csv", sea=folder / "sea.csv", sea_climate=folder / "climate.csv")
    return MigrationModel(limits(**changes), Policy(), seeds, start, run_days[-1], geography=geography, files=files)


def entries_csv(entries: Mapping[tuple[str, str], float], run_days: Sequence[date], months: int) -> str:
    """People a month by entry point and group in the first months of a run, nobody in the others."""
    lines = ["month,place,group,people"]
    for k, month in enumerate(dict.fromkeys(f"{day:%Y-%m}" for day in run_days)):
        lines += [f"{month},{place},{group},{people * (k < months)}" for (place, group), people in entries.items()]
    return "\n".join([*lines, ""])


def coast_shares(model: Any) -> np.ndarray:
    """Chance of each option in one decision at the coast, where nobody's utility depends on anything: softmax."""
    p = model.p
    lorry = p.lorry_preference + np.log(model.inputs.lorry_access)
    rare = np.log([p.shelter_hazard, p.assisted_return_hazard, p.give_up_hazard])
    raised = np.exp([0.0, p.boat_preference, lorry, *rare])
    return raised / raised.sum()  # wait, boat, lorry, shelter, return, give up


def p_fails_at_port(model: MigrationModel) -> float:
    """Chance that a lorry attempt fails: seen before boarding and not at another port the same night, or found in a
    lorry (evidence 1.9)."""
    p, seen = model.p, 1.0 - float(np.atleast_1d(model.inputs.unseen_cctv)[0])
    boards = 1.0 - seen + seen * (1.0 - p.cctv_alert_share) * p.cctv_other_port
    return float(1.0 - boards * (1.0 - ports.p_searched(model)[0]))


def nights(folder: Path, seeds: Sequence[int], start: date, end: date, **files: Path) -> np.ndarray:
    """Windows of the nights of a sea without people, shape (seed, night)."""
    (folder / "places.csv").write_text(PLACES.format(reception=0), encoding="utf-8")
    (folder / "legs.csv").write_text(LEGS.format(border=0, days=1), encoding="utf-8")
    days = [day.date() for day in pd.date_range(start, end)]
    (folder / "entries.csv").write_text(entries_csv({("beach", "albania"): 0.0}, days, 0), encoding="utf-8")
    geography = load_geography(folder / "places.csv", folder / "legs.csv")
    own = DataFiles(entries=folder / "entries.csv", **files)
    model = MigrationModel(limits(), Policy(), list(seeds), start, end, geography=geography, files=own)
    found = []
    for day in days:
        model.date, model.day = day, (day - start).days
        weather.turn(model)
        found.append(model.sea.window)
    return np.array(found).T
