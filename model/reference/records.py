"""What the reference records: flows as they happen, stocks by counting everybody at the end of the day."""

from __future__ import annotations

import numpy as np

from corridor.model.indicators import BREAKDOWNS, INDICATORS, SCALED_UNITS, Floats
from corridor.model.inputs.groups import GROUPS
from corridor.model.reference.formulas import total
from corridor.model.reference.world import World
from corridor.model.tables import NetworkStatus, Status


class Journal:
    """Flows of today, and the daily and yearly records of the run."""

    def __init__(self, m: World) -> None:
        days, years = (m.end - m.start).days + 1, m.end.year - m.start.year + 1
        g = m.geography
        sizes = {
            "leg": len(g.origin),
            "sector": len(g.rows("sector")),
            "group": len(GROUPS),
            "entry_point": len(g.places),
        }
        self.daily: dict[str, Floats] = {n: np.zeros(days) for n, i in INDICATORS.items() if i.kind != "ratio"}
        self.yearly: dict[str, Floats] = {n: np.zeros((years, sizes[of])) for n, (_, _, of) in BREAKDOWNS.items()}
        self._m = m
        self._forget()

    def _forget(self) -> None:
        self.today = {name: 0.0 for name, i in INDICATORS.items() if i.kind == "flow"}
        self._split = {name: [0] * values.shape[1] for name, values in self.yearly.items()}

    def count(self, name: str, amount: float = 1.0) -> None:
        """Add to a flow of today, in agents, boats or EUR."""
        self.today[name] += amount

    def note(self, name: str, label: int) -> None:
        """Add one agent or boat to a label of a breakdown."""
        self._split[name][label] += 1

    def close_day(self) -> None:
        """Record the day, from the first that is recorded on, and begin a new one."""
        if self._m.date >= self._m.start:
            self._write_day()
        self._forget()

    def _write_day(self) -> None:
        m = self._m
        day = (m.date - m.start).days
        for name, flow in self.today.items():
            self.daily[name][day] = (m.scale if INDICATORS[name].unit in SCALED_UNITS else 1.0) * flow
        for name, stock in stocks(m).items():
            self.daily[name][day] = stock
        for name, counts in self._split.items():
            factor = 1.0 if BREAKDOWNS[name][0] == "boats" else m.scale
            for label, number in enumerate(counts):
                self.yearly[name][m.date.year - m.start.year, label] += factor * number


def stocks(m: World) -> dict[str, float]:
    """The state of the world at the end of the day."""
    booked = sum(person.status == Status.BOOKED for person in m.people)
    unbooked = sum(person.status == Status.COAST for person in m.people)
    trading = [network for network in m.networks if network.status == NetworkStatus.ACTIVE]
    return {
        "camp_stock": m.scale * (booked + unbooked),
        "booked_people": m.scale * booked,
        "sheltered_stock": m.scale * sum(m.sheltered().values()),
        "detained_stock": m.scale * m.detained(),
        "networks_active": len(trading),
        "fare_boat": total(network.fare for network in trading) / max(len(trading), 1),
        "boats_in_stock": total(network.boats for network in m.networks),
        "patrol_teams": sum(team.on_duty for team in m.teams),
    }
