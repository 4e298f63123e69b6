"""Runs with a past: days before the first that is recorded, and that nothing depends on which day that is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from corridor.model import Change, DataFiles, Measure, MigrationModel, Parameters, Policy, simulate
from corridor.model.engine.errors import InputError
from corridor.model.mesa_views.corridor import Corridor
from corridor.model.reference import ReferenceModel
from tests.support.worlds import state

FIRST, END = date(2021, 11, 20), date(2022, 2, 10)
STARTS = [FIRST, date(2021, 12, 25), date(2022, 1, 1), END]
TRADE = {"networks_start": 10, "network_size_start": 0.6, "fare_start": 3000, "camp_stock_start": 1200}
ONCE = ("new_people_trying", "unique_people_trying")  # count people once in the recorded days
REVIEWS = ("committee_share", 0.3), ("committee_interval", 0.2), ("patrol_officers", 2.0), ("reception_south", 300.0)
POLICY = Policy((Measure("m", "", tuple(Change(name, FIRST, 40, to) for name, to in REVIEWS)),))


def model(start: date, past_from: date | None = FIRST, **more) -> MigrationModel:
    return MigrationModel(Parameters(TRADE), POLICY, [1, 2], start, END, 50.0, past_from=past_from, **more)


def ended(run):
    while run.running:
        run.step()
    return run


@pytest.fixture(scope="module")
def whole() -> MigrationModel:
    return ended(model(FIRST, None))


@pytest.mark.parametrize("start", STARTS)
def test_two_starts_with_one_past_are_equal_on_the_common_days(start, whole):
    late = ended(model(start))
    days = (END - start).days + 1
    assert late.records.dates == whole.records.dates[-days:] and late.records.years[-1] == 2022
    for name, values in late.records.daily.items():
        assert values.shape == (2, days)
        if name not in ONCE:
            assert np.array_equal(values, whole.records.daily[name][:, -days:]), name
    a, b = state(late), state(whole)
    assert all(np.array_equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("start", [FIRST, date(2021, 12, 5), date(2022, 1, 1)])
def test_people_count_once_in_the_recorded_days_whether_they_tried_before_or_not(start):
    run = model(start)
    tried: dict[int, set[int]] = {2021: set(), 2022: set()}
    early: set[int] = set()
    while run.running:
        day, before = run.date, run.migrants.column("boat_attempts").copy()
        run.step()
        after = run.migrants.column("boat_attempts")
        rows = set(np.flatnonzero(after - np.pad(before, (0, len(after) - len(before)))).tolist())
        (tried[day.year] if day >= start else early).update(rows)
    assert early & tried[2022] or start < date(2022, 1, 1)
    sums = {name: run.records.daily[name].sum() for name in ONCE}
    assert sums["new_people_trying"] == 50.0 * len(tried[2021] | tried[2022])
    assert sums["unique_people_trying"] == 50.0 * (len(tried[2021]) + len(tried[2022]))


def test_yearly_breakdowns_are_of_recorded_days_alone(whole):
    late = ended(model(date(2022, 1, 1))).records
    for name, breakdown in late.yearly.items():
        assert np.array_equal(breakdown.values, whole.records.yearly[name].values[:, 1:]), name
    later = ended(model(date(2021, 12, 25))).records
    split = {name: later.yearly[name].values.sum(axis=(1, 2)) for name in ("entries_by_entry_point",)}
    assert np.array_equal(split["entries_by_entry_point"], later.daily["entered_people"].sum(axis=1))
    assert later.daily["entered_people"].sum() < whole.records.daily["entered_people"].sum()


def test_a_past_makes_a_difference_and_reports_its_days(whole):
    start, days = date(2022, 1, 1), []
    with_past = simulate(Parameters(TRADE), POLICY, [1, 2], start, END, 50.0, past_from=FIRST, progress=days.append)
    assert sum(days) == (END - FIRST).days + 1
    without = simulate(Parameters(TRADE), POLICY, [1, 2], start, END, 50.0)
    assert with_past.dates == without.dates
    assert not np.array_equal(with_past.daily["arrivals_people"], without.daily["arrivals_people"])
    assert np.array_equal(
        with_past.daily["arrivals_people"], whole.records.daily["arrivals_people"][:, -len(without.dates) :]
    )


@pytest.mark.slow
def test_the_reference_has_the_same_past():
    start = date(2021, 12, 20)
    end = date(2022, 1, 5)
    arguments = {"past_from": FIRST}
    arrays = MigrationModel(Parameters(TRADE), POLICY, [3], start, end, 50.0, **arguments)
    agents = ReferenceModel(Parameters(TRADE), POLICY, 3, start, end, 50.0, **arguments)
    for _ in range((end - FIRST).days + 1):
        arrays.step()
        agents.step()
    for name, values in agents.journal.daily.items():
        assert np.array_equal(values, arrays.records.daily[name][0]), name
    for name, values in agents.journal.yearly.items():
        assert np.array_equal(values, arrays.records.yearly[name].values[0]), name


def test_days_of_the_past_that_a_users_sea_leaves_out_are_drawn(tmp_path: Path):
    start = date(2022, 1, 20)
    days = [start + timedelta(days=k) for k in range((END - start).days + 1)]
    path = tmp_path / "sea.csv"
    path.write_text("date,window\n" + "".join(f"{day},0.5\n" for day in days), encoding="utf-8")
    run = model(start, files=DataFiles(sea=path))
    before = []
    while run.date < start:
        run.step()
        before.append(float(run.sea.window[0]))
    assert len(set(before)) > 1
    assert (ended(run).records.daily["usable_nights"] == 0.5).all()


def test_a_past_after_the_start_is_refused_and_entries_must_cover_it():
    for wrong in (END, "2018-01-01", 3):
        with pytest.raises(InputError, match=r"past_from: .*is not allowed; None, or a date that is not after start"):
            model(date(2022, 1, 1), wrong)
    with pytest.raises(InputError, match="entries lack 1 months of the run, the first 2017-12"):
        model(date(2022, 1, 1), date(2017, 12, 31))


def test_a_corridor_for_mesa_begins_after_its_past():
    kwargs = {"scale": 100, "policy": POLICY, "seed": 1, **TRADE}
    corridor = Corridor(start="2022-01-01", end=END, past_from="2021-11-20", **kwargs)
    whole = Corridor(start=FIRST, end=END, **kwargs)
    assert corridor.date == date(2022, 1, 1) and corridor.steps == 0
    for each in (corridor, whole):
        while each.running:
            each.step()
    mine, theirs = (each.datacollector.get_model_vars_dataframe() for each in (corridor, whole))
    assert len(mine) == corridor.steps == (END - date(2022, 1, 1)).days + 1
    assert np.array_equal(mine.to_numpy(), theirs.tail(len(mine)).to_numpy())
    with pytest.raises(InputError, match="past_from: 'soon' is not allowed"):
        Corridor(past_from="soon")
