"""Intelligence: debriefs and seizures build information, which raises the hazard that networks are dismantled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.replicate_parameters import by_row
from corridor.model.engine.stage import stage
from corridor.model.stages.smugglers import active_rows, by_replicate, drop_clients, enter_and_exit
from corridor.model.state import NO_STAFF, State
from corridor.model.tables import NetworkStatus

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@stage(
    writes="market.information networks.status networks.size networks.boats networks.clients networks.back_on "
    "networks.fare networks.margin networks.cash networks.taxi_share networks.sector_belief "
    "migrants.status migrants.network migrants.due migrants.booked_on coast.booked market.bookings"
)
def work(m: State) -> None:
    """Information ages and grows; networks are dismantled, rebuilt and replaced."""
    market, p = m.market, m.p
    gained = m.inputs.debrief_yield * m.today["prevented_people"] * m.scale
    gained = gained + p.seizure_yield * m.today["boats_seized_upstream"]
    market.information = market.information * np.exp(-1.0 / p.intelligence_memory_days) + gained
    rows = active_rows(m)
    hit = draws.uniform(m.networks.key[rows], Decision.DISMANTLING, m.day) < -np.expm1(-hazard(m, rows))
    dismantle(m, rows[hit | falls_to_operation(m, rows)])
    enter_and_exit(m)


def hazard(m: State, rows: Ints) -> Floats:
    """Hazard of each network, biased to the large: the average network has `dismantling_hazard`.

    Where hardly anybody is left in any network, all of them have none: powers of such sizes are zero.
    """
    t, p = m.networks, m.p.of(m.networks, rows)
    bias = kernels.raised(t.size[rows], p.largest_bias)
    number, total = by_replicate(m, rows), by_replicate(m, rows, bias)
    mean_bias = np.maximum(total / np.maximum(number, 1.0), NO_STAFF)
    force = m.inputs.dismantling * m.committee.effort[:, 1] * (1.0 + m.p.intelligence_gain * m.market.information)
    result: Floats = p.dismantling_hazard * force[t.replicate[rows]] * bias / mean_bias[t.replicate[rows]]
    return result


def falls_to_operation(m: State, rows: Ints) -> NDArray[np.bool_]:
    """Whether each network is the largest of its replicate, and an operation against it succeeds today."""
    t = m.networks
    if not np.any(m.inputs.hit_largest):
        return np.zeros(len(rows), dtype=bool)
    largest = kernels.rank_in_group(t.replicate[rows].astype(np.int64), -t.size[rows]) == 0
    result: NDArray[np.bool_] = largest & (
        draws.uniform(t.key[rows], Decision.LARGEST_HIT, m.day) < by_row(m.inputs.hit_largest, t.replicate[rows])
    )
    return result


def dismantle(m: State, rows: Ints) -> None:
    """Networks lose boats, clients and a part of their size, and trade again after a recovery."""
    if len(rows) == 0:
        return
    t, p = m.networks, m.p.of(m.networks, rows)
    wait = p.recovery_days * draws.exponential(t.key[rows], Decision.RECOVERY, m.day)
    t.status[rows] = NetworkStatus.RECOVERING
    t.back_on[rows] = m.day + 1 + wait.astype(np.int64)
    t.size[rows] = np.maximum(t.size[rows] * p.recovery_size, 1e-3)
    m.count("boats_lost", by_replicate(m, rows, t.boats[rows]))
    t.boats[rows] = 0
    drop_clients(m, rows, m.p.clients_move_share)
    m.count("networks_dismantled", by_replicate(m, rows))
    arrests = 2.0 * p.arrests_per_network * draws.uniform(t.key[rows], Decision.ARRESTS, m.day)
    m.count("arrests", kernels.tally(t.replicate[rows], m.replicates, np.rint(arrests)))
