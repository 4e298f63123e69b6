"""Figures of sensitivity: noise floors, intervals that go on outside a panel, and what captions say of a study."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from corridor.results.plots.sensitivity.about import FLOOR
from corridor.results.plots.sensitivity.lines import draw_years
from corridor.results.plots.sensitivity.morris import draw_morris
from corridor.results.plots.sensitivity.sobol import draw_sobol
from corridor.results.plots.sensitivity.tornado import FADED, draw_tornado
from corridor.results.plots.sheet import Sheet
from tests.results.plots.test_missing import ABOUT, index_rows, tables_of, words_of

NAMES = ["p_retry", "boat_cost", "money_median"]
STUDY = replace(ABOUT["morris"], samples=4)


def screening() -> pd.DataFrame:
    """mu* of 10, 6 and 4 with floors of 3, 7 and 1; the first interval goes on to 90, that of the last reaches zero."""
    rows = index_rows(("mu_star", "sigma"))
    value, low, high, floor = ([10.0, 6.0, 4.0], [5.0, 2.0, -2.0], [90.0, 9.0, 9.0], [3.0, 7.0, 1.0])
    star = rows["index"] == "mu_star"
    rows.loc[star, ["value", "low", "high", "floor"]] = np.array([value, low, high, floor]).T
    rows.loc[~star, ["value", "floor"]] = [[5.0, np.nan], [3.0, np.nan], [2.0, np.nan]]
    return rows


def red_strokes(axes):
    return [tuple(line.get_xdata()) for line in axes.lines if line.get_color() == FLOOR]


def test_the_plane_of_morris_has_the_noise_floor_of_each_parameter_and_marks_cut_intervals():
    figure = draw_morris({"indices": screening()}, STUDY)
    plane = figure.axes[0]
    assert red_strokes(plane) == [(3.0, 7.0, 1.0)]
    assert [line.get_ydata().tolist() for line in plane.lines if line.get_marker() == ">"] == [[5.0]]
    assert plane.get_xlim()[1] < 90.0
    seen = words_of(figure)
    for text in ("arrows: it goes on outside the panel", "values may lie below 0", "4 trajectories", "Pale: μ*"):
        assert text in seen, text


def test_bars_of_the_tornado_are_grey_where_they_reach_zero_or_are_not_above_their_floor():
    figure = draw_tornado({"indices": screening()}, STUDY)
    (axes,) = figure.axes
    greys = [to_hex(bar.get_facecolor()) == FADED for bar in axes.patches]
    assert greys == [False, True, True]
    assert axes.get_xlim()[0] < -2.0  # the cap of the last whisker is inside
    assert "grey: it reaches zero, or the value is not above its noise floor" in words_of(figure)


def test_sobol_says_what_was_varied_and_that_indices_are_estimates():
    seen = words_of(draw_sobol({"indices": index_rows(("S1", "ST"))}, ABOUT["sobol"]))
    assert "3 parameters were varied, all others are fixed." in seen
    assert "over resampled points" in seen and "Both are estimates, so that S1 may lie above ST." in seen


@pytest.mark.parametrize("width", ["single", "double"])
def test_long_names_of_parameters_stay_on_the_sheet(width):
    rows = index_rows(("ST",), period=["2021", "2022"]).replace({"p_retry": "share_uk_scale"}).assign(floor=1.0)
    figure = draw_years(tables_of(rows, "indices_by_year"), ABOUT["sobol"], sheet=Sheet(width))
    figure.draw_without_rendering()
    (legend,) = figure.legends
    right, bottom = legend.get_window_extent().x1, legend.get_window_extent().y0
    assert right <= figure.bbox.width
    assert bottom >= figure.axes[0].get_window_extent().y1 - 1.0
    assert "Red line: median of the noise floors of all parameters" in words_of(figure)
