"""`corridor calibrate`: its table of runs, what it writes, what it refuses, and the posterior on disk."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration import calibrate, calibrate_cli, ensemble, posterior, table
from calibration.calibrate import Calibration
from calibration.calibrate_cli import tell
from calibration.commands import main
from calibration.fit import Method
from calibration.prediction import folder_of
from experiments.config import Experiment, load
from experiments.execution import Execution
from experiments.runner import Watch, plan_of, run
from model.params import PARAMETERS
from model.problems import InputError
from results.batch import open_batch, read_plan
from results.calibration_figures import spread_in_logs
from tests.batches import EXPERIMENT, write_experiment
from tests.test_no_leaks import FITTED, fake_runs

WHOLE_YEARS = EXPERIMENT.replace("2022-06-01", "2018-01-01").replace("2022-06-20", "2025-12-31").split("design")[0]
SILENT = Watch(lambda share: None, lambda outcome: None, lambda text: None)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return write_experiment(tmp_path_factory.mktemp("calibrate"), WHOLE_YEARS)


@pytest.fixture(scope="module")
def experiment(config):
    return table.at_cut(load(config), "2025-12", "with_patrols", config.parent / "inputs")


def test_every_point_runs_once_with_a_seed_of_its_own(experiment, tmp_path):
    """Also where the points are equal: then they differ by chance alone."""
    short = replace(experiment, file=experiment.file.model_copy(
        update={"start": date(2022, 6, 1), "end": date(2022, 6, 20), "scale": 100.0}))
    several = table.with_points(short, {"p_retry": [0.9, 0.9, 0.8]}, seeds=[7, 8, 9])
    run(several, plan_of(several), tmp_path, Execution(1, None), SILENT, calibrate.write_design)
    assert read_plan(tmp_path).cells()[["point", "seed"]].values.tolist() == [[1, 7], [2, 8], [3, 9]]
    dataset = open_batch(tmp_path)
    assert dataset.entered_people.dims == ("world", "point", "time") and dataset.seed.dims == ("point",)
    assert dataset.p_retry.values.tolist() == [0.9, 0.9, 0.8] and dataset.seed.values.tolist() == [7, 8, 9]
    entered = ensemble.daily(tmp_path, "with_patrols", "entered_people").sum(axis=1)
    assert len(set(entered.tolist())) == 3 and (entered > 0).all()


def test_a_table_is_a_sobol_sample_that_grows(experiment):
    prior = table.prior_of(("p_retry", "news_pull"), "2025-12", False, {})
    cubes = [table.cube_of(prior, n, 1) for n in (8, 16)]
    small, large = (table.table_of(experiment, prior, cube, np.arange(len(cube)), "2023-06") for cube in cubes)
    assert small.points == large.points[:8] and small.point_seeds == large.point_seeds[:8] == tuple(range(1, 9))
    assert large.file.end == date(2023, 12, 31)
    some = table.table_of(experiment, prior, cubes[1], np.array([2, 9]), "2025-12")
    assert [point.parameters for point in some.points] == [large.points[k].parameters for k in (2, 9)]
    assert some.point_seeds == (3, 10)
    assert some.file.end == experiment.file.end
    for name in prior.names:
        values = [point.parameters[name] for point in large.points]
        assert PARAMETERS[name].low <= min(values) < max(values) <= PARAMETERS[name].high
    identities = {planned.identity for planned in plan_of(large)}
    assert len(identities) == 16


def test_others_are_integrated_unless_the_file_gives_them():
    prior = table.prior_of(("p_retry",), "2025-12", True, {"news_pull": 1.0})
    assert prior.names[0] == "p_retry" and prior.fitted == 1
    assert "news_pull" not in prior.names and "team_size" not in prior.names and len(prior.names) > 90


def test_a_cut_has_its_own_entries_and_defaults(config, tmp_path):
    cut = table.at_cut(load(config), "2022-10", "with_patrols", tmp_path)
    assert (tmp_path / "entries.csv") == cut.data_files["entries"]
    assert cut.parameters.people_found == 27.5 and list(cut.file.worlds) == ["with_patrols"]
    prior = table.prior_of(("people_found",), "2022-10", False, {})
    assert prior.parameters[0].default == 27.5
    with pytest.raises(InputError, match="none of the worlds"):
        table.at_cut(load(config), "2022-10", "nowhere", tmp_path)


@pytest.fixture(scope="module")
def calibrated(experiment, tmp_path_factory):
    """A fit of a made-up table, what it tells, and its folder, which is not to be changed."""
    folder = tmp_path_factory.mktemp("fit")
    prior = table.prior_of(FITTED, "2023-12", False, {})
    fit = Calibration(experiment, prior, "2023-12", 128, 1, Method(draws=200), {}, plants=30)
    search = calibrate.begin().with_wave(fit.points)
    runs = {1: fake_runs(fit.cube[search.ran])}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibrate, "simulated", lambda folder, world: runs[int(folder.name.removeprefix("wave_"))])
        patch.setattr(calibrate.batch, "plan_sha256", lambda folder: f"hash of {folder.name}")
        search = calibrate.narrowed(fit, folder, search).with_wave(fit.points)
        runs[2] = fake_runs(fit.cube[search.waves[1]])
        return fit, search, calibrate.fit_table(fit, folder, search), folder


def test_a_fit_writes_draws_with_manifest_diagnostics_coverage_and_figures(calibrated):
    _, search, told, folder = calibrated
    found = posterior.load(folder)
    assert list(found.draws.columns) == ["draw", *FITTED] and len(found.draws) == 200
    for name in FITTED:
        assert found.draws[name].between(PARAMETERS[name].low, PARAMETERS[name].high).all()
    manifest = found.manifest
    assert manifest["until"] == "2023-12" and manifest["table"]["plans_sha256"] == ["hash of wave_1", "hash of wave_2"]
    table_told = manifest["table"]
    assert table_told["waves"] == [128, 128] and 128 <= table_told["fitted_to"] < 256
    assert table_told["fitted_to"] == search.inside.sum() and 0 < table_told["share_of_the_priors"] < 0.9
    assert not set(search.waves[0]) & set(search.waves[1]) and search.plausible[search.waves[1]].all()
    assert manifest["targets"]["arrivals_people"]["last"] == "2023-12"
    assert "lorry_detected" in manifest["held_out"] and "lorry_detected" not in manifest["targets"]
    assert set(told.parameter) == set(FITTED) and (told.hdi90_low < told.hdi90_high).all()
    assert (told.contraction < 1).all() and (told.effective_draws > 1).all()
    coverage = pd.read_csv(folder / "coverage.csv")
    assert coverage.parameter.tolist() == [*FITTED, "all"] and (coverage.plants == 30).all()
    assert {path.stem for path in (folder / "figures").iterdir()} == {"marginals", "pairs", "ranks"}


def test_draws_of_the_posterior_run_with_seeds_that_no_table_has(calibrated):
    fit, _, _, folder = calibrated
    predicted = calibrate.prediction(fit, folder, 10)
    assert len(predicted.points) == 10 and min(predicted.point_seeds) > table.LAST_TABLE_SEED
    draws = posterior.load(folder).draws
    assert predicted.points[1].parameters["p_retry"] == draws.p_retry[20]
    with pytest.raises(InputError, match="at most 200"):
        calibrate.prediction(fit, folder, 201)


def test_a_posterior_that_was_changed_or_is_not_there_is_refused(calibrated, tmp_path):
    _, _, _, folder = calibrated
    with pytest.raises(InputError, match="holds no posterior"):
        posterior.load(tmp_path)
    for name in (posterior.CSV, posterior.MANIFEST):
        shutil.copy(folder / name, tmp_path)
    path = tmp_path / posterior.CSV
    path.write_text(path.read_text().replace("1,", "1,0", 1))
    with pytest.raises(InputError, match="is not the file"):
        posterior.load(tmp_path)


def test_a_posterior_out_of_bounds_is_refused(tmp_path):
    posterior.write(tmp_path, pd.DataFrame({"p_retry": [0.9, 1.9]}), {})
    with pytest.raises(InputError, match="p_retry"):
        posterior.load(tmp_path)


def said(capsys, *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        main([str(each) for each in arguments])
    return int(end.value.code or 0), capsys.readouterr().err


@pytest.mark.parametrize(("options", "told"), [
    (["--until", "2020-06"], "a month from 2021-12 to 2025-12"),
    (["--until", "October"], "a month from 2021-12"),
    (["--points", "100"], "a power of two"),
    (["--points", "16"], "allowed: at most half"),
    (["--points", "128"], "too few for 23 parameters"),
    (["--parameters", "p_retry,nonsense"], "'nonsense' is not a known parameter"),
    (["--parameters", "team_size"], "is fixed"),
    (["--set", "parameters.p_retry=0.9"], "'p_retry' is given by the experiment file"),
    (["--set", "end=2022-06-30"], "whole years"),
    (["--observed", "arrivals=x.csv"], "NAME one of"),
    (["--until", "2023-12", "--set", "start=2025-01-01"], "allowed: a run that holds some of what is observed"),
    (["--world", "nowhere"], "none of the worlds"),
])
def test_mistakes_are_told_at_the_door(capsys, config, tmp_path, options, told):
    given = {"--until": "2022-10", "--points": "1024", "--out": tmp_path / "out", "--world": "with_patrols"}
    given |= dict(zip(options[::2], options[1::2], strict=True))
    code, words = said(capsys, "calibrate", config, *(each for pair in given.items() for each in pair))
    assert code == 2 and told in words and "Traceback" not in words


def test_what_the_run_does_not_cover_is_told_before_it_runs(experiment):
    def of(start: int, end: int) -> Experiment:
        span = {"start": date(start, 1, 1), "end": date(end, 12, 31)}
        return replace(experiment, file=experiment.file.model_copy(update=span))

    lost = calibrate.left_out(of(2022, 2022), "2023-12", {})
    assert {"arrivals_people (60 of 72 figures)", "menton_stops (1 of 1 figures)"} <= set(lost)
    assert not calibrate.left_out(of(2018, 2025), "2023-12", {})
    with pytest.raises(InputError, match="allowed: a run that holds some"):
        calibrate.left_out(of(2024, 2025), "2023-12", {})


def test_the_default_folder_is_where_validate_looks_and_the_default_list_is_told(config, tmp_path, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(calibrate_cli, "carry_out", lambda several, folder, *others: asked.append(folder))
    said(capsys, "calibrate", config, "--until", "2025-12", "--world", "with_patrols", "--dry-run")
    assert asked == [Path("results/runs/x_calibrate") / folder_of("2025-12") / "table" / "wave_1"]
    assert not table.name_problems(calibrate_cli.FITTED.split(","), {})
    with pytest.raises(SystemExit):
        main(["calibrate", "--help"])
    assert "death_base_per_10k" in "".join(capsys.readouterr().out.split())


def test_the_posterior_file_is_a_design(calibrated):
    _, _, _, folder = calibrated
    text = WHOLE_YEARS + "design: {kind: posterior, file: posterior.csv, points: 5}\n"
    points = load(write_experiment(folder, text)).points
    assert len(points) == 5 and set(points[0].parameters) == set(FITTED)
    assert np.isfinite([point.parameters["p_retry"] for point in points]).all()
    assert json.loads((folder / posterior.MANIFEST).read_text())["method"]["draws"] == 200


def test_a_parameter_is_drawn_in_logs_where_its_prior_is_even_in_logs():
    names = ("news_pull", "network_growth", "p_retry")
    draws = posterior.prior_draws(table.prior_of(names, "2025-12", False, {}), 1)
    assert [spread_in_logs(draws[name]) for name in names] == [False, True, False]


def test_what_the_table_does_not_reach_is_told(calibrated, capsys):
    fit, search, told, folder = calibrated
    tell(fit, search, folder, told)
    said = capsys.readouterr().out
    assert "5 %" not in said and "highest density" in said
    assert "beyond every run" in said and all(name in said for name in FITTED) and "coverage.csv" in said
