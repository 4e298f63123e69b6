"""Which cells of a table of results are shown, and how: rows, columns, values with their intervals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from corridor.results.store.result_files import is_set
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.measures import COLUMNS
from corridor.results.tables.numbers import MAIN

MEASURED = ("mean", "value", "share")  # columns of the number that a row is about, the first that there is
NO_LABELS = {
    "statement",
    "baseline",
    "unit",
    "kind",
    "interval",
    "assumption",
    "observed",
    "seeds",
    "points",
    "comparison",
    "note",
    "reason",
    "input",
}
OF_NUMBERS = {"words", "seeds_alike", "difference"}  # tables with these have several numbers about one indicator
TIMES = {"year", "period"}  # names, also where they are numbers
KEYS = ("world", "indicator", "point", "seed", "samples", "kind")  # which tell rows apart where names do not
MOST_SET = 4  # settings by which a point is named in full
HAS_INTERVAL = (  # to which an interval with another name belongs, the first that there is, before the first number
    "difference", "share", "simulated", "mean", "median",
)  # fmt: skip
LIMITS = "coverage"  # `low` and `high` of a table with it are no interval, but limits of a box
COUNTS = {"points", "seeds"}  # numbers of a table that are no results
DIFFERENT = {"parameter", "target", "pattern", "criterion", "statistic"}  # rows of these have values of different sizes
QUANTILES = ("q05", "q95")  # the ends of a 90 % interval in a table of quantiles
PARTS = {"package": "together", "singles": "sum of each alone", "difference": "difference"}  # of joint.csv
NONE = ("", "")
NAMES = MAIN | COLUMNS
FEW = 8  # indicators that are shown without being asked for


@dataclass(frozen=True)
class Layout:
    """A table as it is shown: rows and columns by name with their titles, what rows are, and `values` with the columns
    row, column, value, low, high; columns in `signed` are differences. With `own_digits` each row has decimals of its
    own, as its values are of another size."""

    rows: Mapping[str, str]
    columns: Mapping[str, str]
    of_rows: str
    values: pd.DataFrame
    signed: Collection[str] = ()
    own_digits: bool = False


class Unknown(ValueError):
    """What a table does not have; `problems` has a line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def chosen_rows(
    frame: pd.DataFrame, worlds: Sequence[str], indicators: Sequence[str], period: str | None
) -> pd.DataFrame:
    """The rows of these worlds, indicators and this period: by default all worlds, the main indicators (all where there
    are few or none of these), and the whole run. Raises Unknown."""
    frame = named_rows(frame, {"world": worlds, "indicator": indicators, "period": [period] if period else []})
    if period is None and "period" in frame and (frame.period == WHOLE).any():
        frame = frame[frame.period == WHOLE]
    if "indicator" in frame and not indicators and frame.indicator.nunique() > FEW:
        main = frame[frame.indicator.isin(COLUMNS)]
        frame = frame if main.empty else main
    if "indicator" in frame and indicators:
        order = {name: k for k, name in enumerate(indicators)}
        frame = frame.sort_values("indicator", key=lambda names: names.map(order), kind="stable")
    return frame


def named_rows(frame: pd.DataFrame, wanted: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The rows with one of the wanted names in each column (all where none is wanted). Raises Unknown with every name
    that a column does not have."""
    problems, found = [], frame
    for column, names in wanted.items():
        known = list(dict.fromkeys(frame[column].astype(str))) if column in frame else []
        allowed = ", ".join(known) or "none"
        problems += [f"--{column} {name}: not in this table; allowed: {allowed}" for name in names if name not in known]
        if names and known:
            found = found[found[column].astype(str).isin(names)]
    if problems:
        raise Unknown(problems)
    return found


def layout(frame: pd.DataFrame, meanings: Mapping[str, str], titles: Mapping[str, str]) -> Layout:
    """Rows for what differs, columns for indicators or, in a table without them, for its numbers.

    `meanings` says what the columns are; `titles` are those of worlds.
    """
    frame = points_by_number(with_ends(side_by_side(frame)), meanings).reset_index(drop=True)
    titles = {**NAMES, **titles}
    several = "indicator" not in frame or bool(OF_NUMBERS & set(frame))
    measured = next((name for name in MEASURED if name in frame and not several), None)
    labels = label_columns(frame, meanings, ["indicator"] if measured else [])
    words = partial(shown, titles=titles)
    names = frame[labels].astype(object).apply(lambda each: ", ".join(filter(None, map(words, each))), axis=1)
    if measured is None or pd.DataFrame({"row": names, "column": frame.indicator}).duplicated().any():
        return of_numbers(frame, names, labels)
    ends = {end: interval_end(frame, measured, end) for end in ("low", "high")}
    values = pd.DataFrame({"row": names, "column": frame.indicator, "value": frame[measured], **ends})
    of_rows = frame.unit.fillna("") if "unit" in frame else [""] * len(frame)
    units = dict(zip(frame.indicator, of_rows, strict=True))
    columns = {name: NAMES.get(name, f"{name} [{units.get(name, '')}]".replace(" []", "")) for name in units}
    compared = "baseline" in frame and "threshold" not in frame  # whether a threshold is kept is no difference
    less = frame[frame.baseline.fillna("") != ""] if compared else frame.iloc[:0]
    differences = {name for name in less.indicator if not name.startswith("cost")}
    return Layout(own_names(names), columns, words_of(labels), values, differences)


def interval_end(frame: pd.DataFrame, measured: str, end: str) -> pd.Series:
    """An end of the intervals of the number that rows are about; NaN where the table has none."""
    known = [name for name in (end, f"{measured}_{end}") if name in frame]
    return frame[known[0]] if known else pd.Series(float("nan"), frame.index)


def side_by_side(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of joint effects with a row for each of its three numbers; any other as it is."""
    if not set(PARTS) <= set(frame):
        return frame
    keys = [name for name in frame if not str(name).startswith(tuple(PARTS))]
    parts = [
        frame[[*keys, part, f"{part}_low", f"{part}_high"]]
        .set_axis([*keys, "mean", "low", "high"], axis=1)
        .assign(measures=words)
        for part, words in PARTS.items()
    ]
    return pd.concat(parts).sort_index(kind="stable")


def with_ends(frame: pd.DataFrame) -> pd.DataFrame:
    """A table with the 90 % intervals that follow from quantiles, where it has these and no intervals."""
    if set(QUANTILES) <= set(frame) and "low" not in frame:
        return frame.rename(columns=dict(zip(QUANTILES, ("low", "high"), strict=True)))
    return frame


def of_numbers(frame: pd.DataFrame, names: pd.Series, labels: Sequence[str]) -> Layout:
    """A row for each row of the table, a column for each of its numbers; ends of intervals belong to their number or,
    where they have another name, to the one that `HAS_INTERVAL` names, or to the first."""
    numbers = [
        str(name)
        for name in frame.select_dtypes("number")
        if name not in {*labels, *(() if "holds" in frame else COUNTS)} and not str(name).endswith(("_low", "_high"))
    ]
    if LIMITS not in frame:
        numbers = [name for name in numbers if name not in ("low", "high")]
    stems = [str(name).removesuffix("_low") for name in frame if str(name).endswith("_low")]
    spare = [("low", "high"), *((f"{stem}_low", f"{stem}_high") for stem in stems if stem not in numbers)]
    other_ends = next((ends for ends in spare if ends[0] in frame and ends[0] not in numbers), NONE)
    with_other = next((name for name in (*HAS_INTERVAL, *numbers) if name in numbers), "")
    rows = [str(k) for k in range(len(frame))]
    parts = []
    for name in numbers:
        other = other_ends if name == with_other else NONE
        low, high = (f"{name}_low", f"{name}_high") if f"{name}_low" in frame else other
        ends = {end: frame[of] if of in frame else float("nan") for end, of in (("low", low), ("high", high))}
        parts.append(pd.DataFrame({"row": rows, "column": name, "value": frame[name].astype(float), **ends}))
    columns = {name: NAMES.get(name, name.replace("_", " ")) for name in numbers}
    if "unit" in frame and "indicator" not in frame and frame.unit.nunique() == 1 and numbers:
        columns[numbers[0]] += f" [{frame.unit.iloc[0]}]"
    values = pd.concat(parts, ignore_index=True)
    titles = dict(zip(rows, names, strict=True))
    return Layout(
        titles, columns, words_of(labels), values, own_digits=bool(DIFFERENT & set(labels)) or "words" in frame
    )


def label_columns(frame: pd.DataFrame, meanings: Mapping[str, str], within: Sequence[str]) -> list[str]:
    """The columns that tell rows apart: levers and parameters that are set, else names, of which several differ; then,
    as long as rows with the same values `within` are alike, other names and keys that differ."""
    texts = [
        str(name)
        for name in frame
        if name in TIMES or not (pd.api.types.is_numeric_dtype(frame[name]) or name in NO_LABELS | {"indicator"})
    ]
    known = dict.fromkeys(name for name in (*texts, *KEYS) if name in frame)
    differing = [name for name in known if frame[name].nunique(dropna=False) > 1]
    labels = first_labels(frame, meanings, [name for name in differing if name in texts])
    for name in (name for name in differing if name not in (*labels, *within)):
        if (alike := [*labels, *within]) and not frame.duplicated(alike).any():
            break
        labels.append(name)
    return labels or texts[:1] or [str(frame.columns[0])]


def first_labels(frame: pd.DataFrame, meanings: Mapping[str, str], names: list[str]) -> list[str]:
    """The columns that are labels whether or not others tell rows apart: words, what is set, or names."""
    if "words" in frame:
        return ["words", *(name for name in ("sample", "condition") if name in names)]
    set_ones = settings_of(frame, meanings)
    if len(set_ones) > MOST_SET and "point" in frame:
        return ["point"]
    return set_ones or list(names)


def settings_of(frame: pd.DataFrame, meanings: Mapping[str, str]) -> list[str]:
    """The columns of levers and parameters that are set."""
    return [str(name) for name in frame if is_set(meanings.get(str(name), ""))]


def points_by_number(frame: pd.DataFrame, meanings: Mapping[str, str]) -> pd.DataFrame:
    """A table of indicators at points that set much, without what they set, which is in `design.csv`."""
    set_ones = settings_of(frame, meanings)
    many = len(set_ones) > MOST_SET and {"point", "indicator"} <= set(frame)
    return frame.drop(columns=set_ones) if many else frame


def words_of(labels: Sequence[str]) -> str:
    """What the rows are, in words."""
    return ", ".join(labels).replace("_", " ").capitalize()


def shown(value: object, titles: Mapping[str, str]) -> str:
    """A name in a row: the title of a world, a number in its shortest form, nothing where there is none."""
    if value != value or value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else titles.get(str(value), str(value))


def own_names(names: pd.Series) -> dict[str, str]:
    """Each name once, in order; it is its own title."""
    return {name: name for name in dict.fromkeys(names)}
