"""The corridor as a Mesa model: migrants, networks and patrols are agents, and keywords make a run of one seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import mesa
import numpy as np

from corridor.model.engine.errors import InputError
from corridor.model.mesa_views.agents import Model
from corridor.model.mesa_views.views import Migrant, Network, Patrol
from corridor.model.parameters import Parameters, parameter_problems
from corridor.model.policy import Policy
from corridor.model.simulation import MigrationModel, check_run
from corridor.model.state import State


class MesaMigrationModel(MigrationModel, Model):
    """A `MigrationModel` with the same arguments whose rows Mesa sees as agents.

    No stage uses Mesa's random generator: it shuffles agent sets for whoever asks, and begins with the first seed.
    """

    def __init__(
        self,
        params: Parameters | Sequence[Parameters],
        policy: Policy,
        seeds: Sequence[int],
        start: date,
        end: date,
        scale: float = 1.0,
        **more: Any,
    ) -> None:
        check_run(params, policy, seeds, start, end, scale)
        Model.__init__(self, seed=int(seeds[0]))
        MigrationModel.__init__(self, params, policy, seeds, start, end, scale, **more)
        for table, kind in ((self.migrants, Migrant), (self.networks, Network), (self.patrols, Patrol)):
            self.hold(table, kind)


class Corridor(MesaMigrationModel):
    """One seed by simple keywords, as `mesa.batch_run` and Mesa's tools want it: `Corridor(seed=3, p_retry=0.9)`.

    `start` and `end` are dates or text like 2022-10-01; further keywords are parameters of the model. After every day
    the indicators of that day are reported in `datacollector`; another `mesa.DataCollector` may be put in its place.
    `batch_run` gives all iterations the same arguments, hence the same luck: list the seeds instead. It goes on for
    `max_steps + 1` days, or until `end`. Raises InputError on arguments that are not allowed.
    """

    def __init__(
        self,
        seed: int = 1,
        start: date | str = "2022-01-01",
        end: date | str = "2022-12-31",
        scale: float = 10.0,
        policy: Policy | None = None,
        **parameters: float,
    ) -> None:
        check_keywords(seed, start, end, parameters)
        super().__init__(Parameters(parameters), policy or Policy(), [int(seed)], day_of(start), day_of(end), scale)
        reporters = {name: partial(latest, name) for name in self.records.daily}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def step(self) -> None:
        """Simulate one day and report it."""
        super().step()
        self.datacollector.collect(self)


def latest(name: str, m: State) -> float:
    """The latest day's value of a flow or stock in the first replicate."""
    return float(m.records.daily[name][0, m.day - 1])


def day_of(given: date | str) -> date:
    """A date, or the date that a text says. Raises ValueError or TypeError if there is none."""
    return given if isinstance(given, date) else date.fromisoformat(given)


def check_keywords(seed: object, start: date | str, end: date | str, parameters: dict[str, float]) -> None:
    """Refuse keywords of a Corridor that cannot be read, all at once, with InputError."""
    problems = [text for name, value in parameters.items() for text in parameter_problems(name, value)]
    if not isinstance(seed, int | np.integer):
        problems.append(f"seed: {seed!r} is not allowed; a whole number from 0")
    for key, given in (("start", start), ("end", end)):
        try:
            day_of(given)
        except (TypeError, ValueError):
            problems.append(f"{key}: {given!r} is not allowed; a date like 2022-10-01")
    if problems:
        raise InputError(problems)
