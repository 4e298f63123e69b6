"""A history as a forecaster: what is known at an origin, and how the months ahead follow those just observed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.evidence import entries as detected
from corridor.calibration.evidence import targets
from corridor.calibration.evidence.targets import TARGETS, Target, observed_series
from corridor.calibration.fit.history import MONTHLY_ERROR
from corridor.calibration.fit.simulated import Simulated
from corridor.calibration.validation.rolling.conditioned import ConditionedHistory, read_months, since, write_months
from corridor.calibration.validation.rolling.series import months_between, months_on
from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS

MEMBERS, SPREAD = 400, 0.3
MONTHS = months_between("2018-01", "2023-12")


def nothing(*_: object) -> None:
    raise AssertionError("nothing is run in these tests")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ConditionedHistory:
    """The shipped experiment as a forecaster."""
    experiment = load(CONFIGS / "joint_statement.yaml", draws=False)
    names = ("fare_start", "p_retry")
    return ConditionedHistory(
        experiment, "as_it_happened", names, MEMBERS, 2, 1, tmp_path_factory.mktemp("rolling"), nothing
    )


def runs_off_by(levels: np.ndarray) -> Simulated:
    """Runs that are the record, each with one error of its level (in logs) in all months."""
    monthly = {}
    for name in ("arrivals_people", "arrivals_boats"):
        offset = TARGETS[name].error.offset
        logs = np.log(observed_series(TARGETS[name])[MONTHS].to_numpy() + offset)
        monthly[name] = np.exp(logs + levels[:, None]) - offset
    return Simulated(tuple(MONTHS), monthly, ("other",), np.zeros((len(levels), 6, 1)))


def declared(name: str) -> float:
    """Standard deviation of the declared error of a month."""
    error = TARGETS[name].error
    return float(np.hypot(error.value, error.year))


def test_fits_are_of_the_december_before(model: ConditionedHistory):
    latest = {cut: model.latest_fit(cut) for cut in ("2021-12", "2022-01", "2022-11", "2022-12")}
    assert latest == {"2021-12": "2021-12", "2022-01": "2021-12", "2022-11": "2021-12", "2022-12": "2022-12"}


def test_only_what_is_over_is_known_at_an_origin(model: ConditionedHistory):
    entries = pd.read_csv(model.entries_at("2023-04"), dtype={"month": str}).groupby("month").people.sum()
    assert entries.index[-1] == "2025-12"
    for k in range(12):
        month = months_on("2023-04", k)
        assert entries[month] == pytest.approx(entries[months_on(month, -12)])
    seen = since("2022-12", "2023-03")
    assert list(seen) == ["arrivals_people", "arrivals_boats"]
    assert all(series.index.tolist() == ["2023-01", "2023-02", "2023-03"] for series in seen.values())


def test_what_is_given_of_the_months_to_come_is_that_alone(model: ConditionedHistory):
    """The sea given: nights of the whole record, entries as known; entries given: the other way round."""
    plain, sea, entries = (
        each.known_at("2023-04") for each in (model, model.given_also("sea"), model.given_also("entries"))
    )
    assert [each.nights_until.isoformat() for each in (plain, sea, entries)] == [
        "2023-03-31",
        "2025-12-31",
        "2023-03-31",
    ]
    assert sea.entries == plain.entries
    months = pd.read_csv(entries.entries, dtype={"month": str}).groupby("month").people.sum()
    assert months["2023-08"] != pytest.approx(months["2022-08"], rel=0.01)
    whole = detected.derive("2025-12", fit=model.latest_fit("2023-03"))
    assert months["2023-08"] == pytest.approx(whole.groupby("month").people.sum()["2023-08"])
    albanians = whole[whole.place == "tirana"].people.sum() * detected.set_out(model.latest_fit("2023-03"))
    shipped = detected.derive()
    assert albanians == pytest.approx(shipped[shipped.place == "tirana"].people.sum() * detected.set_out(), rel=1e-3)
    both = model.given_also("sea").given_also("entries")
    assert both.given == ("sea", "entries") and model.given == () and both._ahead is not model._ahead


def test_months_ahead_follow_the_months_since_the_fit(model: ConditionedHistory):
    """With one error of level, the update is exact: the prior, and as many observations as months and series."""
    levels = 0.5 + SPREAD * np.random.default_rng(5).standard_normal(MEMBERS)
    ahead = model.moved_ahead("2022-06", runs_off_by(levels), "2022-10")["arrivals_people"]
    precision = SPREAD**-2 + 3 * sum(MONTHLY_ERROR[name] ** -2 for name in ("arrivals_people", "arrivals_boats"))
    left = 0.5 * SPREAD**-2 / precision
    offset = TARGETS["arrivals_people"].error.offset
    truth = observed_series(TARGETS["arrivals_people"])[[months_on("2022-10", k) for k in range(12)]].to_numpy()
    errors = np.log(ahead + offset) - np.log(truth + offset)
    assert errors.mean() == pytest.approx(left, abs=0.02)
    assert errors.std(axis=0) == pytest.approx(np.hypot(precision**-0.5, declared("arrivals_people")), rel=0.15)


def test_what_is_observed_later_changes_nothing(model: ConditionedHistory, monkeypatch: pytest.MonkeyPatch):
    runs = runs_off_by(SPREAD * np.random.default_rng(5).standard_normal(MEMBERS))
    before = model.moved_ahead("2021-12", runs, "2022-10")
    entries = model.entries_at("2022-10").read_bytes()
    right = targets.observed_series

    def changed(target: Target, own: Path | None = None) -> pd.Series:
        series = right(target, own)
        return series.where(series.index <= "2022-09", 10.0 * series + 1.0)

    def other_detections() -> pd.DataFrame:
        return seen.assign(detections=seen.detections.where(seen.month <= "2022-09", 10.0 * seen.detections))

    def other_shares(year: int, route: str, kind: str) -> pd.DataFrame:
        right = shares(year, route, kind)
        return right.iloc[::-1].set_axis(right.index) if year == 2022 else right

    seen, shares = detected.detections(), detected.entry_point_shares
    monkeypatch.setattr(targets, "observed_series", changed)
    monkeypatch.setattr(detected, "detections", other_detections)
    monkeypatch.setattr(detected, "entry_point_shares", other_shares)
    monkeypatch.setattr(detected, "by_land_and_sea", detected.by_land_and_sea.__wrapped__)
    after = model.moved_ahead("2021-12", runs, "2022-10")
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert model.entries_at("2022-10").read_bytes() == entries
    assert model.entries_at("2022-11").read_bytes() != entries
    assert not np.array_equal(
        model.moved_ahead("2021-12", runs, "2022-11")["arrivals_people"], before["arrivals_people"]
    )


def test_without_months_since_the_fit_the_members_are_taken_as_they_are(model: ConditionedHistory):
    levels = SPREAD * np.random.default_rng(5).standard_normal(MEMBERS)
    first = model.moved_ahead("2022-12", runs_off_by(levels), "2023-01")["arrivals_boats"]
    again = model.moved_ahead("2022-12", runs_off_by(levels), "2023-01")["arrivals_boats"]
    assert first.shape == (MEMBERS, 12) and np.array_equal(first, again)
    spread = np.log(first + TARGETS["arrivals_boats"].error.offset).std(axis=0)
    assert spread == pytest.approx(np.hypot(SPREAD, declared("arrivals_boats")), rel=0.15)


def test_months_ahead_are_kept_as_they_are(tmp_path: Path):
    ahead = {"2023-01": runs_off_by(np.array([0.1, 0.2])), "2023-02": runs_off_by(np.array([0.3, 0.4]))}
    write_months(ahead, tmp_path / "x.parquet")
    again = read_months(tmp_path / "x.parquet")
    assert list(again) == list(ahead)
    for origin, runs in ahead.items():
        assert again[origin].months == runs.months
        assert all(np.array_equal(again[origin].monthly[name], values) for name, values in runs.monthly.items())
