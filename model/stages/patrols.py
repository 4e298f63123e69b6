"""Patrols: a command spreads teams over sectors; a boat that is seen and reached in time may be stopped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.replicate_parameters import by_row
from corridor.model.engine.stage import stage
from corridor.model.inputs.conditions import times_odds
from corridor.model.stages import crossing
from corridor.model.state import FIRST_TEAMS, State
from corridor.model.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def found_teams(m: State) -> None:
    """Lay out the rows of the first teams, and send each to a first sector."""
    send(m, add_teams(m, np.arange(FIRST_TEAMS)))


def add_teams(m: State, numbers: Ints) -> Ints:
    """Rows for the teams of these numbers in each replicate; returns them."""
    t = m.patrols
    rows = t.add(len(numbers) * m.replicates)
    replicate = np.repeat(np.arange(m.replicates), len(numbers))
    number = np.tile(numbers, m.replicates)
    t.replicate[rows], t.number[rows] = replicate, number
    t.key[rows] = draws.child_keys(draws.mixed(m.seed_keys[replicate] + np.uint64(23)), number)
    t.night[rows] = draws.uniform(t.key[rows], Decision.PATROL_NIGHT, 0) < m.p.at(replicate).share_night
    return rows


def send(m: State, rows: Ints) -> None:
    """The command sends teams to sectors by weight: launches seen and, in part, coast length."""
    cumulated = np.cumsum(command_shares(m), axis=1).take(m.patrols.replicate[rows], axis=0)
    m.patrols.sector[rows] = kernels.pick_cumulated(
        cumulated, draws.uniform(m.patrols.key[rows], Decision.PATROL_SECTOR, m.day)
    )


def command_shares(m: State) -> Floats:
    """Share of teams that each sector under French command gets, shape (replicate, sector)."""
    g, p = m.geography, m.p.column
    seen = m.sectors.launches_seen * g.sector_commanded
    seen = seen / np.cumsum(seen, axis=1)[:, -1:]
    length = g.sector_coast_km * g.sector_commanded
    weight = (1.0 - p.allocation_floor) * seen + p.allocation_floor * length / length.sum()
    weight = kernels.raised(weight, by_row(m.inputs.allocation_focus, m.each)) * g.sector_commanded
    result: Floats = weight / np.cumsum(weight, axis=1)[:, -1:]
    return result


@stage(writes="patrols.* sectors.officer_hours sectors.teams")
def deploy(m: State) -> None:
    """Teams in the force today stand in their sectors; every team is sent anew once in `allocation_lag_days`."""
    t, p, g = m.patrols, m.p.column, m.geography
    officers = m.inputs.officers * m.committee.effort[:, 0]
    teams, known = np.rint(officers / m.p.team_size), t.n // m.replicates
    if (most := int(teams.max())) > known:
        add_teams(m, np.arange(known, most))
    before = t.on_duty[: t.n].copy()
    t.on_duty[: t.n] = t.number[: t.n] < teams[t.replicate[: t.n]]
    beyond = t.on_duty[: t.n] & ~before & (t.number[: t.n] >= FIRST_TEAMS)
    send(m, np.flatnonzero(beyond))  # on the day they come, whatever other replicates need
    lag = np.maximum(1, np.rint(m.inputs.allocation_lag_days)).astype(np.int64)
    send(m, np.flatnonzero((t.column("number") + m.day) % by_row(lag, t.column("replicate")) == 0))
    at_night = np.flatnonzero(t.column("on_duty") & t.column("night"))
    n_sectors = len(g.sector_km)
    where = t.replicate[at_night].astype(np.int64) * n_sectors + t.sector[at_night]
    number = np.bincount(where, minlength=m.replicates * n_sectors).reshape(m.replicates, n_sectors)
    own = m.inputs.own_officers / p.team_size
    m.sectors.teams = number + np.floor(own * p.share_night).astype(np.int64)
    m.sectors.officer_hours = (number + own * p.share_night) * p.team_size * p.shift_hours
    m.count("officer_days", officers)


@stage(
    writes="boats migrants.status migrants.network networks.clients networks.sector_belief "
    "sectors.launches_seen coast.stopped coast.died_at_launch market.bookings"
)
def stop(m: State) -> None:
    """Launches that are seen, reached in time and met by a free team are stopped; those found there are prevented."""
    b = m.boats
    if len(b.network):
        b.stopped = (b.people() > 0) & (draws.uniform(b.key, Decision.BEACH_STOP, m.day) < p_stopped(m))
    learn(m)
    if not b.stopped.any():
        return
    people = m.migrants
    met = b.stopped[b.boat]
    rows, boat = b.aboard[met], b.boat[met]
    dead = die_in_panic(m, rows, boat)
    rows, boat = rows[~dead], boat[~dead]
    most = m.p.of(b, boat).people_found
    share = most / np.maximum(m.scale * b.people()[boat], most)
    found = draws.uniform(people.key[rows], Decision.FOUND, m.day) < share
    caught = rows[found]
    people.status[caught], people.network[caught] = Status.COAST, -1
    m.coast.stopped = caught
    hidden = rows[~found]
    m.networks.clients[: m.networks.n] += np.bincount(people.network[hidden], minlength=m.networks.n)
    m.market.bookings += np.bincount(people.replicate[hidden], minlength=m.replicates)
    replicate = people.replicate[caught].astype(np.int64)
    m.count_rows("prevented_people", replicate)
    m.count_rows("attempts_people", replicate)
    m.count_rows("prevented_boats", b.replicate[b.stopped])
    m.count_labels("prevented_by_sector", replicate, b.sector[boat[found]])


def die_in_panic(m: State, rows: Ints, boat: Ints) -> NDArray[np.bool_]:
    """Who dies at a launch that is stopped: people are crushed, or drown in haste, the more the fuller the boat."""
    b, people = m.boats, m.migrants
    aboard = b.people()
    dying = crossing.casualties_of(m, aboard, b.stopped, crossing.panic_risk(m, aboard), crossing.IN_PANIC)
    dead = crossing.drowned(m, rows, boat, dying, Decision.PANIC_VICTIM)
    people.status[rows[dead]], people.network[rows[dead]] = Status.DEAD, -1
    m.coast.died_at_launch = rows[dead]
    replicate = people.replicate[rows[dead]]
    m.count_rows("deaths_channel", replicate)
    m.count_rows("deaths_at_launch", replicate)
    m.count_rows("attempts_people", replicate)
    return dead


def p_stopped(m: State) -> Floats:
    """Chance that each of today's boats is stopped on the beach: detection, the race, and a free team (Erlang B)."""
    b, p, g, s = m.boats, m.p.at(m.boats.replicate), m.geography, m.sectors
    n_sectors = len(g.sector_km)
    seen = kernels.detection(s.officer_hours, g.sector_coast_km, np.atleast_1d(by_row(m.inputs.sweep, m.each)))
    where = b.replicate * n_sectors + b.sector
    launches = kernels.tally(where, m.replicates * n_sectors)
    teams, needed = s.teams.ravel()[where], teams_needed(m)
    km = kernels.nth_nearest(needed, teams, g.sector_coast_km[b.sector])
    alert_min = by_row(m.inputs.alert_min, b.replicate)
    response_min = by_row(m.inputs.response_time, b.replicate) * 60.0 * km / p.response_speed
    reached = kernels.reached_in_time(np.atleast_1d(p.launch_min), np.atleast_1d(alert_min), response_min)
    groups = np.maximum(teams // needed, np.minimum(teams, 1))
    free = 1.0 - kernels.erlang_b(launches[where] * p.intervention_hours / p.night_hours, groups)
    chance = seen.ravel()[where] * reached * free
    chance = times_odds(chance, by_row(m.inputs.stop_odds, b.replicate))
    result: Floats = np.where(b.taxi, chance * p.taxi_stop_factor, chance)
    return result


def teams_needed(m: State) -> Ints:
    """Teams that it takes to hold each of today's launches: officers in proportion to the people aboard."""
    p = m.p.at(m.boats.replicate)
    officers = p.officers_per_person * m.scale * m.boats.people()
    teams: Ints = np.maximum(1, np.ceil(officers / p.team_size)).astype(np.int64)
    return teams


def learn(m: State) -> None:
    """The command sees the launches of the day; networks see what became of their boats, sector by sector."""
    b, t, s = m.boats, m.networks, m.sectors
    n_sectors = s.teams.shape[1]
    where = b.replicate * n_sectors + b.sector
    launches = kernels.tally(where, s.teams.size).reshape(s.teams.shape)
    s.launches_seen = kernels.approach(s.launches_seen, launches, m.p.column.command_memory_days)
    if len(b.network) == 0:
        return
    cell = b.network * n_sectors + b.sector
    size = t.n * n_sectors
    tried = kernels.tally(cell, size).reshape(-1, n_sectors)
    failed = kernels.tally(cell[b.stopped], size).reshape(-1, n_sectors)
    belief = t.sector_belief[: t.n]
    seen = np.nonzero(tried > 0)
    days = m.p.of(t, seen[0]).belief_memory_days
    belief[seen] = kernels.approach(belief[seen], failed[seen] / tried[seen], days)
