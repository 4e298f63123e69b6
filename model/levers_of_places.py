"""Levers of reception places, shelters, camps and removal centres, and of what people do there."""

from __future__ import annotations

import numpy as np

from corridor.model.day_inputs import Amount, Floats, Inputs, along
from corridor.model.inputs.geography import Geography
from corridor.model.lever_declarations import lever


def open_places(inputs: Inputs, value: Amount, geography: Geography, region: str) -> None:
    """Add reception places in a region, spread evenly over its places on the map."""
    inputs.places_opened = inputs.places_opened + along(value) * geography.region_shares(region)


def at_place(values: Floats, value: Amount, geography: Geography, place: str, neutral: float) -> Floats:
    """An input by place, times or plus a value (by `neutral`) at one place; unchanged on a map without it."""
    here = np.isin(geography.places, (place,))
    moved: Floats = np.where(here, along(value), neutral)
    return values * moved if neutral == 1.0 else values + moved


@lever(0.0, 20000.0, "places", "reception places in the south of France", "C", "evidence 1.11: no number given", "add")
def reception_south(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Reception places offered in the south of France."""
    open_places(inputs, value, geography, "south")


@lever(0.0, 20000.0, "places", "reception places in the Paris region", "C", "assumption: no number was found", "add")
def reception_paris(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Reception places offered in the Paris region to people on their way to the coast."""
    open_places(inputs, value, geography, "paris")


@lever(0.0, 20000.0, "places", "reception places in Belgium", "C", "assumption: no number was found", "add")
def reception_belgium(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Reception places offered in Brussels to people on their way to the coast."""
    open_places(inputs, value, geography, "belgium")


@lever(
    0.0,
    20000.0,
    "places",
    "shelters near the coast of Hauts-de-France",
    "C",
    "evidence 1.11: 450 of 600 places used in Feb 2021",
    "add",
)
def reception_coast(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Places added to the shelters of Hauts-de-France near the camps."""
    open_places(inputs, value, geography, "coast")


@lever(0.0, 10.0, "factor", "places of the shelters near Calais", "C", "evidence 1.11; 0 closes them")
def shelters_calais(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Places of the map in the shelters near Calais; those for whom there is no place any more leave that day."""
    inputs.places_factor = at_place(inputs.places_factor, value, geography, "camp_calais", 1.0)


@lever(0.0, 10.0, "factor", "places of the shelters near Dunkirk", "C", "evidence 1.11; 0 closes them")
def shelters_dunkirk(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Places of the map in the shelters near Dunkirk; those for whom there is no place any more leave that day."""
    inputs.places_factor = at_place(inputs.places_factor, value, geography, "camp_dunkirk", 1.0)


@lever(0.1, 10.0, "factor", "odds that an offer far from the coast is taken", "C", "evidence 1.11: 0.15 (0.05-0.35)")
def reception_acceptance(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Odds that somebody on the way takes a place that is offered far from the coast."""
    inputs.reception_odds *= value


@lever(0.1, 10.0, "factor", "people who seek shelter near the coast", "B", "evidence 1.11, D12: 6,950 moves in 2021")
def shelter_acceptance(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Hazard that somebody at the coast takes a place in a shelter near by."""
    inputs.shelter_wish *= value


@lever(0.1, 10.0, "factor", "length of stays far from the coast", "C", "evidence 1.11: a week to six months")
def reception_stay(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Mean stay in reception places far from the coast."""
    inputs.reception_stay *= value


@lever(0.1, 10.0, "factor", "length of stays near the coast", "C", "evidence 1.11: a week to two months")
def shelter_stay(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Mean stay in shelters near the coast."""
    inputs.shelter_stay *= value


@lever(0.0, 4.0, "factor", "stays far from the coast that end on the way north", "A", "evidence 1.11: 22-26 % left")
def reception_return(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Share of stays far from the coast that end on the way north again; at most all."""
    inputs.reception_return *= value


@lever(0.0, 2.0, "factor", "stays near the coast that end in the camps", "C", "evidence 1.11: many walk back")
def shelter_return(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Share of stays near the coast that end in the camps again; at most all."""
    inputs.shelter_return *= value


@lever(0.0, 2.0, "factor", "of those who do not go back, who ask for asylum", "A", "evidence 1.11: 68 % of all stays")
def reception_asylum(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Share of those who do not go back after a stay who enter the asylum procedure; the others stay outside it."""
    inputs.reception_asylum *= value


@lever(0.0, 1.0, "probability a day", "people at the camps of Calais", "C", "clearance of October 2016", combine="add")
def clear_calais(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Chance a day that somebody at a camp of Calais is moved: to a shelter, the other camp, or inland."""
    inputs.cleared = at_place(inputs.cleared, value, geography, "camp_calais", 0.0)


@lever(
    0.0, 1.0, "probability a day", "people at the camps of Dunkirk", "C", "clearance of November 2021", combine="add"
)
def clear_dunkirk(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Chance a day that somebody at a camp of Dunkirk is moved: to a shelter, the other camp, or inland."""
    inputs.cleared = at_place(inputs.cleared, value, geography, "camp_dunkirk", 0.0)


@lever(0.0, 10.0, "factor", "places in detention", "C", "evidence 1.12; 0 closes the removal centres")
def removal_places(inputs: Inputs, value: Amount, geography: Geography) -> None:
    """Places in detention; those for whom there is none any more are let out that day."""
    inputs.removal_places *= value
