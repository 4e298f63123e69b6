"""What is recorded each day: flows, stocks, and the ratios made of them.

A *flow* counts what happened that day and is summed over a year; a *stock* is the state at the end of the day and is
averaged; a *ratio* is a sum over a sum, formed only after summing. Attempts count events and people count persons: the
two are never added. To add a flow, declare it here and tally it in the stage where it happens; to add a stock, write
one function here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corridor.model.engine.kernels import tally
from corridor.model.state import State
from corridor.model.tables import NetworkStatus, Status

Floats = NDArray[np.float64]
Kind = Literal["flow", "stock", "ratio"]


@dataclass(frozen=True)
class Indicator:
    """One thing that is reported.

    A ratio is for `per` of its denominator. `whole_period` names the flow that replaces a flow when years are taken
    together.
    """

    name: str
    unit: str
    kind: Kind
    meaning: str
    numerator: str = ""
    denominator: str = ""
    whole_period: str = ""
    per: int = 1


INDICATORS: dict[str, Indicator] = {}
STOCKS: dict[str, Callable[[State], Floats]] = {}


def _flow(name: str, unit: str, meaning: str, whole_period: str = "") -> None:
    INDICATORS[name] = Indicator(name, unit, "flow", meaning, whole_period=whole_period)


def _ratio(name: str, unit: str, numerator: str, denominator: str, meaning: str, per: int = 1) -> None:
    INDICATORS[name] = Indicator(name, unit, "ratio", meaning, numerator, denominator, per=per)


def stock(unit: str) -> Callable[[Callable[[State], Floats]], Callable[[State], Floats]]:
    """Declare a function of the model as a daily stock; its docstring is its meaning."""

    def declare(function: Callable[[State], Floats]) -> Callable[[State], Floats]:
        name = function.__name__
        INDICATORS[name] = Indicator(name, unit, "stock", (function.__doc__ or "").strip())
        STOCKS[name] = function
        return function

    return declare


_flow("attempts_people", "person-attempts", "attempts by boat that met an outcome: prevented, arrived or died")
_flow("attempts_boats", "boats", "boats that were launched or stopped on the beach")
_flow("arrivals_people", "people", "people who reached Kent by small boat")
_flow("arrivals_boats", "boats", "boats whose people reached Kent")
_flow("prevented_people", "person-attempts", "people found at a stopped launch or brought back from the sea")
_flow("prevented_boats", "boats", "launches stopped on the beach or brought back from the sea")
_flow("returned_at_sea_people", "person-attempts", "people rescued at sea and brought back to France")
_flow("intercepted_afloat_people", "person-attempts", "people in boats intercepted afloat close to the shore")
_flow("intercepted_afloat_boats", "boats", "boats intercepted afloat close to the shore and brought back")
_flow(
    "unique_people_trying",
    "people",
    "people who made their first boat attempt of the recorded days of a calendar year",
    whole_period="new_people_trying",
)
_flow("new_people_trying", "people", "people who made their first boat attempt since the first recorded day")
_flow("deaths_channel", "deaths", "people who died in the Channel or boarding at its beaches")
_flow("deaths_at_launch", "deaths", "people of these who died at a launch that was stopped on the beach")
_flow("deaths_at_interception", "deaths", "people of these who died when their boat was intercepted close to the shore")
_flow(
    "deaths_mediterranean", "deaths", "people who died on the Mediterranean legs, or at the Evros and Belarus borders"
)
_flow("deaths_atlantic", "deaths", "people who died on the way to the Canaries")
_flow("lorry_attempts", "person-attempts", "attempts hidden in lorries at the ports and the tunnel")
_flow(
    "lorry_detected",
    "person-attempts",
    "lorry attempts that ended at a port: seen before boarding, or found in a lorry",
)
_flow("lorry_turned_away", "person-attempts", "people of these who were seen before boarding and left unmet")
_flow("arrivals_lorry", "people", "people who reached the United Kingdom by lorry")
_flow("entered_people", "people", "people who came in at a departure shore or another entry point")
_flow("landed_people", "people", "people who landed from a departure shore, over the sea or the Evros")
_flow("border_stops", "events", "people turned back at an inland border on the way")
_flow("menton_stops", "events", "people turned back between Ventimiglia and Nice")
_flow("coast_arrivals", "people", "people who reached the camps near the Channel for the first time")
_flow("sheltered_people", "people", "moves into a reception place")
_flow("cleared_people", "people", "people moved from a camp that was cleared")
_flow("shelter_returns", "people", "people who left a reception place for the coast again")
_flow("asylum_in_france", "people", "people who left a reception place for the asylum procedure")
_flow("detained_people", "people", "people placed in detention")
_flow("removed_people", "people", "people removed from detention to another country")
_flow("assisted_returns", "people", "people who took an assisted return")
_flow("gave_up_people", "people", "people who gave up crossing and stayed")
_flow("boats_delivered", "boats", "boats that reached the depots of the networks")
_flow("boats_lost", "boats", "boats taken from dismantled networks or left behind by networks that stopped")
_flow("boats_seized_upstream", "boats", "boats taken on the way to the coast")
_flow("networks_dismantled", "networks", "networks taken apart by police")
_flow("networks_entered", "networks", "new or rebuilt networks that began to trade")
_flow("arrests", "arrests", "smugglers arrested")
_flow("fares_paid", "EUR", "fares released on boarding or on arrival")
_flow("taxi_boats", "boats", "launches by the taxi-boat tactic")
_flow("usable_nights", "nights", "usable windows of the nights, summed: nights that could be used as a whole")
_flow("crossing_nights", "nights", "nights of which a part could be used")
_flow("officer_days", "officer-days", "officers on the French coast, summed over days")
_flow("arrivals_albania", "people", "Albanians who reached Kent by small boat")

_ratio("stop_rate_people", "share", "prevented_people", "attempts_people", "prevented people over attempts")
_ratio("stop_rate_boats", "share", "prevented_boats", "attempts_boats", "stopped boats over launches")
_ratio("people_per_boat", "people per boat", "arrivals_people", "arrivals_boats", "people in a boat that arrives")
_ratio("attempts_per_success", "attempts per arrival", "attempts_people", "arrivals_people", "attempts per arrival")
_ratio("taxi_boat_share", "share", "taxi_boats", "attempts_boats", "launches by the taxi-boat tactic")
_ratio(
    "deaths_per_10000_attempts",
    "deaths per 10 000",
    "deaths_channel",
    "attempts_people",
    "Channel deaths per 10 000 attempts",
    per=10_000,
)


@stock("people")
def camp_stock(m: State) -> Floats:
    """People at the coast, with or without a booking."""
    return m.scale * rows_with(m, Status.COAST, Status.BOOKED)


@stock("people")
def booked_people(m: State) -> Floats:
    """People who wait for a seat that they have booked."""
    return m.scale * rows_with(m, Status.BOOKED)


@stock("people")
def sheltered_stock(m: State) -> Floats:
    """People in reception places."""
    result: Floats = m.scale * m.places.sheltered.reshape(m.replicates, -1).sum(axis=1)
    return result


@stock("people")
def detained_stock(m: State) -> Floats:
    """People in detention."""
    result: Floats = m.scale * m.market.detained.astype(np.float64)
    return result


@stock("networks")
def networks_active(m: State) -> Floats:
    """Smuggling networks that trade."""
    return trading(m)


@stock("EUR")
def fare_boat(m: State) -> Floats:
    """Mean fare of a seat over the networks that trade; 0 while nobody trades."""
    rows = np.flatnonzero(m.networks.column("status") == NetworkStatus.ACTIVE)
    total = tally(m.networks.replicate[rows], m.replicates, m.networks.fare[rows])
    return total / np.maximum(trading(m), 1.0)


@stock("boats")
def boats_in_stock(m: State) -> Floats:
    """Boats in the depots of the networks."""
    return tally(m.networks.column("replicate"), m.replicates, m.networks.column("boats"))


@stock("teams")
def patrol_teams(m: State) -> Floats:
    """Patrol teams in the force, day and night."""
    return tally(m.patrols.column("replicate")[m.patrols.column("on_duty")], m.replicates)


def trading(m: State) -> Floats:
    """Number of trading networks in each replicate."""
    return tally(m.networks.column("replicate")[m.networks.column("status") == NetworkStatus.ACTIVE], m.replicates)


def rows_with(m: State, *statuses: int) -> Floats:
    """Agents of each replicate who are at the coast with one of the statuses."""
    return np.asarray(m.coast.by_status[:, list(statuses)].sum(axis=1))


BREAKDOWNS = {
    "leg_flows": ("people", "people who came to the end of a leg", "leg"),
    "launches_by_sector": ("boats", "boats launched or stopped on the beach", "sector"),
    "prevented_by_sector": ("person-attempts", "people found at launches stopped on the beach", "sector"),
    "arrivals_by_group": ("people", "people who reached Kent by small boat", "group"),
    "entries_by_entry_point": ("people", "people who came in at an entry point", "entry_point"),
}
SCALED_UNITS = ("people", "person-attempts", "deaths", "events")  # counted in agents, the others as they are
