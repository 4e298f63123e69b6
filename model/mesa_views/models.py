"""Mesa's model, whose agents may be rows of tables."""

from __future__ import annotations

from typing import Any

import mesa

from corridor.model.engine.tables import Table
from corridor.model.mesa_views.agents import AgentSet
from corridor.model.mesa_views.row_sets import IDS, RowSet
from corridor.model.mesa_views.views import RowAgent


class Model(mesa.Model):
    """Mesa's model, whose agents are the rows of the tables that it holds and ordinary agents, if there are any.

    Mesa registers ordinary agents in its own way; rows are looked up in the tables on access.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tables: dict[type, Table] = {}

    def hold(self, table: Table, kind: type[RowAgent]) -> None:
        """Show the rows of a table as agents of a kind."""
        table.model, table.kind, table.first_id = self, kind, (len(self._tables) + 1) * IDS
        self._tables[kind] = table

    @property
    def agents(self) -> Any:
        """All agents: rows of the tables first; beside ordinary agents, rows are listed as views, as of now."""
        ordinary = super().agents
        if not self._tables:
            return ordinary
        rows = RowSet(self._tables.values(), self.random)
        return AgentSet([*rows, *ordinary], self.random) if len(ordinary) else rows

    @agents.setter
    def agents(self, agents: Any) -> None:
        mesa.Model.agents.fset(self, agents)  # refuses

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """A set of agents for each type."""
        rows = {kind: RowSet([table], self.random) for kind, table in self._tables.items()}
        return {**rows, **super().agents_by_type}

    @property
    def agent_types(self) -> list[type]:
        """The types of agents in the model."""
        return list(self.agents_by_type)

    def remove_all_agents(self) -> None:
        """Remove all agents. Raises TypeError if some are rows, which are marked and never removed."""
        if self._tables:
            raise TypeError("rows are marked, never removed: this model cannot be emptied")
        super().remove_all_agents()
