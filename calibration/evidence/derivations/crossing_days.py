"""The days on which boats leave, by the sea: D36."""

from __future__ import annotations

import numpy as np

from corridor.calibration.evidence import sea
from corridor.calibration.evidence.derivations.cut import Cut, LaterValue, default, known
from corridor.calibration.evidence.entries import Floats, observed
from corridor.model.inputs.sea import GREEN


def colours_by_month(cut: Cut) -> Floats:
    """Chances of the colours by month, as known at the cut."""
    return sea.climate(cut.until)[["p_red", "p_amber", "p_green"]].to_numpy()


def by_colour(cut: Cut, colour: str) -> float:
    """Arrivals on a day of a colour over those on a red day (Home Office note of June 2025)."""
    note = observed("red_days").set_index("measure")
    if cut.until < note.period_end["red_day_share_of_arrivals"][:7]:
        raise LaterValue(note.period_end["red_day_share_of_arrivals"])
    days = {"red": note.value["red_day_share_of_days"], "green": colours_by_month(cut)[:, GREEN].mean()}
    days["amber"] = 1.0 - days["red"] - days["green"]
    a_day = {name: note.value[f"{name}_day_share_of_arrivals"] / share for name, share in days.items()}
    return float(a_day[colour] / a_day["red"])


def viability_amber(cut: Cut) -> float:
    """D36: arrivals on an amber day over those on a red day."""
    return by_colour(cut, "amber")


def viability_green(cut: Cut) -> float:
    """D36: arrivals on a green day over those on a red day."""
    return by_colour(cut, "green")


def usable_days(cut: Cut) -> float:
    """Launches a year that a network of size one could staff: days by launch propensity, with surges.

    The sea is the Markov chain of the model with the mean shares of a year; its state is today's colour and the
    days, up to `surge_days`, since the last red one. Launches surge after bad days.
    """
    shares, stays = colours_by_month(cut).mean(axis=0), default("weather_persistence")
    longest = round(default("surge_days"))
    turns = stays * np.eye(3) + (1.0 - stays) * shares
    chance = np.outer(shares, np.ones(longest + 1)) / (longest + 1)
    for _ in range(200):
        since = np.zeros_like(chance)  # the colour of yesterday, and the bad days that it leaves
        since[0, 0] = chance[0].sum()
        since[1:, 1:] = chance[1:, :-1]
        since[1:, -1] += chance[1:, -1]
        chance = turns.T @ since
    propensity = np.array([1.0, known(viability_amber, cut), known(viability_green, cut)])
    surge = 1.0 + default("surge_gain") * np.arange(longest + 1)
    return float(365.0 * propensity @ chance @ surge)
