"""`corridor bench`: the time of each stage of a day, the memory of a run, and the time saved by running seeds
together."""

from __future__ import annotations

import platform
import time
from datetime import date
from typing import Any

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from corridor.experiments.benchmarks.reference import reference_speed, show_reference
from corridor.experiments.benchmarks.workload import peak_memory
from corridor.model import Policy, simulate
from corridor.model.parameters import Parameters
from corridor.model.simulation import MigrationModel
from corridor.model.tables import FINAL

START = date(2018, 1, 1)
SEED = 1
SEEDS_TOGETHER = 8
SMALL_SCALE = 10.0
COUNT_EVERY = 30


def measure(scale: float, years: int) -> dict[str, Any]:
    """Time one replicate stage by stage, eight together against one alone at a small scale, arrays against agents.

    Everything runs in this process, without any policy.
    """
    end = date(START.year + years - 1, 12, 31)
    return {
        "years": years,
        "scale": scale,
        **_one_by_stages(scale, end),
        "replicates": _alone_and_together(max(scale, SMALL_SCALE), end),
        "reference": reference_speed(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
    }


def _one_by_stages(scale: float, end: date) -> dict[str, Any]:
    """One replicate: time of each stage, people, agent-days (people still under way, counted every 30 days), memory.

    Memory is the peak of the process, with Python and its libraries.
    """
    began = time.perf_counter()
    model = MigrationModel(Parameters(), Policy(), [SEED], START, end, scale, timed=True)
    set_up = time.perf_counter() - began
    days = (end - START).days + 1
    agent_days = _agent_days(model, days)
    stages = dict(model.timings or {})
    seconds = sum(stages.values())
    return {
        "people": int(model.migrants.n * scale),
        "days": days,
        "set_up_seconds": round(set_up, 3),
        "seconds": round(seconds, 3),
        "agent_days": int(agent_days),
        "agent_days_per_second": round(agent_days / seconds),
        "peak_memory_mb": round(peak_memory(), 1),
        "stages": [
            {"stage": name, "seconds": round(spent, 3), "share": round(spent / seconds, 4)}
            for name, spent in stages.items()
        ],
    }


def _alone_and_together(scale: float, end: date) -> dict[str, Any]:
    alone, together = (_seconds(replicates, end, scale) for replicates in (1, SEEDS_TOGETHER))
    return {
        "scale": scale,
        "together": SEEDS_TOGETHER,
        "seconds_alone": round(alone, 3),
        "seconds_together": round(together, 3),
        "ratio_per_replicate": round(together / SEEDS_TOGETHER / alone, 3),
    }


def _agent_days(model: MigrationModel, days: int) -> float:
    """Step through all days; people under way, summed over days."""
    counted = []
    for day in range(days):
        model.step()
        if day % COUNT_EVERY == 0:
            counted.append(np.count_nonzero(~np.isin(model.migrants.column("status"), FINAL)))
    return float(np.mean(counted)) * days


def _seconds(replicates: int, end: date, scale: float) -> float:
    began = time.perf_counter()
    simulate(Parameters(), Policy(), range(1, replicates + 1), START, end, scale)
    return time.perf_counter() - began


def show(measured: dict[str, Any], console: Console) -> None:
    """Print the measurements for reading."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("stage", "seconds", "share"):
        table.add_column(name, justify="left" if name == "stage" else "right")
    for row in sorted(measured["stages"], key=lambda row: -row["seconds"]):
        table.add_row(row["stage"], f"{row['seconds']:.2f}", f"{row['share']:.1%}")
    table.add_section()
    table.add_row("all", f"{measured['seconds']:.2f}", "100.0%")
    console.print(table)
    print(f"{measured['people']:,} people at {measured['scale']:g} people per agent, {measured['days']:,} days")
    speed, memory = measured["agent_days_per_second"], measured["peak_memory_mb"]
    print(f"{speed:,} agent-days a second, peak memory {memory:,.0f} MB")
    pair = measured["replicates"]
    print(
        f"{pair['together']} replicates together at scale {pair['scale']:g}: {pair['seconds_together']:.2f} s; "
        f"one alone: {pair['seconds_alone']:.2f} s; per replicate {pair['ratio_per_replicate']:.2f} times one alone"
    )
    show_reference(measured["reference"])
