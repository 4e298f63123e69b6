"""Patrols on the beach: D3 in boats, D33 and D34."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from corridor.calibration.evidence.derivations.boats import found, people_per_boat
from corridor.calibration.evidence.derivations.cut import Cut, default
from corridor.model.engine import kernels
from corridor.model.inputs.history import History
from corridor.model.inputs.map_files import load_geography

WALKING_PACE = 4.0  # km/h


def beach_stops(cut: Cut, year: int) -> float:
    """D3 in boats: share of launches stopped on the beach, from people prevented there and the share found."""
    people = 1.0 - cut.annual("people_at_sea")[year] / cut.annual("attempts_people")[year]
    share = found(cut, year) / people_per_boat(cut)[year]
    return people / (share - people * share + people)


def search_sweep(_: Cut) -> float:
    """D33: beach that a team on foot looks over in an hour, over its officers."""
    return WALKING_PACE / default("team_size")


def officers_per_person(cut: Cut) -> float:
    """D34: teams of five (2019) over the people in a boat of that year."""
    return default("team_size") / people_per_boat(cut)[2019]


def officers(year: int) -> float:
    """Mean officers a day on the coast in a year, from the history of the model."""
    days = [date(year, 1, 1) + timedelta(days=k) for k in range(365)]
    return float(np.mean([History().value("officers_coast", day) for day in days]))


def beach_stop_chance(cut: Cut, officers_a_day: float, aboard: float, search_hours: float | None = None) -> float:
    """The model's chance that a launch is stopped, teams and launches where both settle without rumours of risk.

    No default is derived from it: it says beforehand what the patrols' defaults come to. Teams search for
    `search_hours`, by default a whole shift, as people and boats lie in the dunes for hours before a launch.
    """
    g = load_geography()
    french = g.sector_commanded > 0
    coast, km = g.sector_coast_km[french], g.sector_km[french]
    shares = kernels.quantal_response(-default("sector_cost_per_km") * km, default("sector_rationality"))
    floor = default("allocation_floor")
    teams = officers_a_day / default("team_size") * default("share_night")
    teams = teams * ((1.0 - floor) * shares + floor * coast / coast.sum())
    hours = default("shift_hours") if search_hours is None else search_hours
    officer_hours = teams * default("team_size") * hours
    seen = kernels.detection(officer_hours, coast, np.full(1, search_sweep(cut)))
    held_by = max(1, np.ceil(officers_per_person(cut) * aboard / default("team_size")))
    needed = np.full(len(km), held_by, dtype=np.int64)
    minutes = 60.0 * kernels.nth_nearest(needed, teams, coast) / default("response_speed")
    launch, alert = np.full(1, default("launch_min")), np.full(1, default("alert_min"))
    return float((shares * seen * kernels.reached_in_time(launch, alert, minutes)).sum())
