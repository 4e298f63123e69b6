"""The rows, columns and cells with which a table of results is shown, as its shape declares them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from corridor.results.tables.intervals import of_few
from corridor.results.tables.measures import COLUMNS
from corridor.results.tables.numbers import MAIN, digits_of, number
from corridor.results.tables.outcomes import COSTS
from corridor.results.tables.shape import MIXED, SQUARED, Number, Shape

NAMES = MAIN | COLUMNS
ALL_EQUAL = "all equal"  # in place of an interval that says nothing
MOST_DIGITS = 6  # behind the decimal mark
PARTS = ["value", "low", "high"]
Cell = tuple[str, str]  # a number, or a text, and its interval


@dataclass(frozen=True)
class Layout:
    """A table as it is shown: rows and columns by key with their titles, what rows are, and the cells by column and
    row. Columns in `texts` hold texts, and the others numbers; `shared` are the labels and texts that all rows have in
    common, by column."""

    rows: Mapping[str, str]
    columns: Mapping[str, str]
    of_rows: str
    cells: Mapping[str, Mapping[str, Cell]]
    texts: Collection[str] = ()
    shared: Mapping[str, str] = field(default_factory=dict)


def layout(frame: pd.DataFrame, shape: Shape, titles: Mapping[str, str]) -> Layout:
    """A table as its shape declares it, of one row or more. `titles` are those of worlds.

    Raises KeyError for columns that the shape does not name.
    """
    frame, shape = frame.reset_index(drop=True), shape.of(frame.columns)
    texts = texts_of(frame, shape, titles)
    labels, facts, shared = split(texts, shape)
    names = texts[labels].apply(lambda row: ", ".join(filter(None, row)), axis=1)
    if "unit" in frame and not (shape.across or one_unit(frame) or "indicator" in labels) and shows_unit(shape):
        names += frame.unit.map(lambda unit: f" [{unit}]", na_action="ignore").fillna("")
    keys = row_keys(names, frame[shape.across] if shape.across else None)
    columns, cells = (across if shape.across else by_number)(frame, shape, keys)
    of_facts = {name: merged(texts[name], keys) for name in facts}
    return Layout(
        dict(zip(keys, names.tolist(), strict=True)),
        columns | {name: words(name) for name in facts},
        words(", ".join(labels)).capitalize(),
        cells | of_facts,
        tuple(facts),
        shared,
    )


def plainly(frame: pd.DataFrame) -> Layout:
    """A table of which no shape is known: all of its columns as texts, in their order."""
    first, *others = (str(name) for name in frame)
    texts = {str(name): [text_of(value, {}) for value in frame[name].astype(object)] for name in frame}
    keys = [str(k) for k in range(len(frame))]
    cells = {name: {key: (text, "") for key, text in zip(keys, texts[name], strict=True)} for name in others}
    return Layout(
        dict(zip(keys, texts[first], strict=True)),
        {name: words(name) for name in others},
        words(first).capitalize(),
        cells,
        tuple(others),
    )


def texts_of(frame: pd.DataFrame, shape: Shape, titles: Mapping[str, str]) -> pd.DataFrame:
    """The labels and facts of each row as they are shown."""
    texts = frame[[*shape.labels, *shape.facts]].astype(object).map(lambda value: text_of(value, titles))
    if "indicator" in texts:
        units = frame.unit if shows_unit(shape) and "unit" in frame else [""] * len(frame)
        texts["indicator"] = [indicator_title(*each) for each in zip(frame.indicator, units, strict=True)]
    return texts


def split(texts: pd.DataFrame, shape: Shape) -> tuple[list[str], list[str], dict[str, str]]:
    """The labels and the facts that differ between rows, and what all rows share, by column.

    The first label that is not empty stays where none differs, and the facts where there are no numbers.
    """
    names = [str(name) for name in texts]
    differ = [name for name in names if texts[name].nunique() > 1]
    labels = [name for name in shape.labels if name in differ]
    labels = labels or [name for name in shape.labels if texts[name].any()][:1] or list(shape.labels[:1])
    facts = [name for name in shape.facts if name in differ or not shape.numbers]
    shared = {name: str(texts[name].iloc[0]) for name in names if name not in (*labels, *facts)}
    return labels, facts, {name: text for name, text in shared.items() if text}


def row_keys(names: pd.Series, across: pd.Series | None) -> list[str]:
    """A key for the row in which each row of a table is shown: rows of one name are one where their values of `across`
    differ, and no others."""
    groups = names if across is None else [names, across]
    return [f"{name} {k}" for name, k in zip(names, names.groupby(groups, sort=False).cumcount(), strict=True)]


def by_number(
    frame: pd.DataFrame, shape: Shape, keys: Sequence[str]
) -> tuple[dict[str, str], dict[str, dict[str, Cell]]]:
    """A column for each number that is known in any row: its title and its cells."""
    known = [each for each in shape.numbers if frame[each.column].notna().any()] or shape.numbers
    named = "indicator" in shape.labels and frame.indicator.nunique() > 1
    columns = {each.column: number_title(each, frame, named) for each in known}
    cells: dict[str, dict[str, Cell]] = {}
    for each in known:
        alike = one_unit(frame) if each.of_row else each.unit != MIXED
        cells[each.column] = number_cells(values_of(frame, each), keys, alike, each.signed)
    return columns, cells


def across(frame: pd.DataFrame, shape: Shape, keys: Sequence[str]) -> tuple[dict[str, str], dict[str, dict[str, Cell]]]:
    """A column for each value of `across`: its title and its cells."""
    (one,) = shape.numbers
    key_of = pd.Series(keys, frame.index)
    columns, cells = {}, {}
    for name, rows in frame.groupby(shape.across, sort=False):
        unit = str(rows.unit.iloc[0]) if one.of_row and "unit" in rows else ""
        signed = one.signed and name not in COSTS  # a cost of what is averted is no difference
        columns[str(name)] = indicator_title(str(name), unit) if one.of_row else bare(str(name))
        cells[str(name)] = number_cells(values_of(rows, one), list(key_of[rows.index]), one.unit != MIXED, signed)
    return columns, cells


def values_of(frame: pd.DataFrame, one: Number) -> pd.DataFrame:
    """The values of a number and the ends of its interval, and whether all of few runs are equal; a span without width
    has no ends."""
    columns = zip(PARTS, (one.column, one.low, one.high), strict=True)
    parts = {part: frame[name].astype(float) if name in frame else math.nan for part, name in columns}
    found = pd.DataFrame(parts, frame.index)
    if one.span:
        found[PARTS[1:]] = found[PARTS[1:]].mask(found.low == found.high)
    return found.assign(few=of_few(found.low, found.high, runs_of(frame, one)))


def runs_of(frame: pd.DataFrame, one: Number) -> pd.Series:
    """The number of runs behind a number in each row: seeds, at so many points; infinite where it is not known."""
    if "seeds" not in frame:
        return pd.Series(one.runs or math.inf, frame.index)
    return frame.seeds * (frame.points if "points" in frame else 1)


def number_cells(values: pd.DataFrame, keys: Sequence[str], alike: bool, signed: bool) -> dict[str, Cell]:
    """Row -> number and interval as text: all with the same decimals if they are of one size, else with their own."""
    sign = "+" if signed else ""
    finite = values[PARTS].replace([math.inf, -math.inf], math.nan)
    found, shared = {}, shared_digits(finite)
    for key, value, low, high, few in zip(keys, *(values[name] for name in (*PARTS, "few")), strict=True):
        digits = shared if alike else own_digits([each for each in (value, low, high) if math.isfinite(each)])
        reach = ALL_EQUAL if few else reach_of(low, high, digits, sign)
        found[key] = "infinite" if math.isinf(value) else number(value, digits, sign), reach
    return found


def shared_digits(values: pd.DataFrame) -> int:
    """Decimals that numbers of one size share: none where all are whole, else those with which the largest has two
    significant digits or more."""
    largest = float(np.nanmax(np.abs(values.to_numpy(float)), initial=0.0))
    if bool((values.fillna(0.0) % 1.0 == 0.0).all(axis=None)):
        return 0
    return min(MOST_DIGITS, max(digits_of(values), 1 - math.floor(math.log10(largest))))


def own_digits(values: Sequence[float]) -> int:
    """Decimals with which the largest of some values has three significant digits; none where all are whole."""
    largest = max(map(abs, values), default=0.0)
    if largest == 0.0 or all(value == round(value) for value in values):
        return 0
    return min(MOST_DIGITS, max(0, 2 - math.floor(math.log10(largest))))


def reach_of(low: float, high: float, digits: int, sign: str) -> str:
    """An interval, which may have no upper end; nothing where it is not known."""
    end = "no end" if math.isinf(high) else number(high, digits, sign)
    return "" if math.isnan(low) else f"{number(low, digits, sign)} to {end}"


def merged(texts: pd.Series, keys: Sequence[str]) -> dict[str, Cell]:
    """Row -> the texts of its rows of the table, each once."""
    found: dict[str, dict[str, None]] = {key: {} for key in keys}
    for key, text in zip(keys, texts, strict=True):
        found[key][text] = None
    return {key: ("; ".join(filter(None, each)), "") for key, each in found.items()}


def one_unit(frame: pd.DataFrame) -> bool:
    """Whether all rows have one unit."""
    return "unit" in frame and frame.unit.nunique(dropna=False) == 1 and bool(frame.unit.notna().all())


def shows_unit(shape: Shape) -> bool:
    """Whether any number is in the unit of the row."""
    return any(each.of_row for each in shape.numbers)


def number_title(one: Number, frame: pd.DataFrame, named: bool) -> str:
    """The title of a column of numbers with its unit, if all rows have one and no indicator is `named` with it."""
    title = one.title or (bare(one.column) if one.column in NAMES else words(one.column))
    unit = "" if one.of_row or one.unit == MIXED else one.unit
    if one.unit == SQUARED:
        unit = f"{frame.unit.iloc[0] if one_unit(frame) else 'unit'} squared"
    elif one.of_row and one_unit(frame) and not named:
        unit = str(frame.unit.iloc[0])
    return f"{title} [{unit}]" if unit and unit not in title.split() else title


def indicator_title(name: str, unit: object) -> str:
    """An indicator in words with its unit, or without one where numbers are not in it."""
    if not unit or unit != unit:
        return bare(name)
    return NAMES.get(name, f"{name} [{unit}]")


def bare(name: str) -> str:
    """An indicator in words, without its unit."""
    return NAMES.get(name, name).partition(" [")[0]


def words(name: str) -> str:
    """The name of a column in words."""
    return name.replace("_", " ")


def text_of(value: object, titles: Mapping[str, str]) -> str:
    """A cell as text: the title of a world, a number in its shortest form, yes or no; nothing where there is none."""
    if value is None or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else titles.get(str(value), str(value))
