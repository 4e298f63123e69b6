"""A past that is conditioned on the record, as functions: history, and a history that forecasts from any month."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import RunResult
from corridor.experiments.interface.calibrating import COARSE, Observed, observed_texts, result_of
from corridor.experiments.interface.loading import RunOptions, Source, analyse, execution_of, folder_of, with_options

if TYPE_CHECKING:
    from corridor.calibration.validation.rolling.conditioned import ConditionedHistory


def history(
    source: Source,
    until: str,
    *,
    members: int = 96,
    steps: int = 4,
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
    default), beside the conditions of the time. The folder holds a posterior with conditions, which an experiment file
    names by `parameters: FOLDER/posterior.csv`. Tables `history_scores`, `history_conditions`, `history_parameters`.
    Raises InputError for options that are not allowed.
    """
    from corridor.calibration.evidence.targets import own_files
    from corridor.calibration.fit import history as fitting
    from corridor.calibration.fit.calibrate import INPUTS, check_fitted, left_out
    from corridor.calibration.fit.history_files import write_history
    from corridor.calibration.fit.runs import at_cut, marked_fitted, prior_of
    from corridor.experiments.analyses.overview import PointsOnly

    scaled: RunOptions = {**options, "scale": options.get("scale") or COARSE}
    experiment = with_options(source, scaled, draws=False)
    folder = folder_of(experiment, "history", options)
    definition = experiment.definition
    fitting.check(definition, until, members, steps)
    declared = definition.parameter_table
    prior = prior_of(tuple(parameters) or marked_fitted(declared), until, False, definition.file.values, declared)
    own = own_files(observed_texts(observed))
    check_fitted(own)
    if (lost := left_out(definition, until, own)) and note:
        note(f"Left out, as the run does not cover them: {', '.join(lost)}")
    cut = at_cut(definition, until, world, inputs or folder / INPUTS)
    asked = fitting.History(cut, prior, until, members, steps, sample, own)

    def run(runs: Experiment, where: Path) -> None:
        analyse(PointsOnly(runs), where, options)

    first, last = fitting.fitted(asked, folder, run)
    results, published = write_history(asked, folder, first, last, options.get("figures"))
    return result_of(results, published, folder, cut)


def history_forecaster(
    source: Source,
    folder: str | os.PathLike[str],
    *,
    members: int = 48,
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
    from corridor.calibration.validation.rolling.conditioned import ConditionedHistory
    from corridor.experiments.analyses.overview import PointsOnly

    scaled: RunOptions = {**options, "scale": options.get("scale") or COARSE}
    definition = with_options(source, scaled, draws=False).definition
    fitting.check(definition, LAST_MONTH, members, steps)
    names = tuple(parameters) or tuple(marked_fitted(definition.parameter_table))

    def run(runs: Experiment, where: Path) -> None:
        analyse(PointsOnly(runs), where, {**options, "figures": ()})

    jobs = execution_of(options).jobs
    return ConditionedHistory(definition, world, names, members, steps, sample, Path(folder), run, jobs, refit_months)
