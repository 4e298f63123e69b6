"""What a person does at the coast: boat, lorry or neither; and shelter, detention and beliefs, there and on the way."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np

from corridor.model.decisions import Decision
from corridor.model.inputs.groups import ALBANIA
from corridor.model.reference import formulas, luck
from corridor.model.reference.traveller import Traveller, single
from corridor.model.tables import UK, Status

WAIT, BOAT, LORRY, SHELTER, RETURN, GIVE_UP = range(6)
WINTER = (12, 1, 2)
SPANS = (1.0, 1.0, 20.0)  # distance of two beliefs that counts as full contradiction


class Migrant(Traveller):
    """A person with all that people do."""

    # --- at the coast

    def choose_at_coast(self, fare: float) -> int:
        """Random utility over wait, boat, lorry, shelter, return and give up; somebody booked decides once a week, and
        has agreed on the fare."""
        p, m = self.p, self.m
        booked = self.status == Status.BOOKED
        days, price = p.booking_review_days if booked else 1.0, np.float64(0.0 if booked else fare)
        utility = [
            -math.inf if booked else 0.0,
            self.utility_of_boat(price),
            -math.inf if booked else self.utility_of_lorry(),
            float(np.log(p.shelter_hazard * m.inputs.shelter_wish * days)),
            float(np.log(max(p.assisted_return_hazard * m.inputs.assisted_return * days, 1e-300))),
            float(np.log((p.give_up_hazard + (p.stuck_hazard if self.money < price else 0.0)) * days)),
        ]
        return luck.best(utility, luck.gumbel(self.key, Decision.COAST, len(utility), m.day))

    def utility_of_boat(self, fare: np.float64) -> float:
        """The boat against waiting a day; no option without the fare, or for someone who only tries lorries."""
        p = self.p
        if self.money < fare or self.lorry_only:
            return -math.inf
        queue = np.float64(self.m.market.queue_days)  # of double precision, unlike a plain number beside singles
        risk = p.boat_preference + p.risk_weight * self.risk_aversion * self.belief[0] + p.death_weight * self.belief[2]
        cold = p.cold_weight * (self.m.climate.water(self.m.date) - p.mild_water)
        return float(risk + p.fare_weight * fare / max(self.money, single(1.0)) + p.wait_weight * queue + cold)

    def utility_of_lorry(self) -> float:
        """The lorry against waiting a day."""
        p, access = self.p, np.log(max(self.m.inputs.lorry_access, 1e-9))
        return float(p.lorry_preference + p.risk_weight * self.risk_aversion * self.belief[1] + access)

    def leave_coast(self, option: int) -> None:
        """Off to shelter, home or into a life in France; a booking is given up, but for shelter."""
        if option == SHELTER:
            self.m.seeking.append(self)
            return
        if self.status == Status.BOOKED:
            self.cancel()
        if option == RETURN:
            self.status = Status.RETURNED
            self.m.journal.count("assisted_returns")
        else:
            self.give_up()

    def decide_again(self) -> None:
        """The next decision of somebody who stays at the camp: tomorrow, or at the next review of a booking."""
        self.act_on(self.m.day + (round(self.p.booking_review_days) if self.status == Status.BOOKED else 1))

    def give_up(self) -> None:
        """Stay in France, outside any procedure."""
        self.status = Status.GAVE_UP
        self.m.journal.count("gave_up_people")

    def book(self, shares: list[float]) -> None:
        """Book with one of the networks that trade, by the shares of the market."""
        self.network = list(self.m.trading)[luck.pick(shares, self.draw(Decision.NETWORK_OF_CLIENT))]
        self.m.market.bookings += 1
        self.network.clients.append(self)
        self.m.still_booked()  # who left the list earlier stands at its end now
        self.status, self.booked_on = Status.BOOKED, self.m.day
        self.m.waiting_list.append(self)
        self.act_on(self.m.day + round(self.p.booking_review_days))

    def cancel(self) -> None:
        """Leave the books of the network."""
        assert self.network is not None
        self.network.clients.remove(self)
        self.m.market.bookings -= 1
        self.network, self.status = None, Status.COAST

    def place_in_queue(self) -> float:
        """Who booked earlier boards earlier, with luck within a day."""
        return self.booked_on + self.draw(Decision.SEAT)

    def seek_lorry(self) -> None:
        """Hide in a lorry: seen before, found at a port, or across."""
        m, p = self.m, self.p
        m.journal.count("lorry_attempts")
        elsewhere = False
        if self.draw(Decision.PORT_SEEN) < 1.0 - m.inputs.unseen_cctv:
            if self.draw(Decision.PORT_ALERT) < p.cctv_alert_share:
                self.be_found()
                return
            elsewhere = self.draw(Decision.PORT_OTHER) < p.cctv_other_port
            if not elsewhere:
                self.go_away()
                return
        if self.draw(Decision.PORT_SEARCH) < self.p_searched():
            self.be_found()
            return
        self.status = Status.ARRIVED_LORRY
        m.journal.count("arrivals_lorry")
        legs = m.lorry_legs
        port = luck.pick([1.0 / len(legs)] * len(legs), self.draw(Decision.LORRY_PORT))
        m.journal.note("leg_flows", legs[(port + elsewhere) % len(legs)])

    def p_searched(self) -> float:
        """Chance that somebody in a lorry is found by dogs, whose teams search some of all lorries, or by checks."""
        p, inputs = self.p, self.m.inputs
        searched = inputs.dog_teams * p.dog_hours * p.dog_lorries_per_hour / p.lorries_per_day
        return formulas.any_of(min(1.0, searched) * p.p_dog_finds, 1.0 - inputs.miss_co2)

    def be_found(self) -> None:
        """Met by a patrol near a port, or found in a lorry."""
        self.m.detected.append(self)
        self.m.journal.count("lorry_detected")

    def go_away(self) -> None:
        """Seen near a port, and away before anybody comes; to choose again the day after."""
        self.m.turned_away.append(self)
        for flow in ("lorry_detected", "lorry_turned_away"):
            self.m.journal.count(flow)
        self.act_on(self.m.day + 1)

    def board(self, boat: Any) -> None:
        """Into a boat, and off the list of those who wait for a seat."""
        self.boat = boat
        boat.passengers.append(self)
        boat.network.clients.remove(self)

    def meet_patrol(self) -> None:
        """At a stopped launch: found, or hidden and booked as before."""
        boat, journal = self.boat, self.m.journal
        assert boat is not None
        self.boat = None
        if self.draw(Decision.FOUND) < boat.share_found():
            self.status, self.network = Status.COAST, None
            self.m.stopped.append(self)
            for flow in ("prevented_people", "attempts_people"):
                journal.count(flow)
            journal.note("prevented_by_sector", boat.sector)
        else:
            boat.network.clients.append(self)
            self.m.market.bookings += 1

    def die_at_launch(self) -> None:
        """Crushed or drowned at a launch that is stopped."""
        self.status, self.network, self.boat = Status.DEAD, None, None
        self.m.died_at_launch.append(self)
        for flow in ("deaths_channel", "deaths_at_launch", "attempts_people"):
            self.m.journal.count(flow)

    def land(self) -> None:
        """In Kent, by boat."""
        boat, journal = self.boat, self.m.journal
        assert boat is not None
        self.status = Status.ARRIVED_BOAT
        boat.landed += 1
        journal.count("arrivals_people")
        if self.group == ALBANIA:
            journal.count("arrivals_albania")
        journal.note("arrivals_by_group", self.group)
        journal.note("leg_flows", self.m.sectors[boat.sector].boat_leg)

    def count_attempt(self) -> None:
        """A boat attempt that met an outcome: perhaps the first of the recorded days, or of those in this year."""
        m = self.m
        recorded, new_year = (m.start - m.past_from).days, (date(m.date.year, 1, 1) - m.past_from).days
        if self.tried_on < recorded:
            m.journal.count("new_people_trying")
        if self.tried_on < max(recorded, new_year):
            m.journal.count("unique_people_trying")
        self.boat_attempts += 1
        self.tried_on = m.day

    # --- shelter

    def accepts_shelter(self) -> bool:
        """Whether somebody on the way takes a place: logit uptake."""
        p, m = self.p, self.m
        odds = (
            np.log(p.reception_uptake / (1.0 - p.reception_uptake))
            + p.uptake_kin * (self.kin - p.share_kin_uk)
            + p.uptake_failed * self.failed
            + p.uptake_winter * (m.date.month in WINTER)
            + np.log(m.inputs.reception_odds)
        )
        return bool(self.draw(Decision.SHELTER_UPTAKE) < 1.0 / (1.0 + np.exp(-odds)))

    def is_cleared(self) -> bool:
        """Whether this person is moved from a camp today."""
        here = self.at_camp and self.status in (Status.COAST, Status.BOOKED)
        if not here or self in self.m.lorry or self in self.m.seeking:
            return False
        return self.draw(Decision.CLEARANCE) < float(self.m.inputs.cleared[self.place])

    def asks_for_shelter(self) -> bool:
        """Whether somebody whose camp is cleared asks for a place in the shelter near by."""
        return self.draw(Decision.CLEARANCE_SHELTER) < self.p.clearance_shelter_share

    def move_on(self) -> None:
        """From a camp that is cleared to the next one, or inland and without the booking, to set out again."""
        g = self.m.geography
        other, inland = int(g.other_camp[self.place]), int(g.inland_of[self.place])
        if other >= 0 and self.draw(Decision.CLEARANCE_CAMP) < self.p.clearance_camp_share:
            self.place = other
        elif inland != self.place:
            if self.status == Status.BOOKED:
                self.cancel()
            self.place, self.status = inland, Status.WAITING
            self.act_on(self.m.day + 1)

    def move_in(self) -> None:
        """Stay in a reception place for a while."""
        if self.status == Status.BOOKED:
            self.cancel()
        self.status, inputs = Status.SHELTERED, self.m.inputs
        near, far = self.p.shelter_stay_days * inputs.shelter_stay, self.p.reception_stay_days * inputs.reception_stay
        mean = near if self.at_camp else far
        self.act_on(self.m.day + 1 + math.floor(mean * self.wait(Decision.SHELTER_STAY)))
        self.m.journal.count("sheltered_people")

    def move_out(self) -> None:
        """A stay ends: back on the way, in the asylum procedure, or in France outside it."""
        p, u, inputs = self.p, self.draw(Decision.SHELTER_OUTCOME), self.m.inputs
        near, far = p.shelter_return_share * inputs.shelter_return, p.reception_leave_share * inputs.reception_return
        goes_back = min(1.0, near if self.at_camp else far)
        rest = p.reception_asylum_share / (1.0 - p.reception_leave_share) * inputs.reception_asylum
        asylum = (1.0 - goes_back) * min(1.0, rest)
        if u < goes_back:
            self.status = Status.COAST if self.at_camp else Status.WAITING
            self.act_on(self.m.day + 1)
            self.m.journal.count("shelter_returns")
        elif u >= 1.0 - asylum:
            self.status = Status.SETTLED
            self.m.journal.count("asylum_in_france")
        else:
            self.give_up()

    # --- after a stop

    def may_be_detained(self) -> bool:
        """Whether police would detain this person, were there a place."""
        return bool(self.draw(Decision.DETENTION) < self.p.detention_share * self.m.inputs.detention)

    def be_detained(self) -> None:
        """Into detention for a while."""
        self.status = Status.DETAINED
        self.act_on(self.m.day + 1 + math.floor(self.p.detention_days * self.wait(Decision.DETENTION_STAY)))
        self.m.journal.count("detained_people")

    def is_removed(self) -> bool:
        """Whether detention ends in another country, where that is possible for the group."""
        return self.draw(Decision.REMOVAL) < self.p.removal_share * float(self.m.groups.removable[self.group])

    def leave_detention(self) -> None:
        """Detention ends: removed, or back at the camp."""
        if self.is_removed():
            self.be_removed()
        else:
            self.rest()

    def be_removed(self) -> None:
        """Detention ends in another country."""
        self.status = Status.RETURNED
        self.m.journal.count("removed_people")

    def tries_again(self) -> bool:
        """Whether a stop is followed by another try, some day."""
        return self.draw(Decision.RETRY) < self.p.p_retry

    def rest(self) -> None:
        """Back at the camp, with a wait before the next decision."""
        self.status = Status.COAST
        self.act_on(self.m.day + 1 + math.floor(self.p.retry_wait_days * self.wait(Decision.RETRY_WAIT)))

    # --- beliefs

    def live_through(self, belief: int) -> None:
        """Who was stopped believes more in being stopped, and trusts it."""
        kept = float(np.exp(-(self.m.day - self.heard) / self.p.trust_memory_days))
        self.heard, value = self.m.day, self.belief[belief]
        self.trust = [single(float(trust) * kept) for trust in self.trust]
        self.belief[belief] = value + self.p.own_experience_weight * 0.5 * (1.0 - value)
        self.trust[belief] = single(self.p.trust_in_experience)

    def talks_today(self) -> bool:
        """Whether somebody bound for the Channel who acts today exchanges with the voice of the place."""
        here = self.status in (Status.WAITING, Status.COAST, Status.BOOKED)
        return here and self.destination == UK and self.draw(Decision.MEETING) < self.p.p_meeting

    def exchange(self) -> list[tuple[float, float]]:
        """Exchange every belief with the voice of the place; returns value and trust of each, unrounded."""
        p, m, place = self.p, self.m, self.here
        kept = float(np.exp(-(m.day - self.heard) / p.trust_memory_days))
        self.heard, said = m.day, []
        for k, span in enumerate(SPANS):
            value, trust = formulas.exchange(
                float(self.belief[k]),
                float(self.trust[k]) * kept,
                place.opinion[k],
                place.opinion_trust[k],
                p.convince,
                p.convert,
                p.confuse,
                span,
            )
            self.belief[k], self.trust[k] = single(value), single(trust)
            said.append((value, trust))
        return said
