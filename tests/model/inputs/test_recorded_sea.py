"""What a record says of its nights: the two passes against sums over all winds, and against nights that are drawn."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import poisson

from corridor.model import Parameters
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs import recorded_sea
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.recorded_sea import RecordedSea
from corridor.model.inputs.sea import read_record
from corridor.model.inputs.windows import chance_usable, wind_of_rank, window_by_wind
from corridor.results.observed import DAILY

Floats = NDArray[np.float64]
P = ParameterSets([Parameters().values()])
CLIMATE = SeaClimate()
FIRST = date(2022, 4, 29)  # the climate changes within the record


def written(folder: Path, boats: list[int | None]) -> Path:
    """A record of consecutive nights with these boats; None leaves a day out."""
    path = folder / "mine.csv"
    rows = [f"{FIRST + timedelta(days=k)},{20 * n},{n}" for k, n in enumerate(boats) if n is not None]
    path.write_text("\n".join(["date,people,boats", *rows]) + "\n", encoding="utf-8")
    return path


def sea_of(path: Path, p: ParameterSets = P, replicates: int = 1, until: date | None = None) -> RecordedSea:
    """The record in a file under the shipped climate."""
    return RecordedSea(path, until, CLIMATE, p, replicates)


def mean_window(sea: RecordedSea, day: date) -> float:
    """Mean of the windows that a night may have had."""
    return float(np.mean([sea.window(day, np.array([rank]))[0] for rank in (np.arange(50) + 0.5) / 50]))


@pytest.mark.parametrize("boats", [[3, 0, 5, 0], [0, 0, 2, 9], [0, 4, None, 0], [6, 1, 0, 1]])
def test_two_passes_give_the_sum_over_all_winds_of_all_nights(boats, tmp_path, monkeypatch):
    """Four nights, six cells of the wind and nine classes of windows: every sequence of winds is written down with its
    chance."""
    edges = np.linspace(0.0, 1.0, 10)
    for name, value in {"CELLS": 6, "RANKS": (np.arange(6) + 0.5) / 6, "EDGES": edges}.items():
        monkeypatch.setattr(recorded_sea, name, value)
    monkeypatch.setattr(recorded_sea, "WINDOWS", middles := 0.5 * (edges[1:] + edges[:-1]))
    recorded_sea.nights_of.cache_clear()
    path, kept = written(tmp_path, boats), P.weather_persistence
    sea, record = sea_of(path), read_record(path)
    days = [FIRST + timedelta(days=k) for k in range(4)]
    recorded_sea.nights_of.cache_clear()
    winds = [wind_of_rank((np.arange(6)[::-1] + 0.5) / 6, CLIMATE.wind(day), P) for day in days]
    chances = [chance_usable(wind, P) for wind in winds]
    classes = [
        [np.diff(np.minimum(edges / most, 1.0) ** (1.0 / P.window_spread)) for most in window_by_wind(wind, P)]
        for wind in winds
    ]
    expected = sum((chances[k] * np.dot(classes[k], middles)).mean() for k in range(4) if days[k] in record)
    rate = sum(record.values()) / expected  # all four nights are within two months
    total, windows = 0.0, np.zeros((4, 9))
    for cells in product(range(6), repeat=4):
        weight, part = 1.0, []
        for k, cell in enumerate(cells):
            weight *= 1 / 6 if k == 0 else kept * (cell == cells[k - 1]) + (1 - kept) / 6
            usable, seen = chances[k][cell], record.get(days[k])
            of_class = usable * classes[k][cell]
            if seen is not None:
                of_class = of_class * poisson.pmf(seen, rate * middles)
            alike = of_class.sum() + (0.0 if seen else 1.0 - usable)
            weight *= alike
            part.append(of_class / alike)
        total += weight
        windows += weight * np.array(part)
    assert sea.log_likelihood[0] == pytest.approx(np.log(total))
    for k, day in enumerate(days):
        if day in sea:
            used = windows[k].sum()
            assert sea.chance(day)[0] == pytest.approx(used / total, rel=1e-5)
            smaller = np.concatenate([[0.0], np.cumsum(windows[k]) / used])
            for rank in (0.1, 0.45, 0.8):
                found = sea.window(day, np.array([rank]))[0]
                assert found == pytest.approx(np.interp(rank, smaller, edges), abs=1e-5)


def drawn_nights(days: int, random: np.random.Generator, month: int | None = None) -> Floats:
    """Windows of nights as a run draws them, of one month or by the calendar; 0 where a night cannot be used."""
    first, rank, windows = date(2010, 1, 1), 0.5, []
    for k in range(days):
        rank = rank if random.random() < P.weather_persistence and k else random.random()
        mean = CLIMATE.mean_wind[(month or (first + timedelta(days=k)).month) - 1]
        wind = wind_of_rank(np.array([rank]), float(mean), P)
        usable = random.random() < chance_usable(wind, P)[0]
        part = random.random() ** P.window_spread
        windows.append(float(window_by_wind(wind, P)[0]) * part if usable else 0.0)
    return np.array(windows)


def test_windows_of_drawn_nights_by_what_their_neighbours_were(tmp_path: Path) -> None:
    """A night between two without a crossing, or two with one, has the window of such nights."""
    random = np.random.default_rng(5)
    window = drawn_nights(60_000, random, month=7)
    for boats in ([0, 2, 0], [2, 2, 2], [0, 1, 0]):
        path = tmp_path / "july.csv"
        rows = [f"2022-07-{10 + k},{n},{n}" for k, n in enumerate(boats)]
        rows.append("2022-07-31,100,5")  # too far to say more than how many boats there are
        path.write_text("date,people,boats\n" + "\n".join(rows) + "\n", encoding="utf-8")
        sea = RecordedSea(path, None, CLIMATE, P, 1)
        rate = (sum(boats) + 5) / (4 * window.mean())
        number = random.poisson(rate * window, (20, len(window)))
        seen = np.all([number[:, k : len(window) - 2 + k] == n for k, n in enumerate(boats)], axis=0).sum(axis=0)
        assert seen.sum() > 300
        expected = np.average(window[1:-1], weights=seen)
        assert mean_window(sea, date(2022, 7, 11)) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("boats", [0.8, 4.0, 40.0])
def test_the_sea_of_nights_that_are_drawn_is_found_again_however_few_boats_there_are(
    boats: float, tmp_path: Path
) -> None:
    """Six years of nights as a run draws them, with a Poisson number of boats in each window."""
    random = np.random.default_rng(11)
    window = drawn_nights(6 * 365, random)
    days, number = [date(2010, 1, 1) + timedelta(days=k) for k in range(6 * 365)], random.poisson(boats * window)
    rows = [f"{day},{20 * n},{n}" for day, n in zip(days, number, strict=True)]
    path = tmp_path / "made.csv"
    path.write_text("\n".join(["date,people,boats", *rows]) + "\n", encoding="utf-8")
    sea, crossed = sea_of(path), number > 0
    found = np.array([sea.chance(day)[0] * mean_window(sea, day) for day in days])
    assert found.sum() == pytest.approx(window.sum(), rel=0.05)
    assert found[crossed].mean() == pytest.approx(window[crossed].mean(), abs=0.03)
    if boats == 40.0:  # then the boats of a night tell its window
        assert np.corrcoef(found, window)[0, 1] > 0.9


def test_a_night_with_more_boats_than_another_of_its_month_had_a_larger_window(tmp_path: Path) -> None:
    sea = sea_of(written(tmp_path, [8, 3, 8, 15, 8, 30, 8]))
    few, some, many = (mean_window(sea, FIRST + timedelta(days=k)) for k in (1, 3, 5))
    assert few < some - 0.1 < many - 0.2


def test_a_night_among_shut_ones_has_a_smaller_window_than_one_among_crossings(tmp_path: Path) -> None:
    alone = sea_of(written(tmp_path, [20, 0, 0, 6, 0, 0, 20]))
    lone = mean_window(alone, FIRST + timedelta(days=3))
    among = sea_of(written(tmp_path, [8, 6, 6, 6, 6, 6, 8]))  # as many boats in all
    assert lone < mean_window(among, FIRST + timedelta(days=3))


def test_many_boats_elsewhere_in_the_month_make_a_shut_night_sure(tmp_path: Path) -> None:
    chances = [sea_of(written(tmp_path, [n, 0, 0, 0]), P).chance(FIRST + timedelta(days=2))[0] for n in (1, 3, 30)]
    assert chances[0] > chances[1] > chances[2] and chances[2] < 0.05


@pytest.mark.parametrize("rank", [0.001, 0.3, 1.0])
def test_a_night_with_a_crossing_was_usable_with_a_window_between_none_and_all_of_it(rank: float) -> None:
    sea, record = sea_of(DAILY), read_record(DAILY)
    for day in [day for day, boats in record.items() if boats][::7]:
        assert sea.chance(day)[0] == pytest.approx(1.0)
        assert 0.0 < sea.window(day, np.array([rank]))[0] <= 1.0


def test_only_boats_within_two_months_say_how_many_a_whole_night_brings(tmp_path: Path) -> None:
    """Four boats a night are many where one comes in other nights around, and few where there are forty; what happened
    more than a month ago does not matter."""
    months = {n: sea_of(written(tmp_path, [n] * 30 + [4] + [n] * 30 + [7] * 40)) for n in (1, 40)}
    day = FIRST + timedelta(days=30)
    windows = {n: mean_window(sea, day) for n, sea in months.items()}
    assert windows[1] > windows[40] + 0.3
    late = FIRST + timedelta(days=95)
    assert mean_window(months[1], late) == pytest.approx(mean_window(months[40], late), abs=1e-3)


def test_a_night_of_very_many_boats_was_usable_as_a_whole(tmp_path: Path) -> None:
    day = FIRST + timedelta(days=30)
    for boats in (400, 700, 5000):
        sea = sea_of(written(tmp_path, [1] * 30 + [boats] + [1] * 30))
        assert sea.chance(day)[0] == pytest.approx(1.0) and mean_window(sea, day) > 0.9
        assert np.isfinite(sea.log_likelihood).all()


def test_curves_that_cross_lose_no_nights(tmp_path: Path) -> None:
    """A window that would be larger than a night is a whole one."""
    own = ParameterSets([Parameters().values() | {"wind_half_usable": 5.0, "wind_half_window": 8.0}])
    sea = sea_of(written(tmp_path, [6, 6, 6]), own)
    assert sea.chance(FIRST)[0] == pytest.approx(1.0) and 0.0 < mean_window(sea, FIRST) <= 1.0
    calm = chance_usable(wind_of_rank((np.arange(1000) + 0.5) / 1000, CLIMATE.wind(FIRST), own), own).mean()
    assert sea_of(written(tmp_path, [0]), own).chance(FIRST)[0] == pytest.approx(calm, abs=0.02)


def test_what_comes_after_the_last_night_of_a_record_is_not_known(tmp_path: Path) -> None:
    boats = [4, 0, 7, 0, 0, 6]
    cut = sea_of(written(tmp_path, boats), until=FIRST + timedelta(days=3))
    ended = sea_of(written(tmp_path, boats[:4]))
    for k in range(4):
        day = FIRST + timedelta(days=k)
        assert mean_window(cut, day) == mean_window(ended, day) and cut.chance(day) == ended.chance(day)
    assert FIRST + timedelta(days=4) not in cut


def test_replicates_with_winds_of_their_own_have_the_nights_that_they_have_alone(tmp_path: Path) -> None:
    own: list[dict[str, float]] = [{}, {"window_spread": 0.8}, {"weather_persistence": 0.4}]
    sets = [Parameters(**values).values() for values in own]
    order = [0, 1, 2, 1]
    path = written(tmp_path, [3, 0, 5, 0, 1])
    together = sea_of(path, ParameterSets([sets[k] for k in order]), 4)
    ranks = np.array([0.2, 0.4, 0.6, 0.8])
    for day in (FIRST + timedelta(days=k) for k in range(5)):
        for row, k in enumerate(order):
            alone = sea_of(path, ParameterSets([sets[k]]))
            assert together.chance(day)[row] == alone.chance(day)[0]
            assert together.window(day, ranks)[row] == alone.window(day, ranks[row : row + 1])[0]


def test_without_a_file_no_night_is_recorded() -> None:
    assert FIRST not in RecordedSea(None, None, CLIMATE, P, 1)
