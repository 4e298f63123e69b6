"""What `corridor explore` writes from the stored cases: outcomes, regret, satisficing, boxes of failure, figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.experiments.analyses import robust
from corridor.experiments.analyses.comparison import Tables, outlays_of, stored, titles_of
from corridor.experiments.analyses.robust_boxes import BOX_COLUMNS, PEELING_COLUMNS, Box, failure_box
from corridor.experiments.config.experiment import Experiment
from corridor.results.store.yearly import WHOLE

if TYPE_CHECKING:
    import xarray as xr

PAIR = ["world", "threshold"]
MOST_DRAWN = 8  # boxes that get a figure; tables hold all


@dataclass(frozen=True)
class Exploring:
    """Writes what `corridor explore` leaves, for these objectives and thresholds."""

    objectives: tuple[robust.Objective, ...]
    thresholds: tuple[robust.Threshold, ...]
    split: str

    def __call__(self, experiment: Experiment, out: Path, staging: Path) -> Tables:
        """Write into `staging` from the cases in `out`; the satisficing shares, the regret and the figures' paths."""
        from corridor.results.store import run_folder
        from corridor.results.tables import outcomes, summary

        dataset, values = stored(out)
        whole, worlds = values[values.year == WHOLE], list(experiment.file.worlds)
        base, design = experiment.file.baseline, run_folder.read_plan(out).design()
        cubes = {name: robust.cube(whole, name, worlds) for name in self.indicators(experiment)}
        costs = outcomes.cost_table(outlays_of(experiment), self.split)
        regret = pd.concat(
            [
                robust.regret_table({each: cubes[each.name] for each in self.objectives}, worlds),
                robust.cost_rows(costs, worlds, base, len(design), len(experiment.seeds)),
            ],
            ignore_index=True,
        )
        kept = robust.satisficing(self.thresholds, cubes, worlds, base)
        boxes = dict(self.boxes(cubes, worlds, base, design))
        for name, frame in {
            "design": design,
            "outcomes": outcomes_table(dataset, whole, base, design, list(cubes)),
            "regret": regret,
            "satisficing": kept,
            "costs": costs,
            "boxes": labelled(boxes, "limits"),
            "peeling": labelled(boxes, "peeling"),
        }.items():
            summary.write_csv(frame, staging / f"{name}.csv")
        return kept, regret, draw(experiment, regret, kept, boxes, staging)

    def indicators(self, experiment: Experiment) -> list[str]:
        """What outcomes.csv tells: objectives, indicators of thresholds and of the file, and all deaths."""
        from corridor.model import INDICATORS

        deaths = [name for name in INDICATORS if name.startswith("deaths_")]
        named = [each.name for each in self.objectives] + [each.indicator for each in self.thresholds]
        return list(dict.fromkeys([*named, *experiment.file.indicators, *deaths]))

    def boxes(
        self, cubes: dict[str, np.ndarray], worlds: list[str], baseline: str, design: pd.DataFrame
    ) -> Iterator[tuple[tuple[str, str], Box]]:
        """The boxes in which worlds break thresholds, by world and threshold; only those that were found."""
        points, base = design.drop(columns="point"), worlds.index(baseline)
        for number, world in enumerate(worlds):
            for each in self.thresholds if number != base else ():
                figures = cubes[each.indicator]
                fails, known = robust.failures(each, figures[number], figures[base])
                box = failure_box(points[known], fails[known])
                if box:
                    yield (world, str(each)), box


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
    from corridor.results.tables import summary

    rows = pd.concat([robust.rows_of(whole, name) for name in indicators], ignore_index=True)
    keys = ["world", "point", "indicator"]
    means = rows.groupby(keys, sort=False).value.mean().reset_index()
    found = summary.effects(dataset, baseline, rows).rename(columns={"mean": "difference"})
    table = means.merge(found[[*keys, "difference", "low", "high"]], on=keys, how="left")
    own = table.world == baseline
    table.loc[own, ["difference", "low", "high"]] = 0.0
    table["unit"] = table.indicator.map(robust.unit_of)
    factors = [name for name in design if name != "point"]
    told = ["world", "point", *factors, "indicator", "unit", "value", "difference", "low", "high"]
    return table.merge(design, on="point")[told]


def draw(
    experiment: Experiment, regret: pd.DataFrame, kept: pd.DataFrame, boxes: dict[tuple[str, str], Box], staging: Path
) -> list[Path]:
    """The figures: regret, satisficing, and the first boxes."""
    from corridor.results.plots import exploration as figures
    from corridor.results.plots.style import styled

    titles = titles_of(experiment)
    (staging / "figures").mkdir()
    drawn = {
        "regret": lambda: figures.draw_regret(regret, titles),
        "satisficing": lambda: figures.draw_satisficing(kept, titles),
    }
    for number, ((world, bound), box) in enumerate(list(boxes.items())[:MOST_DRAWN], start=1):
        title = f"Where '{titles[world]}' breaks: {bound}"
        drawn[f"box_{number}"] = partial(figures.draw_box, box.limits, box.peeling, title)
    return styled(drawn, staging / "figures")
