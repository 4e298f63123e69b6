"""The effect of a world against the value of a parameter, and where it changes its sign."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from corridor.results.plots import words
from corridor.results.plots.effects.dose import draw_response
from corridor.results.plots.effects.rows import interval_label
from corridor.results.plots.missing import shows
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import COLOURS, HALO, SMALL, count_axis, effects_shown


@shows("mean", ends=("low", "high"))
def draw_break_even(response: pd.DataFrame, found: pd.DataFrame, about: tuple[str, str, str], sheet: Sheet) -> Figure:
    """Effects against the value of a parameter, one panel an indicator; `about` is the parameter and the titles of the
    two worlds."""
    parameter, world, baseline = about
    even = found.set_index("indicator")
    shown = effects_shown(sheet.wide)
    for axes, (name, title) in zip(sheet.panels(len(shown), most=3, few=2, height=1.5), shown, strict=True):
        part = response[response.indicator == name].sort_values(parameter)
        draw_response(axes, part, parameter)
        at = float(even.break_even.get(name, np.nan))
        if np.isfinite(at):
            axes.axvline(at, color=COLOURS[1], linestyle="--", linewidth=1.0)
            axes.annotate(
                f"{at:.2g}", (at, 1.0), (2, 0), xycoords=("data", "axes fraction"), textcoords="offset points",
                fontsize=SMALL, va="top", path_effects=HALO,
            )  # fmt: skip
        sheet.panel_title(axes, title, sheet.inches * 0.3)
        count_axis(axes, "x", 4)
    changes = bool(np.isfinite(even.break_even.reindex([name for name, _ in shown]).to_numpy(float)).any())
    subject = f"Where the effect of “{world}” changes its sign" if changes else f"Effect of “{world}” by one value"
    sheet.title(f"{subject}: {words.parameter(parameter)}")
    sheet.note(
        f"Across: {words.parameter(parameter)} ({parameter}). Difference from “{baseline}”: mean paired difference on "
        f"the same {response.seeds.max()} seeds over the whole run, and its 90 % interval "
        f"({interval_label(response)}); pale: it holds zero."
        + " Dashed: where the mean effect changes its sign." * changes
        + " The dotted line joins the means and says nothing of values between.",
    )
    return sheet.figure
