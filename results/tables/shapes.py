"""The shapes of tables that several analyses make."""

from __future__ import annotations

from collections.abc import Mapping

from corridor.results.tables.shape import Number, Shape

SHARE = "share"
OF_RUN = ("world", "baseline", "point", "period")
OF_SPLIT = "90 % interval of the split of a published sum"
EFFECT = Number("mean", "low", "high", signed=True)
OF_PARTS = (
    *("mean_low", "mean_high", "expected", "expected_low", "expected_high", "future_low", "future_high"),
    *("share_chance", "share_behaviour", "share_strength"),
)  # of effects.csv: the parts of an interval
EFFECTS = Shape(OF_RUN, (EFFECT,), ("note",), (*OF_PARTS, "imposed"), across="indicator")
COSTS = Shape(
    ("world", "measure"),
    (Number("mean", "low", "high", OF_SPLIT, span=True),),
    ("assumption",),
    ("baseline", "indicator", "period"),
)
VALUES = Shape(("world", "baseline", "seed", "period"), (Number("value"),), across="indicator")
MONTHS = Shape(
    ("month", "origin"),
    (Number("mean", "q05", "q95", "5 % and 95 % quantiles"),),
    hidden=("world", "baseline", "period", "q25", "q50", "q75"),
    across="indicator",
)
DATA_FILES = Shape(("world", "key"), facts=("file",))


def levels(interval: str) -> Shape:
    """The shape of a summary, whose intervals are of this kind, in words."""
    mean = Number("mean", "low", "high", f"90 % prediction interval {interval}")
    return Shape(("indicator", "world", "point", "period"), (mean, Number("observed")), hidden=("baseline",))


def design(factors: Mapping[str, str]) -> Shape:
    """The shape of a table of points, which set these factors; for each its unit."""
    return Shape(("point",), tuple(Number(name, unit=unit) for name, unit in factors.items()))
