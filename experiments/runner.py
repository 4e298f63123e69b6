"""Runs the cases of an experiment over the cores of one machine and writes what came out, whole or not at all.

A case is one world and one seed, or a block of seeds where runs are small. Each case runs in its own process (joblib)
and writes its own file. Everything is written into a hidden folder inside of the output folder first, and moved to its
name only when all of it is there; so a folder that holds a manifest holds a complete run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import shutil
import signal
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from io import FileIO
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from experiments.config import Case, Experiment
from model import INDICATORS, simulate
from results import compare, figures, store

ROOT = Path(__file__).resolve().parent.parent
OBSERVED = ROOT / "calibration" / "observed"
PACKAGES = ("corridor-sim", "mesa", "numpy", "scipy", "pandas", "xarray", "h5netcdf", "h5py", "joblib", "matplotlib")
OUTPUTS = ("cases", "figures", "summary.csv", "effects.csv", "manifest.json")
POLL_SECONDS = 0.3


class RunError(Exception):
    """A run that could not begin (code 2: mistake of the user) or not be finished (code 1); the message says why."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Outcome:
    """What a case's process reports back: how long it took, or why it failed."""

    case: Case
    seconds: float
    failure: str = ""


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
    """What to call while cases run: with the share of the work that is done, and with every case that ends."""

    share_done: Callable[[float], None]
    case_done: Callable[[Outcome], None]


def prepare(out: Path) -> Path:
    """Make the output folder, and in it the hidden one that a run writes to first.

    Raises RunError when it cannot be written, or when it holds files of these names that no run of Corridor wrote.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        foreign = [name for name in OUTPUTS if (out / name).exists()]
        if foreign and not (out / "manifest.json").is_file():
            names = ", ".join(foreign)
            raise RunError(f"--out {out}: holds {names} but no manifest.json of a run; give another folder", 2)
        return Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out))
    except FileExistsError:
        raise RunError(f"--out {out}: is a file; give a folder", 2) from None
    except OSError as error:
        raise RunError(f"--out {out}: cannot be written: {error.strerror}", 2) from None


def run(experiment: Experiment, out: Path, jobs: int, watch: Watch) -> Finished:
    """Run all cases over `jobs` processes, write cases, tables, figures and the manifest into `out`.

    Raises RunError when the folder cannot be used or a case fails; then nothing of the run is left.
    """
    began, started = time.perf_counter(), datetime.now(UTC)
    staging = prepare(out)
    try:
        (staging / "cases").mkdir()
        outcomes = run_cases(experiment, experiment.cases(), staging / "cases", jobs, watch)
        summary, effects, drawn = write_results(experiment, staging)
        seconds = time.perf_counter() - began
        about = manifest(experiment, outcomes, staging) | {"started": started.isoformat(), "seconds": round(seconds, 1)}
        (staging / "manifest.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        _publish(staging, out)
    except OSError as error:
        raise RunError(f"{error.filename or out}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        with contextlib.suppress(OSError):
            out.rmdir()  # only succeeds while the folder is empty
    return Finished(out, summary, effects, [out / path.relative_to(staging) for path in drawn], seconds)


def _publish(staging: Path, out: Path) -> None:
    """Replace the outputs of an earlier run by those of this one; the manifest goes first and comes last."""
    (out / "manifest.json").unlink(missing_ok=True)
    for name in OUTPUTS:
        if (out / name).is_dir():
            shutil.rmtree(out / name)
        os.replace(staging / name, out / name)


def run_cases(experiment: Experiment, cases: list[Case], directory: Path, jobs: int, watch: Watch) -> list[Outcome]:
    """Run the cases over processes; each writes `directory/NAME.nc`."""
    attributes = attributes_of(experiment)
    outcomes = []
    with tempfile.TemporaryDirectory() as ticks, _watching(experiment, cases, Path(ticks), watch):
        tasks = [
            joblib.delayed(run_case)(experiment, case, directory, Path(ticks), attributes, os.getpid())
            for case in cases
        ]
        try:
            for outcome in _in_processes(tasks, min(jobs, len(cases))):
                if outcome.failure:
                    raise RunError(f"{outcome.case.name}: {outcome.failure}")
                watch.case_done(outcome)
                outcomes.append(outcome)
        except TerminatedWorkerError:
            _end_workers()
            raise RunError(
                "a process was ended from outside, perhaps for want of memory; try fewer --jobs or a larger --scale"
            ) from None
        except BaseException:
            _end_workers()
            raise
    return sorted(outcomes, key=lambda outcome: outcome.case.name)


def _in_processes(tasks: list[Any], jobs: int) -> Iterator[Outcome]:
    """The outcomes as they come, each process computing with one thread."""
    with joblib.parallel_config(backend="loky", n_jobs=jobs, inner_max_num_threads=1), warnings.catch_warnings():
        # After a failure the other tasks are ended on purpose; the user is told of the failure alone.
        warnings.filterwarnings("ignore", message=r"\d+ tasks which were still being processed")
        yield from joblib.Parallel(return_as="generator_unordered", batch_size=1)(tasks)


def _end_workers() -> None:
    get_reusable_executor().shutdown(wait=True, kill_workers=True)


def run_case(
    experiment: Experiment, case: Case, directory: Path, ticks: Path, attributes: dict[str, str], parent: int
) -> Outcome:
    """Simulate one case and store it; runs in its own process. A tick file grows by one byte a simulated day."""
    if os.getpid() != parent:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone answers Ctrl-C
    began = time.perf_counter()
    world = experiment.file.worlds[case.world]
    try:
        with open(ticks / case.name, "ab", buffering=0) as file:
            records = simulate(
                experiment.parameters,
                experiment.policies[case.world],
                case.seeds,
                experiment.file.start,
                experiment.file.end,
                experiment.file.scale,
                geography=experiment.geography,
                entries_path=experiment.data_files.get("entries"),
                sea_path=experiment.data_files.get("sea"),
                progress=lambda days: _tick(file, days),
            )
        about = {**attributes, "world": case.world, "world_title": world.title}
        store.save(records, directory / f"{case.name}.nc", about)
    except Exception as error:
        return Outcome(case, time.perf_counter() - began, _failure(error))
    return Outcome(case, time.perf_counter() - began)


def _tick(file: FileIO, days: int) -> None:
    file.write(b"." * days)


def _failure(error: Exception) -> str:
    """What went wrong and where, in one line."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"


@contextlib.contextmanager
def _watching(experiment: Experiment, cases: list[Case], ticks: Path, watch: Watch) -> Iterator[None]:
    """Tell the share of the work that is done, from the sizes of the tick files, until the block ends."""
    ended = threading.Event()
    days = (experiment.file.end - experiment.file.start).days + 1
    total = days * sum(len(case.seeds) for case in cases)

    def look() -> None:
        while not ended.wait(POLL_SECONDS):
            watch.share_done(min(1.0, sum(_size(ticks / case.name) * len(case.seeds) for case in cases) / total))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def write_results(experiment: Experiment, directory: Path) -> tuple[pd.DataFrame, pd.DataFrame, list[Path]]:
    """Write summary.csv, effects.csv and the figures of the cases in `directory/cases`."""
    annual, monthly = (pd.read_csv(OBSERVED / name) for name in ("annual.csv", "monthly.csv"))
    with store.open_cases(directory / "cases") as dataset:
        summary = compare.summary(dataset, annual)
        effects = compare.effects(dataset, experiment.file.baseline)
        compare.write_csv(summary, directory / "summary.csv")
        compare.write_csv(effects, directory / "effects.csv")
        (directory / "figures").mkdir()
        drawn = figures.draw_all(dataset, summary, effects, monthly, experiment.geography, directory / "figures")
    return summary, effects, drawn


def attributes_of(experiment: Experiment) -> dict[str, str]:
    """What every case file says about itself: configuration, code, data and what the indicators mean."""
    return {
        "title": experiment.file.title,
        "baseline": experiment.file.baseline,
        "configuration": json.dumps(configuration(experiment), sort_keys=True),
        "corridor_version": version("corridor-sim"),
        "code_sha256": fingerprint(sorted((ROOT / "model").glob("*.py"))),
        "data_sha256": fingerprint(data_files(experiment)),
        "indicators": json.dumps({name: asdict(indicator) for name, indicator in INDICATORS.items()}),
    }


def configuration(experiment: Experiment) -> dict[str, Any]:
    """The whole configuration: the file's contents, what its policies say and every parameter's value."""
    return {
        **experiment.file.model_dump(mode="json"),
        "seeds": list(experiment.seeds),
        "policy_files": experiment.policy_files,
        "parameters": experiment.parameters.values(),
    }


def manifest(experiment: Experiment, outcomes: list[Outcome], directory: Path) -> dict[str, Any]:
    """What the run was: configuration, seeds, versions and hashes, and its case files."""
    attributes = attributes_of(experiment)
    return {
        "title": experiment.file.title,
        "experiment_file": experiment.path.name,
        "configuration": configuration(experiment),
        **{key: attributes[key] for key in ("corridor_version", "code_sha256", "data_sha256")},
        "packages": {name: version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "cases": [
            {
                "file": f"cases/{outcome.case.name}.nc",
                "world": outcome.case.world,
                "seeds": list(outcome.case.seeds),
                "seconds": round(outcome.seconds, 1),
                "sha256": fingerprint([directory / "cases" / f"{outcome.case.name}.nc"]),
            }
            for outcome in outcomes
        ],
    }


def data_files(experiment: Experiment) -> list[Path]:
    """The data files that a run depends on: all of model/data, and the user's own."""
    shipped = sorted(path for path in (ROOT / "model" / "data").iterdir() if path.suffix in {".csv", ".json"})
    return [*shipped, *experiment.data_files.values()]


def fingerprint(paths: list[Path]) -> str:
    """SHA-256 over the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
