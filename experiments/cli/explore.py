"""Commands of robust choice: `explore` (which worlds do well wherever the parameters lie) and `allocate` (which
measures a budget buys).

Every world is run and stored as by `corridor run`; exit codes are the same, too.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console

from corridor.experiments.cli.compare import Split
from corridor.experiments.cli.errors import answering
from corridor.experiments.cli.running import (
    ConfigFile,
    Dask,
    DryRun,
    Jobs,
    Scale,
    SeedCount,
    Settings,
    carry_out,
    folder_of,
    folder_option,
    read_experiment,
    tell_draws_left_aside,
    tell_files,
)

if TYPE_CHECKING:
    from corridor.experiments.analyses.allocation_search import Plan
    from corridor.experiments.config.experiment import Experiment
    from corridor.experiments.execution.run import Finished, Tables

app = typer.Typer()
T = TypeVar("T")
POINTS = 64

Names = list[str] | None


class Sampler(StrEnum):
    """How points are spread."""

    LATIN_HYPERCUBE = "latin_hypercube"
    SOBOL = "sobol"


@app.command()
def explore(
    config: ConfigFile,
    points: Annotated[
        int | None, typer.Option(min=1, metavar="N", help=f"How many points; {POINTS} by default.", show_default=False)
    ] = None,
    parameter: Annotated[Names, typer.Option(metavar="NAME", help="A parameter to vary; repeatable.")] = None,
    group: Annotated[Names, typer.Option(metavar="NAME", help="Vary the parameters of a group; repeatable.")] = None,
    grade: Annotated[
        Names, typer.Option(metavar="A|B|C", help="Vary those of a grade; C if nothing is chosen; repeatable.")
    ] = None,
    sampler: Annotated[Sampler, typer.Option(help="How points are spread.")] = Sampler.LATIN_HYPERCUBE,
    sample: Annotated[int, typer.Option(metavar="SEED", min=0, help="Seed of the points.")] = 1,
    measures: Annotated[bool, typer.Option("--measures", help="Add a world for each measure, alone.")] = False,
    objective: Annotated[
        Names, typer.Option(metavar="NAME[:min|max]", help="An objective, less is better (min) or more; repeatable.")
    ] = None,
    threshold: Annotated[
        Names,
        typer.Option(
            metavar="TEXT",
            help="As in 'arrivals_people <= -10 %': of the difference from the baseline, with "
            "% as a share of it; repeatable.",
        ),
    ] = None,
    split: Annotated[Split, typer.Option(help="How a published cost is split over measures.")] = Split.DIRICHLET,
    out: Annotated[Path | None, folder_option("explore")] = None,
    seeds: SeedCount = None,
    scale: Scale = None,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Worlds at many points of the parameters: regret, thresholds kept, and the boxes in which a package fails."""
    with answering():
        from corridor.experiments.analyses import robust
        from corridor.experiments.analyses.robust_boxes import need_workbench
        from corridor.experiments.analyses.robust_sampling import Sampling, explored
        from corridor.experiments.analyses.robust_tables import Exploring

        need_workbench()
        objectives = _read("--objective", objective or robust.OBJECTIVES, robust.objective_of)
        thresholds = _read("--threshold", threshold or robust.THRESHOLDS, robust.threshold_of)
        experiment = read_experiment(config, seeds, scale, settings)
        sampling = Sampling(
            points or POINTS, sampler.value, sample, tuple(parameter or ()), tuple(group or ()), tuple(grade or ())
        )
        chosen = points or parameter or group or grade
        several = explored(experiment, sampling if chosen or not experiment.designed else None, measures)
        tell_draws_left_aside(experiment)
        tables = Exploring(robust.with_deaths(objectives), robust.with_deaths_bound(thresholds), split.value)
        finished = carry_out(several, folder_of(out, config, "explore"), jobs, dask, dry_run, tables)
        if finished:
            _tell_exploration(several, finished)


def _read(option: str, texts: list[str] | tuple[str, ...], read: Callable[[str], tuple[T | None, str]]) -> list[T]:
    from corridor.model.engine.errors import InputError

    found = [read(text) for text in texts]
    problems = [f"command line {option}: {problem}" for _, problem in found if problem]
    if problems:
        raise InputError(problems)
    return [each for each, _ in found if each is not None]


def _tell_exploration(experiment: Experiment, finished: Finished) -> None:
    import pandas as pd

    from corridor.experiments.analyses.comparison import titles_of
    from corridor.experiments.cli.reports.exploration import print_boxes, print_regret, print_satisficing
    from corridor.experiments.cli.reports.measures import LEAST_WIDTH

    console, titles = Console(highlight=False, width=max(Console().width, LEAST_WIDTH)), titles_of(experiment)
    print_satisficing(finished.summary, titles, console)
    print_regret(finished.effects, titles, console)
    print_boxes(pd.read_csv(finished.directory / "boxes.csv"), titles, console)
    tell_files(
        finished,
        "outcomes.csv, regret.csv, satisficing.csv, boxes.csv, peeling.csv, costs.csv, design.csv, "
        "manifest.json, cases/",
    )


class Method(StrEnum):
    """How packages are found."""

    AUTO = "auto"
    ENUMERATE = "enumerate"
    NSGA2 = "nsga2"


@app.command()
def allocate(
    config: ConfigFile,
    budget: Annotated[float, typer.Option(metavar="EUR", help="What may be spent, in EUR.")],
    intensity: Annotated[
        list[float] | None,
        typer.Option(
            metavar="X",
            help="An intensity that each measure may have, at X times its cost; 1, as its file "
            "has it, by default; repeatable.",
        ),
    ] = None,
    method: Annotated[
        Method, typer.Option(help="Run all packages, or those that NSGA-II meets; auto: all if --evaluations allows.")
    ] = Method.AUTO,
    evaluations: Annotated[
        int, typer.Option(metavar="N", min=2, max=4096, help="About how many packages may be run.")
    ] = 128,
    sample: Annotated[int, typer.Option(metavar="SEED", min=0, help="Seed of the search and of the points.")] = 1,
    points: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Run each package at so many points of the assumed parameters (grade C).",
            show_default=False,
        ),
    ] = None,
    split: Annotated[Split, typer.Option(help="How a published cost is split over measures.")] = Split.DIRICHLET,
    out: Annotated[Path | None, folder_option("allocate")] = None,
    seeds: SeedCount = None,
    scale: Scale = None,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Packages of measures within a budget that no other beats in attempts, deaths, arrivals and cost together."""
    with answering():
        from corridor.experiments.analyses import allocation_search as search
        from corridor.experiments.analyses.allocation_runs import Allocating, purse_of
        from corridor.experiments.analyses.robust_sampling import Sampling, at_sampled_points

        experiment = read_experiment(config, seeds, scale, settings)
        if points:
            tell_draws_left_aside(experiment)
            experiment = at_sampled_points(experiment, Sampling(points, seed=sample))
        purse = purse_of(experiment, intensity or [1.0], split.value, budget)
        plan = search.plan_of(purse, method.value, evaluations, sample)
        folder = folder_of(out, config, "allocate")

        def run(worlds: Experiment, tables: Tables) -> Finished:
            finished = carry_out(worlds, folder, jobs, dask, dry_run=False, tables=tables)
            assert finished is not None  # as it was no dry run
            return finished

        packages = search.packages_of(plan, run, dry_run)
        if dry_run and plan.method == "nsga2":
            print(f"about {evaluations} packages, found by NSGA-II; of its first generation, each measure alone:")
        tables = Allocating(purse, tuple(packages))
        finished = carry_out(purse.worlds(packages), folder, jobs, dask, dry_run, tables)
        if finished:
            _tell_front(plan, finished)


def _tell_front(plan: Plan, finished: Finished) -> None:
    from corridor.experiments.analyses.allocation_runs import OBJECTIVES
    from corridor.experiments.analyses.robust import COST
    from corridor.experiments.cli.reports.exploration import print_front
    from corridor.experiments.cli.reports.measures import LEAST_WIDTH

    console, costs = Console(highlight=False, width=max(Console().width, LEAST_WIDTH)), plan.purse.costs
    print_front(finished.effects, [*OBJECTIVES, COST], console)
    print(plan.words(len(finished.summary)))
    if costs.assumed:
        print(
            f"Costs of {len(costs.assumed)} measures are shares of a published sum, split assumed (grade C); costs "
            "hold 2022/23 while effects run to the end"
        )
    if costs.unknown:
        print(f"Left out, as no cost is known: {', '.join(costs.unknown)}")
    tell_files(finished, "front.csv, packages.csv, costs.csv, manifest.json, cases/")
