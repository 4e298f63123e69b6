"""What must change nothing, changes no bit: names, orders, levers at their baselines, seeds beside one another."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from corridor.model import LEVERS, Change, Measure, MigrationModel, Parameters, Policy, load_geography
from corridor.model.inputs.data_files import DATA, DataFiles
from corridor.model.records import Records
from tests.model.test_extreme_worlds import pulls, sea
from tests.support.worlds import START, run

LAST = START + timedelta(days=29)
SCALE = 100.0
RENAMED = {"lampedusa": "lampedusa_island", "sicily": "sicily_east"}  # names that no rule asks for


def lived(policy: Policy | None = None, seeds: tuple[int, ...] = (5,), **more: object) -> Records:
    """The records of a month."""
    model = MigrationModel(Parameters(), policy or Policy(), seeds, START, LAST, SCALE, **more)  # type: ignore[arg-type]
    return run(model).records


def same(one: Records, other: Records) -> bool:
    """Whether all flows and stocks are the same, bit by bit."""
    return all(np.array_equal(one.daily[name], other.daily[name]) for name in one.daily)


def rewritten(name: str, folder: Path, change: Callable[[list[dict[str, str]]], None]) -> Path:
    """A copy of a shipped table with its rows changed."""
    rows = list(csv.DictReader(io.StringIO((DATA / name).read_text(encoding="utf-8"))))
    change(rows)
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    return path


@pytest.mark.catches("a lever that acts although it is where it was")
def test_every_lever_at_its_baseline_changes_no_bit() -> None:
    changes = tuple(Change(name, START, 3, lever.baseline) for name, lever in LEVERS.items())
    assert same(lived(), lived(Policy((Measure("all", "All", changes),))))


@pytest.mark.catches("luck that depends on the order of rows of the user's entries")
def test_the_order_of_the_rows_of_entries_changes_no_bit(tmp_path: Path) -> None:
    path = rewritten("entries.csv", tmp_path, lambda rows: random.Random(1).shuffle(rows))
    assert same(lived(), lived(files=DataFiles(entries=path)))


@pytest.mark.catches("a rule that depends on what a place is called")
def test_names_of_places_change_no_bit(tmp_path: Path) -> None:
    def rename(*columns: str) -> Callable[[list[dict[str, str]]], None]:
        def change(rows: list[dict[str, str]]) -> None:
            for row in rows:
                row.update({column: RENAMED.get(row[column], row[column]) for column in columns})

        return change

    places = rewritten("places.csv", tmp_path, rename("place"))
    legs = rewritten("legs.csv", tmp_path, rename("origin", "destination"))
    entries = rewritten("entries.csv", tmp_path, rename("place"))
    assert any(name in places.read_text(encoding="utf-8") for name in RENAMED.values())
    renamed = lived(geography=load_geography(places, legs), files=DataFiles(entries=entries))
    assert same(lived(), renamed)


@pytest.mark.catches("replicates that act on one another")
def test_the_order_of_seeds_changes_no_bit() -> None:
    forward, backward = lived(seeds=(5, 9, 2)), lived(seeds=(2, 9, 5))
    assert all(np.array_equal(forward.daily[name], backward.daily[name][::-1]) for name in forward.daily)


@pytest.mark.catches("a state that is not carried whole from one part of a run to the next")
@pytest.mark.parametrize("day", [1, 13, 29])
def test_a_run_in_two_parts_is_the_run(day: int) -> None:
    model = MigrationModel(Parameters(), Policy(), (5,), START, LAST, SCALE)
    for _ in range(day):
        model.step()
    assert same(lived(), run_to_end(model.copy()))


def run_to_end(model: MigrationModel) -> Records:
    """Go on to the last day."""
    while model.running:
        model.step()
    return model.records


@pytest.mark.catches(
    "people who are counted per agent where they should be counted per person, or capacities that are not"
)
def test_twice_the_entries_are_twice_the_entries(tmp_path: Path) -> None:
    """Twice the people by twice the people per agent: as many agents enter, by the same luck."""

    def double(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row["people"] = str(2.0 * float(row["people"]))

    path = rewritten("entries.csv", tmp_path, double)
    model = MigrationModel(Parameters(), Policy(), (5,), START, LAST, 2.0 * SCALE, files=DataFiles(entries=path))
    twice, once = run(model).records.daily["entered_people"], lived().daily["entered_people"]
    assert np.array_equal(twice, 2.0 * once)


def of_trade(name: str) -> bool:
    """Whether an indicator is of boats and networks, which grow with the months and not with the people."""
    return name.startswith(("boats_", "networks_", "fare", "arrests"))


@pytest.mark.catches("a capacity that is rationed by agents where it should be rationed by people")
def test_twice_the_people_and_twice_all_capacities_have_equal_shares(tmp_path: Path) -> None:
    """While nobody can pay a boat or cross, all that people share is places, officers and camps: of twice as many,
    twice as many are everywhere, by the same luck, so that every share is the same to the last bit."""

    def double(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row["people"] = str(2.0 * float(row["people"]))

    shut = sea(tmp_path, START, LAST, 0.0)

    def crowd(times: float, **files: Path) -> Records:
        capacities = {"shelters_calais": 0.2, "shelters_dunkirk": 0.2, "removal_places": 1.0, "patrol_officers": 1.0}
        moved = {name: times * value for name, value in capacities.items()}
        policy = pulls(*moved.items(), ("clear_calais", 0.5), ("clear_dunkirk", 0.5))
        p = Parameters(camp_stock_start=400.0 * times, money_median=3000.0, fare_start=16_000.0, boat_preference=0.0)
        data = DataFiles(sea=shut, **files)
        return run(MigrationModel(p, policy, (5,), START, LAST, 20.0 * times, files=data)).records

    once, twice = crowd(1.0), crowd(2.0, entries=rewritten("entries.csv", tmp_path, double))
    days = ("usable_nights", "crossing_nights")
    differ = [name for name, values in once.daily.items() if not np.array_equal(2.0 * values, twice.daily[name])]
    assert [name for name in differ if not of_trade(name) and name not in days] == []
    for name in ("sheltered_people", "cleared_people", "camp_stock", "sheltered_stock", "lorry_attempts"):
        assert once.daily[name].sum() > 0.0, name
    assert once.daily["sheltered_people"].sum() < once.daily["cleared_people"].sum()  # places are too few
