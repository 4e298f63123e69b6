"""Defaults that are derived from observed figures by arithmetic: `python -m corridor.calibration.evidence.derivations`.

Each method is one derivation (D26 to D36, after the D1 to D25 of the evidence review) and returns the default that
`model/data/parameters.csv` declares, rounded there; a test holds the two together. They use figures of
`results/observed/`, other declared defaults, and the model's own formulas. Nothing here runs the model. What they
assume stands in their docstrings. `defaults_at` derives all of them again with what was known at a cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.optimize import brentq, curve_fit

from corridor.calibration.evidence import sea
from corridor.calibration.evidence.entries import LAST_MONTH, Floats, bound_for_uk, derive, observed, rule
from corridor.model.engine import kernels
from corridor.model.inputs.history import History
from corridor.model.inputs.map_files import load_geography
from corridor.model.inputs.sea import GREEN
from corridor.model.parameters import PARAMETERS, Parameter

FIRST_YEAR, GROWN = 2018, 2022  # a trade that has grown up
LARGEST_SHARE = 0.1  # of launches, D8
SMALL_OPERATOR = 12.0  # launches a year, D8
NETWORKS_2022 = 40.0  # n_cells of the evidence, C
LARGEST_LOAD_2022 = 65.0  # written answers: the most people on the hulls of 2022-23, pax_max
FARE_2020, BOAT_COST = 2750.0, 10000.0  # EUR: 2,500-3,000 in 2020 (NCA case); GI-TOC
FARE_2022, CAMP_STAY = 3000.0, 18.0  # EUR, fare_boat; days, D6
WALKING_PACE = 4.0  # km/h
BOOKS_A_DAY = 0.4  # chance that a person who can pay books a boat on a day, C
PAUSE_AFTER_STOP = 4.0  # days: the wait before a retry, and the day of the stop


HULL = tuple(PARAMETERS[f"hull_{name}"] for name in ("seats_start", "seats_max", "learning_launches"))


class LaterFigure(LookupError):
    """A derivation needs a figure that is not known at the cut."""


class Figures(dict[int, float]):
    """Figures by year; a year that is not there was not known at the cut."""

    def __missing__(self, year: int) -> float:
        raise LaterFigure(year)


def last_year(until: str) -> int:
    """The last year that is over at a cut."""
    return int(until[:4]) - (until[5:] < "12")


def middle(parameter: Parameter) -> float:
    """The middle of a declared range, in logs where it is spread evenly in logs."""
    low, high = parameter.low, parameter.high
    return float(np.sqrt(low * high)) if parameter.distribution == "log-uniform" else 0.5 * (low + high)


def default(name: str) -> float:
    """A declared default."""
    return PARAMETERS[name].default


def trading_share(relative_size: float) -> float:
    """Share of the time that a network trades: dismantling hits by size over the mean, and then it recovers."""
    return 1.0 / (1.0 + relative_size * default("dismantling_hazard") * default("recovery_days"))


@dataclass(frozen=True)
class Derivations:
    """The derivations with what is known at a cut (YYYY-MM), 2025-12 by default: observed figures of whole years."""

    until: str = LAST_MONTH

    @property
    def years(self) -> range:
        """The years that are over at the cut."""
        return range(FIRST_YEAR, last_year(self.until) + 1)

    @property
    def year(self) -> int:
        """The year of a grown trade: 2022, or the last year before the cut."""
        return min(GROWN, self.years[-1])

    def annual(self, indicator: str) -> Figures:
        """An observed series by year, up to the cut."""
        table = observed("annual")
        rows = table[(table.indicator == indicator) & (table.year <= self.years[-1])]
        return Figures(zip(rows.year.tolist(), rows.value.tolist(), strict=True))

    def people_per_boat(self) -> dict[int, float]:
        """Arrived people over arrived boats (D1)."""
        people, boats = self.annual("arrivals_people"), self.annual("arrivals_boats")
        return {year: people[year] / boats[year] for year in self.years}

    def people_found(self) -> float:
        """D2: prevented people over stopped launches in 2022."""
        return self.annual("prevented_people")[GROWN] / self.annual("prevented_boats")[GROWN]

    def found(self, year: int) -> float:
        """People found at a stopped launch: all of a small group, as many as in 2022 of a larger one."""
        return min(self.people_per_boat()[year], self.known("people_found"))

    def launches(self) -> dict[int, float]:
        """Launches a year: boats that arrived, and prevented people over those found at a stopped launch (D2)."""
        arrived, prevented = self.annual("arrivals_boats"), self.annual("prevented_people")
        return {year: arrived[year] + prevented[year] / self.found(year) for year in self.years}

    def known(self, name: str) -> float:
        """The derivation of a default, or the middle of its declared range where that needs a figure after the cut."""
        try:
            return float(getattr(self, name)())
        except LaterFigure:
            return middle(PARAMETERS[name])

    def usable_days(self) -> float:
        """Launches a year that a network of size one could staff: days by launch propensity, with surges.

        The sea is the Markov chain of the model with the mean shares of a year; its state is today's colour and the
        days, up to `surge_days`, since the last red one. Launches surge after bad days.
        """
        shares, stays = self.by_month().mean(axis=0), default("weather_persistence")
        longest = round(default("surge_days"))
        turns = stays * np.eye(3) + (1.0 - stays) * shares
        chance = np.outer(shares, np.ones(longest + 1)) / (longest + 1)
        for _ in range(200):
            since = np.zeros_like(chance)  # the colour of yesterday, and the bad days that it leaves
            since[0, 0] = chance[0].sum()
            since[1:, 1:] = chance[1:, :-1]
            since[1:, -1] += chance[1:, -1]
            chance = turns.T @ since
        propensity = np.array([1.0, self.known("viability_amber"), self.known("viability_green")])
        surge = 1.0 + default("surge_gain") * np.arange(longest + 1)
        return float(365.0 * propensity @ chance @ surge)

    # --- the sea: D36 ---------------------------------------------------------------------------------

    def by_month(self) -> Floats:
        """Chances of the colours by month, as known at the cut."""
        return sea.climate(self.until)[["p_red", "p_amber", "p_green"]].to_numpy()

    def by_colour(self, colour: str) -> float:
        """Arrivals on a day of a colour over those on a red day (Home Office note of June 2025)."""
        note = observed("red_days").set_index("measure")
        if self.until < note.period_end["red_day_share_of_arrivals"][:7]:
            raise LaterFigure(note.period_end["red_day_share_of_arrivals"])
        days = {"red": note.value["red_day_share_of_days"], "green": self.by_month()[:, GREEN].mean()}
        days["amber"] = 1.0 - days["red"] - days["green"]
        a_day = {name: note.value[f"{name}_day_share_of_arrivals"] / share for name, share in days.items()}
        return float(a_day[colour] / a_day["red"])

    def viability_amber(self) -> float:
        """D36: arrivals on an amber day over those on a red day."""
        return self.by_colour("amber")

    def viability_green(self) -> float:
        """D36: arrivals on a green day over those on a red day."""
        return self.by_colour("green")

    # --- demand: D26 ----------------------------------------------------------------------------------

    def heard_share(self, years: tuple[int, ...]) -> float:
        """Recorded arrivals by boat and lorry over entries bound for the United Kingdom that would arrive (reach)."""
        entries = bound_for_uk(derive(self.until), self.until)
        bound = entries.groupby(entries.month.str[:4].astype(int)).people.sum() * rule("reach")
        boats, lorries = self.annual("arrivals_people"), self.annual("arrivals_lorry")
        return sum(boats[y] + lorries[y] for y in years) / sum(bound[y] for y in years)

    def news_pull(self) -> float:
        """D26: log of how much more the entries of 2018-2019 held, with the shares of 2021-2025, than arrived.

        Assumes that the difference never set out for the Channel; arrivals by lorry that nobody recorded make it
        smaller.
        """
        return -float(np.log(self.heard_share((2018, 2019))))

    def news_arrivals(self) -> float:
        """D26: the arrivals R at which exp(-pull exp(-A / R)) is the share of 2020, A being half its arrivals.

        Half, because the news is a running mean that lags a trade that grows.
        """
        unheard = -np.log(self.heard_share((2020,))) / self.news_pull()
        return float(-0.5 * self.annual("arrivals_people")[2020] / np.log(unheard))

    # --- the trade: D27 to D32 ------------------------------------------------------------------------

    def growth_a_year(self) -> float:
        """D27: growth of launches while capacity bound and not demand, 2018 to 2020, in logs."""
        made = self.launches()
        return float(np.log(made[2020] / made[2018]) / 2.0)

    def launches_at_start(self) -> float:
        """D27: launches a year on 1 January 2018, if 2018 is a year of that growth."""
        growth = self.growth_a_year()
        return self.launches()[2018] * growth / float(np.expm1(growth))

    def growth_days(self) -> float:
        """D27: days of growth at that speed from the first launches to those of 2022."""
        return float(365.0 * np.log(self.launches()[self.year] / self.launches_at_start()) / self.growth_a_year())

    def networks_start(self) -> float:
        """D27: launches at the start over those of a small operator (D8)."""
        return self.launches_at_start() / SMALL_OPERATOR

    def network_size_start(self) -> float:
        """D8, D27: launches of a small operator on a usable day on which it trades and has its boat.

        It keeps one boat at a time and waits for the next, which the line of 2018 brings when nobody else waits.
        """
        days_for_boat = 1.0 / self.boat_supply_start() / (1.0 - default("p_boat_seized_upstream"))
        has_boat = 1.0 - SMALL_OPERATOR * days_for_boat / 365.0
        return SMALL_OPERATOR / self.usable_days() / has_boat / trading_share(1.0)

    def network_size_max(self) -> float:
        """D8: as a small operator, for the largest network known: a tenth of the launches of 2022, with its stock."""
        made = LARGEST_SHARE * self.launches()[self.year]
        return made / self.usable_days() / trading_share(LARGEST_SHARE * NETWORKS_2022)

    def network_entry_rate(self) -> float:
        """D27: growth from the networks of 2018 to the forty of 2022 over the days of growth."""
        return float(np.log(NETWORKS_2022 / self.networks_start()) / self.growth_days())

    def network_growth(self) -> float:
        """D27: growth from small operators to the mean network of 2022, newcomers among them, and dismantling (D8).

        With growth g of each and newcomers of size 1 at rate e, the mean size x follows dx/dt = (g - e) x + e.
        Dismantling takes a share of a network; it hits in proportion to size, so that with sizes spread like an
        exponential the share of the trade that is hit is twice that of the networks.
        """
        entry, days = self.network_entry_rate(), self.growth_days()
        size = self.launches()[self.year] / NETWORKS_2022 / SMALL_OPERATOR

        def mean_size(growth: float) -> float:
            surplus = growth - entry
            return float(np.exp(surplus * days) + entry * np.expm1(surplus * days) / surplus)

        lost = 2.0 * default("dismantling_hazard") * (1.0 - default("recovery_size"))
        return float(brentq(lambda growth: mean_size(growth) - size, 1.01 * entry, 0.02)) + lost

    def boat_supply_start(self) -> float:
        """D27: launches a day in 2018."""
        return self.launches()[2018] / 365.0

    def boat_supply_per_day(self) -> float:
        """D20: launches a day in 2022 before what is seized on the way: the least that the line can carry."""
        return self.launches()[self.year] / 365.0 / (1.0 - default("p_boat_seized_upstream"))

    def hull_curve(self) -> tuple[float, float, float]:
        """D28: least-squares experience curve of people per boat on launches ever made by the middle of the year.

        people = start + (most - start) (1 - exp(-launches / learning)), for the years that are over, within the
        declared ranges; returns start, most, learning. Boats are taken to be full when they leave.
        """
        made = np.array([self.launches()[year] for year in self.years])
        aboard = np.array([self.people_per_boat()[year] for year in self.years])

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

    def hull_seats_start(self) -> float:
        """D28: people in a boat before any experience."""
        return self.hull_curve()[0]

    def hull_seats_max(self) -> float:
        """D28: people in a boat after experience without end."""
        return self.hull_curve()[1]

    def hull_learning_launches(self) -> float:
        """D28: launches that bring two thirds of that."""
        return self.hull_curve()[2]

    def crowding_max(self) -> float:
        """D29: the most people on the hulls of 2022 over their mean."""
        return LARGEST_LOAD_2022 / Figures(self.people_per_boat())[GROWN]

    def fare_floor_markup(self) -> float:
        """D30: lowest fare reported, in 2020, times the people of a boat who arrive, over the boat (as D7)."""
        return FARE_2020 * self.people_per_boat()[2020] * (1.0 - self.annual("stop_rate_people")[2020]) / BOAT_COST

    def queue_target_days(self) -> float:
        """D31: people at the coast in 2022 who do not rest, over attempts on a usable day.

        People by Little's law, 18 days for each who arrives (D6), less those who pause after a stop.
        """
        arrived, prevented = (self.annual(name)[self.year] / 365.0 for name in ("arrivals_people", "prevented_people"))
        waiting = CAMP_STAY * arrived - prevented * PAUSE_AFTER_STOP
        return waiting / (self.annual("attempts_people")[self.year] / self.usable_days())

    def taxi_speed(self) -> float:
        """D32: logistic growth from the first share to that of mid-2025, at the advantage of the stop rate of 2022."""
        start, end = default("taxi_share_start"), self.annual("taxi_boat_share")[2025]
        days = (date(2025, 7, 1) - date(2018, 1, 1)).days
        advantage = self.beach_stops(self.year) * (1.0 - default("taxi_stop_factor")) - default("taxi_cost")
        return float((np.log(end / (1.0 - end)) - np.log(start / (1.0 - start))) / days / advantage)

    # --- patrols: D33, D34 ----------------------------------------------------------------------------

    def beach_stops(self, year: int) -> float:
        """D3 in boats: share of launches stopped on the beach, from people prevented there and the share found."""
        people = 1.0 - self.annual("people_at_sea")[year] / self.annual("attempts_people")[year]
        share = self.found(year) / self.people_per_boat()[year]
        return people / (share - people * share + people)

    def officers(self, year: int) -> float:
        """Mean officers a day on the coast in a year, from the history of the model."""
        days = [date(year, 1, 1) + timedelta(days=k) for k in range(365)]
        return float(np.mean([History().value("officers_coast", day) for day in days]))

    def beach_stop_chance(self, officers_a_day: float, aboard: float) -> float:
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
        officer_hours = teams * default("team_size") * default("shift_hours")
        seen = kernels.detection(officer_hours, coast, np.full(1, self.search_sweep()))
        held_by = max(1, np.ceil(self.officers_per_person() * aboard / default("team_size")))
        needed = np.full(len(km), held_by, dtype=np.int64)
        minutes = 60.0 * kernels.nth_nearest(needed, teams, coast) / default("response_speed")
        launch, alert = np.full(1, default("launch_min")), np.full(1, default("alert_min"))
        return float((shares * seen * kernels.reached_in_time(launch, alert, minutes)).sum())

    def search_sweep(self) -> float:
        """D33: beach that a team on foot looks over in an hour, over its officers."""
        return WALKING_PACE / default("team_size")

    def officers_per_person(self) -> float:
        """D34: teams of five (2019) over the people in a boat of that year."""
        return default("team_size") / self.people_per_boat()[2019]

    # --- at the coast: D35 ----------------------------------------------------------------------------

    def p_found(self) -> float:
        """Chance that a lorry attempt is found, all tools together."""
        return 1.0 - float(np.prod([1.0 - default(f"p_found_{tool}") for tool in ("dogs", "cctv", "co2")]))

    def lorry_preference(self) -> float:
        """D35: lorry attempts of 2019 a day over the people at the coast who do not rest; a logit against waiting."""
        tries = self.annual("lorry_detected")[2019] / self.p_found() / 365.0
        people = np.mean([self.annual("camp_stock")[year] for year in (2017, 2020)])
        people -= tries * self.p_found() * PAUSE_AFTER_STOP
        chance = tries / people
        access = np.log(History().value("lorry_access", date(2019, 7, 1)))
        return float(np.log(chance / (1.0 - chance)) - default("risk_weight") * self.p_found() - access)

    def boat_preference(self) -> float:
        """D35: the utility at which a person who can pay books with the chance BOOKS_A_DAY, at the figures of 2022."""
        weighed = (
            default("risk_weight") * self.beach_stops(self.year)
            + default("death_weight") * default("prior_deaths_per_10k")
            + default("fare_weight") * FARE_2022 / default("money_median")
            + default("wait_weight") * self.queue_target_days()
        )
        return float(np.log(BOOKS_A_DAY / (1.0 - BOOKS_A_DAY)) - weighed)


DERIVED = (
    "viability_amber",
    "viability_green",
    "news_pull",
    "news_arrivals",
    "networks_start",
    "network_size_start",
    "network_size_max",
    "network_entry_rate",
    "network_growth",
    "boat_supply_start",
    "boat_supply_per_day",
    "hull_seats_start",
    "hull_seats_max",
    "hull_learning_launches",
    "crowding_max",
    "fare_floor_markup",
    "queue_target_days",
    "taxi_speed",
    "search_sweep",
    "officers_per_person",
    "people_found",
    "lorry_preference",
    "boat_preference",
)


READ_IN = {  # parameter -> the month that its default was read from; before it, the middle of the range is known
    "albania_deterrence": "2023-12",
    "albania_flow_floor": "2023-12",
    "albania_halving_days": "2023-01",
    "p_sea_fail": "2025-12",
    "death_base_per_10k": "2024-12",
    "death_crowding_slope": "2024-12",
    "taxi_share_start": "2025-12",
    "share_night": "2024-06",
    "boat_cost": "2024-11",
    "route_length_risk": "2024-12",
    "taxi_stop_factor": "2023-12",
    "albania_to_lorry": "2023-08",
}


def defaults_at(until: str) -> dict[str, float]:
    """Every derived default with what is known at a cut, held within its declared range.

    A default whose derivation needs a later figure, or that was read from one, is the middle of its range. Raises
    ValueError when no whole year of arrivals from 2021 on lies before the cut.
    """
    derivations = Derivations(until)
    later = {name: middle(PARAMETERS[name]) for name, month in READ_IN.items() if month > until}
    return later | {
        name: float(np.clip(derivations.known(name), PARAMETERS[name].low, PARAMETERS[name].high)) for name in DERIVED
    }


def main() -> None:
    """Print every derived default beside the declared one."""
    derivations = Derivations()
    print(f"{'parameter':24}{'derived':>10}{'declared':>10}  how")
    for name in DERIVED:
        how = (getattr(derivations, name).__doc__ or "").split("\n")[0]
        print(f"{name:24}{derivations.known(name):10.4g}{default(name):10.4g}  {how}")
    print("\nLaunches a year (D2), and the share stopped on the beach: patrols' formula, and figures (D3)")
    aboard = derivations.people_per_boat()
    for year, made in derivations.launches().items():
        expected = derivations.beach_stop_chance(derivations.officers(year), aboard[year])
        print(f"{year}{made:8,.0f}{expected:8.2f}{derivations.beach_stops(year):8.2f}")


if __name__ == "__main__":
    main()
