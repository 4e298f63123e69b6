"""Conditions of the time in an experiment file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

import corridor
from corridor.calibration.fit.runs import with_points
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.execution.cases import provenance
from corridor.experiments.interface.source import settings_of
from corridor.model import Parameters, Policy, simulate
from corridor.model.engine.errors import InputError
from corridor.model.inputs.conditions import NAMES, Conditions
from corridor.model.parameters import PARAMETERS
from corridor.results.store.run_folder import open_run

FILE = """\
title: A war
start: 2022-06-01
end: 2022-06-20
past: none
scale: 300
seeds: 2
worlds: {none: {title: Nothing, policies: []}}
baseline: none
conditions: times.csv
"""


def written(folder: Path, rows: str) -> Path:
    (folder / "x.yaml").write_text(FILE, encoding="utf-8")
    (folder / "times.csv").write_text(rows, encoding="utf-8")
    return folder / "x.yaml"


def test_conditions_act_from_their_date_and_multiply(tmp_path: Path) -> None:
    path = written(tmp_path, "date,name,value\n2022-06-05,entries_air,3\n2022-06-01,demand_uk,1\n")
    corridor.load(path).run(out=tmp_path / "out", jobs=1, figures=[])
    entered = open_run(tmp_path / "out").entered_people.sel(world="none").to_numpy().reshape(2, -1)
    plain = simulate(Parameters(), Policy(), [1, 2], date(2022, 6, 1), date(2022, 6, 20), 300.0)
    assert np.array_equal(entered[:, :4], plain.daily["entered_people"][:, :4])
    assert entered[:, 4:].sum() > plain.daily["entered_people"][:, 4:].sum()


def test_neutral_conditions_are_none_bit_for_bit() -> None:
    days = (date(2022, 6, 1), date(2022, 7, 15))
    neutral = Conditions([(days[0], name, 1.0) for name in (*NAMES, "entries_air")])
    runs = [simulate(Parameters({}, PARAMETERS, each), Policy(), [3], *days, 100.0) for each in (neutral, Conditions())]
    for name, values in runs[0].daily.items():
        assert np.array_equal(values, runs[1].daily[name]), name


def test_two_sets_of_conditions_multiply_on_every_day() -> None:
    one = Conditions([(date(2020, 1, 1), "demand_uk", 2.0), (date(2021, 1, 1), "demand_uk", 3.0)])
    other = Conditions([(date(2020, 7, 1), "demand_uk", 0.5), (date(2020, 7, 1), "stop_odds", 4.0)])
    both = one.times(other)
    for day in (date(2019, 1, 1), date(2020, 3, 1), date(2020, 8, 1), date(2022, 1, 1)):
        for name in ("demand_uk", "stop_odds"):
            assert both.on(day).get(name, 1.0) == one.on(day).get(name, 1.0) * other.on(day).get(name, 1.0)


def test_conditions_that_begin_after_the_run_are_noted(tmp_path: Path) -> None:
    rows = [f"20{year}-01-01,{name},2" for year, name in ((22, "demand_uk"), (30, "demand_uk"), (31, "boat_supply"))]
    found = load(written(tmp_path, "\n".join(["date,name,value", *rows]) + "\n"))
    late = "demand_uk from 2030-01-01, boat_supply from 2031-01-01"
    assert f"times.csv: does not act, as the run ends on 2022-06-20: {late}" in found.notes
    found = load(written(tmp_path, "\n".join(["date,name,value", rows[0]]) + "\n"))
    assert not [note for note in found.notes if "times.csv" in note]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("date,name,value\n2022-06-05,demand,3\n", "times.csv, row 2, name: 'demand' is not a condition"),
        ("date,name,value\n2022-06-05,demand_uk,-1\n", "times.csv, row 2, value: '-1' is not allowed"),
        (
            "date,name,value\n2022-06-05,entries_calais,2\n",
            "times.csv, row 2, name: 'entries_calais' is of no entry point; allowed: entries_",
        ),
        (
            "date,name,value,draw\n2022-06-05,demand_uk,2,\n2022-06-05,demand_uk,2,3\n",
            "some rows have one and some have none",
        ),
        ("date,name,value,draw\n2022-06-05,demand_uk,2,3\n", "conditions: are given draw by draw, and no draws of a"),
    ],
)
def test_wrong_conditions_are_refused(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        load(written(tmp_path, rows))
    assert words in str(error.value)


def draws(folder: Path, more: str = "") -> Path:
    """An experiment with three draws of its own, which have conditions beside them; `more` stands in its own file."""
    path = written(folder, more)
    text = path.read_text("utf-8").replace("seeds: 2", "seeds: 3\nparameters: mine.csv")
    path.write_text(text if more else text.replace("conditions: times.csv\n", ""), encoding="utf-8")
    (folder / "mine.csv").write_text("seed,p_retry\n7,0.8\n8,0.9\n9,0.95\n", encoding="utf-8")
    rows = "".join(f"2022-06-02,demand_uk,{1 + draw},{draw}\n" for draw in (1, 2, 3))
    (folder / "mine_conditions.csv").write_text("date,name,value,draw\n" + rows, encoding="utf-8")
    return path


def demand(experiment: Experiment, world: str = "none") -> dict[float, float]:
    """The odds of demand on a day, by p_retry, with which a draw is known again."""
    day = date(2022, 6, 10)
    return {
        p.parameters["p_retry"]: experiment.conditions_of(world, p).on(day).get("demand_uk", 1.0)
        for p in experiment.points
    }


def test_draws_keep_their_conditions_whatever_their_order_and_number(tmp_path: Path) -> None:
    path = draws(tmp_path)
    assert demand(load(path)) == {0.8: 2.0, 0.9: 3.0, 0.95: 4.0}
    (setting,) = settings_of({"seeds": 2})
    assert demand(load(path, [setting])).items() <= {0.8: 2.0, 0.9: 3.0, 0.95: 4.0}.items()


def test_conditions_of_the_file_multiply_those_of_draws(tmp_path: Path) -> None:
    assert demand(load(draws(tmp_path, "date,name,value\n2022-06-01,demand_uk,0.5\n"))) == {
        0.8: 1.0,
        0.9: 1.5,
        0.95: 2.0,
    }
    own = "date,name,value,draw\n" + "".join(f"2022-06-01,demand_uk,{10**draw / 100},{draw}\n" for draw in (1, 2, 3))
    assert demand(load(draws(tmp_path, own))) == pytest.approx({0.8: 0.2, 0.9: 3.0, 0.95: 40.0})


def test_draws_without_conditions_of_theirs_are_refused(tmp_path: Path) -> None:
    path = draws(tmp_path)
    (tmp_path / "mine_conditions.csv").write_text("date,name,value,draw\n2022-06-02,demand_uk,2,2\n", "utf-8")
    with pytest.raises(InputError, match=r"mine_conditions.csv, draw: 1 is missing; allowed: every draw from 1 to 3"):
        load(path)


def test_points_that_an_analysis_makes_have_the_conditions_of_the_file(tmp_path: Path) -> None:
    experiment = load(written(tmp_path, "date,name,value\n2022-06-05,entries_air,3\n"))
    pointed = with_points(experiment, {"p_retry": [0.8, 0.9]}, [1, 2])
    inputs = provenance.inputs_of(pointed)
    for case in pointed.cases():
        identity = provenance.definition_of(pointed, case, inputs).configuration
        assert identity["conditions"] == [["2022-06-05", "entries_air", 3.0]]


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    (tmp_path / "times.csv").unlink()
    with pytest.raises(InputError, match=r"line 9, conditions: 'times.csv' does not exist"):
        load(path)
