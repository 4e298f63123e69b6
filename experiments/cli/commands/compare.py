"""`corridor compare`, `attribute` and `dose`: measures and levers side by side."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from corridor.experiments.cli.errors import report_errors
from corridor.experiments.cli.options import (
    ConfigFile,
    Indicators,
    RunOptions,
    SampleSeed,
    Split,
    World,
    command,
    day,
    each_of,
)
from corridor.experiments.cli.progress import print_files, run_with_progress

if TYPE_CHECKING:
    import pandas as pd

    from corridor.experiments.execution.analysis import RunResult

app = typer.Typer()
DEATHS = "deaths_channel"  # printed beside every other indicator


@command(app)
def compare(
    options: RunOptions,
    config: ConfigFile,
    each_measure: Annotated[
        bool, typer.Option("--each-measure", help="Add a world for each measure, alone beside the baseline.")
    ] = False,
    split: Split = "dirichlet",
    placebo: Annotated[
        bool, typer.Option("--placebo", help="Add a world with a policy too small to matter: its effects are chance.")
    ] = False,
) -> None:
    """Compare the worlds of a file, or each of their measures alone, too, with the baseline on the same seeds."""
    with report_errors():
        from corridor.experiments.interface import analyses

        call = partial(analyses.compare, config, measures=each_measure, split=split, placebo=placebo)
        run_with_progress(options, call, partial(print_comparison, split))


def print_comparison(split: str, result: RunResult) -> None:
    """Print the table of measures, the gain of pairing, and where the files are."""
    from corridor.experiments.analyses.comparison import PAIRED
    from corridor.experiments.cli.reports.measures import print_measures
    from corridor.experiments.cli.reports.summary import print_doubt, print_notes
    from corridor.results.store.yearly import WHOLE

    console = Console(highlight=False)
    print_measures(result.tables["effects"], result.titles, split, console)
    if "joint" in result.tables:
        for indicator in (PAIRED, DEATHS):
            print_joint(result.tables["joint"], indicator, console)
    print_doubt(result.tables["effects"], console)
    print_notes(result.tables["effects"], console)
    gains = result.tables["variance"]
    console.print(
        f"\nVariance of the difference in {PAIRED}, on different seeds over on the same seeds, the whole run:"
    )
    for row in gains[gains.period == WHOLE].to_dict("records"):
        ratio = f"{row['ratio']:.3g}" if row["ratio"] > 0 else "no difference, or one seed"
        console.print(f"  {row['world']}: {ratio}", markup=False)
    print_files(result)


def print_joint(joint: pd.DataFrame, indicator: str, console: Console) -> None:
    """Print what each package does beside the sum of what its measures do alone, over the whole run."""
    from corridor.results.store.yearly import WHOLE
    from corridor.results.tables.intervals import of_few
    from corridor.results.tables.joint import PARTS
    from corridor.results.tables.numbers import number

    console.print(f"\nMeasures together and alone, {indicator}, the whole run (joint.csv has all others):")
    for row in joint[(joint.indicator == indicator) & (joint.period == WHOLE)].to_dict("records"):
        ends = [[row[part + end] for end in ("", "_low", "_high")] for part in PARTS]
        package, singles, difference = (
            f"{number(mean, 0, '+')} "
            + (
                "(all equal)"
                if of_few(low, high, row["seeds"])
                else f"({number(low, 0, '+')} to {number(high, 0, '+')})"
            )
            for mean, low, high in ends
        )
        lines = (
            f"  {row['world']}: {row['measures']} measures together {package},",
            f"    sum of each alone {singles}, difference {difference}",
        )
        console.print(*lines, sep="\n", markup=False)


@command(app)
def attribute(
    options: RunOptions,
    config: ConfigFile,
    indicator: Indicators = None,
    world: World = None,
    permutations: Annotated[
        int, typer.Option(metavar="P", help="Orders of the measures at most; half of them reversed.")
    ] = 32,
    error: Annotated[
        float,
        typer.Option(
            metavar="E", help="Stop when standard errors are this share of the package's effect; 0: all orders."
        ),
    ] = 0.05,
    sample_seed: SampleSeed = 1,
) -> None:
    """Share the effect of a world's whole package over its measures (Shapley values, sampled orders, same seeds)."""
    with report_errors():
        from corridor.experiments.interface import analyses

        call = partial(
            analyses.attribute,
            config,
            indicators=each_of(indicator) or ("arrivals_people",),
            world=world,
            permutations=permutations,
            error=error,
            sample_seed=sample_seed,
        )
        run_with_progress(options, call, print_shares)


def print_shares(result: RunResult) -> None:
    """Print the share of each measure."""
    import pandas as pd

    for (name, unit), rows in result.tables["attribution"].groupby(["indicator", "unit"], sort=False):
        effect, total = rows.package_effect.iloc[0], rows.share.sum()
        print(f"{name} [{unit}]: effect of the package {effect:+,.4g}; shares (90 %), in sum {total:+,.4g}:")
        for row in rows.to_dict("records"):
            note = f"  {row['note']}" if row["note"] else ""
            within = "" if pd.isna(row["low"]) else f"  ({row['low']:+,.2f} to {row['high']:+,.2f})"
            print(f"  {row['measure']:<26} {row['share']:+12,.2f}{within}{note}")
    drawn = result.experiment.from_posterior
    chance = "which draws, with their chance; for one further draw they would be wider." if drawn else "chance."
    print(
        f"{rows.permutations.iloc[0]} orders on the same {rows.seeds.iloc[0]} {'draws' if drawn else 'seeds'}. "
        f"Intervals are of the mean share: which orders were sampled, and {chance}"
    )
    print_files(result)


@command(app)
def dose(
    options: RunOptions,
    config: ConfigFile,
    values: Annotated[str, typer.Option(metavar="A,B,...", help="Its values; the baseline of a lever is added.")],
    lever: Annotated[str | None, typer.Option(metavar="NAME", help="The lever (`corridor list levers`).")] = None,
    parameter: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Instead of a lever, a parameter or strength.MEASURE: the effect of a world at each value, and the "
            "break-even value where it changes its sign.",
        ),
    ] = None,
    lever2: Annotated[str | None, typer.Option(metavar="NAME", help="A second lever, for a heat map.")] = None,
    values2: Annotated[str | None, typer.Option(metavar="A,B,...", help="Values of the second lever.")] = None,
    world: World = None,
    start: Annotated[
        date | None,
        typer.Option(
            "--from", parser=day, metavar="YYYY-MM-DD", help="First day on which it is held; the run's by default."
        ),
    ] = None,
    indicator: Annotated[str, typer.Option(metavar="NAME", help="What the heat map shows.")] = "arrivals_people",
) -> None:
    """Dose and response of a lever, held at several values on top of a world (the baseline by default); or of two. With
    --parameter, the effect of a world at several values of a parameter."""
    with report_errors():
        from corridor.experiments.interface import analyses
        from corridor.model.engine.errors import InputError

        if parameter is not None:
            others = {"--lever": lever, "--lever2": lever2, "--values2": values2, "--from": start}
            if wrong := [option for option, given in others.items() if given is not None]:
                raise InputError([f"command line {', '.join(wrong)}: not used with --parameter"])
            at = numbers("--values", values)
            response = partial(analyses.break_even, config, parameter, at, world=world, indicator=indicator)
            run_with_progress(options, response, partial(print_response, parameter, indicator))
            return
        if lever is None:
            raise InputError(["command line --lever: is missing; allowed: --lever or --parameter"])
        levers = {lever: numbers("--values", values), **second_lever(lever, lever2, values2)}
        call = partial(analyses.dose, config, levers, world=world, start=start, indicator=indicator)
        run_with_progress(options, call, partial(print_doses, list(levers), indicator))


def second_lever(first: str, second: str | None, values: str | None) -> dict[str, list[float]]:
    """The second lever with its values, if there is one. Raises InputError where they do not go together."""
    from corridor.model.engine.errors import InputError

    if (second is None) != (values is None):
        raise InputError(["command line --lever2, --values2: belong together; allowed: both or none"])
    if second == first:
        raise InputError([f"command line --lever2: {second!r} is the first lever, too; allowed: another one"])
    return {} if second is None else {second: numbers("--values2", values)}


def numbers(option: str, text: str | None) -> list[float]:
    """Numbers with commas between. Raises InputError when they cannot be read, or one is given twice."""
    from corridor.model.engine.errors import InputError

    try:
        found = [float(each) for each in (text or "").split(",")]
    except ValueError:
        allowed = "allowed: numbers with commas between, 0.5,1.5,2"
        raise InputError([f"command line {option}: {text!r} cannot be read; {allowed}"]) from None
    if twice := [value for value in dict.fromkeys(found) if found.count(value) > 1]:
        raise InputError(f"command line {option}: {value:g} is given twice; allowed: once each" for value in twice)
    return found


def use_of(row: pd.Series, lever: str) -> str:
    """What is used of a lever at a dose, and whether it binds; empty where no use is recorded."""
    if f"{lever}_use" not in row:
        return ""
    capacity = row[f"{lever}_capacity"]
    of = "" if capacity is None or capacity != capacity else f" of {capacity:,.0f}"
    slack = ", NOT BINDING" if row[f"{lever}_binding"] == "not binding" else ""
    return f"; {lever}: {row[f'{lever}_use']:,.0f}{of} used{slack}"


def interval_of(row: pd.Series) -> str:
    """The interval of a row of effects, in brackets; none where few pairs of runs are all equal."""
    from corridor.results.tables.intervals import of_few
    from corridor.results.tables.numbers import number

    if of_few(row.low, row.high, row.seeds):
        return "(all equal)"
    return f"({number(row.low, 1, '+')} to {number(row.high, 1, '+')})"


def print_response(parameter: str, indicator: str, result: RunResult) -> None:
    """Print the effect at each value of a parameter, and that on deaths."""
    from corridor.results.tables.numbers import number
    from corridor.results.tables.summary import INTERVALS

    table = result.tables["response"]
    for each in dict.fromkeys((indicator, DEATHS)):
        rows = table[table.indicator == each].sort_values(parameter)
        print(f"{each}: difference from the baseline, 90 % interval {INTERVALS[rows.interval.iloc[0]]}")
        for _, row in rows.iterrows():
            print(f"  {parameter} {row[parameter]:g}: {number(row['mean'], 1, '+')} {interval_of(row)}")
    print_files(result)


def print_doses(levers: list[str], indicator: str, result: RunResult) -> None:
    """Print the effect at each dose, what is used of the levers, and the effect on deaths."""
    for each in dict.fromkeys((indicator, DEATHS)):
        print_dose(result.tables["dose"], levers, each, with_use=each == indicator)
    print_files(result)


def print_dose(table: pd.DataFrame, levers: list[str], indicator: str, with_use: bool) -> None:
    """Print the effect on an indicator at each dose, and what is used of the levers."""
    from corridor.results.tables.numbers import number
    from corridor.results.tables.summary import INTERVALS

    rows = table[table.indicator == indicator].sort_values(levers)
    print(f"{indicator}: difference from the baseline of the lever, 90 % interval {INTERVALS[rows.interval.iloc[0]]}")
    for _, row in rows.iterrows():
        at = ", ".join(f"{name} {row[name]:g}" for name in levers)
        uses, note = "".join(use_of(row, name) for name in levers), f"; {row['note']}" if row["note"] else ""
        print(f"  {at}: {number(row['mean'], 1, '+')} {interval_of(row)}{uses + note if with_use else ''}")
        if "interaction" in row and row.interaction != 0.0:
            ends = [number(row[name], 1, "+") for name in ("interaction", "interaction_low", "interaction_high")]
            print(f"    beyond the sum of both alone: {ends[0]} ({ends[1]} to {ends[2]})")
