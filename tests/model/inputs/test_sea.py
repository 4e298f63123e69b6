"""The sea that is given: the user's own nights, the record of boats by day, and the water of a day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from corridor.model import InputError
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.sea import read_record, read_sea
from corridor.results.observed import DAILY


def written(folder: Path, text: str) -> Path:
    """A CSV file."""
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_nights_of_ones_own_have_a_window_or_wind_and_waves(tmp_path: Path) -> None:
    path = written(tmp_path, "date,window,wind,wave\n2022-01-02,0.25,,\n2022-01-05,,6,0.5\n2022-01-06,,7,\n")
    nights = read_sea(path)
    assert list(nights) == [date(2022, 1, 2), date(2022, 1, 5), date(2022, 1, 6)]
    assert nights[date(2022, 1, 2)][0] == 0.25 and np.isnan(nights[date(2022, 1, 2)][1:]).all()
    assert nights[date(2022, 1, 5)][1:] == (6.0, 0.5) and np.isnan(nights[date(2022, 1, 6)][2])


def test_colours_of_days_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="column 'state' is not known; allowed: date, window, wind, wave"):
        read_sea(written(tmp_path, "date,state\n2022-01-01,red\n"))


def test_a_record_has_the_boats_of_its_days_and_one_where_people_crossed_without_a_count(tmp_path: Path) -> None:
    rows = "2022-01-03,0,0\n2022-01-01,320,16\n2022-01-02,12,0\n2022-01-04,0,2\n"
    record = read_record(written(tmp_path, "date,people,boats\n" + rows))
    assert list(record) == [date(2022, 1, k) for k in (1, 2, 3, 4)]
    assert list(record.values()) == [16.0, 1.0, 0.0, 0.0]  # boats without people brought nobody across


def test_no_earlier_day_knows_of_a_later_one_than_the_last(tmp_path: Path) -> None:
    until = date(2022, 10, 31)
    text = DAILY.read_text(encoding="utf-8")
    head, rows = text.splitlines()[0], text.splitlines()[1:]
    later = [f"{row[:10]},999,99" if row[:10] > until.isoformat() else row for row in rows]
    changed = written(tmp_path, "\n".join([head, *later]) + "\n")
    assert read_record(changed, until) == read_record(DAILY, until)
    assert read_record(changed) != read_record(DAILY)
    assert max(read_record(DAILY, until)) == until


def test_the_shipped_record_has_every_day_of_eight_years() -> None:
    days = list(read_record(DAILY))
    assert days == [date(2018, 1, 1) + timedelta(days=k) for k in range(2922)] and days[-1] == date(2025, 12, 31)


def test_the_water_lies_between_the_middles_of_the_months_and_goes_round_the_year() -> None:
    climate = SeaClimate()
    year = [climate.water(date(2022, 1, 1) + timedelta(days=k)) for k in range(365)]
    assert climate.water(date(2022, 3, 15)) == climate.celsius[2]
    assert np.abs(np.diff([*year, year[0]])).max() < 0.12
    assert min(year) == min(climate.celsius) and max(year) == max(climate.celsius)
