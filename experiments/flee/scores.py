"""How far a simulation is from the reports, by Flee's measure, beside forecasts that take no model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from corridor.experiments.flee.movement import Outcome
from corridor.experiments.flee.scenario import Scenario
from corridor.model.engine.kernels import Bools, Floats

SHARES_DAY = 30


def relative_difference(simulated: Floats, reported: Floats) -> Floats:
    """E(t) = sum over camps of |n_sim - n_data| / N_data on each day (Suleimenova et al. 2017, eq. 1).

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


def day_shares(reported: Floats) -> Floats:
    """Each camp keeps its share of day 30; the reported sum over the camps is known. NaN up to that day."""
    forecast = np.full(reported.shape, np.nan)
    if len(reported) > SHARES_DAY + 1 and (people := reported[SHARES_DAY].sum()) > 0.0:
        shares = reported[SHARES_DAY] / people
        forecast[SHARES_DAY + 1 :] = reported[SHARES_DAY + 1 :].sum(axis=1)[:, None] * shares
    return forecast


def last_observed(scenario: Scenario) -> Floats:
    """Each camp as it was last reported before the day; NaN where it was not."""
    return np.column_stack([each.before(scenario.days) for each in scenario.targets.values()])


def scores(scenario: Scenario, outcome: Outcome) -> pd.DataFrame:
    """The averaged relative difference (ARD) of the simulation and of simple forecasts: over all days, over the days
    after day 30 (on which all have a value), and of shares alone."""
    reported, simulated = reported_of(scenario), simulated_of(scenario, outcome)
    forecasts = {
        "simulation": simulated,
        f"shares of day {SHARES_DAY}": day_shares(reported),
        "last observed": last_observed(scenario),
    }
    later = np.arange(scenario.days) > SHARES_DAY
    every = np.ones(scenario.days, dtype=bool)
    rows = [
        {
            "forecast": name,
            "ard": averaged(relative_difference(values, reported), every),
            "ard_after_day_30": averaged(relative_difference(values, reported), later),
            "ard_of_shares": averaged(relative_difference(rescaled(values, reported), reported), every),
        }
        for name, values in forecasts.items()
    ]
    return pd.DataFrame(rows)


def averaged(difference: Floats, days: Bools) -> float:
    """The mean over days; NaN where one of them has no value, or none has people."""
    known = difference[days]
    return float(np.nan if not len(known) else known.mean())
