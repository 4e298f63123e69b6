"""Figures draw for every kind of run, say what they show, and equal runs give equal files."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from corridor.model import load_geography
from corridor.model.records import Breakdown
from corridor.results.plots.series import overview
from corridor.results.plots.series.monthly import draw_monthly
from corridor.results.store import case_file
from corridor.results.tables import summary as compare
from tests.results.store.test_case_file import fake_records, save
from tests.support.figures import write_figures

OBSERVED = pd.DataFrame({"indicator": "arrivals_people", "month": ["2022-11", "2022-12"], "value": [100.0, 200.0]})
GEOGRAPHY = load_geography()


def records(seeds, prefix="", **period):
    made = fake_records(seeds, **period)
    legs = tuple(
        f"{GEOGRAPHY.places[a]}>{GEOGRAPHY.places[b]}"
        for a, b in zip(GEOGRAPHY.origin, GEOGRAPHY.destination, strict=True)
    )
    sectors = tuple(prefix + GEOGRAPHY.places[row] for row in GEOGRAPHY.rows("sector"))
    kinds = (("leg_flows", "leg", legs), ("launches_by_sector", "sector", sectors))
    for name, dimension, labels in (*kinds, ("arrivals_by_group", "group", ("albania", "iran"))):
        values = np.full((len(seeds), len(made.years), len(labels)), 500.0)
        made.yearly[name] = Breakdown("people", name, dimension, labels, values)
    return made


def draw(directory, worlds, seeds, **period):
    cases = directory / "cases"
    cases.mkdir(parents=True)
    for number, world in enumerate(worlds):
        save(cases, world, records(seeds, **period), f"{number}{world}")
    dataset = case_file.open_cases(cases)
    summary, effects = compare.summary(dataset, None), compare.effects(dataset, worlds[-1])
    return write_figures(overview.figures_of(dataset, summary, effects, OBSERVED, GEOGRAPHY), directory)


@pytest.mark.parametrize("seeds", [(1,), (1, 2, 3)])
@pytest.mark.parametrize("end", [date(2022, 11, 9), date(2023, 1, 31)])
def test_figures_draw_for_short_runs_and_single_seeds(tmp_path, seeds, end):
    paths = draw(tmp_path, ["with", "without"], seeds, end=end)
    assert [p.name for p in paths] == [f"{n}.{s}" for n in ("monthly", "effect", "map") for s in ("png", "pdf")]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_months_of_another_coast_have_neither_record_nor_statement(tmp_path, elsewhere):
    made = records((1, 2), "other_" if elsewhere else "", end=date(2023, 1, 31))
    save(tmp_path, "with", made, "0with")
    dataset = case_file.open_cases(tmp_path)
    summary, record = compare.summary(dataset, None), OBSERVED.iloc[:0] if elsewhere else OBSERVED
    figure = draw_monthly(dataset, summary, record)
    lines = [line.get_label() for axes in figure.axes for line in axes.lines]
    words = " ".join(text.get_text() for text in figure.findobj(Text)).lower()
    assert ("observed" in lines) == (not elsewhere)
    for said in ("joint statement", "observed", "home office"):
        assert (said in words) == (not elsewhere), said


@pytest.mark.parametrize("seeds", [3, 19])
def test_deaths_stand_beside_arrivals_and_preventions(tmp_path, seeds):
    """Few seeds have dots, as a band of small counts that are the same by chance would have no width."""
    for number, world in enumerate(("with", "without")):
        save(tmp_path, world, records(range(1, seeds + 1), end=date(2023, 1, 31)), f"{number}{world}")
    dataset = case_file.open_cases(tmp_path)
    record = pd.concat([OBSERVED, OBSERVED.assign(indicator="deaths_channel", value=[3.0, 4.0])])
    figure = draw_monthly(dataset, compare.summary(dataset, None), record)
    arrivals, _, deaths = figure.axes
    assert deaths.get_title(loc="left") == "Deaths in the Channel, a month"
    observed = next(line for line in deaths.lines if line.get_label() == "observed")
    assert observed.get_ydata().tolist() == [3.0, 4.0]
    dots = [line for line in deaths.lines if line.get_marker() == "."]
    assert len(dots) == (2 * seeds if seeds < 19 else 0)
    assert len(deaths.collections) == (0 if seeds < 19 else len(arrivals.collections))
    means = dataset.deaths_channel.sel(world="with").resample(time="MS").sum().mean("seed").values
    assert any(np.allclose(line.get_ydata(), means) for line in deaths.lines if len(line.get_ydata()) == len(means))
    words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert "Arrivals, preventions and deaths by month" in words and "(IOM Missing Migrants)" in words
    assert ("Deaths: dots are months of single seeds" in words) == (seeds < 19)


def test_one_world_has_no_effect_figure(tmp_path):
    assert {p.stem for p in draw(tmp_path, ["with"], (1, 2))} == {"monthly", "map"}


@pytest.mark.usefixtures("rendered_figures")
@pytest.mark.slow
def test_equal_runs_give_equal_files(tmp_path):
    first, second = (draw(tmp_path / name, ["with", "without"], (1, 2)) for name in "ab")
    for one, other in zip(first, second, strict=True):
        content = one.read_bytes()
        assert content.startswith(b"\x89PNG" if one.suffix == ".png" else b"%PDF")
        assert len(content) > 5000
        assert content == other.read_bytes(), one.name


def test_lampedusa_is_on_the_coastline():
    from json import loads

    from corridor.results.plots.maps.coastline import COASTLINE

    coast = loads(COASTLINE.read_text(encoding="utf-8"))
    rings = coast["region"]["land"]
    assert any(abs(lon - 12.6) < 0.15 and abs(lat - 35.5) < 0.1 for ring in rings for lon, lat in ring)
    assert "Natural Earth" in coast["note"]
