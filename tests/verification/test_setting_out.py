"""Setting out for the coast: who ever goes, by the temperature of the water, in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.model.tables import Status
from tests.support.worlds import run
from tests.verification import bounds
from tests.verification.worlds import BOUND, NO_BOATS, small_world

pytestmark = pytest.mark.verification
PEOPLE, DAYS = 4000, 400
REVIEW, RATE, PER_DEGREE, STUCK = 7.0, 0.04, 0.15, 0.02


@pytest.mark.catches("people who set out at another rate than the parameter says")
def test_who_ever_sets_out_by_the_water(tmp_path):
    """Somebody thinks once in r days: goes with chance g = 1 - exp(-r k exp(b (T - 13))), else stays for good with
    chance 1 - exp(-r s); of all, g / (g + (1 - g)(1 - exp(-r s))) go."""
    water = np.array([8.0, 11.0, 13.0, 17.0])
    found, number = [], []
    for celsius in water:
        model = small_world(
            tmp_path,
            DAYS,
            {("gate", BOUND): PEOPLE},
            celsius=celsius,
            set_out_rate=RATE,
            set_out_per_degree=PER_DEGREE,
            stuck_hazard=STUCK,
            coast_review_days=REVIEW,
            border_give_up=0.0,
            **NO_BOATS,
        )
        run(model)
        status = model.migrants.status[: model.migrants.n]
        inland = status == Status.SETTLED
        found.append(1.0 - inland.mean())
        number.append(len(status))
    goes = -np.expm1(-REVIEW * RATE * np.exp(PER_DEGREE * (water - 13.0)))
    expected = goes / (goes + (1.0 - goes) * -np.expm1(-REVIEW * STUCK))
    error = bounds.binomial_error(expected, np.array(number))

    figure, axes = bounds.sheet("Share of people bound for the United Kingdom who set out")
    bounds.draw_band(axes[0], water, expected, error)
    axes[0].plot(water, found, "o", color=bounds.BLUE, label="model")
    axes[0].set(xlabel="degrees Celsius of the water", ylabel="share")
    bounds.save(figure, "setting_out")
    assert not bounds.outside(found, expected, error)
