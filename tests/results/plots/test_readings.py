"""What figures of fits, forecasts, choice and series say and mark, so that nothing is taken for what it is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from corridor.results.plots.choice.regret import draw_regret
from corridor.results.plots.effects.dose import draw_dose
from corridor.results.plots.effects.pairing import doubt_in_words, draw_pairing
from corridor.results.plots.fit import calibration, history, patterns, rolling, validation
from corridor.results.plots.maps.displacement import draw_displacement_of_all
from corridor.results.plots.maps.year import deaths_in_words
from corridor.results.plots.series.coast import draw_retries, ratio_by_month
from corridor.results.plots.sheet import Sheet, wrapped
from corridor.results.plots.style import NO_CHANGE, percent
from corridor.results.plots.words import sector
from corridor.results.tables.outcomes import SECTOR
from tests.results.plots.test_effects import dataset_of
from tests.results.plots.test_missing import (
    SECTORS,
    TITLES,
    doses,
    effect_rows,
    pattern_rows,
    ranks,
    robust_rows,
    rolling_rows,
    scores,
    words_of,
)

WIDTHS = ("single", "double")


def plain(figure: Figure) -> str:
    """All texts, with plain spaces."""
    return words_of(figure).replace("\N{NO-BREAK SPACE}", " ")


def test_a_per_cent_sign_stays_with_its_number():
    assert percent(0.414) == "41\N{NO-BREAK SPACE}%" and percent(np.nan) == "not known"
    for width in np.linspace(0.1, 2.0, 20):
        assert not any(
            line.startswith("%") for line in wrapped("its 90 % interval of 41 % of them", width, 7).split("\n")
        )


@pytest.mark.parametrize("draw", [calibration.draw_ranks, validation.draw_ranks_of_months, rolling.draw_pit])
def test_axes_of_rank_histograms_have_labels(draw):
    table = pd.concat([ranks().assign(quantity=name, target=name, method=name) for name in ("p_retry", "boat_cost")])
    figure = draw(table.assign(kind="parameter", pit=table["rank"]))
    assert all(axes.get_xlabel() for axes in figure.axes if axes.get_visible())
    assert figure.axes[0].get_ylabel() in ("months", "histories") and not figure.axes[1].get_ylabel()


def test_the_band_of_ranks_is_one_of_bars():
    figure = calibration.draw_ranks(ranks().assign(kind="parameter", quantity="p_retry"))
    assert "where 99 % of bars end, each for itself" in plain(figure)


def test_no_end_of_an_interval_is_hidden_by_an_axis():
    rows = robust_rows().assign(mean_low=-3.0)
    figure = draw_regret(rows, TITLES)
    for axes in figure.axes:
        (crosses,) = (line for line in axes.lines if line.get_marker() == "x")
        assert axes.get_xlim()[0] < -3.0
        assert not crosses.get_clip_on() and crosses.get_zorder() > max(
            line.get_zorder() for line in axes.lines if line is not crosses
        )
    assert "The part of chance is subtracted, so that an estimate may lie below 0." in plain(figure)
    learned = pd.DataFrame({"parameter": ["p_retry"], "contraction": [0.5], "prior_low": [1.0], "prior_high": [2.0]})
    (axes,) = calibration.draw_learned(learned.assign(low=0.5, median=0.8, high=1.2)).axes
    assert axes.get_xlim()[0] < -0.5


@pytest.mark.parametrize("width", WIDTHS)
def test_launches_of_all_worlds_have_towns_and_in_two_columns_their_intervals(width):
    rows = effect_rows(low=-9.0, high=4.0)
    figure = draw_displacement_of_all(rows, TITLES, sheet=Sheet(width))
    labels = [label.get_text().replace("\n", " ") for label in figure.axes[0].get_xticklabels()]
    assert labels == [sector(name.removeprefix(SECTOR)) for name in SECTORS]
    cells = [text.get_text() for text in figure.axes[0].texts]
    assert cells.count("(−9 to +4)") == (2 * len(SECTORS) if width == "double" else 0)  # noqa: RUF001
    where = (
        "mean paired difference, and below it its 90 % interval" if width == "double" else ") is in effects.csv. Blue"
    )
    assert where in plain(figure)


def test_a_month_has_no_ratio_where_one_seed_lacks_what_it_is_over(tmp_path):
    dataset = dataset_of(tmp_path, (1, 2))
    attempts = dataset.attempts_people.copy(deep=True)
    attempts.loc[{"seed": 2, "world": "with", "time": "2022-12"}] = 0.0
    found = ratio_by_month(dataset.assign(attempts_people=attempts), "stop_rate_people")
    assert [str(month)[:7] for month in found.time.values] == ["2022-11"]


def test_months_of_deaths_are_dots_of_seeds_and_no_band(tmp_path):
    dataset = dataset_of(tmp_path, (1, 2))
    figure = draw_retries(dataset, pd.DataFrame({"indicator": [], "year": [], "value": []}))
    deaths = figure.axes[2]
    assert not deaths.collections
    assert sum(line.get_marker() == "." for line in deaths.lines) == 2 * dataset.sizes["seed"]
    assert "dots are months of single seeds" in plain(figure)
    assert deaths.get_title(loc="left") == "Deaths in the Channel, a month"


def test_seeds_of_one_draw_count_once_in_what_pairing_gains(tmp_path):
    dataset = dataset_of(tmp_path, range(1, 9))
    noise = np.random.default_rng(1).normal(0.0, 1.0, dataset.arrivals_people.shape)
    drawn = dataset.assign(arrivals_people=dataset.arrivals_people.copy(data=noise)).assign_attrs(from_posterior=1)
    drawn = drawn.assign_coords(draw=("seed", np.repeat(np.arange(4), 2)))
    alone = drawn.groupby("draw").mean("seed").rename(draw="seed").assign_attrs(drawn.attrs)
    figures = [draw_pairing(each, "without", TITLES, "arrivals_people") for each in (drawn, alone)]
    first, second = (figure.axes[0].lines[0].get_ydata() for figure in figures)
    assert len(first) and np.allclose(first, second)
    assert "4 draws of the posterior, each the mean of 2 seeds; at 1" in plain(figures[0])
    assert doubt_in_words(4) in plain(figures[0])
    assert "4 draws of the posterior (seeds and parameters)" in plain(figures[1])
    short = draw_pairing(drawn.isel(time=slice(0, 30)), "without", TITLES, "arrivals_people").axes[0].lines[0]
    assert (len(short.get_xdata()), short.get_marker()) == (1, "o")


def test_few_draws_say_little_of_a_ratio_of_variances():
    assert "161 times" in doubt_in_words(2)
    assert "1.2 times" in doubt_in_words(256)
    assert doubt_in_words(1) == ""


@pytest.mark.parametrize(("inputs", "marked"), [((np.nan, np.nan, np.nan), 0), ((np.nan, "entries by air", ""), 1)])
def test_only_patterns_with_an_input_are_marked_as_partly_an_input(inputs, marked):
    """An empty text is missing in a table that was stored."""
    figure = patterns.draw_patterns(pattern_rows().assign(input=list(inputs)), sheet=Sheet())
    labels = [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]
    assert sum("+" in label for label in labels) == marked
    assert ("shares something with an input" in plain(figure)) == bool(marked)


def test_patterns_have_names_of_the_field_and_numbers_of_the_same_digits():
    assert patterns.readable("change of arrivals_boats") == "Change of boats that arrive"
    assert patterns.readable("people_per_crossing_day by gap 3-4") == "Days since the last one: 3 to 4"
    assert patterns.readable("lorry_detected, last year over first") == "People found in lorries, last year over first"
    assert patterns.in_same_digits([-0.458, -0.2]) == ["−0.458", "−0.200"]  # noqa: RUF001
    assert patterns.in_same_digits([0.0236, 0.119]) == ["0.024", "0.119"]
    assert patterns.in_same_digits([5.0, 40.0]) == ["5", "40"]
    assert patterns.in_same_digits([28526.0, 25830.4]) == ["28,526", "25,830"]
    assert "The run: some run." in plain(patterns.draw_patterns(pattern_rows(), "some run"))


def test_the_reference_of_forecasts_is_framed_and_named_and_given_ones_stand_below_a_line():
    rows = rolling_rows().assign(origins=36)
    rows["method"] = rows.method.replace("corridor", "corridor_given_sea")
    rows.loc[rows.method == "sarima", "relative_wis"] = 1.0
    figure = rolling.draw_relative_wis(rows)
    assert figure.axes[0].get_yticklabels()[0].get_text() == "SARIMA"
    for axes in figure.axes:
        (frame,) = (patch for patch in axes.patches if isinstance(patch, Rectangle))
        assert frame.get_y() == -0.5
        assert [line.get_ydata()[0] for line in axes.lines] == [0.5]
    assert "sarima for people who arrive" in plain(figure).lower() and "36 origins" in plain(figure)


def test_shares_within_intervals_are_beside_what_chance_allows_for_so_many_months():
    low, high = validation.share_of_calibrated(24)
    assert (low, high) == (19 / 24, 1.0)
    figure = validation.draw_scores(scores())
    assert "Corridor alone: without the errors of the record" in plain(figure)
    bands = [bar for bar in figure.axes[1].patches if bar.get_x() > 0.0]
    assert len(bands) == 2 * len(validation.METHODS)


def test_a_panel_in_which_nothing_changes_says_so():
    still = doses("patrol_officers").assign(mean=0.0, low=0.0, high=1e-17)
    figure = draw_dose(still, "patrol_officers")
    for axes in figure.axes:
        assert [text.get_text() for text in axes.texts] == [NO_CHANGE]
        assert axes.get_yticks().tolist() == [0.0]
    assert "The dotted line joins" in plain(figure)
    assert all(axes.get_xlabel() for axes in figure.axes[3:])
    moved = draw_dose(doses("patrol_officers"), "patrol_officers")
    assert NO_CHANGE not in plain(moved)


def test_a_month_stands_at_its_middle_in_a_history_as_in_a_fan():
    months = [f"2022-{month:02d}" for month in range(1, 13)]
    table = pd.DataFrame({"quantity": "arrivals_people", "period": months, "median": 5.0, "low": 1.0, "high": 9.0})
    both = pd.concat([table, table.assign(quantity="arrivals_boats")]).assign(observed=4.0)
    figure = history.draw_months(both, "2022-12")
    assert figure.axes[0].lines[0].get_xdata().tolist() == validation.days_of(months).tolist()


def test_a_week_without_deaths_has_no_decimals():
    assert deaths_in_words(0.0) == "no deaths"
    assert deaths_in_words(1.25) == "1.2 deaths"
