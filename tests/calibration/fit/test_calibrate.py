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

from corridor.calibration.fit import calibrate, ensemble, posterior
from corridor.calibration.fit import runs as table
from corridor.calibration.fit.abc import Method
from corridor.calibration.fit.calibrate import Calibration
from corridor.calibration.predict.prediction import folder_of
from corridor.experiments.analyses.overview import PointsOnly
from corridor.experiments.cli.app import main
from corridor.experiments.cli.commands.calibration.history import print_fit
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS, LAST_POSTERIOR, POSTERIORS
from corridor.experiments.execution.processes.parallel import Execution
from corridor.experiments.execution.run import plan_of, run_analysis
from corridor.experiments.interface import calibrating
from corridor.experiments.interface.calibrating import result_of
from corridor.model.engine.errors import InputError
from corridor.model.parameters import PARAMETERS
from corridor.results.plots.calibration import spread_in_logs
from corridor.results.store.run_folder import open_run, read_plan
from tests.calibration.test_no_leaks import FITTED, fake_runs
from tests.support.batches import EXPERIMENT, write_experiment

WHOLE_YEARS = EXPERIMENT.replace("2022-06-01", "2018-01-01").replace("2022-06-20", "2025-12-31").split("design")[0]


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return write_experiment(tmp_path_factory.mktemp("calibrate"), WHOLE_YEARS)


@pytest.fixture(scope="module")
def experiment(config):
    return table.at_cut(load(config), "2025-12", "with_patrols", config.parent / "inputs")


def test_every_point_runs_once_with_a_seed_of_its_own(experiment, tmp_path):
    """Also where the points are equal: then they differ by chance alone."""
    short = replace(
        experiment,
        file=experiment.file.model_copy(update={"start": date(2022, 6, 1), "end": date(2022, 6, 20), "scale": 100.0}),
    )
    several = table.with_points(short, {"p_retry": [0.9, 0.9, 0.8]}, seeds=[7, 8, 9])
    run_analysis(PointsOnly(several), tmp_path, Execution(1, None))
    assert read_plan(tmp_path).cells()[["point", "seed"]].values.tolist() == [[1, 7], [2, 8], [3, 9]]
    dataset = open_run(tmp_path)
    assert dataset.entered_people.dims == ("world", "point", "time") and dataset.seed.dims == ("point",)
    assert dataset.p_retry.values.tolist() == [0.9, 0.9, 0.8] and dataset.seed.values.tolist() == [7, 8, 9]
    entered = ensemble.daily(tmp_path, "with_patrols", "entered_people").sum(axis=1)
    assert len(set(entered.tolist())) == 3 and (entered > 0).all()


def test_a_table_is_a_sobol_sample_that_grows(experiment):
    prior = table.prior_of(("p_retry", "news_pull"), "2025-12", False, {})
    cubes = [table.cube_of(prior, n, 1) for n in (8, 16)]
    small, large = (table.table_of(experiment, prior, cube, 1, "2023-06") for cube in cubes)
    assert small.points == large.points[:8] and small.point_seeds == large.point_seeds[:8] == tuple(range(1, 9))
    assert large.file.end == date(2023, 12, 31)
    moves = table.table_of(experiment, prior, cubes[1][:2], 17, "2025-12")
    assert moves.point_seeds == (17, 18) and moves.file.end == experiment.file.end
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
    """A fit of a made-up table, its result, and its folder, which is not to be changed."""
    folder = tmp_path_factory.mktemp("fit")
    prior = table.prior_of(FITTED, "2023-12", False, {})
    method = Method(particles=40, rounds=2)
    fit = Calibration(experiment, prior, "2023-12", 128, 1, method, {}, recovery_tests=30)
    runs = {calibrate.TABLE: fake_runs(table.cube_of(prior, 128, 1))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibrate, "simulated", lambda path, world: runs[path.name])
        patch.setattr(calibrate.run_folder, "plan_sha256", lambda path: f"hash of {path.name}")

        def run(moves: Experiment, where: Path) -> None:
            columns = [[point.parameters[name] for point in moves.points] for name in FITTED]
            assert len(moves.points) == 40 and min(moves.point_seeds) == 129 + 40 * (int(where.name[-1]) - 1)
            ranges = [(PARAMETERS[name].low, PARAMETERS[name].high) for name in FITTED]
            cube = [(np.array(each) - low) / (high - low) for each, (low, high) in zip(columns, ranges, strict=True)]
            runs[where.name] = fake_runs(np.stack(cube, axis=1))

        found = calibrate.fitted(fit, folder, run)
        results, published = calibrate.write_fit(fit, folder, found)
        return fit, found, result_of(results, published, folder, experiment), folder


def test_a_fit_writes_draws_with_manifest_diagnostics_coverage_and_figures(calibrated):
    _, fitted, result, folder = calibrated
    learned = result.tables["diagnostics"]
    found = posterior.load(folder)
    size = len(fitted.particles.seeds)
    assert list(found.draws.columns) == ["draw", "seed", *FITTED] and 10 < len(found.draws) == size <= 40
    assert found.draws.seed.tolist() == fitted.particles.seeds.tolist() == sorted(set(found.draws.seed))
    for name in FITTED:
        assert found.draws[name].between(PARAMETERS[name].low, PARAMETERS[name].high).all()
    manifest = found.manifest
    assert manifest["until"] == "2023-12"
    assert manifest["table"]["plans_sha256"] == ["hash of table", "hash of round_1", "hash of round_2"]
    assert [each["tolerance"] for each in manifest["rounds"]] == [each.tolerance for each in fitted.rounds]
    distances = manifest["distances"]
    assert distances["nearest"] <= distances["farthest"] <= fitted.rounds[-1].tolerance
    assert 0 < distances["floor"][0] < distances["floor"][1]
    assert (manifest["start"], manifest["given"]) == ("2018-01-01", {})
    assert manifest["draws"] == size and distances["farthest"] < distances["median_of_the_table"]
    assert manifest["targets"]["arrivals_people"]["last"] == "2023-12"
    assert "lorry_detected" in manifest["held_out"] and "lorry_detected" not in manifest["targets"]
    assert set(learned.parameter) == set(FITTED) and (learned.hdi90_low < learned.hdi90_high).all()
    assert (learned.contraction < 1).all() and (learned.draws == size).all()
    coverage = pd.read_csv(folder / "coverage.csv")
    assert coverage.parameter.tolist() == [*FITTED, "all"] and (coverage.recovery_tests == 30).all()
    assert {path.stem for path in (folder / "figures").iterdir()} == {"marginals", "pairs", "ranks"}


@pytest.mark.parametrize("folder", sorted(POSTERIORS.iterdir()), ids=lambda path: path.name)
def test_tables_of_shipped_posteriors_have_the_columns_of_today(folder):
    own = {"coverage": calibrate.COVERAGE_COLUMNS, "diagnostics": calibrate.DIAGNOSTICS_COLUMNS}
    if (folder / "posterior_conditions.csv").exists():  # of a history, whose tables are in results/published/
        own = {}
    for name, columns in own.items():
        assert list(pd.read_csv(folder / f"{name}.csv").columns) == ["parameter", *columns], name


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
    posterior.write(tmp_path, pd.DataFrame({"p_retry": [0.9, 1.9]}), [1, 2], {})
    with pytest.raises(InputError, match="p_retry"):
        posterior.load(tmp_path)


def said(capsys, *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        main([str(each) for each in arguments])
    return int(end.value.code or 0), capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--until", "2020-06"], "a month from 2021-12 to 2025-12"),
        (["--until", "October"], "a month from 2021-12"),
        (["--points", "100"], "a power of two"),
        (["--points", "16"], "allowed: at most half"),
        (["--points", "256"], "--particles 256: allowed: at most half of the 256 points"),
        (["--parameter", "p_retry,nonsense"], "'nonsense' is not a known parameter"),
        (["--parameter", "team_size"], "is fixed"),
        (["--set", "parameters.p_retry=0.9"], "'p_retry' is given by the experiment file"),
        (["--set", "end=2022-06-30"], "whole years"),
        (["--observed", "arrivals=x.csv"], "NAME one of"),
        (["--points", "16", "--particles", "4", "--recovery-tests", "4"], "none with fewer than 32 points"),
        (["--until", "2023-12", "--set", "start=2025-01-01"], "allowed: a run that holds some of what is observed"),
        (["--world", "nowhere"], "none of the worlds"),
    ],
)
def test_mistakes_are_reported_before_anything_runs(capsys, config, tmp_path, options, expected):
    given = {"--until": "2022-10", "--points": "1024", "--out": tmp_path / "out", "--world": "with_patrols"}
    given |= dict(zip(options[::2], options[1::2], strict=True))
    code, words = said(capsys, "calibrate", config, *(each for pair in given.items() for each in pair))
    assert code == 2 and expected in words and "Traceback" not in words


def test_a_series_that_no_fit_uses_is_refused():
    with pytest.raises(InputError, match="lorry_detected: no fit uses it"):
        calibrate.check_fitted({"lorry_detected": Path("x.csv"), "camp_stock": Path("y.csv")})


def test_what_the_run_does_not_cover_is_reported_before_it_runs(experiment):
    def of(start: int, end: int) -> Experiment:
        span = {"start": date(start, 1, 1), "end": date(end, 12, 31)}
        return replace(experiment, file=experiment.file.model_copy(update=span))

    lost = calibrate.left_out(of(2022, 2022), "2023-12", {})
    assert {"arrivals_people (60 of 72 values)", "menton_stops (1 of 1 values)"} <= set(lost)
    assert not calibrate.left_out(of(2018, 2025), "2023-12", {})
    with pytest.raises(InputError, match="allowed: a run that holds some"):
        calibrate.left_out(of(2024, 2025), "2023-12", {})


def test_the_default_folder_is_where_validate_looks(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = []

    class Asked(Exception):
        """The run is not wanted."""

    def ask(analysis, folder, options):
        asked.append(folder)
        raise Asked

    monkeypatch.setattr(calibrating, "analyse", ask)
    with pytest.raises(Asked):
        calibrating.calibrate(config, "2025-12", world="with_patrols")
    assert asked == [Path("results/runs/x_calibrate") / folder_of("2025-12") / "table"]
    fitted = table.marked_fitted(PARAMETERS)
    assert "death_base_per_10k" in fitted and not table.name_problems(fitted, {})


def test_the_posterior_file_is_a_design(calibrated):
    _, _, _, folder = calibrated
    text = WHOLE_YEARS + "design: {kind: posterior, file: posterior.csv, points: 5}\n"
    points = load(write_experiment(folder, text)).points
    assert len(points) == 5 and set(points[0].parameters) == set(FITTED)
    assert np.isfinite([point.parameters["p_retry"] for point in points]).all()
    assert json.loads((folder / posterior.MANIFEST).read_text())["method"]["particles"] == 40


def test_a_parameter_is_drawn_in_logs_where_its_prior_is_even_in_logs():
    names = ("news_pull", "imitation_rate", "p_retry")
    draws = posterior.prior_draws(table.prior_of(names, "2025-12", False, {}), 1)
    assert [spread_in_logs(draws[name]) for name in names] == [False, True, False]


@pytest.mark.slow
def test_a_prediction_repeats_the_run_that_the_fit_kept(config, tmp_path):
    """The same parameters and seed, further than the fit looked: the past is the same to the last bit."""
    at = table.at_cut(load(config), "2022-10", "with_patrols", tmp_path)
    at = replace(
        at, file=at.file.model_copy(update={"start": date(2022, 1, 1), "end": date(2023, 2, 28), "scale": 500.0})
    )
    prior = table.prior_of(FITTED, "2022-10", False, {})
    runs = table.table_of(at, prior, table.cube_of(prior, 4, 1), 31, "2022-10")
    run_analysis(PointsOnly(runs), tmp_path / "fit", Execution(1, None))
    values = {name: [point.parameters[name] for point in runs.points] for name in FITTED}
    on = table.with_points(at, values, runs.point_seeds)
    run_analysis(PointsOnly(on), tmp_path / "on", Execution(1, None))
    kept, repeated = (ensemble.daily(tmp_path / name, "with_patrols", "entered_people") for name in ("fit", "on"))
    assert kept.shape == (4, 365) and repeated.shape == (4, 424)
    assert (repeated[:, :365] == kept).all() and len({row.tobytes() for row in kept}) == 4


def test_the_default_experiment_has_as_many_draws_as_it_asks_for():
    experiment = load(CONFIGS / "joint_statement.yaml")
    assert experiment.from_posterior and len(experiment.points) == len(set(experiment.seeds)) == 64
    shipped = posterior.load(LAST_POSTERIOR.parent)
    assert experiment.file.scale == shipped.manifest["table"]["scale"]
    by_seed = shipped.draws.set_index("seed")
    for point, seed in zip(experiment.points, experiment.point_seeds, strict=True):
        assert point.parameters == by_seed.drop(columns="draw").loc[seed].to_dict()


def test_what_was_done_and_what_the_table_does_not_reach_is_reported(calibrated, capsys):
    _, found, result, _ = calibrated
    print_fit(result)
    said = capsys.readouterr().out
    assert "208 runs" in said and f"{len(found.particles.seeds)} different ones" in said
    assert "Distances of the posterior's runs" in said and "Fewer than 64 different runs" in said
    assert "highest density" in said and said.count("of the moves accepted") == 2
    assert "beyond every run" in said and all(name in said for name in FITTED) and "coverage.csv" in said
