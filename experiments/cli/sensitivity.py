"""The command `sensitivity`: what matters for a number, by one of seven methods, alone or after screening.

Every point is run and stored as by `corridor run`; exit codes are the same, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

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
    read_experiment,
    tell_draws_left_aside,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.experiments.analyses.sensitivity import Study
    from corridor.experiments.analyses.sensitivity_runs import Aim, Analysing, Choice
    from corridor.experiments.config.experiment import Experiment
    from corridor.experiments.execution.run import Finished

app = typer.Typer()

FIGURE = "arrivals_people"
SCREENING = "screening"  # folder of the screening in that of the results
TOLD, SCREEN_TOLD = 10, 20  # parameters in the printed tables


class MethodName(StrEnum):
    """The methods of sensitivity analysis."""

    MORRIS = "morris"
    SOBOL = "sobol"
    FAST = "fast"
    RBD_FAST = "rbd_fast"
    DELTA = "delta"
    PAWN = "pawn"
    HDMR = "hdmr"


class Screen(StrEnum):
    """The methods of screening."""

    MORRIS = "morris"


@dataclass(frozen=True)
class Where:
    """Where and whether the cases run."""

    out: Path
    jobs: int | None
    dask: str | None
    dry_run: bool


@app.command()
def sensitivity(
    config: ConfigFile,
    method: Annotated[
        MethodName | None,
        typer.Option(help="How indices are estimated; by default morris, after screening sobol.", show_default=False),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Morris: trajectories; else the base sample. By default 20 for morris, "
            "256 for sobol, 257 for fast, 1000 for the others.",
        ),
    ] = None,
    parameters: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="These parameters; by default all that are not fixed.")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=A,B,...]", help="Those of a declared group (patrols), or of your own; repeatable."),
    ] = None,
    grade: Annotated[list[str] | None, typer.Option(metavar="A|B|C", help="Those of a grade; repeatable.")] = None,
    together: Annotated[bool, typer.Option("--together", help="One index for each group (morris, sobol).")] = False,
    indicator: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help=f"Sensitivity of this; repeatable. {FIGURE} by default.")
    ] = None,
    difference: Annotated[
        bool, typer.Option("--difference", help="Also of the world less the baseline, on the same seeds.")
    ] = False,
    world: Annotated[
        str | None, typer.Option(metavar="NAME", help="The world; by default the first beside the baseline.")
    ] = None,
    design_seed: Annotated[int, typer.Option(metavar="SEED", min=1, help="Seed of the sample.")] = 1,
    second_order: Annotated[bool, typer.Option(help="Sobol: indices of pairs, too, for twice the points.")] = True,
    screen: Annotated[
        Screen | None, typer.Option(help="Screen first, and go on with the parameters that matter most.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option(metavar="K", min=2, help="How many screening keeps; 10 by default.")
    ] = None,
    screen_samples: Annotated[int, typer.Option(metavar="N", min=1, help="Trajectories of the screening.")] = 20,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the results; results/runs/NAME_sensitivity by default.", show_default=False),
    ] = None,
    seeds: SeedCount = None,
    scale: Scale = None,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Tell which parameters matter for a number of a world, or for its difference from the baseline."""
    with answering():
        from corridor.experiments.analyses.sensitivity import METHODS, Study
        from corridor.experiments.analyses.sensitivity_runs import Choice

        experiment = read_experiment(config, seeds, scale, settings)
        names = tuple(name.strip() for name in parameters.split(",")) if parameters is not None else ()
        choice = Choice(
            names, tuple(group or ()), tuple(grade or ()), tuple(experiment.file.values), experiment.parameter_table
        )
        aim = _aim(experiment, world, tuple(dict.fromkeys(indicator or [FIGURE])), difference)
        method = method or (MethodName.SOBOL if screen else MethodName.MORRIS)
        size = METHODS[method].samples if samples is None else samples
        study = Study(method.value, (), size, design_seed, second_order)
        screening = replace(study, method=screen.value, samples=screen_samples) if screen else None
        study, screening = _checked(choice, aim, experiment, study, screening, together, keep)
        if skipped := choice.skipped():
            print(f"Not varied, as the file gives their values: {', '.join(skipped)}")
        tell_draws_left_aside(experiment)
        where = Where(out or Path("results") / "runs" / f"{config.stem}_sensitivity", jobs, dask, dry_run)
        if screening:
            _screen_and_run(experiment, aim, screening, study, keep or 10, where)
        else:
            _run(experiment, aim, study, where)


def _aim(experiment: Experiment, world: str | None, indicators: tuple[str, ...], difference: bool) -> Aim:
    from corridor.experiments.analyses.sensitivity_runs import Aim

    baseline = experiment.file.baseline
    others = [name for name in experiment.file.worlds if name != baseline]
    return Aim(world or (others or [baseline])[0], baseline, indicators, difference)


def _checked(
    choice: Choice,
    aim: Aim,
    experiment: Experiment,
    study: Study,
    screening: Study | None,
    together: bool,
    keep: int | None,
) -> tuple[Study, Study | None]:
    """The studies with their factors; raises InputError with all that is wrong on the command line."""
    from corridor.experiments.analyses.sensitivity import METHODS
    from corridor.model.engine.errors import InputError

    problems = [*choice.problems(), *_aim_problems(aim, experiment)]
    if keep is not None and screening is None:
        problems.append("--keep: belongs with --screen morris")
    if together and screening:
        problems.append("--together: does not go with --screen, which keeps single parameters")
    if not problems:
        factors = choice.factors()
        study = replace(study, factors=factors, groups=tuple(map(choice.group_of, factors)) if together else ())
        kept = study
        if screening:
            screening = replace(screening, factors=factors)
            problems += METHODS[screening.method].problems(screening)
            kept = replace(study, factors=factors[: keep or 10])
        problems += METHODS[study.method].problems(kept)
    if problems:
        raise InputError(f"command line {each}" if each.startswith("--") else each for each in problems)
    return study, screening


def _aim_problems(aim: Aim, experiment: Experiment) -> Iterator[str]:
    from corridor.experiments.config.yaml import allowed
    from corridor.model import INDICATORS

    for name in aim.indicators:
        if name not in INDICATORS:
            hint = "; see `corridor list indicators`"
            yield f"--indicator: {name!r} is not a known indicator{allowed(INDICATORS, name, hint)}"
    if aim.world not in experiment.file.worlds:
        yield f"--world: {aim.world!r} is none of the worlds{allowed(experiment.file.worlds, aim.world)}"
    elif aim.difference and aim.world == aim.baseline:
        yield f"--difference: {aim.world!r} is the baseline; another world is needed"


def _screen_and_run(experiment: Experiment, aim: Aim, screening: Study, study: Study, keep: int, where: Where) -> None:
    """Morris on all parameters, then the method on those that matter most, the others at their defaults."""
    from corridor.experiments.analyses.sensitivity_runs import Analysing, kept_study, varied

    there = replace(where, out=where.out / SCREENING)
    several = varied(experiment, screening, aim.worlds)
    found = carry_out(several, there.out, where.jobs, where.dask, where.dry_run, Analysing(screening, aim))
    if found is None:
        points = replace(study, factors=screening.factors[:keep]).points
        print(f"then {study.method} on the {min(keep, len(screening.factors))} that matter most: {points:,} points")
        return
    study, table = kept_study(replace(study, factors=screening.factors), found.summary, keep)
    print(f"Screening of {len(table)} parameters ({there.out}); share of the largest mu* of any indicator:")
    for row in table.head(max(SCREEN_TOLD, keep)).to_dict("records"):
        print(f"  {row['parameter']:<28} {row['share']:6.1%}{'  kept' if row['kept'] else ''}")
    _run(experiment, aim, study, where, Analysing(study, aim, table))


def _run(experiment: Experiment, aim: Aim, study: Study, where: Where, tables: Analysing | None = None) -> None:
    from corridor.experiments.analyses.sensitivity_runs import Analysing, varied

    several = varied(experiment, study, aim.worlds)
    finished = carry_out(several, where.out, where.jobs, where.dask, where.dry_run, tables or Analysing(study, aim))
    if finished:
        _tell(experiment, study, finished)


def _tell(experiment: Experiment, study: Study, finished: Finished) -> None:
    """Print the parameters that matter most, the noise, the years without indices, and where everything is."""
    import pandas as pd

    from corridor.experiments.analyses.sensitivity_runs import left_out, unit_of
    from corridor.experiments.cli.reports.sensitivity import left_out_line, noise_lines, print_indices
    from corridor.results.store.yearly import WHOLE

    for name, rows in finished.summary.groupby("indicator", sort=False):
        title, declared = f"{name} [{unit_of(str(name))}]", experiment.parameter_table
        print_indices(rows, title, study, declared, TOLD, Console(highlight=False))
    noise = pd.read_csv(finished.directory / "noise.csv", dtype={"year": str})
    for line in noise_lines(noise[noise.year == WHOLE]):
        print(line)
    if missing := left_out(finished.effects, finished.summary, sorted(set(noise.year) - {WHOLE})):
        print(left_out_line(missing))
    print(f"\n{study.points:,} points, {finished.seconds:.0f} s. Everything is in {finished.directory}:")
    print("  indices.csv, indices_by_year.csv, convergence.csv, noise.csv, design.csv, sensitivity.json, cases/")
    for path in finished.figures:
        print(f"  {path.relative_to(finished.directory)}")
