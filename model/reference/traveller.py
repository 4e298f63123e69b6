"""One person, and the way to the coast: what is stored of a person, the way chosen, travel and borders."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import mesa
import numpy as np

from corridor.model.decisions import Decision
from corridor.model.engine.tables import Table
from corridor.model.reference import luck
from corridor.model.reference.world import Place, World
from corridor.model.state import BELIEFS
from corridor.model.tables import UK, MigrantTable, Status

single = np.float32  # people store money, attitudes and beliefs so


class Traveller(mesa.Agent):
    """A person, or `scale` people; attributes are the columns of `MigrantTable`."""

    TABLE: ClassVar[type[Table]] = MigrantTable

    def __init__(self, model: World, key: int, group: int, place: int, lorry_only: bool) -> None:
        super().__init__(model)
        self.m, self.p = model, model.p
        self.key, self.group, self.place, self.lorry_only = key, group, place, lorry_only
        self.status = Status.WAITING
        self.due = self.entered = self.heard = model.day
        self.leg = self.reached_coast = self.tried_on = -1
        self.failed = self.boat_attempts = self.booked_on = 0
        self.network: Any = None
        self.boat: Any = None  # aboard today
        self.destination, self.money, self.kin, self.risk_aversion = UK, single(0.0), False, single(1.0)
        self.belief = [single(0.0)] * len(BELIEFS)
        self.trust = [single(model.p.prior_trust)] * len(BELIEFS)

    def draw(self, decision: int) -> float:
        """This person's luck today in a decision."""
        return luck.uniform(self.key, decision, self.m.day)

    def wait(self, decision: int) -> float:
        """This person's luck today in a wait of mean one."""
        return luck.exponential(self.key, decision, self.m.day)

    def act_on(self, day: int) -> None:
        """File the day of the next decision."""
        self.due = day
        self.m.calendar.setdefault(day, []).append(self)

    @property
    def here(self) -> Place:
        """The place where the person is."""
        return self.m.places[self.place]

    @property
    def at_camp(self) -> bool:
        """Whether that place is a camp."""
        return self.here.kind == "camp"

    def as_row(self) -> dict[str, Any]:
        """This person as a row of the table."""
        row = {name: getattr(self, name, None) for name in MigrantTable.COLUMNS}
        row["replicate"], row["network"] = 0, -1 if self.network is None else self.network.slot
        for k, name in enumerate(BELIEFS):
            row[f"belief_{name}"], row[f"trust_{name}"] = self.belief[k], self.trust[k]
        return row

    # --- on the way

    def choose_way(self) -> None:
        """Random utility over the ways on, borders weighing more for the wary; settle if no way leads on."""
        ways = self.here.ways
        if not ways:
            self.status = Status.SETTLED
            return
        utility = self.here.ways_known[self.destination]
        wary = self.p.route_rationality * float(self.risk_aversion)
        felt = [u - wary * border for u, border in zip(utility, self.here.border_costs, strict=True)]
        way = luck.best(felt, luck.gumbel(self.key, Decision.ROUTE, len(ways), self.m.day))
        if utility[way] == -math.inf:
            self.status = Status.SETTLED
        else:
            self.set_out(ways[way])

    def set_out(self, leg: int) -> None:
        """Leave on a leg; wait at a shore while the sea is rough, and inland for better days to go to the coast."""
        g, m = self.m.geography, self.m
        if g.kinds[g.destination[leg]] == "camp" and not self.goes_to_coast():
            return
        if m.sea.med_rough and g.mode[leg] == "sea":
            self.act_on(m.day + 1 + math.floor(self.wait(Decision.DEPARTURE_WAIT)))
            return
        self.status, self.leg = Status.TRAVELLING, leg
        days = float(g.days[leg]) * (0.5 + 0.5 * self.wait(Decision.TRAVEL_DAYS))
        self.act_on(m.day + max(1, round(days)))

    def goes_to_coast(self) -> bool:
        """Whether to set out for the coast today; else to stay where one is for good, or to think again later."""
        p, m = self.p, self.m
        water = m.climate.water(m.date) - p.mild_water
        rate = p.set_out_rate * np.exp(
            np.array([p.set_out_per_degree * water + p.set_out_per_wait_day * m.market.queue_days])
        )
        if self.draw(Decision.SET_OUT) < -np.expm1(-p.coast_review_days * rate)[0]:
            return True
        if self.draw(Decision.INLAND_SETTLE) < -float(np.expm1(-p.coast_review_days * p.stuck_hazard)):
            self.status = Status.SETTLED
        else:
            self.act_on(m.day + round(p.coast_review_days))
        return False

    def dies_on_leg(self, rough: float, mean_rough: float) -> bool:
        """Whether the leg kills, given today's factor of the sea and the mean factor of the season."""
        chance = min(1.0, float(self.m.geography.p_death[self.leg]) * rough / mean_rough)
        return self.draw(Decision.DEATH_ON_LEG) < chance

    def is_turned_back(self) -> bool:
        """Whether the border on the leg stops this person."""
        chance = 1.0 - (1.0 - float(self.m.geography.p_stop[self.leg])) * float(self.m.inputs.leg_pass[self.leg])
        return self.draw(Decision.BORDER) < chance

    def die_on_leg(self) -> None:
        """Dead on the way."""
        origin = self.m.geography.places[self.m.geography.origin[self.leg]]
        self.status, self.leg = Status.DEAD, -1
        self.m.journal.count("deaths_atlantic" if origin == "western_sahara" else "deaths_mediterranean")

    def turn_back(self) -> None:
        """Back where the leg began: settle there, if it is no shore, or wait and choose again."""
        g, journal = self.m.geography, self.m.journal
        self.failed += 1
        inland = g.kinds[g.origin[self.leg]] != "shore"
        if inland:
            journal.count("border_stops")
        if g.border[self.leg] == "menton":
            journal.count("menton_stops")
        self.leg = -1
        if inland and self.draw(Decision.BORDER_GIVE_UP) < self.p.border_give_up:
            self.status = Status.SETTLED
        else:
            self.status = Status.WAITING
            self.act_on(self.m.day + 1 + math.floor(self.p.border_wait_days * self.wait(Decision.RETRY_WAIT)))

    def reach(self) -> None:
        """Arrive at the place ahead: settle if it is the destination, join the coast if it is a camp, else go on."""
        g, m = self.m.geography, self.m
        m.journal.note("leg_flows", self.leg)
        if g.kinds[g.origin[self.leg]] == "shore":
            m.journal.count("landed_people")
        self.place, self.leg = int(g.destination[self.leg]), -1
        bound = self.destination == UK
        if not bound and self.place == m.groups.places[self.destination - 1]:
            self.status = Status.SETTLED
            return
        self.status = Status.COAST if bound and self.at_camp else Status.WAITING
        if self.status == Status.COAST and self.reached_coast < 0:
            self.reached_coast = m.day
            m.journal.count("coast_arrivals")
        if bound and not self.at_camp:
            m.reached_on_the_way.append(self)
        self.act_on(m.day + 1)
