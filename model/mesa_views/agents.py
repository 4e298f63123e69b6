"""Mesa's agents and agent sets, where an agent may be a row of a table; ordinary agents stay as they are.

Mesa holds the members of a set weakly. A view of a row is made on access, so nothing else would hold it: the
sets here keep the views among their members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary, ref

import mesa
from mesa.agent import AgentSet as MesaAgentSet

from corridor.model.mesa_views.views import RowAgent

try:
    from mesa.agentset import GroupBy as MesaGroupBy
except ImportError:  # before Mesa 3.5.1
    from mesa.agent import GroupBy as MesaGroupBy


class Counters(WeakKeyDictionary[Any, Any]):
    """The next unique id of each model. Mesa 3.3's own counter keeps every model alive; this one does not."""

    def __getitem__(self, model: Any) -> Any:
        return self.setdefault(model, count(1))


class Agent(mesa.Agent):
    """Mesa's agent, but with Mesa 3.3, too, unused models are freed.

    There its ids are counted apart from those of `mesa.Agent`: within one model use only one of the two as base class.
    """

    _ids = Counters()


class Kept(ref[Any]):
    """A reference that keeps its view: a view lives as long as its row, and rows are never removed."""

    view: RowAgent


class Members(WeakKeyDictionary[Any, None]):
    """The agents of a mixed set: ordinary ones are held weakly, as Mesa does, views are kept."""

    data: dict[ref[Any], None]

    def __init__(self, agents: Iterable[Any]) -> None:
        super().__init__()
        for agent in agents:
            self[agent] = None

    def __setitem__(self, agent: Any, value: None) -> None:
        if isinstance(agent, RowAgent):
            kept = Kept(agent)
            kept.view = agent
            self.data[kept] = value
        else:
            super().__setitem__(agent, value)


class AgentSet(MesaAgentSet):
    """Mesa's agent set, which may hold views of rows as well as ordinary agents, in every version of Mesa alike."""

    def __init__(self, agents: Iterable[Any], random: Any = None) -> None:
        held = list(agents)
        if random is None and held:  # before Mesa 3.3.1 a set would make a generator of its own
            random = held[0].model.random
        super().__init__(held, random)
        self._update(held)

    def _update(self, agents: Iterable[Any]) -> AgentSet:
        self._agents = Members(agents)
        return self

    def _ours(self, found: Any) -> AgentSet:
        """Mesa builds sets of its own kind, which would lose views; this one was given by a method of Mesa's."""
        return found if isinstance(found, AgentSet) else AgentSet(found, self.random)

    def _from_iterable(self, agents: Iterable[Any]) -> AgentSet:
        """The result of `&`, `|`, `-` and `^`."""
        return AgentSet(agents, self.random)

    def __ror__(self, other: Iterable[Any]) -> AgentSet:
        """The union of one of Mesa's sets with this one, which may hold views."""
        return self._from_iterable([*other, *self])

    def __getitem__(self, item: Any) -> Any:
        return self.to_list()[item]

    def to_list(self) -> list[Any]:
        """The members in order."""
        return list(self)

    def select(self, *args: Any, **kwargs: Any) -> AgentSet:
        """As in Mesa: filter_func, at_most, inplace, agent_type."""
        return self._ours(super().select(*args, **kwargs))

    def shuffle(self, inplace: bool = False) -> AgentSet:
        """As in Mesa: in random order, by the set's generator."""
        return self._ours(super().shuffle(inplace))

    def sort(self, *args: Any, **kwargs: Any) -> AgentSet:
        """As in Mesa: key, ascending, inplace."""
        return self._ours(super().sort(*args, **kwargs))

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> GroupBy:
        """As in Mesa: sets (or lists) by the value of an attribute or function."""
        groups = super().groupby(by, result_type).groups
        return GroupBy({k: v if isinstance(v, list) else self._ours(v) for k, v in groups.items()})


class GroupBy(MesaGroupBy):
    """Mesa's groups, which read a whole column from their sets."""

    def agg(self, attr_name: str, func: Callable[[Any], Any]) -> dict[Any, Any]:
        """One value for each group, of a function over the values of an attribute."""
        of_lists = super().agg
        if any(isinstance(group, list) for group in self.groups.values()):
            return dict(of_lists(attr_name, func))
        return {name: group.agg(attr_name, func) for name, group in self.groups.items()}
