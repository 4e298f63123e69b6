"""Sets of rows of tables as Mesa's agent sets.

Methods use whole columns where they can (`get`, `set`, `agg`, `groupby`, `sort`, and `select` without a
function); a function of an agent is called with one view after another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.tables import Rows, Table
from corridor.model.mesa_views.agents import AgentSet, GroupBy
from corridor.model.mesa_views.views import RowAgent

IDS = 10**12  # unique ids of table k are k x IDS + row; ordinary agents count from 1


class RowSet(AgentSet):
    """An ordered set of rows of one or several tables, held as an array of unique ids; None is all rows, also new ones.

    `s[3]` is an agent, `s[2:5]` a list of agents as in Mesa, `s[mask]` and `s[[4, 7]]` are sets, and `s["money"]` is
    the array of a column in the order of the set.
    """

    def __init__(self, tables: Iterable[Table], random: Any, ids: Rows | None = None) -> None:
        self.tables, self.random, self._ids = tuple(tables), random, ids

    @property
    def ids(self) -> Rows:
        """Unique ids of the members, in order."""
        if self._ids is not None:
            return self._ids
        return np.concatenate([table.first_id + np.arange(table.n) for table in self.tables])

    def _with(self, ids: Rows, inplace: bool = False) -> RowSet:
        if not inplace:
            return RowSet(self.tables, self.random, ids)
        self._ids = ids
        return self

    def _from_iterable(self, agents: Iterable[Any]) -> AgentSet:
        """The result of `&`, `|`, `-` and `^`."""
        found = list(dict.fromkeys(agents))
        if all(self._may_hold(agent) for agent in found):
            return self._with(np.array([agent.unique_id for agent in found], dtype=np.int64))
        return AgentSet(found, self.random)

    def _may_hold(self, agent: object) -> bool:
        return isinstance(agent, RowAgent) and agent.table in self.tables

    def _by_table(self) -> Iterator[tuple[Table, NDArray[np.bool_] | slice, Rows]]:
        """Each table that has members: the table, where its members stand in the set, and their rows."""
        ids = self.ids
        for table in self.tables:
            at = slice(None) if len(self.tables) == 1 else ids // IDS == table.first_id // IDS
            if len(rows := ids[at] - table.first_id):
                yield table, at, rows

    def _values(self, name: str) -> NDArray[Any] | None:
        """A column in the order of the set; None unless every table with members has it, of one type."""
        if name == "unique_id":
            return self.ids
        parts = list(self._by_table())
        tables = [table for table, _, _ in parts] or self.tables
        dtypes = {table.COLUMNS[name].dtype if name in table.COLUMNS else "" for table in tables}
        if len(dtypes) > 1 or dtypes == {""}:
            return None
        values = np.empty(len(self), dtype=dtypes.pop())
        for table, at, rows in parts:
            values[at] = table.column(name)[rows]
        return values

    def _views(self, ids: Rows) -> Iterator[RowAgent]:
        tables = {table.first_id // IDS: table for table in self.tables}
        for number, row in (divmod(unique_id, IDS) for unique_id in ids.tolist()):
            yield tables[number].kind(tables[number], row)

    def __len__(self) -> int:
        return sum(table.n for table in self.tables) if self._ids is None else len(self._ids)

    def __iter__(self) -> Iterator[RowAgent]:
        return self._views(self.ids)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, RowAgent) or agent.table not in self.tables:
            return False
        return self._ids is None or bool((self._ids == agent.unique_id).any())

    def __le__(self, other: Any) -> bool:
        if isinstance(other, RowSet) and set(self.tables) == set(other.tables):
            return bool(np.isin(self.ids, other.ids).all())
        return bool(super().__le__(other))

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, str):
            values = self._values(item)
            if values is None:
                raise KeyError(f"{item!r} is not a column of every agent in the set")
            return values
        if isinstance(item, slice):
            return list(self._views(self.ids[item]))
        if isinstance(item, int | np.integer):
            if not -len(self) <= item < len(self):
                raise IndexError(f"agent {item} is out of range; the set has {len(self)}")
            return next(self._views(self.ids[np.array([item])]))
        return self.take(item)

    def take(self, which: Any) -> RowSet:
        """The members at a slice, a boolean mask or whole numbers, as a set. Raises IndexError out of range."""
        if isinstance(which, slice):
            return self._with(self.ids[which])
        at = np.asarray(which)
        found = self.ids[at if at.size else at.astype(np.int64)]
        return self._with(np.array(list(dict.fromkeys(found.tolist())), dtype=np.int64))

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> AgentSet:
        """The first `at_most` (a number, or as a float up to 1 a share) of a type that a function accepts."""
        ids = self.ids
        share = isinstance(at_most, float) and at_most <= 1.0
        limit = int(min(len(ids) * at_most if share else at_most, len(ids)))
        if agent_type is not None:
            kept = [table.first_id // IDS for table in self.tables if issubclass(table.kind, agent_type)]
            ids = ids[np.isin(ids // IDS, kept)]
        if filter_func is None:
            return self._with(ids[:limit], inplace)
        found = islice((agent.unique_id for agent in self._views(ids) if filter_func(agent)), limit)
        return self._with(np.fromiter(found, dtype=np.int64), inplace)

    def shuffle(self, inplace: bool = False) -> AgentSet:
        """In random order, by the set's generator, which no stage of the day uses."""
        return self._with(shuffled(self.ids, self.random), inplace)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> AgentSet:
        """Sorted by a column or a function, from large to small unless `ascending`; ties keep their order."""
        values = self._values(key) if isinstance(key, str) else None
        if values is None:
            keys = self.get(key) if isinstance(key, str) else self.map(key)
            order = np.array(sorted(range(len(keys)), key=keys.__getitem__, reverse=not ascending), dtype=np.int64)
        elif ascending:
            order = np.argsort(values, kind="stable")
        else:  # reversed twice, so that ties keep their order
            order = len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
        return self._with(self.ids[order], inplace)

    def do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> AgentSet:
        """Call a method or function on each member; returns the set."""
        for agent in self:
            call(agent, method, args, kwargs)
        return self

    def shuffle_do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> AgentSet:
        """Call a method or function on each member in random order; the set keeps its order."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> list[Any]:
        """The results of a method or function on each member."""
        return [call(agent, method, args, kwargs) for agent in self]

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """The values of an attribute, or lists of the values of several, as in Mesa; arrays are `s["money"]`."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing: {handle_missing!r} is not allowed; 'error' or 'default'")
        default = (default_value,) if handle_missing == "default" else ()
        if isinstance(attr_names, str):
            return self._list(attr_names, default)
        return [list(values) for values in zip(*(self._list(name, default) for name in attr_names), strict=True)]

    def _list(self, name: str, default: tuple[Any, ...]) -> list[Any]:
        values = self._values(name)
        return [getattr(agent, name, *default) for agent in self] if values is None else values.tolist()

    def set(self, attr_name: str, value: Any) -> AgentSet:
        """Write one value (or an array with one for each member) into a column. Raises AttributeError, ValueError."""
        parts = list(self._by_table())
        values = np.broadcast_to(value, len(self))
        for table, _, _ in parts:
            if attr_name not in table.COLUMNS:
                raise AttributeError(f"{table.kind.__name__}s have no column {attr_name!r}")
        for table, at, rows in parts:
            table.write(attr_name, rows, values[at])
        return self

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Sets (or lists) by the value of a column or function, in order of first appearance."""
        values = self._values(by) if isinstance(by, str) else None
        keys = values if values is not None else self.map(by) if callable(by) else self.get(by)
        ids = self.ids
        groups = {key: self._with(ids[at]) for key, at in positions(keys).items()}
        return GroupBy(groups if result_type == "agentset" else {key: list(group) for key, group in groups.items()})

    def add(self, agent: Any) -> None:
        """Add a row. Raises TypeError for anything else: `AgentSet([...])` may mix kinds."""
        if not self._may_hold(agent):
            raise TypeError(f"{agent!r} is not a row of these tables; build AgentSet([...]) for a mixture")
        if agent not in self:
            self._ids = np.append(self.ids, agent.unique_id)

    def discard(self, agent: Any) -> None:
        """Take a row out of the set, if it is there; the table is not touched."""
        if agent in self:
            self._ids = self.ids[self.ids != agent.unique_id]

    def remove(self, agent: Any) -> None:
        """Take a row out of the set. Raises KeyError if it is not there."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def __getstate__(self) -> dict[str, Any]:
        return {"tables": self.tables, "random": self.random, "_ids": self.ids}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


def positions(keys: NDArray[Any] | list[Any]) -> dict[Any, Any]:
    """The positions of each key, in order of first appearance."""
    if isinstance(keys, list):
        found: dict[Any, Any] = defaultdict(list)
        for at, key in enumerate(keys):
            found[key].append(at)
        return found
    names, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    parts = np.split(np.argsort(inverse, kind="stable"), np.cumsum(np.bincount(inverse))[:-1])
    return {names[k].item(): parts[k] for k in np.argsort(first)}


def shuffled(ids: Rows, random: Any) -> Rows:
    """Ids in an order drawn from a generator as Mesa draws it."""
    order = ids.tolist()
    random.shuffle(order)
    return np.array(order, dtype=np.int64)


def call(agent: Any, method: Callable[..., Any] | str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A method by name, or a function whose first argument is the agent."""
    return getattr(agent, method)(*args, **kwargs) if isinstance(method, str) else method(agent, *args, **kwargs)
