"""Which figures a study of sensitivity has."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from corridor.results.plots.sensitivity.about import About, Tables
from corridor.results.plots.sensitivity.lines import draw_convergence, draw_years
from corridor.results.plots.sensitivity.morris import draw_morris
from corridor.results.plots.sensitivity.sobol import draw_sobol
from corridor.results.plots.sensitivity.tornado import draw_tornado


def choose(tables: Tables, about: About) -> dict[str, Callable[..., Figure]]:
    """The figures for which a method gives tables, by the first part of the file's name."""
    figures: dict[str, Callable[..., Figure]] = {"tornado": draw_tornado}
    if about.method == "morris":
        figures["morris"] = draw_morris
    if about.method == "sobol":
        figures["sobol"] = draw_sobol
    if tables["indices_by_year"].period.nunique() > 1:
        figures["years"] = draw_years
    if tables["convergence"].samples.nunique() > 1:
        figures["convergence"] = draw_convergence
    return figures
