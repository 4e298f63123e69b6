"""`parameter_table`: a researcher's own rows in place of shipped parameters, everywhere that the experiment is used."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.fit import posterior, runs
from corridor.calibration.predict.prediction import Request, experiment_at
from corridor.experiments.analyses.exploration.sampling import Sampling, at_explored_points
from corridor.experiments.analyses.sensitivity.analysis import at_study_points
from corridor.experiments.analyses.sensitivity.methods import Study
from corridor.experiments.config.designs.distributions import DISTRIBUTIONS
from corridor.experiments.config.designs.selection import Selection, selected_parameters
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.run import plan_of
from corridor.model import PARAMETERS, InputError, Parameters, Policy, parameters, simulate
from corridor.model.parameters import COLUMNS, own_parameters
from corridor.results.store.case_file import read_netcdf
from corridor.results.store.run_folder import open_run
from tests.support.batches import EXPERIMENT, cases, ended, write_experiment

PLAIN = EXPERIMENT.split("design:")[0]
HEADER = ",".join(COLUMNS) + "\n"
COST = "boat_cost,smuggling,25000,6000,30000,uniform,EUR,A,my survey,what a boat costs,yes\n"
RETRY = "p_retry,behaviour,0.5,0.4,0.6,uniform,probability,A,my survey,chance to try again,no\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table of the user's own, where commands are run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(HEADER + COST + RETRY, encoding="utf-8")
    return tmp_path


def experiment(folder: Path, more: str = "", table: str = "mine.csv") -> Experiment:
    """An experiment with a table of the user's own."""
    return load(write_experiment(folder, f"{PLAIN}parameter_table: {table}\n{more}"))


def problems(folder: Path, more: str) -> tuple[str, ...]:
    """What an experiment with a table of the user's own is refused for."""
    with pytest.raises(InputError) as error:
        experiment(folder, more)
    return error.value.problems


def test_every_distribution_that_a_row_may_name_can_be_sampled() -> None:
    assert set(parameters.DISTRIBUTIONS) == set(DISTRIBUTIONS)


def test_rows_change_defaults_and_ranges_of_the_experiment_alone(folder: Path) -> None:
    own = experiment(folder)
    assert own.parameter_table == own_parameters(folder / "mine.csv")
    changed = {name for name, value in own.parameters.values().items() if value != PARAMETERS[name].default}
    assert changed == {"boat_cost", "p_retry"} and own.parameters.boat_cost == 25000.0
    shipped = load(write_experiment(folder, PLAIN))
    assert shipped.parameter_table == PARAMETERS and shipped.parameters.boat_cost == 10000.0


def test_values_of_the_file_are_checked_against_the_table(folder: Path) -> None:
    assert experiment(folder, "parameters: {boat_cost: 29000, p_retry: 0.4}\n").parameters.boat_cost == 29000.0
    (problem,) = problems(folder, "parameters: {p_retry: 0.9}\n")
    assert problem.endswith("line 12, parameters.p_retry: 0.9 is out of range; allowed: 0.4 to 0.6 (probability)")


@pytest.mark.slow
def test_a_run_has_the_tables_default_and_can_be_reproduced_from_its_case_file(folder: Path) -> None:
    experiment(folder)
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    here = open_run(Path("out")).arrivals_people.sel(world="without")
    values = Parameters({"boat_cost": 25000.0, "p_retry": 0.5}, own_parameters(folder / "mine.csv"))
    alone = simulate(values, Policy(), [1, 2], date(2022, 6, 1), date(2022, 6, 20), 1000)
    assert np.array_equal(here, alone.daily["arrivals_people"])
    _, attributes = read_netcdf(cases(Path("out"))[0])
    assert json.loads(attributes["inputs"]) == {"parameter_table": HEADER + COST + RETRY}
    assert json.loads(attributes["configuration"])["parameters"]["boat_cost"] == 25000.0
    (folder / "mine.csv").unlink()
    assert ended("reproduce", cases(Path("out"))[0]) == 0


def test_a_case_is_known_by_its_values_and_not_by_the_table_that_they_come_from(folder: Path) -> None:
    def identities(more: str = "", table: str = "mine.csv") -> list[str]:
        return [planned.identity for planned in plan_of(experiment(folder, more, table))]

    (folder / "noted.csv").write_text(HEADER + COST.replace("my survey", "our survey") + RETRY, encoding="utf-8")
    (folder / "other.csv").write_text(HEADER + COST + RETRY.replace("0.5,", "0.55,"), encoding="utf-8")
    (folder / "grade.csv").write_text(HEADER + COST + RETRY.replace(",A,", ",B,"), encoding="utf-8")
    assert identities() == identities(table="noted.csv") == identities(table="grade.csv")
    assert set(identities()).isdisjoint(identities(table="other.csv"))
    assert identities("parameters: {p_retry: 0.55}\n") == identities(table="other.csv")
    kept = provenance.hashes(provenance.inputs_of(experiment(folder))["without"])["data_sha256"]
    assert set(kept) == {"shipped", "parameter_table"}  # as the manifest has it


def test_designs_sample_the_tables_range_and_distribution(folder: Path) -> None:
    points = experiment(folder, "design: {kind: sobol, points: 8, parameters: [boat_cost, p_retry]}\n").points
    costs = sorted(point.parameters["boat_cost"] for point in points)
    assert [int(8 * (cost - 6000) / 24000) for cost in costs] == list(range(8))  # uniform: one in every eighth
    assert all(0.4 <= point.parameters["p_retry"] <= 0.6 for point in points)
    (problem,) = problems(folder, "design: {kind: grid, parameters: {p_retry: [0.5, 0.9]}}\n")
    assert "design.parameters.p_retry[1]: 0.9 is out of range; allowed: 0.4 to 0.6" in problem
    (folder / "points.csv").write_text("boat_cost,p_retry\n28000,0.5\n9000,0.9\n", encoding="utf-8")
    (problem,) = problems(folder, "design: {kind: csv, file: points.csv}\n")
    assert problem.startswith("points.csv, row 3, p_retry: '0.9' is not allowed; a number from 0.4 to 0.6")


def test_draws_of_the_shipped_posterior_out_of_a_narrower_range_are_refused(folder: Path) -> None:
    (problem,) = problems(folder, "parameters: posterior\nany_scale: true\n")
    assert "parameters: 192 of 192 draws of p_retry are out of the range of the parameter_table" in problem
    assert problem.endswith("allowed: 0.4 to 0.6 (probability); widen it, or fit again with this table")
    (folder / "mine.csv").write_text(HEADER + COST, encoding="utf-8")
    own = experiment(folder, "parameters: posterior\nany_scale: true\n")
    assert own.from_posterior and own.parameters.boat_cost == 25000.0
    assert all("p_retry" in point.parameters and "camp_stock_start" not in point.parameters for point in own.points)


def test_a_table_that_cannot_be_used_is_refused_with_all_that_is_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.csv").write_text(HEADER + COST.replace("boat_cost", "boat_cots") + RETRY.replace(",A,", ",,"))
    write_experiment(folder, f"{PLAIN}parameter_table: mine.csv\n".replace("seeds: 2", "seeds: 0"))
    assert ended("check", "x.yaml") == 2
    said = capsys.readouterr().err
    assert "mine.csv, row 2, name: 'boat_cots' is not a known parameter; did you mean 'boat_cost'?" in said
    assert "mine.csv, row 3, grade: is empty; one of A, B, C is expected" in said and "seeds: 0 is out of range" in said
    assert ended("check", "x.yaml", "--set", "parameter_table=gone.csv") == 2
    assert "parameter_table: 'gone.csv' does not exist; allowed: a CSV file" in capsys.readouterr().err


def test_what_is_listed_is_a_table_and_check_says_what_another_changes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("list", "parameters", "--csv") == 0
    (folder / "all.csv").write_text(capsys.readouterr().out, encoding="utf-8")
    assert experiment(folder, table="all.csv").parameter_table == PARAMETERS
    assert ended("check", "x.yaml") == 0
    assert "parameter_table" not in capsys.readouterr().out
    experiment(folder)
    assert ended("check", "x.yaml") == 0
    assert "parameter_table: mine.csv changes boat_cost, p_retry\n" in capsys.readouterr().out


def test_analyses_choose_and_sample_by_the_table(folder: Path) -> None:
    (folder / "mine.csv").write_text(HEADER + COST.replace("smuggling", "costs") + RETRY, encoding="utf-8")
    own = experiment(folder)
    table = own.parameter_table
    assert selected_parameters(Selection(groups=("costs",)), {}, table) == ("boat_cost",)
    assert selected_parameters(Selection(groups=("behaviour",), grades=("A",)), {}, table) == ("p_retry",)
    assert "p_retry" not in selected_parameters(Selection(grades=("C",)), {}, table)
    with pytest.raises(InputError, match="'costs' is not known"):
        selected_parameters(Selection(groups=("costs",)), {})
    study = Study("sobol", ("boat_cost", "p_retry"), 8, 1, second_order=False)
    costs = [point.parameters["boat_cost"] for point in at_study_points(own, study, ["without"]).points]
    assert 6000 <= min(costs) < 10000 and 20000 < max(costs) <= 30000
    points = at_explored_points(own, Sampling(8, selection=Selection(("p_retry",))), measures=False).points
    assert all(0.4 <= point.parameters["p_retry"] <= 0.6 for point in points)


def test_a_fit_has_the_tables_priors_and_names(folder: Path) -> None:
    declared = experiment(folder).parameter_table
    names = runs.marked_fitted(declared)
    assert "boat_cost" in names and "p_retry" not in names and len(names) == len(runs.marked_fitted(PARAMETERS)) - 1
    assert names == [name for name in PARAMETERS if name in names]  # in the order of the table
    prior = runs.prior_of(names, "2025-12", {}, declared)
    assert {p.name: p for p in prior.parameters}["boat_cost"] == declared["boat_cost"]
    assert prior.names == names


def test_a_default_of_a_users_own_holds_at_every_cut(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "known_defaults", lambda until: {"boat_cost": 13000.0, "people_found": 27.5})
    found = "people_found,patrols,24.5,15,26,triangular,people,B,D2,people found,no\n"
    (folder / "mine.csv").write_text(HEADER + COST + found, encoding="utf-8")
    own = experiment(folder)
    assert runs.declared_defaults("2022-10", own.parameter_table) == {"people_found": 26.0}  # within the range
    cut = runs.at_cut(own, "2022-10", "without", folder / "inputs")
    assert (cut.parameters.boat_cost, cut.parameters.people_found) == (25000.0, 26.0)
    assert runs.at_cut(replace(own, parameter_table=PARAMETERS), "2022-10", "without", folder).parameters.boat_cost == (
        13000.0
    )


def test_a_posterior_knows_the_table_of_its_fit_and_is_continued_with_its_defaults_alone(folder: Path) -> None:
    values = {"boat_cost": [29000.0, 21000.0]}
    manifest = {"until": "2025-12", "world": "without", "table": {"scale": 1000}, "start": "2022-06-01", "given": {}}
    table = HEADER + COST + RETRY
    held = folder / "until_2025_12"
    posterior.write(held, pd.DataFrame(values), [1, 2], {**manifest, "parameter_table": table})
    assert posterior.load(held).declared["p_retry"].default == 0.5
    experiment(folder)
    onward = experiment_at(Request(Path("x.yaml"), draws=2), held, folder / "inputs")
    assert [point.parameters for point in onward.points] == [{"boat_cost": 29000.0}, {"boat_cost": 21000.0}]
    assert onward.parameters.p_retry == 0.5 and len(plan_of(onward)) == 2
    write_experiment(folder, PLAIN)
    with pytest.raises(InputError) as error:
        experiment_at(Request(Path("x.yaml"), draws=2), held, folder / "inputs")
    assert error.value.problems == (
        f"x.yaml, parameter_table: the default of p_retry is 0.95; allowed: 0.5, as in the fit of {held.name}, "
        "whose runs are continued",
    )
    posterior.write(held, pd.DataFrame(values), [1, 2], manifest)
    with pytest.raises(InputError, match="boat_cost: 29000 is out of range; allowed 6000 to 20000"):
        posterior.load(held)
