"""Waves of runs: a region of the priors holds what is planted, is narrow where something is learnt, and only there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration import waves
from calibration.fit import Method, posteriors
from experiments.designs import unit_cube
from tests import toy

CUBE = np.clip(unit_cube("sobol", toy.PARAMETERS, 2**13, 1), 1e-9, 1 - 1e-9)
SCORES = stats.norm.ppf(CUBE)
PLANTS = np.random.default_rng(3).uniform(0.05, 0.95, (20, toy.PARAMETERS))
SEEN = toy.statistics(toy.simulate(PLANTS, 77))


@pytest.fixture(scope="module")
def regions():
    """The region of each plant, with the plant itself as the last candidate."""
    table = toy.statistics(toy.simulate(CUBE[:256], 5))
    candidates = [np.vstack([SCORES, stats.norm.ppf(plant)]) for plant in PLANTS]
    pairs = zip(candidates, SEEN, strict=True)
    return [waves.region(each, SCORES[:256], table, seen, Method()) for each, seen in pairs]


def test_a_region_holds_the_truth_and_leaves_most_of_the_priors_out(regions):
    held = sum(bool(region[-1]) for region in regions)
    assert stats.binom.cdf(held, len(regions), waves.HELD) > 1e-3
    assert max(region[:-1].mean() for region in regions) < 0.25


def test_a_region_is_where_the_truth_is_in_what_can_be_learnt(regions):
    """The ceiling of the trade (parameter 2) is; a parameter that hardly matters (11) is not."""
    middles = np.array([np.median(CUBE[region[:-1]], axis=0) for region in regions])
    learnt, left = (np.corrcoef(middles[:, k], PLANTS[:, k])[0, 1] for k in (2, 11))
    assert learnt > 0.8 and abs(left) < 0.6 and middles[:, 11].std() < 0.5 * middles[:, 2].std()


def test_where_statistics_tell_nothing_the_priors_stay_whole():
    random = np.random.default_rng(4)
    region = waves.region(SCORES, SCORES[:256], random.standard_normal((256, 30)), np.zeros(30), Method())
    assert region.mean() > 0.9


def test_a_second_wave_tells_more_of_a_parameter_that_is_learnt(regions):
    """With as many runs in all: the interval of the trade's ceiling is narrower on average."""
    widths = []
    for region, seen in zip(regions[:8], SEEN, strict=False):
        rows = np.concatenate([np.flatnonzero(region[:256]), waves.next_rows(region[:-1], [np.arange(256)], 256)])
        tables = {len(run): (run, toy.statistics(toy.simulate(CUBE[run], 5))) for run in (rows, np.arange(512))}
        found = [posteriors(SCORES[run], made, seen[None, :], Method(accepted=0.3)) for run, made in tables.values()]
        ends = [stats.norm.cdf(np.quantile(draws.scores[:, 2], [0.05, 0.95])) for draws, in found]
        widths.append(np.ptp(ends, axis=1))
    in_waves, at_once = np.mean(widths, axis=0)
    assert in_waves < at_once


def test_the_next_wave_takes_plausible_points_that_have_not_run():
    plausible = np.array([True, True, False, True, True])
    assert waves.next_rows(plausible, [], 3).tolist() == [0, 1, 3]
    assert waves.next_rows(plausible, [np.array([0, 1])], 3).tolist() == [3, 4]
