"""Forecasts from many months as functions: rolling validation, and scores of stored forecast records."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from corridor.experiments.execution.analysis import AnalysisResult, StoredResult
from corridor.experiments.execution.run import ignore
from corridor.experiments.interface.calibrating import MEMBERS
from corridor.experiments.interface.loading import RunOptions, one_of
from corridor.experiments.interface.source import Source
from corridor.results.store.optional import need

if TYPE_CHECKING:
    from corridor.calibration.validation.rolling.forecasts import Forecaster

FIRST_ORIGIN = "2022-01"
GIVEN = ("sea", "entries")
HISTORIES = "histories"  # where the runs of histories are stored, below a folder of results


def validate_rolling(
    forecaster: Forecaster | None = None,
    *,
    informed: Mapping[str, Forecaster] = MappingProxyType({}),
    first: str | None = None,
    last: str | None = None,
    out: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    figures: Collection[str] | None = None,
) -> StoredResult:
    """Score forecasts from every month of the daily record beside nine simple ones, their median and a stack of both.

    `forecaster(origin)` gives for a month (YYYY-MM) draws of monthly people and boats (`arrivals_people`,
    `arrivals_boats`), each of shape (draw, 12), from that month on, and uses nothing observed in it or later; without
    it the simple forecasts alone are scored. `informed` are forecasters that are given something of these months, by
    the name of the method. Origins are all months from `first` (2022-01 by default) to `last` (by
    default the last one whose twelve months were observed). Tables `rolling_scores`, `rolling_years`,
    `rolling_differences`, `rolling_units`. Raises InputError for origins that are too early.
    """
    from corridor.calibration.validation.rolling.validate import rolling_validation
    from corridor.results.observed import daily

    need("statsmodels")
    record = daily()
    return published(
        lambda: rolling_validation(
            forecaster, first or FIRST_ORIGIN, last, record, jobs=jobs or processors(), informed=informed
        ),
        Path(out or Path("results", "runs", "rolling")),
        figures,
    )


def validate_history(
    source: Source,
    *,
    members: int = MEMBERS,
    steps: int = 4,
    refit_months: int = 12,
    world: str = "as_it_happened",
    first: str | None = None,
    last: str | None = None,
    given: Collection[str] = (),
    **options: Unpack[RunOptions],
) -> StoredResult:
    """Score the forecasts of an experiment's histories (`history_forecaster`) as `validate_rolling` does.

    For each of `given` (sea, entries) the same forecasts are scored a second time with the nights or the entries of
    the months to come given: the difference is what not knowing them costs. The histories are stored below the folder
    of the results, and what is stored is not run again.
    """
    from corridor.experiments.interface.conditioning import history_forecaster

    need("statsmodels")
    out = Path(options.get("out") or Path("results", "runs", "rolling"))
    forecaster = history_forecaster(
        source, out / HISTORIES, members=members, steps=steps, refit_months=refit_months, world=world, **options
    )
    jobs, figures = options.get("jobs"), options.get("figures")
    informed = {f"corridor_given_{one_of('given', what, GIVEN)}": forecaster.given_also(what) for what in given}
    return validate_rolling(forecaster, informed=informed, first=first, last=last, out=out, jobs=jobs, figures=figures)


def score(
    records: Sequence[str | os.PathLike[str]],
    *,
    record: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    figures: Collection[str] | None = None,
) -> StoredResult:
    """Score stored forecasts, files in the forecast hubs' format, on the months that are over, beside simple forecasts.

    `record` is a daily CSV date,people[,boats] of your own in place of the one that ships. Tables as
    `validate_rolling`. Raises InputError for files that are not valid, and where nothing can be scored.
    """
    from corridor.calibration.validation.rolling.validate import score_records

    need("statsmodels")
    paths = [Path(path) for path in records]
    return published(
        lambda: score_records(paths, None if record is None else Path(record), jobs=jobs or processors()),
        Path(out or Path("results", "runs", "score")),
        figures,
    )


def update(
    file: str | os.PathLike[str],
    *,
    posterior: str | os.PathLike[str] | None = None,
    draws: int | None = None,
    out: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    figures: Collection[str] | None = None,
    note: Callable[[str], None] = ignore,
) -> StoredResult:
    """Condition the shipped history on newly published months, and forecast the year after them.

    `file` is the Home Office's spreadsheet of small boats, or a CSV date,people,boats; from its first day on it takes
    the place of the shipped record. `posterior` is the folder of another history, `draws` how many of its members run.
    The folder holds the table `forecast` and a dated record in the forecast hubs' format, which is never changed.
    `note` is called when the runs begin. Raises InputError for files that are not valid.
    """
    from corridor.calibration.predict.prediction import LAST_CUT, Request, folder_of
    from corridor.calibration.validation.rolling.update import updated
    from corridor.experiments.config.shipped import POSTERIORS

    folder = Path(posterior) if posterior else POSTERIORS / folder_of(LAST_CUT)
    where = Path(out or Path("results", "runs", "update"))
    request = Request(draws=draws)
    return published(lambda: updated(request, Path(file), folder, where, jobs or processors(), note), where, figures)


def processors() -> int:
    """How many processes work at a time where nothing else is said."""
    return os.cpu_count() or 1


def published(make: Callable[[], AnalysisResult], folder: Path, figures: Collection[str] | None) -> StoredResult:
    """Results as they are made, written into a folder that is checked before."""
    from corridor.experiments.execution.folders.locking import locked
    from corridor.experiments.execution.folders.publishing import prepare_folder, publish

    prepare_folder(folder, cases=False)
    notes: list[str] = []
    with locked(folder, notes.append):
        results = make().with_figures(figures)
        done = publish(results, folder, {})
    tables = {name: table.frame for name, table in results.tables.items()}
    notes = [*results.notes, *notes]
    return StoredResult(folder, tables, done.figures, tuple(notes), done.failed_figures, files=results.files)
