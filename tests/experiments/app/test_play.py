"""The play without a browser: levers as fields, the experiment to download, what is shown of a world, the effect."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corridor.experiments.app import fields
from corridor.experiments.app.address import MEASURES, PlaySettings
from corridor.experiments.app.play.draws import KNOWN, values_of_block
from corridor.experiments.app.play.effects import SHOWN, RunningEffect
from corridor.experiments.app.play.files import EXPERIMENT, experiment_texts, packed
from corridor.experiments.app.play.ground import Ground, GroundSpec, ground_of
from corridor.experiments.app.play.page_files import days, play_file
from corridor.experiments.app.play.panels import ENGLISH, chart_of_series, counts, effect_panel, week_sums
from corridor.experiments.app.play.pictures import land, layer
from corridor.experiments.app.play.session import Pasts, PlaySession, Shared, View
from corridor.experiments.app.play.world import LEVELS, Frame, levels_of
from corridor.experiments.config import loading
from corridor.model import LEVERS, load_geography
from corridor.model.engine.errors import InputError
from tests.support.batches import ended

SPEC = GroundSpec(draws=4, scale=50.0, past_from=date(2022, 10, 1))
GEOGRAPHY = load_geography()
PLACES, SECTORS = len(GEOGRAPHY.places), len(GEOGRAPHY.rows("sector"))


def frame(number: float = 10.0) -> Frame:
    names = ("arrivals_people", "attempts_people", "prevented_people", "deaths_channel", "deaths_mediterranean")
    names += ("arrivals_lorry", "camp_stock", "sheltered_stock")
    daily = {name: np.full(10, number) for name in names}
    totals = {name: float(values.sum()) for name, values in daily.items()}
    return Frame(
        date(2022, 11, 10), np.full(PLACES, 500.0), np.full(SECTORS, 3.0), (0, 1, 2) * 2 + (0, 1), totals, daily
    )


def running(effects: dict[str, float], noise: float, draws: int = 8) -> RunningEffect:
    """An effect of draws that differ by these means and this noise."""
    found = RunningEffect(draws)
    wave = noise * np.cos(np.arange(draws) * 2.0)
    for k in range(0, draws, 4):
        part = slice(k, k + 4)
        found.add(
            tuple(range(k + 1, k + 5)),
            {name: np.stack([np.full(4, 1000.0), 1000.0 + effects.get(name, 0.0) + wave[part]]) for name in KNOWN},
        )
    return found


def test_every_lever_is_a_slider_with_unit_grade_and_source() -> None:
    listed = [name for names in fields.GROUPS.values() for name in names]
    assert sorted(listed) == sorted(LEVERS)
    for name, lever in LEVERS.items():
        slider = fields.slider(lever, lever.baseline)
        assert (slider["min"], slider["max"]) == (lever.low, lever.high)
        steps = (lever.baseline - lever.low) / slider["step"]
        assert steps == pytest.approx(round(steps)), f"{name}: the baseline lies between two steps"
        assert f"Unit: {lever.unit}" in slider["about"]
        assert f"Grade {lever.grade}" in slider["about"]
        assert lever.source.split("evidence ")[0] in slider["about"]
        assert "Source: evidence" not in slider["about"]
        assert slider["unit"] not in ("probability", "share")  # "0 probability" is no value
    about = fields.slider(LEVERS["alert_time"], 1.0)["about"]
    assert "Source: section 1.2 of the evidence review summed up in model/data/SOURCES.md." in about


def test_a_slider_at_its_baseline_is_no_lever() -> None:
    moved = fields.changed_play(PlaySettings(), {"name": "patrol_officers", "value": "1.4"})
    assert moved.levers == {"patrol_officers": 1.4}
    assert fields.changed_play(moved, {"name": "patrol_officers", "value": "1"}).levers == {}
    assert fields.changed_play(moved, {"name": "neutral"}).levers == {}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "patrol_officers", "value": "7"},
        {"name": "patrol_officers", "value": "nan"},
        {"name": "patrol_officers", "value": {"x": 1}},
        {"name": "months", "value": "1e3"},
        {"name": "months", "value": "-1"},
        {"name": "draw", "value": "9" * 5000},
        {"name": "measures", "value": "x", "on": True},
        {"name": "reference", "value": "../x"},
        {"name": "__class__", "value": "x"},
    ],
)
def test_messages_that_no_field_sends_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        fields.changed_play(PlaySettings(), change)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(PlaySettings(), marks=pytest.mark.slow),
        pytest.param(
            PlaySettings("joint_statement", MEASURES[1:], {"patrol_officers": 1.25, "hit_largest": 0.1}, months=3),
            marks=pytest.mark.slow,
        ),
        PlaySettings(measures=(), levers={"reception_south": 500.0}, start=date(2023, 5, 1), months=12),
    ],
)
def test_the_experiment_is_valid_and_has_the_levers(tmp_path: Path, settings: PlaySettings) -> None:
    for name, text in experiment_texts(settings, SPEC).items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    experiment = loading.load(tmp_path / EXPERIMENT, draws=False)
    policy = experiment.policies["changed"]
    for name, value in settings.levers.items():
        (own,) = [measure for measure in policy.moving(name) if measure.name == "own_levers"]
        assert own.value(name, settings.end) == value
    assert experiment.file.end == settings.end
    assert experiment.file.seed_list == tuple(range(1, SPEC.draws + 1))
    assert packed(experiment_texts(settings, SPEC)) == packed(experiment_texts(settings, SPEC))


def test_patrols_are_shown_in_three_levels_of_four_weeks_alone() -> None:
    """Nothing of a single night: the level is that of a mean over 28 days, and no number of teams is shown."""
    teams = [np.array([1.0, 2.0, 9.0]), np.array([1.0, 8.0, 9.0])]
    assert levels_of(teams, np.array([10.0, 10.0, 10.0])) == (0, 1, 2)
    assert levels_of([], np.ones(3)) == ()
    picture = layer("channel", frame(), GEOGRAPHY, "World")
    said = re.search('aria-label="([^"]*)"', picture)
    assert said is not None
    assert {word for word in LEVELS if word in said[1]} == set(LEVELS)
    assert "patrols in 28 days" in said[1]


def test_maps_hold_land_people_and_boats() -> None:
    for name in ("channel", "routes"):
        assert land(name).count("<path") == (1 if name == "channel" else 2)
        assert layer(name, frame(), GEOGRAPHY, "<b>").count("<circle") > 4
        assert "<b>" not in layer(name, frame(), GEOGRAPHY, "<b>")
    assert layer("channel", frame(), GEOGRAPHY, "x").count('class="boat"') == SECTORS


def test_counts_have_deaths_units_and_the_record() -> None:
    view = View(PlaySettings(), "ready", (frame(10.0), frame(20.0)))
    shown = counts(view)
    assert "Deaths in the Channel (deaths)" in shown
    assert "Attempts to cross by small boat (person-attempts)" in shown
    assert "Arrivals by small boat (people)" in shown
    assert '<td class="n">100</td><td class="n">200</td>' in shown
    assert "<polyline" in chart_of_series(view, "arrivals_people")
    assert len(days(view)) == 2 * 8 * 10
    assert list(week_sums(np.arange(8.0)))[6:] == [21.0, 28.0]


def test_an_effect_is_claimed_only_where_its_interval_leaves_out_zero() -> None:
    clear = effect_panel(running({"arrivals_people": -500.0}, 5.0), PlaySettings(), "arrivals_people")
    assert re.search("arrivals by small boat fall by about (499|500)", clear)
    noise = effect_panel(running({"arrivals_people": -50.0}, 400.0), PlaySettings(), "arrivals_people")
    said = noise.split('<p class="said">')[1].split("</p>")[0]
    assert "it is not clear whether arrivals by small boat rise or fall" in said
    assert "deaths in the Channel" in said
    for text in (clear, noise):
        assert all(f'<tr><th scope="row">{name}' in text for name in ("Deaths in the Channel", "Deaths in the Med"))


def test_few_draws_without_a_difference_are_not_called_equal() -> None:
    equal = effect_panel(running({}, 0.0), PlaySettings(), "arrivals_people")
    assert "no difference" not in equal
    assert "not clear: few runs, all equal" in equal
    assert ENGLISH.text("interval.draw") in equal


def test_two_draws_allow_no_interval() -> None:
    few = RunningEffect(8)
    few.add((1, 2), {name: np.array([[1.0, 2.0], [0.0, 1.0]]) for name in KNOWN})
    assert np.isnan(few.effect("arrivals_people").low)
    assert 'class="said"' not in effect_panel(few, PlaySettings(), "arrivals_people")
    assert set(few.table().indicator) == set(SHOWN)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return ground_of(SPEC)


@pytest.mark.slow
def test_levers_and_measures_out_of_range_together_are_refused(ground: Ground) -> None:
    settings = PlaySettings(measures=("patrols",), levers={"patrol_officers": 3.0})
    with pytest.raises(InputError, match="patrols and your levers: patrol_officers is"):
        ground.worlds(settings)


@pytest.mark.slow
def test_the_effect_is_that_of_the_experiment_that_is_downloaded(tmp_path: Path) -> None:
    """The same numbers, to the last bit, as `corridor run` of the file."""
    from corridor.results import to_frame

    spec = GroundSpec(draws=4, scale=50.0)
    settings = PlaySettings(measures=("goods",), levers={"patrol_officers": 1.5}, months=2)
    found = values_of_block(spec, (1, 2, 3, 4), settings)
    for name, text in experiment_texts(settings, spec).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert ended("run", str(tmp_path / EXPERIMENT), "--jobs", "1", "--quiet", "--out", str(tmp_path / "out")) == 0
    table = to_frame(tmp_path / "out", totals=True).set_index(["world", "indicator"]).sort_index()
    for name in ("arrivals_people", "attempts_people", "deaths_channel", "camp_stock"):
        for k, world in enumerate(("reference", "changed")):
            assert table.loc[world, name].sort_values("seed").value.tolist() == found[name][k].tolist()


class OwnPool:
    """Draws in this process, at once."""

    def __init__(self) -> None:
        self.asked: list[PlaySettings] = []

    def warm(self) -> None:
        pass

    def effect(self, settings: PlaySettings, request: Any) -> Any:
        self.asked.append(settings)
        request.take((1, 2, 3, 4), values_of_block(SPEC, (1, 2, 3, 4), settings))
        return request


@pytest.mark.slow
def test_a_session_simulates_both_worlds_from_one_past_and_ends_when_it_is_closed(ground: Ground) -> None:
    import threading

    views: list[View] = []
    ready, over, known = threading.Event(), threading.Event(), threading.Event()

    def publish(view: View) -> None:
        views.append(view)
        for event, reached in ((ready, view.phase == "ready"), (over, view.phase == "over")):
            if reached:
                event.set()
        if view.effect and view.effect.complete:
            known.set()

    settings = PlaySettings(measures=(), levers={"patrol_officers": 3.0}, months=1)
    session = PlaySession(Shared(ground, Pasts(ground), OwnPool()), settings, publish)  # type: ignore[arg-type]
    thread = threading.Thread(target=session.run, daemon=True)
    thread.start()
    assert ready.wait(60)
    first = session.view.frames
    assert first[0] is not None
    assert first[1] is not None
    assert (first[0].people == first[1].people).all()
    session.step(31)
    assert over.wait(60)
    last = session.view.frames[1]
    assert last is not None
    assert last.day == date(2022, 11, 30)
    assert len(last.daily["arrivals_people"]) == 30
    session.ask()
    assert known.wait(60)
    assert session.view.effect is not None
    assert session.view.effect.draws == [1, 2, 3, 4]
    assert play_file(session.view, SPEC, "arrivals_people", "draws")[2].count(b"\n") == 1 + 4 * len(SHOWN)
    session.change(PlaySettings(months=1))
    session.close()
    thread.join(30)
    assert not thread.is_alive()
    assert session.worlds is None
    assert [view.number for view in views] == sorted({view.number for view in views})
    assert views[0].phase == "past"
    assert len(views[0].frames) == 2


@pytest.mark.slow
def test_a_hundred_sessions_opened_and_closed_leave_memory_flat(ground: Ground) -> None:
    import gc
    import threading

    import psutil

    shared, used = Shared(ground, Pasts(ground), OwnPool()), []  # type: ignore[arg-type]
    for number in range(100):
        ready = threading.Event()

        def publish(view: View, ready: threading.Event = ready) -> None:
            if view.phase == "ready" and view.frames[1] and view.frames[1].day.day > 1:
                ready.set()

        session = PlaySession(shared, PlaySettings(measures=(), levers={"patrol_officers": 2.0}, months=1), publish)
        thread = threading.Thread(target=session.run, daemon=True)
        thread.start()
        session.step(3)
        assert ready.wait(60)
        session.close()
        thread.join(30)
        assert not thread.is_alive()
        if number in (19, 99):  # the first ones fill what is kept
            gc.collect()
            used.append(psutil.Process().memory_info().rss)
    assert used[1] - used[0] < 30e6, used
