"""Memory, disk and time that a run needs, by a rough estimate, and the limits above which it is refused.

The limits are the memory of this machine, the space that is free on the disk of the folder, and a number of hours; each
can be set by an environment variable.
"""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path

import psutil

from corridor.experiments.config.experiment import Experiment
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError

AGENT = 500  # bytes of an agent while it is simulated
VALUE = 4  # bytes of a value of a day in a case file, packed; they are 8 in memory
MOST_HOURS = 2000.0
MEMORY, DISK, HOURS = "CORRIDOR_MOST_MEMORY_GB", "CORRIDOR_MOST_DISK_GB", "CORRIDOR_MOST_HOURS"
GB = 1e9


def check_size(experiment: Experiment, replicates: int, folder: Path, jobs: int, here: bool) -> None:
    """Raises InputError where a run of so many replicates needs more memory or disk than the limits.

    Memory counts only where cases run `here`, and not on a cluster.
    """
    problems = []
    if here and (needed := memory(experiment, replicates, jobs)) > (most := limit(MEMORY, machine())):
        advice = "a larger scale, or fewer --jobs"
        problems.append(
            f"memory: about {needed:.1f} GB are needed; allowed: {most:.1f} ({MEMORY}); {advice}, needs less"
        )
    if (needed := disk(experiment, replicates)) > (most := limit(DISK, free_space(folder))):
        advice = "fewer seeds, points or worlds need less"
        problems.append(f"--out {folder}: about {needed:.1f} GB are needed; allowed: {most:.1f} ({DISK}); {advice}")
    if problems:
        raise InputError(problems)


def check_time(seconds: float) -> None:
    """Raises InputError where a run takes longer than the limit; a time that is not known is allowed."""
    hours, most = seconds / 3600.0, limit(HOURS, MOST_HOURS)
    if hours > most:
        advice = "a larger scale, fewer seeds, points or worlds take less"
        raise InputError([f"time: about {hours:,.0f} hours are needed; allowed: {most:,.0f} ({HOURS}); {advice}"])


def memory(experiment: Experiment, replicates: int, jobs: int) -> float:
    """GB of the agents that are simulated at a time."""
    side_by_side = min(experiment.max_replicates_per_simulation, replicates)
    processes = min(jobs, math.ceil(replicates / max(side_by_side, 1)))
    return AGENT * experiment.expected_agents * side_by_side * processes / GB


def disk(experiment: Experiment, replicates: int) -> float:
    """GB of case files."""
    days = (experiment.file.end - experiment.file.start).days + 1
    return VALUE * len(INDICATORS) * days * replicates / GB


def limit(variable: str, otherwise: float) -> float:
    """A limit as the environment variable says it. Raises InputError for one that is no number above zero."""
    text = os.environ.get(variable)
    if text is None:
        return otherwise
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not value > 0.0:
        raise InputError([f"environment variable {variable}: {text!r} is not allowed; a number above 0"])
    return value


def machine() -> float:
    """GB of memory of this machine."""
    return psutil.virtual_memory().total / GB


def free_space(folder: Path) -> float:
    """GB that are free where a folder is, or will be."""
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free / GB
