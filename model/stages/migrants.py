"""Migrants: how many enter, who they are and where they are bound, and who chooses today."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.replicate_parameters import by_row
from corridor.model.engine.stage import stage
from corridor.model.inputs.groups import ALBANIA
from corridor.model.stages import coast, routes
from corridor.model.stages.smugglers import mean_fare
from corridor.model.state import State
from corridor.model.tables import UK, Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
TRAITS = (Decision.MONEY, Decision.MONEY_2, Decision.KIN, Decision.RISK_AVERSION, Decision.RISK_AVERSION_2)
DIVERTED_FROM = ("libya_west", "libya_east", "tunisia")
DIVERTED_TO = ("algeria_east", "algeria_west", "morocco")


@stage(writes="migrants.* market.albania_belief coast.*")
def arrive(m: State) -> None:
    """New people at every entry point: the month's mean, with a daily burst that all groups there share.

    Of those bound for the United Kingdom more or fewer come where entries respond to what is believed of the Channel.
    """
    m.coast.begin_day(due_today(m), mean_fare(m))
    cells = m.entries
    mean = cells.daily_mean(m.date) * m.inputs.entry_factor[..., cells.place]
    mean = mean * cells.before_landing(m.geography) / m.scale
    responds = response(m)
    if (responds != 1.0).any():
        mean = mean * (1.0 + bound_share(m, np.ones(m.replicates)) * (responds[:, None] - 1.0))[:, cells.group]
    burst = draws.exponential(m.luck.entry_points, Decision.ENTRY_JITTER, m.day)
    p = m.p.column
    today = np.maximum(mean, 0.0) * (1.0 - p.entry_burstiness + p.entry_burstiness * burst)
    wish, today = today, today * deterrence(m)
    u = draws.uniform(m.luck.cells, Decision.ENTRY_COUNT, m.day)
    number = kernels.whole(today, u)
    to_lorry = kernels.whole(today + (wish - today) * p.albania_to_lorry, u) - number
    new = newcomers(m, m.luck.cells, number + to_lorry, number)
    divert(m, new)
    m.migrants.destination[new] = destinations(m, new)
    give_traits(m, new)
    m.coast.acting = np.concatenate([m.coast.acting, new])
    replicate, place = np.divmod(m.migrants.place[new], len(m.geography.places))
    m.count_rows("entered_people", replicate)
    m.count_labels("entries_by_entry_point", replicate, place)


def response(m: State) -> Floats:
    """Entries bound for the United Kingdom over those of the data: an elasticity of the chance to arrive per price."""
    appeal = m.market.chance_known / m.p.reference_chance * m.p.reference_fare / m.coast.fare
    result: Floats = np.power(appeal, m.p.entry_response)
    return result


def bound_share(m: State, response: Floats) -> Floats:
    """Share of newcomers of each group bound for the United Kingdom today, shape (replicate, group).

    Cumulative causation: the share is multiplied by exp(-pull x exp(-known arrivals a year / reference)); conditions of
    the time and the response of entries multiply its odds.
    """
    unheard = np.exp(-m.market.arrivals_known / m.p.news_arrivals)
    return m.groups.bound_for_uk(np.exp(-m.p.news_pull * unheard), m.inputs.uk_demand, response)


def divert(m: State, rows: Ints) -> None:
    """Some of those who would set out from Libya or Tunisia do so further west, by what is usual there today.

    Before they choose where to go, since not every place can be reached from there.
    """
    if not np.any(m.inputs.diverted) or len(rows) == 0:
        return
    g, t = m.geography, m.migrants
    shores = g.named(DIVERTED_TO)
    if len(shores) == 0:
        return
    local = t.place[rows] % len(g.places)
    moves = np.isin(local, g.named(DIVERTED_FROM)) & (
        draws.uniform(t.key[rows], Decision.DIVERSION, m.day) < by_row(m.inputs.diverted, t.replicate[rows])
    )
    who = rows[moves]
    usual = m.entries.by_place(m.date, len(g.places))[shores]
    shares = usual / usual.sum() if usual.sum() > 0 else np.full(len(shores), 1.0 / len(shores))
    u = draws.uniform(t.key[who], Decision.DIVERTED_TO, m.day)
    shore = kernels.pick(np.broadcast_to(shares, (len(who), len(shores))), u)
    t.place[who] = t.replicate[who].astype(np.int64) * len(g.places) + shores[shore]


def due_today(m: State) -> Ints:
    """Rows whose clock has run out, each once, in the order of entry; a row filed again for another day is skipped."""
    rows = m.calendar.take(m.day, m.migrants.due)
    rows = np.sort(rows[m.migrants.due[rows] == m.day], kind="stable")  # parts that are in order already
    first: NDArray[np.bool_] = np.diff(rows, prepend=-1) > 0
    once: Ints = rows[first]
    return once


def deterrence(m: State) -> Floats:
    """Share of would-be Albanian entries that still come: floor + (1 - floor) exp(-kappa x believed return)."""
    market, p = m.market, m.p
    memory = p.albania_halving_days / np.log(2.0)
    chance = np.full(m.replicates, m.inputs.albania_returns)
    market.albania_belief = kernels.approach(market.albania_belief, chance, memory)
    comes = p.albania_flow_floor + (1.0 - p.albania_flow_floor) * np.exp(-p.albania_deterrence * market.albania_belief)
    return np.where(m.entries.group[None, :] == ALBANIA, comes[:, None], 1.0)


def newcomers(m: State, cell_keys: Keys, number: Ints, by_boat: Ints) -> Ints:
    """Add `number` people to each (replicate, cell); those beyond `by_boat` are set on lorries. Returns their rows.

    They have neither a destination nor traits yet.
    """
    flat = number.ravel()
    total = int(flat.sum())
    rows = m.migrants.add(total)
    if total == 0:
        return rows
    where = np.repeat(np.arange(len(flat)), flat)
    rank = np.arange(total) - np.repeat(np.cumsum(flat) - flat, flat)
    replicate, cell = np.divmod(where, number.shape[1])
    t = m.migrants
    t.key[rows] = draws.child_keys(draws.mixed(cell_keys.ravel()[where] + draws.salt(0, m.day)), rank)
    t.replicate[rows], t.group[rows] = replicate, m.entries.group[cell]
    t.place[rows] = replicate * len(m.geography.places) + m.entries.place[cell]
    t.due[rows], t.entered[rows], t.heard[rows] = m.day, m.day, m.day
    t.lorry_only[rows] = rank >= by_boat.ravel()[where]
    return rows


def give_traits(m: State, rows: Ints) -> None:
    """Money, kin, risk attitude and first beliefs, keyed by the person alone; after the destination is known."""
    t, p, never = m.migrants, m.p.of(m.migrants, rows), 0
    bound = rows[t.destination[rows] == UK]
    u, of_bound = draws.uniforms(t.key[bound], TRAITS, never), m.p.of(t, bound)
    t.money[bound] = of_bound.money_median * np.exp(of_bound.money_spread * draws.box_muller(u[0], u[1]))
    t.kin[bound] = u[2] < of_bound.share_kin_uk
    t.risk_aversion[rows] = 1.0
    spread = of_bound.risk_aversion_spread
    t.risk_aversion[bound] = np.exp(spread * draws.box_muller(u[3], u[4]) - 0.5 * spread * spread)
    t.belief_boat[rows] = np.minimum(1.0, p.prior_boat_stopped + by_row(m.inputs.campaign, t.replicate[rows]))
    t.belief_lorry[rows], t.belief_death[rows] = p.prior_lorry_found, p.prior_deaths_per_10k
    t.trust_boat[rows] = t.trust_lorry[rows] = t.trust_death[rows] = p.prior_trust


def destinations(m: State, rows: Ints) -> Ints:
    """The United Kingdom with the share of the group; else where others settle, among the places a way leads to."""
    t = m.migrants
    u = draws.uniform(t.key[rows], Decision.DESTINATION, 0)
    bound = bound_share(m, response(m))[t.replicate[rows], t.group[rows]]
    rest = np.clip((u - bound) / np.maximum(1.0 - bound, 1e-12), 0.0, 1.0)
    n_places = len(m.geography.places)
    settling = m.groups.settling.take(t.group[rows].astype(np.int64) * n_places + t.place[rows] % n_places, axis=0)
    return np.where(u < bound, UK, 1 + kernels.pick_cumulated(settling, rest))


def found_camps(m: State) -> None:
    """People at the coast when the run begins, in the mix of the first entries bound for the Channel."""
    camps = m.geography.first_camps
    mix = m.entries.daily_mean(m.date) * np.take(m.groups.share_uk, m.entries.group, axis=-1)
    if mix.sum() == 0:
        return
    m.coast.fare = mean_fare(m)
    mean = m.p.column.camp_stock_start / m.scale * mix / mix.sum(axis=-1, keepdims=True)
    cell_keys = draws.child_keys(m.seed_keys[:, None], m.entries.cell_hash[None, :] + 1)
    number = kernels.whole(np.broadcast_to(mean, cell_keys.shape), draws.uniform(cell_keys, Decision.ENTRY_COUNT, 0))
    rows = newcomers(m, cell_keys, number, number)
    t = m.migrants
    t.destination[rows] = UK
    give_traits(m, rows)
    local = camps[(t.key[rows] % np.uint64(len(camps))).astype(np.int64)]
    t.place[rows] = t.replicate[rows].astype(np.int64) * len(m.geography.places) + local
    t.status[rows], t.reached_coast[rows] = Status.COAST, 0
    t.money[rows] = np.maximum(t.money[rows], m.p.of(t, rows).money_median)
    m.coast.present = rows
    m.set_due(rows, np.zeros(len(rows), dtype=np.int64))


@stage(
    writes="migrants.status migrants.leg migrants.due migrants.network migrants.booked_on networks.clients "
    "legs.utility legs.border_cost coast.* market.bookings"
)
def choose(m: State) -> None:
    """Those whose clock has run out choose: a way on from where they wait, or what to do at the coast."""
    if m.day % routes.LOOK_AHEAD_DAYS == 0:
        routes.look_ahead(m)
    acting, status = m.coast.acting, m.migrants.status[m.coast.acting]
    routes.choose_leg(m, acting[status == Status.WAITING])
    at_coast = acting[(status == Status.COAST) | (status == Status.BOOKED)]
    if len(at_coast):
        coast.choose_at_coast(m, at_coast)
