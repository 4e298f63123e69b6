"""Deaths in the Channel: D38 and D39."""

from __future__ import annotations

import numpy as np

from corridor.calibration.evidence.derivations.boats import people_per_boat
from corridor.calibration.evidence.derivations.cut import Cut, LaterValue
from corridor.model.stages.crossing import CROWDING_REFERENCE

BOATS_LOST = {2021: (1, 27)}  # year -> boats lost with most of their people, and the dead: 24 November 2021
STEPS = 50  # of Newton's method, which needs about ten


def death_crowding_slope(cut: Cut) -> float:
    """D38: growth of the log of deaths per person at sea with people per boat, least deviance over years.

    Deaths of the boats that were lost with most of their people are left out, as they are a process of their own. Over
    2018 to 2025 it is 0.001 with a standard error of 0.03, as years differ far beyond chance (18 times the variance of
    Poisson numbers); the declared range ends at the upper 95 % limit.
    """
    sea, dead = cut.annual("people_at_sea"), cut.annual("deaths_channel")
    aboard = np.array([people_per_boat(cut)[year] - CROWDING_REFERENCE for year in cut.years])
    people = np.array([sea[year] for year in cut.years])
    deaths = np.array([dead[year] - BOATS_LOST.get(year, (0, 0))[1] for year in cut.years])
    by = np.column_stack([np.ones_like(aboard), aboard])
    found = np.array([np.log(deaths.sum() / people.sum()), 0.0])
    for _ in range(STEPS):
        expected = people * np.exp(by @ found)
        found = found + np.linalg.solve(by.T @ (expected[:, None] * by), by.T @ (deaths - expected))
    return float(found[1])


def mass_event_chance(cut: Cut) -> float:
    """D39: boats that were lost with most of their people, over all boats that arrived or were lost."""
    lost = sum(boats for year, (boats, _) in BOATS_LOST.items() if year in cut.years)
    if not lost:
        raise LaterValue(min(BOATS_LOST))
    return lost / (lost + sum(cut.annual("arrivals_boats").values()))
