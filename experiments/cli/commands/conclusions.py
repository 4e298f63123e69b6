"""`corridor conclusions`: in how many samples declared statements hold."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from corridor.experiments.cli.commands.explore import Points
from corridor.experiments.cli.errors import report_errors
from corridor.experiments.cli.options import (
    ConfigFile,
    Grades,
    Groups,
    Parameters,
    RunOptions,
    Sampler,
    SampleSeed,
    command,
    each_of,
)
from corridor.experiments.cli.progress import print_files, run_with_progress

if TYPE_CHECKING:
    import pandas as pd

    from corridor.experiments.execution.analysis import RunResult

app = typer.Typer()


@command(app)
def conclusions(
    options: RunOptions,
    config: ConfigFile,
    statements: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The statements (YAML); those that ship by default.", show_default=False),
    ] = None,
    points: Points = None,
    point_seeds: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Seeds at each point; the file's by default, 2 where these are of draws.",
            show_default=False,
        ),
    ] = None,
    point_scale: Annotated[
        float | None,
        typer.Option(metavar="X", help="People per agent at the points; as for the draws by default."),
    ] = None,
    parameter: Parameters = None,
    group: Groups = None,
    grade: Grades = None,
    sampler: Sampler = "latin_hypercube",
    sample_seed: SampleSeed = 1,
) -> None:
    """Count at how many sampled points, and draws of the posterior, declared statements hold."""
    with report_errors():
        from corridor.experiments.config.designs.selection import Selection
        from corridor.experiments.interface import concluding

        call = partial(
            concluding.conclusions,
            config,
            statements,
            points=points,
            point_seeds=point_seeds,
            point_scale=point_scale,
            selection=Selection(each_of(parameter), tuple(group or ()), each_of(grade)),
            sampler=sampler,
            sample_seed=sample_seed,
        )
        run_with_progress(options, call, print_conclusions)


def print_conclusions(result: RunResult) -> None:
    """Print for each statement and sample in how many of how many it holds."""
    print_shares(result.tables["conclusions"], Console(highlight=False))
    print_files(result)


def print_shares(shares: pd.DataFrame, console: Console) -> None:
    """Print the table of shares: a row for each statement, a column for each sample and condition."""
    from corridor.experiments.cli.reports.columns import print_columns

    columns = ["sample", "variant", "condition"]
    shares = shares.fillna({"variant": ""})
    samples = list(dict.fromkeys(shares[columns].itertuples(index=False, name=None)))
    heads = [f"{sample}: {variant or condition}" for sample, variant, condition in samples]
    rows = []
    for words, part in shares.groupby("words", sort=False):
        cells = {tuple(row[name] for name in columns): cell_of(row) for row in part.to_dict("records")}
        rows.append((str(words), [cells.get(each, "") for each in samples]))
    print_columns(console, "", "statement", heads, rows)
    console.print(
        "Points or draws at which a statement holds, of those at which that is known; below, the 90 % interval"
    )


def cell_of(row: Mapping[Hashable, Any]) -> str:
    """`60 of 64`, and `0.87 to 0.97` below."""
    import pandas as pd

    within = f"\n{row['low']:.2f} to {row['high']:.2f}" if pd.notna(row["low"]) else ""
    return f"{row['holds']} of {row['points']}{within}"
