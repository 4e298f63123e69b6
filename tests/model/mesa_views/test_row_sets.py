"""Sets of rows answer like Mesa's own sets of the same agents."""

from __future__ import annotations

import copy
import pickle
import random

import mesa
import numpy as np
import pytest

from corridor.model.mesa_views.agents import AgentSet
from corridor.model.mesa_views.row_sets import RowSet
from tests.model.mesa_views.farm import Bird, Cow, Farmer


def test_the_set_of_a_table_sees_new_rows_and_a_copy_does_not(farm):
    cows, then = farm.herd.agents, copy.copy(farm.herd.agents)
    farm.herd.add(20)
    assert (len(cows), len(then), len(farm.agents_by_type[Cow])) == (26, 6, 26)
    assert farm.herd[20] in cows and farm.herd[20] not in then


def test_sets_answer_like_mesas_own_on_the_same_agents(farm):
    """Every method, with columns and with functions, against Mesa's AgentSet of the same views held elsewhere."""
    views = list(farm.herd)

    def both():
        return farm.herd.agents, mesa.agent.AgentSet(views, random=farm.random)

    def alike(ask):
        ours, theirs = (ask(agents) for agents in both())
        assert list(ours) == list(theirs)

    for key in ("weight", "unique_id", "row", lambda a: -a.weight):
        for ascending in (True, False):
            alike(lambda s, key=key, ascending=ascending: s.sort(key, ascending))
    for at_most in (0, 2, 100, 0.0, 0.5, 1.0, float("inf")):
        alike(lambda s, n=at_most: s.select(at_most=n))
        alike(lambda s, n=at_most: s.select(lambda a: a.weight > 1, at_most=n))
        alike(lambda s, n=at_most: s.select(agent_type=Cow, at_most=n))
    alike(lambda s: s.select(agent_type=Bird))
    for names in ("weight", "row", "unique_id", ["weight", "row"], ["legs", "alive"]):
        alike(lambda s, names=names: s.get(names))
    alike(lambda s: s.get(["wings", "legs"], "default", 7))
    alike(lambda s: s.map(lambda a, x, y: (a.row, x, y), 1, y=2))
    alike(lambda s: s.agg("weight", [min, max, sum, np.mean]))
    for by in ("weight", "alive", "row", lambda a: a.row % 2):
        alike(lambda s, by=by: s.groupby(by).count().items())
        alike(lambda s, by=by: s.groupby(by).agg("weight", sum).items())
        alike(lambda s, by=by: s.groupby(by, "list").map(list).items())
        alike(lambda s, by=by: s.groupby(by, "list").agg("row", max).items())


def test_sets_are_indexed_like_lists_of_agents(farm):
    cows, views = farm.herd.agents, list(farm.herd)
    assert cows.to_list() == views and cows[1:4] + cows[::-1] == views[1:4] + views[::-1]
    assert cows[-1] == views[-1] and cows.index(views[2]) == 2 and list(reversed(cows)) == views[::-1]
    with pytest.raises(IndexError):
        cows[6]


def test_groups_are_sets_unless_lists_are_asked_for(farm):
    assert {type(group) for _, group in farm.herd.agents.groupby("weight")} == {RowSet}
    assert {type(group) for _, group in farm.herd.agents.groupby("weight", "list")} == {list}


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: s.get("wings"),
        lambda s: s.get("legs", "nonsense"),
        lambda s: s.do("fly"),
        lambda s: s.sort("wings"),
        lambda s: s.groupby("wings"),
        lambda s: s.remove(next(iter(s)).table[5]),
    ],
)
def test_sets_refuse_with_mesas_errors(farm, ask):
    views = list(farm.herd[:5])
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - whatever Mesa raises
        ask(mesa.agent.AgentSet(views, random=farm.random))
    with pytest.raises(type(theirs.value)):
        ask(farm.herd[:5])


def test_a_shuffle_is_mesas_own_for_the_same_seed(farm):
    views = list(farm.herd)
    ours = RowSet([farm.herd], random.Random(5)).shuffle()
    assert list(ours) == list(mesa.agent.AgentSet(views, random=random.Random(5)).shuffle())
    met = []
    whole = RowSet([farm.herd], random.Random(5))
    whole.shuffle_do(lambda cow: met.append(cow))
    assert met == list(ours) != list(whole) and list(whole) == views


def test_methods_in_place_change_the_set_and_return_it(farm):
    cows = copy.copy(farm.herd.agents)
    assert cows.sort("weight", ascending=True, inplace=True) is cows and cows.get("weight") == [1, 1, 2, 2, 3, 3]
    assert cows.select(at_most=4, inplace=True) is cows and len(cows) == 4
    assert cows.shuffle(inplace=True) is cows and sorted(cows.get("row")) == [1, 2, 4, 5]
    assert cows.do(lambda cow: setattr(cow, "alive", True)) is cows
    assert farm.herd["alive"].tolist() == [False, True, True, False, True, True]


def test_set_writes_one_value_or_one_for_each(farm):
    farm.agents.set("legs", 3)
    assert set(farm.herd["legs"]) == set(farm.flock["legs"]) == {3}
    farm.herd[[5, 0]].set("weight", np.array([50, 10]))
    assert farm.herd["weight"].tolist() == [10, 1, 2, 3, 1, 50]
    with pytest.raises(AttributeError, match="Birds have no column 'weight'"):
        farm.agents.set("weight", 1)
    assert farm.herd["weight"].tolist() == [10, 1, 2, 3, 1, 50]


def test_rows_are_added_and_dropped_like_members_of_a_set(farm):
    cows = farm.herd[:3]
    cows.add(farm.herd[4])
    cows.add(farm.herd[0])
    cows.discard(farm.herd[5])
    cows.remove(farm.herd[1])
    assert cows.get("row") == [0, 2, 4] and len(farm.herd) == 6
    with pytest.raises(TypeError, match="build AgentSet"):
        cows.add(Farmer(farm))
    assert (cows & farm.herd[2:]).get("row") == [2, 4] and (cows | farm.herd[:2]).get("row") == [0, 2, 4, 1]
    assert (cows - farm.herd[:1]).get("row") == [2, 4] and isinstance(cows & farm.herd[2:], RowSet)
    assert cows == cows.sort("row") and cows != farm.herd[:3] and cows <= farm.herd.agents
    assert len(cows | AgentSet([Farmer(farm), farm.flock[0]])) == 5


def test_columns_of_one_name_are_one_only_if_of_one_type(farm):
    farm.herd.key[0] = 2**64 - 1
    assert farm.agents["legs"].tolist() == [4] * 6 + [2] * 3
    assert farm.agents.get("key")[0] == 2**64 - 1  # u8 and i8 have no common type that is exact: read one by one
    with pytest.raises(KeyError):
        farm.agents["key"]
    assert farm.agents.select(agent_type=Bird)["key"].dtype == np.int64
    assert farm.herd[[]].get("weight") == [] and farm.herd[[]]["weight"].dtype == np.float32
    assert len(farm.herd[[]].groupby("weight")) == 0


def test_sets_and_views_survive_pickling_and_copying(farm):
    some = farm.herd[[4, 1]]
    herd, view, back = pickle.loads(pickle.dumps((farm.herd, farm.herd[4], some)))
    assert back.get("row") == [4, 1] and view in back and view.table is herd and view.model is not farm
    assert copy.copy(farm.herd[4]) == farm.herd[4]
    twin = copy.deepcopy(some)
    twin.set("weight", 70)
    assert farm.herd[4].weight == 1
    whole = pickle.loads(pickle.dumps(farm))
    assert len(whole.agents) == 9 and whole.herd[0].model is whole
    farm.favourite = farm.herd[3]
    assert pickle.loads(pickle.dumps(farm)).favourite.weight == 3
