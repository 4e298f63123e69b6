"""Which rows of effects are plotted, and how sure an effect is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from corridor.results.plots.style import EFFECTS
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.intervals import of_few
from corridor.results.tables.outcomes import SECTOR
from corridor.results.tables.summary import INTERVALS

PLACEBO = "placebo"
SHOWN = [name for name, _ in EFFECTS]


def main_effects(effects: pd.DataFrame, *_: Any) -> pd.DataFrame:
    """Effects over the whole run on the indicators that figures of effects show."""
    rows = effects[effects.period == WHOLE] if "period" in effects else effects
    return rows[rows.indicator.isin(SHOWN)]


def sector_effects(effects: pd.DataFrame, world: str | None = None, *_: Any) -> pd.DataFrame:
    """Effects over the whole run on launches by sector, of a world or of all."""
    rows = effects[(effects.period == WHOLE) & effects.indicator.str.startswith(SECTOR)]
    return rows if world is None else rows[rows.world == world]


def interval_label(rows: pd.DataFrame) -> str:
    """The kind of interval of effects, in words; as a table of a user has it where it is none of ours."""
    kind = str(rows.interval.iloc[0])
    return INTERVALS.get(kind, kind)


def with_two_intervals(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `inner` and `outer` ends: of the expected effect (chance averaged out; else of the mean) and of one
    future (else as low and high); not known where few pairs of runs are all equal."""
    empty = pd.Series(np.nan, rows.index)
    columns = {
        "inner_low": ("expected_low", "mean_low"),
        "inner_high": ("expected_high", "mean_high"),
        "outer_low": ("future_low", "low"),
        "outer_high": ("future_high", "high"),
    }
    found = {name: rows.get(first, empty).fillna(rows.get(second, empty)) for name, (first, second) in columns.items()}
    known = ~of_few(rows["low"], rows["high"], rows["seeds"]) if "seeds" in rows else np.ones(len(rows), dtype=bool)
    return rows.assign(**{name: ends.where(known) for name, ends in found.items()})


def intervals_in_words(rows: pd.DataFrame) -> str:
    """What the thick and the thin line of an effect are."""
    thin = interval_label(rows)
    if ("mean_low" not in rows and "expected_low" not in rows) or (rows.interval == "mean").all():
        return f"Lines: 90 % interval {thin}."
    expected = "expected_low" in rows and rows.expected_low.notna().any()
    thick = "the expected effect, chance averaged out" if expected else "the mean"
    outer = "one future, with chance and uncertainty" if expected else thin.removeprefix("of ").removeprefix("for ")
    return f"Thick: 90 % interval of {thick}; thin: of {outer}."


def sorted_worlds(rows: pd.DataFrame, by: str = "arrivals_people") -> list[str]:
    """Worlds of several measures, then each measure by its effect, and the placebo last."""
    worlds = list(dict.fromkeys(rows.world.astype(str)))
    means = rows[rows.indicator == by].set_index("world")["mean"].to_dict()

    def place(world: str) -> tuple[int, float]:
        mean = means.get(world, np.nan)
        kind = 2 if world == PLACEBO else int(world.startswith("only_"))
        return kind, float("inf") if np.isnan(mean) else float(mean)

    return sorted(worlds, key=place)
