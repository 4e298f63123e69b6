"""Tables with missing or infinite numbers as figures: what is known is plotted, and the figure says what is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from corridor.results.plots.sheet import Sheet

Draw = Callable[..., Figure]
WORDS = "not known or infinite"


def shows(
    *values: str, ends: tuple[str, ...] = (), of: Callable[..., Any] = lambda table, *_: table
) -> Callable[[Draw], Draw]:
    """For functions that draw a figure of a table, their first argument (also tables by name, or an array).

    They get it with NaN for infinite numbers, and the sheet to draw on. `of` picks the rows that are plotted from the
    arguments, `values` are the columns of plotted values (all by default) and `ends` those of their intervals. How many
    are not known is written below the figure; where none is known, or there are no rows, the figure says that and
    nothing else.
    """

    def decorate(draw: Draw) -> Draw:
        @wraps(draw)
        def drawn(table: Any, *args: Any, sheet: Sheet | None = None, **more: Any) -> Figure:
            sheet = sheet or Sheet()
            rows = pd.DataFrame(of(table, *args))
            known = np.isfinite((rows[list(values)] if values else rows).to_numpy(float))
            if not known.any():
                return without_values(known.size, sheet)
            figure = draw(finite(table), *args, sheet=sheet, **more)
            sheet.note(losses(known, np.isfinite(rows[list(ends)].to_numpy(float))))
            return figure

        return drawn

    return decorate


def losses(known: np.ndarray, ends: np.ndarray) -> str:
    """How many values, and how many intervals of known values, cannot be plotted, in words; empty for none."""
    open_ = int((known.any(axis=1) & ~ends.all(axis=1)).sum())
    parts = [
        f"{number} of {whole} {what}"
        for number, whole, what in (
            (int((~known).sum()), known.size, "values"),
            (open_, len(known), "intervals"),
        )
        if number
    ]
    return f"Not shown, as {WORDS}: {'; '.join(parts)}." if parts else ""


def finite(table: Any) -> Any:
    """A table, tables by name or an array with NaN for infinite numbers."""
    if isinstance(table, pd.DataFrame):
        numbers = table.select_dtypes("number")
        return table.assign(**numbers.where(np.isfinite(numbers)))
    if isinstance(table, Mapping):
        return {name: finite(each) for name, each in table.items()}
    return np.where(np.isfinite(table), table, np.nan)


def without_values(number: int, sheet: Sheet) -> Figure:
    """A figure that says that there is nothing to plot."""
    (axes,) = sheet.panels(1, height=0.8)
    axes.set_axis_off()
    why = f": all {number} are {WORDS}" if number else ""
    axes.text(0.5, 0.5, f"No values to show{why}.", transform=axes.transAxes, ha="center", va="center", fontsize=8)
    return sheet.figure
