"""The analyses of an experiment as functions: run, compare, attribute, dose, sensitivity, explore, conclusions,
allocate."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from corridor.experiments.config.designs.selection import EVERY_FREE_PARAMETER, Selection, left_out_parameters
from corridor.experiments.execution.analysis import RunResult
from corridor.experiments.interface.loading import (
    SPLITS,
    RunOptions,
    analyse,
    folder_of,
    known_indicators,
    note,
    note_draws_left_out,
    one_of,
    run_only,
    together,
    with_options,
    world_of,
)
from corridor.experiments.interface.source import LoadedExperiment, Source
from corridor.model.engine.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from corridor.experiments.analyses.exploration.sampling import Sampling
    from corridor.experiments.analyses.sensitivity.request import SensitivityRequest

FRESH = "fresh"  # folder of the front on fresh seeds, within that of the results
SCREENING = "screening"  # folder of the screening within that of the results


def run(source: Source, **options: Unpack[RunOptions]) -> RunResult:
    """Run every world of an experiment: tables `summary` and `effects`, and figures where there is no design."""
    from corridor.experiments.analyses.overview import Overview

    experiment = with_options(source, options)
    return analyse(Overview(experiment.definition), folder_of(experiment, "", options), options)


def compare(
    source: Source,
    *,
    measures: bool = False,
    split: str = "dirichlet",
    placebo: bool = False,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Compare the worlds, and with `measures` each measure alone, with the baseline on the same seeds.

    `placebo` adds a world whose policy is too small to matter, so that its effects show what chance does.
    `split` says how a published cost is split over measures: `dirichlet` or `equal`. Tables `effects`, `costs`,
    `variance`, `summary`; with `measures` also `joint`: their effect together beside the sum of those alone.
    """
    from corridor.experiments.analyses.comparison import Comparison

    experiment = with_options(source, options)
    analysis = Comparison(experiment.definition, measures, one_of("split", split, SPLITS), placebo)
    return analyse(analysis, folder_of(experiment, "compare", options), options)


def attribute(
    source: Source,
    *,
    indicators: Sequence[str] = ("arrivals_people",),
    world: str | None = None,
    permutations: int = 32,
    error: float = 0.05,
    sample_seed: int = 1,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Share the effect of a world's package of measures over its measures (Shapley values on sampled orders).

    `world` is by default the first beside the baseline. Orders are added, up to `permutations`, until the standard
    error of every share is at most `error` times the effect of the package, or until only more seeds would make it
    smaller; 0 takes all of them. Tables `attribution`, `coalitions`, `summary`.
    """
    from corridor.experiments.analyses.attribution import FIRST_ORDERS, MORE_ORDERS, Attribution

    experiment = with_options(source, options)
    with together() as check:
        names = check(known_indicators, indicators)
        package = check(world_of, experiment.definition, world, beside=True)
        check(share, "--error", error)
    analysis = Attribution(experiment.definition, package, names, permutations, sample_seed)
    folder, began = folder_of(experiment, "attribute", options), time.perf_counter()
    for number in range(FIRST_ORDERS, permutations, MORE_ORDERS) if error and not analysis.complete else ():
        fewer = replace(analysis, permutations=number)
        if run_only(fewer.plan(), folder, options, partial(fewer.precise, error=error)):
            analysis = fewer
            break
    result = analyse(analysis, folder, options)
    return replace(result, seconds=time.perf_counter() - began)  # of all orders, not of the last batch alone


def dose(
    source: Source,
    levers: Mapping[str, Sequence[float]],
    *,
    world: str | None = None,
    start: date | None = None,
    indicator: str = "arrivals_people",
    **options: Unpack[RunOptions],
) -> RunResult:
    """The effect of one lever, or of two, held at each of their values from `start` on, on top of a world.

    `levers` has the values by name, as in {"patrol_officers": [1.4, 2.0]}; `world` is by default the baseline, `start`
    the first day of the run; `indicator` is what the heat map of two levers shows. Tables `dose` and `summary`.
    """
    from corridor.experiments.analyses.dose import DoseResponse

    if len(levers) not in (1, 2):
        raise InputError([f"levers: {len(levers)} are given; allowed: one or two"])
    experiment = with_options(source, options)
    definition = experiment.definition
    values = tuple(tuple(map(float, each)) for each in levers.values())
    with together() as check:
        check(known_indicators, [indicator])
        onto = check(world_of, definition, world, beside=False)
    analysis = DoseResponse(definition, onto, tuple(levers), values, start or definition.file.start, indicator)
    return analyse(analysis, folder_of(experiment, "dose", options), options)


def break_even(
    source: Source,
    parameter: str,
    values: Sequence[float],
    *,
    world: str | None = None,
    indicator: str = "arrivals_people",
    **options: Unpack[RunOptions],
) -> RunResult:
    """The effect of a world at each value of a parameter, or of a measure's strength (`strength.NAME`), and the value
    at which it changes its sign.

    `world` is by default the first beside the baseline. Tables `response` and `break_even`.
    """
    from corridor.experiments.analyses.break_even import BreakEven

    experiment = with_options(source, options)
    with together() as check:
        check(known_indicators, [indicator])
        package = check(world_of, experiment.definition, world, beside=True)
    analysis = BreakEven(experiment.definition, package, parameter, tuple(map(float, values)), indicator)
    return analyse(analysis, folder_of(experiment, "dose", options), options)


def sensitivity(
    source: Source,
    *,
    method: str | None = None,
    samples: int | None = None,
    selection: Selection | None = None,
    together: bool = False,
    indicators: Sequence[str] = ("arrivals_people",),
    difference: bool = False,
    world: str | None = None,
    sample_seed: int = 1,
    second_order: bool = True,
    screen: bool = False,
    keep: int | None = None,
    screen_samples: int | None = None,
    around: str | None = None,
    on_screening: Callable[[RunResult, pd.DataFrame], None] | None = None,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Which parameters an indicator of a world, or its difference from the baseline, depends on.

    `method` is morris (default), sobol (default after screening), fast, rbd_fast, delta, pawn or hdmr; `selection` says
    which parameters are varied; with `together` each group has one index. With `screen` Morris' method comes first and
    the `keep` parameters (10 by default) that matter most go on; `on_screening` is called with what it found.
    Where the file has draws of a posterior they are varied, each parameter by its values in other draws (`around`
    posterior); `around` ranges sets them aside. Tables `indices`, `indices_by_year`, `convergence`, `noise` (of
    ranges), `design`.
    """
    from corridor.experiments.analyses.sensitivity.request import SensitivityRequest

    request = SensitivityRequest(
        method,
        samples,
        selection or EVERY_FREE_PARAMETER,
        together,
        tuple(indicators),
        difference,
        world,
        sample_seed,
        second_order,
        screen,
        keep,
        screen_samples,
        around,
    )
    return _sensitivity(with_options(source, options), request, on_screening, options)


def _sensitivity(
    experiment: LoadedExperiment,
    request: SensitivityRequest,
    on_screening: Callable[[RunResult, pd.DataFrame], None] | None,
    options: RunOptions,
) -> RunResult:
    """Run the studies of a request: that of the screening, where it asks for one, and then its own."""
    from corridor.experiments.analyses.sensitivity.analysis import SensitivityAnalysis, kept_study
    from corridor.experiments.analyses.sensitivity.request import KEPT

    definition, folder = experiment.definition, folder_of(experiment, "sensitivity", options)
    target, (study, screening) = request.target(definition), request.studies(definition)
    if skipped := left_out_parameters(request.selection, definition.file.values, definition.parameter_table):
        note(options, f"Not varied, as the file gives their values: {', '.join(skipped)}")
    if not request.around_draws(definition):
        note_draws_left_out(definition, options)
    if screening is None:
        return analyse(SensitivityAnalysis(definition, study, target), folder, options)
    found = analyse(SensitivityAnalysis(definition, screening, target), folder / SCREENING, options)
    study, table = kept_study(study, found.tables["indices"], request.keep or KEPT)
    if on_screening:
        on_screening(found, table)
    return analyse(SensitivityAnalysis(definition, study, target, table), folder, options)


def explore(
    source: Source,
    *,
    points: int | None = None,
    sampler: str = "latin_hypercube",
    selection: Selection | None = None,
    sample_seed: int = 1,
    objectives: Sequence[str] = (),
    thresholds: Sequence[str] = (),
    measures: bool = False,
    split: str = "dirichlet",
    **options: Unpack[RunOptions],
) -> RunResult:
    """Compare worlds over sampled parameters: regret, share of points that keep a threshold, boxes of failure.

    `objectives` as in "arrivals_people:min", `thresholds` as in "arrivals_people <= -10 %"; both have defaults, and
    deaths are always among them. Points are those of the file's design where nothing is sampled and it has one.
    Tables `satisficing`, `regret`, `boxes`, `peeling`, `outcomes`, `costs`, `design`.
    """
    from corridor.experiments.analyses.exploration import objectives as robust
    from corridor.experiments.analyses.exploration.analysis import Exploration
    from corridor.experiments.analyses.exploration.boxes import need_workbench
    from corridor.experiments.analyses.exploration.sampling import sampling_of

    need_workbench()
    experiment = with_options(source, options)
    definition = experiment.definition
    with together() as check:
        check(one_of, "sampler", sampler, SAMPLERS)
        sampling = check(sampling_of, definition, points, sampler, sample_seed, selection)
        wanted = check(robust.objectives_of, objectives)
        kept = check(robust.thresholds_of, thresholds)
        check(one_of, "split", split, SPLITS)
    note_sample(sampling, options)
    note_draws_left_out(definition, options)
    analysis = Exploration(definition, sampling, wanted, kept, measures, split)
    return analyse(analysis, folder_of(experiment, "explore", options), options)


SAMPLERS = ("latin_hypercube", "sobol")


def share(option: str, given: float) -> float:
    """A number from 0 to 1. Raises InputError for any other."""
    if not 0.0 <= given <= 1.0:
        raise InputError([f"command line {option}: {given:g} is not allowed; allowed: 0 to 1"])
    return given


def no_selection_without(points: int | None, selection: Selection | None) -> None:
    """Raises InputError for chosen parameters without points at which they would differ."""
    if not points and selection not in (None, EVERY_FREE_PARAMETER):
        options = "--parameter, --group, --grade"
        raise InputError([f"command line {options}: not used without --points; allowed: with --points N, or none"])


def note_sample(sampling: Sampling | None, options: RunOptions) -> None:
    """Remark that a Latin hypercube of another size has other points."""
    if sampling and sampling.kind == "latin_hypercube":
        text = "another number of points of a Latin hypercube has other points, and runs all of them; Sobol points nest"
        note(options, f"points: {text} (sampler sobol)")


def allocate(
    source: Source,
    budget: float,
    *,
    intensities: Sequence[float] = (1.0,),
    method: str = "auto",
    evaluations: int = 128,
    points: int | None = None,
    selection: Selection | None = None,
    sampler: str = "latin_hypercube",
    sample_seed: int = 1,
    split: str = "dirichlet",
    **options: Unpack[RunOptions],
) -> RunResult:
    """Packages of measures within a budget (EUR) that no other beats in attempts, deaths, arrivals and cost together.

    `intensities` at which each measure may be in force; `method` is enumerate, nsga2 or auto; at most about
    `evaluations` packages are run, each at `points` sampled points of the
    parameters of `selection` where that is given. Those on the front are run again on fresh seeds (and points), in the
    folder `fresh`, since the best of many owe something to chance. Packages whose measures move levers out of their
    range are left out. Tables `front`, `packages`, `costs`, and `left_out` where packages were.
    """
    from corridor.experiments.analyses import worlds
    from corridor.experiments.analyses.allocation import search
    from corridor.experiments.analyses.allocation.analysis import Allocation, FreshRuns, front_of
    from corridor.experiments.analyses.allocation.budget import budget_of
    from corridor.experiments.analyses.exploration.sampling import at_sampled_points, sampling_of

    experiment = with_options(source, options)
    definition, folder = experiment.definition, folder_of(experiment, "allocate", options)
    with together() as check:
        check(one_of, "sampler", sampler, SAMPLERS)
        check(one_of, "split", split, SPLITS)
        check(one_of, "method", method, search.METHODS)
        check(no_selection_without, points, selection)
        sampling = check(sampling_of, definition, points, sampler, sample_seed, selection) if points else None
    note_draws_left_out(definition, options)
    note_sample(sampling, options)
    if sampling:
        definition = at_sampled_points(definition, sampling)
    bought_from = budget_of(definition, intensities, split, budget)
    plan = search.plan_of(bought_from, method, evaluations, sample_seed)
    chosen = search.packages_of(plan, lambda worlds: run_only(worlds, folder, options, lambda c: c.whole_run))
    whole = run_only(bought_from.experiment_of(chosen.packages), folder, options, lambda c: c.whole_run)
    picked = front_of(bought_from, whole, chosen.packages)
    if points and sampling:
        definition = at_sampled_points(experiment.definition, replace(sampling, seed=sampling.seed + 1))
    fresh = replace(bought_from, experiment=worlds.with_fresh_seeds(definition))
    again = run_only(fresh.experiment_of(picked), folder / FRESH, options, lambda c: c.whole_run)
    analysis = Allocation(
        bought_from, chosen.packages, plan.words(len(chosen.packages)), FreshRuns(picked, again), chosen.left_out
    )
    return analyse(analysis, folder, options)
