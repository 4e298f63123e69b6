"""`corridor explore` and `allocate`: robust choice over sampled parameters, and packages within a budget."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from corridor.experiments.cli.errors import report_errors
from corridor.experiments.cli.options import (
    ConfigFile,
    Grades,
    Groups,
    Parameters,
    RunOptions,
    Sampler,
    SampleSeed,
    Split,
    command,
    each_of,
)
from corridor.experiments.cli.progress import print_files, run_with_progress

if TYPE_CHECKING:
    from corridor.experiments.execution.analysis import RunResult

app = typer.Typer()
Points = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="How many points of the parameters to sample.", show_default=False),
]


@command(app)
def explore(
    options: RunOptions,
    config: ConfigFile,
    points: Points = None,
    parameter: Parameters = None,
    group: Groups = None,
    grade: Grades = None,
    sampler: Sampler = "latin_hypercube",
    sample_seed: SampleSeed = 1,
    measures: Annotated[bool, typer.Option("--measures", help="Add a world for each measure, alone.")] = False,
    objective: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[:min|max]", help="An objective, less is better (min) or more; repeatable."),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="As in 'arrivals_people <= -10 %': of the difference from the baseline, with "
            "% as a share of it; repeatable.",
        ),
    ] = None,
    split: Split = "dirichlet",
) -> None:
    """Compare worlds at many points of the parameters: regret, thresholds kept, and the boxes in which a package
    fails."""
    with report_errors():
        from corridor.experiments.config.designs.selection import Selection
        from corridor.experiments.interface import analyses

        call = partial(
            analyses.explore,
            config,
            points=points,
            selection=Selection(each_of(parameter), tuple(group or ()), each_of(grade)),
            sampler=sampler,
            sample_seed=sample_seed,
            objectives=objective or (),
            thresholds=threshold or (),
            measures=measures,
            split=split,
        )
        run_with_progress(options, call, print_exploration)


def print_exploration(result: RunResult) -> None:
    """Print the thresholds kept, the regret and the boxes."""
    from corridor.experiments.cli.reports.exploration import print_boxes, print_regret, print_satisficing

    console = Console(highlight=False)
    print_satisficing(result.tables["satisficing"], result.titles, console)
    print_regret(result.tables["regret"], result.titles, console)
    print_boxes(result.tables["boxes"], result.titles, console)
    print_files(result)


@command(app)
def allocate(
    options: RunOptions,
    config: ConfigFile,
    budget: Annotated[float, typer.Option(metavar="EUR", help="The budget in EUR.")],
    intensity: Annotated[
        list[float] | None,
        typer.Option(
            metavar="X",
            help="An intensity that each measure may have, at X times its cost; 1, as its file "
            "has it, by default; repeatable.",
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            metavar="HOW", help="enumerate: all packages; nsga2: a search; auto: all if --evaluations allows."
        ),
    ] = "auto",
    evaluations: Annotated[
        int, typer.Option(metavar="N", min=2, max=4096, help="About how many packages may be run.")
    ] = 128,
    points: Points = None,
    parameter: Parameters = None,
    group: Groups = None,
    grade: Grades = None,
    sampler: Sampler = "latin_hypercube",
    sample_seed: SampleSeed = 1,
    split: Split = "dirichlet",
) -> None:
    """Find the packages of measures within a budget that no other beats in attempts, deaths, arrivals and cost
    together."""
    with report_errors():
        from corridor.experiments.config.designs.selection import Selection
        from corridor.experiments.interface import analyses

        call = partial(
            analyses.allocate,
            config,
            budget,
            intensities=intensity or (1.0,),
            method=method,
            evaluations=evaluations,
            points=points,
            selection=Selection(each_of(parameter), tuple(group or ()), each_of(grade)),
            sampler=sampler,
            sample_seed=sample_seed,
            split=split,
        )
        then = f"then more, up to about {evaluations} packages, where not all within the budget are run"
        run_with_progress(options, call, print_allocation, then)


def print_allocation(result: RunResult) -> None:
    """Print the front of packages."""
    from corridor.experiments.analyses.allocation.analysis import OBJECTIVES
    from corridor.experiments.analyses.exploration.objectives import COST
    from corridor.experiments.cli.reports.exploration import print_front

    print_front(result.tables["front"], [*OBJECTIVES, COST], Console(highlight=False))
    print_files(result)
