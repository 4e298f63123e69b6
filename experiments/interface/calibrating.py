"""Fit, validation and forecast as functions: calibrate, validate, forecast, and patterns of a stored run."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from corridor.experiments.execution.analysis import AnalysisResult, RunResult, StoredResult
from corridor.experiments.execution.folders.publishing import Published
from corridor.experiments.interface.loading import (
    RunOptions,
    Source,
    analyse,
    analyse_each,
    folder_of,
    note,
    one_of,
    settings_of,
    with_options,
)

if TYPE_CHECKING:
    from corridor.calibration.fit.calibrate import Calibration
    from corridor.calibration.predict.prediction import Request
    from corridor.experiments.config.experiment import Experiment

Observed = Mapping[str, "str | os.PathLike[str]"] | Sequence[str]
OTHERS = ("default", "integrated")
COARSE = 10  # people per agent of a fit where nothing else is said


def calibrate(
    source: Source,
    until: str,
    *,
    points: int = 1024,
    particles: int = 256,
    rounds: int = 4,
    parameters: Sequence[str] = (),
    others: str = "default",
    observed: Observed = (),
    world: str = "as_it_happened",
    recovery_tests: int = 60,
    sample_seed: int = 1,
    note: Callable[[str], None] | None = None,
    inputs: Path | None = None,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Fit parameters to what was observed up to a month (`until`, YYYY-MM) by sequential ABC.

    A Sobol table of `points` runs, then `rounds` of `particles` moves. `parameters` are those to be fitted (the
    declared fitted set by default); the `others` stay at their default or are integrated. `observed` replaces targets
    by CSV files of your own; `inputs` is a folder for the data files of the runs (in that of the results by default).
    Tables `posterior`, `diagnostics`, `coverage`.
    """
    from corridor.calibration.evidence.targets import own_files
    from corridor.calibration.fit import calibrate as fitting
    from corridor.calibration.fit.abc import Method
    from corridor.calibration.fit.runs import at_cut, marked_fitted, prior_of
    from corridor.calibration.predict.prediction import folder_of as folder_of_cut

    scaled: RunOptions = {**options, "scale": options.get("scale") or COARSE}
    experiment = with_options(source, scaled, draws=False)
    folder = folder_of(experiment, "calibrate", options) / ("" if options.get("out") else folder_of_cut(until))
    definition, method = experiment.definition, Method(particles=particles, rounds=rounds, seed=sample_seed)
    fitting.check(definition, until, points, method, recovery_tests)
    declared = definition.parameter_table
    names = tuple(parameters) or marked_fitted(declared)
    integrated = one_of("others", others, OTHERS) == "integrated"
    prior = prior_of(names, until, integrated, definition.file.values, declared)
    own = own_files(observed_texts(observed))
    fitting.check_fitted(own)
    if (lost := fitting.left_out(definition, until, own)) and note:
        note(f"Left out of the fit, as the run does not cover them: {', '.join(lost)}")
    cut = at_cut(definition, until, world, inputs or folder / fitting.INPUTS)
    fit = fitting.Calibration(cut, prior, until, points, sample_seed, method, own, recovery_tests)
    return _run_fit(fit, folder, options)


def _run_fit(fit: Calibration, folder: Path, options: RunOptions) -> RunResult:
    """Run the table of a fit and its rounds, and write the posterior and what is known of it."""
    from corridor.calibration.fit import calibrate as fitting
    from corridor.calibration.fit import posterior
    from corridor.experiments.analyses.overview import PointsOnly

    def run(runs: Experiment, where: Path) -> None:
        analyse(PointsOnly(runs), where, options)

    run(fit.first, folder / fitting.TABLE)
    results, published = fitting.write_fit(fit, folder, fitting.fitted(fit, folder, run), options.get("figures"))
    found = result_of(results, published, folder, fit.experiment)
    found.tables["posterior"] = posterior.load(folder).draws
    return found


def validate(
    source: Source | None = None,
    *,
    posteriors: str | os.PathLike[str] | None = None,
    observed: Observed = (),
    world: str | None = None,
    draws: int | None = None,
    inputs: Path | None = None,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Predict from every cut what the fit never saw, and score it against observed values and simple forecasts.

    `source` is the shipped joint statement by default, `posteriors` the folder of those that ship, `inputs` a folder
    for the data files of the runs (in that of the results by default). Tables `scores`, `acceptance`, `patterns`,
    `clustering`, `ranks`, `fans`.
    """
    from corridor.calibration.evidence.observed import read_records
    from corridor.calibration.evidence.targets import own_files
    from corridor.calibration.predict.prediction import ORIGINS, Prediction, check_posteriors, experiment_at
    from corridor.calibration.validation.validate import write_validation
    from corridor.experiments.config.shipped import POSTERIORS

    out = Path(options.get("out") or Path("results", "runs", "validation"))
    records = read_records(own_files(observed_texts(observed)))
    request = request_of(source, world, draws, options)
    folder = Path(posteriors) if posteriors else POSTERIORS
    check_posteriors({folder / origin.folder: origin.cut for origin in ORIGINS})
    predicted = {
        origin: experiment_at(request, folder / origin.folder, (inputs or out / "inputs") / origin.folder)
        for origin in ORIGINS
    }
    for text in dict.fromkeys(text for runs in predicted.values() for text in runs.short_notes):
        note(options, text)
    analyse_each({out / origin.folder: Prediction(runs) for origin, runs in predicted.items()}, options)
    folders = {origin: out / origin.folder for origin in predicted}
    results, published = write_validation(folders, records, out, options.get("figures"))
    return result_of(results, published, out, predicted[ORIGINS[-1]])


def patterns(
    directory: str | os.PathLike[str],
    *,
    record: str | os.PathLike[str] | None = None,
    worlds: Sequence[str] = (),
    out: str | os.PathLike[str] | None = None,
    figures: Collection[str] | None = None,
) -> StoredResult:
    """Hold a stored run against the record: the table `patterns`, and a figure for each world.

    `record` is a CSV date,people[,boats] of your own in place of the observed values that ship, or "none"; `worlds`
    are by default the first of the run. Files are written into the folder of the run, or into `out`. Raises InputError
    for what cannot be compared and StoreError for a run that is not complete.
    """
    from corridor.calibration.validation.stored import patterns_of
    from corridor.experiments.execution.folders.locking import locked
    from corridor.experiments.execution.folders.publishing import add_to_run, prepare_folder, publish

    run, folder = Path(directory), Path(out or directory)
    results = patterns_of(run, None if record is None else Path(record), worlds).with_figures(figures)
    notes = list(results.notes)
    if out:
        prepare_folder(folder)
    with locked(folder, notes.append):
        published = publish(results, folder, {"run": run.name}) if out else add_to_run(results, folder)
    tables = {name: table.frame for name, table in results.tables.items()}
    return StoredResult(folder, tables, published.figures, tuple(notes), published.failed_figures)


def forecast(
    to: date,
    source: Source | None = None,
    *,
    posterior: str | os.PathLike[str] | None = None,
    entries: str | os.PathLike[str] | None = None,
    correct_season: bool = True,
    observed: Observed = (),
    world: str | None = None,
    draws: int | None = None,
    inputs: Path | None = None,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Run the posterior past the last observed month up to `to`: the table `forecast` has each month with intervals.

    `entries` is a CSV month,place,group,people of months to come; without it the last year is repeated. `inputs` is a
    folder for the data files of the runs (in that of the results by default).
    """
    from corridor.calibration.evidence.observed import MONTHLY_READ, read_records
    from corridor.calibration.evidence.targets import own_files
    from corridor.calibration.predict import forecast as forecasting
    from corridor.calibration.predict.prediction import LAST_CUT, Prediction, experiment_at
    from corridor.calibration.predict.prediction import folder_of as folder_of_cut
    from corridor.experiments.config.shipped import POSTERIORS
    from corridor.results.tables.writing import write_csv

    out = Path(options.get("out") or Path("results", "runs", "forecast"))
    inputs, own_entries = inputs or out / "inputs", Path(entries) if entries else None
    records = read_records(own_files(observed_texts(observed)), MONTHLY_READ)
    request = request_of(source, world, draws, options)
    span = forecasting.span_of(records, to)
    folder = Path(posterior) if posterior else POSTERIORS / folder_of_cut(LAST_CUT)
    observed_to = experiment_at(request, folder, inputs)
    known = forecasting.entries_to(observed_to, span.last, own_entries)
    inputs.mkdir(parents=True, exist_ok=True)
    write_csv(known, inputs / forecasting.ENTRIES)
    changes = forecasting.settings_for(observed_to, span, inputs / forecasting.ENTRIES)
    experiment = experiment_at(request, folder, inputs, changes)
    for text in experiment.short_notes:
        note(options, text)
    analyse(Prediction(experiment), out / "prediction", options)
    assumed = f"{own_entries.name}, then the last year repeated" if own_entries else "last year repeated"
    results, published = forecasting.write_forecast(
        out / "prediction", records, span, correct_season, {"entries": assumed}, out, options.get("figures")
    )
    return result_of(results, published, out, experiment)


def observed_texts(observed: Observed) -> list[str]:
    """Series of the user's own as texts TARGET=FILE, from these or from a mapping."""
    if isinstance(observed, Mapping):
        return [f"{name}={os.fspath(path)}" for name, path in observed.items()]
    return list(observed)


def request_of(source: Source | None, world: str | None, draws: int | None, options: RunOptions) -> Request:
    """What is asked of a prediction."""
    from corridor.calibration.predict.prediction import CONFIG, Request
    from corridor.experiments.config.shipped import experiment_file
    from corridor.model.engine.errors import InputError

    if source is not None and not isinstance(source, str | os.PathLike):
        raise InputError(["experiment: a prediction needs a file or the name of a shipped experiment"])
    scale = options.get("scale")
    given = tuple(settings_of(options.get("settings") or ()))
    path = experiment_file(os.fspath(source)) if source is not None else CONFIG
    return Request(path, world, draws, None if scale is None else str(scale), given)


def result_of(results: AnalysisResult, published: Published, folder: Path, experiment: Experiment) -> RunResult:
    """What was published, as a result."""
    tables = {name: table.frame for name, table in results.tables.items()}
    notes = (*experiment.notes, *results.notes)
    return RunResult(folder, tables, published.figures, experiment, 0.0, notes, published.failed_figures)
