"""All levers: those declared here and those of places; how they work is in `lever_declarations`."""

from __future__ import annotations

import numpy as np

from corridor.model import levers_of_places  # declares its levers
from corridor.model.day_inputs import Amount, Inputs, along
from corridor.model.inputs.geography import Geography
from corridor.model.lever_declarations import LEVERS, ROUNDING, Lever, lever

__all__ = ["LEVERS", "ROUNDING", "Lever", "lever", "levers_of_places"]


@lever(
    0.0,
    3.0,
    "factor",
    "officers on the French coast",
    "A",
    "Joint statement, 14 Nov 2022: +40 % in five months",
    sets="officers",
)
def patrol_officers(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Officers on the French coast."""
    inputs.officers *= value


@lever(0.5, 3.0, "factor", "sweep width of the beach search", "C", "evidence 1.2: 1.3 (1.0-2.0)", sets="sweep")
def surveillance_sweep(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Sweep width of the search by drones, cameras and aircraft."""
    inputs.sweep *= value


@lever(0.2, 2.0, "factor", "minutes from detection to alert", "C", "evidence 1.2", sets="alert_min")
def alert_time(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Time from detection to alert."""
    inputs.alert_min *= value


@lever(0.2, 2.0, "factor", "minutes from alert to the launch site", "C", "evidence 1.7: cut of 0.2 (0-0.5)")
def response_time(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Time from alert to arrival of a team."""
    inputs.response_time *= value


@lever(0.2, 2.0, "factor", "days in which teams are sent anew", "C", "evidence 1.7", sets="allocation_lag_days")
def allocation_lag(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Days that the command takes to send every team anew."""
    inputs.allocation_lag_days *= value


@lever(0.5, 3.0, "factor", "exponent of the command's allocation", "C", "evidence 1.7", sets="allocation_focus")
def allocation_focus(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """How sharply teams follow past launches."""
    inputs.allocation_focus *= value


@lever(
    0.0, 5.0, "factor", "information gained per stopped person", "C", "evidence 1.3: 0.1 (0-0.3)", sets="debrief_yield"
)
def debriefs(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Information gained from people who were stopped, through embedded officers and debriefing."""
    inputs.debrief_yield *= value


@lever(0.0, 3.0, "factor", "hazard that a network is dismantled", "C", "evidence 1.4: gain 0.25 (0-0.6)")
def dismantling(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Hazard that a network is dismantled, through the Joint Intelligence Cell."""
    inputs.dismantling *= value


@lever(
    0.0,
    1.0,
    "probability a day",
    "chance that the largest network is dismantled",
    "C",
    "evidence 1.4: Operation Punjum, 5 July 2022",
    combine="add",
)
def hit_largest(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Chance a day that an operation takes the largest network apart, beside the hazard of all."""
    inputs.hit_largest += value


@lever(0.5, 1.0, "factor", "chance to enter Germany, Austria or Belgium over land", "C", "evidence 1.5: 0.10 (0-0.3)")
def near_neighbours(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Chance to get through the legs that enter Germany, Austria or Belgium over land."""
    inside = np.isin(np.arange(len(geography.origin)), geography.legs_into(("DE", "AT", "BE")))
    inputs.leg_pass = inputs.leg_pass * np.where(inside, along(value), 1.0)


@lever(
    0.0,
    3.0,
    "factor",
    "officers of the Belgian coast",
    "C",
    "evidence 1.5: transit interceptions -92.6 %, 2018-2022",
    sets="own_officers",
)
def belgian_coast(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Officers of the forces that watch their own sector outside the French command."""
    inputs.own_officers = inputs.own_officers * along(value)


@lever(0.0, 1.0, "probability", "chance of return believed in Albania", "B", "evidence 1.6", combine="add")
def albania_returns(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Chance of return that a newly arrived Albanian faces."""
    inputs.albania_returns += value


@lever(
    0.3,
    1.0,
    "factor",
    "boats that pass the supply line",
    "C",
    "evidence 1.8: 0.15 removed (0-0.5)",
    sets="boats_through",
)
def boats_through(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Share of boats and engines that pass on their way to the coast."""
    inputs.boats_through *= value


@lever(0.0, 5.0, "factor", "teams with detection dogs at the ports", "C", "evidence 1.9", sets="dog_teams")
def port_dogs(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Teams with detection dogs, each of which searches some lorries an hour."""
    inputs.dog_teams *= value


@lever(
    0.3,
    1.0,
    "factor",
    "people near a port whom cameras and fences do not see before they board, and ease of reaching lorries",
    "C",
    "evidence 1.10: 0.1 (0-0.3)",
    sets="unseen_cctv",
)
def port_cctv(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """People whom cameras and fences do not see before they board; lorries are as much harder to reach."""
    inputs.unseen_cctv *= value
    inputs.lorry_access *= value


@lever(0.3, 1.0, "factor", "people in lorries whom CO2 and scanner checks miss", "C", "evidence 1.10", sets="miss_co2")
def port_co2(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """People in lorries whom CO2, heartbeat and scanner checks miss."""
    inputs.miss_co2 *= value


@lever(
    0.1,
    3.0,
    "factor",
    "ease of reaching lorries",
    "C",
    "fences of 2015-2018; ports released in a scenario",
    sets="lorry_access",
)
def lorry_access(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Ease of reaching a lorry at the ports and the tunnel."""
    inputs.lorry_access *= value


@lever(
    0.0,
    1.0,
    "probability",
    "boats just afloat, within 300 m of the shore",
    "C",
    "evidence 1.2: discussed in 2025, no number was found",
    combine="add",
)
def interception_afloat(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Chance that a boat just afloat is met within 300 m of the shore and brought back."""
    inputs.interception_afloat += value


@lever(0.0, 10.0, "factor", "share of the stopped who are detained", "C", "evidence 1.12")
def detention(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Share of stopped people who are detained."""
    inputs.detention *= value


@lever(0.0, 10.0, "factor", "hazard of an assisted return", "C", "evidence 1.12, D13")
def assisted_return(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Hazard of an assisted return at the coast."""
    inputs.assisted_return *= value


@lever(
    0.3, 1.5, "factor", "entries at the southern shores", "C", "evidence 1.15: deterrence, kept apart from diversion"
)
def upstream_departures(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Departures from the southern shores."""
    inputs.entry_factor = inputs.entry_factor * np.where(geography.is_kind("shore"), along(value), 1.0)


@lever(
    0.0,
    0.3,
    "share of shores' entries",
    "entries moved from Libya and Tunisia to other shores",
    "C",
    "evidence 1.15: diversion",
    combine="add",
)
def upstream_diversion(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Share of Libyan and Tunisian departures that move to the shores further west, where the map has them."""
    inputs.diverted += value


@lever(0.0, 0.3, "probability", "believed risk of a boat being stopped", "C", "evidence 1.15: 0.05 (0-0.15)", "add")
def campaign(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Shift of what newcomers believe about boats being stopped, through communication upstream."""
    inputs.campaign += value


@lever(0.0, 0.5, "share", "effort that the committee moves at a review", "C", "evidence 1.14: 0.2 (0-0.5)", "add")
def committee_share(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Share of effort that the Joint Monitoring Committee moves at each review."""
    inputs.committee_share += value


@lever(0.2, 4.0, "factor", "days between reviews", "C", "evidence 1.14: 90 (30-180)", sets="committee_days")
def committee_interval(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Days between two reviews of the committee, relative to ninety."""
    inputs.committee_days *= value


@lever(0.0, 1.0, "weight", "what the committee counts", "C", "evidence 1.14", combine="add")
def committee_counts_prevented(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Weight of prevented attempts (more is better) in what the committee looks at."""
    inputs.count_prevented += value


@lever(0.0, 1.0, "weight", "what the committee counts", "C", "evidence 1.14", combine="add")
def committee_counts_arrivals(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Weight of arrivals (fewer is better) in what the committee looks at."""
    inputs.count_arrivals += value


@lever(0.0, 1.0, "weight", "what the committee counts", "C", "evidence 1.14", combine="add")
def committee_counts_deaths(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Weight of deaths (fewer is better) in what the committee looks at."""
    inputs.count_deaths += value
