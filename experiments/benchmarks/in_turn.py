"""Programs timed in turn, each as a process of its own: A B A B ..., so that a comparison holds while the machine's
speed drifts; medians, and the median of the ratios of neighbours in time."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corridor.experiments.execution.errors import RunError

WORKLOAD = Path(__file__).with_name("workload.py")


@dataclass(frozen=True)
class Program:
    """A Python program, its arguments, folders that it imports from first, and the interpreter."""

    file: Path
    arguments: Sequence[str] = ()
    path: tuple[Path, ...] = ()
    python: str = sys.executable

    def run(self) -> dict[str, float]:
        """Run it and read the JSON that it prints. Raises RunError with what it wrote on stderr where it fails."""
        found = os.pathsep.join(map(str, self.path))
        done = subprocess.run(
            [self.python, str(self.file), *self.arguments],
            capture_output=True,
            text=True,
            env={**os.environ, **({"PYTHONPATH": found} if found else {})},
            cwd=self.path[0] if self.path else None,
            check=False,
        )
        if done.returncode != 0:
            raise RunError(f"{self.file.name} {' '.join(self.arguments)} failed:\n{done.stderr[-2000:]}")
        measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return measured


@dataclass(frozen=True)
class Timings:
    """What programs measured, by their names: one mapping for each round."""

    rounds: Mapping[str, list[dict[str, float]]] = field(default_factory=dict)

    def median(self, name: str, what: str = "seconds") -> float:
        """The median over rounds."""
        return statistics.median(each[what] for each in self.rounds[name])

    def ratio(self, name: str, other: str) -> float:
        """How many times longer one takes than the other: the median over rounds, each of one run of both."""
        pairs = zip(self.rounds[name], self.rounds[other], strict=True)
        return statistics.median(one["seconds"] / two["seconds"] for one, two in pairs)


def in_turn(programs: Mapping[str, Program], rounds: int) -> Timings:
    """Run all programs one after another, so many times."""
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            measured[name].append(program.run())
    return Timings(measured)


def workload(years: int, scale: float, replicates: int, path: tuple[Path, ...] = ()) -> Program:
    """A run of the model; with `path`, of the version that is found there."""
    return Program(WORKLOAD, (str(years), f"{scale:g}", str(replicates)), path)
