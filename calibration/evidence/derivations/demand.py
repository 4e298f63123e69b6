"""How many of those who enter set out for the Channel: D26, by news of arrivals, and D37, in spite of cold water."""

from __future__ import annotations

import numpy as np

from corridor.calibration.evidence import sea
from corridor.calibration.evidence.derivations.cut import Cut, default, default_at
from corridor.calibration.evidence.entries import bound_for_uk, derive, detections, rule


def heard_share(cut: Cut, years: tuple[int, ...]) -> float:
    """Recorded arrivals by boat and lorry over entries bound for the United Kingdom that would arrive (reach)."""
    entries = bound_for_uk(derive(cut.until), cut.until)
    bound = entries.groupby(entries.month.str[:4].astype(int)).people.sum() * rule("reach")
    boats, lorries = cut.annual("arrivals_people"), cut.annual("arrivals_lorry")
    return sum(boats[y] + lorries[y] for y in years) / sum(bound[y] for y in years)


def news_pull(cut: Cut) -> float:
    """D26: log of how much more the entries of 2018-2019 held, with the shares of 2021-2025, than arrived.

    Assumes that the difference never set out for the Channel; arrivals by lorry that nobody recorded make it
    smaller.
    """
    return -float(np.log(heard_share(cut, (2018, 2019))))


def news_arrivals(cut: Cut) -> float:
    """D26: the arrivals R at which exp(-pull exp(-A / R)) is the share of 2020, A being half its arrivals.

    Half, because the news is a running mean that lags a trade that grows.
    """
    unheard = -np.log(heard_share(cut, (2020,))) / news_pull(cut)
    return float(-0.5 * cut.annual("arrivals_people")[2020] / np.log(unheard))


def share_uk_scale(cut: Cut) -> float:
    """D37: people bound for the United Kingdom over those who ever set out for the coast.

    `groups.csv` has the shares that set out. Of those who wait inland, a part stays for good: in a month stuck over
    stuck and readiness, both a day, at the temperature of its water and without a queue; weighted by the detections of
    the months, which stand for those who come.
    """
    ready, per_degree, stuck = (
        default_at(name, cut) for name in ("set_out_rate", "set_out_per_degree", "stuck_hazard")
    )
    leaves = ready * np.exp(per_degree * (sea.climate().celsius.to_numpy() - default("mild_water")))
    people = detections().groupby(detections().month.str[5:]).detections.sum().to_numpy()
    return 1.0 / (1.0 - float(np.average(stuck / (stuck + leaves), weights=people)))
