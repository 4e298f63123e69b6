"""Designs: the points at which an experiment varies parameters, and levers held over the whole period.

Every world runs at every point with every seed. Sampled designs spread points over the unit cube with
`scipy.stats.qmc` and map them through each parameter's own distribution
(`corridor.experiments.config.distributions`); both are
imported only where a design is sampled, because scipy.stats takes a second.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Discriminator, Field, Tag, ValidationError

from corridor.experiments.config.cases import LEVER, Point
from corridor.experiments.config.policies import STRICT
from corridor.experiments.config.shipped import LAST_POSTERIOR
from corridor.experiments.config.yaml import Document, Keys, allowed, is_file, shown
from corridor.model import LEVERS, PARAMETERS
from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import Column, read_cells, read_table, read_text
from corridor.model.parameters import FIXED, Parameter

MOST_POINTS = 100_000
DIGITS = 10  # of a sampled value, so that a last bit of a library never makes another case
SEED = "seed"
DRAW_COLUMNS = ("chain", "draw", SEED)  # of a posterior's file, beside the parameters
LEVER_COLUMNS = {LEVER + name: lever for name, lever in LEVERS.items()}
COLUMNS = (*PARAMETERS, *LEVER_COLUMNS)  # by name; the range of a parameter is that of the experiment's own table
PER_POINT = 8  # Sobol points tried for each point of a fraction
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
Floats = NDArray[np.float64]
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


NO_DESIGN = (Point(),)
Problem = tuple[Keys, str]


def points_of(document: Document, directory: Path, declared: Declared) -> tuple[Point, ...]:
    """The points of an experiment file's design, one empty point without a design; problems go to the document."""
    if document.look_up("design") is None:
        return NO_DESIGN
    try:
        design = Design.model_validate(document.look_up("design"))
    except ValidationError:
        return NO_DESIGN  # the shape of the whole file is told elsewhere
    problems = [*key_problems(design), *factor_problems(design, declared), *number_problems(design)]
    for keys, text in problems:
        document.report(("design", *keys), text)
    if problems:
        return NO_DESIGN
    if design.kind in FILES:
        table = read_points(design, document, directory, ("design", "file"), declared)
    else:
        table = sampled(design, declared)
    for name in table:
        if document.look_up("parameters", name) is not None:
            document.report(("parameters", name), "is varied by the design, too; give it in one place")
    return as_points(table)


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


def sampled(design: Design, declared: Declared) -> dict[str, list[float]]:
    """Factor -> its value at every point, of a design that needs no file."""
    if design.kind in GRIDS:
        levels = levels_of(design)
        cells = list(itertools.product(*(range(len(values)) for values in levels.values())))
        if design.kind == "fraction":
            cells = fraction(cells, design.points or 1, design.seed)
        return {name: [values[cell[k]] for cell in cells] for k, (name, values) in enumerate(levels.items())}
    names = [*design.parameters, *(LEVER + name for name in design.levers)]
    u = unit_cube(design.kind, len(names), design.points or 1, design.seed)
    return {name: rounded(factor_quantile(design, name, u[:, k], declared)) for k, name in enumerate(names)}


def unit_cube(kind: str, dimensions: int, n: int, seed: int) -> Floats:
    """`n` points in the unit cube, shape (n, dimensions); the first half of a Sobol design is the smaller design."""
    from scipy.stats import qmc

    sampler = {"sobol": qmc.Sobol, "latin_hypercube": qmc.LatinHypercube}[kind](dimensions, rng=seed)
    return np.asarray(sampler.random(n))


def factor_quantile(design: Design, name: str, u: Floats, declared: Declared) -> Floats:
    """Values of a factor at shares of its distribution; a lever is even between its two ends."""
    from corridor.experiments.config.distributions import quantile

    if name in declared:
        return quantile(declared[name], u)
    low, high = design.levers[name.removeprefix(LEVER)]
    return low + (high - low) * u


def rounded(values: Floats) -> list[float]:
    """Values with ten significant digits."""
    return [float(f"{value:.{DIGITS}g}") for value in values.tolist()]


def fraction(cells: list[tuple[int, ...]], n: int, seed: int) -> list[tuple[int, ...]]:
    """`n` cells of a grid, in the order in which a Sobol sequence first meets them, so that every level comes up
    about equally often; cells that it does not meet follow in the order of the grid."""
    sizes = np.array(cells).max(axis=0) + 1
    tried = 1 << (PER_POINT * n - 1).bit_length()
    met = np.floor(unit_cube("sobol", len(sizes), tried, seed) * sizes).astype(int)
    return list(dict.fromkeys([*map(tuple, met.tolist()), *cells]))[:n]


@dataclass(frozen=True)
class Draws:
    """Draws of a posterior, and the seeds of the runs that they were; without seeds in the file there are none."""

    points: tuple[Point, ...] = ()
    seeds: tuple[int, ...] = ()


def read_draws(document: Document, directory: Path, keys: Keys, name: str, draws: int, declared: Declared) -> Draws:
    """Draws of a posterior, evenly spaced and in order of their seeds, from the shipped file (`posterior`) or a CSV;
    problems are reported."""
    path = LAST_POSTERIOR if name == "posterior" else directory / name
    if not is_file(path):
        document.report(
            keys,
            f"{shown(name)} is no file; allowed: values by name, 'posterior', or a CSV of draws, relative to this file",
        )
        return Draws()
    design = Design(kind="posterior", file=str(path), points=draws)
    table = read_points(design, document, directory, keys, declared, also=(SEED,))
    if not table:
        return Draws()
    seeds = [int(seed) for seed in table.pop(SEED, [])]
    if len(set(seeds)) < len(seeds):
        document.report(keys, f"{shown(name)} has a seed twice; allowed: a different one in every row")
    order = np.argsort(seeds, kind="stable") if seeds else np.arange(draws)
    return Draws(as_points({name: [values[k] for k in order] for name, values in table.items()}), tuple(sorted(seeds)))


def read_points(
    design: Design, document: Document, directory: Path, keys: Keys, declared: Declared, also: tuple[str, ...] = ()
) -> dict[str, list[float]]:
    """Factor -> its value at every point, and the columns `also` where there are any, from the design's CSV, which the
    file names at `keys`; what is wrong with it goes to the document."""
    name = design.file or ""
    if not is_file(directory / name):
        document.report(keys, f"{shown(name)} does not exist; allowed: a CSV file, relative to this file")
        return {}
    try:
        header, _ = read_cells(Path(name).name, read_text(directory / name))
        others = DRAW_COLUMNS if design.kind == "posterior" else ()
        unknown = [column for column in header if column not in (*COLUMNS, *others)]
        if unknown:
            hint = "; see `corridor list parameters` and, with lever_ before the name, `corridor list levers`"
            raise InputError(
                f"{name}, row 1: column {column!r} is not a parameter or lever{allowed(COLUMNS, column, hint)}"
                for column in unknown
            )
        ranges = PARAMETERS if directory / name == LAST_POSTERIOR else declared
        table = read_table(directory / name, {column: column_of(column, ranges) for column in header})
    except InputError as error:
        document.problems.extend(error.problems)
        return {}
    factors = {column: values for column, values in table.items() if column not in DRAW_COLUMNS or column in also}
    if not set(factors) - set(also):
        document.problems.append(f"{name}, row 1: no column is a parameter or lever")
        return {}
    for text in outside(factors, declared):
        document.report(keys, text)
    return thinned(factors, design, document, (*keys[:-1], "points") if len(keys) > 1 else ("seeds",))


def outside(factors: dict[str, list[float]], declared: Declared) -> Iterator[str]:
    """Parameters of the shipped posterior that leave the range of the user's own table; files of points of the user's
    own are refused row by row when they are read."""
    for name, p in declared.items():
        beyond = [value for value in factors.get(name, ()) if not p.low <= value <= p.high]
        if beyond:
            yield (
                f"{len(beyond)} of {len(factors[name])} draws of {name} are out of the range of the parameter_table; "
                f"allowed: {p.low:g} to {p.high:g} ({p.unit}); widen it, or fit again with this table"
            )


def column_of(name: str, declared: Declared) -> Column:
    """What a column of a file of points may hold."""
    if name == SEED:
        return Column("integer", low=0)
    if name in DRAW_COLUMNS:
        return Column("text", required=False)
    known = declared[name] if name in declared else LEVER_COLUMNS[name]
    return Column("number", low=known.low, high=known.high)


def thinned(factors: dict[str, list[float]], design: Design, document: Document, keys: Keys) -> dict[str, list[float]]:
    """As many rows as the design asks for, evenly spaced; all when it does not say. `keys` is where the file asks."""
    rows = len(next(iter(factors.values()), []))
    n = design.points or rows
    limit = min(rows, MOST_POINTS)
    if n > limit:
        document.report(keys, f"{n} is more than there are rows; allowed: at most {limit}")
        return {}
    return {name: [values[k] for k in evenly_spaced(rows, n)] for name, values in factors.items()}


def evenly_spaced(rows: int, wanted: int) -> list[int]:
    """The numbers of as many rows as are wanted, from 0 on, evenly spread over all."""
    return [k * rows // wanted for k in range(wanted)]


def as_points(table: dict[str, list[float]]) -> tuple[Point, ...]:
    """Numbered points of a table of factors."""
    rows = [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
    return (
        tuple(
            Point(
                number,
                {name: float(value) for name, value in row.items() if name in PARAMETERS},
                {name.removeprefix(LEVER): float(value) for name, value in row.items() if name not in PARAMETERS},
            )
            for number, row in enumerate(rows, start=1)
        )
        or NO_DESIGN
    )
