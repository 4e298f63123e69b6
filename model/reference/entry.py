"""How people come in: at each entry point, group by group, one person at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from corridor.model.decisions import Decision
from corridor.model.inputs.conditions import times_odds
from corridor.model.inputs.groups import ALBANIA
from corridor.model.reference import formulas, luck
from corridor.model.reference.migrant import Migrant
from corridor.model.reference.traveller import single
from corridor.model.reference.world import World
from corridor.model.stages.migrants import DIVERTED_FROM, DIVERTED_TO
from corridor.model.tables import UK, Status


def arrive(m: World) -> None:
    """New people at every entry point, and those whose clock has run out; together they act today."""
    m.begin_day(m.due_today())
    for person in newcomers(m):
        divert(person)
        person.destination = choose_destination(person)
        give_traits(person)
        m.acting.append(person)
        m.journal.count("entered_people")
        m.journal.note("entries_by_entry_point", person.place)


def newcomers(m: World) -> Iterator[Migrant]:
    """The month's mean at each entry point with a daily burst that all its groups share; returns deter Albanians."""
    p, cells = m.p, m.entries
    means = cells.daily_mean(m.date) * m.inputs.entry_factor[cells.place] * cells.before_landing(m.geography) / m.scale
    comes, responds = albanians_who_come(m), response(m)
    for cell, observed in enumerate(means):
        mean = observed * (1.0 + bound_share(m, int(cells.group[cell]), 1.0) * (responds - 1.0))
        burst = luck.exponential(
            luck.child(m.seed_key, int(cells.entry_point_hash[cell])), Decision.ENTRY_JITTER, m.day
        )
        wish = max(float(mean), 0.0) * (1.0 - p.entry_burstiness + p.entry_burstiness * burst)
        today = wish * (comes if cells.group[cell] == ALBANIA else 1.0)
        key = luck.child(m.seed_key, int(cells.cell_hash[cell]))
        u = luck.uniform(key, Decision.ENTRY_COUNT, m.day)
        by_boat = luck.whole(today, u)
        yield from enter(m, cell, key, luck.whole(today + (wish - today) * p.albania_to_lorry, u), by_boat)


def albanians_who_come(m: World) -> float:
    """Share of would-be Albanian entries that still come: floor + (1 - floor) exp(-kappa x believed return)."""
    p, market = m.p, m.market
    memory = p.albania_halving_days / np.log(2.0)
    market.albania_belief = formulas.approach(market.albania_belief, m.inputs.albania_returns, memory)
    undeterred = float(np.exp(-p.albania_deterrence * market.albania_belief))
    return p.albania_flow_floor + (1.0 - p.albania_flow_floor) * undeterred


def enter(m: World, cell: int, cell_key: int, number: int, by_boat: int) -> Iterator[Migrant]:
    """The people of a cell who come in today, those beyond `by_boat` for lorries, as yet without a destination."""
    place, group = int(m.entries.place[cell]), int(m.entries.group[cell])
    day_key = luck.mixed(cell_key + luck.salt(0, m.day))
    for rank in range(number):
        person = Migrant(m, luck.child(day_key, rank), group, place, lorry_only=rank >= by_boat)
        m.people.append(person)
        yield person


def give_traits(person: Migrant) -> None:
    """Money, kin, risk attitude and first beliefs; drawn once in a life, hence on day 0."""
    p, key = person.p, person.key
    if person.destination == UK:
        z = luck.normal(key, Decision.MONEY, Decision.MONEY_2, 0)
        person.money = single(p.money_median * np.exp(p.money_spread * z))
        person.kin = luck.uniform(key, Decision.KIN, 0) < p.share_kin_uk
        z = luck.normal(key, Decision.RISK_AVERSION, Decision.RISK_AVERSION_2, 0)
        spread = p.risk_aversion_spread
        person.risk_aversion = single(np.exp(spread * z - 0.5 * spread * spread))
    stopped = min(1.0, p.prior_boat_stopped + person.m.inputs.campaign)
    person.belief = [single(stopped), single(p.prior_lorry_found), single(p.prior_deaths_per_10k)]


def choose_destination(person: Migrant) -> int:
    """The United Kingdom with the share of the group, less while few are known to arrive; else where others of the
    group settle, among the places that a way leads to."""
    m, u = person.m, luck.uniform(person.key, Decision.DESTINATION, 0)
    bound = bound_share(m, person.group, response(m))
    if u < bound:
        return UK
    reachable = m.within_reach(person.place)
    shares = [
        float(share) if place in reachable else 0.0
        for place, share in zip(m.groups.places, m.groups.elsewhere[person.group], strict=True)
    ]
    everybody = formulas.total(shares)
    shares = [share / everybody if everybody > 0 else 1.0 / len(shares) for share in shares]
    return 1 + luck.pick(shares, formulas.between((u - bound) / max(1.0 - bound, 1e-12), 0.0, 1.0))


def response(m: World) -> float:
    """Entries bound for the United Kingdom over those of the data: an elasticity of the chance to arrive per price."""
    p = m.p
    appeal = m.market.chance_known / p.reference_chance * p.reference_fare / m.mean_fare()
    return float(np.power(np.array([appeal]), p.entry_response)[0])


def bound_share(m: World, group: int, responds: float) -> float:
    """Share of newcomers of a group bound for the United Kingdom today."""
    unheard = np.exp(-m.market.arrivals_known / m.p.news_arrivals)
    share = m.groups.share_uk[group : group + 1] * np.exp(-m.p.news_pull * unheard)
    return float(times_odds(times_odds(share, m.inputs.uk_demand), responds)[0])


def divert(person: Migrant) -> None:
    """Set out from a shore further west instead of from Libya or Tunisia, if luck has it so."""
    m, g = person.m, person.m.geography
    shores = g.named(DIVERTED_TO)
    if g.places[person.place] not in DIVERTED_FROM or len(shores) == 0:
        return
    if luck.uniform(person.key, Decision.DIVERSION, m.day) >= m.inputs.diverted:
        return
    usual = m.entries.by_place(m.date, len(g.places))[shores]
    everybody = usual.sum()
    shares = [float(each / everybody) if everybody > 0 else 1.0 / len(shores) for each in usual]
    person.place = int(shores[luck.pick(shares, luck.uniform(person.key, Decision.DIVERTED_TO, m.day))])


def found_camps(m: World) -> None:
    """People at the coast when the run begins, in the mix of the first entries bound for the Channel."""
    cells, camps = m.entries, m.geography.first_camps
    mix = cells.daily_mean(m.date) * m.groups.share_uk[cells.group]
    if mix.sum() == 0:
        return
    for cell, mean in enumerate(m.p.camp_stock_start / m.scale * mix / mix.sum()):
        key = luck.child(m.seed_key, int(cells.cell_hash[cell]) + 1)
        number = luck.whole(float(mean), luck.uniform(key, Decision.ENTRY_COUNT, 0))
        for person in enter(m, cell, key, number, number):
            person.destination = UK
            give_traits(person)
            person.place = int(camps[person.key % len(camps)])
            person.status, person.reached_coast = Status.COAST, 0
            person.money = max(person.money, single(m.p.money_median))
            person.act_on(0)
