"""What the columns of result tables mean, with units; the data dictionary that ships with results is made from this."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

COLUMNS: dict[str, str] = {
    "world": "the world that a row is about, by its name in the experiment file",
    "baseline": "the world that this one is compared with; empty where the value is not a difference",
    "point": "number of the point of the design, from 1 (design.csv says what it sets)",
    "seed": "seed of the replicate",
    "indicator": "what is measured (`corridor list indicators` gives definitions)",
    "unit": "unit of the values in the row",
    "kind": "flow: summed over days; stock: mean over days; ratio: a sum over a sum; empty for other quantities",
    "period": "calendar year, or the whole run",
    "value": "the value, in the unit of the row",
    "mean": "mean over seeds, in the unit of the row; of a ratio that some seed lacks (zero over zero), the "
    "ratio of the sums over all seeds, without an interval",
    "low": "lower end of the 90 % interval, in the unit of the row",
    "high": "upper end of the 90 % interval, in the unit of the row",
    "observed": "observed value for the same days, in the unit of the row; empty where none is known",
    "seeds": "number of seeds that have a value",
    "points": "number of points behind the row",
    "expected": "expected effect: the mean over draws and seeds; this and the next columns are empty unless each draw "
    "of a posterior has several seeds (seeds_per_draw)",
    "expected_low": "lower end of the 90 % interval of the expected effect: uncertainty alone, chance averaged out",
    "expected_high": "upper end of that interval",
    "future_low": "lower end of the 90 % interval of the effect in one future: chance and uncertainty",
    "future_high": "upper end of that interval",
    "share_chance": "share of the variance of the effect that is chance (seeds of one draw)",
    "share_behaviour": "share that is uncertainty of behaviour (parameters and conditions of the time of the draws)",
    "share_strength": "share that is uncertainty of how strong the measures are; empty with fewer than 4 seeds a draw, "
    "where it is in share_behaviour",
    "imposed": "levers and files of data by which a world sets the indicator itself; empty for all other indicators, "
    "of which some follow from an imposed one: then `note` says so",
    "note": "what is to be known of the row, in words: policies that cannot act within the run, for one",
    "interval": "what low to high is for: mean: the mean; draw: one further draw of the posterior (quantiles of the "
    "draws); draw_normal: the same, taken to be normal as there are fewer than 19 draws",
    "mean_low": "lower end of the 90 % t-interval of the mean over seeds or, with a posterior, draws",
    "mean_high": "upper end of that interval",
    "parameter": "name of a parameter (`corridor list parameters` gives its meaning and unit)",
    "measure": "name of a measure (a policy file)",
    "assumption": "how the number was computed",
}


def describe_columns(frame: pd.DataFrame, own: Mapping[str, str]) -> dict[str, str]:
    """The meaning of each column of a table, from its own declaration or the shared ones.

    Raises KeyError with the columns that have no description.
    """
    known = {**COLUMNS, **own}
    if unknown := [str(name) for name in frame.columns if name not in known]:
        raise KeyError(f"columns without a meaning: {', '.join(unknown)}")
    return {str(name): known[str(name)] for name in frame.columns}
