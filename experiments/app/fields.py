"""The fields of both views, as plain data for `controls.vue`, and what a change of one of them does to the settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from corridor.experiments.app.address import (
    FIRST,
    MEASURES,
    MONTHS,
    REFERENCES,
    WHOLE,
    ExploreSettings,
    PlaySettings,
    month_days,
)
from corridor.experiments.app.explore import Choices
from corridor.experiments.app.play.ground import TITLES, Ground
from corridor.experiments.app.play.panels import indicator_name
from corridor.experiments.app.play.session import SPEEDS, View
from corridor.model import LEVERS
from corridor.model.engine.errors import InputError
from corridor.model.lever_declarations import Lever

Field = dict[str, Any]
Group = dict[str, Any]
EVIDENCE = re.compile(r"\bevidence (\d+\.\d+)")  # how the declarations of levers cite it
STEPS = 18  # of a slider, at least
UNITS = {"factor": "\N{MULTIPLICATION SIGN}", "probability": "", "share": ""}  # beside a number; others as they are
GROUPS = {
    "Beaches and boats": (
        "patrol_officers", "surveillance_sweep", "alert_time", "response_time", "interception_afloat", "belgian_coast",
        "allocation_lag", "allocation_focus",
    ),
    "Networks and goods": ("boats_through", "dismantling", "hit_largest", "debriefs"),
    "Lorries and ports": ("port_dogs", "port_cctv", "port_co2", "lorry_access"),
    "Reception, shelters and camps": (
        "reception_south", "reception_paris", "reception_belgium", "reception_coast", "reception_acceptance",
        "reception_stay", "reception_return", "reception_asylum", "shelter_acceptance", "shelter_stay",
        "shelter_return", "shelters_calais", "shelters_dunkirk", "clear_calais", "clear_dunkirk",
    ),
    "Detention and return": ("detention", "removal_places", "assisted_return", "albania_returns"),
    "On the way": ("near_neighbours", "upstream_departures", "upstream_diversion", "campaign"),
    "Joint Monitoring Committee": (
        "committee_share", "committee_interval", "committee_counts_prevented", "committee_counts_arrivals",
        "committee_counts_deaths",
    ),
}  # fmt: skip


def play_groups(settings: PlaySettings, ground: Ground, draws: Sequence[int], refused: int = 0) -> list[Group]:
    """The worlds, the measures, and every lever as a slider.

    `refused` counts changes that were not allowed, after each of which the page shows the settings again.
    """
    worlds = [
        choice("reference", "Compared with", settings.reference, [(name, TITLES[name]) for name in REFERENCES]),
        {
            "kind": "checks",
            "name": "measures",
            "label": "Measures added to it",
            "value": list(settings.measures),
            "options": [(name, ground.title_of(name)) for name in MEASURES],
        },
    ]
    months = [(f"{day:%Y-%m}", f"{day:%B %Y}") for day in month_days()]
    time = [
        choice("start", "Levers hold from", f"{settings.start:%Y-%m}", months),
        choice("months", "Until the end of", str(settings.months), [(str(k), ends(k)) for k in range(1, MONTHS + 1)]),
        choice("draw", "Draw that is shown", str(settings.draw), [(str(draw), f"Draw {draw}") for draw in draws]),
    ]
    groups = [group("Two worlds", worlds) | {"refused": refused}, group("Time and draw", time)]
    groups += [group("Levers", [button("neutral", "All levers back to no change", disabled=not settings.levers)])]
    for title, names in GROUPS.items():
        moved = sum(name in settings.levers for name in names)
        label = f"{title} ({moved} moved)" if moved else title
        fields = [slider(LEVERS[name], settings.levers.get(name, LEVERS[name].baseline)) for name in names]
        groups.append(group(label, fields, folded=True, opened=bool(moved) or title == next(iter(GROUPS))))
    return groups


def ends(months: int) -> str:
    """The last month of so many, in words."""
    return f"{month_days()[months - 1]:%B %Y}"


def slider(lever: Lever, value: float) -> Field:
    """A lever with its unit, grade and source."""
    step = step_of(lever)
    neutral = f"{lever.baseline:g} is no change"
    source = EVIDENCE.sub(r"section \1 of the evidence review summed up in model/data/SOURCES.md", lever.source)
    about = f"{lever.meaning} Unit: {lever.unit}; {neutral}. Grade {lever.grade}. Source: {source}."
    label = capital(lever.name.replace("_", " "))
    numbers = {"min": lever.low, "max": lever.high, "step": step, "value": value}
    return {
        "kind": "range", "name": lever.name, "label": label, "unit": UNITS.get(lever.unit, lever.unit),
        "about": about, **numbers,
    }  # fmt: skip


def step_of(lever: Lever) -> float:
    """A round step that divides the range and from which the baseline can be reached."""
    reach = lever.high - lever.low
    return next(step for step in (500.0, 1.0, 0.1, 0.05, 0.01, 0.005) if reach / step >= STEPS)


def capital(text: str) -> str:
    """A text with a large first letter; CCTV and CO2 as they are written."""
    words = {"cctv": "CCTV", "co2": "CO2", "calais": "Calais", "dunkirk": "Dunkirk", "belgium": "Belgium"}
    words |= {"paris": "Paris", "belgian": "Belgian", "albania": "Albania"}
    text = " ".join(words.get(word, word) for word in text.split())
    return text[:1].upper() + text[1:]


def run_groups(view: View, draws: int, indicator: str, indicators: Sequence[str]) -> list[Group]:
    """What makes days pass, and asks for the effect."""
    ready = view.phase == "ready"
    days = [
        button("step", "One day", disabled=not ready),
        button("week", "One week", disabled=not ready),
        *(
            button(f"play{speed}", f"{speed} {'day' if speed == 1 else 'days'} a second", disabled=not ready,
                   pressed=view.speed == speed)
            for speed in SPEEDS
        ),
        button("pause", "Pause", disabled=not view.speed),
        button("restart", "Begin again", disabled=view.phase not in ("ready", "over")),
    ]  # fmt: skip
    known = view.effect is not None and not view.effect.error
    effect = [
        button("effect", f"Work out the effect from {draws} draws", disabled=known, strong=True),
        choice("indicator", "Shown below", indicator, [(name, indicator_name(name)) for name in indicators]),
    ]
    return [group("Days", days), group("Effect and series", effect)]


def explore_groups(choices: Choices, runs: Iterable[str]) -> list[Group]:
    """Which result, worlds, indicator and period."""
    settings = choices.settings
    fields = [choice("run", "Result", settings.run, [(name, "this folder" if name == "." else name) for name in runs])]
    if choices.indicators:
        named = [(name, indicator_name(name)) for name in choices.indicators]
        fields.append(choice("indicator", "Indicator", choices.indicator, named))
        periods = [(each, "Whole run" if each == WHOLE else each) for each in choices.periods]
        chosen = settings.period if settings.period in choices.periods else WHOLE
        fields.append(choice("period", "Period", chosen, periods))
        titles = [(name, choices.contents.title_of(name)) for name in choices.worlds]
        fields.append({"kind": "checks", "name": "world", "label": "Worlds", "value": choices.shown, "options": titles})
    return [group("Choose", fields)]


def group(title: str, fields: Sequence[Field], folded: bool = False, opened: bool = True) -> Group:
    """Fields under a heading; folded ones can be opened."""
    return {"title": title, "fields": list(fields), "folded": folded, "open": opened}


def choice(name: str, label: str, value: str, options: Sequence[tuple[str, str]]) -> Field:
    """One of several."""
    return {"kind": "select", "name": name, "label": label, "value": value, "options": [list(each) for each in options]}


def button(name: str, label: str, **about: Any) -> Field:
    """Something to press."""
    return {"kind": "button", "name": name, "label": label, **about}


def link(query: str) -> list[Group]:
    """The address of the settings, to be shared."""
    return [group("Share", [{"kind": "link", "name": "link", "label": "Link to these settings", "value": query}])]


def changed_play(settings: PlaySettings, change: Mapping[str, Any]) -> PlaySettings:
    """Settings after a field was changed. Raises InputError for what is not allowed."""
    name, value = str(change.get("name")), str(change.get("value"))
    if name == "neutral":
        return replace(settings, levers={})
    if name == "measures":
        kept = [each for each in settings.measures if each != value]
        return replace(settings, measures=(*kept, value) if change.get("on") is True else tuple(kept))
    if name == "reference":
        return replace(settings, reference=value)
    if name == "months":
        return replace(settings, months=whole(name, value))
    if name == "draw":
        return replace(settings, draw=whole(name, value))
    if name == "start":
        return replace(settings, start=next((d for d in month_days() if f"{d:%Y-%m}" == value), FIRST))
    if name in LEVERS:
        number = decimal(name, value)
        levers = {key: each for key, each in settings.levers.items() if key != name}
        return replace(settings, levers=levers if number == LEVERS[name].baseline else {**levers, name: number})
    raise InputError([f"{name!r}: is no field of this page"])


def changed_explore(settings: ExploreSettings, shown: Sequence[str], change: Mapping[str, Any]) -> ExploreSettings:
    """What is shown after a field was changed; `shown` are the worlds of before. Raises InputError for what is not
    allowed."""
    name, value = str(change.get("name")), str(change.get("value"))
    if name == "run":
        return ExploreSettings(run=value, indicator=settings.indicator)
    if name == "world":
        kept = [each for each in shown if each != value]
        return replace(settings, worlds=(*kept, value) if change.get("on") is True else tuple(kept))
    single: dict[str, Any] = {name: value}
    if name in ("indicator", "period", "table"):
        return replace(settings, **single)
    raise InputError([f"{name!r}: is no field of this page"])


def whole(name: str, text: str) -> int:
    """A whole number. Raises InputError where it is none."""
    if not text.isdecimal() or len(text) > 6:
        raise InputError([f"{name}: {text!r} is not allowed; a whole number"])
    return int(text)


def decimal(name: str, text: str) -> float:
    """A number. Raises InputError where it is none."""
    try:
        return float(text)
    except ValueError:
        raise InputError([f"{name}: {text!r} is not allowed; a number"]) from None
