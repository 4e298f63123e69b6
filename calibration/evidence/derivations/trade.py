"""The trade of the smugglers, its growth, boats and fares: D8, D20, D27, D30 to D32."""

from __future__ import annotations

from datetime import date

import numpy as np

from corridor.calibration.evidence.derivations.boats import launches, people_per_boat
from corridor.calibration.evidence.derivations.cut import Cut, default, default_at
from corridor.calibration.evidence.derivations.patrols import beach_stops
from corridor.calibration.evidence.derivations.wind import usable_nights

LARGEST_SHARE = 0.1  # of launches, D8
SMALL_OPERATOR = 12.0  # launches a year, D8
NETWORKS_2022 = 40.0  # n_cells of the evidence, C
BUSY_SHARE = 0.5  # of staff with a boat to launch on a usable night, while clients are few, C
FARE_2020 = 2750.0  # EUR: 2,500-3,000 (NCA case)
CAMP_STAY = 18.0  # days, D6
CANNOT_PAY = 0.12  # share_no_money_for_boat of the evidence
BOOKS_A_DAY = 0.4  # chance that a person who can pay books a boat on a day, C
PAUSE_AFTER_STOP = 4.0  # days: the wait before a retry, and the day of the stop


def growth_a_year(cut: Cut) -> float:
    """D27: growth of launches while capacity bound and not demand, 2018 to 2020, in logs."""
    made = launches(cut)
    return float(np.log(made[2020] / made[2018]) / 2.0)


def launches_at_start(cut: Cut) -> float:
    """D27: launches a year on 1 January 2018, if 2018 is a year of that growth."""
    growth = growth_a_year(cut)
    return launches(cut)[2018] * growth / float(np.expm1(growth))


def growth_days(cut: Cut) -> float:
    """D27: days of growth at that speed from the first launches to those of 2022."""
    return float(365.0 * np.log(launches(cut)[cut.year] / launches_at_start(cut)) / growth_a_year(cut))


def networks_start(cut: Cut) -> float:
    """D27: launches at the start over those of a small operator (D8)."""
    return launches_at_start(cut) / SMALL_OPERATOR


def network_size_start(cut: Cut) -> float:
    """D8, D27: launches of a small operator on a usable night on which it trades and has its boat.

    It keeps one boat at a time and waits for the next, which the line of 2018 brings when nobody else waits.
    """
    days_for_boat = 1.0 / boat_supply_start(cut) / (1.0 - default("p_boat_seized_upstream"))
    has_boat = 1.0 - SMALL_OPERATOR * days_for_boat / 365.0
    return SMALL_OPERATOR / usable_nights(cut) / has_boat / trading_share(1.0)


def network_size_max(cut: Cut) -> float:
    """D8: as a small operator, for the largest network known: a tenth of the launches of 2022, with its stock."""
    made = LARGEST_SHARE * launches(cut)[cut.year]
    return made / usable_nights(cut) / trading_share(LARGEST_SHARE * cut.of_grown(NETWORKS_2022))


def trading_share(relative_size: float) -> float:
    """Share of the time that a network trades: dismantling hits by size over the mean, and then it recovers."""
    return 1.0 / (1.0 + relative_size * default("dismantling_hazard") * default("recovery_days"))


def network_entry_rate(cut: Cut) -> float:
    """D27: growth from the networks of 2018 to the forty of 2022 over the days of growth, at the full rate of entry."""
    return float(np.log(cut.of_grown(NETWORKS_2022) / networks_start(cut)) / growth_days(cut))


def imitation_rate(cut: Cut) -> float:
    """D27: growth of launches while the trade is bound by what it knows how to launch, and launches all of it."""
    return growth_a_year(cut) / 365.0


def know_how_start(cut: Cut) -> float:
    """D27: launches on a usable night at the start, if only a part of the staff (BUSY_SHARE) has a boat to launch."""
    return launches_at_start(cut) / usable_nights(cut) / BUSY_SHARE


def boat_supply_start(cut: Cut) -> float:
    """D27: launches a day in 2018."""
    return launches(cut)[2018] / 365.0


def boat_supply_per_day(cut: Cut) -> float:
    """D20: launches a day in 2022 before what is seized on the way: the least that the line can carry."""
    return launches(cut)[cut.year] / 365.0 / (1.0 - default("p_boat_seized_upstream"))


def fare_floor_markup(cut: Cut) -> float:
    """D30: lowest fare reported, in 2020, times the people of a boat who arrive, over the boat (as D7)."""
    paid = FARE_2020 * people_per_boat(cut)[2020] * (1.0 - cut.annual("stop_rate_people")[2020])
    return paid / default_at("boat_cost", cut)


def queue_target_days(cut: Cut) -> float:
    """D31: people at the coast in 2022 who have booked, over attempts a day: days of bookings that wait.

    People by Little's law, 18 days for each who arrives (D6), less those who cannot pay, those who pause after a stop,
    and those who think about booking: once a day with the chance BOOKS_A_DAY, before every attempt. With nobody left
    out it is 8.7; whom to leave out was decided after runs with that and with 5 had been seen, hence grade C.
    """
    names = ("arrivals_people", "prevented_people", "attempts_people")
    arrived, prevented, tried = (cut.annual(name)[cut.year] / 365.0 for name in names)
    at_coast = CAMP_STAY * arrived * (1.0 - CANNOT_PAY)
    return (at_coast - prevented * PAUSE_AFTER_STOP) / tried - (1.0 / BOOKS_A_DAY - 1.0)


def taxi_speed(cut: Cut) -> float:
    """D32: logistic growth from the first share to that of mid-2025, at the advantage of the stop rate of 2022."""
    start, end = default("taxi_share_start"), cut.annual("taxi_boat_share")[2025]
    days = (date(2025, 7, 1) - date(2018, 1, 1)).days
    advantage = beach_stops(cut, cut.year) * (1.0 - default("taxi_stop_factor")) - default("taxi_cost")
    return float((np.log(end / (1.0 - end)) - np.log(start / (1.0 - start))) / days / advantage)
