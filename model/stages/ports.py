"""Ports and the tunnel: lorries are searched with dogs, cameras and CO2 or scanner checks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.stage import stage
from corridor.model.state import State
from corridor.model.tables import Status

Floats = NDArray[np.float64]


def p_found(m: State) -> Floats:
    """Chance that a lorry attempt is found: 1 - prod(1 - p) over the tools (evidence 1.10).

    One value for all replicates, or one for each.
    """
    i = m.inputs
    return kernels.any_of(*(np.atleast_1d(1.0 - miss) for miss in (i.miss_dogs, i.miss_cctv, i.miss_co2)))


@stage(writes="migrants.status coast.detected")
def search(m: State) -> None:
    """Lorry attempts of the day: found at the port, or across to the United Kingdom."""
    rows, people = m.coast.lorry, m.migrants
    if len(rows) == 0:
        return
    key, replicate = people.key[rows], people.replicate[rows].astype(np.int64)
    found = draws.uniform(key, Decision.PORT_SEARCH, m.day) < np.broadcast_to(p_found(m), m.replicates)[replicate]
    people.status[rows[~found]] = Status.ARRIVED_LORRY
    m.coast.detected = rows[found]
    m.count_rows("lorry_attempts", replicate)
    m.count_rows("lorry_detected", replicate[found])
    m.count_rows("arrivals_lorry", replicate[~found])
    port = kernels.pick(
        np.broadcast_to(m.geography.port_shares, (len(rows), len(m.geography.port_shares))),
        draws.uniform(key, Decision.LORRY_PORT, m.day),
    )
    m.count_labels("leg_flows", replicate[~found], m.geography.lorry_legs[port[~found]])
