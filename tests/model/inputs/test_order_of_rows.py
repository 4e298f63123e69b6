"""Tables of values by day or month may have their rows in any order."""

from __future__ import annotations

from pathlib import Path

from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.history import History
from corridor.model.inputs.sea import read_record
from corridor.results.observed import DAILY


def reordered(path: Path, folder: Path) -> Path:
    """A copy of a table with every second row before the others."""
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    copy = folder / path.name
    copy.write_text("\n".join([head, *rows[1::2], *rows[::2]]) + "\n", encoding="utf-8")
    assert len(rows) > 1 and copy.read_text(encoding="utf-8") != path.read_text(encoding="utf-8")
    return copy


def test_the_climate_of_the_sea_is_the_same_from_rows_in_another_order(tmp_path: Path) -> None:
    own, shipped = SeaClimate(reordered(DATA / "sea_climate.csv", tmp_path)), SeaClimate()
    assert own.celsius.tolist() == shipped.celsius.tolist()
    assert own.mean_wind.tolist() == shipped.mean_wind.tolist()


def test_the_dated_history_is_the_same_from_rows_in_another_order(tmp_path: Path) -> None:
    own, shipped = History(reordered(DATA / "history.csv", tmp_path)), History()
    assert [own.values_on(day) for day in shipped.days] == [shipped.values_on(day) for day in shipped.days]


def test_the_record_of_the_sea_is_the_same_from_rows_in_another_order(tmp_path: Path) -> None:
    assert read_record(reordered(DAILY, tmp_path)) == read_record(DAILY)
