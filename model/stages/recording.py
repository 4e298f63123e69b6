"""Recording of each day."""

from __future__ import annotations

import numpy as np

from corridor.model.engine.kernels import tally
from corridor.model.engine.stage import stage
from corridor.model.indicators import BREAKDOWNS, INDICATORS, SCALED_UNITS, STOCKS
from corridor.model.records import Breakdown
from corridor.model.state import State
from corridor.model.tables import Status


def begin_records(m: State) -> None:
    """Make room for every day and year of the run from `start` on."""
    shape = (m.replicates, len(m.records.dates))
    m.records.daily = {name: np.zeros(shape) for name, i in INDICATORS.items() if i.kind != "ratio"}
    for name, (unit, meaning, dimension) in BREAKDOWNS.items():
        labels = m.labels(dimension)
        values = np.zeros((m.replicates, len(m.records.years), len(labels)))
        m.records.yearly[name] = Breakdown(unit, meaning, dimension, labels, values)
    begin_day(m)


def begin_day(m: State) -> None:
    """Set the flows of the day to zero."""
    m.today = dict(zip(FLOWS, np.zeros((len(FLOWS), m.replicates)), strict=True))


@stage(writes="records coast.*")
def record(m: State) -> None:
    """Write the flows and stocks of the day into the records, from `start` on, and begin a new count."""
    count_coast(m)
    if m.recorded_day >= 0:
        write_day(m, m.recorded_day)
    begin_day(m)


def write_day(m: State, day: int) -> None:
    """Write the flows and stocks of today as a day of the records."""
    daily = m.records.daily
    for name, flow in m.today.items():
        daily[name][:, day] = m.scale * flow if name in IN_AGENTS else flow
    for name, function in STOCKS.items():
        daily[name][:, day] = function(m)


def count_coast(m: State) -> None:
    """Count the people at the coast by status, and forget those who left it for good."""
    t, present = m.migrants, m.coast.present
    status = t.status[present]
    at = t.replicate[present].astype(np.int64) * len(STAYING) + status
    m.coast.by_status = tally(at, m.replicates * len(STAYING)).reshape(m.replicates, len(STAYING))
    m.coast.present = present[STAYING[status]]


FLOWS = tuple(name for name, i in INDICATORS.items() if i.kind == "flow")
IN_AGENTS = frozenset(name for name in FLOWS if INDICATORS[name].unit in SCALED_UNITS)
STAYING = np.zeros(len(Status), dtype=bool)  # statuses of people who are at the coast or will be there again
STAYING[[Status.COAST, Status.BOOKED, Status.SHELTERED, Status.DETAINED]] = True
