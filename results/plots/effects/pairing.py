"""What runs on the same seeds gain: how much less a difference varies."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from scipy.special import fdtri

from corridor.results.plots import words
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import colour_of, each_once, line_of
from corridor.results.store.run_folder import DRAW
from corridor.results.tables.intervals import TAIL
from corridor.results.tables.summary import from_posterior


def draw_pairing(
    dataset: xr.Dataset, baseline: str, titles: Mapping[str, str], indicator: str, sheet: Sheet | None = None
) -> Figure:
    """How many times smaller the variance of a difference is on the same seeds, by time since the start.

    The indicator is summed from the first day on which a world differs from the baseline to each later quarter.
    """
    sheet = sheet or Sheet()
    (axes,) = sheet.panels(1, height=2.5)
    values = by_draw(dataset[indicator])
    base = values.sel(world=baseline).values
    several = [str(name) for name in dataset.world.values if name != baseline]
    alone = {world for world in several if world.startswith("only_") and len(several) > 4}
    for world in several:
        days, ratio = pairing(values.sel(world=world).values, base)
        axes.plot(
            days / 365.25,
            ratio,
            color="#b0b0b0" if world in alone else colour_of(dataset, world),
            linewidth=0.7 if world in alone else 1.6,
            linestyle="solid" if world in alone else line_of(dataset, world),
            marker="o" if len(days) == 1 else "",  # one point has no line
            label="each measure alone" if world in alone else words.in_titles(titles, world),
            zorder=1 if world in alone else 2,
        )
    axes.axhline(1.0, color="#444444", linewidth=0.8, linestyle=":")
    if any(len(line.get_xdata()) for line in axes.lines[:-1]):  # type: ignore[arg-type]
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:,g}")
        axes.yaxis.set_minor_formatter("{x:,g}" if np.ptp(np.log10(axes.get_ylim())) < 1.0 else NullFormatter())
    axes.set_ylabel("variance on different seeds\nover that on the same seeds")
    axes.set_xlabel("years since a world first differs from the baseline")
    sheet.title(f"How much the same seeds gain: {words.in_sentence(indicator)}")
    sheet.legend(each_once(axes))
    sheet.note(
        f"Sums from the first day on which a world differs. {len(base)} {units_in_words(dataset, len(base))}; at 1 "
        f"(dotted) pairing gains nothing.{doubt_in_words(len(base))}"
    )
    return sheet.figure


def by_draw(values: xr.DataArray) -> xr.DataArray:
    """Values by world, seed and day with the mean of the seeds of each draw, which are not independent, in their place;
    as they are where draws have one seed."""
    if DRAW not in values.coords:
        return values.transpose("world", "seed", "time")
    return values.groupby(DRAW).mean("seed").transpose("world", DRAW, "time")


def units_in_words(dataset: xr.Dataset, number: int) -> str:
    """What the units are from which variances come."""
    if not from_posterior(dataset):
        return "seeds"
    several = dataset.sizes["seed"] // number
    of_each = f", each the mean of {several} seeds" if several > 1 else " (seeds and parameters)"
    return f"draws of the posterior{of_each}"


def doubt_in_words(draws: int) -> str:
    """By how much chance may have put off a ratio of two variances of so many draws; empty for one."""
    if draws < 2:
        return ""
    factor = float(fdtri(draws - 1, draws - 1, 1.0 - TAIL))
    shown = f"{factor:.1f}" if factor < 10.0 else f"{factor:,.0f}"
    return (
        f" A ratio of variances of {draws} normal draws may by chance be {shown} times too high or too low (90 % "
        "interval of two independent variances)."
    )


def pairing(own: np.ndarray, base: np.ndarray, every: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Days since two worlds (seed or draw, day) first differ, and the ratio of variances of their sums since; may be
    empty."""
    differs = np.flatnonzero((own != base).any(axis=0))
    if not len(differs) or len(own) < 2:
        return np.empty(0), np.empty(0)
    a, b = (each[:, differs[0] :].cumsum(axis=1)[:, every - 1 :: every] for each in (own, base))
    paired, unpaired = (a - b).var(axis=0, ddof=1), a.var(axis=0, ddof=1) + b.var(axis=0, ddof=1)
    known = paired > 0.0
    return (np.flatnonzero(known) + 1) * every, unpaired[known] / paired[known]
