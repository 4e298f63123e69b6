"""Each lever moves its own input of the day, at its own place and to its own value, and no other."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from corridor.model import LEVERS
from corridor.model.inputs.data_files import DATA
from tests.support.worlds import small_model

LOWER, MORE, PLACES = 0.75, 0.25, 300.0  # within the bounds of every lever that multiplies, adds, or opens places

MULTIPLIED: dict[str, tuple[str, ...]] = {  # lever -> the inputs that it multiplies
    "patrol_officers": ("officers",),
    "surveillance_sweep": ("sweep",),
    "alert_time": ("alert_min",),
    "response_time": ("response_time",),
    "allocation_lag": ("allocation_lag_days",),
    "allocation_focus": ("allocation_focus",),
    "debriefs": ("debrief_yield",),
    "dismantling": ("dismantling",),
    "near_neighbours": ("leg_pass",),
    "belgian_coast": ("own_officers",),
    "boats_through": ("boats_through",),
    "port_dogs": ("dog_teams",),
    "port_cctv": ("unseen_cctv", "lorry_access"),
    "port_co2": ("miss_co2",),
    "lorry_access": ("lorry_access",),
    "detention": ("detention",),
    "removal_places": ("removal_places",),
    "assisted_return": ("assisted_return",),
    "upstream_departures": ("entry_factor",),
    "committee_interval": ("committee_days",),
    "shelters_calais": ("places_factor",),
    "shelters_dunkirk": ("places_factor",),
    "reception_acceptance": ("reception_odds",),
    "shelter_acceptance": ("shelter_wish",),
    "reception_stay": ("reception_stay",),
    "shelter_stay": ("shelter_stay",),
    "reception_return": ("reception_return",),
    "shelter_return": ("shelter_return",),
    "reception_asylum": ("reception_asylum",),
}
ADDED_TO = {  # lever -> the input to which it adds
    "hit_largest": "hit_largest",
    "albania_returns": "albania_returns",
    "interception_afloat": "interception_afloat",
    "upstream_diversion": "diverted",
    "campaign": "campaign",
    "committee_share": "committee_share",
    "committee_counts_prevented": "count_prevented",
    "committee_counts_arrivals": "count_arrivals",
    "committee_counts_deaths": "count_deaths",
    "clear_calais": "cleared",
    "clear_dunkirk": "cleared",
}
OPENED = {  # lever -> where it opens reception places, spread evenly
    "reception_south": {"ventimiglia", "perpignan", "toulouse", "marseille", "nice", "briancon"},
    "reception_paris": {"paris"},
    "reception_belgium": {"brussels"},
    "reception_coast": {"camp_calais", "camp_dunkirk"},
}
AT = {  # lever -> the one place of an input by place or sector at which it acts
    "belgian_coast": "sector_de_panne",
    "shelters_calais": "camp_calais",
    "shelters_dunkirk": "camp_dunkirk",
    "clear_calais": "camp_calais",
    "clear_dunkirk": "camp_dunkirk",
}


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table of the map."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shores() -> set[str]:
    """The places from which boats leave for Europe."""
    return {row["place"] for row in rows_of("places") if row["kind"] == "shore"}


def legs_into_neighbours() -> set[tuple[str, str]]:
    """The legs over land by which Germany, Austria and Belgium are entered."""
    country = {row["place"]: row["country"] for row in rows_of("places")}
    return {
        (row["origin"], row["destination"])
        for row in rows_of("legs")
        if row["mode"] in {"foot", "road", "rail"}
        and country[row["destination"]] in {"DE", "AT", "BE"} - {country[row["origin"]]}
    }


class Pulled:
    """The inputs of a day before and after one lever is pulled."""

    def __init__(self, lever: str, to: float) -> None:
        self.model = small_model()
        self.before = {name: np.array(value, copy=True) for name, value in vars(self.model.inputs).items()}
        LEVERS[lever].pull(self.model.inputs, to, self.model.geography)
        self.after = {name: np.asarray(value) for name, value in vars(self.model.inputs).items()}

    def moved(self) -> set[str]:
        """The inputs that are not what they were."""
        return {name for name, value in self.before.items() if not np.array_equal(value, self.after[name])}

    def where(self, name: str) -> tuple[set[object], np.ndarray]:
        """Where an input is not what it was, and its positions there; every position of one that is one number."""
        rows = np.flatnonzero(self.before[name] != self.after[name])
        geography = self.model.geography
        if name == "leg_pass":
            legs = zip(geography.origin[rows], geography.destination[rows], strict=True)
            return {(geography.places[origin], geography.places[destination]) for origin, destination in legs}, rows
        places = geography.rows("sector")[rows] if name == "own_officers" else rows
        return ({geography.places[row] for row in places} if self.before[name].ndim else set()), rows

    def values(self, name: str, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The values of an input at positions, before and after."""
        return self.before[name].ravel()[rows], self.after[name].ravel()[rows]


def places_of(lever: str) -> set[object]:
    """Where a lever acts; nothing for an input that is one number."""
    if lever == "near_neighbours":
        return {*legs_into_neighbours()}
    if lever == "upstream_departures":
        return {*shores()}
    return {AT[lever]} if lever in AT else set()


def test_every_lever_is_in_one_of_the_tables() -> None:
    assert sorted([*MULTIPLIED, *ADDED_TO, *OPENED]) == sorted(LEVERS)
    assert len(shores()) == 10 and len(legs_into_neighbours()) > 10


@pytest.mark.parametrize("lever", MULTIPLIED)
def test_a_lever_multiplies_its_own_input_at_its_own_place_alone(lever: str) -> None:
    pulled = Pulled(lever, LOWER)
    assert pulled.moved() == set(MULTIPLIED[lever])
    for name in MULTIPLIED[lever]:
        where, rows = pulled.where(name)
        before, after = pulled.values(name, rows)
        assert where == places_of(lever)
        assert after == pytest.approx(LOWER * before)


@pytest.mark.parametrize("lever", ADDED_TO)
def test_a_lever_adds_to_its_own_input_at_its_own_place_alone(lever: str) -> None:
    pulled = Pulled(lever, MORE)
    assert pulled.moved() == {ADDED_TO[lever]}
    where, rows = pulled.where(ADDED_TO[lever])
    before, after = pulled.values(ADDED_TO[lever], rows)
    assert where == places_of(lever)
    assert after == pytest.approx(before + MORE)


@pytest.mark.parametrize("lever", OPENED)
def test_reception_places_open_evenly_in_their_region_alone(lever: str) -> None:
    pulled = Pulled(lever, PLACES)
    assert pulled.moved() == {"places_opened"}
    where, rows = pulled.where("places_opened")
    assert where == OPENED[lever]
    assert pulled.values("places_opened", rows)[1] == pytest.approx(PLACES / len(OPENED[lever]))
