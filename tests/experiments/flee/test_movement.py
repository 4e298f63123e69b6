"""The rule of movement: what a day of an agent is, on networks of three places; and the scores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.experiments.flee.movement import Outcome, entries, routes_of, simulate
from corridor.experiments.flee.scenario import Scenario, read_scenario
from corridor.experiments.flee.scores import relative_difference, rescaled, scores
from tests.support.batches import ended
from tests.support.flee_scenarios import PLACES, write_scenario

FILES = Path(__file__).parents[4] / "shared" / "files"
FLEES_ARD = {"syria2022_2024": 0.066, "syria2017_adm2": 0.239}  # of Flee 3.1, 100 and 1,000 people an agent
MANY = "2020-01-01,0\n2020-01-02,10000\n2020-01-11,10000\n"
STAY = "default_movechance: 0.0, camp_movechance: 0.0"


def run(folder: Path, **files: object) -> tuple[Scenario, Outcome]:
    """A scenario in which 10,000 people flee on day 1, and its simulation."""
    scenario = read_scenario(write_scenario(folder, **{"total": MANY, **files}))  # type: ignore[arg-type]
    return scenario, simulate(scenario)


@pytest.mark.parametrize(
    ("km", "settings", "days"),
    [(100, "", 1), (360, "", 1), (361, "", 2), (720, "", 2), (1000, "", 3), (361, ", max_move_speed: 400", 1)],
)
def test_a_leg_takes_the_days_that_its_length_asks_for(tmp_path: Path, km: int, settings: str, days: int) -> None:
    _, found = run(tmp_path, routes=f"War,Town,{km},0\n", settings=f"move_rules: {{{STAY}{settings}}}\n")
    assert found.people[:, 1].tolist() == [0.0] * days + [10_000.0] * (5 - days)
    assert found.travelling.tolist() == [0.0] + [10_000.0] * (days - 1) + [0.0] * (5 - days)


def test_nobody_is_lost(tmp_path: Path) -> None:
    _, found = run(tmp_path)
    assert (found.people.sum(axis=1) + found.travelling == found.spawned).all() and found.spawned[-1] == 10_000.0


def test_who_arrives_before_the_day_is_over_decides_again(tmp_path: Path) -> None:
    """From the town 0.3 leave, three quarters of them to the camp: the war attracts a third as much as a camp."""
    settings = "move_rules: {camp_movechance: 0.0, conflict_movechance: 1.0, conflict_weight: 0.25}\n"
    _, found = run(
        tmp_path, routes="War,Town,170,0\nTown,Camp,170,0\n", places=PLACES.replace("9000", ""), settings=settings
    )
    assert found.people[1, 2] == pytest.approx(10_000 * 0.3 / 1.25, abs=4 * np.sqrt(10_000 * 0.24 * 0.76))
    assert found.travelling[1] == 10_000 * 0.3 - found.people[1, 2] or found.people[1, 0] == 0.0


def test_legs_are_chosen_by_attractiveness_over_distance(tmp_path: Path) -> None:
    settings = f"move_rules: {{{STAY}, camp_weight: 2.0}}\n"
    places = PLACES.replace("9000", "")
    _, found = run(tmp_path, places=places, routes="War,Town,90,0\nWar,Camp,190,0\n", settings=settings)
    share = (2.0 / 200.0) / (2.0 / 200.0 + 1.0 / 100.0)
    assert found.people[1, 2] == pytest.approx(10_000 * share, abs=4 * np.sqrt(10_000 * share * (1 - share)))


def test_more_is_known_of_the_network_at_a_higher_level(tmp_path: Path) -> None:
    scenario, _ = run(
        tmp_path, places=PLACES.replace("9000", ""), settings=f"move_rules: {{{STAY}, awareness_level: 2}}\n"
    )
    found = routes_of(scenario.legs, 2)
    assert sorted(zip(found.first.tolist(), found.end.tolist(), found.km.tolist(), strict=True)) == [
        (0, 1, 100.0), (0, 2, 200.0), (1, 2, 100.0), (2, 0, 100.0), (3, 0, 200.0), (3, 1, 100.0),
    ]  # fmt: skip


def test_a_camp_does_not_take_more_than_its_capacity(tmp_path: Path) -> None:
    places = PLACES.replace("9000", "1000") + "Next,R,Y,11,21,camp,,\n"
    _, found = run(tmp_path, places=places, routes="War,Camp,100,0\nWar,Next,100,0\n")
    assert 900.0 <= found.people[-1, 2] <= 1000.0 and found.people[-1, 3] == 10_000.0 - found.people[-1, 2]


def test_a_closed_leg_is_not_taken(tmp_path: Path) -> None:
    places = PLACES.replace("9000", "")
    _, found = run(tmp_path, places=places, closures="country,X,Y,0,3\n", routes="War,Camp,100,0\n")
    assert found.people[:, 0].tolist() == [0.0, 10_000.0, 10_000.0, 0.0, 0.0]
    assert found.people[:, 2].tolist() == [0.0, 0.0, 0.0, 10_000.0, 10_000.0]


@pytest.mark.parametrize(("way", "camp"), [(0, False), (1, False), (2, True)])
def test_forced_redirection_sends_everybody_along(tmp_path: Path, way: int, camp: bool) -> None:
    _, found = run(
        tmp_path, routes=f"War,Town,100,0\nTown,Camp,100,{way}\n", settings=f"move_rules: {{{STAY}}}\n", days=3
    )
    assert bool(found.people[1, 2] == 10_000.0) is camp  # even beyond its capacity


def test_nobody_stays_at_a_marker_or_turns_back_there(tmp_path: Path) -> None:
    places = PLACES.replace(",town,", ",marker,").replace("9000", "")
    _, found = run(tmp_path, places=places, settings="move_rules: {camp_movechance: 0.0}\n")
    assert found.people[1:, 2].tolist() == [10_000.0] * 4


def test_people_flee_from_where_most_live_and_war_is_fiercest(tmp_path: Path) -> None:
    places = PLACES + "Big,R,X,10,20,conflict_zone,0,3000\n"
    conflicts = "#Day,War,Big\n" + "".join(f"{day},1,2\n" for day in range(5))
    _, found = run(
        tmp_path, places=places, conflicts=conflicts, settings=f"move_rules: {{conflict_movechance: 0.0, {STAY}}}\n"
    )
    assert found.people[1, 3] == pytest.approx(10_000 * 6 / 7, abs=4 * np.sqrt(10_000 * 6 / 49))


def test_a_fall_of_the_total_is_a_debt(tmp_path: Path) -> None:
    total = "2020-01-01,1000\n2020-01-03,800\n2020-01-05,1100\n"
    scenario = read_scenario(write_scenario(tmp_path, total=total, reports={"Camp": "2020-01-01,600\n"}))
    initial, cumulated, debt = entries(scenario)
    assert initial.tolist() == [0, 0, 600] and cumulated.tolist() == [0, 0, 0, 0, 100]
    assert debt.tolist() == [0.0, 100.0, 200.0, 50.0, 0.0]


def test_a_run_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    scenario, found = run(tmp_path)
    assert (simulate(scenario, 1).people == found.people).all()
    assert (simulate(scenario, 2).people != found.people).any()


def test_an_agent_may_stand_for_many(tmp_path: Path) -> None:
    scenario, _ = run(tmp_path)
    coarse = simulate(replace(scenario, settings=replace(scenario.settings, hasten=100)))
    assert coarse.spawned[-1] == 10_000.0 and (coarse.people % 100 == 0).all()


def test_the_relative_difference_is_that_of_the_paper() -> None:
    simulated, reported = (
        np.array([[10.0, 0.0], [5.0, 5.0], [1.0, 1.0]]),
        np.array([[5.0, 5.0], [5.0, 5.0], [0.0, 0.0]]),
    )
    assert relative_difference(simulated, reported)[:2].tolist() == [1.0, 0.0]
    assert np.isnan(relative_difference(simulated, reported)[2])
    assert rescaled(2.0 * reported, reported).tolist() == reported.tolist()


def test_simple_forecasts_stand_beside(tmp_path: Path) -> None:
    """Of two camps one holds all people up to day 40, then both hold half."""
    places = PLACES.replace("9000", "") + "Next,R,Y,11,21,camp,,\n"
    reports = {
        "Camp": "2020-01-01,100\n2020-02-10,100\n2020-02-11,50\n",
        "Next": "2020-01-01,0\n2020-02-10,0\n2020-02-11,50\n",
    }
    scenario, found = run(tmp_path, places=places, reports=reports, days=51)
    table = scores(scenario, found).set_index("forecast")
    assert table.ard_after_day_30["shares of day 30"] == pytest.approx(10 / 20)  # days 41 to 50 of 31 to 50
    assert table.ard_after_day_30["last observed"] == pytest.approx(1 / 20)
    assert np.isnan(table.ard["shares of day 30"]) and np.isnan(table.ard["last observed"])


def test_the_command_writes_flees_table_and_prints_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_scenario(tmp_path / "small", days=40, total=MANY)
    assert ended("import", "flee", folder, "--out", tmp_path / "out", "--hasten", 10) == 0
    said = capsys.readouterr().out
    assert "40 days, 1,000 agents" in said and "  shares of day 30  " in said and "  last observed  " in said
    table = pd.read_csv(tmp_path / "out" / "out.csv")
    assert list(table) == [
        "Day", "Date", "Camp sim", "Camp data", "Camp error", "Total error", "refugees in camps (UNHCR)",
        "total refugees (simulation)", "raw UNHCR refugee count", "refugees in camps (simulation)", "refugee_debt",
    ]  # fmt: skip
    assert len(table) == 40 and table.Date[39] == "2020-02-09"
    assert (table["Total error"] == table["Camp error"]).all()
    for name in ("places", "legs", "closures", "conflict", "entries", "targets", "scores"):
        assert (tmp_path / "out" / f"{name}.csv").is_file()


def test_the_command_refuses_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_scenario(tmp_path / "small", routes="War,Twon,100,0\n")
    assert ended("import", "flee", folder, "--out", tmp_path / "out") == 2
    assert capsys.readouterr().err == "input_csv/routes.csv, row 2, name2: 'Twon' is no place of locations.csv\n"
    assert not (tmp_path / "out").exists()
    assert ended("import", "flee", folder, "--vintage", "2025-01-01") == 2
    assert ended("import", "frontex", folder, "--days", 3) == 2
    assert "--days not used with frontex" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(("name", "days", "hasten"), [("syria2022_2024", None, 100), ("syria2017_adm2", 1581, 1000)])
def test_real_scenarios_score_as_flee_does(tmp_path: Path, name: str, days: int | None, hasten: int) -> None:
    if not FILES.is_dir():
        pytest.skip("Flee's scenarios are not here: ../shared is absent")
    result = corridor.import_flee(FILES / "flee" / name, out=tmp_path, days=days, hasten=hasten)
    assert result.scores.ard[0] == pytest.approx(FLEES_ARD[name], abs=0.02)
    assert result.scores.ard[0] < 0.55
