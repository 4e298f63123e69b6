"""Ordinary agents and mixtures with rows, in models that hold tables and in models that hold none."""

from __future__ import annotations

import copy
import gc
import pickle
import random

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet as MesaAgentSet

from corridor.model.mesa_views.agents import Agent, AgentSet, GroupBy, Members
from corridor.model.mesa_views.models import Model
from corridor.model.mesa_views.row_sets import RowSet
from tests.model.mesa_views.farm import Bird, Cow, Farmer


@pytest.fixture
def farmers(farm) -> list[Farmer]:
    return [Farmer(farm, legs, name) for legs, name in ((2, "Ada"), (1, "Bea"), (2, "Cy"), (0, "Dee"))]


# together


def test_rows_and_ordinary_agents_are_agents_together(farm):
    farmer = Farmer(farm)
    mixed = farm.agents
    assert len(mixed) == 10 and farmer in mixed and farm.herd[0] in mixed and mixed[-1] is farmer
    assert farm.agent_types == [Cow, Bird, Farmer] and list(farm.agents_by_type[Farmer]) == [farmer]
    assert mixed.get("legs") == [4] * 6 + [2] * 4
    assert mixed.groupby("legs").count() == {4: 6, 2: 4} == {k: len(v) for k, v in mixed.groupby("legs")}
    assert len(mixed.shuffle()) == len(mixed.sort("legs")) == len(mixed.shuffle(inplace=True)) == 10
    assert mixed.select(agent_type=Farmer).map("greet") == ["farmer 1"]
    assert mixed.groupby(type).count() == {Cow: 6, Bird: 3, Farmer: 1}
    farmer.remove()
    assert len(farm.agents) == 9 and isinstance(farm.agents, RowSet)


def test_a_mixed_set_keeps_views_and_forgets_ordinary_agents(farm):
    farmer = Farmer(farm)
    mixed = AgentSet([farm.herd[0], farm.herd[0], farm.flock[1], farmer])
    farmer.remove()
    assert len(mixed) == 3 and mixed.random is farm.random
    del farmer
    gc.collect()
    assert list(mixed) == [farm.herd[0], farm.flock[1]]
    mixed.discard(farm.herd[0])
    assert list(pickle.loads(pickle.dumps(mixed)).get("legs")) == [2] and isinstance(mixed._agents, Members)


def test_no_operation_on_a_mixture_loses_its_views(farm, farmers):
    """Nobody else holds the views; a set that held them weakly would be without them at once."""
    mixed = farm.agents
    found = [
        mixed.select(lambda agent: True),
        mixed.select(at_most=13),
        mixed.shuffle(),
        mixed.sort("legs"),
        copy.copy(mixed),
        mixed | [],
        mixed - [],
        mixed & mixed,
        *(group for _, group in mixed.groupby(lambda agent: 0)),
    ]
    gc.collect()
    assert [len(each) for each in found] == [13] * len(found)
    assert {type(each) for each in found} == {AgentSet}
    halves = mixed.groupby(lambda agent: agent.legs > 2)
    assert isinstance(halves, GroupBy) and halves.count() == {True: 6, False: 7}


def test_mesas_sets_joined_with_rows_keep_the_rows(farm, farmers):
    ordinary = farm.agents_by_type[Farmer]
    for joined in (ordinary | farm.herd.agents, MesaAgentSet(farmers) | farm.herd.agents):
        gc.collect()
        assert list(joined) == [*farmers, *farm.herd]
    assert list(MesaAgentSet(farmers) | AgentSet(farmers[:1])) == farmers
    assert list(MesaAgentSet(farmers) ^ farm.herd[:2]) == [*farmers, *farm.herd[:2]]
    assert list(MesaAgentSet(farmers) - farm.herd.agents) == farmers


def test_mesas_own_agents_live_in_our_models(farm):
    agent = mesa.Agent(farm)
    assert agent in farm.agents and list(farm.agents_by_type[mesa.Agent]) == [agent]
    with pytest.raises(AttributeError, match=r"set model\.agents"):
        farm.agents = []


# sets of ordinary agents, and mixtures, are as Mesa's


ASKED = {
    "sort": lambda s: s.sort("legs"),
    "sort from small": lambda s: s.sort("legs", ascending=True),
    "sort by a function": lambda s: s.sort(lambda agent: -agent.legs),
    "select": lambda s: s.select(lambda agent: agent.legs < 3),
    "select some": lambda s: s.select(at_most=2),
    "select a share": lambda s: s.select(at_most=0.5),
    "select a type": lambda s: s.select(agent_type=Farmer, at_most=3),
    "get": lambda s: s.get("legs"),
    "get several": lambda s: s.get(["legs", "unique_id"]),
    "get with a default": lambda s: s.get(["name", "weight"], "default", 0),
    "map a name": lambda s: s.map("step"),
    "map a function": lambda s: s.map(lambda agent, x, y: (agent.legs, x, y), 1, y=2),
    "agg": lambda s: [s.agg("legs", sum), *s.agg("legs", [min, max, np.mean])],
    "groups": lambda s: [(key, list(group)) for key, group in s.groupby("legs")],
    "groups by a function": lambda s: s.groupby(type).count().items(),
    "lists": lambda s: s.groupby("legs", result_type="list").groups.items(),
    "agg of groups": lambda s: s.groupby("legs").agg("unique_id", max).items(),
    "agg of lists": lambda s: s.groupby("legs", result_type="list").agg("unique_id", max).items(),
    "members": lambda s: [len(s), *s],
}


@pytest.mark.parametrize("members", ["ordinary", "mixed"])
@pytest.mark.parametrize("asked", ASKED)
def test_a_set_answers_like_mesas_own(farm, farmers, members, asked):
    agents = farmers if members == "ordinary" else [farm.herd[1], *farmers, farm.flock[0], farm.herd[0]]
    ours, theirs = (ASKED[asked](kind(agents, random=farm.random)) for kind in (AgentSet, MesaAgentSet))
    assert list(ours) == list(theirs)


@pytest.mark.parametrize("inplace", [False, True])
def test_a_shuffle_of_a_mixture_is_mesas_own_for_the_same_seed(farm, farmers, inplace):
    agents = [*farm.herd, *farmers]
    ours, theirs = (
        list(kind(agents, random=random.Random(5)).shuffle(inplace=inplace)) for kind in (AgentSet, MesaAgentSet)
    )
    assert ours == theirs != agents


def test_methods_in_place_change_the_set_and_return_it(farm, farmers):
    mixed = AgentSet([*farmers, farm.herd[0]])
    assert mixed.sort("legs", ascending=True, inplace=True) is mixed and mixed.get("legs") == [0, 1, 2, 2, 4]
    assert mixed.select(at_most=3, inplace=True) is mixed and mixed.get("legs") == [0, 1, 2]
    assert mixed.set("legs", 9) is mixed and mixed.do("step") is mixed and mixed.shuffle_do("step") is mixed
    assert [farmer.legs for farmer in farmers] == [9, 9, 2, 9]


def test_a_set_is_indexed_like_a_list_of_agents(farm, farmers):
    mixed = AgentSet([*farmers, farm.herd[0]])
    assert mixed.to_list() == [*farmers, farm.herd[0]] == mixed[:] and mixed[1:3] == farmers[1:3]
    assert mixed[-1] == farm.herd[0] and mixed.index(farmers[2]) == 2 and mixed.count(farmers[2]) == 1
    assert list(reversed(mixed)) == mixed[::-1]
    with pytest.raises(IndexError):
        mixed[5]


def test_members_come_and_go(farm, farmers):
    some = AgentSet(farmers[:2])
    some.add(farm.herd[3])
    some.add(farmers[0])
    some.discard(farmers[3])
    some.remove(farmers[1])
    assert list(some) == [farmers[0], farm.herd[3]]
    with pytest.raises(KeyError):
        some.remove(farmers[1])


def test_an_empty_set_asks_for_a_generator():
    generator = random.Random(1)
    assert AgentSet([], random=generator).random is generator
    with pytest.warns(UserWarning, match="random number generator"):
        assert len(AgentSet([])) == 0


def test_agents_removed_by_others_do_not_act(farm, farmers):
    greeted = []

    def greet_and_drop_the_next(farmer):
        greeted.append(farmer.name)
        if farmer is farmers[0]:
            farmers.pop(1).remove()

    farm.agents_by_type[Farmer].do(greet_and_drop_the_next)
    gc.collect()
    assert greeted == ["Ada", "Cy", "Dee"] and farm.agents.select(agent_type=Farmer).get("name") == greeted


# models without tables are Mesa's


class Village(Model):
    """Only ordinary agents."""

    def __init__(self) -> None:
        super().__init__(rng=7)
        Farmer.create_agents(self, 3, [1, 2, 3], name="Eve")
        Agent.create_agents(self, 2)
        self.datacollector = mesa.DataCollector(
            {"people": lambda m: len(m.agents)},
            agenttype_reporters={Farmer: {"legs": "legs"}, Agent: {"id": "unique_id"}},
        )

    def step(self) -> None:
        self.agents.shuffle_do("step")
        if self.steps == 2:
            next(iter(self.agents)).remove()
        self.datacollector.collect(self)
        self.running = self.steps < 3


def test_a_model_without_tables_is_mesas():
    village = Village()
    assert village.agent_types == [Farmer, Agent] and len(village.agents) == 5
    assert [agent.unique_id for agent in village.agents] == [1, 2, 3, 4, 5]
    assert [(farmer.legs, farmer.name) for farmer in village.agents_by_type[Farmer]] == [
        (1, "Eve"),
        (2, "Eve"),
        (3, "Eve"),
    ]
    assert village.random.random() == random.Random(7).random()
    assert village.rng.random() == np.random.default_rng(7).random()
    assert all(agent.random is village.random and agent.model is village for agent in village.agents)
    village.run_model()
    assert (village.steps, village.running) == (3, False)
    assert village.datacollector.get_model_vars_dataframe()["people"].tolist() == [5, 4, 4]
    legs = village.datacollector.get_agenttype_vars_dataframe(Farmer)["legs"]
    assert legs.tolist() == [1, 2, 3, 2, 3, 2, 3]
    village.remove_all_agents()
    assert len(village.agents) == 0


def test_ids_count_from_one_in_every_model():
    first, second = Village(), Village()
    assert Farmer(first).unique_id == Farmer(second).unique_id == 6
