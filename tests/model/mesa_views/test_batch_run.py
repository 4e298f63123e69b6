"""Batch runs of Mesa over corridors."""

from __future__ import annotations

from inspect import signature

import mesa
import pandas as pd
import pytest

from corridor.model import Corridor
from corridor.model.mesa_views.views import Network
from tests.support.worlds import run


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
    rows = mesa.batch_run(Corridor, lists, data_collection_period=1, display_progress=False)
    frame = pd.DataFrame(rows)
    assert len(set(frame["Step"])) == 20 and len(frame) == 4 * 20
    alone = run(Corridor(seed=2, p_retry=0.9, scale=50, start="2022-10-01", end="2022-10-20"))
    mine = frame[(frame["seed"] == 2) & (frame["p_retry"] == 0.9)]
    for name, values in alone.records.daily.items():
        assert mine[name].tolist() == values[0].tolist(), name
    assert frame[frame["seed"] == 1]["entered_people"].sum() != frame[frame["seed"] == 2]["entered_people"].sum()


@pytest.mark.filterwarnings("ignore:The `iterations` keyword argument is deprecated:DeprecationWarning")
def test_batch_run_gives_all_iterations_one_seed():
    few = {"scale": 50, "start": "2022-10-01", "end": "2022-10-20"}
    rows = mesa.batch_run(Corridor, few, iterations=2, max_steps=4, display_progress=False)
    first, second = ({k: v for k, v in row.items() if k not in ("RunId", "iteration")} for row in rows)
    assert first == second and first["Step"] == 4


@pytest.mark.skipif("rng" not in signature(mesa.batch_run).parameters, reason="before Mesa 3.4")
def test_batch_run_takes_seeds_by_their_newer_name():
    few = {"scale": 50, "start": "2022-10-01", "end": "2022-10-10"}
    listed = mesa.batch_run(Corridor, {"seed": [1, 2], **few}, display_progress=False)
    given = mesa.batch_run(Corridor, few, rng=[1, 2], display_progress=False)
    names = Corridor(**few).records.daily
    assert [{name: row[name] for name in names} for row in listed] == [{n: row[n] for n in names} for row in given]
    assert listed[0]["camp_stock"] != listed[1]["camp_stock"]


def test_batch_run_reports_agents():
    few = {"scale": 50, "start": "2022-10-01", "end": "2022-10-02"}
    rows = mesa.batch_run(Watched, few, display_progress=False)
    ids = {row["AgentID"] for row in rows if row.get("replicate") == 0}
    assert len(ids) > 500 and ids <= set(run(Corridor(**few)).agents.get("unique_id")) and rows[0]["people"] == 2


def test_batch_run_ends_with_the_run():
    """Every run ends by itself, with no error after the last day, though batch_run would go on for a thousand."""
    rows = mesa.batch_run(Watched, {"scale": 100, "start": "2022-10-01", "end": "2022-10-03"}, display_progress=False)
    assert {row["people"] for row in rows} == {3}


@pytest.mark.slow
def test_batch_run_in_two_processes_gives_the_same():
    lists = {"seed": [1, 2], "scale": 100, "start": "2022-10-01", "end": "2022-10-10"}
    alone = mesa.batch_run(Corridor, lists, display_progress=False)
    together = mesa.batch_run(Corridor, lists, number_processes=2, display_progress=False)
    assert sorted(together, key=lambda row: row["RunId"]) == alone
