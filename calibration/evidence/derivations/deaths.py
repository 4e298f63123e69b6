"""Deaths in the Channel, and what people make of them: D38 to D41."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from scipy.stats import truncnorm

from corridor.calibration.evidence.derivations.boats import people_per_boat
from corridor.calibration.evidence.derivations.cut import Cut, LaterValue, default, default_at
from corridor.calibration.evidence.derivations.patrols import beach_stops
from corridor.calibration.evidence.entries import Floats
from corridor.results import observed as records

BOATS_LOST = {2021: (1, 27)}  # year -> boats lost with most of their people, and the dead: 24 November 2021
NEWS = date(2021, 11, 24)  # the day of that boat
WEEKS = timedelta(weeks=4)  # before and after it that are compared
STEPS = 50  # of Newton's method, which needs about ten


def years_at_sea(cut: Cut) -> tuple[Floats, Floats, Floats]:
    """People per boat beyond 41, people at sea, and deaths, by year.

    Deaths of boats that were lost with most of their people are left out, as they are a process of their own.
    """
    sea, dead = cut.annual("people_at_sea"), cut.annual("deaths_channel")
    aboard = np.array([people_per_boat(cut)[year] - default("crowding_reference") for year in cut.years])
    people = np.array([sea[year] for year in cut.years])
    return aboard, people, np.array([dead[year] - BOATS_LOST.get(year, (0, 0))[1] for year in cut.years])


def risk_by_year(cut: Cut) -> tuple[Floats, Floats]:
    """Log of the deaths per person at sea at 41 people per boat, and its growth with people per boat: estimates and
    covariance of a quasi-Poisson regression over years (McCullagh & Nelder 1989, section 6.2)."""
    aboard, people, deaths = years_at_sea(cut)
    by = np.column_stack([np.ones_like(aboard), aboard])
    found = np.array([np.log(deaths.sum() / people.sum()), 0.0])
    for _ in range(STEPS):
        expected = people * np.exp(by @ found)
        information = by.T @ (expected[:, None] * by)
        found = found + np.linalg.solve(information, by.T @ (deaths - expected))
    beyond_chance = ((deaths - expected) ** 2 / expected).sum() / (len(deaths) - len(found))
    return found, np.linalg.inv(information) * max(1.0, beyond_chance)


def death_crowding_slope(cut: Cut) -> float:
    """D38: growth of the log of deaths per person at sea with people per boat, if it is not negative.

    The median of the normal distribution of the estimate above zero: more people do not make a boat safer. Over 2018 to
    2025 the estimate is 0.001 with a standard error of 0.029 (years differ 18 times as much as Poisson numbers).
    """
    found, covariance = risk_by_year(cut)
    estimate, error = float(found[1]), float(np.sqrt(covariance[1, 1]))
    return float(truncnorm.median(-estimate / error, np.inf, loc=estimate, scale=error))


def mass_event_chance(cut: Cut) -> float:
    """D39: boats that were lost with most of their people, over all boats that arrived or were lost."""
    lost = sum(boats for year, (boats, _) in BOATS_LOST.items() if year in cut.years)
    if not lost:
        raise LaterValue(min(BOATS_LOST))
    return lost / (lost + sum(cut.annual("arrivals_boats").values()))


def death_base_per_10k(cut: Cut) -> float:
    """D40: deaths per 10,000 people at sea at 41 people per boat, given how they grow with people aboard (D38), so that
    the deaths of all years together are those of the record; less those at stopped launches, whose risk grows likewise.

    Whoever is at a stopped launch may die there, not only those whom police find (D3).
    """
    aboard, at_sea, deaths = years_at_sea(cut)
    stopped = np.array([max(0.0, beach_stops(cut, year)) for year in cut.years])
    exposed = at_sea * np.exp(death_crowding_slope(cut) * aboard)
    at_launches = default_at("panic_death_per_10k", cut) * (exposed * stopped / (1.0 - stopped)).sum()
    return float((1e4 * deaths.sum() - at_launches) / exposed.sum())


def change_after(year: int) -> float:
    """Growth of the log of people per crossing day from the four weeks before to those after 24 November of a year."""
    people, day = records.daily().people, NEWS.replace(year=year)
    before = people[str(day - WEEKS) : str(day - timedelta(days=1))]
    after = people[str(day + timedelta(days=1)) : str(day + WEEKS)]
    return float(np.log(after[after > 0].mean() / before[before > 0].mean()))


def death_weight(cut: Cut) -> float:
    """D41: utility per death in 10,000, from what followed 24 November 2021, when 27 people died.

    The change of people per crossing day beside the same weeks of other years, over how much more risk the camps
    believe in: a running mean over 100 attempts for each day of `opinion_memory_days`, which the attempts of these
    weeks wear off. The median of the normal distribution of the estimate below zero: nobody boards because others
    died. With all years the estimate is -0.008 with a standard error of 0.007.
    """
    if NEWS.year not in cut.years:
        raise LaterValue(NEWS.year)
    others = np.array([change_after(year) for year in cut.years if year != NEWS.year])
    change, error = change_after(NEWS.year) - others.mean(), others.std(ddof=1) * np.sqrt(1.0 + 1.0 / len(others))
    after = records.daily().people[str(NEWS + timedelta(days=1)) : str(NEWS + WEEKS)].sum()
    attempts = after * cut.annual("attempts_people")[NEWS.year] / cut.annual("arrivals_people")[NEWS.year]
    dead, memory = BOATS_LOST[NEWS.year][1], default("informative_attempts") * default("opinion_memory_days")
    believed = 1e4 * dead / attempts * -np.expm1(-attempts / memory)
    estimate, doubt = change / believed, error / believed
    return float(truncnorm.median(-np.inf, -estimate / doubt, loc=estimate, scale=doubt))
