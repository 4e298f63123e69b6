"""Runs what a batch still lacks, and writes its tables when all of it is there.

A directory holds one file a case (`cases/`), the index made from them, and a plan that says which belong together. A
case that is in the store is not run again, so a batch that was stopped, killed or failed goes on with the same
command. Execution is joblib's (`corridor.experiments.execution.parallel`); faults are told in README, "Batches and
clusters".
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.experiments.config.cases import Case
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution import provenance
from corridor.experiments.execution.case import run_together
from corridor.experiments.execution.grouping import bundles
from corridor.experiments.execution.locking import LOCK, locked
from corridor.experiments.execution.parallel import Execution, Failure, Outcome, RunError, Task, Work
from corridor.results import observed
from corridor.results.store import case_file, index, run_folder

STAGING, HALF = ".unfinished-", ".*.*-????????"  # folders and files that are being written
TABLES = (
    "figures",
    "design.csv",
    "summary.csv",
    "effects.csv",
    "effects.tex",
    "costs.csv",
    "variance.csv",
    "attribution.csv",
    "coalitions.csv",
    "dose.csv",
    "indices.csv",
    "indices_by_year.csv",
    "convergence.csv",
    "noise.csv",
    "screening.csv",
    "sensitivity.json",
    "outcomes.csv",
    "regret.csv",
    "satisficing.csv",
    "boxes.csv",
    "peeling.csv",
    "front.csv",
    "packages.csv",
    "manifest.json",
)
OWN = (LOCK, run_folder.PLAN, run_folder.MANIFEST)  # files by which a directory is known as that of a run
OUTPUTS = (index.CASES, *TABLES)
CASES_A_PART = 200  # of the index; what is not yet in it is read from the case files
TIMED_DAYS = 60
TIMED_SHARE = 20  # a timing runs at most one part in twenty of a case


@dataclass(frozen=True)
class Planned:
    """A case and the identity that it is known by."""

    case: Case
    identity: str


@dataclass(frozen=True)
class Finished:
    """A complete run: its tables and its files."""

    directory: Path
    summary: pd.DataFrame
    effects: pd.DataFrame
    figures: list[Path]
    seconds: float


@dataclass(frozen=True)
class Watch:
    """What to call while cases run: with the share of the work that is done, with every case that ends, and with what
    else the user should know."""

    share_done: Callable[[float], None]
    case_done: Callable[[Outcome], None]
    note: Callable[[str], None]


@dataclass(frozen=True)
class Outlook:
    """What a run would do: cases to run, replicates that are in the store, and about how long it takes."""

    to_do: list[Planned]
    stored: int
    seconds: float


def plan_of(experiment: Experiment) -> list[Planned]:
    """Every case of an experiment with its identity."""
    inputs = provenance.inputs_of(experiment)
    identities: dict[tuple[str, int], str] = {}
    for case in experiment.cases():
        key = (case.world, case.point.number)
        if key not in identities:
            identities[key] = provenance.definition_of(experiment, case, inputs).identity
    return [Planned(case, identities[case.world, case.point.number]) for case in experiment.cases()]


def lacking(planned: list[Planned], rows: pd.DataFrame) -> list[Planned]:
    """The cases, or the seeds of them, that are not in the store; worlds that are equal share one."""
    stored = set(zip(rows.identity, rows.seed, strict=True))
    found = []
    for each in planned:
        seeds = tuple(seed for seed in each.case.seeds if (each.identity, seed) not in stored)
        stored.update((each.identity, seed) for seed in seeds)
        if seeds:
            found.append(replace(each, case=replace(each.case, seeds=seeds)))
    return found


def outlook(experiment: Experiment, planned: list[Planned], out: Path, jobs: int) -> Outlook:
    """What a run into `out` would do, without writing anything; the time is that of earlier cases or a short timing."""
    rows = index.survey(out).rows
    to_do = lacking(planned, rows)
    if not to_do:
        return Outlook([], replicates(planned), 0.0)
    own = rows[rows.identity.isin({each.identity for each in planned})]
    cases = {k: each.case for k, each in enumerate(to_do)}
    together = [[cases[k] for k in bundle] for bundle in bundles(cases, experiment.together, jobs)]
    one = own.drop_duplicates("file").seconds.sum() / len(own) if len(own) else timing(experiment, together[0])
    longest = max(sum(len(case.seeds) for case in bundle) for bundle in together)  # the last bundle runs alone
    seconds = one * max(replicates(to_do) / jobs, longest)
    return Outlook(to_do, replicates(planned) - replicates(to_do), seconds)


def replicates(planned: list[Planned]) -> int:
    """How many replicates cases have together."""
    return sum(len(each.case.seeds) for each in planned)


def timing(experiment: Experiment, cases: list[Case]) -> float:
    """Seconds of one replicate, from running the last days of cases side by side; their first day tells how long it
    takes to begin. NaN when a case fails.
    """
    days = days_of(experiment)
    timed = max(2, min(TIMED_DAYS, days // TIMED_SHARE))
    inputs, seeds = provenance.inputs_of(experiment), [case.seeds for case in cases]
    definitions = [provenance.definition_of(experiment, case, inputs) for case in cases]

    def seconds(last: int) -> float:
        began = time.perf_counter()
        run_together(definitions, seeds, days=last)
        return time.perf_counter() - began

    try:
        seconds(1)  # whatever is read only once
        begins = seconds(1)
        a_day = max(0.0, seconds(timed) - begins) / (timed - 1)
    except Exception:  # is told, with its traceback, when the case itself is run
        return math.nan
    return (begins + a_day * (days - 1)) / sum(map(len, seeds))


def days_of(experiment: Experiment) -> int:
    """How many days a case has."""
    return (experiment.file.end - experiment.file.start).days + 1


def prepare(out: Path) -> None:
    """Make the directory of a batch.

    Raises RunError when it cannot be written, or when it holds files of these names that no run of Corridor wrote.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        foreign = [name for name in OUTPUTS if (out / name).exists()]
        if foreign and not any((out / name).is_file() for name in OWN):
            names = ", ".join(foreign)
            raise RunError(f"--out {out}: holds {names} but no manifest.json of a run; give another folder", 2)
        tempfile.TemporaryFile(dir=out).close()
    except FileExistsError:
        raise RunError(f"--out {out}: is a file; give a folder", 2) from None
    except OSError as error:
        raise RunError(f"--out {out}: cannot be written: {error.strerror}", 2) from None


Tables = Callable[[Experiment, Path, Path], tuple[pd.DataFrame, pd.DataFrame, list[Path]]]
"""Writes the tables and figures of a complete batch in a folder into another, as `write_tables` does."""


def run(
    experiment: Experiment,
    planned: list[Planned],
    out: Path,
    execution: Execution,
    watch: Watch,
    tables: Tables | None = None,
) -> Finished:
    """Run all cases that `out` lacks, then write tables and figures with `tables` or `write_tables`, and the manifest.

    Raises RunError when the directory cannot be used, or when cases failed; cases that are done are kept.
    """
    began, started = time.perf_counter(), datetime.now(UTC)
    prepare(out)
    try:
        with locked(out, watch.note):
            todo = begin(experiment, planned, out, watch)
            failed = execute(experiment, todo, out, execution, watch)
            if failed:
                raise RunError(told(failed, len(todo), out))
            spent = {"started": started.isoformat(), "seconds": round(time.perf_counter() - began, 1)}
            summary, effects, drawn = write_results(experiment, out, spent, tables or write_tables)
    except OSError as error:
        raise RunError(f"{error.filename or out}: {error.strerror or error}; cases that are done are kept") from error
    return Finished(out, summary, effects, drawn, time.perf_counter() - began)


def told(failed: list[Failure], cases: int, out: Path) -> str:
    """What the user reads when cases failed."""
    first = "\n".join(f"{each.case}: {each.error}" for each in failed[:10])
    more = f"\n... and {len(failed) - 10} more" if len(failed) > 10 else ""
    return (
        f"{first}{more}\n{len(failed)} of {cases} cases failed; tracebacks are in {out / run_folder.FAILURES}, the "
        "others are kept, and the same command tries again. Tables are written when all cases are done"
    )


def begin(experiment: Experiment, planned: list[Planned], out: Path, watch: Watch) -> list[Planned]:
    """Clear what a killed run left behind, write the plan, and find what is still to do."""
    for half in out.glob(f"{STAGING}*"):
        shutil.rmtree(half)
    (out / index.CASES).mkdir(exist_ok=True)
    for folder in (out, out / index.CASES, out / index.INDEX, out / run_folder.FAILURES):
        for half in folder.glob(HALF):
            half.unlink()
    case_file.write_text(out / run_folder.PLAN, json.dumps(written_plan(experiment, planned), indent=1) + "\n")
    survey = index.survey(out)
    index.add(out, survey.fresh)
    for name, why in survey.damaged.items():
        watch.note(f"{name}: damaged, and run again if it belongs to this batch: {why}")
        (out / index.CASES / name).unlink()
    return lacking(planned, survey.rows)


def written_plan(experiment: Experiment, planned: list[Planned]) -> dict[str, Any]:
    """The plan as `corridor.results.store.run_folder.Plan` reads it."""
    identities: dict[str, dict[int, str]] = {world: {} for world in experiment.file.worlds}
    for each in planned:
        identities[each.case.world][each.case.point.number] = each.identity
    return asdict(
        run_folder.Plan(
            title=experiment.file.title,
            baseline=experiment.file.baseline,
            worlds={name: world.title for name, world in experiment.file.worlds.items()},
            seeds=list(experiment.seeds),
            points=[point.factors for point in experiment.points if point.number],
            identities={world: list(by_point.values()) for world, by_point in identities.items()},
            configuration=provenance.configuration(experiment),
            point_seeds=list(experiment.point_seeds),
            drawn=experiment.drawn,
        )
    )


def execute(
    experiment: Experiment, todo: list[Planned], out: Path, execution: Execution, watch: Watch
) -> list[Failure]:
    """Run cases; each writes its own file, and failures are written beside them."""
    failed = []
    with indexing(out) as described:
        for outcome in execution.run(work_of(experiment, todo, out), watch.share_done):
            record = failure_file(out, outcome)
            if outcome.failure:
                failed.append(outcome.failure)
                record.parent.mkdir(exist_ok=True)
                case_file.write_text(record, json.dumps(asdict(outcome.failure), indent=1) + "\n")
            else:
                record.unlink(missing_ok=True)
                described(outcome.described)
            watch.case_done(outcome)
    return failed


def work_of(experiment: Experiment, todo: list[Planned], out: Path) -> Work:
    """Cases by their files; a case is made ready for its process, perhaps on another machine, only when it is due."""
    inputs, folder = provenance.inputs_of(experiment), (out / index.CASES).resolve()

    def task(path: Path, case: Case) -> Task:
        definition = provenance.definition_of(experiment, case, inputs)
        return Task(case, definition, path, provenance.attributes_of(experiment, case, definition))

    cases = {folder / case_file.case_name(each.case.world, each.case.seeds, each.identity): each.case for each in todo}
    return Work(cases, task, days_of(experiment), experiment.together)


def failure_file(out: Path, outcome: Outcome) -> Path:
    """Where the failure of a case is kept until it succeeds."""
    return out / run_folder.FAILURES / outcome.path.with_suffix(".json").name


@contextlib.contextmanager
def indexing(out: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A function that takes the rows of cases for the index, written in parts so that memory stays flat."""
    waiting: list[dict[str, Any]] = []

    def take(described: dict[str, Any]) -> None:
        waiting.append(described)
        if len(waiting) >= CASES_A_PART:
            index.add(out, waiting)
            waiting.clear()

    try:
        yield take
    finally:
        index.add(out, waiting)


def write_results(
    experiment: Experiment, out: Path, spent: dict[str, Any], tables: Tables
) -> tuple[pd.DataFrame, pd.DataFrame, list[Path]]:
    """Write the tables and figures of a complete batch and its manifest, into a hidden folder first."""
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=out))
    try:
        summary, effects, drawn = tables(experiment, out, staging)
        about = json.dumps(manifest(experiment, out) | spent, indent=2)
        (staging / run_folder.MANIFEST).write_text(about + "\n", encoding="utf-8")
        publish(staging, out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return summary, effects, [out / path.relative_to(staging) for path in drawn]


def publish(staging: Path, out: Path) -> None:
    """Replace the tables of an earlier run by those of this one; the manifest goes first and comes last."""
    (out / run_folder.MANIFEST).unlink(missing_ok=True)
    for name in TABLES:
        if (out / name).is_dir():
            shutil.rmtree(out / name)
        else:
            (out / name).unlink(missing_ok=True)
        if (staging / name).exists():
            os.replace(staging / name, out / name)


def write_tables(experiment: Experiment, out: Path, staging: Path) -> tuple[pd.DataFrame, pd.DataFrame, list[Path]]:
    """Write summary.csv, effects.csv, design.csv where parameters differ, and the figures where there is no design."""
    from corridor.results.plots import overview
    from corridor.results.tables import summary as compare

    annual, monthly = observed.read("annual"), observed.read("monthly")
    looked, dataset = run_folder.look(out, thorough=False), run_folder.open_batch(out)
    values = run_folder.figures(looked, compare.indicators_of(dataset))
    summary = compare.summary(dataset, annual, values)
    effects = compare.effects(dataset, experiment.file.baseline, values)
    compare.write_csv(summary, staging / "summary.csv")
    compare.write_csv(effects, staging / "effects.csv")
    if looked.plan.points:
        compare.write_csv(looked.plan.design(), staging / "design.csv")
    if looked.plan.designed:
        return summary, effects, []
    (staging / "figures").mkdir()
    drawn = overview.draw_all(dataset, summary, effects, monthly, experiment.geography, staging / "figures")
    return summary, effects, drawn


def manifest(experiment: Experiment, out: Path) -> dict[str, Any]:
    """What the run was: configuration, seeds, versions and hashes, machine, and its case files."""
    done = run_folder.look(out, thorough=False).done
    by_file = done.groupby("file", sort=False)
    return {
        "title": experiment.file.title,
        "experiment_file": experiment.path.name,
        "plan_sha256": run_folder.plan_sha256(out),
        "configuration": provenance.configuration(experiment),
        **provenance.provenance(),
        "inputs_sha256": provenance.hashes(provenance.inputs_of(experiment))["data_sha256"],
        "cases": [
            {
                "file": f"{index.CASES}/{name}",
                "world": rows.world.iloc[0],
                "point": int(rows.point.iloc[0]),
                "seeds": sorted(set(rows.seed.tolist())),
                "seconds": round(float(rows.seconds.iloc[0]), 1),
                "sha256": rows.file_sha256.iloc[0],
            }
            for name, rows in by_file
        ],
    }
