"""An experiment as users hold it: loaded and checked, with its analyses as methods."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from corridor.experiments.execution.analysis import RunResult
from corridor.experiments.interface import analyses, concluding
from corridor.experiments.interface.source import LoadedExperiment, Source, read


class Experiment(LoadedExperiment):
    """A loaded and checked experiment; its methods take the options of the functions of the same names."""

    def run(self, **options: Any) -> RunResult:
        """Run every world; see `corridor.run`."""
        return analyses.run(self, **options)

    def compare(self, **options: Any) -> RunResult:
        """Compare worlds, or each measure alone, too, with the baseline; see `corridor.compare`."""
        return analyses.compare(self, **options)

    def attribute(self, **options: Any) -> RunResult:
        """Share a package's effect over its measures; see `corridor.attribute`."""
        return analyses.attribute(self, **options)

    def dose(self, levers: Mapping[str, Sequence[float]], **options: Any) -> RunResult:
        """The effect of levers at several values; see `corridor.dose`."""
        return analyses.dose(self, levers, **options)

    def sensitivity(self, **options: Any) -> RunResult:
        """Which parameters matter; see `corridor.sensitivity`."""
        return analyses.sensitivity(self, **options)

    def explore(self, **options: Any) -> RunResult:
        """How worlds do over sampled parameters; see `corridor.explore`."""
        return analyses.explore(self, **options)

    def conclusions(self, statements: str | os.PathLike[str] | None = None, **options: Any) -> RunResult:
        """At which share of points and draws statements hold; see `corridor.conclusions`."""
        return concluding.conclusions(self, statements, **options)

    def allocate(self, budget: float, **options: Any) -> RunResult:
        """Packages within a budget that no other beats; see `corridor.allocate`."""
        return analyses.allocate(self, budget, **options)


def load(
    source: Source,
    *,
    seeds: int | str | None = None,
    scale: float | str | None = None,
    settings: Mapping[str, Any] | Sequence[str] = (),
) -> Experiment:
    """Read and check an experiment: a file, the name of a shipped one, or a dict like a file.

    `seeds`, `scale` and `settings` (as in {"parameters.p_retry": 0.8}) replace what the file says; paths in a dict are
    relative to the current folder. Raises InputError with all problems.
    """
    read_one = read(source, seeds, scale, settings)
    return Experiment(**vars(read_one))
