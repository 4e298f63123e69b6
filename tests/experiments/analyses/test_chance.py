"""Indices of noisy runs: against SALib with one seed, and against functions whose effects and chance are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.test_functions import Ishigami

from corridor.experiments.analyses.sensitivity.chance import absolute, product
from corridor.experiments.analyses.sensitivity.indices import indices, noise
from corridor.experiments.analyses.sensitivity.methods import Study
from tests.support.sensitive import Floats, rows_of

ABC = ("a", "b", "c")
INERT, ACTIVE = 8, 2
FACTORS = tuple(f"x{k}" for k in range(INERT + ACTIVE))
SLOPES = np.array([3.0, -2.0, *[0.0] * INERT])


def ishigami(unit: Floats) -> Floats:
    return np.asarray(Ishigami.evaluate((2.0 * unit - 1.0) * np.pi))


def noisy(study: Study, seeds: int, chance: float, seed: int) -> Floats:
    """A linear function of two of ten factors, with chance at every point; what a seed adds along a trajectory or, in
    other samples, everywhere is ten times larger."""
    generator = np.random.default_rng(seed)
    blocks = study.samples if study.method == "morris" else 1
    alike = np.repeat(generator.normal(0.0, 10.0 * chance, (blocks, seeds)), study.points // blocks, axis=0)
    apart = generator.normal(0.0, chance, (study.points, seeds))
    return (study.unit() @ SLOPES)[:, None] + alike + apart


def held(rows: pd.DataFrame, known: Floats) -> Floats:
    """Which known values lie within their intervals."""
    return ((rows.low <= known) & (known <= rows.high)).to_numpy()


def test_with_one_seed_the_indices_of_morris_are_those_of_salib():
    study = Study("morris", ABC, 12)
    values = ishigami(study.unit())
    known = salib_morris.analyze(study.problem(), study.unit(), values)
    found = indices(study, values)
    for key in ("mu_star", "mu", "sigma"):
        assert rows_of(found, key).value.to_numpy() == pytest.approx(np.asarray(known[key]))
    grouped = Study("morris", ABC, 12, groups=("g", "h", "g"))
    values = ishigami(grouped.unit())
    known = salib_morris.analyze(grouped.problem(), grouped.unit(), values)
    assert rows_of(indices(grouped, values), "mu_star").value.to_numpy() == pytest.approx(np.asarray(known["mu_star"]))


def test_with_one_seed_the_indices_of_sobol_are_those_of_salib():
    study = Study("sobol", ABC, 64)
    values = ishigami(study.unit())
    known = salib_sobol.analyze(study.problem(), values, seed=1)
    found = indices(study, values)
    for key in ("S1", "ST"):
        rows = rows_of(found, key)
        assert rows.value.to_numpy() == pytest.approx(known[key], rel=0.02)
        assert (rows.high - rows.value).to_numpy() == pytest.approx(known[f"{key}_conf"], rel=0.4)
    pairs = [known["S2"][j, k] for j, k in ((0, 1), (0, 2), (1, 2))]
    assert rows_of(found, "S2").value.to_numpy() == pytest.approx(pairs, abs=0.02)


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_products_of_seeds_have_no_chance_and_sizes_none_where_nothing_changes(seeds):
    values = np.random.default_rng(1).normal(size=(200_000, seeds))
    assert product(values + 3.0, values - 2.0).mean() == pytest.approx(-6.0, abs=0.03)
    assert absolute(values).mean() == pytest.approx(0.0, abs=0.01)
    assert absolute(values - 9.0).mean() == pytest.approx(9.0, abs=0.01)
    middle = 9.0 - absolute(values + 0.75 / np.sqrt(seeds - 1)).mean()
    assert middle > 8.0  # the stated bound: too low by 0.34 / sqrt(n - 1) at most
    assert 0.75 / np.sqrt(seeds - 1) - (9.0 - middle) == pytest.approx(0.34 / np.sqrt(seeds - 1), abs=0.01)


def test_a_parameter_without_effect_has_a_mu_star_near_zero():
    """The toy of the audit: chance of 5 % made mu* 0.84 of what does nothing, where 3.0 does most."""
    found = [indices(s := Study("morris", FACTORS, 10, seed=k), noisy(s, 2, 0.5, k)) for k in range(1, 61)]
    plain = [indices(s := Study("morris", FACTORS, 10, seed=k), noisy(s, 2, 0.5, k).mean(axis=1)) for k in range(1, 4)]
    rows = [rows_of(each, "mu_star") for each in found]
    inert = np.mean([each.value[2:] for each in rows])
    assert abs(inert) < 0.03 < 0.5 < np.mean([rows_of(each, "mu_star").value[2:] for each in plain])
    assert np.mean([each.value[:ACTIVE] for each in rows], axis=0) == pytest.approx(
        [3.0, 2.0], abs=0.36 * 1.06
    )  # too low by 0.34 standard deviations at most
    coverage = np.mean([held(each, np.abs(SLOPES)) for each in rows])
    assert coverage == pytest.approx(0.9, abs=0.04)
    above = np.mean([(each.value > each.floor)[2:] for each in rows])
    assert above == pytest.approx(0.05, abs=0.03)
    sigma = np.mean([rows_of(each, "sigma").value for each in found])
    assert sigma < 0.35 < np.mean([rows_of(each, "sigma").value for each in plain])  # all effects are constant


@pytest.mark.parametrize("seeds", [2, 4])
def test_a_parameter_without_effect_has_a_total_index_near_zero(seeds):
    study = Study("sobol", FACTORS, 64, second_order=False)
    known = SLOPES**2 / (SLOPES**2).sum()
    found = [indices(study, noisy(study, seeds, 1.0, k)) for k in range(60)]
    for key in ("S1", "ST"):
        rows = [rows_of(each, key) for each in found]
        assert np.mean([each.value for each in rows], axis=0) == pytest.approx(known, abs=0.08)
        assert np.mean([held(each, known) for each in rows]) > 0.86
    plain = rows_of(indices(study, noisy(study, seeds, 1.0, 1).mean(axis=1)), "ST")
    assert (plain.value[ACTIVE:] > 0.1).all() and (plain.low[ACTIVE:] > 0.0).all()
    above = np.mean([(rows_of(each, "ST").value > rows_of(each, "ST").floor)[ACTIVE:] for each in found])
    assert above == pytest.approx(0.05, abs=0.04)


def test_the_share_of_chance_is_that_of_what_the_index_is_made_from():
    """With means of two seeds, squared effects are d^2 + s^2 (9/4 for each of the two differences of a step of 2/3)."""
    study = Study("morris", FACTORS, 200)
    found = noise(study, noisy(study, 2, 0.5, 1))
    chance, true = 2 * 0.25 * 2.25 / 2, (SLOPES**2).mean()
    assert found["share_in_index"] == pytest.approx(chance / (chance + true), abs=0.04)
    assert found["seeds_needed"] == pytest.approx(9 * 2 * chance / true, rel=0.3)
    few = Study("morris", FACTORS, 10)
    more = Study("morris", FACTORS, int(noise(few, noisy(few, 2, 0.5, 1))["samples_needed"]))
    assert noise(more, noisy(more, 2, 0.5, 2))["floor"] == pytest.approx(0.3, rel=0.3)  # a tenth of the largest
    sobol = Study("sobol", FACTORS, 2048, second_order=False)
    variance = (SLOPES**2).sum() / 12
    found = noise(sobol, noisy(sobol, 2, 1.0, 1))
    assert np.log2(found["samples_needed"]) % 1.0 == 0.0  # as Sobol's samples are
    assert found["share_in_index"] == pytest.approx(1.0 / (1.0 + 2 * variance / len(FACTORS)), abs=0.03)


def test_noise_of_what_hardly_ever_happened_is_not_known():
    study = Study("sobol", FACTORS, 64, second_order=False)
    values = np.zeros((study.points, 2))
    values[3, 0] = 50.0  # one death, of fifty people an agent, in one run
    found = noise(study, values)
    assert np.isnan(found["floor"]) and found["seeds_needed"] == found["samples_needed"] == np.inf
    assert found["share_in_index"] == 1.0
