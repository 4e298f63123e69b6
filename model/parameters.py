"""Every constant once: default, plausible range, distribution, unit, grade, source.

Grades: A the figure was read in a source; B derived from figures that were read (D1..D25 are the derivations listed in
`model/data/SOURCES.md`); C assumed, no evidence found. Ranges of the C rows are wide on purpose: what they leave
open is for sensitivity analysis to show. "Evidence n.m" is the section of the evidence review summed up in SOURCES.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corridor.model.engine.errors import InputError
from corridor.model.engine.numbers import is_number


@dataclass(frozen=True)
class Parameter:
    """One declared constant; `distribution` is how sensitivity analysis spreads it between low and high."""

    name: str
    group: str
    default: float
    low: float
    high: float
    distribution: str
    unit: str
    grade: str
    source: str
    meaning: str


PARAMETERS: dict[str, Parameter] = {}


def _p(
    group: str,
    name: str,
    default: float,
    low: float,
    high: float,
    distribution: str,
    unit: str,
    grade: str,
    source: str,
    meaning: str,
) -> None:
    PARAMETERS[name] = Parameter(name, group, default, low, high, distribution, unit, grade, source, meaning)


_RR = "Routes and Rumours code, mhinsch/RRGraphs base/params.jl"

# --- demand -----------------------------------------------------------------------------------------------------------
_p(
    "demand",
    "entry_burstiness",
    0.6,
    0.0,
    1.0,
    "uniform",
    "coefficient of variation",
    "C",
    "assumption",
    "day-to-day spread of entries at a door around the monthly mean",
)
_p(
    "demand",
    "share_uk_scale",
    1.0,
    0.5,
    2.0,
    "lognormal",
    "factor",
    "C",
    "assumption; ranges of groups.csv",
    "scales the share of each group that heads for the United Kingdom",
)
_p(
    "demand",
    "news_pull",
    1.3,
    0.0,
    2.0,
    "uniform",
    "log share",
    "B",
    "D26: recorded arrivals by all methods over entries bound for the UK, 2018-2019; form: cumulative causation "
    "(Massey 1990, doi:10.2307/3644186)",
    "how much the share bound for the United Kingdom falls, in logs, while nobody is known to arrive by boat",
)
_p(
    "demand",
    "news_arrivals",
    2700,
    1500,
    20000,
    "log-uniform",
    "arrivals a year",
    "B",
    "D26, with the year 2020",
    "boat arrivals a year at which two thirds of the pull of news are there",
)
_p(
    "demand",
    "news_memory_days",
    180,
    60,
    400,
    "log-uniform",
    "days",
    "C",
    "assumption",
    "memory of the countries of origin and transit for boat arrivals",
)
_p(
    "demand",
    "share_kin_uk",
    0.5,
    0.4,
    0.62,
    "triangular",
    "share",
    "A",
    "Survey of 402 people, Budapest Post 2021 (52 %); Auberge des migrants 2017 (62 %)",
    "share of those bound for the United Kingdom with kin there",
)
_p(
    "demand",
    "money_median",
    6000,
    3000,
    9000,
    "triangular",
    "EUR",
    "C",
    "chosen so that 12 % cannot pay EUR 3,000 (evidence: share_no_money_for_boat 0.12)",
    "median of what a person can raise for the Channel",
)
_p(
    "demand",
    "money_spread",
    0.6,
    0.3,
    1.0,
    "uniform",
    "log standard deviation",
    "C",
    "assumption",
    "spread of money between people",
)
_p(
    "demand",
    "risk_aversion_spread",
    0.4,
    0.0,
    0.8,
    "uniform",
    "log standard deviation",
    "C",
    "assumption",
    "spread of risk attitude between people",
)
_p(
    "demand",
    "camp_stock_start",
    700,
    400,
    1200,
    "triangular",
    "people",
    "B",
    "reports of 350-600 at Calais and 350-400 at Grande-Synthe in 2017 (results/observed)",
    "people at the coast on the first day when a run begins in 2018",
)
_p(
    "demand",
    "albania_deterrence",
    6.0,
    0.0,
    10.0,
    "uniform",
    "per unit of believed return",
    "C",
    "D15: 12,658 (2022) to 924 (2023)",
    "kappa in exp(-kappa x believed chance of return)",
)
_p(
    "demand",
    "albania_flow_floor",
    0.07,
    0.0,
    0.6,
    "triangular",
    "share of undeterred entries",
    "B",
    "D15: 924 / 12,658",
    "Albanian entries that no belief in returns deters",
)
_p(
    "demand",
    "albania_halving_days",
    45,
    30,
    75,
    "uniform",
    "days",
    "B",
    "The National, 15 Jan 2023: halved in two months, winter confounds",
    "half-time of the belief in returns",
)
_p(
    "demand",
    "albania_to_lorry",
    0.15,
    0.0,
    0.4,
    "triangular",
    "share of the deterred",
    "C",
    "Telegraph in Arab News, 15 Aug 2023: route offered; no share found",
    "deterred Albanians who come by lorry",
)

# --- routes -----------------------------------------------------------------------------------------------------------
_p(
    "routes",
    "route_rationality",
    0.25,
    0.05,
    1.0,
    "log-uniform",
    "per day",
    "C",
    "assumption; random utility form of Klabunde & Willekens 2016",
    "weight of a day of generalised cost in route choice",
)
_p(
    "routes",
    "days_per_1000_eur",
    5,
    1,
    20,
    "log-uniform",
    "days",
    "C",
    "assumption",
    "days of travel that a person would take to save EUR 1,000",
)
_p(
    "routes",
    "days_per_border_stop",
    4,
    1,
    10,
    "triangular",
    "days",
    "C",
    "assumption",
    "generalised cost of being turned back once",
)
_p(
    "routes",
    "border_wait_days",
    2,
    1,
    7,
    "lognormal",
    "days",
    "C",
    "MSF 2018: many tries within weeks at Ventimiglia",
    "mean wait before the next try at a border",
)
_p(
    "routes",
    "border_give_up",
    0.03,
    0.0,
    0.1,
    "triangular",
    "probability per stop",
    "C",
    "assumption",
    "chance to settle where one is after being turned back",
)
_p(
    "routes",
    "route_memory_days",
    30,
    7,
    90,
    "log-uniform",
    "days",
    "C",
    "assumption",
    "memory of what is known at a place about the borders ahead",
)
_p(
    "routes",
    "med_rough_share",
    0.3,
    0.15,
    0.45,
    "uniform",
    "share of days",
    "C",
    "assumption",
    "yearly mean share of days on which small boats do not leave the southern shores",
)
_p(
    "routes",
    "med_rough_death_factor",
    2.0,
    1.0,
    4.0,
    "uniform",
    "factor",
    "C",
    "assumption",
    "risk of death of crossings that end on a rough day, relative to a calm one",
)

# --- sea --------------------------------------------------------------------------------------------------------------
_p(
    "sea",
    "weather_persistence",
    0.55,
    0.4,
    0.75,
    "uniform",
    "probability",
    "C",
    "assumption",
    "chance that the sea keeps the colour of yesterday",
)
_p(
    "sea",
    "viability_amber",
    0.145,
    0.05,
    0.5,
    "triangular",
    "relative to red",
    "B",
    "D36: arrivals by colour of the day, 2021-2025; 190 against 60 arrivals a day (Sky News, 2025) would give 0.32",
    "chance that the sea opens to boats on a day when crossings are possible",
)
_p(
    "sea",
    "viability_green",
    0.063,
    0.0,
    0.1,
    "triangular",
    "relative to red",
    "B",
    "D36: arrivals by colour of the day, 2021-2025",
    "chance that the sea opens to boats on a day when crossings are unlikely",
)
_p(
    "sea",
    "p_sea_fail",
    0.15,
    0.11,
    0.24,
    "triangular",
    "probability",
    "B",
    "D3: 0.118 (2022), 0.179 (2023), 0.186 (2024), 0.194 (2021); rescued over involved 0.12-0.24, PREMAR",
    "chance that a boat afloat is brought back to France, at 43 km",
)
_p(
    "sea",
    "route_length_risk",
    0.01,
    0.0,
    0.03,
    "triangular",
    "per km beyond 43 km",
    "C",
    "PREMAR 2024: departures further south lengthen exposure",
    "growth of failure and death with distance",
)
_p(
    "sea",
    "death_base_per_10k",
    1.0,
    0.9,
    3.0,
    "triangular",
    "deaths per 10,000 people at sea",
    "B",
    "D9: 5/51,870 (2022), 11/35,876 (2023), 72/45,203 (2024)",
    "risk of death at 41 people per boat, mean over a year's launches",
)
_p(
    "sea",
    "death_crowding_slope",
    0.1,
    0.0,
    0.22,
    "triangular",
    "log risk per extra person aboard",
    "B",
    "D9: 0.18-0.22 fits 2022-24 but is confounded",
    "growth of the risk of death with people aboard",
)
_p(
    "sea",
    "death_rough_factor",
    2.0,
    1.0,
    6.0,
    "uniform",
    "factor per colour",
    "C",
    "assumption",
    "growth of the risk of death from red to amber and from amber to green days",
)
_p(
    "sea",
    "death_tail",
    1.5,
    1.2,
    2.5,
    "uniform",
    "Pareto exponent",
    "C",
    "assumption",
    "heaviness of the tail of deaths in one failure",
)
_p(
    "sea",
    "mass_event_chance",
    0.0004,
    0.0001,
    0.002,
    "log-uniform",
    "probability per boat afloat",
    "C",
    "24 Nov 2021: at least 27 dead",
    "chance that a boat is lost with most of its people",
)
_p(
    "sea",
    "mass_event_share",
    0.6,
    0.3,
    0.95,
    "uniform",
    "share of people aboard",
    "C",
    "assumption; 27 of about 29-33 on 24 Nov 2021",
    "people who die when a boat is lost",
)

# --- smuggling --------------------------------------------------------------------------------------------------------
_p(
    "smuggling",
    "networks_start",
    3,
    1,
    15,
    "uniform",
    "networks",
    "B",
    "D27: launches at the start of 2018 over those of a small operator",
    "networks trading on the first day",
)
_p(
    "smuggling",
    "network_size_start",
    0.08,
    0.01,
    0.3,
    "log-uniform",
    "launches/day",
    "B",
    "D8, D27: a small operator launched 12 boats a year, on days on which it traded and had a boat",
    "mean staff of a new network: launches on a day when the sea allows",
)
_p(
    "smuggling",
    "network_size_max",
    1.57,
    0.5,
    3.0,
    "uniform",
    "launches/day",
    "B",
    "D8, D27: the largest network made about 10 % of launches, on days on which it traded",
    "staff of the largest network",
)
_p(
    "smuggling",
    "network_growth",
    0.0044,
    0.0005,
    0.02,
    "log-uniform",
    "per day",
    "B",
    "D27: from 12 to 62 launches a year while newcomers enter and police dismantle",
    "growth of a profitable network that has people waiting",
)
_p(
    "smuggling",
    "network_entry_rate",
    0.0023,
    0.001,
    0.03,
    "log-uniform",
    "per network and day",
    "B",
    "D27: from the networks of 2018 to forty",
    "new networks per trading network while the fare is well above its floor",
)
_p(
    "smuggling",
    "network_exit_rate",
    0.01,
    0.002,
    0.05,
    "log-uniform",
    "per day",
    "C",
    "assumption",
    "chance that a network without profit stops trading",
)
_p(
    "smuggling",
    "premium_reference",
    1.0,
    0.3,
    3.0,
    "log-uniform",
    "share of the lowest fare",
    "C",
    "assumption: twice the lowest fare",
    "excess of the fare over its floor at which newcomers enter at the entry rate",
)
_p(
    "smuggling",
    "margin_memory_launches",
    12,
    4,
    36,
    "log-uniform",
    "days with launches",
    "C",
    "assumption",
    "memory of a network for its profit per launch",
)
_p(
    "smuggling",
    "boat_cost",
    10000,
    6000,
    20000,
    "triangular",
    "EUR",
    "A",
    "GI-TOC Feb 2024 in The Week, 30 Nov 2024",
    "boat and engine delivered",
)
_p(
    "smuggling",
    "boat_supply_per_day",
    7.4,
    4.5,
    12.0,
    "triangular",
    "boats/day",
    "B",
    "D20: 6.9 launches a day in 2022, and what is seized on the way; evidence has 5.6, below what was launched",
    "most boats that the supply line can carry",
)
_p(
    "smuggling",
    "boat_supply_start",
    0.21,
    0.05,
    1.0,
    "log-uniform",
    "boats/day",
    "B",
    "D27: launches a day in 2018",
    "what the supply line carries on the first day",
)
_p(
    "smuggling",
    "supply_adjust_days",
    21,
    7,
    60,
    "log-uniform",
    "days",
    "C",
    "evidence: goods_substitution_days, days to reopen a line",
    "time in which the supply line follows its orders",
)
_p(
    "smuggling",
    "p_boat_seized_upstream",
    0.08,
    0.02,
    0.2,
    "triangular",
    "probability",
    "C",
    "NCA: 125 boats stopped in Bulgaria in a year, against about 1,500 launches",
    "chance that a boat is seized on its way to the coast, without the statement",
)
_p(
    "smuggling",
    "depot_days",
    10,
    3,
    30,
    "log-uniform",
    "days of launches",
    "C",
    "assumption",
    "stock of boats that a network aims at",
)
_p(
    "smuggling",
    "hull_seats_start",
    7.3,
    5,
    12,
    "uniform",
    "people",
    "B",
    "D28: people per boat on launches ever made, 2018-2025",
    "people a boat is made for before any experience",
)
_p(
    "smuggling",
    "hull_learning_launches",
    8100,
    4000,
    16000,
    "log-uniform",
    "launches",
    "B",
    "D28",
    "launches of the trade that bring two thirds of the way from the first hulls to the largest",
)
_p(
    "smuggling",
    "hull_seats_max",
    80,
    65,
    125,
    "triangular",
    "people",
    "B",
    "D28; records of 98, 106, 125 people in a boat (written answers)",
    "people a boat is made for after experience without end",
)
_p(
    "smuggling",
    "crowding_max",
    1.58,
    1.1,
    2.0,
    "triangular",
    "people over hull seats",
    "B",
    "D29: up to 65 people on the hulls of 2022, which carried 41",
    "most people put in a boat when boats are scarce",
)
_p(
    "smuggling",
    "fill_to_launch",
    0.85,
    0.3,
    1.0,
    "triangular",
    "share of hull seats",
    "C",
    "assumption: with the clients of a day on top boats leave about full",
    "people who must be ready before a boat is launched",
)
_p(
    "smuggling",
    "fare_start",
    14000,
    3000,
    16000,
    "triangular",
    "EUR",
    "B",
    "Migration Observatory 2026: about EUR 14,000 in 2018, uncertain",
    "price of a seat on the first day",
)
_p(
    "smuggling",
    "fare_max",
    14000,
    8000,
    16000,
    "triangular",
    "EUR",
    "B",
    "as fare_start: the highest price reported",
    "highest price of a seat",
)
_p(
    "smuggling",
    "fare_speed",
    0.023,
    0.002,
    0.05,
    "log-uniform",
    "per day",
    "C",
    "assumption",
    "daily move of the fare per unit of excess queue",
)
_p(
    "smuggling",
    "fare_floor_markup",
    2.0,
    1.1,
    5.0,
    "uniform",
    "factor",
    "B",
    "D30: lowest fare reported (2020) over the break-even fare of that year",
    "lowest fare over the break-even fare",
)
_p(
    "smuggling",
    "queue_target_days",
    4.5,
    2,
    15,
    "log-uniform",
    "days",
    "B",
    "D31: people at the coast who do not rest after a stop, over attempts on a usable day (D6)",
    "queue, in days of launches, at which a network leaves its fare as it is",
)
_p(
    "smuggling",
    "pay_on_success",
    0.9,
    0.6,
    1.0,
    "triangular",
    "share",
    "B",
    "Koser 2008, International Migration 46(2)",
    "share of a fare that is released only on arrival",
)
_p(
    "smuggling",
    "sector_rationality",
    3.0,
    0.5,
    8.0,
    "log-uniform",
    "per unit of success",
    "C",
    "An et al. 2013, Interfaces 43(5): form, not value",
    "lambda of the quantal response over sectors",
)
_p(
    "smuggling",
    "sector_cost_per_km",
    0.01,
    0.0,
    0.03,
    "uniform",
    "success per km of sea",
    "C",
    "assumption",
    "disutility of a longer crossing, in units of success",
)
_p(
    "smuggling",
    "belief_memory_days",
    14,
    3,
    45,
    "log-uniform",
    "days",
    "C",
    "assumption",
    "memory of a network for the risk of a sector",
)
_p(
    "smuggling",
    "belief_sharing",
    0.05,
    0.0,
    0.2,
    "uniform",
    "per day",
    "C",
    "assumption",
    "pull of a network's beliefs towards the mean of all networks",
)
_p(
    "smuggling",
    "taxi_share_start",
    0.002,
    0.0005,
    0.01,
    "log-uniform",
    "share",
    "C",
    "first seen in 2022; 45 % of boats in 2025 (PREMAR)",
    "share of launches by taxi boat on the first day",
)
_p(
    "smuggling",
    "taxi_speed",
    0.0101,
    0.005,
    0.03,
    "log-uniform",
    "per day and unit of advantage",
    "B",
    "D32: from the first share to 45 % of boats in 2025 (PREMAR) at the advantage of 2022",
    "speed of imitation between tactics",
)
_p(
    "smuggling",
    "taxi_cost",
    0.02,
    0.0,
    0.15,
    "uniform",
    "success",
    "C",
    "assumption",
    "disadvantage of the taxi boat apart from the risk of being stopped",
)
_p(
    "smuggling",
    "taxi_stop_factor",
    0.5,
    0.2,
    0.8,
    "triangular",
    "factor",
    "C",
    "Assemblee nationale 2023: forces may not intervene once afloat",
    "multiplies the chance that a taxi boat is stopped",
)
_p(
    "smuggling",
    "surge_gain",
    0.3,
    0.0,
    1.0,
    "uniform",
    "per day of bad sea",
    "C",
    "NCA 2019: release after bad spells",
    "extra launches after each day without a usable sea",
)
_p("smuggling", "surge_days", 4, 1, 10, "uniform", "days", "C", "assumption", "most days that a surge builds up")

# --- patrols ----------------------------------------------------------------------------------------------------------
_p(
    "patrols",
    "team_size",
    5,
    4,
    8,
    "fixed",
    "officers",
    "A",
    "2019: 45 officers a day in fives (PA 15 Oct 2019)",
    "officers in a team",
)
_p("patrols", "shift_hours", 8, 6, 12, "fixed", "hours", "C", "assumption", "hours of a team on its beach")
_p(
    "patrols",
    "share_night",
    0.76,
    0.7,
    0.8,
    "uniform",
    "share",
    "A",
    "DNPAF/OLTIM note, franceinfo Jun 2024: 76 % of departures 00:00-09:00",
    "teams that work at night",
)
_p(
    "patrols",
    "search_sweep",
    0.8,
    0.04,
    2.0,
    "log-uniform",
    "km per officer-hour",
    "C",
    "D33: a team of five on foot at 4 km/h; form: Koopman, Washburn",
    "k s of the random search formula",
)
_p("patrols", "launch_min", 20, 8, 45, "lognormal", "minutes", "C", "assumption", "time from the dunes until afloat")
_p(
    "patrols",
    "alert_min",
    15,
    2,
    40,
    "lognormal",
    "minutes",
    "C",
    "assumption (evidence 1.2)",
    "time from detection to alert",
)
_p(
    "patrols",
    "response_speed",
    40,
    20,
    60,
    "uniform",
    "km/h",
    "C",
    "assumption: coast roads at night",
    "speed of a team on its way to a launch; the distance follows from the spacing of teams",
)
_p(
    "patrols",
    "officers_per_person",
    0.45,
    0.2,
    1.0,
    "triangular",
    "officers per person aboard",
    "B",
    "D34: teams of five (2019) when boats carried eleven",
    "officers that it takes to hold a launch",
)
_p("patrols", "intervention_hours", 2, 1, 5, "uniform", "hours", "C", "assumption", "hours that a stop binds its teams")
_p(
    "patrols",
    "people_found",
    24.5,
    15,
    40,
    "triangular",
    "people",
    "B",
    "D2: people per prevented boat in 2022; 11 of 11 in 2019, 27 of 62 in 2025",
    "most people found at a stopped launch, on average; the others were still hidden and stay booked",
)
_p(
    "patrols",
    "allocation_lag_days",
    14,
    3,
    60,
    "log-uniform",
    "days",
    "C",
    "assumption",
    "time in which every team has been sent anew",
)
_p(
    "patrols",
    "allocation_floor",
    0.15,
    0.05,
    0.5,
    "uniform",
    "weight",
    "C",
    "assumption",
    "part of the command's weights that follows coast length and not launches",
)
_p(
    "patrols",
    "allocation_focus",
    1.0,
    0.5,
    2.0,
    "uniform",
    "exponent",
    "C",
    "assumption",
    "how sharply teams follow past launches",
)

# --- behaviour at the coast -------------------------------------------------------------------------------------------
_p(
    "behaviour",
    "boat_preference",
    1.44,
    0,
    5,
    "uniform",
    "utility",
    "C",
    "D35: assumption that who can pay books within two to three days, at the figures of 2022",
    "taste for the boat over waiting a day",
)
_p(
    "behaviour",
    "lorry_preference",
    -1.1,
    -2.5,
    0.5,
    "uniform",
    "utility",
    "B",
    "D35: lorry attempts found in 2019 over people at the coast",
    "taste for a lorry attempt over waiting a day",
)
_p(
    "behaviour",
    "risk_weight",
    -1.0,
    -3.0,
    -0.2,
    "triangular",
    "utility per unit of probability",
    "C",
    "form: Klabunde & Willekens 2016",
    "weight of the believed chance to fail",
)
_p(
    "behaviour",
    "death_weight",
    -0.03,
    -0.3,
    0.0,
    "triangular",
    "utility per death in 10,000",
    "C",
    "40 crossed the day after 27 died (Hansard, 21 Jul 2022): near zero is the observation",
    "weight of the believed risk of death",
)
_p(
    "behaviour",
    "fare_weight",
    -2.0,
    -4.0,
    -0.5,
    "triangular",
    "utility per share of money",
    "C",
    "assumption",
    "weight of the fare over a person's money",
)
_p(
    "behaviour",
    "wait_weight",
    -0.05,
    -0.2,
    0.0,
    "triangular",
    "utility per day",
    "C",
    "assumption",
    "weight of the queue for a seat, in days",
)
_p(
    "behaviour",
    "booking_review_days",
    7,
    3,
    14,
    "uniform",
    "days",
    "C",
    "assumption",
    "days after which a booked person thinks again",
)
_p(
    "behaviour",
    "p_retry",
    0.95,
    0.75,
    0.99,
    "beta",
    "probability",
    "C",
    "US analogue 0.67-1.0 (NRC 2013, D19); witnesses report many tries",
    "chance to try again after a stop",
)
_p(
    "behaviour",
    "retry_wait_days",
    3,
    1,
    10,
    "lognormal",
    "days",
    "C",
    "NRC 2013: most within 30 days",
    "mean wait before the next try",
)
_p(
    "behaviour",
    "give_up_hazard",
    0.004,
    0.001,
    0.012,
    "triangular",
    "per person-day",
    "C",
    "assumption",
    "chance a day to give up and stay, at the coast",
)

# --- reception and return ---------------------------------------------------------------------------------------------
_p(
    "reception",
    "shelter_hazard",
    0.011,
    0.0076,
    0.016,
    "uniform",
    "per person-day",
    "B",
    "D12: 6,950 moves in 2021",
    "wish to move into a shelter near the coast",
)
_p(
    "reception",
    "shelter_stay_days",
    10,
    5,
    45,
    "lognormal",
    "days",
    "C",
    "CAES nominally a week (Nord) to 1-2 months",
    "mean stay in a shelter near the coast",
)
_p(
    "reception",
    "shelter_return_share",
    0.8,
    0.5,
    0.95,
    "triangular",
    "share",
    "C",
    "NGO reports of people who walk back; no count",
    "people who leave a coast shelter for the camps again",
)
_p(
    "reception",
    "reception_uptake",
    0.15,
    0.05,
    0.35,
    "triangular",
    "share",
    "C",
    "evidence 1.11",
    "offers of a place in the south that are taken by somebody with average traits",
)
_p("reception", "uptake_kin", -0.8, -2.0, 0.0, "uniform", "log odds", "C", "assumption", "effect of kin in the UK")
_p(
    "reception",
    "uptake_failed",
    0.2,
    0.0,
    0.5,
    "uniform",
    "log odds per failure",
    "C",
    "assumption",
    "effect of every failed attempt",
)
_p(
    "reception",
    "uptake_winter",
    0.5,
    0.0,
    1.0,
    "uniform",
    "log odds",
    "C",
    "Feb 2021 frost: 200 of 300 and 450 of 600 places used",
    "effect of December to February",
)
_p(
    "reception",
    "reception_stay_days",
    45,
    7,
    180,
    "lognormal",
    "days",
    "A",
    "France Bleu 2017",
    "mean stay in the south",
)
_p(
    "reception",
    "reception_asylum_share",
    0.68,
    0.6,
    0.8,
    "triangular",
    "share",
    "A",
    "Ministry in Europe 1, 2016: CAO stays",
    "stays in the south that end in the asylum procedure",
)
_p(
    "reception",
    "reception_leave_share",
    0.24,
    0.2,
    0.32,
    "triangular",
    "share",
    "A",
    "Europe 1 2016; FNARS survey",
    "stays in the south that end in going north; the rest stay in France outside the procedure",
)
_p(
    "return",
    "assisted_return_hazard",
    0.00025,
    0.0001,
    0.0005,
    "uniform",
    "per person-day",
    "B",
    "D13",
    "chance a day to take an assisted return, at the coast",
)
_p(
    "return",
    "detention_share",
    0.02,
    0.0,
    0.1,
    "triangular",
    "share of the stopped",
    "C",
    "Hansard: by and large police do not arrest those stopped",
    "stopped people who are detained",
)
_p(
    "return",
    "detention_places",
    100,
    50,
    400,
    "uniform",
    "places",
    "C",
    "assumption; Coquelles held about 80",
    "detention places usable for people stopped at the coast",
)
_p(
    "return",
    "detention_days",
    11,
    5,
    30,
    "lognormal",
    "days",
    "C",
    "evidence 1.12: about 10-12 days",
    "mean stay in detention",
)
_p(
    "return",
    "removal_share",
    0.45,
    0.4,
    0.5,
    "triangular",
    "share of the detained",
    "A",
    "deputy, Assemblee nationale, 15th legislature",
    "detained people who are removed, where removal is possible",
)

# --- ports ------------------------------------------------------------------------------------------------------------
_p(
    "ports",
    "p_found_dogs",
    0.35,
    0.1,
    0.6,
    "uniform",
    "probability",
    "C",
    "no sensitivity study found; three tools together find 0.75 (0.5-0.95)",
    "lorry attempts that dogs find",
)
_p(
    "ports",
    "p_found_cctv",
    0.30,
    0.1,
    0.6,
    "uniform",
    "probability",
    "C",
    "as p_found_dogs",
    "lorry attempts that cameras and fences find",
)
_p(
    "ports",
    "p_found_co2",
    0.45,
    0.2,
    0.7,
    "uniform",
    "probability",
    "C",
    "as p_found_dogs",
    "lorry attempts that CO2, heartbeat and scanner checks find",
)

# --- intelligence -----------------------------------------------------------------------------------------------------
_p(
    "intelligence",
    "dismantling_hazard",
    0.00164,
    0.0002,
    0.003,
    "log-uniform",
    "per network and day",
    "B",
    "D8: 2 a month at 40 networks; low end is the Cour des comptes count",
    "chance a day that an average network is dismantled",
)
_p(
    "intelligence",
    "largest_bias",
    1.0,
    0.0,
    2.0,
    "uniform",
    "exponent",
    "C",
    "Operation Punjum hit the largest",
    "how much likelier large networks are hit",
)
_p(
    "intelligence",
    "recovery_days",
    30,
    7,
    120,
    "lognormal",
    "days",
    "C",
    "TF1: one waiting to take over",
    "mean time until a dismantled network trades again",
)
_p(
    "intelligence",
    "recovery_size",
    0.5,
    0.2,
    1.0,
    "uniform",
    "share",
    "C",
    "assumption",
    "size of a rebuilt network relative to before",
)
_p(
    "intelligence",
    "clients_move_share",
    0.8,
    0.5,
    1.0,
    "uniform",
    "share",
    "C",
    "evidence 1.4",
    "clients of a dismantled network who move to rivals at once",
)
_p(
    "intelligence",
    "arrests_per_network",
    9.1,
    4,
    40,
    "triangular",
    "arrests",
    "B",
    "D8: 500/55",
    "arrests per dismantling",
)
_p(
    "intelligence",
    "intelligence_memory_days",
    60,
    20,
    180,
    "log-uniform",
    "days",
    "C",
    "assumption",
    "time in which information goes stale",
)
_p(
    "intelligence",
    "debrief_yield",
    0.0005,
    0.0,
    0.002,
    "uniform",
    "per stopped person",
    "C",
    "Cour des comptes: first-level information",
    "information gained from people who were stopped",
)
_p(
    "intelligence",
    "seizure_yield",
    0.01,
    0.0,
    0.05,
    "uniform",
    "per seized boat",
    "C",
    "assumption",
    "information gained from boats seized upstream",
)
_p(
    "intelligence",
    "intelligence_gain",
    0.1,
    0.0,
    0.3,
    "uniform",
    "per unit of information",
    "C",
    "evidence 1.3",
    "growth of the dismantling hazard with information",
)

# --- information ------------------------------------------------------------------------------------------------------
_p(
    "information",
    "p_meeting",
    0.3,
    0.1,
    0.5,
    "uniform",
    "probability",
    "A",
    _RR + " (p_info_mingle)",
    "chance that a person who acts exchanges with a voice of the place",
)
_p("information", "convince", 0.5, 0.2, 0.8, "uniform", "", "C", _RR, "trust gained by the doubtful")
_p("information", "convert", 0.1, 0.0, 0.3, "uniform", "", "C", _RR, "pull on the value of the trusting")
_p("information", "confuse", 0.3, 0.0, 0.5, "uniform", "", "C", _RR, "doubt raised by contradiction")
_p(
    "information",
    "trust_memory_days",
    90,
    30,
    365,
    "log-uniform",
    "days",
    "C",
    "assumption",
    "time in which trust in a belief decays",
)
_p(
    "information",
    "own_experience_weight",
    0.5,
    0.2,
    0.9,
    "uniform",
    "",
    "C",
    "assumption",
    "pull of an own attempt on the belief",
)
_p(
    "information",
    "opinion_memory_days",
    14,
    3,
    60,
    "log-uniform",
    "days",
    "C",
    "assumption",
    "memory of a place for what its people and the coast report",
)
_p(
    "information",
    "prior_boat_stopped",
    0.6,
    0.3,
    0.9,
    "uniform",
    "probability",
    "C",
    "assumption",
    "belief about boats that newcomers and places begin with",
)
_p(
    "information",
    "prior_lorry_found",
    0.75,
    0.5,
    0.95,
    "uniform",
    "probability",
    "C",
    "as the port search",
    "belief about lorries that newcomers and places begin with",
)
_p(
    "information",
    "prior_deaths_per_10k",
    5,
    1,
    20,
    "log-uniform",
    "deaths per 10,000",
    "C",
    "assumption",
    "belief about death that newcomers and places begin with",
)
_p("information", "prior_trust", 0.3, 0.1, 0.6, "uniform", "", "C", "assumption", "trust in those first beliefs")


class Parameters:
    """Values of all parameters by name: `Parameters(p_retry=0.9).p_retry`.

    Raises InputError naming every unknown name, every value that is not a finite number and every one out of range.
    """

    def __init__(self, changes: Mapping[str, float] | None = None, /, **more: float) -> None:
        given = {**(changes or {}), **more}
        problems = [text for name, value in given.items() for text in parameter_problems(name, value)]
        if problems:
            raise InputError(problems)
        self._values = {name: float(given.get(name, p.default)) for name, p in PARAMETERS.items()}

    def __getattr__(self, name: str) -> float:
        try:
            return float(self.__dict__["_values"][name])
        except KeyError:
            raise AttributeError(f"no parameter is called {name!r}") from None

    def values(self) -> dict[str, float]:
        """All values, in the order of declaration."""
        return dict(self._values)


def parameter_problems(name: str, value: object) -> list[str]:
    """What is wrong with one value, in words; empty if nothing is."""
    if name not in PARAMETERS:
        return [f"parameters.{name}: no such parameter; 'corridor list parameters' shows all"]
    p = PARAMETERS[name]
    if not is_number(value):
        return [f"parameters.{name}: {value!r} is not allowed; a number from {p.low:g} to {p.high:g} ({p.unit})"]
    if not p.low <= value <= p.high:
        return [f"parameters.{name}: {value:g} is out of range; allowed {p.low:g} to {p.high:g} ({p.unit})"]
    return []
