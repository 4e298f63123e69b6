"""One patrol team, the command that sends it, and the stops on the beach."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import mesa
import numpy as np

from corridor.model.decisions import Decision
from corridor.model.engine.tables import Table
from corridor.model.reference import formulas, luck
from corridor.model.reference.boat import passengers
from corridor.model.reference.world import World
from corridor.model.state import FIRST_TEAMS
from corridor.model.tables import PatrolTable


class Patrol(mesa.Agent):
    """A patrol team; attributes are the columns of `PatrolTable`."""

    TABLE: ClassVar[type[Table]] = PatrolTable

    def __init__(self, model: World, number: int) -> None:
        super().__init__(model)
        self.m, self.number, self.on_duty, self.sector = model, number, False, 0
        self.key = luck.child(luck.mixed(model.seed_key + 23), number)
        self.night = luck.uniform(self.key, Decision.PATROL_NIGHT, 0) < model.p.share_night

    def report(self, teams: int) -> None:
        """On duty if the force is large enough today."""
        self.on_duty = self.number < teams

    def go(self, shares: list[float]) -> None:
        """To the sector that the command chooses."""
        self.sector = luck.pick(shares, luck.uniform(self.key, Decision.PATROL_SECTOR, self.m.day))

    def as_row(self) -> dict[str, Any]:
        """This team as a row of the table."""
        return {name: getattr(self, name, None) for name in PatrolTable.COLUMNS} | {"replicate": 0}


def found_teams(m: World) -> None:
    """The first teams, as many as are usually enough, each sent to a first sector."""
    m.teams = [Patrol(m, number) for number in range(FIRST_TEAMS)]
    m.agents_by_type[Patrol].do("go", command_shares(m))


def command_shares(m: World) -> list[float]:
    """Share of teams for each sector under French command: by launches seen and, in part, by length of coast."""
    p, sectors = m.p, m.sectors
    seen = formulas.total(sector.launches_seen for sector in sectors if sector.commanded)
    length = float(np.sum([sector.coast_km if sector.commanded else 0.0 for sector in sectors]))
    weights = []
    for sector in sectors:
        by_length = p.allocation_floor * sector.coast_km / length
        weight = (1.0 - p.allocation_floor) * (sector.launches_seen / seen) + by_length
        weights.append(formulas.raised(weight, m.inputs.allocation_focus) if sector.commanded else 0.0)
    everything = formulas.total(weights)
    return [weight / everything for weight in weights]


def deploy(m: World) -> None:
    """Teams in the force stand in their sectors; every team is sent anew once in `allocation_lag_days`."""
    p, officers = m.p, m.inputs.officers * m.committee.effort[0]
    teams = round(officers / p.team_size)
    m.teams += [Patrol(m, number) for number in range(len(m.teams), teams)]
    all_teams, shares = m.agents_by_type[Patrol], command_shares(m)
    resting = all_teams.select(lambda team: not team.on_duty)
    all_teams.do("report", teams)
    resting.select(lambda team: team.on_duty and team.number >= FIRST_TEAMS).do("go", shares)
    lag = max(1, round(m.inputs.allocation_lag_days))
    all_teams.select(lambda team: (team.number + m.day) % lag == 0).do("go", shares)
    at_night = all_teams.select(lambda team: team.on_duty and team.night)
    for number, sector in enumerate(m.sectors):
        here = sum(team.sector == number for team in at_night)
        own = float(m.inputs.own_officers[number]) / p.team_size * p.share_night
        sector.teams = here + math.floor(own)
        sector.officer_hours = (here + own) * p.team_size * p.shift_hours
    m.journal.count("officer_days", officers)


def stop(m: World) -> None:
    """Launches that are seen, reached in time and met by a free team are stopped; those found there are prevented."""
    for boat in m.boats:
        boat.meet_patrols()
    learn(m)
    m.journal.count("prevented_boats", sum(boat.stopped for boat in m.boats))
    for boat in m.boats:
        if boat.stopped:
            order = luck.first_served(
                boat.passengers, lambda who: who.draw(Decision.PANIC_VICTIM), boat.deaths_in_panic()
            )
            for person in order:
                person.die_at_launch()
    for person in passengers(m):
        if person.boat is not None and person.boat.stopped:
            person.meet_patrol()


def learn(m: World) -> None:
    """The command sees the launches of the day; networks see what became of their boats, sector by sector."""
    for number, sector in enumerate(m.sectors):
        boats = [boat for boat in m.boats if boat.sector == number]
        sector.launches_seen = formulas.approach(sector.launches_seen, len(boats), m.p.command_memory_days)
        for network in dict.fromkeys(boat.network for boat in boats):
            mine = [boat for boat in boats if boat.network is network]
            network.see(number, len(mine), sum(boat.stopped for boat in mine))
