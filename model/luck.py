"""Luck that belongs to no person: keys and draws of replicates, places, sectors and entries, each made once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corridor.model.decisions import Decision
from corridor.model.engine import draws
from corridor.model.inputs.entries import Entries
from corridor.model.inputs.geography import Geography

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
NIGHTLY = (  # decisions of whole replicates, which are made together for a day
    Decision.SEA_STAY,
    Decision.SEA_WIND,
    Decision.SEA_MEDITERRANEAN,
    Decision.SEA_OPEN,
    Decision.SEA_PART,
    Decision.LAUNCH_COUNT,
    Decision.NETWORK_ENTRY,
)


class Luck:
    """Keys of what has no table, each of shape (replicate, thing), and draws that several stages or days share.

    `capacity` and `detention` round the places of each shelter, and in detention, to whole agents for a whole run.
    """

    def __init__(self, seed_keys: Keys, geography: Geography, entries: Entries) -> None:
        self._seed_keys, each = seed_keys, seed_keys[:, None]
        self.sectors = draws.child_keys(each, np.arange(len(geography.rows("sector"))))
        places = draws.child_keys(each, np.arange(len(geography.places)))
        self.capacity = draws.uniform(places, Decision.CAPACITY, 0)
        self.detention = draws.uniform(seed_keys, Decision.CAPACITY, 0)
        self.enter(entries)
        self._day, self._tonight = -1, np.zeros((0, 0))

    def enter(self, entries: Entries) -> None:
        """Make the keys of the cells of entries, and of the entry points that groups share."""
        self.entry_points = draws.child_keys(self._seed_keys[:, None], entries.entry_point_hash)
        self.cells = draws.child_keys(self._seed_keys[:, None], entries.cell_hash)

    def of_replicates(self, decision: int, day: int) -> Floats:
        """One of the NIGHTLY decisions, one value a replicate."""
        if day != self._day:
            self._day, self._tonight = day, draws.uniforms(self._seed_keys, NIGHTLY, day)
        luck: Floats = self._tonight[NIGHTLY.index(decision)]
        return luck
