"""`corridor patterns`: any stored run against the daily record that ships, one of the user's own, or none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from corridor.calibration.evidence.observed import read_daily, read_records
from corridor.calibration.predict.prediction import LAST_CUT, PredictionData
from corridor.calibration.validation import meanings
from corridor.calibration.validation.patterns.table import (
    COLUMNS,
    NOT_COVERED,
    checks_of_record,
    draws_of,
    pattern_checks,
    table_of,
)
from corridor.experiments.config.documents.messages import allowed
from corridor.experiments.execution.analysis import AnalysisResult, Draw, Table
from corridor.model.engine.errors import InputError
from corridor.results.tables.intervals import FEWEST
from corridor.results.tables.periods import complete_run
from corridor.results.tables.shape import Shape

NO_RECORD = "none"
OF_A_FIT = "held_out"  # means nothing in a run that follows no fit
KEYS = ["world"]


def patterns_of(directory: Path, record: Path | None, worlds: Sequence[str]) -> AnalysisResult:
    """The table `patterns`, with a row for each world and value, and a figure for each world.

    `record` is a user's own file (NO_RECORD: none) in place of the observed values that ship; `worlds` are by
    default the first of the run. Raises InputError for a record that cannot be read, for worlds that the run does not
    have, and where nothing can be compared; StoreError for a run that is not complete.
    """
    records = read_records()
    none = str(record) == NO_RECORD
    daily = None if record is None or none else read_daily(record)
    dataset = complete_run(directory)
    names = [str(world) for world in dataset.world.values]
    if unknown := [world for world in worlds if world not in names]:
        raise InputError(
            f"command line --world: {world!r} is none of the worlds{allowed(names, world)}" for world in unknown
        )
    tables: dict[str, pd.DataFrame] = {}
    notes: dict[str, None] = {}
    for world in worlds or names[:1]:
        prediction = PredictionData(dataset.sel(world=[world]))
        draws = draws_of(prediction)  # as many in all worlds
        checks = pattern_checks(records, prediction) if record is None else checks_of_record(records, daily, prediction)
        table = table_of(checks, prediction, LAST_CUT).drop(columns=OF_A_FIT)
        if table["median"].isna().all():
            first, last = (f"{prediction.days[k]:%Y-%m-%d}" for k in (0, -1))
            raise InputError(
                [f"{directory}: {first} to {last}; allowed: days that hold the whole of a pattern's period"]
            )
        left_out = table.reason == NOT_COVERED
        tables[world] = table[~left_out].assign(world=world)
        notes |= dict.fromkeys([*few_draws_note(prediction), *left_out_note(table[left_out])])
    titles = dict(zip(names, map(str, dataset.world_title.values), strict=True))
    return result_of(tables, titles, tuple(notes), meanings.pattern_shape(draws))


def result_of(
    tables: dict[str, pd.DataFrame], titles: dict[str, str], notes: tuple[str, ...], shape: Shape
) -> AnalysisResult:
    """The tables of all worlds as one, and a figure for each."""
    from corridor.results.plots.fit.patterns import draw_patterns

    figures: dict[str, Draw] = {
        "patterns" if len(tables) == 1 else f"patterns_{world}": partial(draw_patterns, table, f"“{titles[world]}”")
        for world, table in tables.items()
    }
    rows = pd.concat(tables.values(), ignore_index=True)[[*KEYS, *(name for name in COLUMNS if name != OF_A_FIT)]]
    table = Table(rows, meanings.TABLES["patterns"], shape, meanings.PATTERN_COLUMNS)
    return AnalysisResult({"patterns": table}, figures, notes=notes)


def few_draws_note(prediction: PredictionData) -> list[str]:
    """A sentence for so few draws that most values pass, or none can be judged; none for more."""
    draws = draws_of(prediction)
    if draws == 1:
        return [f"No value can be judged: one draw has no interval; give {FEWEST} seeds or more"]
    few = f"Few values can fail: of {draws} draws intervals are taken to be normal, and are wide"
    return [f"{few}; give {FEWEST} seeds or more"] if draws < FEWEST else []


def left_out_note(rows: pd.DataFrame) -> list[str]:
    """A sentence that names the patterns and periods that the run does not cover; none where it covers all."""
    periods = [
        f"{pattern} ({', '.join(each.period.unique())})" for pattern, each in rows.groupby("pattern", sort=False)
    ]
    return [f"Left out, as the run does not cover the whole of these periods: {'; '.join(periods)}"] if periods else []
