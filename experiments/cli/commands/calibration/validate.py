"""`corridor validate` and `corridor forecast`: predictions of months after those fitted."""

from __future__ import annotations

import math
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.commands.calibration.history import Observed, temporary_inputs
from corridor.experiments.cli.commands.calibration.score import Histories, validate_rolling
from corridor.experiments.cli.errors import MISTAKE, end, report_errors
from corridor.experiments.cli.options import RunOptions, World, command, day_or_month
from corridor.experiments.cli.progress import print_files, run_with_progress

if TYPE_CHECKING:
    import pandas as pd

    from corridor.experiments.execution.analysis import RunResult

app = typer.Typer()

Config = Annotated[
    str | None,
    typer.Argument(
        metavar="CONFIG",
        help="The experiment file, or the name of a shipped one; joint_statement by default.",
        show_default=False,
    ),
]
Draws = Annotated[
    int | None, typer.Option(min=1, help="How many draws of the posterior, evenly spaced; at most 256 by default.")
]


@command(app)
def validate(
    options: RunOptions,
    config: Config = None,
    posteriors: Annotated[
        Path | None,
        typer.Option(help="Folder with a posterior for each cut; the shipped ones by default.", show_default=False),
    ] = None,
    observed: Observed = None,
    world: World = None,
    draws: Draws = None,
    rolling: Annotated[
        bool,
        typer.Option(
            "--rolling",
            help="Score forecasts from every month since 2022: nine simple ones, and with CONFIG the model's.",
        ),
    ] = False,
    history: Annotated[
        bool,
        typer.Option("--history", help="Hold the past of the posterior against the record, which it was fitted to."),
    ] = False,
    members: Annotated[
        int | None,
        typer.Option(min=24, metavar="N", help="With --rolling CONFIG: members of its histories (192 by default)."),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            metavar="sea|entries",
            help="With --rolling CONFIG: score forecasts that are given these of the months to come, too.",
        ),
    ] = None,
) -> None:
    """Predict the months after each cut, which the fit has not seen, and score them beside simple forecasts."""
    if history:
        others = {"--posteriors": posteriors, "--observed": observed, "--draws": draws, "--members": members}
        unused = [name for name, value in (others | {"--given": given}).items() if value is not None]
        unused += ["--rolling"] * rolling
        validate_history(options, config, world, unused)
        return
    if rolling:
        others = {"--posteriors": posteriors, "--observed": observed, "--draws": draws}
        unused = [name for name, value in others.items() if value is not None]
        validate_rolling(options, Histories(config, world, members, given), unused)
        return
    if without := [name for name, value in {"--members": members, "--given": given}.items() if value is not None]:
        end(f"command line {', '.join(without)}: not used without --rolling; allowed: with it, or none", MISTAKE)
    with report_errors(), temporary_inputs(options) as inputs:
        from corridor.experiments.interface import calibrating

        call = partial(
            calibrating.validate,
            config,
            posteriors=posteriors,
            observed=observed or (),
            world=world,
            draws=draws,
            inputs=inputs,
        )
        run_with_progress(options, call, print_validation)


def validate_history(options: RunOptions, config: str | None, world: str | None, unused: list[str]) -> None:
    """`corridor validate --history`; `unused` are options of `validate` that mean nothing here."""
    if unused:
        end(f"command line --history: {', '.join(unused)} not used with it; allowed: --world, --seeds", MISTAKE)
    with report_errors():
        from corridor.experiments.interface import calibrating

        run_with_progress(options, partial(calibrating.validate_past, config, world), print_past)


def print_past(result: RunResult) -> None:
    """Each criterion with the periods in which it is met and not met."""
    for words, rows in result.tables["history_criteria"].groupby("criterion", sort=False):
        bounds = rows.iloc[0]
        most = "" if math.isnan(bounds["most"]) else f" to {bounds['most']:,g}"
        print(f"{words} (allowed: {bounds['least']:,g}{most})")
        for row in rows.to_dict("records"):
            print(f"  {'met    ' if row['met'] else 'not met'}  {row['period']:<20} {row['value']:,.2f}")
    print_files(result)


def print_validation(result: RunResult) -> None:
    """The scores of monthly arrivals, which bounds are met, and how many patterns pass."""
    tables = result.tables
    scores, patterns = tables["scores"], tables["patterns"]
    for origin, rows in scores[scores.target == "arrivals_people"].groupby("origin", sort=False):
        print(f"Monthly arrivals, fitted to {origin}, {rows.horizon_months.iloc[0]} months after it:")
        for row in rows.to_dict("records"):
            print(
                f"  {row['method']:<22} WAPE {row['wape']:.2f}  CRPS {row['crps']:,.0f}  "
                f"coverage of 50 % {row['cover50']:.2f}, of 90 % {row['cover90']:.2f}  ARD {row['ard']:.2f}"
            )
    for origin in sorted(set(tables["fans"].origin) - set(scores.origin)):
        print(f"Nothing to score after {origin}: the run does not reach the months after it")
    for row in tables["acceptance"].to_dict("records"):
        print(
            f"{'Met' if row['met'] else 'Not met'}: {row['method']}, fitted to {row['origin']}: {row['criterion']}: "
            f"{row['value']:.2f}; allowed: {row['least']:.2f} to {row['most']:.2f}"
        )
    print(f"Patterns: {passing(patterns)}")
    print_files(result)


def passing(patterns: pd.DataFrame) -> str:
    """How many values of a table of patterns pass, and of which patterns some fail."""
    known = patterns[patterns.passes.notna()]
    passes = known.passes.astype(bool)
    each = passes.groupby(known.pattern, sort=False)
    failed = [f"{name} ({(~rows).sum()} of {len(rows)})" for name, rows in each if not rows.all()]
    return f"{passes.sum()} of {len(known)} values pass; fail: {', '.join(failed) or 'none'}"


@command(app)
def forecast(
    options: RunOptions,
    to: Annotated[
        date,
        typer.Option(
            "--to",
            parser=day_or_month,
            metavar="YYYY-MM[-DD]",
            help="The last day; the forecast covers its whole month.",
        ),
    ],
    config: Config = None,
    posterior: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a posterior; by default the shipped one, fitted to all observed months.", show_default=False
        ),
    ] = None,
    entries: Annotated[
        Path | None,
        typer.Option(help="A CSV month,place,group,people of future months; by default the last year is repeated."),
    ] = None,
    observed: Observed = None,
    world: World = None,
    draws: Draws = None,
) -> None:
    """Run the posterior past the last observed month and write each month with its intervals."""
    with report_errors(), temporary_inputs(options) as inputs:
        from corridor.experiments.interface import calibrating

        call = partial(
            calibrating.forecast,
            to,
            config,
            posterior=posterior,
            entries=entries,
            observed=observed or (),
            world=world,
            draws=draws,
            inputs=inputs,
        )
        run_with_progress(options, call, print_forecast)


def print_forecast(result: RunResult) -> None:
    """Arrivals by month, and the assumptions."""
    months = result.tables["forecast"]
    print("Arrivals by small boat (people): median, 90 % interval; deaths in the Channel")
    deaths = {row["month"]: row for row in months[months.indicator == "deaths_channel"].to_dict("records")}
    for row in months[months.indicator == "arrivals_people"].to_dict("records"):
        dead = deaths[row["month"]]
        print(
            f"  {row['month']}  {row['q50']:>7,.0f}  {row['q05']:>7,.0f} to {row['q95']:<7,.0f}"
            f"  {dead['q50']:>5,.0f}  {dead['q05']:,.0f} to {dead['q95']:,.0f}"
        )
    print(f"Entries, policies and other assumptions: {result.folder / 'forecast.json'}")
    print_files(result)
