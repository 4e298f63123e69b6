"""One boat: who is aboard, whether patrols stop it, and what the sea does to it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from corridor.model.decisions import Decision
from corridor.model.inputs.conditions import times_odds
from corridor.model.reference import formulas, luck
from corridor.model.reference.network import boat_price
from corridor.model.reference.world import World
from corridor.model.stages.crossing import AFLOAT, IN_PANIC, WHEN_MET
from corridor.model.tables import Status

SHORTEST_KM = 43.0  # Calais to Dover, beyond which exposure grows


@dataclass(eq=False)
class Boat:
    """A launch of today; `number` counts the launches of its network."""

    m: World
    network: Any
    number: int
    passengers: list[Any] = field(default_factory=list)
    stopped: bool = False
    returned: bool = False
    met_afloat: bool = False
    landed: int = 0

    def __post_init__(self) -> None:
        stirred = (self.network.key + luck.salt(Decision.LAUNCH_COUNT, self.m.day)) % luck.WRAP
        self.key = luck.child(stirred, self.number)
        self.sector = luck.pick(self.network.sector_shares(), self.draw(Decision.SECTOR))
        self.taxi = self.draw(Decision.TACTIC) < self.network.taxi_share

    def draw(self, decision: int) -> float:
        """This boat's luck in a decision."""
        return luck.uniform(self.key, decision, self.m.day)

    @property
    def people(self) -> float:
        """People aboard."""
        return len(self.passengers) * self.m.scale

    @property
    def extra_km(self) -> float:
        """Length of the crossing beyond the shortest."""
        return max(0.0, self.m.sectors[self.sector].km - SHORTEST_KM)

    # --- on the beach

    def meet_patrols(self) -> None:
        """Stopped, if somebody is aboard and the launch is detected, reached in time and met by a free team."""
        self.stopped = bool(self.passengers) and self.draw(Decision.BEACH_STOP) < self.p_stopped()

    def p_stopped(self) -> float:
        """Detection by random search, the race of alert and response, and a free group of teams (Erlang B)."""
        m, p, sector = self.m, self.m.p, self.m.sectors[self.sector]
        needed = max(1, math.ceil(p.officers_per_person * m.scale * len(self.passengers) / p.team_size))
        seen = formulas.detection(sector.officer_hours, sector.coast_km, m.inputs.sweep)
        km = formulas.nth_nearest(needed, sector.teams, sector.coast_km)
        response_min = m.inputs.response_time * 60.0 * km / p.response_speed
        reached = formulas.reached_in_time(p.launch_min, m.inputs.alert_min, response_min)
        launches = sum(boat.sector == self.sector for boat in m.boats)
        groups = max(sector.teams // needed, min(sector.teams, 1))
        busy = formulas.erlang_b(launches * p.intervention_hours / p.night_hours, groups)
        chance = float(times_odds(np.array([seen * reached * (1.0 - busy)]), m.inputs.stop_odds)[0])
        return chance * p.taxi_stop_factor if self.taxi else chance

    def share_found(self) -> float:
        """Share of those at a stopped launch who are found; the others are still hidden."""
        return self.m.p.people_found / max(self.people, self.m.p.people_found)

    # --- afloat

    @property
    def afloat(self) -> bool:
        """Whether the boat left the beach with people."""
        return bool(self.passengers) and not self.stopped

    def sail(self) -> None:
        """Some people die; then the boat is brought back, or arrives."""
        journal = self.m.journal
        if self.met_afloat:
            self.be_met()
            return
        self.returned = self.draw(Decision.SEA_RETURN) < self.p_returned()
        journal.count("prevented_boats" if self.returned else "arrivals_boats")
        for person in luck.first_served(self.passengers, lambda who: who.draw(Decision.VICTIM), self.deaths()):
            person.status = Status.DEAD
            journal.count("deaths_channel")

    @property
    def exposure(self) -> float:
        """How exposed it is to interception close to the shore, where a taxi boat waits."""
        return 1.0 if self.taxi else self.m.p.afloat_beach_factor

    def meets_interception(self) -> bool:
        """Whether it is met close to the shore."""
        return bool(self.draw(Decision.AFLOAT_STOP) < self.m.inputs.interception_afloat * self.exposure)

    def be_met(self) -> None:
        """Met close to the shore and brought back; some die."""
        journal = self.m.journal
        self.returned = True
        for flow in ("prevented_boats", "intercepted_afloat_boats"):
            journal.count(flow)
        journal.count("intercepted_afloat_people", len(self.passengers))
        risk = self.m.p.afloat_death_per_10k / 1e4 * self.crowded(0.0)
        dying = self.casualties(risk, WHEN_MET)
        for person in luck.first_served(self.passengers, lambda who: who.draw(WHEN_MET[2]), dying):
            person.status = Status.DEAD
            for flow in ("deaths_channel", "deaths_at_interception"):
                journal.count(flow)

    def p_returned(self) -> float:
        """Chance to be brought back to France."""
        return min(0.9, self.m.p.p_sea_fail * float(np.exp(self.m.p.route_length_risk * self.extra_km)))

    def deaths(self) -> int:
        """Agents who die afloat: of a failure with a heavy tail, or of the rare loss of the boat with most people."""
        p = self.m.p
        if self.draw(Decision.MASS_CASUALTY) < p.mass_event_chance:
            return self.agents(float(np.rint(p.mass_event_share * self.people)), Decision.VICTIM)
        return self.casualties(self.risk_afloat(), AFLOAT)

    def deaths_in_panic(self) -> int:
        """Agents who die at a launch that is stopped."""
        return self.casualties(self.m.p.panic_death_per_10k / 1e4 * self.crowded(0.0), IN_PANIC)

    def risk_afloat(self) -> float:
        """Mean number of dead per person: the base risk at 41 people in a mean year, more with distance and bad sea."""
        m, p = self.m, self.m.p
        rough = float(np.power(p.death_rough_factor, [1.0 - m.sea.window])[0] / m.windows.roughness[0])
        return p.death_base_per_10k / 1e4 * self.crowded(p.route_length_risk * self.extra_km) * rough

    def crowded(self, more: float) -> float:
        """Growth of a risk with the people aboard, and with something else."""
        return float(np.exp(self.m.p.death_crowding_slope * (self.people - self.m.p.crowding_reference) + more))

    def casualties(self, risk: float, decisions: tuple[int, int, int]) -> int:
        """Agents who die in an event with a heavy tail, whose chance gives the mean risk per person."""
        tail, size = self.m.p.death_tail, self.people
        chance = min(0.5, size * risk / mean_casualties(tail, int(size)))
        if self.draw(decisions[0]) >= chance:
            return 0
        return self.agents(formulas.casualties(self.draw(decisions[1]), tail, int(size)), decisions[2])

    def agents(self, dead: float, decision: int) -> int:
        """The dead in whole agents, at most all aboard."""
        return min(luck.whole(dead / self.m.scale, self.draw(decision)), len(self.passengers))


def mean_casualties(tail: float, aboard: int) -> float:
    """Mean number of dead of a failure, no more than all aboard: the sum of d^-tail over them, 200 at most."""
    return formulas.total(formulas.raised(dead, -tail) for dead in range(1, min(max(aboard, 1), 200) + 1))


def passengers(m: World) -> list[Any]:
    """All who are in a boat today, in the order of the waiting list."""
    return [person for person in m.still_booked() if person.boat is not None]


def embark(m: World) -> None:
    """Those who booked first fill the boats of their network, one boat after the other."""
    for person in m.people:
        person.boat = None
    m.boats = []
    for network in m.networks:
        fleet = [Boat(m, network, number) for number in range(network.launches)]
        seats = max(network.seats, 1)
        first = luck.first_served(network.clients, lambda who: who.place_in_queue(), network.launches * seats)
        for rank, person in enumerate(first):
            person.board(fleet[rank // seats])
        network.boats -= network.launches
        m.boats += fleet
    m.market.launches_ever += len(m.boats)
    for boat in m.boats:
        m.journal.count("attempts_boats")
        m.journal.count("taxi_boats", boat.taxi)
        m.journal.note("launches_by_sector", boat.sector)


def cross(m: World) -> None:
    """Boats afloat: some people die, some boats are brought back, the others arrive; then fares are paid."""
    sailing = [person for person in passengers(m) if person.boat is not None]
    for person in [*sailing, *m.stopped, *m.died_at_launch]:
        person.count_attempt()
    intercept(m)
    for boat in m.boats:
        if boat.afloat:
            boat.sail()
    for person in sailing:
        m.journal.count("attempts_people")
        person.network = None
        if person.status == Status.DEAD or person.boat is None:
            continue
        if person.boat.returned:
            m.stopped.append(person)
            if not person.boat.met_afloat:
                m.journal.count("returned_at_sea_people")
            m.journal.count("prevented_people")
        else:
            person.land()
    pay(m)


def intercept(m: World) -> None:
    """Which boats are met close to the shore; networks learn the share of exposed boats."""
    afloat = [boat for boat in m.boats if boat.afloat]
    for boat in afloat:
        boat.met_afloat = boat.meets_interception()
    if afloat:
        share = min(1.0, sum(boat.met_afloat for boat in afloat) / formulas.total(boat.exposure for boat in afloat))
        m.market.afloat_known = formulas.approach(m.market.afloat_known, share, m.p.belief_memory_days)


def pay(m: World) -> None:
    """A share of the fare is paid on sailing, the rest on arrival."""
    share = m.p.pay_on_success
    for network in dict.fromkeys(boat.network for boat in m.boats):
        earned = [
            network.fare * (share * (boat.landed * m.scale) + (1.0 - share) * (0.0 if boat.stopped else boat.people))
            for boat in m.boats
            if boat.network is network
        ]
        network.earn(earned, boat_price(m))
        for money in earned:
            m.journal.count("fares_paid", money)
