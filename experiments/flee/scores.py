"""How far a simulation is from the reports, by Flee's measure, beside forecasts that take no model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from corridor.experiments.flee.movement import Outcome
from corridor.experiments.flee.scenario import Scenario
from corridor.model.engine.kernels import Floats

SHARES_DAY = 30


def relative_difference(simulated: Floats, reported: Floats) -> Floats:
    """E(t) = sum over camps of |n_sim - n_data| / N_data on each day (Suleimenova, Bell & Groen 2017).

    Both have the shape (days, camps); N_data is the reported sum over the camps. NaN on days without anybody.
    """
    people = reported.sum(axis=1)
    missed = np.abs(simulated - reported).sum(axis=1)
    return np.divide(missed, people, out=np.full(len(people), np.nan), where=people > 0.0)


def rescaled(simulated: Floats, reported: Floats) -> Floats:
    """Simulated numbers with the reported sum of every day: the difference of shares alone is left."""
    own = simulated.sum(axis=1)
    scale = np.divide(reported.sum(axis=1), own, out=np.zeros(len(own)), where=own > 0.0)
    return simulated * scale[:, None]


def reported_of(scenario: Scenario) -> Floats:
    """Reported people by day and camp."""
    return np.column_stack([each.by_day(scenario.days) for each in scenario.targets.values()])


def simulated_of(scenario: Scenario, outcome: Outcome) -> Floats:
    """Simulated people by day and camp that has reports."""
    return outcome.people[:, [scenario.places.numbers[name] for name in scenario.targets]]


def first_day(reported: Floats) -> int:
    """The first day on which a camp has people; behind the last where there is none."""
    return int(np.append(reported.any(axis=1), True).argmax())


def day_shares(reported: Floats) -> Floats:
    """Each camp keeps its share of the 30th day after the first; the reported sum over the camps is known. NaN up to
    that day."""
    forecast, day = np.full(reported.shape, np.nan), first_day(reported) + SHARES_DAY
    if day < len(reported) and (people := reported[day].sum()) > 0.0:
        forecast[day + 1 :] = reported[day + 1 :].sum(axis=1)[:, None] * (reported[day] / people)
    return forecast


def last_observed(scenario: Scenario) -> Floats:
    """Each camp as it was last reported before the day; 0 where it was not, NaN while no camp was."""
    known = np.column_stack([each.before(scenario.days) for each in scenario.targets.values()])
    return np.where(np.isnan(known).all(axis=1, keepdims=True), np.nan, np.nan_to_num(known))


def scores(scenario: Scenario, outcome: Outcome) -> pd.DataFrame:
    """The averaged relative difference (ARD) of the simulation and of simple forecasts: over all days with reported
    people, over those after the 30th (on which all have a value), and of shares alone."""
    reported, simulated = reported_of(scenario), simulated_of(scenario, outcome)
    forecasts = {
        "simulation": simulated,
        f"shares of day {SHARES_DAY}": day_shares(reported),
        "last observed": last_observed(scenario),
    }
    later = first_day(reported) + SHARES_DAY + 1
    known = np.flatnonzero(reported.any(axis=1))  # days with reported people
    rows = []
    for name, values in forecasts.items():
        difference = relative_difference(values, reported)
        shares = relative_difference(rescaled(values, reported), reported)
        rows.append(
            (name, averaged(difference[known]), averaged(difference[known[known >= later]]), averaged(shares[known]))
        )
    return pd.DataFrame(rows, columns=["forecast", "ard", f"ard_after_day_{SHARES_DAY}", "ard_of_shares"])


def averaged(difference: Floats) -> float:
    """The mean over days; NaN where one of them has no value, or there is none."""
    return float(difference.mean()) if len(difference) else float("nan")
