"""Loading an experiment, and the options that every analysis takes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypedDict, TypeVar, cast

from corridor.experiments.config.documents.messages import allowed
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import Analysis, AnalysisResult, RunResult, StoredCases
from corridor.experiments.execution.processes.parallel import Execution
from corridor.experiments.execution.run import NotRun, ProgressCallbacks, run_analysis, run_then
from corridor.experiments.interface.source import LoadedExperiment, Source, read
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError
from corridor.results.store.destinations import check_own

P = ParamSpec("P")
T = TypeVar("T")
SPLITS = ("dirichlet", "equal")


class RunOptions(TypedDict, total=False):
    """What every analysis takes: where results go, what replaces the file's settings, and where cases run.

    `out`: folder for the results (by default results/runs/NAME, with the analysis behind the name); `seeds`, `scale`:
    instead of the file's; `settings`: further keys of the file, as in {"parameters.p_retry": 0.8}; `jobs`: processes at
    a time (as many as cores by default); `dask`: address of a cluster; `callbacks`: what to call in the course of it;
    `figures`: names of the figures that are drawn (all by default).
    """

    out: str | os.PathLike[str] | None
    seeds: int | str | None
    scale: float | str | None
    settings: Mapping[str, Any] | Sequence[str]
    jobs: int | None
    dask: str | None
    callbacks: ProgressCallbacks | None
    figures: Collection[str] | None


class Checks:
    """Checks of the options of an analysis, whose mistakes are reported together."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def __call__(self, check: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """What a check gives back; where it raises InputError, nothing that can be used."""
        try:
            return check(*given, **named)
        except InputError as error:
            self.problems += error.problems
            return cast(T, None)


@contextlib.contextmanager
def together() -> Iterator[Checks]:
    """Checks that raise InputError with all of their problems when they are done."""
    checks = Checks()
    yield checks
    if checks.problems:
        raise InputError(dict.fromkeys(checks.problems))


def with_options(source: Source, options: RunOptions, draws: bool = True) -> LoadedExperiment:
    """The experiment with what the options replace; its notes, in short, are handed to the user's callbacks."""
    found = read(source, options.get("seeds"), options.get("scale"), options.get("settings") or (), draws)
    for text in found.definition.short_notes:
        note(options, text)
    return found


def folder_of(experiment: LoadedExperiment, kind: str, options: RunOptions) -> Path:
    """The folder that is given, or that of this experiment and kind of analysis. Raises InputError where the latter
    belongs to another experiment file of the same name."""
    if (given := options.get("out")) is not None:
        return Path(given)
    return check_own(Path("results", "runs", f"{experiment.name}_{kind}".rstrip("_")), experiment.definition.path)


def execution_of(options: RunOptions) -> Execution:
    """Where cases run. Raises InputError for a number of processes that is not allowed."""
    import joblib

    jobs = options.get("jobs")
    if jobs is not None and jobs < 1:
        raise InputError([f"jobs: {jobs} is not allowed; 1 or more processes"])
    return Execution(jobs or int(joblib.cpu_count()), options.get("dask"))


def analyse(analysis: Analysis, folder: Path, options: RunOptions) -> RunResult:
    """Run what a folder lacks of an analysis and write its results."""
    chosen = WithFigures(analysis, options.get("figures"))
    return run_analysis(chosen, folder, execution_of(options), options.get("callbacks"))


@dataclass(frozen=True)
class WithFigures:
    """An analysis with some of its figures; with all of them where no names are given."""

    analysis: Analysis
    names: Collection[str] | None

    def plan(self) -> Experiment:
        """That of the analysis."""
        return self.analysis.plan()

    def results(self, cases: StoredCases) -> AnalysisResult:
        """Those of the analysis."""
        return self.analysis.results(cases).with_figures(self.names)


def analyse_each(analyses: Mapping[Path, Analysis], options: RunOptions) -> list[RunResult]:
    """Run several analyses, each in its folder. Where the callback of the estimate asks for no run it is called for all
    of them before NotRun is raised."""
    found: list[RunResult] = []
    for folder, analysis in analyses.items():
        with contextlib.suppress(NotRun):
            found.append(analyse(analysis, folder, options))
    if len(found) < len(analyses):
        raise NotRun
    return found


def run_only(experiment: Experiment, folder: Path, options: RunOptions, finish: Callable[[StoredCases], T]) -> T:
    """Run what a folder lacks of an experiment, and hand its cases to `finish`."""
    return run_then(experiment, folder, execution_of(options), options.get("callbacks") or ProgressCallbacks(), finish)


def note(options: RunOptions, text: str) -> None:
    """Hand a remark to the user's callbacks."""
    if callbacks := options.get("callbacks"):
        callbacks.note(text)


def note_draws_left_out(experiment: Experiment, options: RunOptions) -> None:
    """Remark that draws of a posterior are left out, where points of an analysis take their place."""
    if experiment.from_posterior:
        name = experiment.file.parameters
        note(options, f"parameters: {name} is left out: what is not varied here stays at its default")


def world_of(experiment: Experiment, name: str | None, beside: bool, option: str = "--world") -> str:
    """The world that is named; else the first that is not the baseline (`beside`), or the baseline.

    Raises InputError, which names the option, for a world that the experiment does not have and, with `beside`, for the
    baseline, from which it would differ by nothing.
    """
    names, baseline = list(experiment.file.worlds), experiment.file.baseline
    others = [world for world in names if world != baseline]
    if name is None:
        name = next(iter(others), baseline) if beside else baseline
    if name not in names:
        raise InputError([f"command line {option}: {name!r} is none of the worlds{allowed(names, name)}"])
    if beside and name == baseline:
        raise InputError([f"command line {option}: {name!r} is the baseline; another world is needed"])
    return name


def known_indicators(names: Sequence[str]) -> tuple[str, ...]:
    """The indicators, each once. Raises InputError for those that are not known."""
    hint = "; see `corridor list indicators`"
    unknown = [name for name in names if name not in INDICATORS]
    if unknown:
        raise InputError(
            f"command line --indicator: {name!r} is not a known indicator{allowed(INDICATORS, name, hint)}"
            for name in unknown
        )
    return tuple(dict.fromkeys(names))


def one_of(option: str, given: str, choices: Sequence[str]) -> str:
    """A choice. Raises InputError when it is none of those allowed."""
    if given not in choices:
        raise InputError([f"{option}: {given!r} is not allowed{allowed(choices, given)}"])
    return given
