"""Recovery tests of the fit: known parameters are recovered, and their ranks among the draws are uniform.

Tables and figures go to results/runs/verification/. The table of the real simulator is kept there, too, so that only
the first check runs it; calibrations that are stored beside it, or shipped, are held to the same bounds.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from corridor.calibration.fit.abc import Method, Particles, sequential
from corridor.calibration.fit.recovery import ALL, Recovery, rank_of, width_of
from corridor.calibration.fit.simulated import far
from corridor.experiments.cli.app import main
from corridor.experiments.config.designs.points import unit_cube
from corridor.experiments.config.shipped import LAST_POSTERIOR, POSTERIORS
from corridor.results.plots.calibration import draw_ranks
from tests.support import toy
from tests.support.figures import write_figures
from tests.verification.bounds import LEVEL, PLOTS

pytestmark = pytest.mark.verification
LEAST_TESTS, LOWEST, HIGHEST = 30, 0.85, 0.95
TOY_ERROR = 0.25  # deviation of each statistic of the toy
COARSE = """\
title: A coarse table for recovery tests
start: 2021-01-01
end: 2022-12-31
past: none
scale: 200
seeds: 1
worlds: {as_it_happened: {title: As it happened, policies: [joint_statement]}}
baseline: as_it_happened
"""
FITTED = "share_uk_scale,news_pull,imitation_rate,boat_preference,p_retry"


def uncalibrated(table: pd.DataFrame) -> list[str]:
    """What is wrong: too few recovery tests, coverage of 90 % intervals far from 0.9 for all parameters or for one
    (beyond chance), or ranks that are not uniform."""
    row = table.set_index("parameter").loc[ALL]
    each = table[table.parameter != ALL]
    low, high = band(int(row.recovery_tests), len(each))
    wrong = {
        f"{row.recovery_tests} recovery tests": row.recovery_tests < LEAST_TESTS,
        f"{row.cover90} of all": not LOWEST <= row.cover90 <= HIGHEST,
        f"ranks: p = {row.rank_p}": row.rank_p <= LEVEL,
    }
    wrong |= {f"{x.cover90} of {x.parameter}": not low <= x.cover90 <= high for x in each.itertuples()}
    return [what for what, is_wrong in wrong.items() if is_wrong]


def band(tests: int, parameters: int) -> tuple[float, float]:
    """The coverage that a calibrated 90 % interval may have: in 99 % of cases all parameters are within."""
    low, high = stats.binom.interval(0.99 ** (1.0 / parameters), tests, 0.9)
    return low / tests, high / tests


def test_one_parameter_whose_intervals_are_too_narrow_is_found_out():
    names = [*(f"p{k}" for k in range(16)), "narrow", ALL]
    table = pd.DataFrame({"parameter": names, "recovery_tests": 60, "cover90": 0.92, "rank_p": 0.5})
    assert uncalibrated(table) == []
    table.loc[table.parameter == "narrow", "cover90"] = 0.60
    assert uncalibrated(table) == ["0.6 of narrow"]
    low, high = band(60, 17)
    inside = stats.binom.cdf(round(60 * high), 60, 0.9) - stats.binom.cdf(round(60 * low) - 1, 60, 0.9)
    assert inside**17 >= 0.99 and low > 0.7


def test_the_toy_s_parameters_are_recovered():
    """Sixty runs with known parameters, each fitted anew by a table of 1,024 runs and four rounds of 256; twelve
    parameters."""
    cube = np.clip(unit_cube("sobol", toy.PARAMETERS, 1024, 1), 1e-9, 1 - 1e-9)
    scores, table = stats.norm.ppf(cube), toy.statistics(toy.simulate(cube, 5))
    deviation, random = np.full(table.shape[1], TOY_ERROR), np.random.default_rng(11)
    ranks, widths = [], []
    for test in range(60):
        truth = random.standard_normal(toy.PARAMETERS)
        seen = simulated(truth[None, :], 10_000 + test)[0] + deviation * random.standard_normal(len(deviation))

        def run(number: int, moves: np.ndarray, seen=seen) -> tuple[np.ndarray, np.ndarray]:
            return 10_000 * number + np.arange(len(moves)), far(simulated(moves, 100 + number), seen, deviation)

        first = Particles(scores, np.arange(len(scores)), far(table, seen, deviation)).nearest(Method().particles)
        found, _ = sequential(first, run, Method(seed=test))
        ranks.append(rank_of(truth, found.scores, random))
        widths.append(width_of(found.scores))
    recovery = Recovery(tuple(f"p{k}" for k in range(toy.PARAMETERS)), np.array(ranks), np.array(widths))
    keep(recovery, "toy")
    rows = recovery.table().set_index("parameter")
    assert LOWEST <= rows.cover90[ALL] <= HIGHEST
    low, _ = band(60, toy.PARAMETERS)
    assert rows.cover90.min() >= low
    assert rows.width90[ALL] < 0.8


def simulated(scores: np.ndarray, seed: int) -> np.ndarray:
    """Statistics of the toy at normal scores."""
    return toy.statistics(toy.simulate(np.clip(stats.norm.cdf(scores), 1e-9, 1 - 1e-9), seed))


def keep(recovery: Recovery, name: str) -> None:
    """Write the table and the rank histograms."""
    PLOTS.mkdir(parents=True, exist_ok=True)
    recovery.table().to_csv(PLOTS / f"coverage_{name}.csv", index=False, lineterminator="\n")
    write_figures({f"ranks_{name}": lambda: draw_ranks(recovery.ranks, recovery.names)}, PLOTS)


def test_the_simulator_s_parameters_are_recovered_from_a_coarse_table():
    folder = PLOTS / "calibration"
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "coarse.yaml"
    config.write_text(COARSE, encoding="utf-8")
    options = {
        "until": "2022-12",
        "points": 256,
        "particles": 64,
        "rounds": 2,
        "parameter": FITTED,
        "recovery-tests": 100,
        "scale": 200,
        "out": folder,
    }
    with pytest.raises(SystemExit) as end:
        main(["calibrate", str(config), *(str(each) for key, value in options.items() for each in (f"--{key}", value))])
    assert not end.value.code
    assert uncalibrated(pd.read_csv(folder / "coverage.csv")) == [], "coarse table"


def test_calibrations_that_are_stored_or_shipped_are_calibrated():
    found = [
        *PLOTS.parent.glob("*/posterior.json"),
        *PLOTS.parent.glob("*/*/posterior.json"),
        *POSTERIORS.rglob("posterior.json"),
    ]
    if not found and not (POSTERIORS / "until_2025_12").exists():
        pytest.skip("no posterior is shipped, and none is stored: nothing to hold to the bounds")
    assert not (POSTERIORS / "until_2025_12").exists() or LAST_POSTERIOR.with_name("posterior.json") in found
    for manifest in found:
        coverage = Path(manifest).with_name("coverage.csv")
        history = Path(manifest).with_name("posterior_conditions.csv").exists()  # not tested on planted truth yet
        shipped = POSTERIORS in manifest.parents and not history
        assert coverage.exists() or not shipped, f"{manifest}: shipped without coverage.csv"
        if coverage.exists():
            assert uncalibrated(pd.read_csv(coverage)) == [], coverage
