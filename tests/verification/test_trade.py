"""A small operator's launches: the days until it can launch, and the days until it has a boat again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.verification import bounds
from tests.verification.worlds import BOATS_ONLY, BOUND, small_world
from tests.worlds import run

pytestmark = pytest.mark.verification
DAYS, SEIZED = 1500, 0.3


def launches_of_one(folder: Path, staff: float, line: float) -> tuple[float, float, float]:
    """Launches of one network that always has clients, and their mean and standard error by the closed form."""
    model = small_world(
        folder, DAYS, {("beach", BOUND): 90.0}, months=99, network_size_start=staff, boat_supply_start=line,
        boat_supply_per_day=line, depot_days=1e-3, p_boat_seized_upstream=SEIZED, **BOATS_ONLY,
    )
    run(model)
    boat, launch = line * (1.0 - SEIZED), float(model.networks.size[0])
    between = 1.0 / boat + 1.0 / launch - 1.0
    spread = (1.0 - boat) / boat**2 + (1.0 - launch) / launch**2
    made = float(model.records.daily["attempts_boats"].sum())
    return made, DAYS / between, float(np.sqrt(DAYS * spread / between**3))


def test_launches_of_a_small_operator_are_a_renewal_process(tmp_path):
    """A network that keeps one boat launches, waits for the next boat, and launches again.

    A boat is brought on a day with chance b (what the line carries and police do not take), and launched from that day
    on with chance q a day (its staff): the days between launches are the sum of two geometric times less the day that
    both share, with mean 1/b + 1/q - 1 and variance (1-b)/b^2 + (1-q)/q^2. In D days there are D / mean launches, with
    variance D var / mean^3 (Cox 1962). The size of a small operator is derived from this (`calibration.derivations`).
    """
    cases = [(0.1, 0.9), (0.3, 0.2), (0.5, 0.5), (0.2, 0.1), (0.05, 0.21), (0.4, 0.9)]
    made, expected, error = np.array([launches_of_one(tmp_path, *case) for case in cases]).T

    figure, axes = bounds.sheet("Launches of a network that keeps one boat")
    bounds.draw_points(axes[0], expected, made, expected, error, "model")
    axes[0].set(xlabel="launches by the closed form", ylabel=f"launches in {DAYS} days")
    bounds.save(figure, "small_operator")
    bounds.assert_within(made, expected, error)
