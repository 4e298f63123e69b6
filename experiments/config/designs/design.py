"""Designs: how an experiment says at which points it varies parameters, and levers held over the whole period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, Discriminator, Field, Tag

from corridor.experiments.config.cases import LEVER
from corridor.experiments.config.documents.document import Keys, Problem
from corridor.experiments.config.documents.messages import allowed, shown
from corridor.experiments.config.policies.policy_files import STRICT
from corridor.model import LEVERS
from corridor.model.parameters import FIXED, Parameter

MOST_POINTS = 100_000
GRIDS, SAMPLES, FILES = ("grid", "fraction"), ("latin_hypercube", "sobol"), ("csv", "posterior")
NEEDS = {
    "grid": (),
    "fraction": ("points",),
    "latin_hypercube": ("points",),
    "sobol": ("points",),
    "csv": ("file",),
    "posterior": ("file",),
}
USES = {
    "grid": ("parameters", "levers"),
    "fraction": ("parameters", "levers", "points", "seed"),
    "latin_hypercube": ("parameters", "levers", "points", "seed"),
    "sobol": ("parameters", "levers", "points", "seed"),
    "csv": ("file",),
    "posterior": ("file", "points"),
}

Finite = Annotated[float, Field(allow_inf_nan=False)]
Names = Annotated[tuple[str, ...], Field(strict=False)]
Values = Annotated[tuple[Finite, ...], Field(strict=False, min_length=1)]
Declared = Mapping[str, Parameter]


def _form(value: object) -> str:
    return "names" if isinstance(value, list | tuple) else "values"


class Design(BaseModel):
    """How an experiment varies parameters and levers; each world runs at each of its points."""

    model_config = STRICT
    kind: Literal["grid", "fraction", "latin_hypercube", "sobol", "csv", "posterior"]
    """grid: every combination; fraction: some of them, well spread; latin_hypercube and sobol: samples of the
    parameters' distributions; csv: a file of points; posterior: a file of draws."""
    parameters: Annotated[
        Annotated[Names, Tag("names")] | Annotated[dict[str, Values], Tag("values")], Discriminator(_form)
    ] = ()
    """grid, fraction: parameter -> its values; latin_hypercube, sobol: a list of names, each spread over its range."""
    levers: dict[str, Values] = Field(default_factory=dict)
    """Lever -> its values (grid, fraction) or [low, high] (latin_hypercube, sobol); held over the whole period, on
    top of each world's policies."""
    points: Annotated[int, Field(ge=1, le=MOST_POINTS)] | None = None
    """How many points; for sobol a power of two. For posterior: how many draws are taken, all by default."""
    seed: int = Field(1, ge=0)
    """Seed of the sample: the same seed gives the same points."""
    file: str | None = None
    """csv, posterior: a CSV with a row for each point and columns named p_retry for a parameter, lever_detention for a
    lever."""


def key_problems(design: Design) -> Iterator[Problem]:
    """Keys that this kind of design needs, or has no use for."""
    kind = design.kind
    for key in NEEDS[kind]:
        if getattr(design, key) is None:
            yield (key,), f"is missing; a design of kind {kind} needs it"
    for key in sorted(design.model_fields_set - {"kind", *USES[kind]}):
        yield (key,), f"is not used by a design of kind {kind}; it uses {', '.join(USES[kind])}"
    if kind not in FILES and not design.parameters and not design.levers:
        yield (), "varies nothing; give parameters or levers"


def factor_problems(design: Design, declared: Declared) -> Iterator[Problem]:
    """Parameters and levers that are not known, of the wrong form, or out of their bounds."""
    if design.parameters and (design.kind in SAMPLES) != isinstance(design.parameters, tuple):
        form = "a list of names" if design.kind in SAMPLES else "a mapping of each name to a list of values"
        yield ("parameters",), f"has the wrong form; a design of kind {design.kind} wants {form}"
    for k, name in enumerate(design.parameters):
        keys: Keys = ("parameters", k if isinstance(design.parameters, tuple) else name)
        if name not in declared:
            yield keys, f"{shown(name)} is not a known parameter{allowed(declared, name, LIST.format('parameters'))}"
        elif isinstance(design.parameters, dict):
            yield from bound_problems(keys, design.parameters[name], declared[name])
        elif declared[name].distribution == FIXED:
            yield keys, f"{shown(name)} is fixed; it has no distribution to sample"
        elif design.parameters.index(name) < k:
            yield keys, f"{shown(name)} is listed twice"
    for name, values in design.levers.items():
        keys = ("levers", name)
        if name not in LEVERS:
            yield keys, f"is not a known lever{allowed(LEVERS, name, LIST.format('levers'))}"
        elif design.kind in SAMPLES and not (len(values) == 2 and values[0] < values[1]):
            yield keys, f"{list(values)} is not allowed; a design of kind {design.kind} wants [low, high]"
        else:
            yield from bound_problems(keys, values, LEVERS[name])


LIST = "; see `corridor list {}`"


def bound_problems(keys: Keys, values: tuple[float, ...], known: Any) -> Iterator[Problem]:
    """Values outside of the bounds of a parameter or lever, or given twice."""
    for k, value in enumerate(values):
        if not known.low <= value <= known.high:
            yield (*keys, k), f"{value} is out of range; allowed: {known.low:g} to {known.high:g} ({known.unit})"
        elif value in values[:k]:
            yield (*keys, k), f"{value} is listed twice"


def number_problems(design: Design) -> Iterator[Problem]:
    """Numbers of points that a design cannot have."""
    n = design.points
    if design.kind == "sobol" and n is not None and n & (n - 1):
        below = 1 << (n.bit_length() - 1)
        yield ("points",), f"{n} is not a power of two, as a Sobol sequence wants; allowed: {below} or {2 * below}"
    if design.kind in GRIDS and isinstance(design.parameters, dict | tuple):
        cells = int(np.prod([float(len(values)) for values in levels_of(design).values()]))
        if cells > MOST_POINTS:
            yield (), f"a grid of {cells:,} points is too large; allowed: at most {MOST_POINTS:,}"
        elif design.kind == "fraction" and n is not None and n > cells:
            yield ("points",), f"{n} is more than the whole grid; allowed: at most {cells}"


def levels_of(design: Design) -> dict[str, tuple[float, ...]]:
    """Factor -> its values; a list of names has none."""
    parameters = design.parameters if isinstance(design.parameters, dict) else {}
    return {**parameters, **{LEVER + name: values for name, values in design.levers.items()}}
