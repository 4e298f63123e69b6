"""Struct-of-arrays tables with declared columns: all three kinds of agent live in them, one row an agent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from model.agents import RowSet
    from model.model import MigrationModel
    from model.views import RowAgent

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """One column of a table: how it is stored, what its unit is and what it means."""

    dtype: str
    unit: str
    meaning: str
    default: float = 0


class Table:
    """A count `n` and one array per declared column, allocated ahead and doubled when full; rows are never removed.

    `table[3]` is row 3 as a Mesa agent, `table[-1]` the last; `table[10:20]`, `table[mask]` and `table[[4, 7]]` are
    sets of agents; `table["money"]` is the living part of a column, which writes into the table.
    """

    COLUMNS: ClassVar[dict[str, Column]] = {}
    model: Any  # the model that holds the table, the kind of agent it shows, and the unique id of row 0: Model.hold
    kind: type[RowAgent]
    first_id: int

    def __init__(self, capacity: int) -> None:
        self.n = 0
        self._capacity = max(16, capacity)
        for name, column in self.COLUMNS.items():
            setattr(self, name, np.full(self._capacity, column.default, dtype=column.dtype))

    if TYPE_CHECKING:  # columns are made from their declarations

        def __getattr__(self, name: str) -> NDArray[Any]: ...

    def add(self, count: int) -> Rows:
        """Give out `count` new rows with default values and return their numbers."""
        while self.n + count > self._capacity:
            self._grow()
        rows = np.arange(self.n, self.n + count)
        self.n += count
        return rows

    def _grow(self) -> None:
        for name, column in self.COLUMNS.items():
            old: NDArray[Any] = getattr(self, name)
            fresh = np.full(len(old), column.default, dtype=column.dtype)
            setattr(self, name, np.concatenate([old, fresh]))
        self._capacity *= 2

    def column(self, name: str) -> NDArray[Any]:
        """The living part of a column, as a view."""
        values: NDArray[Any] = getattr(self, name)
        return values[: self.n]

    def write(self, name: str, rows: Rows, values: Any) -> None:
        """Set a column from outside the day. Raises ValueError if a column of whole numbers cannot hold a value."""
        column: NDArray[Any] = getattr(self, name)
        given = np.asarray(values)
        with np.errstate(invalid="ignore"):
            fitted = given.astype(column.dtype)
        if column.dtype.kind != "f" and not np.array_equal(fitted, given):
            raise ValueError(f"{name}: {values} is not allowed; the column holds whole numbers of type {column.dtype}")
        column[rows] = fitted

    def as_dict(self) -> dict[str, NDArray[Any]]:
        """Copies of all columns by name: `pandas.DataFrame(table.as_dict())`."""
        return {name: self.column(name).copy() for name in self.COLUMNS}

    @property
    def agents(self) -> RowSet:
        """All rows as Mesa agents, now and later."""
        rows: RowSet = self.model.agents_by_type[self.kind]
        return rows

    def __len__(self) -> int:
        return self.n

    def __iter__(self) -> Iterator[RowAgent]:
        return iter(self.agents)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            if key not in self.COLUMNS:
                raise KeyError(f"no column {key!r}; there are {', '.join(self.COLUMNS)}")
            return self.column(key)
        if not isinstance(key, int | np.integer):
            return self.agents.take(key)
        if not -self.n <= key < self.n:
            raise IndexError(f"row {key} is out of range; the table has {self.n}")
        return self.kind(self, int(key) % self.n)

    @property
    def bytes_per_row(self) -> int:
        """Memory of one row over all columns."""
        return sum(np.dtype(column.dtype).itemsize for column in self.COLUMNS.values())


class Calendar:
    """Who acts on which day: rows wait in the bucket of the day they are due, so a day touches only those."""

    def __init__(self) -> None:
        self._buckets: dict[int, list[Rows]] = {}

    def put(self, rows: Rows, days: NDArray[np.integer]) -> None:
        """File rows under their days; rows of one day keep their order."""
        if len(rows) == 0:
            return
        if (days == days[0]).all():
            self._buckets.setdefault(int(days[0]), []).append(rows)
            return
        order = np.argsort(days, kind="stable")
        rows, days = rows[order], days[order]
        starts = np.flatnonzero(np.diff(days, prepend=days[0] - 1)).tolist()
        for first, last in zip(starts, [*starts[1:], len(rows)], strict=True):
            self._buckets.setdefault(int(days[first]), []).append(rows[first:last])

    def take(self, day: int) -> Rows:
        """The rows due on a day, in the order in which they were filed."""
        parts = self._buckets.pop(day, [])
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


class Status(IntEnum):
    """Where a person stands; everyone who ever entered has exactly one."""

    WAITING = 0
    TRAVELLING = 1
    COAST = 2
    BOOKED = 3
    SHELTERED = 4
    DETAINED = 5
    SETTLED = 6
    ARRIVED_BOAT = 7
    ARRIVED_LORRY = 8
    RETURNED = 9
    GAVE_UP = 10
    DEAD = 11


FINAL = (Status.SETTLED, Status.ARRIVED_BOAT, Status.ARRIVED_LORRY, Status.RETURNED, Status.GAVE_UP, Status.DEAD)


UK = 0  # number of the United Kingdom among the destinations; the others are places where people settle


class MigrantTable(Table):
    """People, one row each (or one for `scale` people)."""

    COLUMNS: ClassVar[dict[str, Column]] = {
        "key": Column("u8", "", "hash of seed, entry door and group, entry day and rank that day"),
        "replicate": Column("i2", "", "which copy of the map"),
        "group": Column("i1", "", "nationality group"),
        "destination": Column("i1", "", "0 the United Kingdom, else the number of a place where people settle"),
        "status": Column("i1", "", "see Status"),
        "place": Column("i4", "place row", "where the person is, or left last"),
        "leg": Column("i4", "leg row", "the leg being travelled, -1 for none", -1),
        "due": Column("i4", "day", "day of the next decision", -1),
        "entered": Column("i4", "day", "day of entry"),
        "reached_coast": Column("i4", "day", "day the camps were first reached, -1 before", -1),
        "money": Column("f4", "EUR", "money that can be raised for the Channel"),
        "kin": Column("?", "", "has kin in the United Kingdom"),
        "lorry_only": Column("?", "", "a deterred Albanian who comes by lorry and takes no boat"),
        "risk_aversion": Column("f4", "", "multiplies the weight of believed risk, mean one"),
        "failed": Column("i2", "events", "attempts at borders, boats and lorries that failed"),
        "boat_attempts": Column("i2", "events", "boat attempts that met an outcome"),
        "year_tried": Column("i2", "year", "calendar year of the latest boat attempt, 0 for none"),
        "network": Column("i4", "network row", "network that holds the booking, -1 for none", -1),
        "booked_on": Column("i4", "day", "day of the booking"),
        "heard": Column("i4", "day", "day on which beliefs were last refreshed"),
        "belief_boat": Column("f4", "probability", "believed chance that a boat attempt is stopped"),
        "trust_boat": Column("f4", "", "trust in that belief"),
        "belief_lorry": Column("f4", "probability", "believed chance that a lorry attempt is found"),
        "trust_lorry": Column("f4", "", "trust in that belief"),
        "belief_death": Column("f4", "per 10 000", "believed deaths per 10 000 boat attempts"),
        "trust_death": Column("f4", "", "trust in that belief"),
    }

    def write(self, name: str, rows: Rows, values: Any) -> None:
        """As for every table; who is due on another day is filed under it."""
        super().write(name, rows, values)
        if name == "due":
            self.model.calendar.put(rows, self.due[rows])


def put(m: MigrationModel, rows: Rows, days: NDArray[np.integer]) -> None:
    """Set the day of people's next decision and file them under it."""
    m.migrants.due[rows] = days
    m.calendar.put(rows, days)


class NetworkStatus(IntEnum):
    """A smuggling network trades, recovers from a dismantling, or its row is empty."""

    ABSENT = 0
    ACTIVE = 1
    RECOVERING = 2


class NetworkTable(Table):
    """Smuggling networks; the table `sector_belief` of shape (network, sector) stands beside the columns."""

    COLUMNS: ClassVar[dict[str, Column]] = {
        "key": Column("u8", "", "hash of seed and slot"),
        "replicate": Column("i2", "", "which copy of the map"),
        "status": Column("i1", "", "see NetworkStatus"),
        "size": Column("f8", "launches/day", "launches that can be staffed on a day when the sea allows"),
        "boats": Column("i8", "boats", "boats with engines in the depot"),
        "clients": Column("i8", "agents", "people booked and waiting"),
        "fare": Column("f8", "EUR", "price of a seat"),
        "launches": Column("i8", "boats", "launches planned today"),
        "seats": Column("i8", "agents", "people put in each of today's boats"),
        "taxi_share": Column("f8", "share", "share of launches by taxi boat"),
        "margin": Column("f8", "EUR", "running mean of profit per launch"),
        "cash": Column("f8", "EUR", "money earned less boats bought"),
        "back_on": Column("i8", "day", "day on which a recovering network trades again", -1),
    }

    def __init__(self, capacity: int, n_sectors: int) -> None:
        super().__init__(capacity)
        self.sector_belief = np.zeros((max(16, capacity), n_sectors))


class PatrolTable(Table):
    """Patrol teams on the French coast."""

    COLUMNS: ClassVar[dict[str, Column]] = {
        "key": Column("u8", "", "hash of seed and team number"),
        "replicate": Column("i2", "", "which copy of the map"),
        "number": Column("i4", "", "rank of the team; the first n are on duty"),
        "on_duty": Column("?", "", "is in the force today"),
        "sector": Column("i4", "sector row", "where the command sent it"),
        "night": Column("?", "", "works from midnight to nine"),
    }
