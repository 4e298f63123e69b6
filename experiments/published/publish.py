"""Carries out the recipe of results/published/: estimates how long it takes, runs it, and copies what is kept."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pandas as pd
from typing_extensions import Unpack

from corridor.experiments.execution.analysis import RunResult, StoredResult
from corridor.experiments.execution.errors import RunError
from corridor.experiments.execution.folders.publishing import DICTIONARY, data_dictionary
from corridor.experiments.execution.folders.scratch import temporary_folder
from corridor.experiments.execution.run import NotRun, ProgressCallbacks, RunEstimate, ignore
from corridor.experiments.interface.loading import RunOptions
from corridor.experiments.published.recipe import STEPS, Step
from corridor.results.store.whole_files import remove_halves, write_whole
from corridor.results.tables.writing import write_csv

Result = RunResult | StoredResult
RUNS = Path("results", "runs", "published")
BY_HAND = ("README.md", "benchmarks.md")  # of no step: a text that says what numbers mean, and `make bench`


def estimates(
    runs: Path, quick: bool = False, steps: Iterable[Step] = STEPS, **options: Unpack[RunOptions]
) -> Iterator[tuple[str, float]]:
    """Each step with about how many seconds it still takes, one after the other, without running any."""
    for step in steps:
        found: list[float] = []

        def note_seconds(estimate: RunEstimate, seconds: list[float] = found) -> bool:
            seconds.append(estimate.seconds)
            return False

        asked: RunOptions = {**options, "callbacks": ProgressCallbacks(note_seconds)}
        with temporary_folder() as inputs, contextlib.suppress(NotRun):
            run_step(step, runs, quick, inputs, **asked)
        yield step.name, sum(found) * (1.0 if quick else step.runs)


def publish(
    runs: Path,
    to: Path,
    quick: bool = False,
    steps: Iterable[Step] = STEPS,
    begun: Callable[[str], None] = ignore,
    **options: Unpack[RunOptions],
) -> list[str]:
    """Run the steps in folders below `runs`, then copy what is published of each into the folder `to`; names of files.

    What is stored is not run again, so that the same call goes on after it was stopped. Nothing is copied before all
    steps are done. `begun` is called with the name of each step. Raises RunError where a published file was not made.
    """
    kept: list[tuple[Step, Result]] = []
    for step in steps:
        begun(step.name)
        kept.append((step, run_step(step, runs, quick, **options)))
    missing = [str(result.folder / file) for step, result in kept for file in missing_files(step, result.folder)]
    if missing:
        raise RunError(f"not made, so that nothing is published: {', '.join(missing)}")
    names = [*(name for step, result in kept for name in copy_files(step, result, to)), write_dictionary(kept, to)]
    remove_halves(to)
    return names


def run_step(step: Step, runs: Path, quick: bool, inputs: Path | None = None, **options: Unpack[RunOptions]) -> Result:
    """One step, in its folder; data files of its runs are written into `inputs`, in its folder by default."""
    settings = {**step.arguments, **(step.quick if quick else {})}
    if step.writes_inputs:
        settings["inputs"] = inputs
    return step.call(**settings, **options, out=runs / step.name, figures=step.figures)


def missing_files(step: Step, folder: Path) -> list[str]:
    """The published files of a step that its folder lacks, such as figures that could not be drawn."""
    return [file for file in step.files.values() if not (folder / file).is_file()]


def copy_files(step: Step, result: Result, to: Path) -> list[str]:
    """Copy the published files of a step, and write the tables that are made from its result."""
    for name, file in step.files.items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(to / name, partial(shutil.copyfile, result.folder / file))
    for name, make in step.tables.items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        write_csv(make(result).frame, to / f"{name}.csv")
    return step.published


def write_dictionary(kept: list[tuple[Step, Result]], to: Path) -> str:
    """Write the data dictionary of all published tables; its name."""
    dictionary = pd.concat([published_dictionary(step, result) for step, result in kept], ignore_index=True)
    write_csv(dictionary, to / DICTIONARY)
    return DICTIONARY


def published_dictionary(step: Step, result: Result) -> pd.DataFrame:
    """Table, column and meaning, of the published tables of a step."""
    names = {file: name for name, file in step.files.items()}
    every = pd.read_csv(result.folder / DICTIONARY, keep_default_na=False)
    copied = every[every.table.isin(names)]
    further = data_dictionary({name: make(result) for name, make in step.tables.items()})
    return pd.concat([copied.assign(table=copied.table.map(names)), further])


def outdated(published: Path, made: Path) -> list[str]:
    """Where a folder of published files is not what the recipe makes: files on one side only, and tables whose columns
    are others. `made` is what the recipe has made elsewhere; values are not compared."""
    there, new = names_in(published) - set(BY_HAND), names_in(made)
    tables = sorted(name for name in there & new if name.endswith(".csv"))
    return [
        *(f"{name}: no step makes it" for name in sorted(there - new)),
        *(f"{name}: is made, but not there" for name in sorted(new - there)),
        *(f"{name}: has other columns" for name in tables if columns_of(published / name) != columns_of(made / name)),
    ]


def names_in(folder: Path) -> set[str]:
    """The names of all files in a folder and those below it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def columns_of(table: Path) -> list[str]:
    """The names of the columns of a table."""
    return list(pd.read_csv(table, nrows=0).columns)
