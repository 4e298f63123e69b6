"""Commands of robust choice: `explore` (which worlds do well wherever the parameters lie) and `allocate` (which measures
a budget buys).

Every world is run and stored as by `corridor run`; exit codes are the same, too.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console

from experiments.endings import answering
from experiments.lever_cli import Split, _folder, _out, _tell_files
from experiments.running import (
    ConfigFile,
    Dask,
    DryRun,
    Jobs,
    Scale,
    SeedCount,
    Settings,
    carry_out,
    read_experiment,
)

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config import Experiment
    from experiments.robust_sampling import Sampling
    from experiments.runner import Finished

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
        typer.Option(metavar="TEXT", help="As in 'arrivals_people <= -10 %': of the difference from the baseline, with "
                                          "% as a share of it; repeatable."),
    ] = None,
    split: Annotated[Split, typer.Option(help="How a published cost is split over measures.")] = Split.DIRICHLET,
    out: Annotated[Path | None, _out("explore")] = None,
    seeds: SeedCount = None,
    scale: Scale = None,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Worlds at many points of the parameters: regret, thresholds kept, and the boxes in which a package fails."""
    with answering():
        from experiments import robust
        from experiments.robust_boxes import need_workbench
        from experiments.robust_sampling import Sampling, explored
        from experiments.robust_tables import Exploring

        need_workbench()
        objectives = _read("--objective", objective or robust.OBJECTIVES, robust.objective_of)
        thresholds = _read("--threshold", threshold or robust.THRESHOLDS, robust.threshold_of)
        experiment = read_experiment(config, seeds, scale, settings)
        sampling = Sampling(
            points or POINTS, sampler.value, sample, tuple(parameter or ()), tuple(group or ()), tuple(grade or ())
        )
        chosen = points or parameter or group or grade
        several = explored(experiment, sampling if chosen or not experiment.points[0].number else None, measures)
        tables = Exploring(robust.with_deaths(objectives), robust.with_deaths_bound(thresholds), split.value)
        finished = carry_out(several, _folder(out, config, "explore"), jobs, dask, dry_run, tables)
        if finished:
            _tell_exploration(several, finished)


def _read(option: str, texts: list[str] | tuple[str, ...], read: Callable[[str], tuple[T | None, str]]) -> list[T]:
    from model.problems import InputError

    found = [read(text) for text in texts]
    problems = [f"command line {option}: {problem}" for _, problem in found if problem]
    if problems:
        raise InputError(problems)
    return [each for each, _ in found if each is not None]


def _tell_exploration(experiment: Experiment, finished: Finished) -> None:
    import pandas as pd

    from experiments.levers import titles_of
    from results.measures import LEAST_WIDTH
    from results.robust_report import print_boxes, print_regret, print_satisficing

    console, titles = Console(highlight=False, width=max(Console().width, LEAST_WIDTH)), titles_of(experiment)
    print_satisficing(finished.summary, titles, console)
    print_regret(finished.effects, titles, console)
    print_boxes(pd.read_csv(finished.directory / "boxes.csv"), titles, console)
    _tell_files(finished, "outcomes.csv, regret.csv, satisficing.csv, boxes.csv, peeling.csv, costs.csv, design.csv, "
                          "manifest.json, cases/")
