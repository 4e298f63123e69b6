"""The catalogue: figures of stored results by name, alone or in a figure of the user, and as files."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import corridor
from corridor.model import load_geography
from corridor.results.plots.catalogue import index
from corridor.results.plots.catalogue.registry import FIGURES
from corridor.results.plots.effects.rows import sorted_worlds
from corridor.results.plots.maps.projection import EARTH_KM, EUROPE
from corridor.results.plots.sheet import Sheet, width_of, wrapped
from corridor.results.plots.style import STYLE, band
from corridor.results.plots.words import place, quantity
from corridor.results.store import case_file
from corridor.results.store.case_file import StoreError
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.fronts import nondominated
from corridor.results.tables.intervals import further_draw
from tests.results.plots.test_missing import TITLES, effect_rows
from tests.results.plots.test_overview import records
from tests.results.store.test_case_file import save

LONG = "A measure with a title that is much longer than any column of a journal has room for " * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("result")
    effect_rows().to_csv(made / "effects.csv", index=False)
    return made


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    cases = tmp_path_factory.mktemp("cases")
    for number, world in enumerate(("with", "without")):
        save(cases, world, records((1, 2), end=date(2022, 12, 31)), f"{number}{world}")
    return case_file.open_cases(cases)


def texts(figure: Figure) -> str:
    return " ".join(text.get_text() for text in figure.findobj(Text))


def test_every_figure_has_a_meaning_and_says_what_it_needs():
    assert len(FIGURES) >= 38
    for each in index.rows():
        assert each[1].endswith(".") and each[2], each


def test_a_figure_of_a_folder_and_of_a_result_is_the_same(folder):
    class Result:
        pass

    result = Result()
    result.folder = folder
    assert texts(corridor.plots.forest(folder)) == texts(corridor.plots.forest(result))


def test_a_figure_that_is_not_known_and_one_without_its_table_are_errors(folder):
    with pytest.raises(AttributeError, match="corridor list figures"):
        corridor.plots.forrest  # noqa: B018
    with pytest.raises(StoreError, match=r"needs dose\.csv"):
        corridor.plots.dose(folder)
    with pytest.raises(StoreError, match="no option world"):
        corridor.plots.forest(folder, world="a")
    with pytest.raises(StoreError, match="single, double"):
        corridor.plots.forest(folder, width="triple")


def test_what_a_folder_allows_follows_from_its_tables(folder):
    assert {each.name for each in index.possible(folder)} == {
        "displacement",
        "displacement_of_all",
        "forest",
        "frontier",
    }


def test_one_panel_is_drawn_on_the_users_axes_and_several_in_its_place(folder):
    figure = Figure(layout="constrained")
    one, other = figure.subplots(1, 2)
    assert corridor.plots.displacement_of_all(folder, ax=one) is figure
    assert one in figure.axes and one.get_title(loc="left")
    corridor.plots.forest(folder, ax=other)
    assert other not in figure.axes and len(figure.subfigs) == 1
    figure.draw_without_rendering()


@pytest.mark.slow
@pytest.mark.usefixtures("rendered_figures")
def test_equal_results_give_equal_files_whose_text_is_text(folder, tmp_path):
    kinds = ("svg", "pdf")
    first, second = (
        index.write("frontier", folder, width="single", formats=kinds, out=tmp_path / name) for name in "ab"
    )
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert ">no other is better in both means</text>" in first[0].read_text(encoding="utf-8")


def test_lines_are_no_wider_than_their_room_and_lose_no_word():
    lines = wrapped(LONG, 2.0, 7.0)
    assert lines.split() == LONG.split()
    assert max(width_of(line, 7.0) for line in lines.split("\n")) <= 2.0


@pytest.mark.parametrize("width", ["single", "double"])
def test_a_figure_grows_with_its_title_caption_and_labels(width):
    short, long = Sheet(width), Sheet(width)
    for sheet, text in ((short, "short"), (long, LONG)):
        sheet.panels(1, height=2.0)
        sheet.title(text)
        sheet.note(text)
    assert short.figure.get_figwidth() == long.figure.get_figwidth() == {"single": 3.5, "double": 7.2}[width]
    assert long.figure.get_figheight() > short.figure.get_figheight() + 0.3
    long.figure.draw_without_rendering()
    box = long.figure.get_tightbbox()
    assert box.x0 >= 0.0 and box.x1 <= long.figure.get_figwidth() and box.y0 >= 0.0


def test_no_label_of_the_forest_is_cut(folder):
    from corridor.results.plots.effects.forest import draw_forest

    figure = draw_forest(effect_rows(), {**TITLES, "a": LONG}, sheet=Sheet("single"))
    figure.draw_without_rendering()
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert LONG.split() in [label.split() for label in labels]
    assert figure.get_tightbbox().x0 >= 0.0


def test_the_placebo_is_last_and_the_package_first():
    rows = pd.DataFrame(
        {
            "world": ["placebo", "only_a", "only_b", "all"],
            "indicator": "arrivals_people",
            "mean": [0.0, -5.0, -9.0, -1.0],
        }
    )
    assert sorted_worlds(rows) == ["all", "only_b", "only_a", "placebo"]


def test_worlds_that_no_other_beats():
    values = np.array([[0.0, 5.0], [5.0, 0.0], [5.0, 5.0], [0.0, 5.0], [np.nan, -1.0]])
    assert nondominated(values).tolist() == [True, True, False, True, False]


def test_the_projection_keeps_shapes_and_its_two_parallels():
    """Conformal: a degree of longitude over one of latitude is the cosine everywhere; true to scale at 33 and 52 N."""
    for lat in (25.0, 33.0, 41.0, 52.0, 58.0):
        east = np.diff(EUROPE.line([(20.0, lat), (20.001, lat)]), axis=0)
        north = np.diff(EUROPE.line([(20.0, lat), (20.0, lat + 0.001)]), axis=0)
        ratio = np.hypot(*east[0]) / np.hypot(*north[0])
        assert ratio == pytest.approx(np.cos(np.radians(lat + 0.0005)), rel=1e-4)
        scale = np.hypot(*north[0]) / (EARTH_KM * np.radians(0.001))
        assert (scale == pytest.approx(1.0, abs=1e-4)) == (lat in (33.0, 52.0))


@pytest.mark.slow
@pytest.mark.parametrize("width", ["single", "double"])
def test_figures_of_a_run_are_drawn_inside_their_sheet(dataset, width):
    from corridor.results import observed
    from corridor.results.plots.maps.flow_map import draw_flow_difference, draw_flow_map
    from corridor.results.plots.maps.year import Year, draw_week
    from corridor.results.plots.series import coast, crossing_calendar, ends

    where, yearly = load_geography(), observed.read("annual")
    monthly = observed.read("monthly").query("indicator == 'arrivals_boats'").set_index("month").value
    year = Year(dataset, where, "with", 2022)
    with mpl.rc_context(STYLE):
        figures = [
            coast.draw_per_boat(dataset, monthly, Sheet(width)),
            coast.draw_stock(dataset, yearly, Sheet(width)),
            coast.draw_retries(dataset, yearly, Sheet(width)),
            crossing_calendar.draw_calendar(dataset, observed.daily().people, "with", sheet=Sheet(width)),
            ends.draw_ends(dataset, "with", Sheet(width)),
            draw_flow_map(dataset, where, "with", Sheet(width)),
            draw_flow_difference(dataset, where, "with", "without", Sheet(width)),
            draw_week(year, 0, Sheet(width)),
        ]
        for figure in figures:
            figure.draw_without_rendering()
            box = figure.get_tightbbox()
            assert box.x0 >= -0.03 and box.x1 <= figure.get_figwidth() + 0.03, texts(figure)[:60]


def test_a_film_of_less_than_a_week_is_refused(dataset):
    from corridor.results.plots.maps.year import Year

    with pytest.raises(StoreError, match="6 days of 2022 are stored; allowed: at least 7"):
        Year(dataset.isel(time=slice(0, 6)), load_geography(), "with", 2022)


@pytest.mark.parametrize(("seeds", "draws"), [(4, None), (25, None), (32, 8)])
def test_bands_of_figures_are_the_intervals_of_tables(seeds, draws):
    values = np.random.default_rng(seeds).poisson(3.0, (seeds, 5)).astype(float)
    _, low, high = band(values, draws)
    ends = np.array([further_draw(column, draws) for column in values.T])
    assert np.array_equal(low, np.maximum(0.0, ends[:, 0])) and np.array_equal(high, ends[:, 1])


def test_the_calendar_of_a_map_without_a_record_is_of_the_run_alone(dataset):
    from corridor.results import observed
    from corridor.results.plots.catalogue import of_runs

    other = dataset.assign_coords(sector=[f"{name} elsewhere" for name in dataset.sector.values])
    for data, panels in ((dataset, 2), (other, 1)):
        result = SimpleNamespace(dataset=data, world=lambda _: "with")
        drawn = of_runs.calendar(result, Sheet())
        assert len([axes for axes in drawn.axes if axes.images]) == panels
        assert ("Home Office" in texts(drawn)) == (panels == 2)
    assert not observed.is_of(other.sector.values)


def test_names_are_words_with_accents():
    assert place("Le Treport to Dieppe") == "Le Tréport to Dieppe"
    assert quantity("some_new_indicator") == "Some new indicator"


def doses(folder, columns, **tables):
    listed = {f"{name}.csv": {"meaning": name, "columns": columns} for name in tables}
    (folder / "manifest.json").write_text(json.dumps({"tables": listed}), encoding="utf-8")
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def dose_rows(values, **levers):
    rows = pd.DataFrame({"mean": values, "low": np.array(values) - 5.0, "high": np.array(values) + 5.0, **levers})
    names = [f"dose_{k}" for k in range(len(rows))]
    first = rows.assign(world=names, baseline="dose_0", unit="people", period=WHOLE, seeds=9, interval="mean")
    found = pd.concat([first.assign(indicator=name) for name in ("arrivals_people", "deaths_channel")])
    return found[["world", "baseline", *found.columns.drop(["world", "baseline"])]]  # as tables are stored


def test_the_lever_of_a_stored_dose_is_the_column_that_the_manifest_says(tmp_path):
    table = dose_rows([0.0, -20.0, -40.0], patrol_officers=[1.0, 2.0, 3.0])
    folder = doses(tmp_path, {"world": "the world", "patrol_officers": "lever: officers"}, dose=table)
    figure = corridor.plots.dose(folder, width="single")
    assert "Effect by the value of one lever: officers on the French coast" in texts(figure).replace("\n", " ")
    assert figure.axes[0].lines[0].get_xdata().tolist() == [1.0, 2.0, 3.0]


def test_two_levers_of_a_stored_dose_have_a_map_with_deaths_beside_it(tmp_path):
    columns = {"patrol_officers": "lever: officers", "boats_through": "lever: boats"}
    table = dose_rows([0.0, -20.0, -9.0, -40.0], patrol_officers=[1.0, 2.0, 1.0, 2.0], boats_through=[1.0, 1, 0.5, 0.5])
    table = table.assign(interaction=0.0, interaction_low=-1.0, interaction_high=1.0)
    figure = corridor.plots.interaction(doses(tmp_path, columns, dose=table))
    assert "Effect on deaths in the Channel at these values" in texts(figure)
    alone = corridor.plots.dose(tmp_path)
    assert alone.axes[0].lines[0].get_xdata().tolist() == [1.0, 2.0]  # the other lever at its baseline


def test_shares_of_measures_have_titles_and_deaths_beside_them(tmp_path):
    rows = [
        ("arrivals_people", "goods", -50.0),
        ("arrivals_people", "port_dogs", 1.0),
        ("deaths_channel", "goods", 2.0),
    ]
    shares = pd.DataFrame(rows, columns=["indicator", "measure", "share"])
    shares = shares.assign(low=shares.share - 3.0, high=shares.share + 3.0)
    values = pd.DataFrame({"indicator": ["arrivals_people"], "world": "no_measure", "period": WHOLE, "value": 900.0})
    folder = doses(tmp_path, {}, attribution=shares, coalitions=values)
    manifest = {"configuration": {"policy_files": {"goods": {"title": "Boats and engines"}}}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    seen = texts(corridor.plots.waterfall(folder)).replace("\n", " ")
    assert "What each measure contributes to arrivals by small boat" in seen
    assert "share in deaths in the Channel" in seen and "+2 (\N{MINUS SIGN}1 to +5)" in seen
    assert "Port dogs" in seen


def test_an_old_forecast_begins_after_its_own_last_observed_month() -> None:
    from corridor.results.plots.catalogue.of_fits import last_seen

    record = pd.Series(1.0, index=["2023-11", "2023-12", "2024-01", "2024-02"])
    assert last_seen(pd.DataFrame({"month": ["2024-01", "2024-02"]}), record) == "2023-12"
    assert last_seen(pd.DataFrame({"month": ["2024-03"]}), record) == "2024-02"
