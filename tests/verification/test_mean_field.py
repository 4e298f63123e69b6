"""Where nothing feeds back, the expected stocks of every day follow from a recursion."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from corridor.model.tables import Status
from tests.verification import bounds
from tests.verification.worlds import BOUND, NO_BOATS, coast_shares, p_fails_at_port, small_world

pytestmark = pytest.mark.verification
STOCKS = ("on the way", "at the coast", "arrived", "gave up")


def by_age(model, days: int, way_days: float) -> np.ndarray:
    """Chance to be in each of STOCKS at the end of the day, by age in days since entry; shape (stock, age).

    The way takes max(1, round(w (1/2 + E/2))) days, E exponential of mean one. At the coast one acts every day: waits
    (or is turned away from a full shelter), leaves, or takes a lorry. Who is found and tries again rests: the rest ends
    tomorrow with chance 1 - exp(-1/r), or the day after with the same chance, and so on, for whole days of an
    exponential are memoryless. With a for those who act tomorrow and b for those who rest on,

        found' = lorry x f x retry x a,    a' = new + stay x a + (1 - x)(b + found'),    b' = x (b + found').
    """
    p = model.p
    wait, _, lorry, shelter, _, give_up = coast_shares(model)
    found = p_fails_at_port(model)
    rests_on = np.exp(-1.0 / p.retry_wait_days)
    ends_by = stats.expon.cdf(2.0 * (np.arange(days) + 0.5) / way_days - 1.0)  # way rounds to at most so many days
    ends_by[0] = 0.0
    new = np.diff(ends_by, prepend=0.0)
    acts = rests = arrived = left = 0.0
    rows = []
    for age in range(days):
        tired = acts * lorry * found * p.p_retry
        arrived += acts * lorry * (1.0 - found)
        left += acts * (give_up + lorry * found * (1.0 - p.p_retry))
        acts, rests = (
            new[age] + acts * (wait + shelter) + (1.0 - rests_on) * (rests + tired),
            rests_on * (rests + tired),
        )
        rows.append((1.0 - ends_by[age], acts + rests, arrived, left))
    return np.array(rows).T


@pytest.mark.catches("stocks that drift from the flows between them")
def test_stocks_follow_the_mean_field_recursion(tmp_path):
    """People enter, travel, wait at the coast, try lorries, rest, try again, arrive or leave, and no one meets anyone.

    Given the entries n_s of each day the people are independent, so the stock of day t has mean sum_s n_s P(t - s) and
    variance sum_s n_s P(t - s)(1 - P(t - s)), P being the chance by age of `by_age`.
    """
    days, way_days, found = 180, 6.0, []
    model = small_world(
        tmp_path, days, {("beach", BOUND): 3000.0}, way_days=way_days, months=4, p_retry=0.9, **NO_BOATS
    )
    for _ in range(days):
        model.step()
        status = model.migrants.column("status")
        found.append(
            [(status == s).sum() for s in (Status.TRAVELLING, Status.COAST, Status.ARRIVED_LORRY, Status.GAVE_UP)]
        )
    found = np.array(found).T
    entries = model.records.daily["entered_people"][0]
    chance = by_age(model, days, way_days)
    mean = np.array([np.convolve(entries, p)[:days] for p in chance])
    error = np.sqrt([np.convolve(entries, p * (1 - p))[:days] for p in np.clip(chance, 0, 1)])

    figure, axes = bounds.sheet("Mean-field recursion of the linear case", 2, 2)
    for ax, name, counts, expected, width in zip(axes, STOCKS, found, mean, error, strict=True):
        bounds.draw_band(ax, range(days), expected, width, "recursion")
        ax.plot(counts, "--", color=bounds.BLUE, label="model")
        ax.set(xlabel="day", ylabel="people", title=name)
    bounds.save(figure, "mean_field")
    assert not bounds.outside(found, mean, error)
