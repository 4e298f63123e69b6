"""The first columns that all result tables share: world, baseline, indicator, period and so on."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from corridor.results.store.yearly import WHOLE

KEYS = ["world", "baseline", "indicator", "unit", "kind", "period"]


def with_keys(frame: pd.DataFrame, known: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """A table of results with the shared columns in front, then the point of a design, then its own.

    `known` says what each indicator is (unit, kind). A table without periods is of the whole run. `baseline` is empty
    where values are not differences, `kind` where the indicator is not one of the model's. A table that is not about
    indicators stays as it is.
    """
    if "indicator" not in frame:
        return frame
    table = frame if "period" in frame else frame.assign(period=WHOLE)
    for column in ("kind", "unit"):
        found = table.indicator.map({name: each[column] for name, each in known.items()})
        table = table.assign(**{column: table[column].fillna(found) if column in table else found})
    table["kind"] = table.kind.fillna("")
    table = table.assign(**{name: table[name].fillna("") if name in table else "" for name in ("world", "baseline")})
    first = [*KEYS, *(["point"] if "point" in table else [])]
    return table[[*first, *(name for name in table if name not in first)]]
