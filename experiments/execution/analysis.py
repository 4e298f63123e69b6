"""The shape of every analysis: a plan of worlds, points and seeds; stored cases; named tables and figures.

An analysis is run by `run.run_analysis`. It says which cases it needs (`plan`) and turns them into tables and figures
(`results`); it does not print, exit or write. All that it names is published and listed in the
manifest, column by column.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import pandas as pd

from corridor.experiments.config.documents.messages import allowed
from corridor.experiments.config.experiment import Experiment
from corridor.results.store import run_folder
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.shape import Shape

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

Draw: TypeAlias = "Callable[[], Figure]"  # draws a figure when it is called


@dataclass(frozen=True)
class Table:
    """A table of results: what it is, how it is laid out for readers, and for each column its meaning with the unit.

    The shape names each column once. `columns` describes those that `results.tables.dictionary` does not know already.
    """

    frame: pd.DataFrame
    meaning: str
    shape: Shape
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnalysisResult:
    """The results of an analysis: tables by name (`effects` becomes effects.csv), functions that draw figures
    by name, the contents of further text files by file name, sentences that a reader of the tables needs, and the names
    of files that the analysis has written itself."""

    tables: Mapping[str, Table]
    figures: Mapping[str, Draw] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def with_figures(self, names: Collection[str] | None) -> AnalysisResult:
        """These results with the figures of these names (None: all); a name that none has is noted."""
        if names is None:
            return self
        known = self.figures
        unknown = [f"No figure is called {name!r}{allowed(known, name)}" for name in names if name not in known]
        chosen = {name: draw for name, draw in known.items() if name in names}
        return replace(self, figures=chosen, notes=(*self.notes, *unknown))


class StoredCases:
    """The complete cases of an analysis in its folder, read when they are used."""

    def __init__(self, experiment: Experiment, folder: Path) -> None:
        self.experiment, self.folder = experiment, folder

    @cached_property
    def contents(self) -> run_folder.RunContents:
        """The cases of the plan that the folder holds."""
        return run_folder.inspect_run(self.folder, verify_hashes=False)

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Daily records of all cases, lazily."""
        return run_folder.open_run(self.folder)

    @cached_property
    def indicators(self) -> dict[str, dict[str, str]]:
        """What each indicator is: unit, kind, meaning."""
        return run_folder.known_indicators(self.contents)

    @cached_property
    def values(self) -> pd.DataFrame:
        """Yearly values of all indicators: world, point (with a design), seed, indicator, year, value."""
        return run_folder.yearly_values(self.contents, self.indicators)

    @property
    def whole_run(self) -> pd.DataFrame:
        """Those of `values` that are of the whole run."""
        return self.values[self.values.period == WHOLE]

    @property
    def titles(self) -> dict[str, str]:
        """World -> its title."""
        return titles_of(self.experiment)

    @property
    def baseline(self) -> str:
        """The world that the others are compared with."""
        return self.experiment.file.baseline


class Analysis(Protocol):
    """One question asked of an experiment."""

    def plan(self) -> Experiment:
        """The worlds, points and seeds that have to be run, as an experiment."""
        ...

    def results(self, cases: StoredCases) -> AnalysisResult:
        """Tables and figures from the stored cases. Raises InputError where they cannot answer the question."""
        ...


class ShownResult:
    """A result in its folder, which shows itself in a notebook and writes its report."""

    folder: Path
    tables: dict[str, pd.DataFrame]
    figures: list[Path]

    def __repr__(self) -> str:
        """The folder, the tables by name, and how many figures there are: not their contents, which are long."""
        names = ", ".join(self.tables) or "none"
        return f"{type(self).__name__}({str(self.folder)!r}; tables: {names}; files of figures: {len(self.figures)})"

    def report(self, **options: Any) -> list[Path]:
        """Write report.html and report.pdf; see `corridor.report`."""
        from corridor.experiments.execution.reporting import report

        return report(self.folder, **options)

    def _repr_html_(self) -> str:
        """The main table and the first figure."""
        from corridor.results.report.snippet import snippet

        return snippet(self.folder)


@dataclass(frozen=True, repr=False)
class StoredResult(ShownResult):
    """What was made of a stored run: as `RunResult`, without an experiment, and no seconds, as nothing was run."""

    folder: Path
    tables: dict[str, pd.DataFrame]
    figures: list[Path]
    notes: tuple[str, ...] = ()
    failed_figures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    files: tuple[str, ...] = ()

    @property
    def new_notes(self) -> tuple[str, ...]:
        """The notes: all of them are of the results."""
        return self.notes


@dataclass(frozen=True, repr=False)
class RunResult(ShownResult):
    """A finished analysis: its tables as pandas frames by name, paths of its figures and of its folder, the experiment,
    seconds, and sentences that a reader of the tables needs.

    `failed_figures` has the error of each figure that could not be plotted; tables never wait for figures. `files` are
    the names of what the analysis has written itself, such as a posterior.
    """

    folder: Path
    tables: dict[str, pd.DataFrame]
    figures: list[Path]
    experiment: Experiment
    seconds: float
    notes: tuple[str, ...] = ()
    failed_figures: dict[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    @property
    def titles(self) -> dict[str, str]:
        """World -> its title."""
        return titles_of(self.experiment)

    @property
    def new_notes(self) -> tuple[str, ...]:
        """The notes of the results; those of the experiment are printed before the run."""
        return self.notes[len(self.experiment.notes) :]


def titles_of(experiment: Experiment) -> dict[str, str]:
    """World -> its title."""
    return {name: world.title for name, world in experiment.file.worlds.items()}
