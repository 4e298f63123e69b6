"""What a record says of its nights: the two passes against sums over all winds, and against nights that are drawn."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from corridor.model import Parameters
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs import recorded_sea
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.recorded_sea import RecordedSea
from corridor.model.inputs.sea import read_record
from corridor.model.inputs.windows import chance_usable, wind_of_rank, window_by_wind
from corridor.results.observed import DAILY

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
    """Four nights and six cells: every sequence of winds is written down with its chance."""
    monkeypatch.setattr(recorded_sea, "CELLS", 6)
    monkeypatch.setattr(recorded_sea, "RANKS", (np.arange(6) + 0.5) / 6)
    recorded_sea.nights_of.cache_clear()
    path, kept = written(tmp_path, boats), P.weather_persistence
    sea, record = sea_of(path), read_record(path)
    days = [FIRST + timedelta(days=k) for k in range(4)]
    recorded_sea.nights_of.cache_clear()
    winds = [wind_of_rank((np.arange(6)[::-1] + 0.5) / 6, CLIMATE.wind(day), P) for day in days]
    chances = [chance_usable(wind, P) for wind in winds]
    windows = [window_by_wind(wind, P) for wind in winds]
    expected_windows = sum((chances[k] * windows[k]).mean() for k in range(4) if days[k] in record)
    rate = sum(seen.boats for seen in record.values()) / expected_windows  # all four nights are within two months
    total, used, by_cell = 0.0, np.zeros(4), np.zeros((4, 6))
    for cells in product(range(6), repeat=4):
        weight, part = 1.0, []
        for k, cell in enumerate(cells):
            weight *= 1 / 6 if k == 0 else kept * (cell == cells[k - 1]) + (1 - kept) / 6
            usable, window, seen = chances[k][cell], windows[k][cell], record.get(days[k])
            if seen is None:
                alike, of_usable = 1.0, usable
            elif seen.crossed:
                alike = of_usable = (
                    usable * (1 - np.exp(-rate * window)) * (window >= min(seen.least, windows[k].max()))
                )
            else:
                of_usable = usable * np.exp(-rate * window)
                alike = 1 - usable + of_usable
            weight *= alike
            part.append(of_usable / alike if alike else 0.0)
        total += weight
        for k, cell in enumerate(cells):
            used[k] += weight * part[k]
            by_cell[k, cell] += weight * part[k]
    for k, day in enumerate(days):
        if day in sea:
            assert sea.chance(day)[0] == pytest.approx(used[k] / total, rel=1e-5)
            middle = (np.cumsum(by_cell[k]) - 0.5 * by_cell[k]) / used[k]
            for rank in (0.1, 0.45, 0.8):
                expected = max(record[day].least, np.interp(rank, middle, windows[k]))
                assert sea.window(day, np.array([rank]))[0] == pytest.approx(expected, abs=1e-5)


def test_windows_of_drawn_nights_by_what_their_neighbours_were(tmp_path: Path) -> None:
    """Winds are drawn as a run draws them; a night between two shut ones has the window that is inferred."""
    random, nights = np.random.default_rng(5), 400_000
    stay, fresh = random.random(nights) < P.weather_persistence, random.random(nights)
    source = np.maximum.accumulate(np.where(stay & (np.arange(nights) > 0), 0, np.arange(nights)))
    wind = wind_of_rank(fresh[source], CLIMATE.wind(date(2022, 7, 1)), P)
    usable = random.random(nights) < chance_usable(wind, P)
    window = window_by_wind(wind, P)
    between = usable[1:-1] & ~usable[:-2] & ~usable[2:]
    amid = usable[1:-1] & usable[:-2] & usable[2:]
    for seen, boats in ((between, [0, 1, 0]), (amid, [1, 1, 1])):
        path = tmp_path / "july.csv"
        rows = [f"2022-07-{10 + k},{n},{n}" for k, n in enumerate(boats)]
        rows.append("2022-07-31,90,90")  # so that a night on which nobody crossed was shut; too far to say more
        path.write_text("date,people,boats\n" + "\n".join(rows) + "\n", encoding="utf-8")
        sea = RecordedSea(path, None, CLIMATE, P, 1)
        expected = window[1:-1][seen].mean()
        assert mean_window(sea, date(2022, 7, 11)) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("boats", [0.4, 2.0, 20.0])
def test_the_sea_of_nights_that_are_drawn_is_found_again_however_few_boats_there_are(
    boats: float, tmp_path: Path
) -> None:
    """Six years of nights as a run draws them, with a Poisson number of boats in each window."""
    random, first = np.random.default_rng(11), date(2010, 1, 1)
    days, rank, rows, true = [first + timedelta(days=k) for k in range(6 * 365)], 0.5, [], []
    for day in days:
        rank = rank if random.random() < P.weather_persistence else random.random()
        wind = wind_of_rank(np.array([rank]), CLIMATE.wind(day), P)
        usable = random.random() < chance_usable(wind, P)[0]
        true.append(float(window_by_wind(wind, P)[0]) if usable else 0.0)
        number = random.poisson(boats * true[-1])
        rows.append(f"{day},{20 * number},{number}")
    path = tmp_path / "made.csv"
    path.write_text("\n".join(["date,people,boats", *rows]) + "\n", encoding="utf-8")
    sea, window = sea_of(path), np.array(true)
    crossed = np.array([not row.endswith(",0") for row in rows])
    found = np.array([sea.chance(day)[0] * mean_window(sea, day) for day in days])
    assert found.sum() == pytest.approx(window.sum(), rel=0.05)
    assert found[crossed].mean() == pytest.approx(window[crossed].mean(), abs=0.03)


def test_a_night_among_shut_ones_has_a_smaller_window_than_one_among_crossings(tmp_path: Path) -> None:
    alone = sea_of(written(tmp_path, [20, 0, 0, 1, 0, 0, 20]))
    lone = mean_window(alone, FIRST + timedelta(days=3))
    among = sea_of(written(tmp_path, [20, 1, 1, 1, 1, 1, 20]))
    assert lone < mean_window(among, FIRST + timedelta(days=3)) - 0.08


def test_many_boats_elsewhere_in_the_month_make_a_shut_night_sure(tmp_path: Path) -> None:
    chances = [sea_of(written(tmp_path, [n, 0, 0, 0]), P).chance(FIRST + timedelta(days=2))[0] for n in (1, 3, 30)]
    assert chances[0] > chances[1] > chances[2] and chances[2] < 0.01


@pytest.mark.parametrize("rank", [0.0, 0.3, 1.0])
def test_a_night_with_a_crossing_was_usable_with_the_window_that_its_boats_need(rank: float) -> None:
    sea, record = sea_of(DAILY), read_record(DAILY)
    for day in [day for day, seen in record.items() if seen.crossed][::7]:
        window = sea.window(day, np.array([rank]))[0]
        assert sea.chance(day)[0] == pytest.approx(1.0)
        assert record[day].least <= window <= 1.0


def test_what_comes_after_the_last_night_of_a_record_is_not_known(tmp_path: Path) -> None:
    boats = [4, 0, 7, 0, 0, 6]
    cut = sea_of(written(tmp_path, boats), until=FIRST + timedelta(days=3))
    ended = sea_of(written(tmp_path, boats[:4]))
    for k in range(4):
        day = FIRST + timedelta(days=k)
        assert mean_window(cut, day) == mean_window(ended, day) and cut.chance(day) == ended.chance(day)
    assert FIRST + timedelta(days=4) not in cut


def test_replicates_with_winds_of_their_own_have_the_nights_that_they_have_alone(tmp_path: Path) -> None:
    own: list[dict[str, float]] = [{}, {"wind_half_usable": 7.2}, {"weather_persistence": 0.4}]
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
