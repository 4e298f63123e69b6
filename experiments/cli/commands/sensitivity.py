"""`corridor sensitivity`: which parameters matter, by one of seven methods, alone or after screening."""

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
    Indicators,
    Parameters,
    RunOptions,
    SampleSeed,
    World,
    command,
    each_of,
)
from corridor.experiments.cli.progress import print_files, run_with_progress

if TYPE_CHECKING:
    import pandas as pd

    from corridor.experiments.execution.analysis import RunResult

app = typer.Typer()
SHOWN, SHOWN_OF_SCREENING = 10, 20  # parameters in the printed tables

Method = Annotated[
    str | None,
    typer.Option(
        metavar="METHOD",
        help="morris, sobol, fast, rbd_fast, delta, pawn or hdmr; by default morris, after screening "
        "sobol, around draws of a posterior resample.",
        show_default=False,
    ),
]
Samples = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Morris: trajectories; else the base sample. By default 20 for morris, "
        "256 for sobol, 257 for fast, 1000 for the others; around "
        "draws of a posterior as many as the file has seeds.",
    ),
]
Screen = Annotated[
    bool,
    typer.Option("--screen", help="Screen by Morris' method first; continue with the parameters that matter most."),
]
Keep = Annotated[
    int | None, typer.Option(metavar="K", min=2, help="How many parameters screening keeps; 10 by default.")
]


Around = Annotated[
    str | None,
    typer.Option(
        metavar="WHAT",
        help="posterior: draws of the file's own in which a parameter takes the value of another draw (by "
        "default where the file has draws); ranges: the parameters' distributions.",
        show_default=False,
    ),
]


@command(app)
def sensitivity(
    options: RunOptions,
    config: ConfigFile,
    method: Method = None,
    samples: Samples = None,
    parameter: Parameters = None,
    group: Groups = None,
    grade: Grades = None,
    together: Annotated[bool, typer.Option("--together", help="One index for each group (morris, sobol).")] = False,
    indicator: Indicators = None,
    difference: Annotated[
        bool, typer.Option("--difference", help="Also for the difference from the baseline on the same seeds.")
    ] = False,
    world: World = None,
    sample_seed: SampleSeed = 1,
    second_order: Annotated[bool, typer.Option(help="Sobol: indices of pairs, too, for twice the points.")] = True,
    screen: Screen = False,
    keep: Keep = None,
    screen_samples: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Trajectories of the screening; 20 by default.")
    ] = None,
    around: Around = None,
) -> None:
    """Find which parameters matter for an indicator of a world, or for its difference from the baseline."""
    with report_errors():
        from corridor.experiments.config.designs.selection import Selection
        from corridor.experiments.interface import analyses

        call = partial(
            analyses.sensitivity,
            config,
            method=method,
            samples=samples,
            selection=Selection(each_of(parameter), tuple(group or ()), each_of(grade)),
            together=together,
            indicators=each_of(indicator) or ("arrivals_people",),
            difference=difference,
            world=world,
            sample_seed=sample_seed,
            second_order=second_order,
            screen=screen,
            keep=keep,
            screen_samples=screen_samples,
            around=around,
            on_screening=print_screening,
        )
        then = f"then {method or 'sobol'} on the {keep or 10} parameters that matter most" if screen else ""
        run_with_progress(options, call, print_sensitivity, then)


def print_screening(found: RunResult, table: pd.DataFrame) -> None:
    """Print the result of screening, and which parameters are kept."""
    print(f"Screening of {len(table)} parameters ({found.folder}); share of the largest mu* of any indicator:")
    for row in table.head(max(SHOWN_OF_SCREENING, int(table.kept.sum()))).to_dict("records"):
        word = "  kept" if row["kept"] else "  may matter as much" if row["may_matter"] else ""
        print(f"  {row['parameter']:<28} {row['share']:6.1%}{word}")
    if near := int(table.may_matter.sum()):
        print(
            f"{near} that are not kept may matter as much as the last that is; --keep or --screen-samples sharpens that"
        )


def print_sensitivity(result: RunResult) -> None:
    """Print the parameters that matter most, the share of chance, the years without indices, and where the files
    are."""
    from corridor.experiments.analyses.sensitivity.analysis import left_out, unit_of
    from corridor.experiments.cli.reports.sensitivity import left_out_line, noise_lines, print_indices
    from corridor.results.store.yearly import WHOLE

    for name, rows in result.tables["indices"].groupby("indicator", sort=False):
        title, declared = f"{name} [{unit_of(str(name))}]", result.experiment.parameter_table
        print_indices(rows, title, declared, SHOWN, Console(highlight=False))
    largest = result.tables["convergence"].iloc[-1]
    if "noise" in result.tables:
        noise = result.tables["noise"]
        for line in noise_lines(noise[noise.period == WHOLE], largest.method, int(largest.samples)):
            print(line)
    file = result.experiment.file
    years = [str(year) for year in range(file.start.year, file.end.year + 1)]
    if missing := left_out(result.tables["indices_by_year"], result.tables["indices"], years):
        print(left_out_line(missing))
    print(f"\n{largest.points:,} points.")
    print_files(result)
