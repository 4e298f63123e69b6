"""Figures of effects: which panels they have, what is marked as imposed, and what their axes and captions say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from corridor.model import load_geography
from corridor.results.plots.effects.forest import draw_forest, sureness
from corridor.results.plots.effects.frontier import draw_frontier
from corridor.results.plots.effects.rows import intervals_in_words, with_two_intervals
from corridor.results.plots.effects.waterfall import SURE, UNSURE, draw_waterfall
from corridor.results.plots.imposed import MARK
from corridor.results.plots.maps.displacement import draw_displacement, draw_displacement_of_all
from corridor.results.plots.maps.flow_map import LAND_BORDERS, draw_flow_difference, draw_flow_map, on_land
from corridor.results.plots.series.overview import draw_effect
from corridor.results.plots.sheet import Sheet
from corridor.results.store import case_file
from corridor.results.tables import summary
from corridor.results.tables.imposed import ON_ENTRIES, entry_levers_of, entry_note, noted_levers, that_set_entries
from tests.results.plots.test_missing import TITLES, effect_rows, words_of
from tests.results.plots.test_overview import records
from tests.results.store.test_case_file import save

GEOGRAPHY = load_geography()
RETURNS = "chance of return that a newly arrived Albanian faces"
WIDTHS = ("single", "double")


def noted(rows: pd.DataFrame) -> pd.DataFrame:
    """Effects of which those of world a are imposed."""
    return rows.assign(note=np.where(rows.world == "a", entry_note(["albania_returns"]), ""))


def dataset_of(folder, seeds):
    for number, world in enumerate(("with", "without")):
        made = records(seeds, end=date(2022, 12, 31))
        if world == "with":
            made.yearly["leg_flows"].values[...] += 1000.0
        save(folder, world, made, f"{number}{world}")
    return case_file.open_cases(folder)


def test_a_note_gives_back_its_levers_among_other_parts():
    note = f"cannot act within the run: patrols; {entry_note(ON_ENTRIES)}"
    assert noted_levers(note) == list(ON_ENTRIES)
    assert noted_levers("hardly a measure: what chance shows") == []
    rows = pd.DataFrame({"world": ["a", "a", "b"], "note": [note, note, np.nan]})
    assert entry_levers_of(rows) == {"a": list(ON_ENTRIES)}
    assert entry_levers_of(rows[["world"]]) == {}
    assert that_set_entries({"a": ["patrol_officers", "albania_returns"], "b": ["patrol_officers"]}) == {
        "a": ["albania_returns"]
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("draw", [draw_forest, draw_frontier, draw_displacement, draw_displacement_of_all])
def test_effects_that_a_policy_file_imposes_have_a_mark_and_a_line_in_the_caption(draw, width):
    where = (GEOGRAPHY,) if draw.__name__ == "draw_displacement" else ()
    marked = words_of(draw(noted(effect_rows()), TITLES, *where, sheet=Sheet(width)))
    plain = words_of(draw(effect_rows(), TITLES, *where, sheet=Sheet(width)))
    assert f"World a\N{NO-BREAK SPACE}{MARK}" in marked and f"World b\N{NO-BREAK SPACE}{MARK}" not in marked
    assert f"{MARK} Entries are set by a file ({RETURNS})" in marked
    assert MARK not in plain


def test_effects_by_year_and_along_legs_are_marked_too(tmp_path):
    dataset = dataset_of(tmp_path, (1, 2))
    effects = summary.effects(dataset, "without").assign(note=entry_note(["albania_returns"]))
    flows = draw_flow_difference(dataset, GEOGRAPHY, "with", "without", imposed={"with": ["albania_returns"]})
    for figure in (draw_effect(dataset, effects), flows):
        assert f"\N{NO-BREAK SPACE}{MARK}”" in words_of(figure)
        assert f"{MARK} Entries are set by a file ({RETURNS})" in words_of(figure)
    assert MARK not in words_of(draw_flow_difference(dataset, GEOGRAPHY, "with", "without"))


def test_deaths_in_the_channel_stay_where_no_mean_moves():
    rows = effect_rows()
    dead = rows.indicator.str.startswith("deaths")
    still = rows.assign(**{key: rows[key].mask(dead, 0.0) for key in ("mean", "low", "high")})
    unsure = still.assign(low=still.low.mask(dead, -109.0), high=still.high.mask(dead, 109.0))
    assert [axes.get_ylabel() for axes in draw_frontier(still, TITLES).axes] == ["difference in deaths in the Channel"]
    assert len(draw_frontier(unsure, TITLES).axes) == 2


def share_rows(indicator: str, *values: float) -> pd.DataFrame:
    rows = pd.DataFrame({"measure": ["goods", "albania"][: len(values)], "share": values, "indicator": indicator})
    return rows.assign(low=rows.share - 3.0, high=rows.share + 3.0, permutations=8, seeds=24)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_waterfall_has_marks_for_totals_numbers_for_shares_and_a_panel_of_deaths(width):
    deaths = share_rows("deaths_channel", 2.0, -9.0)
    rows = share_rows("arrivals_people", -50.0, -200.0)
    imposed = {"albania": ["albania_returns"]}
    figure = draw_waterfall(rows, {}, "arrivals_people", 90_000.0, deaths, imposed, sheet=Sheet(width))
    first, second = figure.axes
    (totals,) = (line for line in first.lines if line.get_label() == "total")
    assert totals.get_xdata().tolist() == [90_000.0, 89_750.0]
    assert [bar.get_width() for bar in first.patches] == [-200.0, -50.0]  # no bar from 0
    dots = [line.get_xdata()[0] for line in second.lines if line.get_marker() in ("o", "s")]
    assert dots == [-9.0, 2.0]  # in the order of the first panel
    seen = words_of(figure)
    for text in ("90,000", "89,750", "−50 (−53 to −47)", "−9 (−12 to −6)", "8 sampled orders", "24 draws or seeds"):  # noqa: RUF001
        assert text in seen, text
    assert f"Albania\N{NO-BREAK SPACE}{MARK}" in seen and f"{MARK} Entries are set by a file" in seen
    figure.draw_without_rendering()
    assert figure.get_tightbbox().x1 <= figure.get_figwidth() + 0.03


def test_the_waterfall_of_deaths_has_no_second_panel():
    deaths = share_rows("deaths_channel", 2.0, -9.0)
    assert len(draw_waterfall(deaths, {}, "deaths_channel", 90.0, deaths).axes) == 1


@pytest.mark.parametrize(("seeds", "interval"), [(2, ""), (30, " (−9 to −9)")])  # noqa: RUF001
def test_a_waterfall_has_no_interval_where_few_runs_are_all_equal(seeds: int, interval: str) -> None:
    rows = share_rows("deaths_channel", -9.0).assign(low=-9.0, high=-9.0, seeds=seeds)
    figure = draw_waterfall(rows, {}, "deaths_channel", 90.0)
    assert f"−9{interval}" in [text.get_text() for text in figure.axes[0].texts]  # noqa: RUF001
    assert {bar.get_alpha() for bar in figure.axes[0].patches} == {SURE if interval else UNSURE}


@pytest.mark.parametrize(("seeds", "clear"), [((1,), False), ((1, 2), False), (tuple(range(20)), True)])
def test_legs_are_clear_by_the_prediction_interval_and_not_where_few_seeds_are_all_equal(tmp_path, seeds, clear):
    figure = draw_flow_difference(dataset_of(tmp_path, seeds), GEOGRAPHY, "with", "without")
    legs = [lines for axes in figure.axes for lines in axes.collections if lines.get_alpha() in (0.2, 0.8)]
    strengths = {lines.get_alpha() for lines in legs if len(lines.get_paths())}
    assert strengths == {0.8 if clear else 0.2}
    assert ("no interval is known, all legs are pale" in words_of(figure)) == (len(seeds) == 1)


def test_a_leg_over_land_is_grey_though_its_deaths_are_stored_with_a_sea(tmp_path):
    assert on_land(GEOGRAPHY).sum() == len(LAND_BORDERS)
    figure = draw_flow_map(dataset_of(tmp_path, (1, 2)), GEOGRAPHY, "with")
    coloured = [
        len(lines.get_segments())
        for lines in figure.axes[0].collections
        if lines.get_alpha() == 0.95 and not np.allclose(lines.get_colors()[0][:3], to_rgba("#9a9a9a")[:3])
    ]
    sea = sum(mode == "sea" for mode in GEOGRAPHY.mode)
    assert sum(coloured) == sea


@pytest.mark.parametrize(("seeds", "how"), [(2, "unsure"), (30, "clear")])
def test_what_is_equal_in_few_pairs_of_runs_is_not_clear_of_zero(seeds: int, how: str) -> None:
    ends = dict.fromkeys(("mean", "low", "high", "mean_low", "mean_high"), -1000.0)
    table = pd.DataFrame([{**ends, "seeds": seeds, "interval": "mean"}])
    (row,) = with_two_intervals(table).to_dict("records")
    assert sureness(row) == how
    assert intervals_in_words(table) == "Lines: 90 % interval of the mean: chance only."
