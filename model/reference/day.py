"""The day in its order, stage by stage as in `model/simulation.py`: here are the stages in which people act alone, the
policy, the sea, and what people say; networks, patrols and boats have their own files."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from corridor.model.day_inputs import baseline_inputs
from corridor.model.decisions import Decision
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.windows import chance_usable, usable_part, wind_of_rank, window_by_wave, window_by_wind
from corridor.model.reference import formulas, luck
from corridor.model.reference.boat import cross, embark
from corridor.model.reference.entry import arrive
from corridor.model.reference.migrant import (
    BOAT,
    GIVE_UP,
    LORRY,
    RETURN,
    SHELTER,
    SPANS,
    WAIT,
    Migrant,
)
from corridor.model.reference.network import supply, trade, work_of_police
from corridor.model.reference.patrol import deploy, stop
from corridor.model.reference.routes import look_ahead
from corridor.model.reference.world import Place, World
from corridor.model.tables import Status

LOOK_AHEAD_DAYS = 30
DAYS_A_YEAR = 365.25


def apply_policy(m: World) -> None:
    """Levers in force today act on the inputs of the day."""
    m.inputs = baseline_inputs(m.p, m.geography, m.history, m.date, m.conditions.on(m.date))
    for lever, value in m.policy.pulls(m.date):
        lever.pull(m.inputs, value, m.geography)


def turn_sea(m: World) -> None:
    """Tonight's window by the first source that knows it; the wind keeps its rank with the chance of persistence."""
    sea, p = m.sea, m.p
    if m.day == 0 or luck.uniform(m.seed_key, Decision.SEA_STAY, m.day) >= p.weather_persistence:
        sea.wind_rank = luck.uniform(m.seed_key, Decision.SEA_WIND, m.day)
    sea.window = min(1.0, window_tonight(m) * m.inputs.usable_window)
    chances = [luck.uniform(luck.child(m.seed_key, k), Decision.SEA_SECTOR, m.day) for k in range(len(m.sectors))]
    sea.usable = [u < sea.window or u == min(chances) for u in chances]
    sea.med_rough = luck.uniform(m.seed_key, Decision.SEA_MEDITERRANEAN, m.day) < rough_chance(m)
    m.journal.count("usable_nights", sea.window)
    m.journal.count("crossing_nights", sea.window > 0.0)


def window_tonight(m: World) -> float:
    """The usable window of the user's own sea, of a recorded day, or of a wind drawn from the climate."""
    own = m.own_sea.get(m.date)
    if own is not None and math.isfinite(own[0]):
        return own[0]
    if own is not None:
        by_wind, wave = window_in_wind(m, np.array([own[1]])), own[2]
        return by_wind if math.isnan(wave) else min(by_wind, float(window_by_wave(np.array([wave]), sets(m))[0]))
    if m.date in m.sea_record:
        if luck.uniform(m.seed_key, Decision.SEA_OPEN, m.day) >= m.sea_record.chance(m.date)[0]:
            return 0.0
        return float(m.sea_record.window(m.date, part_rank(m))[0])
    return window_in_wind(m, wind_of_rank(np.array([m.sea.wind_rank]), m.climate.wind(m.date), sets(m)))


def window_in_wind(m: World, wind: NDArray[np.float64]) -> float:
    """Window of a night of this wind: none, or that of a usable night, by the chance that it is usable."""
    usable = luck.uniform(m.seed_key, Decision.SEA_OPEN, m.day) < chance_usable(wind, sets(m))[0]
    return float((window_by_wind(wind, sets(m)) * usable_part(part_rank(m), sets(m)))[0]) if usable else 0.0


def part_rank(m: World) -> NDArray[np.float64]:
    """Rank of tonight among nights of the same wind."""
    return np.array([luck.uniform(m.seed_key, Decision.SEA_PART, m.day)])


def sets(m: World) -> ParameterSets:
    """The parameters as the formulas of the sea take them."""
    return ParameterSets([m.p.values()])


def rough_chance(m: World) -> float:
    """Chance of a rough day in the Mediterranean: twice the mean in mid-January, none in July."""
    days = 366 if calendar.isleap(m.date.year) else 365
    return float(m.p.med_rough_share * (1.0 + np.cos(2.0 * np.pi * (m.date.timetuple().tm_yday - 15) / days)))


def choose(m: World) -> None:
    """Those who wait on the way choose a way on; those at the coast choose what to do there."""
    if m.day % LOOK_AHEAD_DAYS == 0:
        look_ahead(m)
    waiting = [person for person in m.acting if person.status == Status.WAITING]
    at_coast = [person for person in m.acting if person.status in (Status.COAST, Status.BOOKED)]
    for person in waiting:
        person.choose_way()
    fare = m.mean_fare()
    apply_choices(m, [(person, person.choose_at_coast(fare)) for person in at_coast])


def apply_choices(m: World, chosen: list[tuple[Migrant, int]]) -> None:
    """Do what was chosen at the coast; bookings are filed before the reviews of others."""
    booked = [person for person, _ in chosen if person.status == Status.BOOKED]
    stays = [person for person, option in chosen if option == WAIT or (option == BOAT and person in booked)]
    for person, option in chosen:
        if option == LORRY:
            m.lorry.append(person)
        elif option in (SHELTER, RETURN, GIVE_UP):
            person.leave_coast(option)
    shares = m.market_shares()
    for person, option in chosen:
        if option == BOAT and person not in stays:
            person.book(shares)
    for person in stays:
        person.decide_again()


def travel(m: World) -> None:
    """Legs end: some die, some are turned back, the others reach the place ahead."""
    chance = rough_chance(m)
    rough = m.p.med_rough_death_factor if m.sea.med_rough else 1.0
    mean = 1.0 - chance + chance * m.p.med_rough_death_factor
    travellers = [person for person in m.acting if person.status == Status.TRAVELLING and person.due == m.day]
    dying = [person for person in travellers if person.dies_on_leg(rough, mean)]
    alive = [person for person in travellers if person not in dying]
    turned = [person for person in alive if person.is_turned_back()]
    learn_of_borders(m, travellers, turned)
    for person in dying:
        person.die_on_leg()
    for person in turned:
        person.turn_back()
    for person in alive:
        if person not in turned:
            person.reach()


def learn_of_borders(m: World, travellers: list[Migrant], turned: list[Migrant]) -> None:
    """What is believed of a leg moves towards the share turned back today."""
    for leg in {person.leg for person in travellers}:
        tried = sum(person.leg == leg for person in travellers)
        back = sum(person.leg == leg for person in turned)
        m.believed_stop[leg] = formulas.approach(m.believed_stop[leg], back / tried, m.p.route_memory_days)


def offer_shelter(m: World) -> None:
    """Stays end; free places go to those who seek shelter at the coast, those whose camp is cleared, and those on the
    way who would take one."""
    for person in m.acting:
        if person.status == Status.SHELTERED:
            person.move_out()
    for person in beyond_capacity(m):
        person.move_out()
    inside = m.sheltered()
    moved = [person for person in m.people if person.is_cleared()]
    m.journal.count("cleared_people", len(moved))
    on_the_way = [person for person in m.reached_on_the_way if m.inputs.places_opened[person.place] > 0]
    asking = [
        *m.seeking,
        *(person for person in moved if person.asks_for_shelter()),
        *(person for person in on_the_way if person.accepts_shelter()),
    ]
    housed: list[Migrant] = []
    for place in {person.place for person in asking}:
        queue = [person for person in asking if person.place == place]
        free = capacity(m, place) - inside[place]
        housed += luck.first_served(queue, lambda who: who.draw(Decision.SHELTER_QUEUE), free)
    for person in asking:
        if person in housed:
            person.move_in()
    for person in m.seeking:
        if person not in housed:
            person.decide_again()
    for person in moved:
        if person not in housed:
            person.move_on()


def beyond_capacity(m: World) -> list[Migrant]:
    """Those for whom places closed today leave none."""
    out = []
    for place, number in m.sheltered().items():
        if number > capacity(m, place):
            there = [person for person in m.people if person.status == Status.SHELTERED and person.place == place]
            stay = luck.first_served(there, lambda who: who.draw(Decision.EVICTION), capacity(m, place))
            out += [person for person in there if person not in stay]
    return out


def capacity(m: World, place: int) -> int:
    """Reception places of a place today, in agents."""
    of_map = float(m.geography.reception_places[place]) * float(m.inputs.places_factor[place])
    places = of_map + float(m.inputs.places_opened[place])
    return luck.whole(places / m.scale, luck.uniform(luck.child(m.seed_key, place), Decision.CAPACITY, 0))


def search_ports(m: World) -> None:
    """Lorry attempts of the day."""
    for person in m.lorry:
        person.seek_lorry()


def settle(m: World) -> None:
    """After a stop: some are detained, most try again, some give up; detention ends in removal or release."""
    for person in m.acting:
        if person.status == Status.DETAINED:
            person.leave_detention()
    u = luck.uniform(m.seed_key, Decision.CAPACITY, 0)
    places = luck.whole(m.p.detention_places * m.inputs.removal_places / m.scale, u)
    inside = [person for person in m.people if person.status == Status.DETAINED]
    kept = luck.first_served(inside, lambda who: who.draw(Decision.DETENTION_ENDS), places)
    for person in inside:
        if person not in kept:
            person.leave_detention()
    failed = [*m.stopped, *m.detected]
    free = places - m.detained()
    wanted = [person for person in failed if person.may_be_detained()]
    held = luck.first_served(wanted, lambda who: who.draw(Decision.DETENTION_QUEUE), free)
    for person in failed:
        person.failed += 1
        if person in held:
            person.be_detained()
    for person in failed:
        if person not in held:
            if person.tries_again():
                person.rest()
            else:
                person.give_up()


def talk(m: World) -> None:
    """What happened spreads: to those who lived it, to the camps, to those who listen, and between networks."""
    for person in m.stopped:
        person.live_through(0)
    for person in [*m.detected, *m.turned_away]:
        person.live_through(1)
    for place in m.places:
        if place.kind == "camp":
            coast_news(m, place)
    converse(m)
    networks_talk(m)
    today, market = m.journal.today, m.market
    if today["attempts_people"] > 0:
        arrived = today["arrivals_people"] / today["attempts_people"]
        market.chance_known = formulas.approach(market.chance_known, arrived, m.p.news_memory_days)
    a_year = DAYS_A_YEAR * m.journal.today["arrivals_people"] * m.scale
    m.market.arrivals_known = formulas.approach(m.market.arrivals_known, a_year, m.p.news_memory_days)


def coast_news(m: World, camp: Place) -> None:
    """What a camp says moves towards the outcomes of the day, more so after a day with many attempts."""
    today = m.journal.today
    news = (
        (today["prevented_people"], today["attempts_people"], 1.0),
        (today["lorry_detected"], today["lorry_attempts"], 1.0),
        (today["deaths_channel"], today["attempts_people"], 1e4),
    )
    for k, (events, tries, per) in enumerate(news):
        if tries > 0:
            step = -float(np.expm1(-tries * m.scale / m.p.informative_attempts / m.p.opinion_memory_days))
            camp.opinion[k] += step * (per * events / tries - camp.opinion[k])
            camp.opinion_trust[k] += step * (m.p.trust_in_experience - camp.opinion_trust[k])


def converse(m: World) -> None:
    """People exchange with the voice of their place; then what a place says moves towards those who spoke there."""
    said: dict[int, list[list[tuple[float, float]]]] = {}
    for person in m.acting:
        if person.talks_today():
            said.setdefault(person.place, []).append(person.exchange())
    for place, voices in said.items():
        for k in range(len(SPANS)):
            hear(m, m.places[place], k, [voice[k] for voice in voices])


def hear(m: World, place: Place, k: int, voices: list[tuple[float, float]]) -> None:
    """The voice of a place moves towards the mean of those who spoke, weighted by their trust."""
    weight = formulas.total(trust for _, trust in voices)
    if weight > 0:
        mean = formulas.total(trust * value for value, trust in voices) / weight
        days = m.p.opinion_memory_days
        place.opinion[k] = formulas.approach(place.opinion[k], mean, days)
        place.opinion_trust[k] = formulas.approach(place.opinion_trust[k], weight / len(voices), days)


def networks_talk(m: World) -> None:
    """Networks' beliefs about sectors drift towards their mean."""
    trading = list(m.trading)
    for sector in range(len(m.sectors)):
        mean = formulas.total(network.sector_belief[sector] for network in trading) / max(len(trading), 1)
        for network in trading:
            network.sector_belief[sector] += m.p.belief_sharing * (mean - network.sector_belief[sector])


def review(m: World) -> None:
    """The committee moves effort to the measure it favours while its score gets better, else to the next."""
    committee, inputs, today = m.committee, m.inputs, m.journal.today
    if inputs.committee_share == 0.0:
        committee.rest()
        return
    committee.days += 1
    for k, name in enumerate(("prevented_people", "arrivals_people", "deaths_channel")):
        committee.sums[k] += today[name]
    if committee.days < max(1, round(inputs.committee_days)):
        return
    prevented, arrivals, deaths = (each / committee.days for each in committee.sums)
    score = inputs.count_prevented * prevented - inputs.count_arrivals * arrivals - inputs.count_deaths * deaths
    if score < committee.last_score:
        committee.favoured = (committee.favoured + 1) % len(committee.effort)
    shifted = [effort * (1.0 - inputs.committee_share) for effort in committee.effort]
    shifted[committee.favoured] += formulas.total(committee.effort) - formulas.total(shifted)
    kept = [max(effort, 0.1) for effort in shifted]
    committee.effort = [effort * len(kept) / formulas.total(kept) for effort in kept]
    committee.last_score, committee.sums, committee.days = score, [0.0, 0.0, 0.0], 0


def record(m: World) -> None:
    """Record the day."""
    m.journal.close_day()


DAY: dict[str, Callable[[World], None]] = {
    "policy.apply": apply_policy,
    "weather.turn": turn_sea,
    "migrants.arrive": arrive,
    "migrants.choose": choose,
    "routes.travel": travel,
    "reception.offer": offer_shelter,
    "smugglers.supply": supply,
    "smugglers.trade": trade,
    "patrols.deploy": deploy,
    "crossing.embark": embark,
    "patrols.stop": stop,
    "crossing.cross": cross,
    "ports.search": search_ports,
    "intelligence.work": work_of_police,
    "coast.settle": settle,
    "beliefs.talk": talk,
    "policy.review": review,
    "recording.record": record,
}
