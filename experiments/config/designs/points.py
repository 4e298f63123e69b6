"""The points of a design: every world runs at every point with every seed.

Sampled designs spread points over the unit cube with `scipy.stats.qmc` and map them through each parameter's own
distribution (`distributions`); both are imported only where a design is sampled, because scipy.stats takes a second.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Set
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from corridor.experiments.config.cases import LEVER, NO_DESIGN, Point, as_points
from corridor.experiments.config.designs.design import (
    FILES,
    GRIDS,
    Declared,
    Design,
    factor_problems,
    key_problems,
    levels_of,
    number_problems,
)
from corridor.experiments.config.designs.point_files import read_points
from corridor.experiments.config.documents.document import Document

Floats = NDArray[np.float64]
DIGITS = 10  # of a sampled value, so that a last bit of a library never makes another case
PER_POINT = 8  # Sobol points tried for each point of a fraction


def points_of(document: Document, directory: Path, declared: Declared) -> tuple[Point, ...]:
    """The points of an experiment file's design, one empty point without a design; problems go to the document."""
    if document.look_up("design") is None:
        return NO_DESIGN
    try:
        design = Design.model_validate(document.look_up("design"))
    except ValidationError as error:  # the shape of the whole file is reported elsewhere
        report_factors(document, declared, wrong={each["loc"][0] for each in error.errors() if each["loc"]})
        return NO_DESIGN
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


def report_factors(document: Document, declared: Declared, wrong: Set[object]) -> None:
    """Report wrong names and values of a design's factors, where keys beside them have a wrong shape."""
    design = document.look_up("design")
    if not isinstance(design, Mapping):
        return
    try:
        rest = Design.model_validate({key: value for key, value in design.items() if key not in wrong})
    except ValidationError:
        return
    for keys, text in factor_problems(rest, declared):
        document.report(("design", *keys), text)


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
    from corridor.experiments.config.designs.distributions import quantile

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
