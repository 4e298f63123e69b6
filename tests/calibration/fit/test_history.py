"""A history: what it sees, how it goes on, and that its posterior can be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.calibration.evidence.targets import TARGETS
from corridor.calibration.fit import smoother
from corridor.calibration.fit.history import (
    FEWEST,
    History,
    Observed,
    covariance_of,
    month_number,
    observed_of,
)
from corridor.calibration.fit.runs import marked_fitted, prior_of
from corridor.calibration.fit.simulated import Simulated, drawn_errors
from corridor.calibration.validation.rolling.conditioned import ConditionedHistory, identity_of
from corridor.experiments.config.loading import load
from corridor.model import PARAMETERS
from corridor.model.engine.errors import InputError

pytestmark = pytest.mark.slow

FILE = """\
title: One year
start: 2021-01-01
end: 2021-12-31
past: none
scale: 1000
seeds: 1
worlds: {as_it_happened: {title: As it happened, policies: []}}
baseline: as_it_happened
"""
UNTIL = "2021-12"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an experiment, and its history in `out`."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "x.yaml").write_text(FILE, encoding="utf-8")
    history_of(folder)
    return folder


def history_of(folder: Path) -> None:
    found = corridor.history(folder / "x.yaml", UNTIL, members=FEWEST, steps=1, scale=1000, out=folder / "out", jobs=1)
    assert list(found.tables)[:3] == ["history_scores", "history_parameters", "history_conditions"]
    assert found.files == ("posterior.csv", "posterior_conditions.csv")
    assert {path.stem for path in found.figures} == {
        "history_months",
        "history_years",
        "history_conditions",
        "marginals",
        "pairs",
    }


def asked(folder: Path, until: str = UNTIL) -> History:
    experiment = load(folder / "x.yaml")
    prior = prior_of(marked_fitted(PARAMETERS), until, {})
    return History(experiment, prior, until, FEWEST, 1, 1, {})


def test_members_begin_where_they_began_before(folder: Path) -> None:
    history = asked(folder)
    states = history.first_states()
    assert states.shape == (FEWEST, len(history.prior.parameters) + len(history.conditions.names))
    assert np.array_equal(states, history.first_states())


def test_every_member_has_its_seed_and_its_conditions_in_every_step(folder: Path) -> None:
    history = asked(folder)
    states = history.first_states()
    runs = history.runs(states)
    assert runs.point_seeds == tuple(history.seeds)
    assert len({point.conditions for point in runs.points}) == FEWEST
    assert history.runs(states + 0.1).point_seeds == runs.point_seeds


def test_the_error_of_a_month_of_arrivals_is_its_own_and_others_have_errors_in_common() -> None:
    assert covariance_of("arrivals_people", ["2018-01", "2018-02"]) == pytest.approx(0.12**2 * np.eye(2))
    assert covariance_of("camp_stock", ["2022", "2023"]) == pytest.approx(0.30**2 * np.eye(2) + 0.15**2)
    months = covariance_of("prevented_by_month", ["2024-11", "2024-12", "2025-01"])
    assert months[0] == pytest.approx([0.25**2 + 0.10**2 + 0.15**2, 0.10**2 + 0.15**2, 0.15**2])


def test_errors_of_records_are_drawn_as_the_fit_takes_them_to_be() -> None:
    """Forecasts add errors of records, the fit weighs with them: the same covariance, arrivals by month apart."""
    periods = ["2024-11", "2024-12", "2025-01"]
    drawn = drawn_errors(TARGETS["prevented_by_month"], periods, 40_000, np.random.default_rng(2))
    assert np.cov(drawn.T) == pytest.approx(covariance_of("prevented_by_month", periods), rel=0.05)


def test_a_condition_learns_in_its_own_time_from_what_it_correlates_with(folder: Path) -> None:
    history = asked(folder)
    states = history.first_states()
    known, random = len(history.prior.parameters), np.random.default_rng(7)
    first_quarter = known + history.conditions.names.index("demand_uk")
    own, noise = states[:, first_quarter], random.standard_normal(FEWEST)
    noise -= noise.mean() + (own - own.mean()) * (own @ (noise - noise.mean())) / (own @ (own - own.mean()))
    may, november = (month_number(f"{history.conditions.year}-{month}") for month in ("05", "11"))
    months, simulated = np.array([may, may, november, november]), np.stack([own, noise, own, states[:, 0]], axis=1)
    values = np.zeros(4)
    sees = history.sees(states, Observed(("a", "b", "c", "d"), months, values, np.eye(4), simulated))
    assert sees[first_quarter].tolist() == [True, False, False, False]
    assert sees[0, 3]


def test_a_condition_learns_in_its_own_time_where_years_before_the_record_are_simulated(folder: Path) -> None:
    later = FILE.replace("2021-01-01", "2022-01-01").replace("2021-12-31", "2022-12-31").replace("past: none\n", "")
    (folder / "later.yaml").write_text(later, encoding="utf-8")
    history = replace(asked(folder, "2022-12"), experiment=load(folder / "later.yaml"))
    assert history.conditions.year == 2018
    runs = Simulated(
        tuple(f"2022-{month:02d}" for month in range(1, 13)), {"camp_stock": np.ones((2, 12))}, (), np.empty((2, 1, 0))
    )
    (month,) = observed_of({"camp_stock": pd.Series([900.0], index=["2022"])}, runs).months
    states = history.first_states()
    seen = Observed(("a",), np.array([month]), np.zeros(1), np.eye(1), states.sum(axis=1, keepdims=True))
    everything = np.ones((states.shape[1], 1), dtype=bool)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smoother, "correlated", lambda *_: everything.copy())
        sees = history.sees(states, seen)[len(history.prior.parameters) :, 0]
    learns = [day.year for day, learning in zip(history.conditions.dates(), sees, strict=True) if learning]
    assert set(learns) == {2022} and len(learns) >= 4


def test_deaths_of_all_years_are_one_value() -> None:
    months = tuple(f"{year}-{month:02d}" for year in (2018, 2019) for month in range(1, 13))
    deaths = np.array([[1.0, 5.0], [0.0, 12.0]])
    monthly = np.repeat(deaths / 12.0, 12, axis=1)
    runs = Simulated(months, {"deaths_channel": monthly}, (), np.empty((2, 0, 0)))
    found = observed_of({"deaths_channel": pd.Series([1.0, 5.0], index=["2018", "2019"])}, runs)
    assert found.names == ("deaths_channel 2018 to 2019",) and found.months.tolist() == [month_number("2019-12")]
    assert found.values == pytest.approx(np.log(3.0 + 5.0))
    assert found.simulated[:, 0] == pytest.approx(np.log(np.array([3.0, 6.0]) + 5.0))
    part = np.array([1.0 + 5.0, 5.0 + 5.0]) / 16.0
    assert found.covariance == pytest.approx(0.60**2 * (part**2).sum())


@pytest.mark.slow
def test_a_history_goes_on_where_it_was_and_gives_the_same(folder: Path) -> None:
    names = ("posterior.csv", "posterior_conditions.csv", "history_scores.csv", "history_conditions.csv")
    before = {name: (folder / "out" / name).read_bytes() for name in names}
    cases = {path: path.stat().st_mtime_ns for path in (folder / "out").rglob("cases/*")}
    assert len(cases) == 2 * FEWEST
    history_of(folder)
    assert {name: (folder / "out" / name).read_bytes() for name in names} == before
    assert {path: path.stat().st_mtime_ns for path in (folder / "out").rglob("cases/*")} == cases


def test_its_posterior_runs_with_the_conditions_of_its_members(folder: Path) -> None:
    (folder / "y.yaml").write_text(FILE.replace("seeds: 1", "seeds: 3\nparameters: out/posterior.csv"), "utf-8")
    experiment = load(folder / "y.yaml")
    table = pd.read_csv(folder / "out" / "posterior_conditions.csv")
    posterior = pd.read_csv(folder / "out" / "posterior.csv")
    for point, seed in zip(experiment.points, experiment.point_seeds, strict=True):
        draw = int(posterior.draw[posterior.seed == seed].iloc[0])
        own = table[table.draw == draw]
        assert {(day.isoformat(), name, value) for day, name, value in point.conditions} == set(
            own[["date", "name", "value"]].itertuples(index=False, name=None)
        )


def test_parameters_alone_are_a_posterior_without_conditions(folder: Path, tmp_path: Path) -> None:
    options = {"members": FEWEST, "steps": 1, "scale": 1000, "out": tmp_path / "out", "jobs": 1, "figures": ()}
    found = corridor.calibrate(folder / "x.yaml", UNTIL, **options)
    assert list(found.tables) == ["history_scores", "history_parameters"]
    assert not (tmp_path / "out" / "posterior_conditions.csv").exists()
    (tmp_path / "y.yaml").write_text(FILE.replace("seeds: 1", "seeds: 3\nparameters: out/posterior.csv"), "utf-8")
    assert [point.conditions for point in load(tmp_path / "y.yaml").points] == [(), (), ()]


def test_the_scores_have_months_years_and_the_error_of_months(folder: Path) -> None:
    scores = pd.read_csv(folder / "out" / "history_scores.csv", dtype={"period": str})
    people = scores[scores.quantity == "arrivals_people"]
    assert len(people) == 13 and people.observed[people.period == "2021"].item() == 28526
    error = scores[scores.quantity == "wape_months_2021_2021"]
    assert len(error) == 1 and error.ratio.item() > 0.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"until": "2017-12"}, "--until '2017-12': allowed: a month from"),
        ({"members": 3}, "--members 3: allowed: 24 to 10000"),
        ({"conditions": -0.5}, "--conditions -0.5: allowed: 0 to 4"),
        ({"conditions": float("nan")}, "--conditions nan: allowed: 0 to 4"),
        ({"world": "nowhere"}, "'nowhere' is none of the worlds"),
    ],
)
def test_wrong_options_are_refused(folder: Path, arguments: dict[str, object], words: str) -> None:
    given = {"until": UNTIL, "out": folder / "wrong", **arguments}
    with pytest.raises(InputError, match=words):
        corridor.history(folder / "x.yaml", **given)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_history_forecasts_from_every_month_and_runs_once(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(FILE, encoding="utf-8")

    def model() -> ConditionedHistory:
        options = {"members": FEWEST, "steps": 1, "scale": 1000, "jobs": 1, "refit_months": 1}
        return corridor.history_forecaster(tmp_path / "x.yaml", tmp_path / "histories", **options)

    draws = model()("2022-01")
    assert [(name, values.shape) for name, values in draws.items()] == [
        ("arrivals_people", (FEWEST, 12)),
        ("arrivals_boats", (FEWEST, 12)),
    ]
    (path,) = (tmp_path / "histories").glob("*.parquet")
    written = path.stat().st_mtime_ns
    again = model()("2022-01")
    assert all(np.array_equal(draws[name], again[name]) for name in draws)
    assert path.name.startswith("until_2021_12-") and path.stat().st_mtime_ns == written
    history, states = model().fit("2021-12")
    assert identity_of(history.runs(states), []) != identity_of(history.runs(states + 0.1), [])
