"""`corridor explore`: how robust worlds are over sampled points: regret, thresholds kept, and where they are broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.experiments.analyses import overview
from corridor.experiments.analyses.comparison import COSTS, outlays_of
from corridor.experiments.analyses.exploration import objectives as robust
from corridor.experiments.analyses.exploration import regret, satisficing
from corridor.experiments.analyses.exploration.boxes import BOX_COLUMNS, PEELING_COLUMNS, Box, failure_box
from corridor.experiments.analyses.exploration.sampling import Sampling, at_explored_points
from corridor.experiments.analyses.factors import factor_columns
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import AnalysisResult, Draw, StoredCases, Table
from corridor.results.tables import shapes
from corridor.results.tables.shape import MIXED, Number, Shape
from corridor.results.tables.shapes import SHARE

if TYPE_CHECKING:
    import xarray as xr

PAIR = ["world", "threshold"]
MOST_PLOTTED = 8  # boxes that are plotted; tables hold all
SATISFICING = "share of the sampled points at which each world keeps each threshold (not a probability)"
SATISFICING_COLUMNS = {
    "threshold": "the bound on the difference from the baseline",
    "share": "share of points at which the threshold is kept, on means over seeds",
    "low": "lower end of the 90 % interval of the share: Wilson's over points, wider by what seeds may change",
    "high": "upper end of that interval",
    "surely": "share of points at which the 90 % interval over seeds lies wholly within the bound",
    "surely_not": "share of points at which the 90 % interval over seeds lies wholly beyond the bound",
}
REGRET = "regret: how much worse each world is than the one that is best at the same point by other seeds, by objective"
REGRET_COLUMNS = {
    "direction": "min: less is better; max: more is better",
    "mean": "mean regret over points, in the unit of the row; zero on average for equal worlds",
    "mean_low": "lower end of the 90 % interval of the mean: points and seeds (Student's t); for cost, the split",
    "mean_high": "upper end of that interval",
    "p90": "90th percentile over points of regret without its chance, by which worlds are ranked, in the unit",
    "p90_low": "lower end of the 90 % interval of that percentile: points resampled",
    "p90_high": "upper end of that interval",
    "maximum": "largest regret without its chance at any sampled point, in the unit of the row",
    "may_be_best": "whether the mean regret may be the least of all worlds, by intervals that hold for all at once",
    "rank": "rank of the world by p90, 1 for the least regret; see may_be_best",
}
OUTCOMES = "value of each world at each point, and its paired difference from the baseline"
OUTCOMES_COLUMNS = {
    "value": "mean over seeds, in the unit of the row",
    "difference": "mean paired difference from the baseline on the same point and seeds, in the unit of the row",
    "low": "lower end of the 90 % interval of the difference, over seeds",
    "high": "upper end of the 90 % interval of the difference, over seeds",
}
BOXES = "the box of parameters in which a world breaks a threshold (PRIM)"
PEELING = "the sequence of boxes of PRIM, from all points to the smallest box"
BOX_MEANINGS = {
    "threshold": "the threshold that is broken",
    "low": "lower limit of the box, in the unit of the parameter",
    "high": "upper limit of the box, in the unit of the parameter",
    "sampled_low": "least value sampled, in the unit of the parameter",
    "sampled_high": "largest value sampled, in the unit of the parameter",
    "quasi_p_low": "quasi-p-value of the lower limit (small: the restriction is unlikely to be chance)",
    "quasi_p_high": "quasi-p-value of the upper limit (small: the restriction is unlikely to be chance)",
    "coverage": "share of the failing points that lie in the box",
    "density": "share of the points in the box that fail",
    "mass": "share of all points that lie in the box",
    "share_failing": "share of all points that fail",
    "coverage_held_out": "coverage on points that were not used to find the box",
    "density_held_out": "density on points that were not used to find the box",
    "step": "number of the box in the sequence",
    "parameters": "number of parameters that the box restricts",
    "chosen": "whether this box is the one in the table `boxes`",
}
OF_THRESHOLD = ("indicator", "period")  # which the threshold names
SATISFICING_SHAPE = Shape(
    ("world", "threshold", "baseline"),
    (
        Number("share", "low", "high", "90 % interval of the share: points, and what seeds may change", SHARE),
        Number("surely", unit=SHARE),
        Number("surely_not", unit=SHARE),
    ),
    hidden=OF_THRESHOLD,
)
REGRET_SHAPE = Shape(
    ("indicator", "world", "period"),
    (
        Number("mean", "mean_low", "mean_high", "90 % interval of the mean"),
        Number("p90", "p90_low", "p90_high", "90 % interval of the percentile", title="90th percentile"),
        Number("maximum"),
        Number("rank", unit=""),
    ),
    ("may_be_best",),
    ("baseline", "direction"),
)
OF_BOX = tuple(
    Number(name, unit=SHARE)
    for name in ("coverage", "coverage_held_out", "density", "density_held_out", "mass", "share_failing")
)
BOX_SHAPE = Shape(
    ("world", "threshold", "parameter", "baseline"),
    (
        Number("low", unit=MIXED, title="lower limit"),
        Number("high", unit=MIXED, title="upper limit"),
        Number("sampled_low", unit=MIXED, title="least sampled"),
        Number("sampled_high", unit=MIXED, title="largest sampled"),
        Number("quasi_p_low", unit=""),
        Number("quasi_p_high", unit=""),
        *OF_BOX,
    ),
    hidden=OF_THRESHOLD,
)
PEELING_SHAPE = Shape(
    ("world", "threshold", "step", "baseline"), (Number("parameters", unit=""), *OF_BOX), ("chosen",), OF_THRESHOLD
)


def outcomes_shape(factors: Iterable[str], seeds: int) -> Shape:
    """The shape of the table `outcomes`, with so many seeds at each point; design.csv says what these factors are
    there."""
    difference = Number("difference", "low", "high", "90 % interval of the mean", signed=True, runs=seeds)
    labels = ("world", "point", "indicator", "period")
    return Shape(labels, (Number("value"), difference), hidden=("baseline", *factors))


@dataclass(frozen=True)
class Exploration:
    """Worlds at the same sampled points (or those of the file's design) and seeds, judged by these objectives and
    thresholds. With `measures` each measure alone is a world, too."""

    experiment: Experiment
    sampling: Sampling | None
    objectives: tuple[robust.Objective, ...]
    thresholds: tuple[robust.Threshold, ...]
    measures: bool = False
    split: str = "dirichlet"

    def plan(self) -> Experiment:
        """The worlds at the points."""
        return at_explored_points(self.experiment, self.sampling, self.measures)

    def results(self, cases: StoredCases) -> AnalysisResult:
        """`satisficing`, `regret`, `boxes`, `peeling`, `outcomes`, `costs`, `design` and the figures."""
        from corridor.results.tables import outcomes

        worlds, base = list(cases.experiment.file.worlds), cases.baseline
        design, factors = cases.contents.plan.design(), factor_columns(cases.experiment)
        cubes = {name: robust.cube(cases.whole_run, name, worlds) for name in self.indicators()}
        costs = outcomes.cost_table(outlays_of(cases.experiment), self.split)
        regrets = pd.concat(
            [
                regret.regret_table({each: cubes[each.name] for each in self.objectives}, worlds),
                regret.cost_rows(costs, worlds, base, len(design), len(cases.experiment.seeds)),
            ],
            ignore_index=True,
        )
        kept = satisficing.satisficing(self.thresholds, cubes, worlds, base)
        boxes = dict(self.boxes(cubes, worlds, base, design))
        reached = outcomes_table(cases.dataset, cases.whole_run, base, design, list(cubes))
        shape = outcomes_shape(factors, len(cases.experiment.seeds))
        return AnalysisResult(
            {
                "satisficing": Table(compared(kept, base), SATISFICING, SATISFICING_SHAPE, SATISFICING_COLUMNS),
                "regret": Table(regrets, REGRET, REGRET_SHAPE, REGRET_COLUMNS),
                "outcomes": Table(reached, OUTCOMES, shape, OUTCOMES_COLUMNS | factors),
                "boxes": Table(compared(labelled(boxes, "limits"), base), BOXES, BOX_SHAPE, BOX_MEANINGS),
                "peeling": Table(compared(labelled(boxes, "peeling"), base), PEELING, PEELING_SHAPE, BOX_MEANINGS),
                "costs": Table(costs, COSTS, shapes.COSTS),
                **overview.design_table(cases),
            },
            figures_of(cases.titles, regrets, kept, boxes),
        )

    def indicators(self) -> list[str]:
        """The indicators of the table `outcomes`: objectives, indicators of thresholds and of the file, and all
        deaths."""
        from corridor.model import INDICATORS

        deaths = [name for name in INDICATORS if name.startswith("deaths_")]
        named = [each.name for each in self.objectives] + [each.indicator for each in self.thresholds]
        return list(dict.fromkeys([*named, *self.experiment.file.indicators, *deaths]))

    def boxes(
        self, cubes: dict[str, np.ndarray], worlds: list[str], baseline: str, design: pd.DataFrame
    ) -> Iterator[tuple[tuple[str, str], Box]]:
        """The boxes in which worlds break thresholds, by world and threshold; only those that were found."""
        points, base = design.drop(columns="point"), worlds.index(baseline)
        for number, world in enumerate(worlds):
            for each in self.thresholds if number != base else ():
                values = cubes[each.indicator]
                fails, known = satisficing.failures(each, values[number], values[base])
                box = failure_box(points[known], fails[known])
                if box:
                    yield (world, str(each)), box


def compared(frame: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """A table about thresholds with the indicator of each, and the baseline of its differences."""
    return frame.assign(indicator=frame.threshold.str.split().str[0], baseline=baseline)


def labelled(boxes: dict[tuple[str, str], Box], table: str) -> pd.DataFrame:
    """The tables of all boxes one below the other, with world and threshold in front."""
    frames = [getattr(box, table).assign(world=world, threshold=bound) for (world, bound), box in boxes.items()]
    columns = [*PAIR, *(BOX_COLUMNS if table == "limits" else PEELING_COLUMNS)]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def outcomes_table(
    dataset: xr.Dataset, whole: pd.DataFrame, baseline: str, design: pd.DataFrame, indicators: list[str]
) -> pd.DataFrame:
    """A row for each world, point and indicator: what the point sets, the mean over seeds, and the mean paired
    difference from the baseline with its 90 % interval over seeds (0 for the baseline itself)."""
    from corridor.model import INDICATORS
    from corridor.results.tables import summary

    known = [INDICATORS[name] for name in indicators if name in INDICATORS]
    parts = [part for each in known for part in (each.numerator, each.denominator) if part]  # of which ratios are made
    named = dict.fromkeys([*indicators, *parts])
    rows = pd.concat([robust.rows_of(whole, name) for name in named], ignore_index=True)
    keys = ["world", "point", "indicator"]
    means = (
        rows[rows.indicator.isin(indicators)]
        .groupby(keys, sort=False)
        .value.agg(lambda x: x.mean(skipna=False))
        .reset_index()
    )
    found = summary.effects(dataset, baseline, rows).rename(columns={"mean": "difference"})
    table = means.merge(found[[*keys, "difference", "low", "high"]], on=keys, how="left")
    own = table.world == baseline
    table.loc[own, ["difference", "low", "high"]] = 0.0
    table["unit"] = table.indicator.map(robust.unit_of)
    factors = [name for name in design if name != "point"]
    columns = ["world", "point", *factors, "indicator", "unit", "value", "difference", "low", "high"]
    return table.merge(design, on="point")[columns]


def figures_of(
    titles: dict[str, str], regrets: pd.DataFrame, kept: pd.DataFrame, boxes: dict[tuple[str, str], Box]
) -> dict[str, Draw]:
    """The figures: regret, satisficing, and the first boxes."""
    from corridor.results.plots.choice import box as boxes_of
    from corridor.results.plots.choice import regret as plots

    found: dict[str, Draw] = {
        "regret": partial(plots.draw_regret, regrets, titles),
        "satisficing": partial(plots.draw_satisficing, kept, titles),
    }
    for number, ((world, bound), box) in enumerate(list(boxes.items())[:MOST_PLOTTED], start=1):
        title = f"Where “{titles[world]}” fails: {plots.threshold_words(bound)}"
        found[f"box_{number}"] = partial(boxes_of.draw_box, box.peeling, box.limits, title)
    return found
