"""Rows of the tables as Mesa agents: `model.migrants[17]` reads and writes row 17 of the columns.

The day works on columns and makes no objects. A view is made on access and freed afterwards, so a million
people cost the bytes of their columns and nothing more. Two views of one row are equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

from corridor.model.engine.tables import Column, Table
from corridor.model.tables import MigrantTable, NetworkTable, PatrolTable


class Field:
    """A column seen from one row: reads a Python number, writes through `Table.write`."""

    def __init__(self, name: str, column: Column) -> None:
        self.name = name
        self.__doc__ = f"{column.meaning} ({column.unit})" if column.unit else column.meaning

    def __get__(self, agent: RowAgent | None, owner: type | None = None) -> Any:
        return self if agent is None else agent.table.column(self.name)[agent.row].item()

    def __set__(self, agent: RowAgent, value: Any) -> None:
        agent.table.write(self.name, np.array([agent.row]), value)


class RowAgent(mesa.Agent):
    """One row of a table as a Mesa agent; columns are its attributes, and it keeps nothing of its own.

    `step` does nothing: the day is `model.step()`. Writing acts at once, as if a stage had written it. Rows cannot be
    made or removed here (TypeError), and what is not a column cannot be set (AttributeError).
    """

    TABLE: ClassVar[type[Table]]
    pos = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, column in cls.TABLE.COLUMNS.items():
            if hasattr(RowAgent, name):
                raise TypeError(f"{cls.__name__}: the column {name!r} hides a name of Mesa's agents; rename the column")
            setattr(cls, name, Field(name, column))

    def __init__(self, table: Table, row: int) -> None:
        self.__dict__.update(table=table, row=row)

    if TYPE_CHECKING:  # set above, past the guard of __setattr__; columns are made from their declarations
        table: Table
        row: int

        def __getattr__(self, name: str) -> Any: ...

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.TABLE.COLUMNS:
            raise AttributeError(f"{self!r} cannot keep {name!r}; its columns are {', '.join(self.TABLE.COLUMNS)}")
        super().__setattr__(name, value)

    @property
    def model(self) -> Any:
        """The model whose table holds the row."""
        return self.table.model

    @property
    def unique_id(self) -> int:
        """The table's number times 10^12, plus the row: the same in every view, and for the whole run."""
        return self.table.first_id + self.row

    def remove(self) -> None:
        """Refused with TypeError."""
        raise TypeError(f"{self!r} cannot be removed: rows are marked, never removed; set its status instead")

    @classmethod
    def create_agents(cls, *args: Any, **kwargs: Any) -> Any:
        """Refused with TypeError."""
        raise TypeError(f"{cls.__name__}s cannot be made here: they enter in the course of the day")

    from_dataframe = create_agents

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowAgent) and self.table is other.table and self.row == other.row

    def __hash__(self) -> int:
        return hash((id(self.table), self.row))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.table, self.row)

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.row}"


class Migrant(RowAgent):
    """A person (or `scale` people). Setting `due` also files the person under that day in the calendar."""

    TABLE = MigrantTable


class Network(RowAgent):
    """A smuggling network; rows of status ABSENT are places for networks that may come."""

    TABLE = NetworkTable


class Patrol(RowAgent):
    """A patrol team; only those `on_duty` are in the force today."""

    TABLE = PatrolTable
