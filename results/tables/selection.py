"""Which rows of a table of results are shown: of which worlds, indicators and period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from corridor.results.store.yearly import WHOLE
from corridor.results.tables.measures import COLUMNS

FEW = 8  # indicators that are shown without being asked for


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
