"""Points that are read from a CSV: points of a design, or draws of a posterior with the seeds of their runs.

Draws are taken in one fixed order (`draw_order`), spread over the file from the first on: fewer draws are always the
beginning of more, so that more seeds keep what is stored and only add to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from corridor.experiments.config.cases import LEVER, Point, as_points
from corridor.experiments.config.data.conditions import ByDraw, conditions_of_draws, each_draw, together
from corridor.experiments.config.data.data_files import is_file
from corridor.experiments.config.designs.design import MOST_POINTS, Declared, Design
from corridor.experiments.config.documents.document import Document, Keys
from corridor.experiments.config.documents.messages import allowed, shown
from corridor.experiments.config.shipped import POSTERIORS, draws_file, shipped_draws
from corridor.model import LEVERS, PARAMETERS
from corridor.model.engine.errors import InputError
from corridor.model.inputs.conditions import NO_CONDITIONS
from corridor.model.inputs.reader import Column, read_cells, read_table, read_text

SEED = "seed"
SEEDS = 2**32  # there are so many
APART = 1_000_000  # a draw's own seed and its next
SETS_FROM = 4  # seeds for each draw, from which on a draw has two sets of strengths
DRAW_COLUMNS = ("chain", "draw", SEED)  # of a posterior's file, beside the parameters
POINT_COLUMNS = ("point",)  # of a table of factors that a run wrote; the order of the rows numbers the points
LEVER_COLUMNS = {LEVER + name: lever for name, lever in LEVERS.items()}
COLUMNS = (*PARAMETERS, *LEVER_COLUMNS)  # by name; the range of a parameter is that of the experiment's own table


@dataclass(frozen=True)
class Draws:
    """All draws of a posterior in their fixed order, with the seeds of the runs that they were (none where the file has
    no such column); the first `wanted` of them are used, each with `per_draw` seeds. `others` are the same draws with
    other strengths of the measures in doubt."""

    points: tuple[Point, ...] = ()
    seeds: tuple[int, ...] = ()
    wanted: int = 0
    per_draw: int = 1
    others: tuple[Point, ...] = ()

    @property
    def used(self) -> tuple[Point, ...]:
        """The draws that are used, numbered from 1: in order of their seeds, or in the fixed order; then the same again
        for each further seed."""
        points: list[Point] = []
        for repeat in range(self.per_draw):
            second = self.per_draw >= SETS_FROM and repeat % 2 == 1
            source = self.others if second else self.points
            for draw, k in enumerate(self._order(), start=1):
                point = replace(source[k], number=len(points) + 1)
                several = self.per_draw > 1
                points.append(replace(point, draw=draw, strength_set=1 + second) if several else point)
        return tuple(points)

    @property
    def used_seeds(self) -> tuple[int, ...]:
        """The seeds of those that are used, in order; none where the file has none and each draw has one."""
        if not self.seeds and self.per_draw == 1:
            return ()
        own = [self.seeds[k] for k in self._order()] if self.seeds else range(1, self.wanted + 1)
        return tuple((seed + repeat * APART) % SEEDS for repeat in range(self.per_draw) for seed in own)

    def _order(self) -> list[int]:
        first = range(self.wanted)
        return sorted(first, key=self.seeds.__getitem__) if self.seeds else list(first)


NO_DRAWS = Draws()


def read_draws(
    document: Document, directory: Path, keys: Keys, name: str, draws: int, declared: Declared, own: ByDraw
) -> Draws:
    """Draws of a posterior from the shipped file (`posterior`) or a CSV, of which the first `draws` of their fixed
    order are used; problems are reported. `own` are conditions that the experiment file has for draws one by one."""
    path = draws_file(name, directory)
    if not is_file(path):
        document.report(
            keys,
            f"{shown(name)} is no file; allowed: values by name, {shipped_draws()}, "
            "or a CSV of draws, relative to this file",
        )
        return NO_DRAWS
    design = Design(kind="posterior", file=str(path))
    table = read_points(design, document, directory, keys, declared, also=(SEED,))
    rows = len(next(iter(table.values()), []))
    if not table or too_many(draws, rows, document, ("seeds",)):
        return NO_DRAWS
    seeds = [int(seed) for seed in table.pop(SEED, [])]
    if len(set(seeds)) < len(seeds):
        document.report(keys, f"{shown(name)} has a seed twice; allowed: a different one in every row")
    order = draw_order(rows)
    points = as_points({name: [values[k] for k in order] for name, values in table.items()})
    try:
        mine = [NO_CONDITIONS] * rows if None in own or not own else each_draw(own, rows, "conditions")
        held = together(conditions_of_draws(path, rows), mine)
    except InputError as error:
        document.problems.extend(error.problems)
        return NO_DRAWS
    points = tuple(replace(point, conditions=held[k]) for point, k in zip(points, order, strict=True))
    return Draws(points, tuple(seeds[k] for k in order) if seeds else (), draws)


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
        others = DRAW_COLUMNS if design.kind == "posterior" else POINT_COLUMNS
        unknown = [column for column in header if column not in (*COLUMNS, *others)]
        if unknown:
            hint = "; see `corridor list parameters` and, with lever_ before the name, `corridor list levers`"
            raise InputError(
                f"{name}, row 1: column {column!r} is not a parameter or lever{allowed(COLUMNS, column, hint)}"
                for column in unknown
            )
        ranges = PARAMETERS if POSTERIORS in (directory / name).parents else declared
        table = read_table(directory / name, {column: column_of(column, ranges) for column in header})
    except InputError as error:
        document.problems.extend(error.problems)
        return {}
    unused = {*DRAW_COLUMNS, *POINT_COLUMNS} - set(also)
    factors = {column: values for column, values in table.items() if column not in unused}
    if not set(factors) - set(also):
        document.problems.append(f"{name}, row 1: no column is a parameter or lever")
        return {}
    for text in outside(factors, declared):
        document.report(keys, text)
    return thinned(factors, design, document, (*keys[:-1], "points"))


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
    if name in (*DRAW_COLUMNS, *POINT_COLUMNS):
        return Column("text", required=False)
    known = declared[name] if name in declared else LEVER_COLUMNS[name]
    return Column("number", low=known.low, high=known.high)


def thinned(factors: dict[str, list[float]], design: Design, document: Document, keys: Keys) -> dict[str, list[float]]:
    """As many rows as the design asks for, the first of the fixed order; all, in the order of the file, when it does
    not say. `keys` is where the file asks."""
    rows = len(next(iter(factors.values()), []))
    if too_many(design.points or rows, rows, document, keys):
        return {}
    order = draw_order(rows)[: design.points] if design.points else range(rows)
    return {name: [values[k] for k in order] for name, values in factors.items()}


def too_many(wanted: int, rows: int, document: Document, keys: Keys) -> bool:
    """Whether more rows are wanted than there are, or than are allowed; this is reported."""
    limit = min(rows, MOST_POINTS)
    if wanted > limit:
        document.report(keys, f"{wanted} is more than there are rows; allowed: at most {limit}")
    return wanted > limit


def draw_order(rows: int) -> list[int]:
    """The numbers of all rows, from 0 on, in the order in which draws are taken: that of van der Corput.

    Row numbers with their bits reversed: any first n are spread over the whole file (evenly where n and the rows are
    powers of two), and are the beginning of any larger number.
    """
    bits = max(rows - 1, 0).bit_length()
    reversed_bits = (int(f"{k:0{bits}b}"[::-1], 2) if bits else 0 for k in range(1 << bits))
    return [k for k in reversed_bits if k < rows]
