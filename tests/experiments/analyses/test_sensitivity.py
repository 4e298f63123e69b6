"""Sensitivity indices against what theory knows: SALib's test functions and a linear one, samples, noise, screening."""

from __future__ import annotations

import itertools
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from SALib.test_functions import Ishigami, Sobol_G
from scipy import stats

from corridor.experiments.analyses.sensitivity.indices import (
    components,
    converging,
    indices,
    noise,
    objection,
    survivors,
)
from corridor.experiments.analyses.sensitivity.methods import METHODS, Study
from corridor.experiments.config.designs.distributions import quantile
from corridor.experiments.config.designs.points import rounded
from corridor.model import PARAMETERS
from tests.support.sensitive import Floats, rows_of

ABC = ("a", "b", "c")
# Of Ishigami's function with A = 7, B = 0.1 (Saltelli et al. 2008, Global Sensitivity Analysis: The Primer, p. 196)
FIRST, TOTAL, PAIRS = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437], {"a*b": 0.0, "a*c": 0.2437, "b*c": 0.0}
WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0])  # of Sobol's G function


def ishigami(unit: Floats) -> Floats:
    return Ishigami.evaluate((2.0 * unit[:, :3] - 1.0) * np.pi)


def g_function(unit: Floats) -> Floats:
    return Sobol_G.evaluate(unit, WEIGHTS)


def found_by(method: str, function=ishigami, factors=ABC, samples=None) -> pd.DataFrame:
    study = Study(method, factors, samples or METHODS[method].samples)
    return indices(study, function(study.unit()))


def not_held(rows: pd.DataFrame, expected) -> list[str]:
    """Expected values that lie outside of their intervals."""
    return [
        f"{name}: {value} is not in {low} to {high}"
        for name, low, high, value in zip(rows.index, rows.low, rows.high, expected, strict=True)
        if not low <= value <= high
    ]


def test_sobol_holds_the_known_indices_of_ishigami():
    found = found_by("sobol", samples=1024)
    assert not_held(rows_of(found, "S1"), FIRST) == []
    assert not_held(rows_of(found, "ST"), TOTAL) == []
    assert not_held(rows_of(found, "S2").loc[list(PAIRS)], list(PAIRS.values())) == []
    assert (rows_of(found, "ST").high - rows_of(found, "ST").low).max() < 0.2


def test_sobol_holds_the_known_indices_of_g():
    found = found_by("sobol", g_function, (*ABC, "d"), 1024)
    assert not_held(rows_of(found, "S1"), Sobol_G.sensitivity_index(WEIGHTS)) == []
    assert not_held(rows_of(found, "ST"), Sobol_G.total_sensitivity_index(WEIGHTS)) == []


@pytest.mark.parametrize(
    ("function", "first", "total"),
    [
        (ishigami, FIRST, TOTAL),
        (g_function, Sobol_G.sensitivity_index(WEIGHTS), Sobol_G.total_sensitivity_index(WEIGHTS)),
    ],
)
def test_fast_and_its_kin_come_near_the_known_indices(function, first, total):
    factors = (*ABC, "d")[: len(first)]
    fast = found_by("fast", function, factors, 1025)
    assert rows_of(fast, "S1").value.to_numpy() == pytest.approx(first, abs=0.03)
    assert rows_of(fast, "ST").value.to_numpy() == pytest.approx(total, abs=0.06)
    assert not_held(rows_of(found_by("rbd_fast", function, factors), "S1"), first) == []
    hdmr = found_by("hdmr", function, factors, 2000)
    names = list(factors)
    assert rows_of(hdmr, "Sa").value[names].to_numpy() == pytest.approx(first, abs=0.04)
    assert rows_of(hdmr, "ST").value[names].to_numpy() == pytest.approx(total, abs=0.07)
    assert rows_of(hdmr, "Sb").value.to_numpy() == pytest.approx(0.0, abs=0.05)  # the inputs are independent


def test_hdmr_and_sobol_name_pairs_alike():
    pairs = {"a*b", "a*c", "b*c"}
    assert set(rows_of(found_by("hdmr", samples=300), "Sa").index) == {*ABC, *pairs}
    assert set(rows_of(found_by("sobol", samples=8), "S2").index) == pairs


@pytest.mark.parametrize("function", [ishigami, g_function])
def test_morris_holds_the_mean_over_all_steps_of_its_grid(function):
    """Exact: the elementary effect of every factor from every point of the grid {0, 1/3} to that two thirds up."""
    factors = ABC if function is ishigami else (*ABC, "d")
    starts = np.array(list(itertools.product(np.arange(4) / 3, repeat=len(factors))))
    found = found_by("morris", function, factors, 300)
    for k, name in enumerate(factors):
        low = starts[starts[:, k] < 0.5]
        high = low + np.eye(len(factors))[k] * 2 / 3
        effects = (function(np.minimum(high, 1.0)) - function(low)) * 3 / 2
        row = found[(found.parameter == name) & (found["index"] == "mu_star")]
        slack = 1e-9 + 0.5 * (row.high - row.low)  # twice the 90 % interval
        assert (abs(row.value - np.abs(effects).mean()) <= (row.high - row.low) / 2 + slack).all(), name
        mu = rows_of(found, "mu").value[name]
        assert mu == pytest.approx(effects.mean(), abs=4 * effects.std() / np.sqrt(300) + 1e-9)


SLOPES = np.array([1.0, 0.5])


def normal_sum(unit: Floats) -> Floats:
    return stats.norm.ppf(unit) @ SLOPES


def exact_distances() -> tuple[list[float], list[float]]:
    """Delta and the PAWN median over ten slices of two weighted normals, by quadrature over their laws."""
    u, y = (np.arange(2000) + 0.5) / 2000, np.linspace(-5.0, 5.0, 1001)[:, None]
    spread, deltas, medians = np.sqrt((SLOPES**2).sum()), [], []
    for own, other in (SLOPES, SLOPES[::-1]):
        given = stats.norm(own * stats.norm.ppf(u), other)
        gaps = np.trapezoid(np.abs(given.pdf(y) - stats.norm(0, spread).pdf(y)), y, axis=0) / 2
        deltas.append(float(gaps.mean()))
        slices = given.cdf(y).reshape(len(y), 10, 200).mean(axis=2)
        medians.append(float(np.median(np.abs(slices - stats.norm(0, spread).cdf(y)).max(axis=0))))
    return deltas, medians


@pytest.mark.slow
def test_delta_and_pawn_come_near_their_exact_values():
    deltas, medians = exact_distances()
    delta = rows_of(found_by("delta", normal_sum, ("a", "b"), 2000), "delta").value
    pawn = rows_of(found_by("pawn", normal_sum, ("a", "b"), 2000), "median").value
    assert delta.to_numpy() == pytest.approx(deltas, abs=0.08)  # SALib's classes blur what a strong factor does
    assert pawn.to_numpy() == pytest.approx(medians, abs=0.04)
    assert deltas[0] > 2 * deltas[1] and medians[0] > 2 * medians[1]


LINEAR = {  # of each distribution one: parameter -> coefficient
    "news_pull": 900.0,
    "news_memory_days": 4.0,
    "money_median": 0.4,
    "share_uk_scale": 1500.0,
}


def linear_model(study: Study) -> tuple[Floats, Floats]:
    """A model linear in the parameters themselves, and the known share of each: a^2 Var / sum, Var by quadrature."""
    unit, u = study.unit(), (np.arange(20_000) + 0.5) / 20_000
    columns = [rounded(quantile(PARAMETERS[name], unit[:, k])) for k, name in enumerate(study.factors)]
    variances = [quantile(PARAMETERS[name], u).var() for name in study.factors]
    slopes = np.array([LINEAR[name] for name in study.factors])
    parts = slopes**2 * np.array(variances)
    return slopes @ np.array(columns), parts / parts.sum()


@pytest.mark.parametrize("method", ["sobol", "fast", "rbd_fast", "hdmr"])
def test_a_linear_model_has_its_known_indices(method):
    assert len({PARAMETERS[name].distribution for name in LINEAR}) == 4
    study = Study(method, tuple(LINEAR), METHODS[method].samples)
    values, known = linear_model(study)
    found = indices(study, values)
    first = rows_of(found, "Sa" if method == "hdmr" else "S1").loc[list(LINEAR)]
    assert first.value.to_numpy() == pytest.approx(known, abs=0.04)
    if method == "sobol":
        assert not_held(first, known) == []
        assert not_held(rows_of(found, "ST"), known) == []


def test_morris_of_a_linear_model_has_no_spread():
    study = Study("morris", ("news_pull", "money_spread"), 10)
    found = indices(study, study.unit() @ np.array([3.0, -2.0]))
    assert rows_of(found, "mu").value.to_numpy() == pytest.approx([3.0, -2.0])
    assert rows_of(found, "mu_star").value.to_numpy() == pytest.approx([3.0, 2.0])
    assert rows_of(found, "sigma").value.to_numpy() == pytest.approx([0.0, 0.0], abs=1e-12)


@pytest.mark.parametrize("method", [name for name, method in METHODS.items() if method.grows])
def test_larger_samples_begin_with_the_smaller(method):
    small = Study(method, ABC, METHODS[method].least, draws=64)
    large = replace(small, samples=2 * small.samples)
    assert small.points == len(small.unit()) == len(large.unit()) // 2
    assert (large.unit()[: small.points] == small.unit()).all()
    assert (replace(small, seed=2).unit() != small.unit()).any()


@pytest.mark.parametrize("method", METHODS)
def test_indices_are_the_same_again_and_leave_no_trace(method):
    study = Study(method, ABC, 64 if method == "sobol" else max(METHODS[method].least, 64), draws=80)
    values = ishigami(study.unit() / (80 if METHODS[method].of_draws else 1))
    np.random.seed(7)
    state, filters, form = np.random.get_state()[1].copy(), list(warnings.filters), warnings.formatwarning
    first, second = indices(study, values), indices(study, values)
    pd.testing.assert_frame_equal(first, second)
    assert (np.random.get_state()[1] == state).all()
    assert (warnings.filters, warnings.formatwarning) == (filters, form)
    leading = first[first["index"] == METHODS[method].leading].dropna(subset=["value"])
    assert len(leading) == 3 and (leading.low <= leading.value).all() and (leading.value <= leading.high).all()


def test_values_without_indices_are_refused_in_words():
    study = Study("sobol", ABC, 8)
    values = ishigami(study.unit())
    values[5] = np.nan
    with pytest.raises(ValueError, match="not known at 1 of 64 points"):
        indices(study, values)
    with pytest.raises(ValueError, match="is 3 at all 64 points"):
        indices(study, np.full(64, 3.0))
    assert objection(np.array([1e9, 1e9 + 1.0])) == ""


def test_convergence_is_that_of_the_smaller_samples():
    study = Study("sobol", ABC, 64)
    values = ishigami(study.unit())
    found = converging(study, values)
    assert list(found.samples.unique()) == [16, 32, 64]
    small = replace(study, samples=16)
    pd.testing.assert_frame_equal(
        found[found.samples == 16].drop(columns=["samples", "points"]), indices(small, values[: small.points])
    )
    fast = Study("fast", ABC, 129)
    assert list(converging(fast, ishigami(fast.unit())).samples.unique()) == [129]


def test_noise_recovers_known_components():
    generator = np.random.default_rng(1)
    points, seeds = 4000, 40
    shapes = {3: (points, 1), 2: (1, seeds), 6: (points, seeds)}  # standard deviation -> to whom it is common
    values = sum(generator.normal(0, spread, shape) for spread, shape in shapes.items())
    found = noise(Study("pawn", ABC, points), values)
    assert found["parameters"] == pytest.approx(9, rel=0.1)
    assert found["seeds_apart"] == pytest.approx(36, rel=0.02)
    alike = values.mean(axis=0).var(ddof=1)  # of the forty seeds that were drawn
    assert found["seeds_alike"] == pytest.approx(alike, rel=0.01)
    assert found["share_of_seeds"] == pytest.approx((alike + 36) / (alike + 36 + 9), rel=0.02)
    assert found["share_in_index"] == pytest.approx((36 / 40) / (36 / 40 + 9), rel=0.1)
    assert found["seeds_needed"] == pytest.approx(9 * 36 / 9, rel=0.1)


def test_components_within_blocks_of_their_own_seeds():
    generator = np.random.default_rng(2)
    blocks, size, seeds = 500, 8, 4
    shapes = {3: (blocks, size, 1), 2: (blocks, 1, seeds), 6: (blocks, size, seeds)}
    values = sum(generator.normal(0, spread, shape) for spread, shape in shapes.items()).reshape(-1, seeds)
    assert components(values, size) == pytest.approx((9, 4, 36), rel=0.2)


def test_components_by_hand():
    assert components(np.array([[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]]), 3) == (16.0, 2.0, 0.0)
    lone = noise(Study("morris", ("a", "b"), 4), np.arange(12.0)[:, None])
    assert np.isnan([lone[key] for key in ("share_of_seeds", "share_in_index", "seeds_needed", "floor")]).all()


def test_screening_keeps_what_matters_for_any_indicator():
    rows = [("x", "a", 10.0), ("x", "b", 1.0), ("x", "c", 0.1), ("y", "a", 0.0), ("y", "b", 0.001), ("y", "c", 0.002)]
    found = pd.DataFrame(rows, columns=["indicator", "parameter", "value"])
    found = found.assign(index="mu_star", low=0.0, high=found.value * 1.5)
    table = survivors(found, 2)
    assert list(table.parameter[table.kept]) == ["a", "c"]
    assert not table.may_matter.any()
    assert survivors(found.assign(high=found.value * 2.0), 2).set_index("parameter").may_matter["b"]
    assert table.set_index("parameter").share.to_dict() == {"a": 1.0, "c": 1.0, "b": 0.5}


def test_groups_have_one_index_each():
    study = Study("sobol", (*ABC, "d"), 256, groups=("g", "g", "h", "h"))
    found = indices(study, study.unit() @ np.array([2.0, 1.0, 1.0, 1.0]))
    assert rows_of(found, "S1").value.to_dict() == pytest.approx({"g": 5 / 7, "h": 2 / 7}, abs=0.03)
    morris = Study("morris", (*ABC, "d"), 8, groups=("g", "g", "h", "h"))
    assert morris.points == 24 == len(morris.unit())
    assert list(rows_of(indices(morris, morris.unit().sum(axis=1)), "mu_star").index) == ["g", "h"]
