"""Statements about worlds, declared in a YAML file: what each says, and when it holds.

A statement compares an indicator of a world with that of another one (`difference < 0`, `difference <= -10 %`), or
with a number (`value > 0.5`). A condition picks a sub-sample: the points at which an indicator compares like this, or
is near to what was observed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from corridor.experiments.analyses.exploration.objectives import HINT, KNOWN
from corridor.experiments.analyses.worlds import ALONE, at_points, each_alone
from corridor.experiments.config.cases import NO_DESIGN
from corridor.experiments.config.documents.document import Document, Keys, Problem
from corridor.experiments.config.documents.messages import allowed, shown
from corridor.experiments.config.documents.shape import NAME, check_shape
from corridor.experiments.config.documents.yaml import read
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.policies.policy_files import STRICT, Title
from corridor.experiments.config.shipped import CONFIGS
from corridor.model.engine.errors import InputError
from corridor.results.observed import read as read_observed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SHIPPED = CONFIGS / "statements" / "conclusions.yaml"
# The samples in which a statement is examined.
RANGES: Final = "ranges"
POSTERIOR: Final = "posterior"
VARIANTS: Final = "variants"
OTHER_MEASURES = "other_measures"  # stands for the worlds of all other measures alone
FORM = re.compile(r"(difference|value) *(<=|>=|<|>) *([-+]?\d+\.?\d*) *(%?)")
SIGNS: dict[str, Callable[[Floats, Floats], Bools]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
ALLOWED = "allowed: difference or value, then <, <=, > or >=, then a number; as in 'difference <= -10 %'"

Name = Annotated[str, Field(pattern=NAME)]


class Statement(BaseModel):
    """One statement, which holds or does not at each point and draw."""

    model_config = STRICT
    words: Title
    """The statement as a reader says it."""
    world: str
    """The world that it is about; only_NAME is the world in which a measure is alone."""
    indicator: str
    """What is compared, over the whole run (`corridor list indicators`)."""
    holds: str
    """When it holds: `difference < 0`, `difference <= -10 %` (of the other world's value), `value > 0.5`."""
    compared_with: str | None = None
    """The world that is subtracted, the baseline by default; other_measures: every other measure alone, of which the
    statement has to hold for each."""
    samples: Annotated[tuple[Literal["ranges", "posterior", "variants"], ...], Field(strict=False, min_length=1)] = (
        RANGES,
        POSTERIOR,
        VARIANTS,
    )
    """Where it is examined: at points over the ranges of parameters, at draws of the posterior, at draws of each
    structural variant."""

    @property
    def of_difference(self) -> bool:
        """Whether it compares a difference of two worlds, and not the value of one."""
        return inequality_in(self.holds).of == "difference"


class Condition(BaseModel):
    """A condition that sampled points meet or do not; it makes a sub-sample of those that do."""

    model_config = STRICT
    words: Title
    """The condition as a reader says it."""
    world: str
    """The world whose values are looked at."""
    indicator: str
    """What has to meet the condition."""
    holds: str | None = None
    """When it is met, over the whole run: `value > 0`."""
    factor_of_observed: float | None = Field(None, gt=1, allow_inf_nan=False)
    """It is met where the value of every complete year is within this factor of the observed one."""


class Variant(BaseModel):
    """The same draws in a model with another structure, or another set of draws."""

    model_config = STRICT
    words: Title
    """What is otherwise, as a reader says it."""
    settings: dict[str, str | int | float | bool] = Field(min_length=1)
    """Keys of the experiment file, as after `--set`, and their values: `in_every_draw.entry_response: 0.5`."""


class StatementsFile(BaseModel):
    """A file of statements, of conditions for sub-samples of the points, and of structural variants for the draws."""

    model_config = STRICT
    title: Title
    """What the statements are about, in a line."""
    statements: dict[Name, Statement] = Field(min_length=1)
    """Name -> statement."""
    conditions: dict[Name, Condition] = Field(default_factory=dict)
    """Name -> condition."""
    variants: dict[Name, Variant] = Field(default_factory=dict)
    """Name -> variant. The statements are examined at the draws of each, too."""

    def in_sample(self, sample: str) -> dict[str, Statement]:
        """The statements that are examined in a sample."""
        return {name: each for name, each in self.statements.items() if sample in each.samples}


@dataclass(frozen=True)
class Inequality:
    """What `holds` says: a difference or a value, compared with a bound; a relative one is a share of the other
    world's value."""

    of: str
    sign: str
    bound: float
    relative: bool

    def outcome(self, own: Floats, other: Floats) -> tuple[Bools, Bools]:
        """Where it holds, and where that is known: not where a value is missing, nor where a share would be of zero."""
        compared = own - other if self.of == "difference" else own
        bound = self.bound * np.abs(other) if self.relative else np.full_like(own, self.bound)
        known = ~np.isnan(compared) & ~(self.relative & (other == 0.0))
        return SIGNS[self.sign](compared, bound) & known, known


def inequality_of(text: str) -> Inequality | None:
    """An inequality as in `difference <= -10 %`; None where it cannot be read."""
    found = FORM.fullmatch(text.strip())
    if found is None or (found[1] == "value" and found[4]):
        return None
    bound, relative = float(found[3]), found[4] == "%"
    return Inequality(found[1], found[2], bound / 100.0 if relative else bound, relative)


def inequality_in(text: str) -> Inequality:
    """The inequality of a text that has been checked."""
    found = inequality_of(text)
    assert found is not None
    return found


def read_statements(path: Path, experiment: Experiment) -> StatementsFile:
    """Read a file of statements about the worlds of an experiment.

    Raises InputError with all that is wrong: file, line, key, value and what is allowed.
    """
    document = read(path)
    file: StatementsFile | None = check_shape(document, StatementsFile) if document.data else None
    baseline = experiment.file.baseline
    for keys, text in [*name_problems(document, worlds_of(experiment)), *comparison_problems(document, baseline)]:
        document.report(keys, text)
    if document.problems or file is None:
        raise InputError(document.problems)
    return file


def worlds_of(experiment: Experiment) -> tuple[str, ...]:
    """The worlds that can be named: those of the experiment, and each measure alone."""
    return tuple(each_alone(at_points(experiment, None, NO_DESIGN)).file.worlds)


def entries_of(document: Document, *kinds: str) -> Iterator[tuple[Keys, dict[str, Any]]]:
    """Statements, conditions or both, each with its place; what is no mapping is reported elsewhere."""
    for kind in kinds:
        yield from (((kind, name), entry) for name, entry in document.entries(kind) if isinstance(entry, dict))


def name_problems(document: Document, worlds: tuple[str, ...]) -> Iterator[Problem]:
    """Worlds and indicators that are not known."""
    for keys, entry in entries_of(document, "statements", "conditions"):
        known = {"world": worlds, "compared_with": (*worlds, OTHER_MEASURES)}
        for key, names in known.items():
            name = entry.get(key)
            if isinstance(name, str) and name not in names:
                yield (*keys, key), f"{shown(name)} is none of the worlds{allowed(names, name)}"
        indicator = entry.get("indicator")
        if isinstance(indicator, str) and indicator not in KNOWN:
            yield (*keys, "indicator"), f"{shown(indicator)} is not a known indicator{allowed(KNOWN, indicator, HINT)}"


def comparison_problems(document: Document, baseline: str) -> Iterator[Problem]:
    """Inequalities that cannot be read, and what they do not go together with."""
    for keys, entry in entries_of(document, "statements", "conditions"):
        holds = entry.get("holds")
        if isinstance(holds, str) and inequality_of(holds) is None:
            yield (*keys, "holds"), f"{shown(holds)} cannot be read; {ALLOWED}"
    for keys, entry in entries_of(document, "statements"):
        yield from statement_problems(keys, entry, baseline)
    observed = set(read_observed("annual").indicator)
    for keys, entry in entries_of(document, "conditions"):
        yield from condition_problems(keys, entry, observed)


def statement_problems(keys: Keys, entry: dict[str, Any], baseline: str) -> Iterator[Problem]:
    """Statements that compare a world with itself, or a value with a world."""
    world, given, of_value = entry.get("world"), entry.get("compared_with"), is_of(entry, "value")
    if of_value and given is not None:
        yield (*keys, "compared_with"), "is not used by a value; leave it out, or compare the difference"
    elif not of_value and world == (given or baseline):
        yield (*keys, "world"), f"{shown(world)} is compared with itself; allowed: another world"
    if given == OTHER_MEASURES and not str(world).startswith(ALONE):
        yield (*keys, "world"), f"{shown(world)} is no measure alone; allowed with {OTHER_MEASURES}: {ALONE}NAME"


def condition_problems(keys: Keys, entry: dict[str, Any], observed: set[str]) -> Iterator[Problem]:
    """Conditions that say nothing or two things, that are about a difference, or about what nobody observed."""
    indicator, factor = entry.get("indicator"), entry.get("factor_of_observed")
    if (entry.get("holds") is None) == (factor is None):
        yield keys, "has both or none of holds and factor_of_observed; allowed: one of them"
    if is_of(entry, "difference"):
        yield (*keys, "holds"), "is of a difference; allowed: value, then <, <=, > or >=, then a number"
    if factor is not None and indicator in KNOWN and indicator not in observed:
        yield (*keys, "indicator"), f"{shown(indicator)} has no observed yearly values{allowed(observed, indicator)}"


def is_of(entry: dict[str, Any], kind: str) -> bool:
    """Whether an entry compares a `value` or a `difference`."""
    return str(entry.get("holds", "")).strip().startswith(kind)
