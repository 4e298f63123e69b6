"""Migrants: how they enter, choose ways, travel, and what they do after a stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import coast, draws, kernels, routes
from model.draws import Decision
from model.problems import InputError
from model.reading import Column, given_twice, read_sheet, read_table
from model.stages import stage
from model.tables import UK, Status, put

if TYPE_CHECKING:
    from model.geography import Geography
    from model.model import MigrationModel
    from model.params import Parameters
    from model.sets import ParameterSets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

GROUPS = (
    "albania", "afghanistan", "iran", "iraq", "syria", "turkey", "eritrea", "sudan", "horn", "vietnam",
    "south_asia", "north_africa", "west_central_africa", "other",
)
ALBANIA = GROUPS.index("albania")
DATA = Path(__file__).parent / "data"


class Groups:
    """Nationality groups: the share bound for the United Kingdom and where the others settle."""

    def __init__(self, geography: Geography, p: Parameters | ParameterSets, path: str | Path | None = None) -> None:
        of = read_groups(path)
        shares = np.array([of[g][0] for g in GROUPS])
        self.share_uk = np.minimum(1.0, np.multiply.outer(p.share_uk_scale, shares))  # (group), or (replicate, group)
        self.removable = np.array([of[g][1] for g in GROUPS])
        self.places, self.elsewhere = settle_shares(geography)
        self.reachable = reachable(geography, self.places)

    def bound_for_uk(self, replicate: NDArray[np.integer], group: NDArray[np.integer]) -> Floats:
        """Share bound for the United Kingdom of people of the given replicates and groups."""
        shares: Floats = self.share_uk[group] if self.share_uk.ndim == 1 else self.share_uk[replicate, group]
        return shares


def read_groups(path: str | Path | None) -> dict[str, tuple[float, float]]:
    """Group -> share bound for the United Kingdom and share that can be removed, from the shipped CSV or a user's own.

    Raises InputError with all problems: unreadable rows, groups that are unknown, given twice or missing.
    """
    path, text = Path(path or DATA / "groups.csv"), Column("text", required=False)
    share = Column("number", low=0, high=1)
    sheet = read_sheet(
        path,
        {"group": Column("text", allowed=GROUPS), "share_uk": share, "low": share, "high": share,
         "removable": share, "grade": text, "source": text, "note": text},
    )
    rows, missing = sheet.columns, [group for group in GROUPS if group not in sheet.columns["group"]]
    problems = [*sheet.problems, *given_twice(sheet, "group", ("group",))]
    for row, value, low, high in zip(sheet.rows, rows["share_uk"], rows["low"], rows["high"], strict=True):
        if None not in (value, low, high) and "" not in (value, low, high) and not low <= value <= high:
            problems.append(f"{path.name}, row {row}, share_uk: {value:g} is not between low {low:g} and high {high:g}")
    if missing and not sheet.problems:
        problems.append(f"{path.name}, group: {', '.join(missing)} are missing; every group has a row")
    if problems:
        raise InputError(problems)
    return dict(zip(rows["group"], zip(rows["share_uk"], rows["removable"], strict=True), strict=True))


def settle_shares(geography: Geography) -> tuple[Ints, Floats]:
    """Places where people settle (rows of the map) and the share of each group that settles there."""
    text = Column("text", required=False)
    table = read_table(
        DATA / "destinations.csv",
        {"group": Column("text", allowed=GROUPS), "place": Column("text"), "share": Column("number", low=0, high=1),
         "grade": text, "source": text},
    )
    names = [name for name in dict.fromkeys(table["place"]) if name in geography.places]
    shares = np.zeros((len(GROUPS), len(names)))
    for group, place, share in zip(table["group"], table["place"], table["share"], strict=True):
        if place in names:
            shares[GROUPS.index(group), names.index(place)] += share
    if not names:
        return settle_at_camps(geography)
    totals = shares.sum(axis=1, keepdims=True)
    shares = np.where(totals > 0, shares / np.maximum(totals, 1e-12), 1.0 / len(names))
    return np.array([geography.row(name) for name in names]), shares


def reachable(geography: Geography, goals: Ints) -> NDArray[np.bool_]:
    """Whether some way leads from each place to each goal, shape (place, goal)."""
    reach = np.arange(len(geography.places))[:, None] == goals
    ahead = np.where(geography.out_legs >= 0, geography.destination[np.maximum(geography.out_legs, 0)], -1)
    for _ in geography.places:
        reach = reach | (reach[ahead] & (ahead >= 0)[:, :, None]).any(axis=1)
    result: NDArray[np.bool_] = reach
    return result


def settle_at_camps(geography: Geography) -> tuple[Ints, Floats]:
    """On a map without the shipped hubs, people not bound for the United Kingdom settle at any hub, all alike."""
    hubs = geography.rows("hub")
    hubs = hubs if len(hubs) else geography.rows("camp")
    return hubs, np.full((len(GROUPS), len(hubs)), 1.0 / len(hubs))


@stage(writes="migrants.* market.albania_belief coast.*")
def arrive(m: MigrationModel) -> None:
    """New people at every door; the number is the month's mean with a daily burst that all groups of a door share."""
    m.coast.begin_day(due_today(m))
    cells = m.entries
    mean = cells.daily_mean(m.date) * m.inputs.door[cells.place] * cells.before_landing(m.geography) / m.scale
    door_keys = draws.child_keys(m.seed_keys[:, None], cells.door_hash[None, :])
    burst = -np.log(draws.uniform(door_keys, Decision.ENTRY_JITTER, m.day))
    p = m.p.column
    today = np.maximum(mean, 0.0) * (1.0 - p.entry_burstiness + p.entry_burstiness * burst)
    wish, today = today, today * deterrence(m)
    cell_keys = draws.child_keys(m.seed_keys[:, None], cells.cell_hash[None, :])
    u = draws.uniform(cell_keys, Decision.ENTRY_COUNT, m.day)
    number = kernels.whole(today, u)
    to_lorry = kernels.whole(today + (wish - today) * p.albania_to_lorry, u) - number
    new = newcomers(m, cell_keys, number + to_lorry, number)
    m.coast.acting = np.concatenate([m.coast.acting, new])
    replicate, door = np.divmod(m.migrants.place[new], len(m.geography.places))
    m.count_rows("entered_people", replicate)
    m.breakdowns.add("entries_by_door", replicate, door)


def due_today(m: MigrationModel) -> Ints:
    """Rows whose clock has run out, each once, in the order of entry; a row filed again for another day is skipped."""
    rows = m.calendar.take(m.day)
    rows = np.sort(rows[m.migrants.due[rows] == m.day], kind="stable")  # parts that are in order already
    first: NDArray[np.bool_] = np.diff(rows, prepend=-1) > 0
    once: Ints = rows[first]
    return once


def deterrence(m: MigrationModel) -> Floats:
    """Share of would-be Albanian entries that still come: floor + (1 - floor) exp(-kappa x believed return)."""
    market, p = m.market, m.p
    memory = p.albania_halving_days / np.log(2.0)
    chance = np.full(m.replicates, m.inputs.albania_returns)
    market.albania_belief = kernels.approach(market.albania_belief, chance, memory)
    comes = p.albania_flow_floor + (1.0 - p.albania_flow_floor) * np.exp(-p.albania_deterrence * market.albania_belief)
    return np.where(m.entries.group[None, :] == ALBANIA, comes[:, None], 1.0)


def newcomers(m: MigrationModel, cell_keys: Keys, number: Ints, by_boat: Ints) -> Ints:
    """Add `number` people to each (replicate, cell); those beyond `by_boat` are set on lorries. Returns their rows."""
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
    give_traits(m, rows)
    t.lorry_only[rows] = rank >= by_boat.ravel()[where]
    return rows


def give_traits(m: MigrationModel, rows: Ints) -> None:
    """Destination, money, kin, risk attitude and first beliefs, keyed by the person alone."""
    t, p = m.migrants, m.p.of(m.migrants, rows)
    key, never = t.key[rows], 0
    t.destination[rows] = destinations(m, rows, draws.uniform(key, Decision.DESTINATION, never))
    bound = rows[t.destination[rows] == UK]
    key, of_bound = t.key[bound], m.p.of(t, bound)
    z = draws.normal(key, Decision.MONEY, Decision.MONEY_2, never)
    t.money[bound] = of_bound.money_median * np.exp(of_bound.money_spread * z)
    t.kin[bound] = draws.uniform(key, Decision.KIN, never) < of_bound.share_kin_uk
    z = draws.normal(key, Decision.RISK_AVERSION, Decision.RISK_AVERSION_2, never)
    t.risk_aversion[rows] = 1.0
    spread = of_bound.risk_aversion_spread
    t.risk_aversion[bound] = np.exp(spread * z - 0.5 * spread * spread)
    t.belief_boat[rows] = np.minimum(1.0, p.prior_boat_stopped + m.inputs.campaign)
    t.belief_lorry[rows], t.belief_death[rows] = p.prior_lorry_found, p.prior_deaths_per_10k
    t.trust_boat[rows] = t.trust_lorry[rows] = t.trust_death[rows] = p.prior_trust


def destinations(m: MigrationModel, rows: Ints, u: Floats) -> Ints:
    """The United Kingdom with the share of the group, less while few are known to arrive; else where others settle,
    among the places that a way leads to.

    Cumulative causation: the share is multiplied by exp(-pull x exp(-known arrivals a year / reference)).
    """
    t, p, replicate = m.migrants, m.p, m.migrants.replicate[rows]
    unheard = np.exp(-m.market.arrivals_known / p.news_arrivals)
    bound = m.groups.bound_for_uk(replicate, t.group[rows]) * np.exp(-p.news_pull * unheard)[replicate]
    rest = np.clip((u - bound) / np.maximum(1.0 - bound, 1e-12), 0.0, 1.0)
    open_shares = m.groups.elsewhere[t.group[rows]] * m.groups.reachable[t.place[rows] % len(m.geography.places)]
    total = np.cumsum(open_shares, axis=1)[:, -1:]
    shares = np.where(total > 0, open_shares / np.maximum(total, 1e-12), 1.0 / open_shares.shape[1])
    return np.where(u < bound, UK, 1 + kernels.pick(shares, rest))


def found_camps(m: MigrationModel) -> None:
    """People at the coast when the run begins, in the mix of the first entries bound for the Channel."""
    camps = m.geography.rows("camp")
    mix = m.entries.daily_mean(m.date) * np.take(m.groups.share_uk, m.entries.group, axis=-1)
    if mix.sum() == 0:
        return
    mean = m.p.column.camp_stock_start / m.scale * mix / mix.sum(axis=-1, keepdims=True)
    cell_keys = draws.child_keys(m.seed_keys[:, None], m.entries.cell_hash[None, :] + 1)
    number = kernels.whole(np.broadcast_to(mean, cell_keys.shape), draws.uniform(cell_keys, Decision.ENTRY_COUNT, 0))
    rows = newcomers(m, cell_keys, number, number)
    t = m.migrants
    local = camps[(t.key[rows] % np.uint64(len(camps))).astype(np.int64)]
    t.place[rows] = t.replicate[rows].astype(np.int64) * len(m.geography.places) + local
    t.destination[rows], t.status[rows], t.reached_coast[rows] = UK, Status.COAST, 0
    t.money[rows] = np.maximum(t.money[rows], m.p.of(t, rows).money_median)
    m.coast.present = rows
    put(m, rows, np.zeros(len(rows), dtype=np.int64))


@stage(writes="migrants.status migrants.leg migrants.due migrants.network migrants.booked_on networks.clients "
       "legs.utility legs.border_cost coast.*")
def choose(m: MigrationModel) -> None:
    """Those whose clock has run out choose: a way on from where they wait, or what to do at the coast."""
    if m.day % routes.LOOK_AHEAD_DAYS == 0:
        routes.look_ahead(m)
    acting, status = m.coast.acting, m.migrants.status[m.coast.acting]
    routes.choose_leg(m, acting[status == Status.WAITING])
    at_coast = acting[(status == Status.COAST) | (status == Status.BOOKED)]
    if len(at_coast):
        coast.choose_at_coast(m, at_coast)
