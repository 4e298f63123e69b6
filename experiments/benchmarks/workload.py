"""One run of the model as a process of its own, which prints what it took: a program, so that it can time any version.

`python workload.py YEARS SCALE REPLICATES` simulates YEARS from 2018 on and prints seconds of processor time, people
and agents of all replicates, and the peak of memory in MB, as JSON. It imports the model that its path finds first:
that of this package, or that of versions before the package had one name.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

START = date(2018, 1, 1)
NAMES = (  # of the modules of the model, its parameters and policies, latest first
    ("corridor.model.simulation", "corridor.model.parameters", "corridor.model.policy"),
    ("model.model", "model.params", "model.policy"),
)


def model_of(years: int, scale: float, replicates: int) -> Any:
    """A model ready to run, without any policy."""
    for names in NAMES:
        try:
            simulation, parameters, policy = map(import_module, names)
        except ModuleNotFoundError:
            continue
        end, seeds = date(START.year + years - 1, 12, 31), list(range(1, replicates + 1))
        return simulation.MigrationModel(parameters.Parameters(), policy.Policy(), seeds, START, end, scale)
    raise ModuleNotFoundError("no version of the model is on the path")


def measure(years: int, scale: float, replicates: int) -> dict[str, float]:
    """Run it to the end; set-up is not counted in `seconds`."""
    model = model_of(years, scale, replicates)
    began = time.process_time()
    while model.date <= model.end:
        model.step()
    seconds = time.process_time() - began
    agents = int(model.migrants.n)
    return {"seconds": seconds, "agents": agents, "people": agents * scale, "peak_mb": peak_memory()}


def peak_memory() -> float:
    """Peak memory of this process in MB.

    What `getrusage` says on Linux is at least the peak of the process that began this one, so that it is not used.
    """
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))))
