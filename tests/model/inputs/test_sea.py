"""The sea that is given: the user's own nights, the record of days with a crossing, and the water of a day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from corridor.model import InputError
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.sea import RecordedDay, read_record, read_sea
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


def test_a_record_says_who_crossed_and_the_busiest_night_within_a_month(tmp_path: Path) -> None:
    days = [date(2022, 1, 1) + timedelta(days=k) for k in range(80)]
    boats = {days[10]: 16, days[45]: 4}
    rows = "".join(f"{day},{20 * boats.get(day, 0)},{boats.get(day, 0)}\n" for day in days)
    record = read_record(written(tmp_path, "date,people,boats\n" + rows))
    assert record[days[10]] == RecordedDay(16.0, True, 16.0)
    assert record[days[10]].least == 0.5  # two standard deviations below 16, over 16
    assert record[days[40]] == RecordedDay(0.0, False, 16.0) and record[days[41]].busiest == 4.0
    assert record[days[79]].busiest == 0.0


def test_no_earlier_day_knows_of_a_later_one_than_the_last(tmp_path: Path) -> None:
    until = date(2022, 10, 31)
    text = DAILY.read_text(encoding="utf-8")
    head, rows = text.splitlines()[0], text.splitlines()[1:]
    later = [f"{row[:10]},999,99" if row[:10] > until.isoformat() else row for row in rows]
    changed = written(tmp_path, "\n".join([head, *later]) + "\n")
    assert read_record(changed, until) == read_record(DAILY, until)
    assert read_record(changed) != read_record(DAILY)
    assert max(read_record(DAILY, until)) == until


def test_the_least_window_of_any_recorded_night_is_a_share_of_a_night() -> None:
    record = read_record(DAILY)
    assert len(record) == 2922
    least = np.array([day.least for day in record.values()])
    assert (least >= 0).all() and (least < 1).all()
    assert all(day.crossed for day in record.values() if day.boats > 0)


def test_the_water_lies_between_the_middles_of_the_months_and_goes_round_the_year() -> None:
    climate = SeaClimate()
    year = [climate.water(date(2022, 1, 1) + timedelta(days=k)) for k in range(365)]
    assert climate.water(date(2022, 3, 15)) == climate.celsius[2]
    assert np.abs(np.diff([*year, year[0]])).max() < 0.12
    assert min(year) == min(climate.celsius) and max(year) == max(climate.celsius)
