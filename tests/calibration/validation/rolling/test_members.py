"""Members that are simulated once to each origin: the same as runs that know from the start what is known there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.fit.runs import with_points
from corridor.calibration.validation.rolling.members import Known, files_of, monthly, months_ahead
from corridor.experiments.config.loading import load
from corridor.model import Parameters, simulate
from corridor.model.inputs.data_files import DATA

FILE = """\
title: A few members
start: 2021-10-01
end: 2022-12-31
past: none
scale: 1000
seeds: 1
worlds: {as_it_happened: {title: As it happened, policies: [patrols]}}
baseline: as_it_happened
"""
NAMES = ("arrivals_people", "entered_people")
ORIGINS = ("2021-12", "2022-01")


@pytest.mark.slow
def test_a_member_goes_on_as_if_it_had_known_no_more(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(FILE, encoding="utf-8")
    known, more = pd.read_csv(DATA / "entries.csv", dtype={"month": str}), tmp_path / "more.csv"
    known.assign(people=known.people * np.where(known.month > "2021-12", 2.0, 1.0)).to_csv(more, index=False)
    last_nights = (date(2021, 11, 30), date(2021, 12, 31))
    given = (Known(*each) for each in zip((DATA / "entries.csv", more), last_nights, strict=True))
    known_at = dict(zip(ORIGINS, given, strict=True))
    experiment = with_points(load(tmp_path / "x.yaml"), {"p_retry": [0.8, 0.9, 0.95]}, [4, 5, 6])
    found = months_ahead(experiment, "as_it_happened", known_at, NAMES, jobs=1)
    assert {origin: (runs.months[0], runs.months[-1]) for origin, runs in found.items()} == {
        "2021-12": ("2021-10", "2022-11"),
        "2022-01": ("2021-10", "2022-12"),
    }
    sets = [Parameters(point.parameters) for point in experiment.points]
    files = replace(files_of(experiment, "as_it_happened"), record_until=date(2021, 11, 30))
    days = (date(2021, 10, 1), date(2022, 11, 30))
    alone = simulate(sets, experiment.policies["as_it_happened"], [4, 5, 6], *days, 1000.0, files=files)
    for name in NAMES:
        assert np.array_equal(found["2021-12"].monthly[name], monthly(alone.daily[name], *days))
    first, second = (found[origin].monthly["entered_people"] for origin in ORIGINS)
    assert np.array_equal(first[:, :3], second[:, :3]) and second[:, 3:14].sum() > 1.5 * first[:, 3:14].sum()


def test_months_are_sums_of_their_days() -> None:
    days = np.ones((2, 90))
    assert monthly(days, date(2021, 12, 1), date(2022, 2, 28)).tolist() == [[31.0, 31.0, 28.0]] * 2
