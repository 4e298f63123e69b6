"""The constants of the rules, read once from `data/parameters.csv`: default, plausible range, distribution, source.

Outside of it stand units, caps, distances read off a map, and a few numbers of the shape of a rule, which ODD states.

Grades: A the value was read in a source; B derived from values that were read (D1..D42, the derivations listed in
`data/SOURCES.md`); C assumed, no evidence found. Ranges of the C rows are wide on purpose: sensitivity analysis shows
how much they matter. "Evidence n.m" is the section of the evidence review summed up in SOURCES.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corridor.model.engine.errors import InputError
from corridor.model.engine.numbers import is_number
from corridor.model.inputs.conditions import NO_CONDITIONS, Conditions
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.reader import Column, given_twice, read_sheet

GRADES = ("A", "B", "C")
IN_LOGS, FIXED = ("log-uniform", "lognormal"), "fixed"
DISTRIBUTIONS = ("uniform", "triangular", "beta", *IN_LOGS, FIXED)
YES, NO = "yes", "no"
AT_MOST_ONE = ("afloat_beach_factor", "allocation_floor", "entry_burstiness", "taxi_stop_factor")  # as shares are


@dataclass(frozen=True)
class Parameter:
    """One declared constant; `distribution` is how sensitivity analysis spreads it between low and high, and `fitted`
    says whether `corridor calibrate` estimates it unless other names are given."""

    name: str
    group: str
    default: float
    low: float
    high: float
    distribution: str
    unit: str
    grade: str
    source: str
    meaning: str
    fitted: bool = False


_TEXT = Column("text")
NUMBERS = ("default", "low", "high")
COLUMNS = {
    "name": _TEXT,
    "group": _TEXT,
    **dict.fromkeys(NUMBERS, Column("number")),
    "distribution": Column("text", allowed=DISTRIBUTIONS),
    "unit": Column("text", may_be_empty=True),
    "grade": Column("text", allowed=GRADES),
    "source": _TEXT,
    "meaning": _TEXT,
    "fitted": Column("text", allowed=(YES, NO)),
}


def read_parameters(path: Path, shipped: Mapping[str, Parameter] | None = None) -> dict[str, Parameter]:
    """The parameters that a CSV file with COLUMNS declares, by name, in the order of its rows.

    Where `shipped` is given, rows may name those parameters alone, and keep the signs that they must have. Raises
    InputError with all problems: unknown or missing columns, wrong cells, names given twice, ranges that cannot be.
    """
    sheet = read_sheet(path, COLUMNS)
    problems = [*sheet.problems, *given_twice(sheet, "parameter", ("name",))]
    found: dict[str, Parameter] = {}
    for row, *values in zip(sheet.rows, *sheet.columns.values(), strict=True):
        cells = dict(zip(COLUMNS, values, strict=True))
        if any(cells[key] in (None, "") for key in ("name", *NUMBERS, "distribution")):
            continue  # what is wrong with them has been reported
        parameter = Parameter(**{**cells, "fitted": cells["fitted"] == YES})
        wrong = [*row_problems(parameter), *(own_row_problems(parameter, shipped) if shipped else ())]
        problems += [f"{path.name}, row {row}, {column}: {text}" for column, text in wrong]
        found[parameter.name] = parameter
    if problems:
        raise InputError(problems)
    return found


def row_problems(p: Parameter) -> Iterator[tuple[str, str]]:
    """Mistakes in one row of a table: (column, what is wrong and what is allowed)."""
    if p.low > p.high:
        yield "low", f"{p.low:g} is above high, {p.high:g}; allowed: low below high"
    elif not p.low <= p.default <= p.high:
        yield "default", f"{p.default:g} is out of range; allowed: {p.low:g} to {p.high:g}"
    elif p.distribution != FIXED and p.low == p.high:
        yield "distribution", f"{p.distribution!r} needs low below high; allowed for a single value: {FIXED}"
    if p.distribution in IN_LOGS and p.low <= 0.0:
        yield "low", f"{p.low:g} is not allowed for {p.distribution}; a number above 0"
    if p.distribution == FIXED and p.fitted:
        yield "fitted", f"{YES!r} is not allowed for a parameter that is {FIXED}; allowed: {NO}"


def own_row_problems(p: Parameter, shipped: Mapping[str, Parameter]) -> Iterator[tuple[str, str]]:
    """Mistakes in a row of the user's own, which replaces a shipped one.

    Its range may be wider, but what is above 0 or not negative in the shipped table stays so, because the model divides
    by some of them, and probabilities and shares stay at most 1.
    """
    known = shipped.get(p.name)
    if known is None:
        near = difflib.get_close_matches(p.name, shipped, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        yield "name", f"{p.name!r} is not a known parameter; {hint}'corridor list parameters' shows all"
        return
    if known.low > 0.0 >= p.low:
        yield "low", f"{p.low:g} is not allowed; a number above 0"
    elif known.low >= 0.0 > p.low:
        yield "low", f"{p.low:g} is not allowed; a number from 0"
    if known.high <= 1.0 < p.high and (p.name in AT_MOST_ONE or known.unit.startswith(("probability", "share"))):
        yield "high", f"{p.high:g} is not allowed; a number up to 1 ({known.unit})"


PARAMETERS = read_parameters(DATA / "parameters.csv")


def own_parameters(path: Path) -> dict[str, Parameter]:
    """All parameters in their order, with the rows of a user's own CSV in place of the shipped rows of the same name.

    Raises InputError with all problems of the file, unknown names among them.
    """
    return {**PARAMETERS, **read_parameters(path, PARAMETERS)}


class Parameters:
    """Values of all parameters by name: `Parameters(p_retry=0.9).p_retry`.

    Defaults and ranges are those of `declared`, by default the shipped ones. `conditions` are the multipliers by date
    that hold in the same draw. Raises InputError naming every unknown
    name, every value that is not a finite number and every one out of range.
    """

    def __init__(
        self,
        changes: Mapping[str, float] | None = None,
        declared: Mapping[str, Parameter] = PARAMETERS,
        conditions: Conditions = NO_CONDITIONS,
        /,
        **more: float,
    ) -> None:
        self.conditions = conditions
        given = {**(changes or {}), **more}
        problems = [text for name, value in given.items() for text in parameter_problems(name, value, declared)]
        if problems:
            raise InputError(problems)
        self._values = {name: float(given.get(name, p.default)) for name, p in declared.items()}

    def __getattr__(self, name: str) -> float:
        try:
            return float(self.__dict__["_values"][name])
        except KeyError:
            raise AttributeError(f"no parameter is called {name!r}") from None

    def values(self) -> dict[str, float]:
        """All values, in the order of declaration."""
        return dict(self._values)


def parameter_problems(name: str, value: object, declared: Mapping[str, Parameter] = PARAMETERS) -> list[str]:
    """What is wrong with one value, in words; empty if nothing is."""
    if name not in declared:
        return [f"parameters.{name}: no such parameter; 'corridor list parameters' shows all"]
    p = declared[name]
    allowed = f"{p.low:g} to {p.high:g}" + (f" ({p.unit})" if p.unit else "")
    if not is_number(value):
        return [f"parameters.{name}: {value!r} is not allowed; a number from {allowed}"]
    if not p.low <= float(value) <= p.high:
        return [f"parameters.{name}: {float(value):g} is out of range; allowed {allowed}"]
    return []
