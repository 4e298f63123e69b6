"""Commands that set measures and levers side by side: `compare`, `attribute` and `dose`.

Every world is run and stored as by `corridor run`; exit codes are the same, too.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from corridor.experiments.cli.errors import MISTAKE, answering, end
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
    tell_files,
)

if TYPE_CHECKING:
    from corridor.experiments.config.experiment import Experiment
    from corridor.experiments.execution.run import Finished

app = typer.Typer()

World = Annotated[str | None, typer.Option(metavar="NAME", help="The world of the file that is meant.")]


class Split(StrEnum):
    """How a published sum is split over measures."""

    DIRICHLET = "dirichlet"
    EQUAL = "equal"


@app.command()
def compare(
    config: ConfigFile,
    out: Annotated[Path | None, folder_option("compare")] = None,
    measures: Annotated[bool, typer.Option(help="Add a world for each measure, alone beside the baseline.")] = True,
    split: Annotated[Split, typer.Option(help="How a published cost is split over measures.")] = Split.DIRICHLET,
    seeds: SeedCount = None,
    scale: Scale = None,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Compare the worlds of a file, and each measure of the statement alone, with the baseline on the same seeds."""
    with answering():
        from corridor.experiments.analyses import comparison, variations

        experiment = read_experiment(config, seeds, scale, settings)
        own = variations.with_worlds(experiment, variations.own_worlds(experiment), experiment.file.baseline)
        several = variations.each_alone(experiment) if measures else own
        if len(several.file.worlds) < 2:
            end(f"{config}: has no world beside the baseline; nothing to compare", MISTAKE)
        tables = comparison.Comparison(split.value)
        finished = carry_out(several, folder_of(out, config, "compare"), jobs, dask, dry_run, tables)
        if finished:
            _tell_comparison(several, finished, split.value)


def _tell_comparison(experiment: Experiment, finished: Finished, split: str) -> None:
    import pandas as pd

    from corridor.experiments.analyses.comparison import PAIRED, titles_of
    from corridor.experiments.cli.reports.measures import LEAST_WIDTH, print_measures

    console = Console(highlight=False, width=max(Console().width, LEAST_WIDTH))
    print_measures(finished.effects, titles_of(experiment), split, console)
    gains = pd.read_csv(finished.directory / "variance.csv", dtype={"year": str})
    print(f"\nVariance of the difference in {PAIRED}, on other seeds over on the same seeds, the whole run:")
    for row in gains[gains.year == "all"].to_dict("records"):
        print(f"  {row['world']}: " + (f"{row['ratio']:.3g}" if row["ratio"] > 0 else "no difference, or one seed"))
    tell_files(finished, "effects.csv, effects.tex, costs.csv, variance.csv, summary.csv, manifest.json, cases/")


@app.command()
def attribute(
    config: ConfigFile,
    indicator: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Indicator to be shared out; repeatable.")
    ] = None,
    world: World = None,
    permutations: Annotated[int, typer.Option(metavar="P", help="Orders of the measures; half of them reversed.")] = 16,
    sample: Annotated[int, typer.Option(metavar="SEED", min=0, help="Seed of the sampled orders.")] = 1,
    out: Annotated[Path | None, folder_option("attribute")] = None,
    seeds: SeedCount = None,
    scale: Scale = None,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Share the effect of a world's whole package over its measures (Shapley values, sampled orders, same seeds)."""
    with answering():
        from corridor.experiments.analyses import comparison

        chosen = tuple(dict.fromkeys(indicator or ["arrivals_people"]))
        _check_indicators(chosen)
        experiment = read_experiment(config, seeds, scale, settings)
        package = comparison.package_of(experiment, _world(experiment, world, beside=True), permutations, sample)
        tables = comparison.Attributing(package, chosen)
        finished = carry_out(package.experiment, folder_of(out, config, "attribute"), jobs, dask, dry_run, tables)
        if finished:
            _tell_shares(finished)


def _check_indicators(names: tuple[str, ...]) -> None:
    from corridor.experiments.config.yaml import allowed
    from corridor.model import INDICATORS
    from corridor.model.engine.errors import InputError

    unknown = [name for name in names if name not in INDICATORS]
    if unknown:
        hint = "; see `corridor list indicators`"
        raise InputError(
            f"command line --indicator: {name!r} is not a known indicator{allowed(INDICATORS, name, hint)}"
            for name in unknown
        )


def _world(experiment: Experiment, name: str | None, beside: bool) -> str:
    """The world that is named; else the first that is not the baseline (`beside`), or the baseline."""
    worlds, baseline = list(experiment.file.worlds), experiment.file.baseline
    others = [world for world in worlds if world != baseline]
    if name is None:
        name = (others or worlds)[0] if beside else baseline
    if name not in worlds:
        end(f"command line --world: {name!r} is none of the worlds; allowed: {', '.join(worlds)}", MISTAKE)
    return name


def _tell_shares(finished: Finished) -> None:
    for (name, unit), rows in finished.effects.groupby(["indicator", "unit"], sort=False):
        effect, total = rows.package_effect.iloc[0], rows.share.sum()
        print(f"{name} [{unit}]: effect of the package {effect:+,.4g}; shares (standard errors), in sum {total:+,.4g}:")
        for row in rows.to_dict("records"):
            print(f"  {row['measure']:<26} {row['share']:+12,.2f}  ({row['standard_error']:,.2f})")
    print(
        f"{rows.permutations.iloc[0]} orders on the same {rows.seeds.iloc[0]} seeds. The errors hold the sampled "
        "orders and the chance in the model, not doubt about parameters."
    )
    tell_files(finished, "attribution.csv, coalitions.csv, summary.csv, manifest.json, cases/")


@app.command()
def dose(
    config: ConfigFile,
    lever: Annotated[str, typer.Option(metavar="NAME", help="The lever (`corridor list levers`).")],
    values: Annotated[str, typer.Option(metavar="A,B,...", help="Its values; its baseline is added.")],
    lever2: Annotated[str | None, typer.Option(metavar="NAME", help="A second lever, for a heat map.")] = None,
    values2: Annotated[str | None, typer.Option(metavar="A,B,...", help="Values of the second lever.")] = None,
    world: World = None,
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day on which it is held; the run's by default."),
    ] = None,
    indicator: Annotated[str, typer.Option(metavar="NAME", help="What the heat map shows.")] = "arrivals_people",
    out: Annotated[Path | None, folder_option("dose")] = None,
    seeds: SeedCount = None,
    scale: Scale = None,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Dose and response of a lever, held at several values on top of a world (the baseline by default); or of two."""
    with answering():
        from corridor.experiments.analyses import comparison, variations

        _check_indicators((indicator,))
        if (lever2 is None) != (values2 is None):
            end("dose: --lever2 and --values2 belong together", MISTAKE)
        given = {lever: _numbers("--values", values)} | ({lever2: _numbers("--values2", values2)} if lever2 else {})
        if lever == lever2:
            end("dose: --lever2 is the same lever as --lever", MISTAKE)
        experiment = read_experiment(config, seeds, scale, settings)
        points = comparison.grid_of(list(given), list(given.values()))
        day = start.date() if start else experiment.file.start
        several = variations.doses(experiment, _world(experiment, world, beside=False), list(given), points, day)
        tables = comparison.Dosing(tuple(given), points, indicator)
        finished = carry_out(several, folder_of(out, config, "dose"), jobs, dask, dry_run, tables)
        if finished:
            _tell_doses(finished, list(given), indicator)


def _numbers(option: str, text: str | None) -> list[float]:
    try:
        return [float(each) for each in (text or "").split(",")]
    except ValueError:
        end(f"command line {option}: {text!r} cannot be read; allowed: numbers with commas between, 0.5,1.5,2", MISTAKE)


def _tell_doses(finished: Finished, levers: list[str], indicator: str) -> None:
    from corridor.results.tables.numbers import number
    from corridor.results.tables.summary import INTERVALS

    told = INTERVALS[finished.effects.interval.iloc[0]]
    print(f"{indicator}: difference from the baseline of the lever, 90 % interval {told}")
    for _, row in finished.effects[finished.effects.indicator == indicator].sort_values(levers).iterrows():
        at = ", ".join(f"{name} {row[name]:g}" for name in levers)
        print(f"  {at}: {number(row['mean'], 1, '+')} ({number(row.low, 1, '+')} to {number(row.high, 1, '+')})")
    tell_files(finished, "dose.csv, summary.csv, manifest.json, cases/")
