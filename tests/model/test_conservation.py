"""Nothing is made or lost on the way: people, boats and money, day by day, under any parameters and policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridor.model import LEVERS, Change, Measure, Policy
from corridor.model.engine.stage import stage_name
from corridor.model.parameters import PARAMETERS
from corridor.model.simulation import DAY
from corridor.model.stages import smugglers
from corridor.model.tables import FINAL, NetworkStatus, Status
from tests.support.effort import effort
from tests.support.worlds import START, small_model

STATUS_NAMES = {number: name for name, number in Status.__members__.items()}
ENDS = (  # flows that end a person's way, and the status in which it ends
    (("deaths_channel", "deaths_mediterranean", "deaths_atlantic"), Status.DEAD),
    (("arrivals_people",), Status.ARRIVED_BOAT),
    (("arrivals_lorry",), Status.ARRIVED_LORRY),
    (("removed_people", "assisted_returns"), Status.RETURNED),
    (("gave_up_people",), Status.GAVE_UP),
)
SPENDS, EARNS, REPLACES = "smugglers.supply", "crossing.cross", "intelligence.work"  # stages that move cash


class Ledger:
    """The books of a run, kept by watching the tables before and after every stage."""

    def __init__(self, model: Any) -> None:
        self.model, self.founders = model, model.migrants.n
        self.total: Counter[str] = Counter()
        self.status = np.zeros(0, dtype=np.int8)
        self.broken: list[str] = []

    def live_a_day(self) -> None:
        """One day, stage by stage, with the books checked at its end; what is wrong goes to `broken`."""
        m, today = self.model, self.model.day
        for act in DAY:
            with self.watching(stage_name(act)):
                act(m)
        m.day += 1
        m.date += timedelta(days=1)
        for flow in ("fares_paid", "boats_delivered", "attempts_boats", "boats_lost"):
            self.total[flow] += m.records.daily[flow][:, today].sum()
        self.check_people()
        self.check_boats()
        self.check_money()

    def expect(self, rule: str, holds: bool) -> None:
        """Note a rule that is broken today."""
        if not holds:
            self.broken.append(f"day {self.model.day}: {rule}")

    @contextmanager
    def watching(self, stage: str) -> Iterator[None]:
        """Enter in the books what a stage does to boats and cash, and see that no other stage does."""
        networks = self.model.networks
        boats, cash, status = (networks.column(name).copy() for name in ("boats", "cash", "status"))
        yield
        boats, cash = networks.column("boats") - boats, networks.column("cash") - cash
        if stage == SPENDS:
            price = smugglers.boat_price(self.model)[networks.column("replicate")]
            self.expect("cash is spent on boats", cash == pytest.approx(-boats * price, abs=1e-6))
            self.total["spent"] += (boats * price).sum()
        elif stage == EARNS:
            fares = self.fares()
            self.expect("cash is earned from fares", cash == pytest.approx(fares, rel=1e-9, abs=1e-6))
            self.total["earned"] += fares.sum()
        elif stage == REPLACES:
            self.expect("only the cash of absent networks goes", (status[cash != 0.0] == NetworkStatus.ABSENT).all())
            self.total["cash of networks that left"] -= cash.sum()
            self.expect("boats are lost, not made", (boats <= 0.0).all())
            self.total["boats lost"] -= boats.sum()
        self.expect(f"{stage} moves no cash", stage in (SPENDS, EARNS, REPLACES) or not cash.any())
        self.expect(f"{stage} moves no boats", stage in (SPENDS, "crossing.embark", REPLACES) or not boats.any())

    def fares(self) -> np.ndarray:
        """What each network earns today from those aboard: a share on sailing, all from those who came across."""
        m = self.model
        boats = m.boats
        across = m.migrants.status[boats.aboard] == Status.ARRIVED_BOAT
        network = boats.network[boats.boat]
        sailed = ~boats.stopped[boats.boat]
        paid = m.networks.fare[network] * np.where(across, 1.0, sailed * (1.0 - m.p.pay_on_success)) * m.scale
        return np.bincount(network, paid, minlength=m.networks.n)

    def check_people(self) -> None:
        """Everybody has one status; who came to an end stays there; flows add up to those who ended."""
        m = self.model
        status = m.migrants.column("status").copy()
        flow = {name: values[:, : m.day].sum() / m.scale for name, values in m.records.daily.items()}
        self.expect(
            "people are those who came",
            m.migrants.n == pytest.approx(self.founders + flow["entered_people"], rel=1e-12),
        )
        self.expect("keys differ", len(np.unique(m.migrants.column("key"))) == m.migrants.n)
        self.expect("everybody has a status", np.isin(status, list(Status)).all())
        travels = status == Status.TRAVELLING
        self.expect("who is on a leg travels", np.array_equal(m.migrants.column("leg") >= 0, travels))
        ended = np.isin(self.status, FINAL)
        self.expect("an end is an end", np.array_equal(status[: len(ended)][ended], self.status[ended]))
        for flows, end in ENDS:
            ended_so = sum(flow[name] for name in flows)
            there = (status == end).sum()
            self.expect(f"{STATUS_NAMES[end]} has its flows", there == pytest.approx(ended_so, rel=1e-12))
        self.status = status

    def check_boats(self) -> None:
        """Delivered = launched + in the depots + lost when networks were dismantled or stopped."""
        stock = self.model.networks.column("boats").sum()
        gone = self.total["attempts_boats"] + self.total["boats_lost"]
        self.expect(
            "boats lost are those that left the depots",
            self.total["boats_lost"] == pytest.approx(self.total["boats lost"], rel=1e-9, abs=1e-6),
        )
        self.expect(
            "boats delivered are gone or in stock",
            self.total["boats_delivered"] == pytest.approx(gone + stock, rel=1e-9, abs=1e-6),
        )

    def check_money(self) -> None:
        """Fares paid = earned; cash = earned - spent - what those took with them whose place was taken."""
        total, cash = self.total, self.model.networks.column("cash").sum()
        self.expect("fares paid are earned", total["fares_paid"] == pytest.approx(total["earned"], rel=1e-9))
        balance = total["earned"] - total["spent"] - total["cash of networks that left"]
        self.expect(
            "cash is earned less spent",
            cash == pytest.approx(balance, abs=1e-9 * (1.0 + total["earned"] + total["spent"])),
        )


def share_of(thing: Any, share: float) -> float:
    """A value within the range of a parameter or lever."""
    return min(thing.high, thing.low + share * (thing.high - thing.low))


def random_policy(pulls: dict[str, tuple[float, int, int]]) -> Policy:
    """Levers that move to a share of their range, from a day on, over some days."""
    changes = tuple(
        Change(name, START + timedelta(days=first), over, share_of(LEVERS[name], share))
        for name, (share, first, over) in pulls.items()
    )
    return Policy((Measure("random", "random", changes),))


def test_nothing_is_lost_while_networks_come_and_go():
    rough = {
        "dismantling_hazard": 0.003,
        "network_exit_rate": 0.05,
        "network_entry_rate": 0.03,
        "boat_cost": 20000.0,
        "pay_on_success": 0.6,
    }
    ledger = Ledger(small_model((1, 2), scale=5.0, **rough))
    for _ in range(90):
        ledger.live_a_day()
    assert ledger.broken == []
    assert min(ledger.total[name] for name in ("earned", "spent", "boats lost", "attempts_boats")) > 0.0
    assert ledger.total["cash of networks that left"] != 0.0


shares = st.floats(0.0, 1.0)
days = st.integers(0, 30)


@settings(max_examples=effort(6, 100), suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(PARAMETERS, shares)),
    st.dictionaries(st.sampled_from(sorted(LEVERS)), st.tuples(shares, days, days), max_size=6),
    st.integers(0, 2**63 - 1),
    st.sampled_from([5.0, 20.0, 50.0]),
)
def test_nothing_is_lost_under_any_parameters_and_policy(parameters, pulls, seed, scale):
    values = {name: share_of(PARAMETERS[name], share) for name, share in parameters.items()}
    ledger = Ledger(small_model((seed,), random_policy(pulls), scale=scale, **values))
    for _ in range(40):
        ledger.live_a_day()
    assert ledger.broken == []
