"""Worlds that are extreme and valid: numbers stay finite, nothing is lost, and limits are those that theory gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corridor.model import Change, InputError, Measure, MigrationModel, Parameters, Policy, simulate
from corridor.model.inputs.data_files import DATA, DataFiles
from corridor.model.parameters import PARAMETERS
from tests.model.test_conservation import Ledger
from tests.support.worlds import START, small_model

SCALE = 100.0
GROUPS = [line.split(",")[0] for line in (DATA / "groups.csv").read_text(encoding="utf-8").splitlines()[1:11]]
HEADER = "month,place,group,people\n"


def pulls(*moves: tuple[str, float]) -> Policy:
    """Levers that are moved from the first day on."""
    return Policy((Measure("m", "M", tuple(Change(name, START, 0, to) for name, to in moves)),))


def months(first: date, last: date) -> list[str]:
    """Months of a period, as YYYY-MM."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [f"{first.year + k // 12}-{k % 12 + 1:02d}" for k in range(first.month - 1, first.month - 1 + count)]


def entries(folder: Path, first: date, last: date, people: float, groups: Sequence[str] = ("sudan",)) -> Path:
    """A file with so many people of each group a month, at one shore."""
    path = folder / "entries.csv"
    rows = "".join(f"{month},libya_west,{group},{people:g}\n" for month in months(first, last) for group in groups)
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def sea(folder: Path, first: date, last: date, window: float) -> Path:
    """A file with the same window on every night."""
    days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    path = folder / "sea.csv"
    path.write_text("date,window\n" + "".join(f"{day},{window}\n" for day in days), encoding="utf-8")
    return path


def all_well(model: Any, days: int) -> dict[str, np.ndarray]:
    """Live some days with the books checked; the flows. Every number must be finite and none below zero."""
    ledger = Ledger(model)
    for _ in range(days):
        ledger.live_a_day()
    assert ledger.broken == []
    daily = {name: values[:, :days] for name, values in model.records.daily.items()}
    assert [name for name, values in daily.items() if not np.isfinite(values).all()] == []
    assert [name for name, values in daily.items() if (values < 0.0).any()] == []
    return daily


@dataclass(frozen=True)
class Extreme:
    """A world by its levers, and by its parameters, which are brought within their ranges."""

    moves: tuple[tuple[str, float], ...] = ()
    values: dict[str, float] = field(default_factory=dict)


PLACES = ("shelters_calais", "shelters_dunkirk", "removal_places")  # others are closed where nothing opens them
WORLDS = {
    "no patrols": Extreme((("patrol_officers", 0.0), ("belgian_coast", 0.0))),
    "most patrols": Extreme((("patrol_officers", 3.0), ("surveillance_sweep", 3.0), ("response_time", 0.2))),
    "fewest boats": Extreme((("boats_through", 0.3),), {"boat_cost": 20_000.0}),
    "one network": Extreme((), {"networks_start": 1.0, "network_entry_rate": 0.0}),
    "contradicting levers": Extreme((("patrol_officers", 3.0), ("boats_through", 1.0), ("lorry_access", 3.0))),
    "every place closed": Extreme(tuple((name, 0.0) for name in PLACES)),
    "nobody tries again": Extreme((), {"p_retry": 0.0}),
}


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.slow
def test_an_extreme_world_loses_nothing(name: str) -> None:
    world = WORLDS[name]
    policy = pulls(*world.moves) if world.moves else None
    within = {each: min(max(to, PARAMETERS[each].low), PARAMETERS[each].high) for each, to in world.values.items()}
    daily = all_well(small_model(policy=policy, scale=SCALE, **within), 40)
    assert daily["entered_people"].sum() > 0.0


@pytest.mark.slow
def test_where_every_place_is_closed_nobody_stays_in_one() -> None:
    daily = all_well(small_model(policy=pulls(*((name, 0.0) for name in PLACES)), scale=SCALE), 30)
    assert daily["sheltered_stock"][:, 1:].max() == daily["detained_stock"][:, 1:].max() == 0.0
    assert daily["sheltered_people"].sum() == 0.0 and daily["camp_stock"].max() > 0.0


def test_the_coarsest_scale_runs_and_a_coarser_one_is_refused() -> None:
    """So few agents that most days have none: every number of people is a multiple of the scale."""
    entered = simulate(Parameters(), Policy(), [1], START, START + timedelta(days=20), 1000.0).daily["entered_people"]
    assert entered.sum() > 0.0 and (entered % 1000.0 == 0.0).all()
    with pytest.raises(InputError, match=r"scale: 10000.0 is not allowed; 0.1 to 1000 people per agent"):
        simulate(Parameters(), Policy(), [1], START, START, 10_000.0)


@pytest.mark.slow
def test_where_it_always_storms_nobody_leaves(tmp_path: Path) -> None:
    end = START + timedelta(days=29)
    files = DataFiles(sea=sea(tmp_path, START, end, 0.0))
    daily = all_well(MigrationModel(Parameters(), Policy(), [1], START, end, SCALE, files=files), 30)
    assert daily["attempts_people"].sum() == daily["arrivals_people"].sum() == daily["deaths_channel"].sum() == 0.0


@pytest.mark.slow
def test_without_entries_only_those_of_the_first_day_are_there(tmp_path: Path) -> None:
    end = START + timedelta(days=29)
    files = DataFiles(entries=entries(tmp_path, START, end, 0.0))
    model = MigrationModel(Parameters(), Policy(), [1], START, end, SCALE, files=files)
    founders = model.migrants.n
    daily = all_well(model, 30)
    assert daily["entered_people"].sum() == 0.0 and model.migrants.n == founders


@pytest.mark.slow
def test_one_person_goes_one_way(tmp_path: Path) -> None:
    end = START + timedelta(days=20)
    files = DataFiles(entries=entries(tmp_path, START, end, 1.0))
    model = MigrationModel(Parameters(), Policy(), [1], START, end, 1.0, files=files)
    daily = all_well(model, 20)
    assert daily["entered_people"].sum() <= 4.0


def test_a_run_of_a_day_and_one_of_29_february() -> None:
    one = simulate(Parameters(), Policy(), [1], START, START, 500.0)
    assert one.daily["arrivals_people"].shape == (1, 1)
    leap = simulate(Parameters(), Policy(), [1], date(2024, 2, 29), date(2024, 2, 29), 500.0)
    assert leap.dates == [date(2024, 2, 29)] and leap.years == [2024]
    assert all(np.isfinite(values).all() for each in (one, leap) for values in each.daily.values())


@pytest.mark.slow
def test_ten_million_people_are_counted_without_overflow(tmp_path: Path) -> None:
    """Ten million enter in a month, a million of each of ten groups and a thousand to an agent: no sum wraps around."""
    end = date(2022, 10, 31)
    files = DataFiles(entries=entries(tmp_path, START, end, 1_000_000.0, groups=GROUPS))
    records = simulate(Parameters(), Policy(), [1], START, end, 1000.0, files=files)
    entered = records.daily["entered_people"].sum()
    assert entered == pytest.approx(10_000_000.0, rel=0.02)
    assert all(np.isfinite(v).all() and (v >= 0).all() for v in records.daily.values())


def test_counts_of_fifty_years_fit_into_the_columns_of_tables() -> None:
    """Days of fifty years, and the agents of a run, are far below what the narrowest column of its kind holds."""
    model = small_model(scale=SCALE)
    days = 50 * 366
    for table in (model.migrants, model.networks, model.patrols):
        for name in table.COLUMNS:
            column = table.column(name)
            if name.endswith(("day", "due", "since")) or name in ("entered", "arrived"):
                assert column.dtype.kind == "f" or np.iinfo(column.dtype).max > days, name
    assert all(values.dtype == np.float64 for values in model.records.daily.values())
    assert float(10_000_000 * 365 * 50) < 2**53  # whole numbers that a float64 holds exactly


@pytest.mark.slow
def test_fifty_years_are_lived_through(tmp_path: Path) -> None:
    first, last = date(2018, 1, 1), date(2067, 12, 31)
    files = DataFiles(entries=entries(tmp_path, first, last, 400.0))
    records = simulate(Parameters(), Policy(), [1], first, last, 1000.0, files=files)
    assert len(records.dates) == 18_262 and records.years == list(range(2018, 2068))
    assert all(np.isfinite(values).all() for values in records.daily.values())


@pytest.mark.slow
def test_a_leg_that_is_cut_carries_nobody(tmp_path: Path) -> None:
    """Without the sea legs of a shore nobody leaves it, and those who enter there stay."""
    from corridor.model import load_geography

    legs = (DATA / "legs.csv").read_text(encoding="utf-8").splitlines()
    whole = load_geography()
    cut = next(line for line in legs if line.startswith("turkey_west,") or line.startswith("libya_west,"))
    (tmp_path / "legs.csv").write_text("\n".join(line for line in legs if line != cut) + "\n", encoding="utf-8")
    geography = load_geography(None, tmp_path / "legs.csv")
    assert len(geography.origin) == len(whole.origin) - 1
    end = START + timedelta(days=29)
    model = MigrationModel(Parameters(), Policy(), [1], START, end, SCALE, geography=geography)
    all_well(model, 30)
    origin, destination = cut.split(",")[:2]
    labels = model.records.yearly["leg_flows"].labels
    assert f"{origin}>{destination}" not in labels and len(labels) > 10


@pytest.mark.parametrize(
    "changes",
    [
        [(START, 0, 1.4), (START + timedelta(days=1), 0, 1.0)],  # lasts a day
        [(START, 5, 0.0), (START + timedelta(days=6), 3, 3.0)],  # from none to most
    ],
    ids=["one day", "contradiction"],
)
@pytest.mark.slow
def test_policies_that_last_a_day_or_contradict_one_another(changes: list[tuple[date, int, float]]) -> None:
    measure = Measure("m", "M", tuple(Change("patrol_officers", *each) for each in changes))
    other = Measure("n", "N", (Change("alert_time", START, 0, 2.0), Change("dismantling", START, 0, 0.0)))
    all_well(small_model(policy=Policy((measure, other)), scale=SCALE), 20)
