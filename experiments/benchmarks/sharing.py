"""`corridor bench --sharing`: what a comparison costs whose worlds share their past, against worlds that run alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from rich.console import Console

from corridor.experiments.analyses.worlds import each_alone
from corridor.experiments.benchmarks.workload import peak_memory
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS
from corridor.experiments.execution.cases.sharing import shared_past, simulate_worlds
from corridor.model import Parameters, Policy, load_geography
from corridor.model.inputs.data_files import SHIPPED

EXPERIMENT = CONFIGS / "joint_statement.yaml"
SEEDS, ROUNDS = (1, 2), 3


def measure(scale: float = 20.0, rounds: int = ROUNDS) -> dict[str, Any]:
    """Run every world of the shipped comparison with each measure alone, at default parameters, both ways in turn.

    Seconds are medians over rounds; `day_ratio` is what the numbers of simulated days alone would give, and memory is
    the peak of this process after the first runs of each way, of which those without copies come first.
    """
    experiment = each_alone(load(EXPERIMENT, draws=False))
    file, policies = experiment.file, list(experiment.policies.values())
    geography = load_geography()

    def run(chosen: Sequence[Policy]) -> None:
        for _ in simulate_worlds(
            Parameters(),
            chosen,
            SEEDS,
            file.start,
            file.end,
            scale,
            geography=geography,
            files=SHIPPED,
            past_from=file.start,
        ):
            pass

    alone, shared, memory = [], [], []
    for _ in range(rounds):
        alone.append(sum(seconds(partial(run, [policy])) for policy in policies))
        memory.append(peak_memory())
        shared.append(seconds(partial(run, policies)))
        memory.append(peak_memory())
    tree, days = shared_past(policies, file.start, file.end), (file.end - file.start).days + 1
    return {
        "worlds": len(policies),
        "scale": scale,
        "seeds": len(SEEDS),
        "rounds": rounds,
        "seconds_alone": round(statistics.median(alone), 2),
        "seconds_shared": round(statistics.median(shared), 2),
        "ratio": round(statistics.median(alone) / statistics.median(shared), 2),
        "day_ratio": round(len(policies) * days / tree.all_days, 2),
        "copies_held": tree.copies,
        "memory_alone_mb": round(memory[0], 1),
        "memory_shared_mb": round(memory[1], 1),
    }


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def show(measured: dict[str, Any], console: Console) -> None:
    """Print the measurements for reading."""
    m = measured
    console.print(
        f"{m['worlds']} worlds, {m['seeds']} seeds at scale {m['scale']:g}, medians of {m['rounds']} rounds: "
        f"{m['seconds_alone']:.1f} s each alone, {m['seconds_shared']:.1f} s with a shared past; {m['ratio']:.2f} "
        f"times cheaper ({m['day_ratio']:.2f} by simulated days)"
    )
    console.print(
        f"at most {m['copies_held']} copies held; peak memory {m['memory_alone_mb']:.0f} MB alone, "
        f"{m['memory_shared_mb']:.0f} MB with a shared past"
    )
