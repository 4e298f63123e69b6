"""`corridor bench --publish`: sizes, replicates, copies and the route walk, side by side, as a page."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from corridor.experiments.benchmarks.in_turn import Program, in_turn, workload
from corridor.experiments.benchmarks.reference import reference_speed
from corridor.experiments.benchmarks.workload import model_of

WALK = Path(__file__).parent / "route_walk"
WALK_DAYS, WALKERS = 365, (10_000, 100_000)
OWN, OBJECTS, C = "corridor", "Mesa objects", "C, everybody every day"
PEERS = {"laser-core": "walk_laser", "Starsim": "walk_starsim", "mesa-frames": "walk_mesa_frames"}
SIZES = {"1:100": (100.0, 1), "1:10": (10.0, 1), "1:1": (1.0, 1)}  # people per agent, copies of the world
TEN_COPIES = {"ten copies of 1:1": (1.0, 10)}
REPLICATES, REPLICATE_SCALE = (1, 4, 16, 64), 10.0
COPY_SCALE, COPIES = 1.0, 5


def measure(years: int, rounds: int, long: bool, peers: str | None = None) -> dict[str, Any]:
    """All parts; with `long`, ten copies of the world at 1:1 and a million walkers, too; with `peers`, an interpreter
    that has other engines, these walk, too."""
    sizes = SIZES | (TEN_COPIES if long else {})
    walkers = (*WALKERS, *((1_000_000,) if long else ()))
    return {
        "years": years,
        "rounds": rounds,
        "machine": machine(),
        "sizes": by_size(years, rounds, sizes),
        "replicates": by_replicates(years, rounds),
        "copy": copying(years),
        "reference": reference_speed(),
        "walk": [row for people in walkers for row in walk(people, rounds, peers)],
    }


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def processor() -> str:
    """The name of the processor, as far as the system says it."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def by_size(years: int, rounds: int, sizes: dict[str, tuple[float, int]]) -> dict[str, Any]:
    """Seconds and memory of worlds of several sizes; the exponent of seconds in agents above the smallest, and bytes
    an agent between the smallest and the largest."""
    timings = in_turn({name: workload(years, *size) for name, size in sizes.items()}, rounds)
    rows: list[dict[str, Any]] = [
        {
            "world": name,
            "agents": int(timings.median(name, "agents")),
            "seconds": timings.median(name),
            "peak_mb": timings.median(name, "peak_mb"),
        }
        for name in sizes
    ]
    large = np.array([[row["agents"], row["seconds"]] for row in rows[1:]], dtype=np.float64)
    agents, seconds = np.log(large.T)
    exponent = np.polyfit(agents, seconds, 1)[0] if len(large) > 1 else float("nan")
    first, last = rows[0], rows[-1]
    spread = (last["peak_mb"] - first["peak_mb"]) * 2.0**20 / (last["agents"] - first["agents"])
    return {"rows": rows, "exponent": float(exponent), "bytes_an_agent": float(spread)}


def by_replicates(years: int, rounds: int) -> list[dict[str, float]]:
    """Seconds of a replicate among several, and how many times cheaper it is than alone."""
    names = {str(number): workload(years, REPLICATE_SCALE, number) for number in REPLICATES}
    timings = in_turn(names, rounds)
    return [
        {
            "together": float(name),
            "seconds_each": timings.median(name) / float(name),
            "times_cheaper": timings.ratio("1", name) * float(name),
        }
        for name in names
    ]


def copying(years: int) -> dict[str, float]:
    """Milliseconds to copy a world at 1:1 after its last day but one."""
    model = model_of(years, COPY_SCALE, 1)
    for _ in range((model.end - model.start).days):
        model.step()
    spent = []
    for _ in range(COPIES):
        began = time.process_time()
        model.copy()
        spent.append(time.process_time() - began)
    return {"agents": float(model.migrants.n), "milliseconds": 1000.0 * statistics.median(spent)}


def walk(people: int, rounds: int, peers: str | None) -> list[dict[str, Any]]:
    """The route walk on our tables, with one Mesa agent a person, in C where gcc is there, and on other engines: a row
    for each with its seconds, how many times those of ours they are, and the attempts a person and year."""
    arguments = (str(people), str(WALK_DAYS))
    programs = {name: Program(WALK / f"{file}.py", arguments) for name, file in ((OWN, "tables"), (OBJECTS, "objects"))}
    if shutil.which("gcc"):
        programs[C] = Program(WALK / "peers" / "walk_c.py", arguments, (WALK,))
    if peers:
        programs |= {
            name: Program(WALK / "peers" / f"{file}.py", arguments, (WALK,), peers) for name, file in PEERS.items()
        }
    timings = in_turn(programs, rounds)
    return [
        {
            "people": people,
            "program": name,
            "seconds": timings.median(name),
            "ratio": timings.ratio(name, OWN),
            "attempts": timings.median(name, "attempts"),
        }
        for name in programs
    ]
