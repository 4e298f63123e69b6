"""Members of an ensemble in memory: their data files, and that their months are those of their days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corridor.calibration.fit.members import files_of, run_members
from corridor.calibration.fit.runs import at_cut, with_points
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS
from corridor.model import Parameters, Policy, simulate

WORLD = "as_it_happened"
FILE = """\
title: One year
start: 2021-01-01
end: 2021-12-31
past: none
scale: 200
seeds: 1
worlds: {as_it_happened: {title: As it happened, policies: []}}
baseline: as_it_happened
"""


@pytest.mark.parametrize(("cut", "last"), [("2022-10", date(2022, 10, 31)), ("2024-02", date(2024, 2, 29))])
def test_members_know_the_record_of_the_sea_up_to_the_cut(cut: str, last: date, tmp_path: Path) -> None:
    files = files_of(at_cut(load(CONFIGS / "quick.yaml"), cut, WORLD, tmp_path), WORLD)
    assert files.sea_record is not None and files.sea_record.is_file()
    assert files.record_until == last


def test_monthly_stocks_of_members_are_means_of_days_and_flows_are_sums(tmp_path: Path) -> None:
    """February, the 32nd to the 59th day of a year, of the same two members run without the code of a fit."""
    path = tmp_path / "x.yaml"
    path.write_text(FILE, encoding="utf-8")
    experiment = with_points(load(path), {"p_retry": [0.8, 0.9]}, [4, 5])
    found = run_members(experiment, WORLD)
    members = [Parameters(point.parameters) for point in experiment.points]
    days = (date(2021, 1, 1), date(2021, 12, 31))
    alone = simulate(members, Policy(), [4, 5], *days, 200.0, files=files_of(experiment, WORLD)).daily
    year = {name: alone[name] for name in ("camp_stock", "arrivals_people")}
    stock, people = (values[:, 31:59] for values in year.values())
    assert found.months[1] == "2021-02"
    assert (stock.mean(axis=1) > 0).all()
    assert found.monthly["camp_stock"][:, 1] == pytest.approx(stock.mean(axis=1))
    assert found.monthly["arrivals_people"][:, 1].tolist() == people.sum(axis=1).tolist()
    assert found.monthly["arrivals_people"].sum() == year["arrivals_people"].sum() > 0
