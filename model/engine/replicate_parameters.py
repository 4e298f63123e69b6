"""The parameters of the replicates of a run: one number where all agree, so that rules read alike for one and for many.

`m.p.boat_cost` is one number, or an array with one value a replicate where they differ. Rules for rows ask for the
values of their rows: `m.p.of(table, rows)`, or `m.p.at(replicate)`, after which `p.boat_cost` is one number or an
array along those rows. `m.p.column` has the shape (replicate, 1), for tables with a row a replicate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Value = float | NDArray[np.float64]
Number = TypeVar("Number", np.float64, np.int64)


class HasReplicates(Protocol):
    """A table, or the boats of a day: rows that each belong to a replicate."""

    replicate: Any


def by_row(value: float | NDArray[Number], replicate: NDArray[np.integer]) -> float | NDArray[Number]:
    """One number as it is, an array of one value a replicate along the rows of the given replicates."""
    return value[replicate] if isinstance(value, np.ndarray) else value


class RowValues:
    """Parameters along rows, each looked up when it is first asked for."""

    def __init__(self, sets: ParameterSets | RowValues, replicate: NDArray[np.integer] | None) -> None:
        self._sets, self._replicate = sets, replicate

    def __getattr__(self, name: str) -> Value:
        value: Value = getattr(self._sets, name)
        if isinstance(value, np.ndarray):
            value = value.astype(np.float32) if self._replicate is None else value[self._replicate]
        self.__dict__[name] = value
        return value

    @property
    def single(self) -> RowValues:
        """The same in single precision, to which one number is rounded when it meets a column of that kind."""
        return RowValues(self, None)


class ParameterSets:
    """One set of parameters a replicate. Arrays cannot be written to, since levers must not move parameters."""

    def __init__(self, sets: Sequence[Mapping[str, float]]) -> None:
        values: dict[str, Value] = {}
        for name in sets[0]:
            column = np.array([each[name] for each in sets])
            column.setflags(write=False)
            values[name] = float(column[0]) if (column == column[0]).all() else column
        self._differ = any(isinstance(value, np.ndarray) for value in values.values())
        self.__dict__.update(values)
        self.column = self.at(np.arange(len(sets))[:, None])

    def __getattr__(self, name: str) -> Value:
        raise AttributeError(f"no parameter is called {name!r}; model/data/parameters.csv has a row for each")

    def at(self, replicate: NDArray[np.integer]) -> ParameterSets | RowValues:
        """Values along the given replicates, in their shape."""
        return RowValues(self, replicate) if self._differ else self

    def of(self, table: HasReplicates, rows: NDArray[np.integer]) -> ParameterSets | RowValues:
        """Values along rows of a table."""
        return RowValues(self, table.replicate[rows]) if self._differ else self

    @property
    def single(self) -> ParameterSets:
        """One number as it is: numpy rounds it to the precision of the column that it meets."""
        return self
