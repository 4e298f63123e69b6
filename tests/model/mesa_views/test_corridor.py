"""The corridor as a Mesa model."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import weakref
from datetime import date
from functools import partial
from pathlib import Path

import mesa
import numpy as np
import pytest

from corridor.model import Corridor, InputError
from corridor.model.mesa_views.corridor import MesaMigrationModel
from corridor.model.mesa_views.row_sets import RowSet
from corridor.model.mesa_views.views import Migrant, Network, Patrol, RowAgent
from corridor.model.simulation import DAY
from corridor.model.tables import Status
from tests.model.mesa_views.farm import Farm, Farmer
from tests.support.worlds import run, state
from tests.support.worlds import small_model as plain_model

small_model = partial(plain_model, kind=MesaMigrationModel)
README = Path(__file__).parents[3] / "README.md"


@pytest.fixture(scope="module")
def corridor():
    """A corridor after twenty days; its tests only look."""
    model = small_model()
    for _ in range(20):
        model.step()
    return model


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
    assert moved.row in model.calendar.take(model.day + 3, model.migrants.due)
    model.migrants[:2].set("due", model.day + 5)
    assert model.calendar.take(model.day + 5, model.migrants.due).tolist()[-2:] == [0, 1]


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
        agent_reporters={"status": lambda a: getattr(a, "status", None), "twice": lambda a: 2 * a.replicate},
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


@pytest.mark.parametrize("keywords", [{"seed": 3}, {"rng": 3}, {"seed": 3, "rng": None}, {"seed": np.uint8(3)}])
def test_the_seed_has_two_names(keywords):
    assert Corridor(**keywords).seeds == (3,) != Corridor().seeds == (1,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": "yesterday"},
        {"end": 5},
        {"p_retri": 0.5},
        *({"p_retry": value} for value in (7, True, np.bool_(True), float("nan"), np.float32("nan"), "0.5", None)),
        *({"seed": value} for value in (-1, 1.5, np.float64(2), True, np.bool_(True), "1")),
        {"rng": 1.5},
        *({"scale": value} for value in (True, float("nan"), np.float32("inf"), "10")),
    ],
    ids=lambda wrong: " ".join(
        f"{name}={type(value).__name__} {value}".split(" at ")[0] for name, value in wrong.items()
    ),
)
def test_a_corridor_refuses_what_is_not_allowed(wrong):
    named = {"p_retri": "no such parameter", "rng": "seed"}
    with pytest.raises(InputError, match=next(named.get(name, name) for name in wrong)):
        Corridor(**wrong)


def test_two_seeds_for_one_run_are_refused():
    with pytest.raises(InputError, match="seed, rng: 1 and 2 are two names of one thing; give one of them"):
        Corridor(seed=1, rng=2)


def test_a_corridor_reports_all_mistakes_at_once():
    with pytest.raises(InputError) as found:
        Corridor(seed="one", start="soon", end="later", p_retry=7)
    assert len(found.value.problems) == 4


def test_a_corridor_takes_numpy_numbers_and_dates():
    numpys = Corridor(seed=np.int8(4), scale=np.float32(100), end=date(2022, 1, 20), p_retry=np.float32(0.875))
    plain = Corridor(seed=4, scale=100, end="2022-01-20", p_retry=0.875)
    for model in (numpys, plain):
        model.run_model()
    frames = [model.datacollector.get_model_vars_dataframe() for model in (numpys, plain)]
    assert frames[0].equals(frames[1]) and frames[0]["entered_people"].sum() > 0


# after the last day


@pytest.fixture
def ended() -> Corridor:
    """A corridor after its last day."""
    model = Corridor(scale=50, start="2022-10-01", end="2022-10-05")
    model.run_model()
    return model


def clocks(model: Corridor) -> tuple:
    """Everything that counts days, ours and Mesa's."""
    collected = len(model.datacollector.get_model_vars_dataframe())
    return model.steps, model.day, model.date, model.running, collected, getattr(model, "time", None)


def test_a_run_counts_its_steps_and_ends_after_its_last_day(ended):
    assert clocks(ended)[:5] == (5, 5, date(2022, 10, 6), False, 5)


@pytest.mark.parametrize("step", [lambda model: model.step(), lambda model: type(model).step(model)])
def test_a_step_after_the_last_day_is_an_error_that_changes_nothing(ended, step):
    before, then = clocks(ended), state(ended)
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"^the run ended on 2022-10-05; there is no day to simulate$"):
            step(ended)
    assert clocks(ended) == before
    for name, values in state(ended).items():
        assert np.array_equal(values, then[name]), name


def test_run_model_after_the_last_day_does_nothing(ended):
    before = clocks(ended)
    ended.run_model()
    assert clocks(ended) == before


@pytest.mark.skipif(not hasattr(mesa.Model, "run_for"), reason="Mesa has a clock since version 3.5")
def test_the_clock_of_mesa_may_go_on_but_no_day_is_simulated(ended):
    before = clocks(ended)
    ended.run_for(30)
    assert clocks(ended)[:5] == before[:5] and ended.time == 35
    model = Corridor(scale=50, start="2022-10-01", end="2022-10-05")
    model.run_until(3)
    assert (model.day, model.steps, model.running) == (3, 3, True)
    model.run_for(100)
    assert clocks(model)[:5] == before[:5]
    assert model.datacollector.get_model_vars_dataframe().equals(ended.datacollector.get_model_vars_dataframe())


def test_a_user_who_stops_a_run_early_may_go_on():
    model = Corridor(scale=50, start="2022-10-01", end="2022-10-05")
    model.step()
    model.running = False
    model.step()
    assert (model.day, model.running) == (2, True)


def test_the_example_for_mesa_users_runs(capsys):
    section = README.read_text(encoding="utf-8").split("## For Mesa users")[1].split("\n## ")[0]
    code = section.split("```python")[1].split("```")[0]
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)
    assert capsys.readouterr().out.count("\n") == 2
    assert len(names["table"]) == names["model"].migrants.n and isinstance(names["someone"], Migrant)
    assert len(names["daily"]) == 61 and [row["seed"] for row in names["runs"]] == [1, 2]


WITHOUT_MESA = """
import sys
from datetime import date
sys.modules["mesa"] = None  # whoever imports it gets ImportError
from corridor.model import Parameters, Policy, simulate
records = simulate(Parameters(), Policy(), [1, 2], date(2022, 1, 1), date(2022, 1, 3), 100)
print(records.daily["entered_people"].shape)
import corridor.experiments.cli.app, corridor.experiments.execution.run
import corridor.model
assert "Corridor" in corridor.model.__all__
try:
    corridor.model.Corridor
except ImportError:
    print("Corridor needs Mesa")
"""


@pytest.mark.slow
def test_the_simulator_and_the_commands_run_where_mesa_is_broken():
    done = subprocess.run([sys.executable, "-c", WITHOUT_MESA], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["(2, 3)", "Corridor needs Mesa"], done.stderr


def test_the_corridor_is_imported_when_it_is_asked_for():
    code = """import sys, corridor.model
before = "mesa" in sys.modules
from corridor.model import Corridor
import corridor.model.mesa_views.corridor
print(before, "mesa" in sys.modules, Corridor is corridor.model.mesa_views.corridor.Corridor)
print(any(name in sys.modules for name in ("mesa.visualization", "solara")))"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True True\nFalse\n"


def test_the_model_offers_nothing_else_lazily():
    import corridor.model

    with pytest.raises(AttributeError, match=r"module 'corridor\.model' has no attribute 'Corridors'"):
        corridor.model.Corridors  # noqa: B018


# memory


@pytest.mark.parametrize("make", [Farm, small_model, Corridor])
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
