"""What the places, legs, sectors and the market know today: the ground on which agents meet.

Arrays over places and legs hold the copies of the map one after another: row = replicate x size + local row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from model.geography import Geography
    from model.sets import ParameterSets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NOBODY = np.zeros(0, dtype=np.int64)
BELIEFS = ("boat", "lorry", "death")


class Places:
    """What is said at each place, and who is sheltered there."""

    def __init__(self, replicates: int, n_places: int, p: ParameterSets) -> None:
        shape = (replicates * n_places, len(BELIEFS))
        here = p.at(np.repeat(np.arange(replicates), n_places))
        self.opinion, self.opinion_trust = np.empty(shape), np.empty(shape)  # (place, belief)
        for k, prior in enumerate((here.prior_boat_stopped, here.prior_lorry_found, here.prior_deaths_per_10k)):
            self.opinion[:, k], self.opinion_trust[:, k] = prior, here.prior_trust
        self.sheltered = np.zeros(shape[0], dtype=np.int64)


class Legs:
    """What is believed of each leg, and what is known of the ways on from each place."""

    def __init__(self, replicates: int, geography: Geography) -> None:
        self.believed_stop = np.tile(geography.p_stop, replicates)
        self.utility = np.zeros((0, 0, 0))  # (place, destination, way), filled by routes.look_ahead
        self.border_cost = np.zeros((0, 0))  # (place, way)


class Sectors:
    """Launches, effort and stops of each coast sector, shape (replicate, sector)."""

    def __init__(self, replicates: int, n_sectors: int) -> None:
        self.launches_seen = np.full((replicates, n_sectors), 1e-3)
        self.officer_hours = np.zeros((replicates, n_sectors))
        self.teams = np.zeros((replicates, n_sectors), dtype=np.int64)


class Market:
    """The boat trade and the intelligence against it, one value a replicate."""

    def __init__(self, replicates: int, p: ParameterSets) -> None:
        self.supply = np.full(replicates, p.boat_supply_start)
        self.launches_ever = np.zeros(replicates)
        self.queue_days = np.zeros(replicates)
        self.scarcity = np.zeros(replicates)
        self.information = np.zeros(replicates)
        self.arrivals_known = np.zeros(replicates)
        self.albania_belief = np.zeros(replicates)
        self.detained = np.zeros(replicates, dtype=np.int64)
        self.hull_seats = np.full(replicates, p.hull_seats_start)


class Coast:
    """Who does what today, handed from stage to stage; rows of the migrant table."""

    def __init__(self) -> None:
        self.booked = NOBODY
        self.present = NOBODY
        self.by_status = np.zeros((0, 0))
        self.begin_day(NOBODY)

    def begin_day(self, acting: Ints) -> None:
        """Forget yesterday; `acting` are the rows whose clock has run out."""
        self.acting = acting
        self.arrived = NOBODY
        self.seeking = NOBODY
        self.lorry = NOBODY
        self.stopped = NOBODY
        self.detected = NOBODY


@dataclass
class Boats:
    """Today's launches, one row a boat, and the people aboard as (migrant row, boat)."""

    replicate: Ints
    network: Ints
    sector: Ints
    taxi: Bools
    key: NDArray[np.uint64]
    stopped: Bools
    aboard: Ints
    boat: Ints

    @classmethod
    def none(cls) -> Boats:
        """A day without launches."""
        no = np.zeros(0, dtype=bool)
        return cls(NOBODY, NOBODY, NOBODY, no, np.zeros(0, dtype=np.uint64), no, NOBODY, NOBODY)

    def people(self) -> Ints:
        """Agents aboard each boat."""
        return np.bincount(self.boat, minlength=len(self.network))
