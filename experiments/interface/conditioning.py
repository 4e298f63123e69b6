"""A past that is conditioned on the record, as functions: history, the same without conditions (calibrate), its test on
simulated truth (recovery), and a history that forecasts from any month."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import Unpack

from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import RunResult
from corridor.experiments.execution.folders.scratch import temporary_folder
from corridor.experiments.execution.run import NotRun, ProgressCallbacks, RunEstimate, estimate, plan_of
from corridor.experiments.interface.calibrating import COARSE, MEMBERS, Observed, observed_texts, result_of
from corridor.experiments.interface.loading import (
    RunOptions,
    analyse,
    execution_of,
    folder_of,
    together,
    with_options,
    world_of,
)
from corridor.experiments.interface.source import Source
from corridor.results.store.optional import need

if TYPE_CHECKING:
    from corridor.calibration.fit.history import History
    from corridor.calibration.fit.simulated import Simulated
    from corridor.calibration.validation.rolling.conditioned import ConditionedHistory

TESTED = "histories"  # the folder in which histories on simulated truth are kept


def history(
    source: Source,
    until: str,
    *,
    members: int = MEMBERS,
    steps: int = 4,
    conditions: float = 1.0,
    parameters: Sequence[str] = (),
    observed: Observed = (),
    world: str = "as_it_happened",
    sample: int = 1,
    inputs: Path | None = None,
    note: Callable[[str], None] | None = None,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Condition the past of a world on what was observed up to a month (`until`, YYYY-MM) with an ensemble smoother.

    `members` runs in each of `steps` and once more; `parameters` are those to be inferred (the declared fitted set by
    default), beside the conditions of the time, whose declared spread is multiplied by `conditions` (0: none). The
    folder holds a posterior, which an experiment file names by `parameters: FOLDER/posterior.csv`. Tables
    `history_scores`, `history_conditions`, `history_parameters`. Raises InputError for options that are not allowed.
    """
    from corridor.calibration.fit import history as fitting
    from corridor.calibration.fit.history_files import write_history
    from corridor.calibration.fit.simulated import simulated
    from corridor.experiments.analyses.overview import PointsOnly
    from corridor.experiments.execution.folders.locking import locked
    from corridor.experiments.execution.run import ignore

    asked, folder, lost = _asked(
        source, until, members, steps, conditions, parameters, observed, world, sample, inputs, options
    )
    if lost and note:
        note(f"Left out, as the run does not cover them: {', '.join(lost)}")

    def run(runs: Experiment, where: Path) -> Simulated:
        analyse(PointsOnly(runs), where, options)
        return simulated(where, asked.world)

    alone = locked(folder, note or ignore) if inputs is None else contextlib.nullcontext()
    with alone:
        first, last = fitting.fitted(asked, folder, run)
        results, published = write_history(asked, folder, first, last, options.get("figures"))
    return result_of(results, published, folder, asked.experiment)


def calibrate(source: Source, until: str, **arguments: Any) -> RunResult:
    """Fit parameters alone to what was observed up to a month: a `history` without conditions of the time, which shows
    how much these carry. It takes the arguments of `history`."""
    return history(source, until, conditions=0.0, **arguments)


def recovery(
    source: Source,
    until: str,
    *,
    histories: int = 100,
    others: Sequence[str] = (),
    members: int = MEMBERS,
    steps: int = 4,
    conditions: float = 1.0,
    parameters: Sequence[str] = (),
    world: str = "as_it_happened",
    sample: int = 1,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Test the history on simulated truth: so many `histories` have a run with known parameters and conditions in place
    of the record, and the whole procedure has to find them again.

    `others` are further worlds of the file: the effect between each and `world` has to be found, too. Histories
    are kept in the folder and are not run again. Table `recovery`; its notes say what is wrong. Raises InputError for
    options that are not allowed.
    """
    from corridor.calibration.fit import recovery as testing
    from corridor.calibration.fit.runs import at_cut
    from corridor.experiments.execution.analysis import AnalysisResult, Table
    from corridor.experiments.execution.folders.publishing import publish
    from corridor.results.plots.fit.calibration import draw_ranks

    asked, folder, _ = _asked(source, until, members, steps, conditions, parameters, (), world, sample, None, options)
    definition = with_options(source, options, draws=False).definition
    with together() as check:
        for name in others:
            check(world_of, definition, name, beside=False, option="--other")
    elsewhere = {name: at_cut(definition, until, name, folder / "inputs" / name) for name in others}
    callbacks, jobs = options.get("callbacks") or ProgressCallbacks(), execution_of(options).jobs
    wanted = testing.missing(folder / TESTED, histories)
    if not callbacks.estimated(_estimate(asked, histories, wanted, asked.steps + 1 + len(others), jobs)):
        raise NotRun
    found = testing.recovered(asked, histories, elsewhere, folder / TESTED, jobs, callbacks.share_done)
    table = testing.recovery_table(found)
    results = AnalysisResult(
        {"recovery": Table(table, testing.RECOVERY, testing.RECOVERY_SHAPE, testing.RECOVERY_COLUMNS)},
        {"ranks": partial(draw_ranks, found)},
        notes=tuple(testing.problems(table)),
    )
    published = publish(results.with_figures(options.get("figures")), folder, {TESTED: TESTED})
    return result_of(results, published, folder, asked.experiment)


def _estimate(asked: History, histories: int, wanted: Sequence[int], rounds: int, jobs: int) -> RunEstimate:
    """About how long so many histories take, each of which runs its members in so many rounds, in one process."""
    with temporary_folder() as nothing:
        runs = asked.runs(asked.first_states())
        one = estimate(runs, plan_of(runs), nothing, 1)
    seconds = one.seconds * rounds * len(wanted) / min(jobs, max(1, len(wanted)))
    return RunEstimate(asked.experiment, histories, histories, wanted, histories - len(wanted), seconds)


def _asked(
    source: Source,
    until: str,
    members: int,
    steps: int,
    conditions: float,
    parameters: Sequence[str],
    observed: Observed,
    world: str,
    sample: int,
    inputs: Path | None,
    options: RunOptions,
) -> tuple[History, Path, list[str]]:
    """The history that is asked for, the folder of its results, and what the record has outside of its run."""
    from corridor.calibration.evidence.targets import own_files
    from corridor.calibration.fit import history as fitting
    from corridor.calibration.fit.conditions import wider
    from corridor.calibration.fit.runs import at_cut, marked_fitted, prior_of
    from corridor.results.store.destinations import check_folder

    scaled: RunOptions = {**options, "scale": options.get("scale") or COARSE}
    experiment = with_options(source, scaled, draws=False)
    folder = folder_of(experiment, "history" if conditions else "calibrate", options)
    definition = experiment.definition
    with together() as check:
        check(fitting.check, definition, until, members, steps, conditions)
        check(check_folder, folder, cases=False)
        check(world_of, definition, world, beside=False)
    declared = definition.parameter_table
    prior = prior_of(tuple(parameters) or marked_fitted(declared), until, definition.file.values, declared)
    with together() as check:
        own = check(own_files, observed_texts(observed))
        check(fitting.check_fitted, own or {})
    lost = fitting.left_out(definition, until, own)
    cut = at_cut(definition, until, world, inputs or folder / fitting.INPUTS)
    return fitting.History(cut, prior, until, members, steps, sample, own, wider(conditions)), folder, lost


def history_forecaster(
    source: Source,
    folder: str | os.PathLike[str],
    *,
    members: int = MEMBERS,
    steps: int = 4,
    parameters: Sequence[str] = (),
    world: str = "as_it_happened",
    sample: int = 1,
    refit_months: int = 12,
    **options: Unpack[RunOptions],
) -> ConditionedHistory:
    """A history of an experiment's world as a forecaster for `validate_rolling`: fitted anew every `refit_months` (a
    divisor of 12), and conditioned on every month between.

    All runs are stored in `folder`, and are not run again. Raises InputError for options that are not allowed.
    """
    from corridor.calibration.evidence.entries import LAST_MONTH
    from corridor.calibration.fit import history as fitting
    from corridor.calibration.fit.runs import marked_fitted
    from corridor.calibration.fit.simulated import simulated
    from corridor.calibration.validation.rolling.conditioned import ConditionedHistory
    from corridor.experiments.analyses.overview import PointsOnly

    need("pyarrow", extra="validation")
    scaled: RunOptions = {**options, "scale": options.get("scale") or COARSE}
    definition = with_options(source, scaled, draws=False).definition
    fitting.check(definition, LAST_MONTH, members, steps)
    names = tuple(parameters) or tuple(marked_fitted(definition.parameter_table))

    def run(runs: Experiment, where: Path) -> Simulated:
        analyse(PointsOnly(runs), where, {**options, "figures": ()})
        return simulated(where, world)

    jobs = execution_of(options).jobs
    return ConditionedHistory(definition, world, names, members, steps, sample, Path(folder), run, jobs, refit_months)
