"""What all visitors share: the draws of the posterior, the measures that can be chosen, and pasts up to the first day.

A past is simulated once and copied; the two worlds of a visitor branch from it. With the seeds, scale and draws of the
experiment file that can be downloaded an effect is equal to that of `corridor run`, to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from corridor.experiments.app.address import FIRST, LAST, MEASURES, REFERENCES, PlaySettings
from corridor.experiments.config import loading
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.cases.case import changes_of, policy_of
from corridor.model import Geography, Policy
from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import SHIPPED, DataFiles
from corridor.model.parameters import Parameters
from corridor.model.policy import Change, Measure, combination_problems
from corridor.model.simulation import MigrationModel

OWN = "own_levers"
STATEMENT = REFERENCES[1]
TITLES = {
    "no_policy": "No new policy",
    STATEMENT: "Joint statement as it happened",
    "changed": "With what you chose",
}


@dataclass(frozen=True)
class GroundSpec:
    """From which everything else is loaded; small, so that it can be handed to processes. `past_from` shortens the past
    for tests."""

    draws: int = 64
    scale: float = 10.0
    past_from: date | None = None


@dataclass(frozen=True)
class Ground:
    """The draws and measures of a page."""

    spec: GroundSpec
    experiment: Experiment

    @property
    def draws(self) -> tuple[int, ...]:
        """The numbers of the draws, from 1."""
        return tuple(range(1, len(self.experiment.points) + 1))

    @property
    def measures(self) -> dict[str, Measure]:
        """The single measures that can be chosen, by name."""
        return {measure.name: measure for measure in self.experiment.further}

    def title_of(self, name: str) -> str:
        """What a measure is called."""
        return "The whole joint statement" if name == STATEMENT else self.measures[name].title

    def worlds(self, settings: PlaySettings) -> tuple[Policy, Policy]:
        """The policies of the reference and of the changed world. Raises InputError where measures and levers together
        move a lever out of its range."""
        base = self.experiment.policies[settings.reference]
        chosen = [*base.measures]
        for name in settings.measures:
            several = self.experiment.policies[STATEMENT].measures if name == STATEMENT else [self.measures[name]]
            chosen += [measure for measure in several if measure.name not in {each.name for each in chosen}]
        if own := own_measure(settings):
            chosen.append(own)
        changed = Policy(tuple(chosen))
        if problems := list(combination_problems(changed, FIRST, settings.end)):
            raise InputError([text.replace(OWN, "your levers") for text in problems])
        return base, changed

    def policies_of(self, draws: Sequence[int], settings: PlaySettings) -> tuple[Policy, Policy]:
        """The two policies with the strengths that measures have in each of some draws."""
        points = [self.experiment.points[draw - 1] for draw in draws]
        found = []
        for policy in self.worlds(settings):
            each = [point.policy(policy, self.experiment.first_day) for point in points]
            plain = [
                [{"name": m.name, "changes": [changes_of(c) for c in m.changes]} for m in p.measures] for p in each
            ]
            found.append(policy_of(plain, [1] * len(plain)))
        return found[0], found[1]

    def model(self, draws: Sequence[int]) -> MigrationModel:
        """The run of some draws side by side, at the first day of the past, without any policy."""
        experiment = self.experiment
        points = [experiment.points[draw - 1] for draw in draws]
        parameters = [
            Parameters({**experiment.file.values, **point.parameters}, experiment.parameter_table, conditions)
            for point, conditions in ((point, experiment.conditions_of("no_policy", point)) for point in points)
        ]
        return MigrationModel(
            parameters,
            Policy(),
            [experiment.seeds[draw - 1] for draw in draws],
            FIRST,
            LAST,
            self.spec.scale,
            files=self.files,
            past_from=self.spec.past_from or experiment.past_from,
        )

    @property
    def geography(self) -> Geography:
        """The map of all worlds."""
        return self.experiment.geography_of("no_policy")

    @property
    def files(self) -> DataFiles:
        """The data files of the model."""
        record = self.experiment.sea_record_of("no_policy")
        return replace(SHIPPED, sea_record=record.path, record_until=record.until) if record else SHIPPED


@cache
def ground_of(spec: GroundSpec) -> Ground:
    """Read the draws and the measures, once for each process."""
    worlds = {
        REFERENCES[0]: {"title": TITLES[REFERENCES[0]], "policies": []},
        STATEMENT: {"title": TITLES[STATEMENT], "policies": [STATEMENT]},
    }
    return Ground(
        spec,
        loading.load(
            {
                "title": "The page",
                "start": FIRST,
                "end": LAST,
                "scale": float(spec.scale),
                "seeds": spec.draws,
                "parameters": "posterior",
                "worlds": worlds,
                "baseline": REFERENCES[0],
                "measures": [name for name in MEASURES if name != STATEMENT],
            }
        ),
    )


def own_measure(settings: PlaySettings) -> Measure | None:
    """The visitor's own levers as one measure; None where none is moved."""
    changes = tuple(Change(name, settings.start, 0, float(value)) for name, value in settings.levers.items())
    return Measure(OWN, "Levers chosen on the page", changes) if changes else None
