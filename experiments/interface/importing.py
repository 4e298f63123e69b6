"""Files of publishers and scenarios of Flee as functions: read, checked, and written as tidy CSV."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import to_date
from corridor.results.store.destinations import check_folder


@dataclass(frozen=True)
class ImportResult:
    """An imported file: its folder and the files in it, records by frequency and the tables made of them as pandas
    frames, warnings, and how many values were revised since earlier editions in the folder."""

    folder: Path
    files: list[Path]
    records: dict[str, pd.DataFrame]
    ready: dict[str, pd.DataFrame]
    vintage: date
    layouts: tuple[str, ...]
    warnings: tuple[str, ...]
    revised: int


def import_file(
    source: str,
    file: str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    vintage: date | str | None = None,
) -> ImportResult:
    """Read a file as its publisher made it and write it as tidy CSV, below results/runs/imports/ by default.

    `source` is home-office, home-office-quarterly, frontex, iom-missing-migrants, unhcr or eurostat; `vintage` is the
    day of the file, where the file does not say it. A folder keeps every edition that is imported into it. Raises
    InputError with all that is wrong: an unknown source, a layout that is not known, cells that are no counts.
    """
    from corridor.calibration.evidence.publishers import SOURCES, archive
    from corridor.calibration.evidence.publishers.source import read

    if source not in SOURCES:
        raise InputError([f"import: source {source!r} is not known; allowed: {', '.join(SOURCES)}"])
    day = to_date(vintage) if isinstance(vintage, str) else vintage
    if vintage is not None and day is None:
        raise InputError([f"import: vintage {vintage!r}; allowed: a date such as 2025-11-14"])
    folder = check_folder(Path(out) if out else Path("results", "runs", "imports", source), cases=False)
    found = read(SOURCES[source], Path(file), day)
    files, revised = archive.write(found, folder)
    return ImportResult(
        folder, files, found.records, found.ready, found.vintage, found.layouts, found.warnings, revised
    )


@dataclass(frozen=True)
class FleeResult:
    """A simulated scenario of Flee: its folder and the files in it, the scores (averaged relative difference of the
    simulation and of simple forecasts), Flee's out.csv, warnings, and how many seconds of a processor it took."""

    folder: Path
    files: list[Path]
    scores: pd.DataFrame
    out: pd.DataFrame
    warnings: tuple[str, ...]
    agents: int
    days: int
    seconds: float


def import_flee(
    folder: str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    days: int | None = None,
    seed: int = 1,
    hasten: int | None = None,
) -> FleeResult:
    """Read a scenario of Flee, simulate it, and write it, Flee's out.csv and the scores, by default below
    results/runs/imports/.

    `days` are the first that are simulated (all by default); `hasten` is how many people an agent stands for, in place
    of the scenario's. Raises InputError with all that is wrong with the scenario, or is not simulated (floods).
    """
    from corridor.experiments.flee import movement, scores, writing
    from corridor.experiments.flee.scenario import read_scenario

    scenario = read_scenario(Path(folder), days)
    if hasten is not None:
        scenario = replace(scenario, settings=replace(scenario.settings, hasten=hasten))
    where = check_folder(Path(out) if out else Path("results", "runs", "imports", f"flee_{scenario.name}"), cases=False)
    begun = time.process_time()
    outcome = movement.simulate(scenario, seed)
    seconds = time.process_time() - begun
    score = scores.scores(scenario, outcome)
    files = writing.write(scenario, outcome, score, where)
    agents = int(outcome.spawned[-1] // scenario.settings.hasten)
    table = writing.out_table(scenario, outcome)
    return FleeResult(where, files, score, table, scenario.warnings, agents, scenario.days, seconds)
