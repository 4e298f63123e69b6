"""At the coast: boat, lorry, wait, shelter, return or give up; and what follows a stop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.replicate_parameters import by_row
from corridor.model.engine.stage import stage
from corridor.model.stages.smugglers import book, cancel, whole_days
from corridor.model.state import NOBODY, State
from corridor.model.tables import Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WAIT, BOAT, LORRY, SHELTER, RETURN, GIVE_UP = range(6)


def choose_at_coast(m: State, rows: Ints) -> None:
    """Random utility over wait, boat, lorry, shelter, return and give up.

    Waiting a day has utility zero. The rare ways out have the logarithm of their daily hazard, so that with nothing
    else on offer they happen at that rate; somebody who decides once a week has seven days of hazard.
    """
    t, market = m.migrants, m.market
    replicate, booked = t.replicate[rows], t.status[rows] == Status.BOOKED
    p = m.p.at(replicate)
    single = p.single  # for columns in single precision
    days = np.where(booked, p.booking_review_days, 1.0)
    utility = np.full((len(rows), 6), -np.inf)
    utility[~booked, WAIT] = 0.0
    fare = np.where(booked, 0.0, m.coast.fare[replicate])
    afford = t.money[rows] >= fare
    u_boat = (
        single.boat_preference
        + single.risk_weight * t.risk_aversion[rows] * t.belief_boat[rows]
        + single.death_weight * t.belief_death[rows]
        + p.fare_weight * fare / np.maximum(t.money[rows], 1.0)
        + p.wait_weight * market.queue_days[replicate]
        + p.cold_weight * (m.climate.water(m.date) - p.mild_water)
    )
    utility[:, BOAT] = np.where(afford & ~t.lorry_only[rows], u_boat, -np.inf)
    access = by_row(np.log(np.maximum(m.inputs.lorry_access, 1e-9)), replicate)
    wary = single.risk_weight * t.risk_aversion[rows] * t.belief_lorry[rows]
    u_lorry = single.lorry_preference + wary + access
    utility[:, LORRY] = np.where(booked, -np.inf, u_lorry)
    utility[:, SHELTER] = np.log(p.shelter_hazard * by_row(m.inputs.shelter_wish, replicate) * days)
    assisted = p.assisted_return_hazard * by_row(m.inputs.assisted_return, replicate)
    utility[:, RETURN] = np.log(np.maximum(assisted * days, 1e-300))
    stuck = np.where(afford, 0.0, p.stuck_hazard)
    utility[:, GIVE_UP] = np.log((p.give_up_hazard + stuck) * days)
    apply_choices(m, rows, kernels.choose(utility, draws.gumbel(t.key[rows], Decision.COAST, 6, m.day)))


def apply_choices(m: State, rows: Ints, option: Ints) -> None:
    """Turn the options chosen at the coast into statuses, bookings and next decisions.

    Who has booked and seeks shelter keeps the booking until housed (`reception.offer`).
    """
    t = m.migrants
    booked = t.status[rows] == Status.BOOKED
    leaves = rows[booked & (option > SHELTER)]
    cancel(m, leaves)
    t.status[leaves] = Status.COAST
    t.status[rows[option == RETURN]] = Status.RETURNED
    t.status[rows[option == GIVE_UP]] = Status.GAVE_UP
    m.count_rows("assisted_returns", t.replicate[rows[option == RETURN]])
    m.count_rows("gave_up_people", t.replicate[rows[option == GIVE_UP]])
    m.coast.lorry, m.coast.seeking = rows[option == LORRY], rows[option == SHELTER]
    book(m, rows[~booked & (option == BOAT)])
    again = rows[(option == WAIT) | (booked & (option == BOAT))]
    decide_again(m, again)


def decide_again(m: State, rows: Ints) -> None:
    """The next decision of people who stay at the camp: tomorrow, or at the next review of a booking."""
    t = m.migrants
    review = whole_days(m.p.of(t, rows).booking_review_days)
    m.set_due(rows, m.day + np.where(t.status[rows] == Status.BOOKED, review, 1))


@stage(writes="migrants.status migrants.due migrants.failed market.detained")
def settle(m: State) -> None:
    """After a stop: some are detained, most try again, some give up; detention ends in removal or release."""
    t = m.migrants
    release(m, m.coast.acting[t.status[m.coast.acting] == Status.DETAINED])
    places = detention_places(m)
    release(m, beyond_places(m, places))
    rows = np.concatenate([m.coast.stopped, m.coast.detected])
    if len(rows) == 0:
        return
    u = draws.uniforms(t.key[rows], (Decision.DETENTION, Decision.DETENTION_QUEUE, Decision.RETRY), m.day)
    p = m.p.of(t, rows)
    t.failed[rows] += 1
    chosen = np.flatnonzero(u[0] < p.detention_share * by_row(m.inputs.detention, t.replicate[rows]))
    free = np.maximum(0, places - m.market.detained)
    held = np.zeros(len(rows), dtype=bool)
    held[chosen] = kernels.ration(t.replicate[rows[chosen]].astype(np.int64), u[1, chosen], free)
    detain(m, rows[held])
    again = u[2] < p.p_retry
    t.status[rows[~held & ~again]] = Status.GAVE_UP
    m.count_rows("gave_up_people", t.replicate[rows[~held & ~again]])
    retry(m, rows[~held & again])


def detention_places(m: State) -> Ints:
    """Places in detention of each replicate today, in agents."""
    places = m.p.detention_places * m.inputs.removal_places / m.scale
    return kernels.whole(np.broadcast_to(places, m.replicates), m.luck.detention)


def beyond_places(m: State, places: Ints) -> Ints:
    """Those in detention for whom places closed today leave none, chosen by luck."""
    over = m.market.detained > places
    if not over.any():
        return NOBODY
    t = m.migrants
    rows = np.flatnonzero(t.column("status") == Status.DETAINED)
    rows = rows[over[t.replicate[rows]]]
    order = draws.uniform(t.key[rows], Decision.DETENTION_ENDS, m.day)
    result: Ints = rows[~kernels.ration(t.replicate[rows].astype(np.int64), order, places)]
    return result


def detain(m: State, rows: Ints) -> None:
    """Place people in detention for a keyed stay."""
    if len(rows) == 0:
        return
    t = m.migrants
    t.status[rows] = Status.DETAINED
    stay = m.p.of(t, rows).detention_days * draws.exponential(t.key[rows], Decision.DETENTION_STAY, m.day)
    m.set_due(rows, m.day + 1 + stay.astype(np.int64))
    m.market.detained += np.bincount(t.replicate[rows], minlength=m.replicates)
    m.count_rows("detained_people", t.replicate[rows])


def release(m: State, rows: Ints) -> None:
    """End of detention: removal where a removal is possible for the group, else back to the coast."""
    if len(rows) == 0:
        return
    t = m.migrants
    chance = m.p.of(t, rows).removal_share * m.groups.removable[t.group[rows]]
    removed = draws.uniform(t.key[rows], Decision.REMOVAL, m.day) < chance
    t.status[rows[removed]] = Status.RETURNED
    m.market.detained -= np.bincount(t.replicate[rows], minlength=m.replicates)
    m.count_rows("removed_people", t.replicate[rows[removed]])
    retry(m, rows[~removed])


def retry(m: State, rows: Ints) -> None:
    """Back at the camp, with a keyed wait before the next decision."""
    if len(rows) == 0:
        return
    t = m.migrants
    t.status[rows] = Status.COAST
    wait = m.p.of(t, rows).retry_wait_days * draws.exponential(t.key[rows], Decision.RETRY_WAIT, m.day)
    m.set_due(rows, m.day + 1 + wait.astype(np.int64))
