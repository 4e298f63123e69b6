"""Reception: shelters near the coast and places on the way, with capacity, uptake, stay and outcome; camps cleared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.day_inputs import in_row
from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.replicate_parameters import by_row
from corridor.model.engine.stage import stage
from corridor.model.stages.coast import decide_again
from corridor.model.stages.smugglers import cancel
from corridor.model.state import NOBODY, State
from corridor.model.tables import Status

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WINTER = (12, 1, 2)


@stage(
    writes="migrants.status migrants.due migrants.place migrants.network networks.clients places.sheltered "
    "market.bookings"
)
def offer(m: State) -> None:
    """Stays end; free places are offered to those who seek shelter at the coast, those whose camp is cleared, and those
    on the way who reach a place where policy opened some."""
    people = m.migrants
    leave(m, m.coast.acting[people.status[m.coast.acting] == Status.SHELTERED])
    places = capacity(m)
    leave(m, beyond_capacity(m, places))
    moved = cleared(m)
    ask = (
        draws.uniform(people.key[moved], Decision.CLEARANCE_SHELTER, m.day)
        < m.p.of(people, moved).clearance_shelter_share
    )
    parts = (m.coast.seeking, moved[ask], accepting(m, m.coast.arrived))
    rows = np.concatenate(parts)
    if len(rows):
        free = places - m.places.sheltered
        priority = draws.uniform(people.key[rows], Decision.SHELTER_QUEUE, m.day)
        housed = kernels.ration(people.place[rows].astype(np.int64), priority, free)
        cancel(m, rows[housed & (people.status[rows] == Status.BOOKED)])
        house(m, rows[housed])
        turned_away = rows[~housed & (np.arange(len(rows)) < len(m.coast.seeking))]
        decide_again(m, turned_away)
    move_on(m, moved[people.status[moved] != Status.SHELTERED])


def capacity(m: State) -> Ints:
    """Places of every place today, in agents: those of the map, closed in part or not, and those that policy opens.

    The part of an agent that is left is rounded up or down by each place's own luck, so that the mean over seeds has
    as many places at every scale.
    """
    g = m.geography
    places = g.reception_places * m.inputs.places_factor + m.inputs.places_opened
    places = np.broadcast_to(places, (m.replicates, len(g.places)))
    return kernels.whole(places / m.scale, m.luck.capacity).ravel()


def beyond_capacity(m: State, places: Ints) -> Ints:
    """Those for whom places closed today leave none: chosen by luck among all who stay there."""
    over = m.places.sheltered > places
    if not over.any():
        return NOBODY
    t = m.migrants
    rows = np.flatnonzero(t.column("status") == Status.SHELTERED)
    rows = rows[over[t.place[rows]]]
    place = t.place[rows].astype(np.int64)
    served = kernels.ration(place, draws.uniform(t.key[rows], Decision.EVICTION, m.day), places)
    result: Ints = rows[~served]
    return result


def accepting(m: State, arrived: Ints) -> Ints:
    """Those who reach a place on the way where policy opened some and would take one: logit uptake (evidence 1.11)."""
    if not m.inputs.places_opened.any() or len(arrived) == 0:
        return NOBODY
    people, g = m.migrants, m.geography
    replicate, local = np.divmod(people.place[arrived], len(g.places))
    rows = arrived[in_row(m.inputs.places_opened, replicate, local) > 0]
    p = m.p.of(people, rows)
    odds = (
        np.log(p.reception_uptake / (1.0 - p.reception_uptake))
        + p.uptake_kin * (people.kin[rows] - p.share_kin_uk)
        + p.uptake_failed * people.failed[rows]
        + p.uptake_winter * (m.date.month in WINTER)
        + by_row(np.log(m.inputs.reception_odds), people.replicate[rows])
    )
    result: Ints = rows[draws.uniform(people.key[rows], Decision.SHELTER_UPTAKE, m.day) < 1.0 / (1.0 + np.exp(-odds))]
    return result


def house(m: State, rows: Ints) -> None:
    """Move people into their place for a keyed stay."""
    if len(rows) == 0:
        return
    people, p = m.migrants, m.p.of(m.migrants, rows)
    at_coast, replicate = near_coast(m, rows), people.replicate[rows]
    people.status[rows] = Status.SHELTERED
    m.places.sheltered += np.bincount(people.place[rows], minlength=len(m.places.sheltered))
    near = p.shelter_stay_days * by_row(m.inputs.shelter_stay, replicate)
    mean = np.where(at_coast, near, p.reception_stay_days * by_row(m.inputs.reception_stay, replicate))
    stay = mean * draws.exponential(people.key[rows], Decision.SHELTER_STAY, m.day)
    m.set_due(rows, m.day + 1 + stay.astype(np.int64))
    m.count_rows("sheltered_people", replicate)


def near_coast(m: State, rows: Ints) -> Bools:
    """Whether each person is at a camp."""
    kinds: Bools = m.geography.is_kind("camp")[m.migrants.place[rows] % len(m.geography.places)]
    return kinds


def leave(m: State, rows: Ints) -> None:
    """A stay ends in the camps or further north again, in the asylum procedure, or in France outside it."""
    if len(rows) == 0:
        return
    people, p, i = m.migrants, m.p.of(m.migrants, rows), m.inputs
    at_coast, replicate = near_coast(m, rows), people.replicate[rows]
    u = draws.uniform(people.key[rows], Decision.SHELTER_OUTCOME, m.day)
    near = np.minimum(1.0, p.shelter_return_share * by_row(i.shelter_return, replicate))
    goes_back = np.where(
        at_coast, near, np.minimum(1.0, p.reception_leave_share * by_row(i.reception_return, replicate))
    )
    back = u < goes_back
    rest = p.reception_asylum_share / (1.0 - p.reception_leave_share) * by_row(i.reception_asylum, replicate)
    asylum = ~back & (u >= 1.0 - (1.0 - goes_back) * np.minimum(1.0, rest))
    m.places.sheltered -= np.bincount(people.place[rows], minlength=len(m.places.sheltered))
    people.status[rows] = np.where(back, np.where(at_coast, Status.COAST, Status.WAITING), Status.GAVE_UP)
    people.status[rows[asylum]] = Status.SETTLED
    m.set_due(rows[back], m.day + 1)
    m.count_rows("shelter_returns", people.replicate[rows[back]])
    m.count_rows("asylum_in_france", people.replicate[rows[asylum]])
    m.count_rows("gave_up_people", people.replicate[rows[~back & ~asylum]])


def cleared(m: State) -> Ints:
    """Those who are moved from their camp today; not those who are on their way to a lorry or seek shelter."""
    if not m.inputs.cleared.any():
        return NOBODY
    t = m.migrants
    rows = m.coast.present
    away = np.isin(rows, np.concatenate([m.coast.lorry, m.coast.seeking]))
    rows = rows[~away & np.isin(t.status[rows], (Status.COAST, Status.BOOKED))]
    replicate, local = np.divmod(t.place[rows], len(m.geography.places))
    chance = in_row(m.inputs.cleared, replicate, local)
    result: Ints = rows[draws.uniform(t.key[rows], Decision.CLEARANCE, m.day) < chance]
    m.count_rows("cleared_people", t.replicate[result])
    return result


def move_on(m: State, rows: Ints) -> None:
    """Those whose camp is cleared and who got no place go to the next camp, where bookings last, or inland, where they
    set out for the coast again."""
    if len(rows) == 0:
        return
    t, g = m.migrants, m.geography
    replicate, local = np.divmod(t.place[rows].astype(np.int64), len(g.places))
    near = draws.uniform(t.key[rows], Decision.CLEARANCE_CAMP, m.day) < m.p.of(t, rows).clearance_camp_share
    near &= g.other_camp[local] >= 0
    t.place[rows] = replicate * len(g.places) + np.where(near, g.other_camp[local], g.inland_of[local])
    inland = rows[~near & (g.inland_of[local] != local)]
    cancel(m, inland[t.status[inland] == Status.BOOKED])
    t.status[inland] = Status.WAITING
    m.set_due(inland, m.day + 1)
