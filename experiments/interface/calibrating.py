"""Validation and forecast as functions: validate, forecast, and patterns of a stored run."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from corridor.experiments.execution.analysis import AnalysisResult, RunResult, StoredResult
from corridor.experiments.execution.folders.publishing import Published
from corridor.experiments.interface.loading import RunOptions, analyse, analyse_each, folder_of, note, with_options
from corridor.experiments.interface.source import Source, settings_of
from corridor.results.store.optional import need

if TYPE_CHECKING:
    from corridor.calibration.predict.prediction import Request
    from corridor.experiments.config.experiment import Experiment

Observed = Mapping[str, "str | os.PathLike[str]"] | Sequence[str]
MEMBERS = 192  # of the histories that ship
COARSE = 10  # people per agent of a fit where nothing else is said


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
    from corridor.results.store.destinations import check_folder

    need("statsmodels")
    out = check_folder(Path(options.get("out") or Path("results", "runs", "validation")), cases=False)
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


def validate_past(source: Source | None = None, world: str | None = None, **options: Unpack[RunOptions]) -> RunResult:
    """Run the members of the posterior of an experiment again in a world, and hold them against the record.

    By default those of the shipped history, in the world as it happened; `seeds` says how many members. Tables
    `history_criteria` (what the shipped history has to show, and whether it does), `history_scores`, `patterns`. Raises
    InputError where the experiment has no draws, no whole years, or no such world.
    """
    from corridor.calibration.validation.past import Past
    from corridor.experiments.config import loading
    from corridor.experiments.config.documents.messages import allowed
    from corridor.model.engine.errors import InputError

    if options.get("seeds") is None:
        options["seeds"] = MEMBERS
    asked, world = with_options(source or "joint_statement", options), world or "as_it_happened"
    file = asked.definition.file
    problems = [] if world in file.worlds else [f"world: {world!r} is none of the worlds{allowed(file.worlds, world)}"]
    if not asked.definition.from_posterior:
        problems.append("parameters: no draws; allowed with --history: parameters: posterior, or a CSV of draws")
    if (file.start.month, file.start.day, file.end.month, file.end.day) != (1, 1, 12, 31):
        problems.append(f"start, end: {file.start} to {file.end}; allowed with --history: whole years")
    if problems:
        raise InputError(problems)
    alone = loading.load(asked.source, asked.changes, only=world)
    return analyse(Past(alone), folder_of(asked, "history", options), options)


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
        prepare_folder(folder, cases=False)
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
    from corridor.results.store.destinations import check_folder
    from corridor.results.tables.writing import write_csv

    out = check_folder(Path(options.get("out") or Path("results", "runs", "forecast")), cases=False)
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
        out / "prediction", records, span, {"entries": assumed}, out, options.get("figures")
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
    if options.get("seeds") is not None:
        raise InputError(["--seeds: not used by a prediction, whose draws have a seed each; allowed: --draws"])
    scale = options.get("scale")
    given = tuple(settings_of(options.get("settings") or ()))
    path = experiment_file(os.fspath(source)) if source is not None else CONFIG
    return Request(path, world, draws, None if scale is None else str(scale), given)


def result_of(results: AnalysisResult, published: Published, folder: Path, experiment: Experiment) -> RunResult:
    """What was published, as a result."""
    tables = {name: table.frame for name, table in results.tables.items()}
    notes = (*experiment.notes, *results.notes)
    failed = published.failed_figures
    return RunResult(folder, tables, published.figures, experiment, 0.0, notes, failed, results.files)
