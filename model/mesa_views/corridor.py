"""The corridor as a Mesa model: migrants, networks and patrols are agents, and keywords make a run of one seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import mesa

from corridor.model.engine.errors import InputError
from corridor.model.engine.numbers import is_whole_number
from corridor.model.mesa_views.models import Model
from corridor.model.mesa_views.views import Migrant, Network, Patrol
from corridor.model.parameters import Parameters, parameter_problems
from corridor.model.policy import Policy
from corridor.model.simulation import MigrationModel, check_run
from corridor.model.state import State


class MesaMigrationModel(MigrationModel, Model):
    """A `MigrationModel` with the same arguments whose rows Mesa sees as agents.

    No stage uses Mesa's random generator: it only shuffles agent sets, and begins with the first seed.
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
        check_run(params, policy, seeds, start, end, scale, more.get("past_from"))
        Model.__init__(self, rng=int(seeds[0]))
        MigrationModel.__init__(self, params, policy, seeds, start, end, scale, **more)
        for table, kind in ((self.migrants, Migrant), (self.networks, Network), (self.patrols, Patrol)):
            self.hold(table, kind)

    def _wrapped_step(self, *args: Any, **kwargs: Any) -> None:
        """What Mesa puts in place of `step`. It counts before it steps, so the end of the run is checked first."""
        self.refuse_after_end()
        super()._wrapped_step(*args, **kwargs)

    def _do_step(self) -> None:
        """A day by the clock of Mesa 3.5 (`run_for`, `run_until`), which may go on after the last day."""
        if self.date <= self.end:
            super()._do_step()


class Corridor(MesaMigrationModel):
    """One seed by simple keywords, as `mesa.batch_run` and Mesa's tools need it: `Corridor(seed=3, p_retry=0.9)`.

    `start` and `end` are dates or text like 2022-10-01; further keywords are parameters of the model. After every day
    the indicators of that day are reported in `datacollector`; another `mesa.DataCollector` may be put in its place.
    With `past_from` the days from then until `start` are simulated when the model is built, and not reported.
    `rng` is another name of `seed`, the one that Mesa uses since version 3.4; without either the seed is 1. So all
    iterations of `batch_run` have the same luck unless seeds are listed: `{"seed": [1, 2]}`, or `rng=[1, 2]` there.
    It goes on until `end`, or for `max_steps` days (before Mesa 3.5: one more). After `end`, `running` is False and
    `step` raises RuntimeError. Raises InputError on arguments that are not allowed.
    """

    # `seed` is not in the signature: Mesa's batch_run (3.4 and later) would override listed seeds by its `rng`.
    def __init__(
        self,
        *,
        start: date | str = "2022-01-01",
        end: date | str = "2022-12-31",
        scale: float = 10.0,
        policy: Policy | None = None,
        past_from: date | str | None = None,
        rng: int | None = None,
        **parameters: float,
    ) -> None:
        seed = the_seed(parameters.pop("seed", None), rng)
        days = {"start": start, "end": end, **({"past_from": past_from} if past_from is not None else {})}
        check_keywords(seed, days, parameters)
        super().__init__(
            Parameters(parameters),
            policy or Policy(),
            [int(seed)],
            day_of(start),
            day_of(end),
            scale,
            past_from=None if past_from is None else day_of(past_from),
        )
        while self.date < self.start:
            MigrationModel.step(self)
        reporters = {name: [latest, [name, self]] for name in self.records.daily}  # a form that every Mesa takes
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def step(self) -> None:
        """Simulate one day and report it."""
        super().step()
        self.datacollector.collect(self)


def latest(name: str, m: State) -> float:
    """The latest day's value of a flow or stock in the first replicate."""
    return float(m.records.daily[name][0, m.recorded_day - 1])


def day_of(given: date | str) -> date:
    """A date, or the date in a text. Raises ValueError or TypeError if there is none."""
    return given if isinstance(given, date) else date.fromisoformat(given)


def the_seed(seed: Any, rng: Any) -> Any:
    """The one that is given, or 1. Raises InputError if both are."""
    if seed is not None and rng is not None:
        raise InputError([f"seed, rng: {seed!r} and {rng!r} are two names of one thing; give one of them"])
    return next((given for given in (seed, rng) if given is not None), 1)


def check_keywords(seed: object, days: Mapping[str, date | str], parameters: Mapping[str, float]) -> None:
    """Refuse keywords of a Corridor that cannot be read, all at once, with InputError."""
    problems = [text for name, value in parameters.items() for text in parameter_problems(name, value)]
    if not is_whole_number(seed):
        problems.append(f"seed: {seed!r} is not allowed; a whole number from 0")
    for key, given in days.items():
        try:
            day_of(given)
        except (TypeError, ValueError):
            problems.append(f"{key}: {given!r} is not allowed; a date like 2022-10-01")
    if problems:
        raise InputError(problems)
