"""The runs of a fit, what its commands refuse, and the posterior on disk."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.fit import ensemble, history, posterior
from corridor.calibration.fit import runs as table
from corridor.experiments.analyses.overview import PointsOnly
from corridor.experiments.cli.app import main
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS, LAST_POSTERIOR
from corridor.experiments.execution.processes.parallel import Execution
from corridor.experiments.execution.run import run_analysis
from corridor.model.engine.errors import InputError
from corridor.results.store.run_folder import open_run, read_plan
from tests.calibration.test_no_leaks import FITTED
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


def test_a_cut_has_its_own_entries_and_defaults(config, tmp_path):
    cut = table.at_cut(load(config), "2022-10", "with_patrols", tmp_path)
    assert (tmp_path / "entries.csv") == cut.data_files["entries"]
    assert cut.parameters.people_found == 27.5 and list(cut.file.worlds) == ["with_patrols"]
    prior = table.prior_of(("people_found",), "2022-10", {})
    assert prior.parameters[0].default == 27.5
    with pytest.raises(InputError, match="none of the worlds"):
        table.at_cut(load(config), "2022-10", "nowhere", tmp_path)


def written(folder: Path) -> Path:
    """A folder with a posterior of three draws."""
    values = pd.DataFrame({"p_retry": [0.8, 0.85, 0.9], "news_pull": [0.5, 1.0, 1.5]})
    about = {"until": "2022-10", "world": "with_patrols", "start": "2018-01-01", "given": {}, "table": {"scale": 10}}
    posterior.write(folder, values, [5, 3, 4], about)
    return folder


def test_a_posterior_is_read_as_it_was_written(tmp_path):
    found = posterior.load(written(tmp_path))
    assert list(found.draws.columns) == ["draw", "seed", "p_retry", "news_pull"]
    assert found.draws.seed.tolist() == [5, 3, 4] and found.draws.draw.tolist() == [1, 2, 3]
    assert found.draws.p_retry.tolist() == [0.8, 0.85, 0.9] and found.manifest["until"] == "2022-10"


def test_a_posterior_that_was_changed_or_is_not_there_is_refused(tmp_path):
    folder = written(tmp_path / "fit")
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


@pytest.mark.parametrize("command", ["calibrate", "history"])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--until", "2020-06"], "a month from 2021-12 to 2025-12"),
        (["--until", "October"], "a month from 2021-12"),
        (["--parameter", "p_retry,nonsense"], "'nonsense' is not a known parameter"),
        (["--parameter", "team_size"], "is fixed"),
        (["--set", "parameters.p_retry=0.9"], "'p_retry' is given by the experiment file"),
        (["--set", "end=2022-06-30"], "whole years"),
        (["--observed", "arrivals=x.csv"], "NAME one of"),
        (["--until", "2023-12", "--set", "start=2025-01-01"], "allowed: a run that holds some of what is observed"),
        (["--world", "nowhere"], "none of the worlds"),
    ],
)
def test_mistakes_are_reported_before_anything_runs(capsys, config, tmp_path, command, options, expected):
    given = {"--until": "2022-10", "--out": tmp_path / "out", "--world": "with_patrols"}
    given |= dict(zip(options[::2], options[1::2], strict=True))
    code, words = said(capsys, command, config, *(each for pair in given.items() for each in pair))
    assert code == 2 and expected in words and "Traceback" not in words


def test_a_series_that_no_fit_uses_is_refused():
    with pytest.raises(InputError, match="lorry_detected: no fit uses it"):
        history.check_fitted({"lorry_detected": Path("x.csv"), "camp_stock": Path("y.csv")})


def test_what_the_run_does_not_cover_is_reported_before_it_runs(experiment):
    def of(start: int, end: int) -> Experiment:
        span = {"start": date(start, 1, 1), "end": date(end, 12, 31)}
        return replace(experiment, file=experiment.file.model_copy(update=span))

    lost = history.left_out(of(2022, 2022), "2023-12", {})
    assert {"arrivals_people (60 of 72 values)", "menton_stops (1 of 1 values)"} <= set(lost)
    assert not history.left_out(of(2018, 2025), "2023-12", {})
    with pytest.raises(InputError, match="allowed: a run that holds some"):
        history.left_out(of(2024, 2025), "2023-12", {})


def test_the_posterior_file_is_a_design(tmp_path):
    text = WHOLE_YEARS + "design: {kind: posterior, file: posterior.csv, points: 2}\n"
    points = load(write_experiment(written(tmp_path), text)).points
    assert len(points) == 2 and set(points[0].parameters) == {"p_retry", "news_pull"}
    assert np.isfinite([point.parameters["p_retry"] for point in points]).all()


@pytest.mark.slow
def test_a_prediction_repeats_the_run_that_the_fit_kept(config, tmp_path):
    """The same parameters and seed, further than the fit looked: the past is the same to the last bit."""
    at = table.at_cut(load(config), "2022-10", "with_patrols", tmp_path)
    at = replace(
        at, file=at.file.model_copy(update={"start": date(2022, 1, 1), "end": date(2023, 2, 28), "scale": 500.0})
    )
    prior = table.prior_of(FITTED, "2022-10", {})
    shorter = replace(at, file=at.file.model_copy(update={"end": date(2022, 12, 31)}))
    runs = table.with_points(shorter, prior.values(np.random.default_rng(1).random((4, len(FITTED)))), range(31, 35))
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


def test_a_posterior_that_never_ends_is_not_read(tmp_path: Path) -> None:
    for name in (posterior.MANIFEST, posterior.CSV):
        (tmp_path / name).symlink_to("/dev/zero")
    with pytest.raises(InputError, match="is a device or a pipe"):
        posterior.load(tmp_path)
