"""The effect of several measures together beside the sum of what each of them does alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from corridor.results.tables.outcomes import SECTOR, UNDETERRED, with_units
from corridor.results.tables.summary import draws_of, from_posterior, indicators_of, paired_rows

CELL = ["indicator", "period"]
PARTS = ("package", "singles", "difference")
ENDS = {"mean": "", "low": "_low", "high": "_high"}
COLUMNS = {
    "measures": "number of measures of the world that the baseline has not",
    **{
        f"{part}{end}": f"{words}{of}, in the unit of the row"
        for part, words in (
            ("package", "effect of all measures of the world together"),
            ("singles", "sum of the effects of these measures, each alone beside the baseline"),
            ("difference", "the first less the second: what the measures do to each other"),
        )
        for end, of in (("", ": mean over seeds"), ("_low", ": lower end"), ("_high", ": upper end of the interval"))
    },
}


def joint_effects(
    dataset: xr.Dataset, baseline: str, values: pd.DataFrame, alone: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """A row for each world, indicator and period (columns of joint.csv).

    `alone` has for each world of several measures the worlds in which one of them is in force. All three numbers are
    formed for each seed, and their intervals are those of effects. Only flows and stocks: effects on ratios do not add.
    """
    known = indicators_of(dataset)
    kinds = {name: about["kind"] for name, about in known.items()}
    adding = values.indicator.map(kinds).isin(["flow", "stock"]) | values.indicator.str.startswith(SECTOR)
    chosen = values[adding | (values.indicator == UNDETERRED)]
    table = chosen.pivot_table(index=[*CELL, "seed"], columns="world", values="value", sort=False, observed=True)
    effects = table.sub(table[baseline], axis=0)
    of, draws = "draw" if from_posterior(dataset) else "mean", draws_of(dataset)
    frames = []
    for world, singles in alone.items():
        package, total = effects[world], effects[list(singles)].sum(axis=1, skipna=False)
        parts = dict(zip(PARTS, (package, total, package - total), strict=True))
        rows = {name: paired_rows(part, CELL, of, draws).set_index(CELL) for name, part in parts.items()}
        wide = pd.concat(
            [
                part[list(ENDS)].rename(columns={each: name + end for each, end in ENDS.items()})
                for name, part in rows.items()
            ],
            axis=1,
        )
        wide = wide.assign(world=world, baseline=baseline, measures=len(singles))
        frames.append(wide.assign(**rows["package"][["seeds", "interval"]]).reset_index())
    columns = ["world", "baseline", *CELL, "unit", *COLUMNS, "seeds", "interval"]
    units = {name: about["unit"] for name, about in known.items()}
    found = pd.concat(frames, ignore_index=True)
    return with_units(found.assign(unit=found.indicator.map(units)))[columns]
