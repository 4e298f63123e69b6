"""Defaults that are derived from observed figures by arithmetic: `python -m calibration.derivations`.

Each function is one derivation (D26 to D35, after the D1 to D25 of the evidence review) and returns the default that
`model/params.py` declares, rounded there; a test holds the two together. They use figures of `calibration/observed/`,
other declared defaults, and the model's own formulas. No function runs the model. What they assume stands in their
docstrings.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import numpy as np
from scipy.optimize import brentq, curve_fit

from calibration.entries import Floats, bound_for_uk, derive, observed, rule
from model import kernels
from model.geography import load_geography
from model.history import History
from model.params import PARAMETERS
from model.weather import SeaClimate

YEARS = range(2018, 2026)
LARGEST_SHARE = 0.1  # of launches, D8
SMALL_OPERATOR = 12.0  # launches a year, D8
NETWORKS_2022 = 40.0  # n_cells of the evidence, C
LARGEST_LOAD_2022 = 65.0  # written answers: the most people on the hulls of 2022-23, pax_max
FARE_2020, BOAT_COST = 2750.0, 10000.0  # EUR: 2,500-3,000 in 2020 (NCA case); GI-TOC
FARE_2022, CAMP_STAY = 3000.0, 18.0  # EUR, fare_boat; days, D6
WALKING_PACE = 4.0  # km/h
BOOKS_A_DAY = 0.4  # chance that a person who can pay books a boat on a day, C
PAUSE_AFTER_STOP = 4.0  # days: the wait before a retry, and the day of the stop


def default(name: str) -> float:
    """A declared default."""
    return PARAMETERS[name].default


def annual(indicator: str) -> dict[int, float]:
    """An observed series by year."""
    table = observed("annual")
    rows = table[table.indicator == indicator]
    return dict(zip(rows.year, rows.value, strict=True))


def people_per_boat() -> dict[int, float]:
    """Arrived people over arrived boats (D1)."""
    people, boats = annual("arrivals_people"), annual("arrivals_boats")
    return {year: people[year] / boats[year] for year in YEARS}


def people_found() -> float:
    """D2: prevented people over stopped launches in 2022."""
    return annual("prevented_people")[2022] / annual("prevented_boats")[2022]


def found(year: int) -> float:
    """People found at a stopped launch: all of a small group, as many as in 2022 of a larger one."""
    return min(people_per_boat()[year], people_found())


def launches() -> dict[int, float]:
    """Launches a year: boats that arrived, and prevented people over those found at a stopped launch (D2)."""
    arrived, prevented = annual("arrivals_boats"), annual("prevented_people")
    return {year: arrived[year] + prevented[year] / found(year) for year in YEARS}


def usable_days() -> float:
    """Launches a year that a network of size one could staff: days by launch propensity, more after bad ones (surges).

    The sea is the Markov chain of the model with the mean shares of a year; its state is today's colour and the days,
    up to `surge_days`, since the last red one.
    """
    shares, stays = SeaClimate().by_month.mean(axis=0), default("weather_persistence")
    longest = round(default("surge_days"))
    turns = stays * np.eye(3) + (1.0 - stays) * shares
    chance = np.outer(shares, np.ones(longest + 1)) / (longest + 1)
    for _ in range(200):
        since = np.zeros_like(chance)  # the colour of yesterday, and the bad days that it leaves
        since[0, 0] = chance[0].sum()
        since[1:, 1:] = chance[1:, :-1]
        since[1:, -1] += chance[1:, -1]
        chance = turns.T @ since
    propensity = np.array([1.0, default("viability_amber"), default("viability_green")])
    surge = 1.0 + default("surge_gain") * np.arange(longest + 1)
    return float(365.0 * propensity @ chance @ surge)


# --- demand: D26 ------------------------------------------------------------------------------------------------------


def heard_share(years: tuple[int, ...]) -> float:
    """Recorded arrivals by boat and lorry over entries bound for the United Kingdom that would arrive (reach)."""
    entries = bound_for_uk(derive())
    bound = entries.groupby(entries.month.str[:4].astype(int)).people.sum() * rule("reach")
    boats, lorries = annual("arrivals_people"), annual("arrivals_lorry")
    return sum(boats[y] + lorries[y] for y in years) / sum(bound[y] for y in years)


def news_pull() -> float:
    """D26: log of how much more the entries of 2018-2019 held, with the shares of 2021-2025, than arrived.

    Assumes that the difference never set out for the Channel; arrivals by lorry that nobody recorded make it smaller.
    """
    return -float(np.log(heard_share((2018, 2019))))


def news_arrivals() -> float:
    """D26: the arrivals R at which exp(-pull exp(-A / R)) is the share of 2020, A being half of that year's arrivals.

    Half, because the news is a running mean that lags a trade that grows.
    """
    unheard = -np.log(heard_share((2020,))) / news_pull()
    return float(-0.5 * annual("arrivals_people")[2020] / np.log(unheard))


# --- the trade: D27 to D32 --------------------------------------------------------------------------------------------


def growth_a_year() -> float:
    """D27: growth of launches while capacity bound and not demand, 2018 to 2020, in logs."""
    made = launches()
    return float(np.log(made[2020] / made[2018]) / 2.0)


def launches_at_start() -> float:
    """D27: launches a year on 1 January 2018, if 2018 is a year of that growth."""
    growth = growth_a_year()
    return launches()[2018] * growth / float(np.expm1(growth))


def growth_days() -> float:
    """D27: days of growth at that speed from the first launches to those of 2022."""
    return float(365.0 * np.log(launches()[2022] / launches_at_start()) / growth_a_year())


def networks_start() -> float:
    """D27: launches at the start over those of a small operator (D8)."""
    return launches_at_start() / SMALL_OPERATOR


def trading_share(relative_size: float) -> float:
    """Share of the time that a network trades: dismantling hits by size over the mean, and then it recovers."""
    return 1.0 / (1.0 + relative_size * default("dismantling_hazard") * default("recovery_days"))


def network_size_start() -> float:
    """D8, D27: launches of a small operator on a usable day on which it trades and has its boat.

    It keeps one boat at a time and waits for the next, which the line of 2018 brings when it brings it to nobody else.
    """
    days_for_boat = 1.0 / boat_supply_start() / (1.0 - default("p_boat_seized_upstream"))
    has_boat = 1.0 - SMALL_OPERATOR * days_for_boat / 365.0
    return SMALL_OPERATOR / usable_days() / has_boat / trading_share(1.0)


def network_size_max() -> float:
    """D8: as a small operator, for the largest network known: a tenth of the launches of 2022, with boats in stock."""
    made = LARGEST_SHARE * launches()[2022]
    return made / usable_days() / trading_share(made / (launches()[2022] / NETWORKS_2022))


def network_entry_rate() -> float:
    """D27: growth from the networks of 2018 to the forty of 2022 over the days of growth."""
    return float(np.log(NETWORKS_2022 / networks_start()) / growth_days())


def network_growth() -> float:
    """D27: growth from small operators to the mean network of 2022, newcomers among them, and dismantling (D8).

    With growth g of each and newcomers of size 1 at rate e, the mean size x follows dx/dt = (g - e) x + e. Dismantling
    takes a share of a network; it hits in proportion to size, so that with sizes spread like an exponential the share
    of the trade that is hit is twice that of the networks.
    """
    entry, days, size = network_entry_rate(), growth_days(), launches()[2022] / NETWORKS_2022 / SMALL_OPERATOR

    def mean_size(growth: float) -> float:
        surplus = growth - entry
        return float(np.exp(surplus * days) + entry * np.expm1(surplus * days) / surplus)

    lost = 2.0 * default("dismantling_hazard") * (1.0 - default("recovery_size"))
    return float(brentq(lambda growth: mean_size(growth) - size, 1.01 * entry, 0.02)) + lost


def boat_supply_start() -> float:
    """D27: launches a day in 2018."""
    return launches()[2018] / 365.0


def boat_supply_per_day() -> float:
    """D20: launches a day in 2022 before what is seized on the way: the least that the line can carry."""
    return launches()[2022] / 365.0 / (1.0 - default("p_boat_seized_upstream"))


@cache
def hull_curve() -> tuple[float, float, float]:
    """D28: least-squares experience curve of people per boat on launches ever made by the middle of the year.

    people = start + (most - start) (1 - exp(-launches / learning)), for the eight years; returns start, most, learning.
    Boats are taken to be full when they leave.
    """
    made = np.array([launches()[year] for year in YEARS])
    aboard = np.array([people_per_boat()[year] for year in YEARS])

    def people(ever: Floats, start: float, most: float, learning: float) -> Floats:
        return start - (most - start) * np.expm1(-ever / learning)

    (start, most, learning), _ = curve_fit(people, np.cumsum(made) - 0.5 * made, aboard, p0=(8.0, 70.0, 6000.0))
    return float(start), float(most), float(learning)


def hull_seats_start() -> float:
    """D28: people in a boat before any experience."""
    return hull_curve()[0]


def hull_seats_max() -> float:
    """D28: people in a boat after experience without end."""
    return hull_curve()[1]


def hull_learning_launches() -> float:
    """D28: launches that bring two thirds of that."""
    return hull_curve()[2]


def crowding_max() -> float:
    """D29: the most people on the hulls of 2022 over their mean."""
    return LARGEST_LOAD_2022 / people_per_boat()[2022]


def fare_floor_markup() -> float:
    """D30: lowest fare reported, in 2020, times the people of a boat who arrive, over the boat (as D7)."""
    return FARE_2020 * people_per_boat()[2020] * (1.0 - annual("stop_rate_people")[2020]) / BOAT_COST


def queue_target_days() -> float:
    """D31: people at the coast in 2022 who do not rest, over attempts on a usable day.

    People by Little's law, 18 days for each who arrives (D6), less those who pause after a stop.
    """
    arrived, prevented = (annual(name)[2022] / 365.0 for name in ("arrivals_people", "prevented_people"))
    waiting = CAMP_STAY * arrived - prevented * PAUSE_AFTER_STOP
    return waiting / (annual("attempts_people")[2022] / usable_days())


def taxi_speed() -> float:
    """D32: logistic growth from the first share to that of mid-2025, at the advantage of the stop rate of 2022."""
    start, end = default("taxi_share_start"), annual("taxi_boat_share")[2025]
    days = (date(2025, 7, 1) - date(2018, 1, 1)).days
    advantage = beach_stops(2022) * (1.0 - default("taxi_stop_factor")) - default("taxi_cost")
    return float((np.log(end / (1.0 - end)) - np.log(start / (1.0 - start))) / days / advantage)


# --- patrols: D33, D34 ------------------------------------------------------------------------------------------------


def beach_stops(year: int) -> float:
    """D3 in boats: share of launches stopped on the beach, from people prevented there and the share found."""
    people = 1.0 - annual("people_at_sea")[year] / annual("attempts_people")[year]
    share = found(year) / people_per_boat()[year]
    return people / (share - people * share + people)


def officers(year: int) -> float:
    """Mean officers a day on the coast in a year, from the history of the model."""
    days = [date(year, 1, 1) + timedelta(days=k) for k in range(365)]
    return float(np.mean([History().value("officers_coast", day) for day in days]))


def beach_stop_chance(officers_a_day: float, aboard: float) -> float:
    """The model's chance that a launch is stopped, teams and launches where both settle without rumours of risk.

    No default is derived from it: it says beforehand what the patrols' defaults come to.
    """
    g = load_geography()
    french = g.sector_commanded > 0
    coast, km = g.sector_coast_km[french], g.sector_km[french]
    shares = kernels.quantal_response(-default("sector_cost_per_km") * km, default("sector_rationality"))
    floor = default("allocation_floor")
    teams = officers_a_day / default("team_size") * default("share_night")
    teams = teams * ((1.0 - floor) * shares + floor * coast / coast.sum())
    seen = kernels.detection(teams * default("team_size") * default("shift_hours"), coast, np.full(1, search_sweep()))
    needed = np.full(len(km), max(1, np.ceil(officers_per_person() * aboard / default("team_size"))), dtype=np.int64)
    minutes = 60.0 * kernels.nth_nearest(needed, teams, coast) / default("response_speed")
    launch, alert = np.full(1, default("launch_min")), np.full(1, default("alert_min"))
    return float((shares * seen * kernels.reached_in_time(launch, alert, minutes)).sum())


def search_sweep() -> float:
    """D33: beach that a team on foot looks over in an hour, over its officers."""
    return WALKING_PACE / default("team_size")


def officers_per_person() -> float:
    """D34: teams of five (2019) over the people in a boat of that year."""
    return default("team_size") / people_per_boat()[2019]


# --- at the coast: D35 ------------------------------------------------------------------------------------------------


def p_found() -> float:
    """Chance that a lorry attempt is found, all tools together."""
    return 1.0 - float(np.prod([1.0 - default(f"p_found_{tool}") for tool in ("dogs", "cctv", "co2")]))


def lorry_preference() -> float:
    """D35: lorry attempts of 2019 a day over the people at the coast who do not rest; a logit against waiting."""
    tries = annual("lorry_detected")[2019] / p_found() / 365.0
    people = np.mean([annual("camp_stock")[year] for year in (2017, 2020)]) - tries * p_found() * PAUSE_AFTER_STOP
    chance = tries / people
    access = np.log(History().value("lorry_access", date(2019, 7, 1)))
    return float(np.log(chance / (1.0 - chance)) - default("risk_weight") * p_found() - access)


def boat_preference() -> float:
    """D35: the utility at which a person who can pay books with the chance BOOKS_A_DAY, at the figures of 2022."""
    weighed = (
        default("risk_weight") * beach_stops(2022)
        + default("death_weight") * default("prior_deaths_per_10k")
        + default("fare_weight") * FARE_2022 / default("money_median")
        + default("wait_weight") * queue_target_days()
    )
    return float(np.log(BOOKS_A_DAY / (1.0 - BOOKS_A_DAY)) - weighed)


DERIVED: dict[str, Callable[[], float]] = {
    derivation.__name__: derivation
    for derivation in (
        news_pull, news_arrivals,
        networks_start, network_size_start, network_size_max, network_entry_rate, network_growth,
        boat_supply_start, boat_supply_per_day, hull_seats_start, hull_seats_max, hull_learning_launches, crowding_max,
        fare_floor_markup, queue_target_days, taxi_speed,
        search_sweep, officers_per_person, people_found,
        lorry_preference, boat_preference,
    )
}


def main() -> None:
    """Print every derived default beside the declared one."""
    print(f"{'parameter':24}{'derived':>10}{'declared':>10}  how")
    for name, derivation in DERIVED.items():
        how = (derivation.__doc__ or "").split("\n")[0]
        print(f"{name:24}{derivation():10.4g}{default(name):10.4g}  {how}")
    print("\nLaunches a year (D2), and the share stopped on the beach: patrols' formula, and figures (D3)")
    for year, made in launches().items():
        expected = beach_stop_chance(officers(year), people_per_boat()[year])
        print(f"{year}{made:8,.0f}{expected:8.2f}{beach_stops(year):8.2f}")


if __name__ == "__main__":
    main()
