"""Struct-of-arrays tables with declared columns, one row an agent, and a calendar of who acts on which day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

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
    model: Any = None  # a Mesa model that shows the rows as agents, the kind of agent, and the unique id of row 0:
    kind: Any = None  # set by `mesa_views.agents.Model.hold`
    first_id: int = 0

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
    def agents(self) -> Any:
        """All rows as Mesa agents, now and later. Raises TypeError where no Mesa model holds the table."""
        if self.model is None:
            raise TypeError("no Mesa model holds this table: build a Corridor, whose rows are agents")
        return self.model.agents_by_type[self.kind]

    def __len__(self) -> int:
        return self.n

    def __iter__(self) -> Iterator[Any]:
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
        return self.agents[int(key)]

    @property
    def bytes_per_row(self) -> int:
        """Memory of one row over all columns."""
        return sum(np.dtype(column.dtype).itemsize for column in self.COLUMNS.values())


class Calendar:
    """Who acts on which day: rows wait in the bucket of the day they are due, so a day touches only those.

    What is put during a day is filed together when the next rows are taken: sorted once, and kept in small integers,
    since most rows wait there for most of a run.
    """

    def __init__(self) -> None:
        self._buckets: dict[int, list[NDArray[np.int32]]] = {}
        self._put: list[Rows] = []

    def put(self, rows: Rows) -> None:
        """Rows to be filed under the day on which they are due."""
        if len(rows):
            self._put.append(rows)

    def take(self, day: int, due: NDArray[np.int32]) -> Rows:
        """The rows filed under a day, in the order in which they were filed; `due` has the day of every row."""
        self._file(due)
        parts = self._buckets.pop(day, [])
        return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)

    def _file(self, due: NDArray[np.int32]) -> None:
        if not self._put:
            return
        rows = np.concatenate(self._put)
        self._put = []
        ahead = due[rows]
        first = int(ahead.min())
        ahead -= first
        if int(ahead.max()) < 2**16:
            ahead = ahead.astype(np.uint16)  # numbers of 16 bits are sorted by counting
        order = ahead.argsort(kind="stable")
        filed, ahead = rows[order].astype(np.int32), ahead[order]
        starts = [0, *(np.flatnonzero(ahead[1:] != ahead[:-1]) + 1).tolist()]
        numbers = ahead[starts].tolist()
        for number, start, end in zip(numbers, starts, [*starts[1:], len(filed)], strict=True):
            self._buckets.setdefault(first + number, []).append(filed[start:end].copy())
