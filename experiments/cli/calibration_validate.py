"""Commands that hold the simulator against what happened, and look past the last observed month: `validate`,
`forecast`.

What they run is stored as by `corridor run`, so that both can be stopped and go on; exit codes are the same, too.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.experiments.cli.errors import answering_of_a_store
from corridor.experiments.cli.running import Dask, DryRun, Jobs, Scale, Settings, carry_out

if TYPE_CHECKING:
    import pandas as pd

    from corridor.calibration.predict.prediction import Request

app = typer.Typer()

Config = Annotated[
    Path | None,
    typer.Argument(
        metavar="CONFIG", help="The experiment file; the shipped joint statement by default.", show_default=False
    ),
]
World = Annotated[
    str | None, typer.Option(metavar="NAME", help="The world of the file that happened; that of the fit by default.")
]
Draws = Annotated[
    int | None, typer.Option(min=1, help="How many draws of the posterior, evenly thinned; at most 256 by default.")
]
Observed = Annotated[
    list[str] | None,
    typer.Option(metavar="TARGET=FILE", help="A CSV (month,value or year,value) in place of a target's; repeatable."),
]


@app.command()
def validate(
    config: Config = None,
    out: Annotated[Path, typer.Option(help="Folder for scores and predictions.")] = Path("results/runs/validation"),
    posteriors: Annotated[
        Path | None,
        typer.Option(help="Folder with a posterior for each cut; the shipped ones by default.", show_default=False),
    ] = None,
    observed: Observed = None,
    world: World = None,
    draws: Draws = None,
    scale: Scale = None,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Predict from every cut what the fit never saw, and score it against observed figures and simple forecasts."""
    with answering_of_a_store(), _inputs(out, dry_run) as inputs:
        from corridor.calibration.evidence.observed import read_records
        from corridor.calibration.evidence.targets import own_files
        from corridor.calibration.predict.prediction import ORIGINS, check_posteriors, experiment_at, write_prediction
        from corridor.experiments.config.designs import POSTERIORS

        records = read_records(own_files(observed or ()))
        request = _request(config, world, draws, scale, settings)
        folder = posteriors or POSTERIORS
        check_posteriors({folder / origin.folder: origin.cut for origin in ORIGINS})
        experiments = {
            origin: experiment_at(request, folder / origin.folder, inputs / origin.folder) for origin in ORIGINS
        }
        for origin, experiment in experiments.items():
            carry_out(experiment, out / origin.folder, jobs, dask, dry_run, write_prediction)
        if not dry_run:
            from corridor.calibration.validation.validate import write_validation

            tables = write_validation({origin: out / origin.folder for origin in experiments}, records, out)
            _tell_validation(tables, out)


@app.command()
def forecast(
    to: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d", "%Y-%m"], help="The last day; its month is forecast whole.")
    ],
    config: Config = None,
    out: Annotated[Path, typer.Option(help="Folder for the forecast.")] = Path("results/runs/forecast"),
    posterior: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a posterior; the shipped one of all observed months by default.", show_default=False
        ),
    ] = None,
    entries: Annotated[
        Path | None, typer.Option(help="A CSV month,place,group,people of months to come; else last year's repeated.")
    ] = None,
    correct: Annotated[bool, typer.Option(help="Correct the season by that of the last three observed years.")] = True,
    observed: Observed = None,
    world: World = None,
    draws: Draws = None,
    scale: Scale = None,
    jobs: Jobs = None,
    dask: Dask = None,
    dry_run: DryRun = False,
    settings: Settings = None,
) -> None:
    """Run the posterior past the last observed month and write each month with its intervals."""
    with answering_of_a_store(), _inputs(out, dry_run) as inputs:
        from corridor.calibration.evidence.observed import MONTHLY_READ, read_records
        from corridor.calibration.evidence.targets import own_files
        from corridor.calibration.predict import forecast as forecasting
        from corridor.calibration.predict.prediction import LAST_CUT, experiment_at, folder_of, write_prediction
        from corridor.experiments.config.designs import POSTERIORS
        from corridor.results.tables.summary import write_csv

        records = read_records(own_files(observed or ()), MONTHLY_READ)
        request = _request(config, world, draws, scale, settings)
        span, folder = forecasting.span_of(records, to.date()), posterior or POSTERIORS / folder_of(LAST_CUT)
        known = forecasting.entries_to(experiment_at(request, folder, inputs), span.last, entries)
        inputs.mkdir(parents=True, exist_ok=True)
        write_csv(known, inputs / forecasting.ENTRIES)
        changes = forecasting.settings_for(span, inputs / forecasting.ENTRIES)
        experiment = experiment_at(request, folder, inputs, changes)
        if carry_out(experiment, out / "prediction", jobs, dask, dry_run, write_prediction):
            assumed = {"entries": f"{entries.name}, then the last year repeated" if entries else "last year repeated"}
            told, figures = forecasting.write_forecast(out / "prediction", records, span, correct, assumed, out)
            _tell_forecast(told, figures, out, correct)


@contextlib.contextmanager
def _inputs(out: Path, dry_run: bool) -> Iterator[Path]:
    """The folder for data files that runs are made with: beside the results, or nowhere that stays for a dry run."""
    if not dry_run:
        yield out / "inputs"
        return
    with tempfile.TemporaryDirectory(prefix="corridor-") as folder:
        yield Path(folder)


def _request(
    config: Path | None, world: str | None, draws: int | None, scale: str | None, settings: list[str] | None
) -> Request:
    from corridor.calibration.predict.prediction import CONFIG, Request
    from corridor.experiments.config.experiment import Setting

    pairs = [text.partition("=") for text in settings or ()]
    given = tuple(Setting("--set", key, value if sign else None) for key, sign, value in pairs)
    return Request(config or CONFIG, world, draws, scale, given)


def _tell_validation(tables: dict[str, pd.DataFrame], out: Path) -> None:
    """The scores of monthly arrivals, whether the bars are met, and how many patterns pass."""
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
    for row in tables["bars"].to_dict("records"):
        print(
            f"{'Met' if row['met'] else 'Not met'}: {row['method']}, fitted to {row['origin']}: {row['bar']}: "
            f"{row['value']:.2f}; allowed: {row['least']:.2f} to {row['most']:.2f}"
        )
    known = patterns[patterns.passes.notna()]
    failed = [f"{row.pattern} {row.figure}" for row in known[~known.passes.astype(bool)].itertuples()]
    print(f"Patterns: {len(known) - len(failed)} of {len(known)} figures pass; fail: {', '.join(failed) or 'none'}")
    print(f"Everything is in {out}: scores.csv, bars.csv, patterns.csv, texture.csv, ranks.csv, fans.csv, figures/")


def _tell_forecast(told: pd.DataFrame, figures: list[Path], out: Path, correct: bool) -> None:
    """Arrivals by month, and what was assumed."""
    print("Arrivals by small boat (people): median, 90 % interval")
    for row in told[told.indicator == "arrivals_people"].to_dict("records"):
        print(f"  {row['month']}  {row['q50']:>7,.0f}  {row['q05']:>7,.0f} to {row['q95']:,.0f}")
    season = "corrected by the last three observed years" if correct else "the simulator's own"
    print(f"Season: {season}. Entries, policies and other assumptions: {out / 'forecast.json'}")
    print(f"Everything is in {out}: forecast.csv, forecast.json, inputs/, prediction/")
    for path in figures:
        print(f"  {path.relative_to(out)}")
