"""Ports and the tunnel: cameras see people before they board; lorries are searched with dogs, CO2 or scanner checks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.engine.replicate_parameters import by_row
from corridor.model.engine.stage import stage
from corridor.model.state import State
from corridor.model.tables import Status

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AT_PORT = (
    Decision.PORT_SEEN,
    Decision.PORT_ALERT,
    Decision.PORT_OTHER,
    Decision.PORT_SEARCH,
    Decision.LORRY_PORT,
)


def p_dogs(m: State) -> Floats:
    """Chance that dogs find somebody in a lorry: the share of lorries that their teams search, times what a dog finds.

    One value for all replicates, or one for each.
    """
    p = m.p
    searched = m.inputs.dog_teams * p.dog_hours * p.dog_lorries_per_hour / p.lorries_per_day
    return np.atleast_1d(np.minimum(1.0, searched) * p.p_dog_finds)


def p_searched(m: State) -> Floats:
    """Chance that somebody in a lorry is found: 1 - (1 - p)(1 - q) with dogs p and CO2 or scanner checks q (evidence
    1.9)."""
    return kernels.any_of(p_dogs(m), np.atleast_1d(1.0 - m.inputs.miss_co2))


@stage(writes="migrants.status migrants.due coast.detected coast.turned_away")
def search(m: State) -> None:
    """Lorry attempts of the day: seen before boarding, found in a lorry, or across to the United Kingdom."""
    rows, people = m.coast.lorry, m.migrants
    if len(rows) == 0:
        return
    replicate, u = people.replicate[rows].astype(np.int64), draws.uniforms(people.key[rows], AT_PORT, m.day)
    met, elsewhere, away = seen_near_port(m, rows, *u[:3])
    in_lorry = ~met & ~away
    found = in_lorry & (u[3] < np.broadcast_to(p_searched(m), m.replicates)[replicate])
    across = in_lorry & ~found
    people.status[rows[across]] = Status.ARRIVED_LORRY
    m.coast.detected, m.coast.turned_away = rows[met | found], rows[away]
    m.set_due(rows[away], m.day + 1)
    m.count_rows("lorry_attempts", replicate)
    m.count_rows("lorry_detected", replicate[~across])
    m.count_rows("lorry_turned_away", replicate[away])
    m.count_rows("arrivals_lorry", replicate[across])
    shares = m.geography.port_shares
    port = kernels.pick(shares[None, :], u[4])
    port = (port + elsewhere) % max(1, len(shares))
    m.count_labels("leg_flows", replicate[across], m.geography.lorry_legs[port[across]])


def seen_near_port(m: State, rows: Ints, near: Floats, alert: Floats, other: Floats) -> tuple[Bools, Bools, Bools]:
    """Who is seen before boarding and met by a patrol, who boards at another port the same night, and who goes away.

    By the draws of three decisions. Who goes away chooses again the day after, and believes more in being found, so
    that some turn to boats.
    """
    p = m.p.of(m.migrants, rows)
    seen = near < 1.0 - by_row(m.inputs.unseen_cctv, m.migrants.replicate[rows])
    met = seen & (alert < p.cctv_alert_share)
    elsewhere = seen & ~met & (other < p.cctv_other_port)
    return met, elsewhere, seen & ~met & ~elsewhere
