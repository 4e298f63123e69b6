"""Progress of cases on the terminal, and how a command runs an analysis."""

from __future__ import annotations

import contextlib
import math
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from corridor.experiments.cli.errors import FAILED, end, report_store_errors

if TYPE_CHECKING:
    from corridor.experiments.cli.options import RunOptions
    from corridor.experiments.execution.analysis import RunResult, StoredResult
    from corridor.experiments.execution.processes.worker import Outcome
    from corridor.experiments.execution.run import ProgressCallbacks, RunEstimate

T = TypeVar("T")
TERMINATED = 143
MEANS = {"arrivals_people": "arrivals", "deaths_channel": "deaths in the Channel"}  # shown while cases run
WORLDS_SHOWN = 4
SHOWN_AT = {2**k for k in range(1, 20)}  # cases that have ended, when means are shown: rarely, as lines stay


def run_with_progress(
    options: RunOptions, call: Callable[..., RunResult], show: Callable[[RunResult], None], then: str = ""
) -> None:
    """Call a function of `experiments.interface` with the common options, show progress, then print its results.

    `call` is given the options as keywords. For a dry run the first estimate is printed, and `then` below it. A figure
    that could not be plotted ends the command with exit code 1, after everything else is written and printed.
    """
    with report_store_errors():
        from corridor.experiments.execution.run import NotRun

        signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that a run that is ended also cleans up
        try:
            with callbacks_of(options) as callbacks:
                result = call(**options.for_interface(), callbacks=callbacks)
        except NotRun:
            if then:
                print(then)
            return
        if not options.quiet:
            show(result)
        if result.failed_figures:
            end(f"{len(result.failed_figures)} figures could not be plotted; the tables are complete", FAILED)


@contextlib.contextmanager
def callbacks_of(options: RunOptions) -> Iterator[ProgressCallbacks]:
    """Callbacks that show a bar on a terminal, else a line for every case that ends; none if quiet."""
    from corridor.experiments.execution.run import ProgressCallbacks

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    where = f"the cluster at {options.dask}" if options.dask else ""
    if options.dry_run:

        def only_print(estimate: RunEstimate) -> bool:
            print(estimate_line(estimate, where, options.jobs))
            return False

        yield ProgressCallbacks(estimated=only_print, note=print)
    elif options.quiet:
        yield ProgressCallbacks(note=lambda text: console.print(text, markup=False))
    else:
        with bar(console) as progress:
            yield ShownProgress(console, progress, where, options.jobs).callbacks()


def bar(console: Console) -> Progress:
    """A bar with percent, rate, time left and failures, on a terminal."""
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TaskProgressColumn(),
        TextColumn("{task.fields[status]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


class ShownProgress:
    """Counts the cases that end, and shows it."""

    def __init__(self, console: Console, progress: Progress, where: str, jobs: int | None) -> None:
        self.console, self.progress, self.where, self.jobs = console, progress, where, jobs
        self.task = progress.add_task("running", total=1.0, status="", visible=False)
        self.cases, self.ended, self.failed, self.began = 0, 0, 0, time.monotonic()
        self.means = RunningMeans()

    def callbacks(self) -> ProgressCallbacks:
        """These methods as callbacks."""
        from corridor.experiments.execution.run import ProgressCallbacks

        return ProgressCallbacks(self.estimated, self.share_done, self.case_done, self.note)

    def note(self, text: str) -> None:
        """Print a line, unless it is empty."""
        if text:
            self.console.print(text, markup=False)

    def estimated(self, estimate: RunEstimate) -> bool:
        """Print what has to run, and begin to count."""
        self.note(estimate_line(estimate, self.where, self.jobs))
        self.cases, self.ended, self.failed, self.began = len(estimate.to_do), 0, 0, time.monotonic()
        self.progress.update(self.task, completed=0.0, status="", visible=self.cases > 0)
        return True

    def share_done(self, share: float) -> None:
        """Move the bar."""
        self.progress.update(self.task, completed=share)

    def case_done(self, outcome: Outcome) -> None:
        """Count a case; print it where it failed or where there is no bar."""
        self.ended, self.failed = self.ended + 1, self.failed + (outcome.failure is not None)
        rate = 60.0 * self.ended / max(time.monotonic() - self.began, 1e-9)
        self.progress.update(self.task, status=f"{self.ended}/{self.cases}, {rate:.3g}/min, {self.failed} failed")
        if outcome.failure:
            self.note(f"{self.ended} of {self.cases} cases ended: {outcome.case.name} failed: {outcome.failure.error}")
        elif not self.console.is_terminal:
            left = (time.monotonic() - self.began) * (self.cases - self.ended) / self.ended
            time_left = f"; {duration(left)} left" if self.ended < self.cases else ""
            self.note(
                f"{self.ended} of {self.cases} cases done: {outcome.case.name}, {outcome.seconds:.0f} s{time_left}"
            )
        self.means.add(outcome)
        if self.ended in SHOWN_AT:
            self.note(self.means.words())


class RunningMeans:
    """What has been found so far: means of whole runs by world, of the cases that have ended."""

    def __init__(self) -> None:
        self.values: dict[str, list[tuple[float, ...]]] = {}

    def add(self, outcome: Outcome) -> None:
        """Add the replicates of a case that did not fail."""
        from corridor.results.store.yearly import WHOLE

        found = outcome.described
        for k, period in enumerate(found.get("year", ())):
            if period == WHOLE and set(MEANS) <= set(found):
                row = tuple(float(found[name][k]) for name in MEANS)
                self.values.setdefault(outcome.case.world, []).append(row)

    def words(self) -> str:
        """The means of the first worlds in a line; empty where nothing is known."""
        texts = []
        for world, rows in list(self.values.items())[:WORLDS_SHOWN]:
            means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
            about = ", ".join(f"{mean:,.0f} {unit}" for mean, unit in zip(means, MEANS.values(), strict=True))
            texts.append(f"{world} {about} ({len(rows)} {'run' if len(rows) == 1 else 'runs'})")
        more = f"; and {len(self.values) - WORLDS_SHOWN} more worlds" if len(self.values) > WORLDS_SHOWN else ""
        return f"means so far: {'; '.join(texts)}{more}" if texts else ""


def estimate_line(estimate: RunEstimate, where: str, jobs: int | None) -> str:
    """What has to run and about how long it takes, in a line."""
    experiment = estimate.experiment
    points = f", {counted(len(experiment.points), 'point')}" if experiment.designed else ""
    size = f"{counted(len(experiment.file.worlds), 'world')}{points}, {counted(len(experiment.seeds), 'seed')}"
    stored = f"; {estimate.stored} replicates are in the store" if estimate.stored else ""
    place = where or counted(min(jobs or cores(), estimate.cases), "process", "processes")
    work = f"{counted(estimate.replicates, 'replicate')} in {counted(estimate.cases, 'case')}"
    head = f"{experiment.file.title}: {work} over {place}; {size}"
    if not estimate.to_do:
        return f"{head}; all are in the store"
    return f"{head}{stored}; {counted(len(estimate.to_do), 'case')} to run, {duration(estimate.seconds)}"


def counted(number: int, one: str, several: str = "") -> str:
    """How many, in words: `1 case`, `2 cases`."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"


def cores() -> int:
    """Processors of this machine."""
    import joblib

    return int(joblib.cpu_count())


def duration(seconds: float) -> str:
    """A rough length of time, in words."""
    if math.isnan(seconds):
        return "for an unknown time, as the first case fails"
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def print_files(result: RunResult | StoredResult) -> None:
    """Print what has to be said of the results, how long they took, and where the files are."""
    for note in result.new_notes:
        print(note)
    names = ", ".join([*result.files, *(f"{name}.csv" for name in result.tables)])
    took = f"{result.seconds:.0f} s. " if result.seconds else ""
    print(f"\n{took}Everything is in {result.folder}:\n  {names}, manifest.json, data_dictionary.csv")
    for path in result.figures:
        print(f"  {path.relative_to(result.folder)}")
