"""Launches, and the people in a boat: D1, D2, D28 and D29."""

from __future__ import annotations

import numpy as np
from scipy.optimize import curve_fit

from corridor.calibration.evidence.derivations.cut import GROWN, ByYear, Cut, known
from corridor.calibration.evidence.entries import Floats
from corridor.model.parameters import PARAMETERS

LARGEST_LOAD_2022 = 65.0  # written answers: the most people on the hulls of 2022-23, pax_max
HULL = tuple(PARAMETERS[f"hull_{name}"] for name in ("seats_start", "seats_max", "learning_launches"))


def people_per_boat(cut: Cut) -> ByYear:
    """Arrived people over arrived boats (D1)."""
    people, boats = cut.annual("arrivals_people"), cut.annual("arrivals_boats")
    return ByYear({year: people[year] / boats[year] for year in cut.years})


def people_found(cut: Cut) -> float:
    """D2: prevented people over stopped launches in 2022."""
    return cut.annual("prevented_people")[GROWN] / cut.annual("prevented_boats")[GROWN]


def found(cut: Cut, year: int) -> float:
    """People found at a stopped launch: all of a small group, as many as in 2022 of a larger one."""
    return min(people_per_boat(cut)[year], known(people_found, cut))


def launches(cut: Cut) -> ByYear:
    """Launches a year: boats that arrived, and prevented people over those found at a stopped launch (D2)."""
    arrived, prevented = cut.annual("arrivals_boats"), cut.annual("prevented_people")
    return ByYear({year: arrived[year] + prevented[year] / found(cut, year) for year in cut.years})


def hull_curve(cut: Cut) -> tuple[float, float, float]:
    """D28: least-squares experience curve of people per boat on launches ever made by the middle of the year.

    people = start + (most - start) (1 - exp(-launches / learning)), for the years that are over, within the
    declared ranges; returns start, most, learning. Boats are taken to be full when they leave.
    """
    made = np.array(list(launches(cut).values()))
    aboard = np.array(list(people_per_boat(cut).values()))

    def people(ever: Floats, start: float, most: float, learning: float) -> Floats:
        return start - (most - start) * np.expm1(-ever / learning)

    (start, most, learning), _ = curve_fit(
        people,
        np.cumsum(made) - 0.5 * made,
        aboard,
        p0=(8.0, 70.0, 6000.0),
        bounds=np.transpose([(p.low, p.high) for p in HULL]),
    )
    return float(start), float(most), float(learning)


def hull_seats_start(cut: Cut) -> float:
    """D28: people in a boat before any experience."""
    return hull_curve(cut)[0]


def hull_seats_max(cut: Cut) -> float:
    """D28: people in a boat after experience without end."""
    return hull_curve(cut)[1]


def hull_learning_launches(cut: Cut) -> float:
    """D28: launches that bring two thirds of that."""
    return hull_curve(cut)[2]


def crowding_max(cut: Cut) -> float:
    """D29: the most people on the hulls of 2022 over their mean."""
    return LARGEST_LOAD_2022 / people_per_boat(cut)[GROWN]
