"""Forecast records: what is written is read again, what is wrong is refused, and what is frozen stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corridor.calibration.validation.rolling import hub
from corridor.calibration.validation.rolling.forecasts import ForecastKey, Forecasts
from corridor.calibration.validation.rolling.scores import HUB_LEVELS, quantiles_of
from corridor.model.engine.errors import InputError

KEY = ForecastKey("arrivals_people", "mine", "2024-03")


def forecasts(seed: int = 1, **changes: str) -> Forecasts:
    draws = np.random.default_rng(seed).gamma(3.0, 900.0, (80, 12)).round(2)
    return {KEY._replace(**changes): draws, KEY._replace(target="arrivals_boats", **changes): draws / 50.0}


def changed(folder: Path, old: str, new: str, count: int = 1) -> Path:
    """A record with a change of its text."""
    path = hub.write_record(forecasts(), folder)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return path


def test_a_record_that_is_read_has_the_quantiles_that_were_written(tmp_path):
    path = hub.write_record(forecasts(), tmp_path / "new")
    assert path.name == "2024-03-mine.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "origin,horizon,target,output_type,output_type_id,value"
    assert lines[1].startswith("2024-03,1,arrivals_people,quantile,0.01,") and len(lines) == 1 + 2 * 12 * 23
    found = hub.read_records_of([path])
    assert set(found) == set(forecasts())
    for key, draws in forecasts().items():
        assert quantiles_of(found[key]) == pytest.approx(quantiles_of(draws))


def test_a_record_stays_as_it_is(tmp_path):
    path = hub.write_record(forecasts(), tmp_path)
    before = path.read_bytes()
    assert hub.write_record(forecasts(), tmp_path) == path
    with pytest.raises(InputError, match=r"2024-03-mine.csv: holds another forecast and stays as it is"):
        hub.write_record(forecasts(2), tmp_path)
    assert path.read_bytes() == before


def test_months_without_a_forecast_are_left_out_and_stay_unknown(tmp_path):
    some = forecasts()
    some[KEY][:, 3:] = np.nan
    found = hub.read_records_of([hub.write_record(some, tmp_path)])
    assert np.isfinite(found[KEY][:, :3]).all() and np.isnan(found[KEY][:, 3:]).all()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2024-03,1,", "2024-13,1,", "row 2, origin: '2024-13' is not allowed; a month such as 2022-11"),
        ("2024-03,1,", "2024-03,13,", "row 2, horizon: '13' is not allowed; a whole number from 1 to 12"),
        ("arrivals_people", "people", "row 2, target: 'people' is not allowed; one of arrivals_people, arrivals_boats"),
        ("quantile,", "sample,", "row 2, output_type: 'sample' is not allowed; one of quantile"),
        ("output_type_id", "level", "column 'output_type_id' is missing"),
        (",0.01,", ",0.011,", "horizon 1: lacks the quantiles 0.01; has further quantiles 0.011; allowed: the 23"),
        (",0.025,", ",0.01,", "row 3: the quantile '2024-03 arrivals_people 1 0.01' appears more than once"),
        (",0.01,", ",0.01,9", "horizon 1: a quantile is below one of a lower level; allowed: values that do not fall"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path, old, new, said):
    with pytest.raises(InputError) as error:
        hub.read_records_of([changed(tmp_path, old, new)])
    assert said in "\n".join(error.value.problems)


def test_all_problems_of_all_files_are_reported_at_once(tmp_path):
    wrong = changed(tmp_path / "a", "arrivals_people", "people")
    named = hub.write_record(forecasts(method="sarima"), tmp_path)
    good, again = (hub.write_record(forecasts(), tmp_path / name) for name in "bc")
    with pytest.raises(InputError) as error:
        hub.read_records_of([wrong, named, good, again, tmp_path / "none.csv"], ["sarima"])
    text = "\n".join(error.value.problems)
    assert "'people' is not allowed" in text and "'sarima' is a simple forecast" in text and "no such file" in text
    assert text.count("is in a file before it; once each") == 2


def test_a_files_name_gives_the_method():
    assert hub.method_of(Path("x/2024-03-my-model.csv")) == "my-model" and hub.method_of(Path("other.csv")) == "other"
    assert len(HUB_LEVELS) == 23
