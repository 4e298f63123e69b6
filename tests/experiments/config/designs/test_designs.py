"""Designs: positions of points, distributions, and mistakes reported with their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corridor.experiments.config.cases import Point, as_points
from corridor.experiments.config.designs.design import Design
from corridor.experiments.config.designs.distributions import quantile
from corridor.experiments.config.designs.point_files import COLUMNS
from corridor.experiments.config.designs.points import fraction, sampled, unit_cube
from corridor.experiments.config.loading import load
from corridor.model import INDICATORS, LEVERS, PARAMETERS, InputError, Policy
from tests.support.batches import EXPERIMENT, write_experiment

U = np.linspace(0.0, 1.0, 201)
WITHOUT = EXPERIMENT[: EXPERIMENT.index("design:")]


@pytest.mark.parametrize("name", PARAMETERS)
def test_quantiles_rise_from_low_to_high(name: str) -> None:
    parameter = PARAMETERS[name]
    values = quantile(parameter, U)
    assert values.shape == U.shape
    assert np.all(np.diff(values) >= 0.0)
    assert parameter.low <= values[0] and values[-1] <= parameter.high
    if parameter.distribution == "fixed":
        assert np.all(values == parameter.default)
    else:
        assert values[0] == pytest.approx(parameter.low)
        assert values[-1] == pytest.approx(parameter.high)


def like(distribution: str, low: float, default: float, high: float):
    return replace(PARAMETERS["p_retry"], distribution=distribution, low=low, default=default, high=high)


def test_quantiles_by_hand() -> None:
    assert quantile(like("uniform", 2.0, 3.0, 6.0), 0.25) == pytest.approx(3.0)
    assert quantile(like("log-uniform", 1.0, 3.0, 100.0), 0.5) == pytest.approx(10.0)
    # a triangle from 0 to 10 with its peak at 4 has 4/10 of its area below the peak
    assert quantile(like("triangular", 0.0, 4.0, 10.0), 0.4) == pytest.approx(4.0)
    assert quantile(like("triangular", 0.0, 4.0, 10.0), 0.1) == pytest.approx(2.0)
    # symmetric in logs around the default, so that the cut does not move the median
    assert quantile(like("lognormal", 2.0, 10.0, 50.0), 0.5) == pytest.approx(10.0)
    assert quantile(like("beta", 0.0, 0.5, 1.0), 0.5) == pytest.approx(0.5)


@pytest.mark.parametrize(("distribution", "mode"), [("triangular", 4.0), ("beta", 4.0)])
def test_the_densest_place_is_the_default(distribution: str, mode: float) -> None:
    values = quantile(like(distribution, 0.0, mode, 10.0), np.linspace(0.0, 1.0, 20_001))
    densest = np.histogram(values, bins=np.arange(0.0, 10.5, 0.5))[0].argmax()
    assert abs(0.25 + 0.5 * densest - mode) <= 0.5


def test_a_grid_is_every_combination() -> None:
    design = Design(kind="grid", parameters={"p_retry": (0.8, 0.9)}, levers={"alert_time": (0.5, 1.0, 1.5)})
    table = sampled(design, PARAMETERS)
    pairs = list(zip(table["p_retry"], table["lever_alert_time"], strict=True))
    assert pairs == [(0.8, 0.5), (0.8, 1.0), (0.8, 1.5), (0.9, 0.5), (0.9, 1.0), (0.9, 1.5)]


def test_a_fraction_is_distinct_and_balanced() -> None:
    cells = [(a, b, c) for a in range(4) for b in range(4) for c in range(4)]
    chosen = fraction(cells, 16, 1)
    assert len(set(chosen)) == 16 and set(chosen) <= set(cells)
    for axis in range(3):
        counts = np.bincount([cell[axis] for cell in chosen], minlength=4)
        assert counts.min() >= 3 and counts.max() <= 5
    assert sorted(fraction(cells, 64, 1)) == cells


@pytest.mark.parametrize("kind", ["sobol", "latin_hypercube"])
def test_samples_fill_every_stratum_once(kind: str) -> None:
    u = unit_cube(kind, 5, 32, 1)
    assert u.shape == (32, 5)
    for column in u.T:
        assert sorted(np.floor(column * 32).astype(int)) == list(range(32))
    assert np.array_equal(u, unit_cube(kind, 5, 32, 1))
    assert not np.array_equal(u, unit_cube(kind, 5, 32, 2))


def test_a_larger_sobol_design_begins_with_the_smaller() -> None:
    designs = (Design(kind="sobol", parameters=("p_retry", "boat_cost"), points=n) for n in (8, 16))
    small, large = (sampled(design, PARAMETERS) for design in designs)
    assert {name: values[:8] for name, values in large.items()} == small


def test_a_point_holds_its_levers_over_the_whole_period() -> None:
    point = as_points({"p_retry": [0.8], "lever_alert_time": [0.5]})[0]
    assert (point.number, point.parameters, point.levers) == (1, {"p_retry": 0.8}, {"alert_time": 0.5})
    assert point.factors == {"p_retry": 0.8, "lever_alert_time": 0.5}
    policy = point.policy(Policy(), date(2022, 1, 1))
    assert [(lever.name, value) for lever, value in policy.pulls(date(2022, 1, 1))] == [("alert_time", 0.5)]
    assert policy.pulls(date(2022, 1, 1)) == policy.pulls(date(2025, 1, 1))
    assert Point().policy(Policy(), date(2022, 1, 1)) == Policy()


def test_no_column_can_mean_two_things() -> None:
    assert set(PARAMETERS).isdisjoint(INDICATORS)
    assert len(COLUMNS) == len(PARAMETERS) + len(LEVERS)
    assert set(COLUMNS).isdisjoint(INDICATORS)


def experiment(folder: Path, design: str):
    return load(write_experiment(folder, f"{WITHOUT}design: {design}\n"))


def test_points_of_a_csv_and_draws_of_a_posterior(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("p_retry,lever_detention\n0.8,2\n0.9,1\n", encoding="utf-8")
    points = experiment(tmp_path, "{kind: csv, file: p.csv}").points
    assert [point.factors for point in points] == [
        {"p_retry": 0.8, "lever_detention": 2.0},
        {"p_retry": 0.9, "lever_detention": 1.0},
    ]
    rows = "".join(f"0,{k},{0.8 + k / 100}\n" for k in range(10))
    (tmp_path / "d.csv").write_text(f"chain,draw,p_retry\n{rows}", encoding="utf-8")
    points = experiment(tmp_path, "{kind: posterior, file: d.csv, points: 5}").points
    assert [point.parameters["p_retry"] for point in points] == pytest.approx([0.8, 0.88, 0.84, 0.82, 0.86])


def test_cases_are_worlds_by_points_by_seeds(tmp_path: Path) -> None:
    cases = experiment(tmp_path, "{kind: grid, parameters: {p_retry: [0.8, 0.9, 0.95]}}").cases()
    assert len(cases) == 2 * 3
    assert cases[0].name == "with_patrols-p0001-s001-002"
    assert {(case.world, case.point.number) for case in cases} == {
        (world, number) for world in ("with_patrols", "without") for number in (1, 2, 3)
    }


@pytest.mark.parametrize(
    ("design", "problem"),
    [
        ("{kind: sobol, points: 10, parameters: [p_retry]}", "design.points: 10 is not a power of two"),
        ("{kind: sobol, parameters: [p_retry]}", "design.points: is missing"),
        ("{kind: sobol, points: 8}", "design: varies nothing"),
        ("{kind: sobol, points: 8, parameters: [p_retri]}", "'p_retri' is not a known parameter; did you mean"),
        ("{kind: sobol, points: 8, parameters: [team_size]}", "'team_size' is fixed"),
        ("{kind: sobol, points: 8, parameters: [p_retry, p_retry]}", "'p_retry' is listed twice"),
        ("{kind: sobol, points: 8, parameters: {p_retry: [0.8]}}", "wants a list of names"),
        ("{kind: sobol, points: 8, levers: {detention: [2, 1]}}", "wants [low, high]"),
        ("{kind: sobol, points: 8, levers: {detention: [0, 99]}}", "design.levers.detention[1]: 99.0 is out of range"),
        ("{kind: grid, parameters: [p_retry]}", "wants a mapping of each name to a list of values"),
        ("{kind: grid, parameters: {p_retry: [0.8, 3]}}", "design.parameters.p_retry[1]: 3.0 is out of range"),
        ("{kind: grid, parameters: {p_retry: [0.8, 0.8]}}", "0.8 is listed twice"),
        ("{kind: grid, parameters: {p_retry: [0.8]}, file: p.csv}", "design.file: is not used by a design of kind"),
        ("{kind: grid, levers: {fly: [1]}}", "design.levers.fly: is not a known lever"),
        ("{kind: fraction, parameters: {p_retry: [0.8, 0.9]}, points: 3}", "3 is more than the whole grid"),
        ("{kind: csv}", "design.file: is missing"),
        ("{kind: csv, file: nowhere.csv}", "'nowhere.csv' does not exist"),
        ("{kind: csv, file: bad.csv}", "bad.csv, row 3, p_retry: '7' is not allowed"),
        ("{kind: csv, file: columns.csv}", "columns.csv, row 1: column 'fly' is not a parameter or lever"),
        ("{kind: posterior, file: good.csv, points: 9}", "design.points: 9 is more than there are rows"),
        ("{kind: magic}", "design.kind: 'magic'"),
        ("5", "design: 5 is not a mapping"),
    ],
)
def test_mistakes_are_reported_with_their_place(tmp_path: Path, design: str, problem: str) -> None:
    for name, text in (("good", "p_retry\n0.8\n"), ("bad", "p_retry\n0.8\n7\n"), ("columns", "p_retry,fly\n0.8,1\n")):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        experiment(tmp_path, design)
    assert problem in str(error.value)
    assert len(error.value.problems) == 1


def test_a_parameter_is_given_in_one_place(tmp_path: Path) -> None:
    path = write_experiment(tmp_path, EXPERIMENT + "parameters: {p_retry: 0.8}\n")
    with pytest.raises(InputError, match="p_retry: is varied by the design, too"):
        load(path)
