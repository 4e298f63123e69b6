"""One seed of the corridor, agent by agent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from corridor.model.inputs.data_files import SHIPPED, DataFiles
from corridor.model.inputs.geography import Geography
from corridor.model.inputs.map_files import load_geography
from corridor.model.parameters import Parameters
from corridor.model.policy import Policy
from corridor.model.reference.day import DAY
from corridor.model.reference.entry import found_camps
from corridor.model.reference.migrant import Migrant
from corridor.model.reference.network import Network, found_networks
from corridor.model.reference.patrol import Patrol, found_teams
from corridor.model.reference.records import Journal
from corridor.model.reference.world import World


class ReferenceModel(World):
    """One seed of the corridor, agent by agent; arguments as for `MigrationModel`, which checks them."""

    def __init__(
        self,
        params: Parameters,
        policy: Policy,
        seed: int,
        start: date,
        end: date,
        scale: float = 1.0,
        *,
        geography: Geography | None = None,
        files: DataFiles = SHIPPED,
        past_from: date | None = None,
    ) -> None:
        super().__init__(params, policy, seed, start, end, scale, geography or load_geography(), files, past_from)
        self.journal = Journal(self)
        self.networks = found_networks(self)
        found_teams(self)
        found_camps(self)

    def step(self) -> None:
        """Simulate one day."""
        for act in DAY.values():
            act(self)
        self.day += 1
        self.date += timedelta(days=1)
        self.running = self.date <= self.end

    def columns(self, kind: type[Migrant] | type[Network] | type[Patrol]) -> dict[str, Any]:
        """The agents' attributes as the columns of the tables, one agent a row."""
        everybody: dict[type[Any], Sequence[Any]] = {Migrant: self.people, Network: self.networks, Patrol: self.teams}
        rows = [agent.as_row() for agent in everybody[kind]]
        return {
            name: np.array([row[name] for row in rows], dtype=column.dtype)
            for name, column in kind.TABLE.COLUMNS.items()
        }
