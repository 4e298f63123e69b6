"""A checked experiment: what its file says, and what follows from it (`loading` reads the file)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from corridor.experiments.config.cases import Case, Point
from corridor.experiments.config.data.data_files import CONDITIONS, without_conditions
from corridor.experiments.config.data.sea import SAMPLED, SEA_RECORD, SeaRecord, nights_by_source
from corridor.experiments.config.designs.point_files import NO_DRAWS, Draws
from corridor.experiments.config.experiment_file import ExperimentFile
from corridor.experiments.config.policies.effective import InputsOfRun
from corridor.experiments.config.policies.strengths import strength_factors
from corridor.experiments.config.shipped import called
from corridor.model import Geography, Policy, load_geography
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.conditions import NO_CONDITIONS, Conditions
from corridor.model.inputs.history import History
from corridor.model.parameters import Parameter, Parameters
from corridor.model.policy import Measure
from corridor.results.observed import DAILY

NO_POINT = Point()
MOST_SEEDS_TOGETHER = 8  # in one case, which is one file
MOST_REPLICATES_TOGETHER = 128  # of cases side by side in one simulation; at scale 50, 64 cost 28 % more, 192 7 % less
MOST_AGENTS_TOGETHER = 8_000_000  # four seeds at one agent a person, about a gigabyte


@dataclass(frozen=True)
class Experiment:
    """A checked experiment: the file's contents and what they were turned into."""

    path: Path
    file: ExperimentFile
    parameters: Parameters
    parameter_table: Mapping[str, Parameter]
    """All parameters as this experiment declares them, by name."""
    policies: dict[str, Policy]
    further: tuple[Measure, ...]
    """The measures that the file names beyond those of its worlds."""
    policy_files: dict[str, dict[str, Any]]
    data_files: dict[str, Path]
    """The user's own data files by their key, of all worlds that do not name one of their own."""
    expected_agents: int
    """Agents of one seed, in the world that has most."""
    points: tuple[Point, ...]
    point_seeds: tuple[int, ...] = ()
    """A seed for each point, where every point runs with its own instead of with all seeds of the file."""
    from_posterior: bool = False
    """Whether the points are draws of a posterior, one for each seed: seeds then differ in parameters, too."""
    draws: Draws = NO_DRAWS
    """All draws of that posterior, of which `points` are the first."""
    world_files: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    """World -> the files of data and of conditions that it names itself; worlds that name none are left out."""
    notes: tuple[str, ...] = ()
    """What is valid and might not be noticed: rows that are missing, a posterior with another first day."""
    replacements: Mapping[str, str] = field(default_factory=dict)
    """Shipped policies that files of the user's own replace, by name, with the note that says so."""
    past_from: date | None = None
    """The first day that is simulated, where that is before the first that is recorded."""
    conditions: Conditions = NO_CONDITIONS
    """Conditions of the time that the file has for all draws; those of one draw are in its point."""
    world_conditions: Mapping[Path, Conditions] = field(default_factory=dict)
    """Conditions that worlds have in their place, by the CSV that `world_files` names."""

    @property
    def short_notes(self) -> tuple[str, ...]:
        """The notes for the beginning of a run: all replaced policies, which `check` says one by one, in a line."""
        others = [text for text in self.notes if text not in self.replacements.values()]
        names = ", ".join(map(repr, self.replacements))
        kind = "policy" if len(self.replacements) == 1 else "policies"
        replaced = [f"policies/ replaces the shipped {kind} {names} (see corridor check)"] if names else []
        return (*others, *replaced)

    def conditions_of(self, world: str, point: Point = NO_POINT) -> Conditions:
        """All conditions of the time of a world at a point."""
        own = self.world_files.get(world, {}).get(CONDITIONS)
        held = self.conditions if own is None else self.world_conditions[own]
        return held.times(Conditions(point.conditions))

    @property
    def factor_table(self) -> dict[str, Parameter]:
        """All that analyses can vary, by name: the parameters, and the strengths of measures in doubt."""
        measures = [measure for policy in self.policies.values() for measure in policy.measures]
        return {**self.parameter_table, **strength_factors([*measures, *self.further])}

    @property
    def first_day(self) -> date:
        """The first day that is simulated."""
        return self.past_from or self.file.start

    def files_of(self, world: str) -> dict[str, Path]:
        """The user's own data files that a world uses, by their key."""
        return {**self.data_files, **without_conditions(self.world_files.get(world, {}))}

    def sea_record_of(self, world: str) -> SeaRecord | None:
        """The record from which a world takes its nights that are past; None where all are drawn."""
        if self.file.sea == SAMPLED:
            return None
        return SeaRecord(self.files_of(world).get(SEA_RECORD, DAILY), self.file.sea_record_until)

    def nights_of(self, world: str) -> dict[str, int]:
        """How many nights of the run come from each source in a world."""
        sea = self.files_of(world).get("sea")
        return nights_by_source(sea, self.sea_record_of(world), self.first_day, self.file.end)

    def named_files(self, world: str) -> dict[str, str]:
        """The user's own files of data and of conditions that a world uses, by their key, as the experiment file names
        them."""
        return {**self.file.own_files, **self.file.worlds[world].own_files}

    def geography_of(self, world: str) -> Geography:
        """The map of a world."""
        files = self.files_of(world)
        return load_geography(files.get("places"), files.get("legs"))

    def worlds_by_map(self) -> list[list[str]]:
        """The worlds in groups that share a map."""
        groups: dict[tuple[Path | None, ...], list[str]] = {}
        for world in self.file.worlds:
            files = self.files_of(world)
            groups.setdefault((files.get("places"), files.get("legs")), []).append(world)
        return list(groups.values())

    @cached_property
    def inputs(self) -> dict[str, InputsOfRun]:
        """For each world the days of the run, and what levers act on in it; with the parameters of all draws of a
        posterior."""
        points = self.points if self.from_posterior else (Point(),)
        sets = [Parameters({**self.file.values, **point.parameters}, self.parameter_table) for point in points]
        parameters, found = ParameterSets([each.values() for each in sets]), {}
        for world in self.file.worlds:
            history, geography = History(self.files_of(world).get("history")), self.geography_of(world)
            found[world] = InputsOfRun(self.first_day, self.file.end, geography, history, parameters)
        return found

    @property
    def source(self) -> str:
        """What the file is called in messages."""
        return called(self.path)

    @property
    def designed(self) -> bool:
        """Whether the file has a design, whose points are looked at one by one."""
        return self.points[0].number > 0 and not self.from_posterior

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of every world, in order."""
        return self.file.seed_list

    @property
    def max_replicates_per_simulation(self) -> int:
        """How many replicates run side by side at most: while their agents together stay few."""
        return min(MOST_REPLICATES_TOGETHER, max(1, MOST_AGENTS_TOGETHER // max(self.expected_agents, 1)))

    def cases(self) -> list[Case]:
        """Every world, point and seed; seeds of a world share a case while their agents together stay few."""
        if self.point_seeds:
            pairs = list(zip(self.points, self.point_seeds, strict=True))
            return [Case(world, (seed,), point) for point, seed in pairs for world in self.file.worlds]
        together = min(MOST_SEEDS_TOGETHER, self.max_replicates_per_simulation)
        size = math.ceil(len(self.seeds) / math.ceil(len(self.seeds) / together))
        blocks = [self.seeds[k : k + size] for k in range(0, len(self.seeds), size)]
        return [Case(world, block, point) for point in self.points for block in blocks for world in self.file.worlds]
