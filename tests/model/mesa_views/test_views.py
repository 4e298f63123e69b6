"""Rows as Mesa agents: views, sets of rows, mixtures with ordinary agents, data collection and batch runs."""

from __future__ import annotations

import copy
import gc
import pickle
import random
import subprocess
import sys
import weakref
from datetime import date
from functools import partial
from pathlib import Path
from typing import ClassVar

import mesa
import numpy as np
import pandas as pd
import pytest

from corridor.model import Corridor, InputError
from corridor.model.engine.tables import Column, Table
from corridor.model.mesa_views.agents import Agent, AgentSet, Members, Model, RowSet
from corridor.model.mesa_views.corridor import MesaMigrationModel
from corridor.model.mesa_views.views import Migrant, Network, Patrol, RowAgent
from corridor.model.simulation import DAY
from corridor.model.tables import Status
from tests.support.worlds import run
from tests.support.worlds import small_model as plain_model

small_model = partial(plain_model, kind=MesaMigrationModel)
README = Path(__file__).parents[3] / "README.md"


class Herd(Table):
    COLUMNS: ClassVar = {
        "weight": Column("f4", "kg", "weight"),
        "legs": Column("i1", "", "number of legs"),
        "alive": Column("?", "", "is alive"),
        "key": Column("u8", "", "hash"),
    }


class Flock(Table):
    COLUMNS: ClassVar = {"legs": Column("i1", "", "number of legs"), "key": Column("i8", "", "hash")}


class Cow(RowAgent):
    TABLE = Herd


class Bird(RowAgent):
    TABLE = Flock


class Farmer(Agent):
    """An ordinary agent beside the rows."""

    legs = 2

    def greet(self) -> str:
        return f"farmer {self.unique_id}"


class Farm(Model):
    def __init__(self) -> None:
        super().__init__(seed=1)
        self.herd, self.flock = Herd(4), Flock(4)
        self.hold(self.herd, Cow)
        self.hold(self.flock, Bird)
        self.herd.weight[self.herd.add(6)] = [3, 1, 2, 3, 1, 2]
        self.herd.legs[:6] = 4
        self.flock.legs[self.flock.add(3)] = 2


@pytest.fixture
def farm() -> Farm:
    return Farm()


@pytest.fixture(scope="module")
def corridor():
    """A corridor after twenty days; its tests only look."""
    model = small_model()
    for _ in range(20):
        model.step()
    return model


# one view


def test_a_view_reads_and_writes_its_row(farm):
    cow = farm.herd[2]
    assert isinstance(cow, mesa.Agent) and isinstance(cow, Cow)
    assert (cow.weight, cow.legs, cow.alive) == (2.0, 4, False)
    assert [type(value) for value in (cow.weight, cow.legs, cow.alive, cow.key)] == [float, int, bool, int]
    cow.weight, cow.alive, cow.key = 2.5, True, 2**64 - 1
    assert farm.herd.weight[:4].tolist() == [3, 1, 2.5, 3]
    assert farm.herd.alive[:4].tolist() == [False, False, True, False] and farm.herd[2].key == 2**64 - 1


def test_two_views_of_a_row_are_equal_and_hash_alike(farm):
    assert farm.herd[2] == farm.herd[2] and farm.herd[2] is not farm.herd[2]
    assert len({farm.herd[2], farm.herd[2], farm.herd[3]}) == 2
    assert farm.herd[2] != farm.flock[2] and farm.herd[2] != Farm().herd[2] and farm.herd[2] != 2


def test_unique_ids_are_stable_and_shared_with_nobody(farm):
    farmers = Farmer.create_agents(farm, 2)
    ids = farm.agents.get("unique_id")
    assert ids == [10**12 + row for row in range(6)] + [2 * 10**12 + row for row in range(3)] + [1, 2]
    before = farm.herd[5].unique_id
    farm.herd.add(50)
    assert farm.herd[5].unique_id == before and len(farmers) == 2


WRONG = [("legs", 4.5), ("legs", 200), ("legs", float("nan")), ("alive", 2), ("key", -1)]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_column_refuses_what_it_cannot_hold(farm, name, value):
    with pytest.raises(ValueError, match=f"{name}: .* is not allowed"):
        setattr(farm.herd[0], name, value)
    with pytest.raises(ValueError, match=f"{name}: .* is not allowed"):
        farm.herd.agents.set(name, value)
    assert (farm.herd[0].legs, farm.herd[0].alive, farm.herd[0].key) == (4, False, 0)


def test_a_view_keeps_nothing_of_its_own_and_is_not_made_or_removed(farm):
    with pytest.raises(AttributeError, match="Cow 1 cannot keep 'name'; its columns are weight, legs"):
        farm.herd[1].name = "Bella"
    with pytest.raises(AttributeError):
        farm.herd[1].unique_id = 4
    with pytest.raises(TypeError, match="never removed"):
        farm.herd[1].remove()
    with pytest.raises(TypeError, match="cannot be made"):
        Cow.create_agents(farm, 3)
    with pytest.raises(TypeError, match="never removed"):
        farm.remove_all_agents()
    assert len(farm.agents) == 9


def test_a_column_may_not_hide_a_name_of_mesa():
    class Bad(Table):
        COLUMNS: ClassVar = {"model": Column("i1", "", "hides the model")}

    with pytest.raises(TypeError, match="'model' hides"):
        type("BadAgent", (RowAgent,), {"TABLE": Bad})


def test_columns_explain_themselves():
    assert Cow.weight.__doc__ == "weight (kg)" and Cow.legs.__doc__ == "number of legs"


# the table


def test_a_table_is_indexed_like_a_sequence_and_like_a_frame(farm):
    herd = farm.herd
    assert len(herd) == 6 and [cow.row for cow in herd] == list(range(6)) and herd[-1] == herd[5]
    assert herd[np.int64(3)] == herd[3] and herd[3] in herd and farm.flock[0] not in herd
    assert list(herd[1:3]) == [herd[1], herd[2]] and isinstance(herd[1:3], AgentSet)
    assert herd[herd["weight"] == 3].get("unique_id") == [herd[0].unique_id, herd[3].unique_id]
    assert list(herd[[4, 0, 4, -1]]) == [herd[4], herd[0], herd[5]]
    assert len(herd[[]]) == 0 and len(herd[pd.Series([True] * 6)]) == 6
    herd["weight"][0] = 9
    assert herd[0].weight == 9


def test_what_is_out_of_range_is_refused_in_words(farm):
    for row in (6, -7):
        with pytest.raises(IndexError, match=f"row {row} is out of range; the table has 6"):
            farm.herd[row]
    with pytest.raises(IndexError, match="agent 9 is out of range; the set has 9"):
        farm.agents[9]
    for which in ([6], [True, False], [0.5]):
        with pytest.raises(IndexError):
            farm.herd[which]
    with pytest.raises(KeyError, match="no column 'height'; there are weight"):
        farm.herd["height"]
    with pytest.raises(KeyError, match="not a column of every agent"):
        farm.agents["weight"]


def test_a_table_becomes_a_frame_of_copies(farm):
    frame = pd.DataFrame(farm.herd.as_dict())
    assert list(frame.columns) == list(Herd.COLUMNS) and len(frame) == 6
    farm.herd.as_dict()["weight"][0] = 99
    assert farm.herd[0].weight == 3


# sets of rows


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
    alike(lambda s: s[1:4] + s[::-1] + [s[-1]])
    alike(lambda s: s.agg("weight", [min, max, sum, np.mean]))
    for by in ("weight", "alive", "row", lambda a: a.row % 2):
        alike(lambda s, by=by: s.groupby(by).count().items())
        alike(lambda s, by=by: s.groupby(by).agg("weight", sum).items())
        alike(lambda s, by=by: s.groupby(by, "list").map(list).items())
        alike(lambda s, by=by: s.groupby(by, "list").agg("row", max).items())


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
        lambda s: s[40],
    ],
)
def test_sets_refuse_with_mesas_errors(farm, ask):
    views = list(farm.herd[:5])
    with pytest.raises(Exception) as theirs:
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


# mixtures


def test_rows_and_ordinary_agents_are_agents_together(farm):
    farmer = Farmer(farm)
    mixed = farm.agents
    assert len(mixed) == 10 and farmer in mixed and farm.herd[0] in mixed and mixed[-1] is farmer
    assert farm.agent_types == [Cow, Bird, Farmer] and farm.agents_by_type[Farmer][0] is farmer
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


def test_mesas_own_agents_live_in_our_models(farm):
    agent = mesa.Agent(farm)
    assert agent in farm.agents and farm.agents_by_type[mesa.Agent][0] is agent
    with pytest.raises(AttributeError, match=r"set model\.agents"):
        farm.agents = []


# memory


@pytest.mark.parametrize("make", [Farm, small_model])
def test_a_model_that_nobody_holds_is_forgotten(make):
    model = make()
    Farmer(model)
    views = [model.agents[0], *model.agents.select(at_most=3)]
    gone = weakref.ref(model)
    assert views[0].model is model
    del model, views
    gc.collect()
    assert gone() is None


def test_the_day_makes_no_views_and_a_migrant_is_under_100_bytes(monkeypatch):
    def refuse(self, *args, **kwargs):
        raise AssertionError("a view was made")

    model = small_model()
    with monkeypatch.context() as patch:
        patch.setattr(RowAgent, "__init__", refuse)
        patch.setattr(RowSet, "__init__", refuse)
        for _ in range(30):
            model.step()
    assert model.migrants.n > 500 and len(DAY) == 18
    gc.collect()
    assert not [thing for thing in gc.get_objects() if isinstance(thing, RowAgent) and thing.model is model]
    assert model.migrants.bytes_per_row < 100


def test_looking_changes_nothing():
    """All ways of looking, every day, leave the records as they are without."""
    plain, looked = small_model(), small_model()
    for _ in range(30):
        plain.step()
        looked.step()
        looked.agents.shuffle_do("step")
        looked.migrants.agents.groupby("status").agg("money", np.mean)
        list(looked.agents), looked.agents_by_type, looked.migrants.as_dict(), pickle.dumps(looked.migrants[0])
    for name in plain.records.daily:
        assert np.array_equal(plain.records.daily[name], looked.records.daily[name]), name


# the corridor


def test_all_three_kinds_are_agents_of_the_corridor(corridor):
    tables = (corridor.migrants, corridor.networks, corridor.patrols)
    assert corridor.agent_types == [Migrant, Network, Patrol] == [table.kind for table in tables]
    assert len(corridor.agents) == sum(table.n for table in tables)
    assert corridor.agents.groupby("replicate").count() == {0: len(corridor.agents)}
    waiting = corridor.migrants[corridor.migrants["status"] == Status.WAITING]
    assert len(waiting) == len(corridor.agents_by_type[Migrant].select(lambda person: person.status == Status.WAITING))
    for table in tables:
        for name in table.COLUMNS:
            values = [getattr(agent, name) for agent in table[:50]]
            assert values == table[name][:50].tolist() == table[:50].get(name), name


def test_the_first_seed_decides_how_agents_are_shuffled():
    orders = [small_model(seeds=seeds).networks.agents.shuffle().get("row") for seeds in ((3,), (3, 5), (5, 3))]
    assert orders[0] == small_model(seeds=(3,)).networks.agents.shuffle().get("row") != orders[2][:200]
    assert len(orders[1]) == 2 * len(orders[0])


def test_who_is_given_another_day_acts_on_it():
    model = run(small_model())
    moved = model.migrants[model.migrants["status"] == Status.SETTLED][0]
    moved.due = model.day + 3
    assert moved.row in model.calendar.take(model.day + 3)
    model.migrants[:2].set("due", model.day + 5)
    assert model.calendar.take(model.day + 5).tolist()[-2:] == [0, 1]


def test_a_pickled_corridor_goes_on_with_the_same_bits():
    model = small_model()
    for _ in range(10):
        model.step()
    twin = pickle.loads(pickle.dumps(model))
    for _ in range(10):
        model.step(), twin.step()
    assert np.array_equal(model.migrants["status"], twin.migrants["status"]) and twin.steps == 20


def test_data_collection_of_model_agents_and_types(corridor):
    collector = mesa.DataCollector(
        model_reporters={"people": lambda m: len(m.migrants), "day": "day"},
        agent_reporters={"status": "status", "twice": lambda a: 2 * a.replicate},
        agenttype_reporters={Network: {"fare": "fare"}, mesa.Agent: {"key": "key"}},
    )
    collector.collect(corridor)
    assert collector.get_model_vars_dataframe().to_dict("list") == {"people": [corridor.migrants.n], "day": [20]}
    frame = collector.get_agent_vars_dataframe().loc[20]
    assert frame.index.tolist() == corridor.agents.get("unique_id")
    assert frame["status"].iloc[: corridor.migrants.n].tolist() == corridor.migrants["status"].tolist()
    assert frame["status"].iloc[-1] is None or np.isnan(frame["status"].iloc[-1])  # patrols have none
    fares = collector.get_agenttype_vars_dataframe(Network).loc[20, "fare"]
    assert fares.tolist() == corridor.networks["fare"].tolist()
    assert len(collector.get_agenttype_vars_dataframe(mesa.Agent)) == len(corridor.agents)


class Watched(Corridor):
    """A corridor whose boats' networks are reported as agents."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.datacollector = mesa.DataCollector(
            {"people": "day"},
            agenttype_reporters={Network: {"fare": "fare"}},
            agent_reporters={"replicate": "replicate"},
        )


def test_batch_run_varies_seeds_and_parameters_and_stops_at_the_end():
    lists = {"seed": [1, 2], "p_retry": [0.8, 0.9], "scale": 50, "start": "2022-10-01", "end": "2022-10-20"}
    rows = mesa.batch_run(Corridor, lists, data_collection_period=5, display_progress=False)
    frame = pd.DataFrame(rows)
    assert sorted(set(frame["Step"])) == [0, 5, 10, 15, 19] and len(frame) == 4 * 5
    alone = run(Corridor(seed=2, p_retry=0.9, scale=50, start="2022-10-01", end="2022-10-20"))
    mine = frame[(frame["seed"] == 2) & (frame["p_retry"] == 0.9)]
    for name, values in alone.records.daily.items():
        assert mine[name].tolist() == values[0, [0, 5, 10, 15, 19]].tolist(), name
    assert frame[frame["seed"] == 1]["entered_people"].sum() != frame[frame["seed"] == 2]["entered_people"].sum()


def test_batch_run_gives_all_iterations_one_seed_and_a_day_more_than_asked():
    few = {"scale": 50, "start": "2022-10-01", "end": "2022-10-20"}
    rows = mesa.batch_run(Corridor, few, iterations=2, max_steps=4, display_progress=False)
    first, second = ({k: v for k, v in row.items() if k not in ("RunId", "iteration")} for row in rows)
    assert first == second and first["Step"] == 4


def test_batch_run_reports_agents():
    few = {"scale": 50, "start": "2022-10-01", "end": "2022-10-02"}
    rows = mesa.batch_run(Watched, few, display_progress=False)
    assert len(rows) > 500 and rows[0]["AgentID"] == 10**12 and rows[0]["people"] == 2


def test_batch_run_in_two_processes_gives_the_same():
    lists = {"seed": [1, 2], "scale": 100, "start": "2022-10-01", "end": "2022-10-10"}
    alone = mesa.batch_run(Corridor, lists, display_progress=False)
    together = mesa.batch_run(Corridor, lists, number_processes=2, display_progress=False)
    assert sorted(together, key=lambda row: row["RunId"]) == alone


def test_a_run_counts_its_steps_and_ends_after_its_last_day():
    model = Corridor(scale=100, start="2022-10-01", end="2022-10-05")
    model.run_model()
    assert (model.steps, model.day, model.running) == (5, 5, False)
    assert len(model.datacollector.get_model_vars_dataframe()) == 5


@pytest.mark.parametrize(
    "wrong", [{"start": "yesterday"}, {"end": 5}, {"p_retri": 0.5}, {"p_retry": 7}, {"seed": -1}, {"seed": 1.5}]
)
def test_a_corridor_refuses_what_is_not_allowed(wrong):
    with pytest.raises(InputError, match=next(iter(wrong)).replace("p_retri", "no such parameter")):
        Corridor(**wrong)


def test_a_corridor_tells_all_mistakes_at_once():
    with pytest.raises(InputError) as found:
        Corridor(seed="one", start="soon", end="later", p_retry=7)
    assert len(found.value.problems) == 4


def test_a_corridor_takes_numpy_numbers_and_dates():
    few = {"scale": np.float64(100), "end": date(2022, 1, 3)}
    assert run(Corridor(seed=np.int64(4), **few)).seeds == run(Corridor(seed=4, **few)).seeds == (4,)


def test_the_example_for_mesa_users_runs(capsys):
    section = README.read_text(encoding="utf-8").split("## For Mesa users")[1].split("\n## ")[0]
    code = section.split("```python")[1].split("```")[0]
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)
    assert capsys.readouterr().out.count("\n") == 2
    assert len(names["table"]) == names["model"].migrants.n and isinstance(names["someone"], Migrant)
    assert len(names["daily"]) == 61 and [row["seed"] for row in names["runs"]] == [1, 2]


def test_the_model_imports_no_visualisation():
    code = """import sys, corridor.model
sys.exit(any(name in sys.modules for name in ("mesa.visualization", "solara", "networkx")))"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
