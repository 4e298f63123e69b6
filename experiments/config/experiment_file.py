"""What an experiment file may say: its keys with their types and bounds, and the rules that hold between keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Discriminator, Field, Tag

from corridor.experiments.config.data.past import Past
from corridor.experiments.config.data.sea import sea_problems
from corridor.experiments.config.designs.design import Design, Finite
from corridor.experiments.config.documents.document import Document, Problem
from corridor.experiments.config.documents.messages import allowed, is_number, repeated, shown
from corridor.experiments.config.documents.shape import NAME
from corridor.experiments.config.policies.policy_files import STRICT, Title
from corridor.model import INDICATORS
from corridor.model.parameters import Parameter

FIRST_DAY, LAST_DAY = date(2018, 1, 1), date(2025, 12, 31)
MOST_SEEDS = 10_000
LARGEST_SEED = 2**32 - 1
LISTS = {name: f"; see `corridor list {name}`" for name in ("parameters", "indicators")}

WorldName = Annotated[str, Field(pattern=NAME)]
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]
SeedCount = Annotated[int, Field(ge=1, le=MOST_SEEDS)]
SeedList = Annotated[
    tuple[Seed, ...],
    Field(strict=False, min_length=1, max_length=MOST_SEEDS, json_schema_extra={"uniqueItems": True}),
]


def _parameters_form(value: object) -> str:
    return "draws" if isinstance(value, str) else "values"


def _seeds_form(value: object) -> str:
    return "list" if isinstance(value, list | tuple) else "count"


IN_EVERY_DRAW = "in_every_draw"


class OwnFiles(BaseModel):
    """Data files of the user's own, as paths relative to the experiment file; those left out are the shipped ones."""

    model_config = STRICT
    places: str | None = None
    """A CSV of places instead of the shipped one, relative to this file."""
    legs: str | None = None
    """A CSV of legs instead of the shipped one."""
    entries: str | None = None
    """A CSV of monthly entries instead of the shipped one."""
    sea: str | None = None
    """A CSV of nights in the Strait: `date,window` (the share of a night that can be used, 0 to 1), or `date,wind`
    (m/s) and, if known, `wave` (height in m). Nights that it lacks come from the record of days that are past, or are
    drawn. For all worlds also `sampled`: no night comes from the record."""
    groups: str | None = None
    """A CSV of nationality groups instead of the shipped one: shares bound for the United Kingdom, and removable."""
    history: str | None = None
    """A CSV of officers on the coast and access to lorries by date instead of the shipped one."""
    sea_climate: str | None = None
    """A CSV of mean wind (m/s) and water temperature (degrees Celsius) by month (month,mean_wind,celsius) instead of
    the shipped one."""
    sea_record: str | None = None
    """A CSV of people and boats that crossed on each day (date,people,boats) instead of the shipped one."""
    conditions: str | None = None
    """A CSV of conditions of the time, relative to this file: multipliers by date (`date,name,value`) of the odds of
    being bound for the United Kingdom (`demand_uk`), the odds of a stop on the beach (`stop_odds`), boats that can be
    supplied (`boat_supply`), the usable window of a night (`usable_window`) and entries (`entries_` and the name of an
    entry point). Each holds from its date until the next of its name, and multiplies what a posterior has. With a
    column `draw`, which is the number of a row of the file of draws, they differ by draw; those that a world alone has
    are without it. None ship."""

    @property
    def own_files(self) -> dict[str, str]:
        """Those that are named here, by key."""
        named = {key: getattr(self, key) for key in OwnFiles.model_fields}
        return {key: name for key, name in named.items() if name is not None}


class World(OwnFiles):
    """One world of an experiment: the policies that are in force in it, and data files that it alone has.

    Data files that a world names take the place of those of the whole file.
    """

    title: Title
    """What the world is called in tables and figures."""
    policies: Annotated[tuple[str, ...], Field(strict=False)]
    """Names of policies (`corridor list policies`), or paths of policy files that end in .yaml; [] is no policy."""


class ExperimentFile(OwnFiles):
    """An experiment of Corridor: worlds that differ in their policies, run on the same seeds and compared."""

    model_config = STRICT
    title: Title
    """What is asked, in a line."""
    start: date
    """The first day that is recorded; with `past: none` also the first that is simulated."""
    end: date
    """The last day that is simulated."""
    past: Past = "simulated"
    """What comes before the first day: `simulated` simulates the days from 2018-01-01 on (or from the first month of
    your own entries, where they begin later) without recording them; `none` begins with the small trade of a first
    day."""
    scale: float = Field(1.0, ge=0.1, le=1000, allow_inf_nan=False)
    """People per agent: 1 is one agent a person; 10 is about ten times as fast and coarser."""
    seeds: Annotated[Annotated[SeedCount, Tag("count")] | Annotated[SeedList, Tag("list")], Discriminator(_seeds_form)]
    """How many replicates of each world (seeds 1 to N), or the list of their seeds."""
    worlds: dict[WorldName, World] = Field(min_length=1)
    """Name -> world; every world runs on the same seeds."""
    baseline: str
    """The world that the others are compared with."""
    measures: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Policies beyond those of the worlds that `corridor compare` sets alone beside the baseline."""
    parameters: Annotated[
        Annotated[dict[str, Finite], Tag("values")] | Annotated[str, Tag("draws")], Discriminator(_parameters_form)
    ] = Field(default_factory=dict)
    """Values of parameters that differ from their defaults (`corridor list parameters`); or `posterior`, by which each
    seed has a draw of its own of the last posterior that ships; or the name of another that ships (`until_2022_10`); or
    a CSV of draws of your own. The draws of fewer seeds are the first of those of more."""
    in_every_draw: dict[str, Finite] = Field(default_factory=dict)
    """Values of parameters that every draw of a posterior has instead of its own: what if this were otherwise, and all
    else as it was learned?"""
    seeds_per_draw: int = Field(1, ge=1, le=64)
    """How many seeds each draw of a posterior has, so that chance and doubt of an effect can be separated: the first
    is its own. From 4 on they are an even number, and half of them have other strengths of the measures in doubt."""
    any_scale: bool = False
    """Whether draws of a posterior may run at a scale far from that of their fit (more than five times), at which they
    have another past: for a trial of a set-up, whose numbers are not used."""
    parameter_table: str | None = None
    """A CSV of parameters, relative to this file, with the columns that `corridor list parameters --csv` prints; its
    rows take the place of the shipped rows of the same name, and the other parameters stay as they are shipped. It
    changes defaults, ranges, distributions, grades, sources and what `corridor calibrate` fits; a unit is a label that
    converts nothing. Draws of a posterior that lie out of its ranges are refused: widen the range, or fit again with
    this table. Parameters that are not drawn take their defaults from it, although the posterior was fitted with the
    shipped ones."""
    sea_record_until: date | None = None
    """The last day of the record of the sea that is used; later nights are drawn from the climate (by default all of
    it)."""
    design: Design | None = None
    """Points at which parameters or levers are varied; every world runs at every point."""
    indicators: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Which indicators the printed table shows; deaths always stand in it, and the CSV files hold all."""

    @property
    def values(self) -> dict[str, float]:
        """Values that the file gives to parameters; none where they are drawn from a posterior."""
        return {} if isinstance(self.parameters, str) else self.parameters

    @property
    def seed_list(self) -> tuple[int, ...]:
        """The seeds of every world, in order."""
        return tuple(range(1, self.seeds + 1)) if isinstance(self.seeds, int) else tuple(sorted(self.seeds))


def problems_between_keys(document: Document, declared: Mapping[str, Parameter]) -> Iterator[Problem]:
    """Whatever names, types and bounds of single keys do not show; each problem with its keys."""
    yield from period_problems(document)
    yield from sea_problems(document)
    yield from seed_problems(document)
    yield from repeat_problems(document)
    yield from indicator_problems(document)
    yield from baseline_problems(document)
    yield from parameter_problems(document, declared)


def period_problems(document: Document) -> Iterator[Problem]:
    """The last day before the first, or days for which the shipped entries say nothing."""
    start, end = document.look_up("start"), document.look_up("end")
    if type(start) is date and type(end) is date and end < start:
        yield ("end",), f"{end} is before the start, {start}"
    without = [] if document.look_up("entries") else worlds_without(document, "entries")
    if not without:
        return
    for key, day in (("start", start), ("end", end)):
        if type(day) is date and not FIRST_DAY <= day <= LAST_DAY:
            used = (
                "" if set(without) == {name for name, _ in document.entries("worlds")} else f" of {', '.join(without)}"
            )
            yield (key,), f"{day} is outside of the shipped entries{used}; allowed: {FIRST_DAY} to {LAST_DAY}"


def worlds_without(document: Document, key: str) -> list[str]:
    """The worlds that do not name a data file of their own at a key; one without a name where there are no worlds."""
    names = [str(name) for name, _ in document.entries("worlds")] or [""]
    return [name for name in names if document.look_up("worlds", name, key) is None]


def seed_problems(document: Document) -> Iterator[Problem]:
    """Seeds that are listed twice: their replicates would be the same."""
    for k, seed in repeated(document.entries("seeds")):
        yield ("seeds", k), f"{shown(seed)} is listed twice; allowed: each seed once"


def repeat_problems(document: Document) -> Iterator[Problem]:
    """Several seeds for each draw where there are none, or a number that cannot be halved."""
    number, key = document.look_up("seeds_per_draw"), ("seeds_per_draw",)
    if not isinstance(number, int) or number == 1:
        return
    if not isinstance(document.look_up("parameters"), str):
        yield key, f"{number} is given, and parameters are no draws; allowed: 1, or draws (parameters: posterior)"
    if number > 2 and number % 2:
        yield key, f"{number} is odd; allowed: 1, 2, or an even number"


def indicator_problems(document: Document) -> Iterator[Problem]:
    """Indicators that are not known, or listed twice."""
    for k, name in repeated(document.entries("indicators")):
        yield ("indicators", k), f"{shown(name)} is listed twice; allowed: each indicator once"
    for k, name in document.entries("indicators"):
        if isinstance(name, str) and name not in INDICATORS:
            known = allowed(INDICATORS, name, LISTS["indicators"])
            yield ("indicators", k), f"{shown(name)} is not a known indicator{known}"


def baseline_problems(document: Document) -> Iterator[Problem]:
    """A baseline that is none of the worlds."""
    baseline, worlds = document.look_up("baseline"), document.look_up("worlds")
    if isinstance(baseline, str) and isinstance(worlds, dict) and baseline not in worlds:
        yield ("baseline",), f"{shown(baseline)} is none of the worlds{allowed(worlds, baseline)}"


def parameter_problems(document: Document, declared: Mapping[str, Parameter]) -> Iterator[Problem]:
    """Parameters that are not known, or out of their declared bounds; values for draws where there are none."""
    for key in ("parameters", IN_EVERY_DRAW):
        for name, value in document.entries(key):
            parameter = declared.get(name)
            if parameter is None:
                yield (key, name), f"is not a known parameter{allowed(declared, name, LISTS['parameters'])}"
            elif is_number(value) and not parameter.low <= value <= parameter.high:
                bounds = f"{parameter.low:g} to {parameter.high:g} ({parameter.unit})"
                yield (key, name), f"{shown(value)} is out of range; allowed: {bounds}"
    if document.look_up(IN_EVERY_DRAW) and not isinstance(document.look_up("parameters"), str):
        yield (IN_EVERY_DRAW,), "is given, and parameters are no draws; allowed: with draws (parameters: posterior)"
