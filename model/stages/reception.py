"""Reception: shelters near the coast and places in the south, with capacity, uptake, stay and outcome."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.day_inputs import along
from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.stage import stage
from corridor.model.state import NOBODY, State
from corridor.model.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WINTER = (12, 1, 2)


@stage(writes="migrants.status migrants.due places.sheltered")
def offer(m: State) -> None:
    """Stays end; free places are offered to those who seek shelter at the coast and those who reach the south."""
    people = m.migrants
    leave(m, m.coast.acting[people.status[m.coast.acting] == Status.SHELTERED])
    seeking = m.coast.seeking
    south = accepting(m, m.coast.arrived)
    rows = np.concatenate([seeking, south])
    if len(rows) == 0:
        return
    free = capacity(m) - m.places.sheltered
    priority = draws.uniform(people.key[rows], Decision.SHELTER_QUEUE, m.day)
    housed = kernels.ration(people.place[rows].astype(np.int64), priority, free)
    house(m, rows[housed])
    turned_away = rows[~housed & (np.arange(len(rows)) < len(seeking))]
    m.set_due(turned_away, np.full(len(turned_away), m.day + 1))


def capacity(m: State) -> Ints:
    """Places of every place today, in agents: those of the map, and the southern ones that policy pays for.

    The part of an agent that is left is rounded up or down by each place's own luck, so that the mean over seeds has
    as many places at every scale.
    """
    g = m.geography
    places = np.broadcast_to(
        g.reception_places + along(m.inputs.south_places) * g.south_shares, (m.replicates, len(g.places))
    )
    keys = draws.child_keys(m.seed_keys[:, None], np.arange(len(g.places))[None, :])
    return kernels.whole(places / m.scale, draws.uniform(keys, Decision.CAPACITY, 0)).ravel()


def accepting(m: State, arrived: Ints) -> Ints:
    """Those who reach a place in the south with places and would take one: logit uptake (evidence 1.11)."""
    if not np.any(m.inputs.south_places) or len(arrived) == 0:
        return NOBODY
    people, g = m.migrants, m.geography
    local = people.place[arrived] % len(g.places)
    rows = arrived[g.south_shares[local] > 0]
    p = m.p.of(people, rows)
    odds = (
        np.log(p.reception_uptake / (1.0 - p.reception_uptake))
        + p.uptake_kin * (people.kin[rows] - p.share_kin_uk)
        + p.uptake_failed * people.failed[rows]
        + p.uptake_winter * (m.date.month in WINTER)
    )
    result: Ints = rows[draws.uniform(people.key[rows], Decision.SHELTER_UPTAKE, m.day) < 1.0 / (1.0 + np.exp(-odds))]
    return result


def house(m: State, rows: Ints) -> None:
    """Move people into their place for a keyed stay."""
    people, p = m.migrants, m.p.of(m.migrants, rows)
    at_coast = near_coast(m, rows)
    people.status[rows] = Status.SHELTERED
    m.places.sheltered += np.bincount(people.place[rows], minlength=len(m.places.sheltered))
    mean = np.where(at_coast, p.shelter_stay_days, p.reception_stay_days)
    stay = mean * draws.exponential(people.key[rows], Decision.SHELTER_STAY, m.day)
    m.set_due(rows, m.day + 1 + stay.astype(np.int64))
    m.count_rows("sheltered_people", people.replicate[rows])


def near_coast(m: State, rows: Ints) -> NDArray[np.bool_]:
    """Whether each person is at a camp."""
    kinds: NDArray[np.bool_] = m.geography.is_kind("camp")[m.migrants.place[rows] % len(m.geography.places)]
    return kinds


def leave(m: State, rows: Ints) -> None:
    """A stay ends in the camps or further north again, in the asylum procedure, or in France outside it."""
    if len(rows) == 0:
        return
    people, p = m.migrants, m.p.of(m.migrants, rows)
    at_coast = near_coast(m, rows)
    u = draws.uniform(people.key[rows], Decision.SHELTER_OUTCOME, m.day)
    back = u < np.where(at_coast, p.shelter_return_share, p.reception_leave_share)
    rest = p.reception_asylum_share / (1.0 - p.reception_leave_share)
    asylum = ~back & (u >= 1.0 - (1.0 - np.where(at_coast, p.shelter_return_share, p.reception_leave_share)) * rest)
    m.places.sheltered -= np.bincount(people.place[rows], minlength=len(m.places.sheltered))
    people.status[rows] = np.where(back, np.where(at_coast, Status.COAST, Status.WAITING), Status.GAVE_UP)
    people.status[rows[asylum]] = Status.SETTLED
    m.set_due(rows[back], np.full(int(back.sum()), m.day + 1))
    m.count_rows("shelter_returns", people.replicate[rows[back]])
    m.count_rows("asylum_in_france", people.replicate[rows[asylum]])
    m.count_rows("gave_up_people", people.replicate[rows[~back & ~asylum]])
