"""`corridor bench --batch`: how well batches use two cores, what the store costs, whether memory stays flat."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from corridor.experiments.benchmarks.workload import peak_memory
from corridor.experiments.config.loading import load
from corridor.experiments.execution.folders.scratch import temporary_folder
from corridor.experiments.execution.processes.parallel import Execution
from corridor.experiments.execution.processes.worker import Outcome
from corridor.experiments.execution.run import ProgressCallbacks, RunEstimate, run_then

CORES = 2
SCALE, TINY_SCALE = 40, 1000
DAYS_OF_A_SECOND, DAYS_OF_A_HALF, TINY_DAYS = 365, 150, 2
CASES, MANY = 40, 800
EXPERIMENT = """\
title: Benchmark
start: 2022-01-01
end: 2022-12-31
past: none
seeds: 1
worlds: {baseline: {title: Baseline, policies: []}}
baseline: baseline
"""


@dataclass(frozen=True)
class Timed:
    """The total time of a batch, the seconds of its cases' simulations, and the peak of memory after each case."""

    wall: float
    simulated: list[float]
    memory: list[float]


def measure() -> dict[str, Any]:
    """Run small batches in a folder that is removed afterwards; without tables and figures, with store and index.

    `parallel_efficiency` is the time on one core over twice the time on two, worker start included; `overhead` the
    share of a batch on one core that is not simulation; `memory_mb_per_1000` how the peak memory of the runner grows
    over the second half of many tiny cases.
    """
    one, two = (batch(DAYS_OF_A_SECOND, SCALE, CASES, jobs) for jobs in (1, CORES))
    half = batch(DAYS_OF_A_HALF, SCALE, CASES, 1)
    tiny = batch(TINY_DAYS, TINY_SCALE, MANY, CORES)
    middle = len(tiny.memory) // 2
    return {
        "cases": CASES,
        "seconds_a_case": round(sum(one.simulated) / CASES, 3),
        "seconds_on_one_core": round(one.wall, 2),
        "seconds_on_two_cores": round(two.wall, 2),
        "parallel_efficiency": round(one.wall / (CORES * two.wall), 3),
        "overhead_seconds_a_case": round(sum(half.simulated) / CASES, 3),
        "overhead": round(1.0 - sum(half.simulated) / half.wall, 3),
        "many_cases": MANY,
        "memory_mb": round(tiny.memory[-1], 1),
        "memory_mb_per_1000": round((tiny.memory[-1] - tiny.memory[middle]) * 1000.0 / (MANY - middle), 2),
    }


def batch(days: int, scale: float, cases: int, jobs: int) -> Timed:
    """Run a batch of cases of one seed over a number of days of 2022."""
    with temporary_folder() as folder:
        path = folder / "bench.yaml"
        last = time.strftime("%Y-%m-%d", time.strptime(f"2022 {days}", "%Y %j"))
        design = f"design: {{kind: latin_hypercube, points: {cases}, parameters: [p_retry, boat_cost]}}\n"
        text = EXPERIMENT.replace("2022-12-31", last) + f"scale: {scale}\n{design}"
        path.write_text(text, encoding="utf-8")
        experiment = load(path)
        simulated: list[float] = []
        memory: list[float] = []

        def case_done(outcome: Outcome) -> None:
            simulated.append(outcome.seconds)
            memory.append(peak_memory())

        began: list[float] = []

        def begin(_: RunEstimate) -> bool:
            began.append(time.perf_counter())
            return True

        callbacks = ProgressCallbacks(estimated=begin, case_done=case_done)
        run_then(experiment, folder / "out", Execution(jobs), callbacks, lambda _: None)
        return Timed(time.perf_counter() - began[0], simulated, memory)


def show(measured: dict[str, Any], console: Console) -> None:
    """Print the measurements for reading."""
    m = measured
    console.print(
        f"{m['cases']} cases of {m['seconds_a_case']:.2f} s: {m['seconds_on_one_core']:.1f} s on one core, "
        f"{m['seconds_on_two_cores']:.1f} s on two; parallel efficiency {m['parallel_efficiency']:.2f}"
    )
    console.print(
        f"store and scheduling take {m['overhead']:.1%} of a batch of cases of {m['overhead_seconds_a_case']:.2f} s"
    )
    console.print(
        f"memory of the runner over {m['many_cases']} tiny cases: at most {m['memory_mb']:.0f} MB, growing "
        f"by {m['memory_mb_per_1000']:.1f} MB per 1,000 cases at the end"
    )
