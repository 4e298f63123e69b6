"""Names in words, for titles and labels: indicators, parameters, levers and places; never the names of code."""

from __future__ import annotations

from collections.abc import Mapping

from corridor.model.lever_declarations import Lever
from corridor.model.levers import LEVERS
from corridor.model.parameters import PARAMETERS
from corridor.results.plots.style import EFFECTS

QUANTITIES = {
    **dict(EFFECTS),
    "arrivals_boats": "Boats that arrive",
    "arrivals_lorry": "Arrivals by lorry (people)",
    "arrivals_boat_or_lorry": "Arrivals by boat or lorry (people)",
    "attempts_boats": "Boats launched or stopped",
    "prevented_boats": "Boats prevented",
    "people_per_boat": "People per boat that arrives",
    "camp_stock": "People at the coast",
    "deaths_atlantic": "Deaths, Atlantic",
    "deaths_per_10000_attempts": "Channel deaths per 10,000 attempts",
    "stop_rate_people": "Share of attempts that are stopped",
    "stop_rate_boats": "Share of launches that are stopped",
    "attempts_per_success": "Attempts per arrival",
    "cost_eur_million": "Cost (EUR million)",
    "coast_arrivals": "People who reach the coast",
    "arrivals_albania": "Albanians who arrive by boat (people)",
    "lorry_attempts": "Attempts in lorries (person-attempts)",
    "crossing_days": "Days with a crossing",
}
SENTENCES = {
    "arrivals_people": "arrivals by small boat (people)",
    "unique_people_trying": "the number of people who tried",
    "prevented_people": "prevented attempts (person-attempts)",
    "deaths_channel": "deaths in the Channel",
    "deaths_mediterranean": "deaths in the Mediterranean",
    "deaths_atlantic": "deaths in the Atlantic",
}
MONTHLY = {
    "arrivals_people": "People who arrive in Kent by small boat, a month",
    "arrivals_boats": "Boats that arrive in Kent, a month",
    "people_per_boat": "People per boat that arrives, by month",
    "prevented_people": "Prevented person-attempts, a month",
    "deaths_channel": "Deaths in the Channel, a month",
}
CONDITIONS = {
    "demand_uk": "Odds of being bound for the United Kingdom",
    "stop_odds": "Odds of a stop on the beach",
    "boat_supply": "Boats that the supply line carries",
    "usable_window": "Usable share of a night",
}
ACCENTS = {  # the data of places are plain ASCII, and their bytes are part of the identity of stored cases
    "Sainte-Cecile": "Sainte-Cécile",
    "Le Treport": "Le Tréport",
    "Briancon": "Briançon",
    "Almeria": "Almería",
    "Bihac": "Bihać",
}
TIMES = "times what there is without a policy"
GROUPS = {
    "horn": "Horn of Africa, others",
    "south_asia": "South Asia, others",
    "north_africa": "North Africa",
    "west_central_africa": "West and Central Africa",
    "other": "other nationalities",
}


def quantity(name: str) -> str:
    """An indicator in words."""
    return QUANTITIES.get(name, capitalised(name.replace("_", " ")))


def in_sentence(name: str) -> str:
    """An indicator within a sentence."""
    named = quantity(name)
    return SENTENCES.get(name, named if named.startswith("Albanian") else named[:1].lower() + named[1:])


def monthly_quantity(name: str) -> str:
    """A monthly series in words."""
    return MONTHLY.get(name, f"{quantity(name)}, by month")


def parameter(name: str) -> str:
    """A parameter in words, with its unit; a lever, a strength or a pair of parameters, too."""
    if name in PARAMETERS:
        return PARAMETERS[name].meaning
    if "*" in name:
        return " × ".join(parameter(part) for part in name.split("*"))  # noqa: RUF001
    if name.startswith("strength."):
        return f"strength: {name.removeprefix('strength.').replace('_', ' ')}"
    return lever(name) if name in LEVERS else name.replace("_", " ")


def condition(name: str) -> str:
    """A condition of the time in words."""
    return CONDITIONS.get(name, capitalised(name.replace("_", " ")))


def lever(name: str) -> str:
    """What a lever is, without what it does in detail."""
    if name not in LEVERS:
        return parameter(name)
    return LEVERS[name].meaning.split(";")[0].split(",")[0].rstrip(".")


def lever_axis(name: str) -> str:
    """The values of a lever, with their unit."""
    declared: Lever | None = LEVERS.get(name)
    if declared is None:
        return lever(name)
    return f"{lever(name)} ({TIMES if declared.unit == 'factor' else declared.unit})"


def place(name: str) -> str:
    """The name of a place with its accents."""
    for plain, right in ACCENTS.items():
        name = name.replace(plain, right)
    return name


def sector(name: str) -> str:
    """The town that a coast sector is called after."""
    town = capitalised(name.removeprefix("sector_").replace("_", " "))
    return {"De panne": "De Panne", "Touquet": "Le Touquet"}.get(town, town)


def group(name: str) -> str:
    """A nationality group in words."""
    return GROUPS.get(name, capitalised(name.replace("_", " ")))


def in_titles(titles: Mapping[str, str], world: str) -> str:
    """The title of a world; its name in words where there is no title."""
    return titles.get(world) or capitalised(world.removeprefix("only_").replace("_", " ")).replace("cctv", "CCTV")


def capitalised(text: str) -> str:
    """A text with a capital letter, the others as they are."""
    return text[:1].upper() + text[1:]
