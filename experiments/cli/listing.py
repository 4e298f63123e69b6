"""What `corridor list` shows: rows of plain text from the model's own declarations."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from corridor.experiments.config.documents.yaml import read
from corridor.experiments.config.experiment_file import ExperimentFile
from corridor.experiments.config.policies.policy_files import PolicyBook
from corridor.experiments.config.shipped import CONFIGS, shipped_experiments
from corridor.model import INDICATORS, LEVERS, PARAMETERS, Parameters, load_geography
from corridor.model.day_inputs import baseline_inputs
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs.data_files import DATA
from corridor.model.inputs.history import History
from corridor.model.levers import Lever
from corridor.model.parameters import COLUMNS, NO, YES

PLACES = DATA / "places.csv"

Header = tuple[str, ...]
Rows = list[tuple[str, ...]]


def _fields(items: Iterable[Any], header: Header) -> Rows:
    return [tuple(_text(getattr(item, name)) for name in header) for item in items]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int | float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return "" if value is None else str(value)


def _levers() -> tuple[Header, Rows]:
    header = ("name", "baseline", "low", "high", "unit", "combine", "acts_on", "meaning", "grade", "source")
    rows = [
        (*row, _natural_baseline(lever), lever.natural_unit)
        for row, lever in zip(_fields(LEVERS.values(), header), LEVERS.values(), strict=True)
    ]
    return (*header, "natural_baseline", "natural_unit"), rows


def _natural_baseline(lever: Lever) -> str:
    """What a lever is without any policy, in natural units: with default parameters, over the dates of the history."""
    history, sets = History(), ParameterSets([Parameters().values()])
    inputs = [baseline_inputs(sets, load_geography(), history, day) for day in history.days]
    values = [lever.natural(lever.baseline, each) for each in inputs]
    return " to ".join(dict.fromkeys((_text(min(values)), _text(max(values)))))


def _parameters() -> tuple[Header, Rows]:
    return tuple(COLUMNS), _fields(PARAMETERS.values(), tuple(COLUMNS))


def _indicators() -> tuple[Header, Rows]:
    header = ("name", "kind", "unit", "meaning", "numerator", "denominator", "whole_period")
    return header, _fields(INDICATORS.values(), header)


def _policies() -> tuple[Header, Rows]:
    header = ("name", "title", "reference", "paragraph", "grade", "cost_eur_million", "levers", "includes", "note")
    rows = []
    for name, file in PolicyBook(CONFIGS).all_files():
        plain = {key: getattr(file, key) for key in header[1:]} | {
            "name": name,
            "levers": " ".join(file.levers),
            "includes": " ".join(file.includes),
        }
        rows.append(tuple(_text(plain[key]) for key in header))
    return header, rows


def _experiments() -> tuple[Header, Rows]:
    header = ("name", "title", "start", "end", "scale", "seeds", "worlds", "baseline", "file")
    rows = []
    for name, path in shipped_experiments().items():
        said = read(path).data
        plain = said | {"name": name, "scale": said.get("scale", 1), "worlds": " ".join(said["worlds"]), "file": path}
        rows.append(tuple(_text(plain[key]) for key in header))
    return header, rows


def _places() -> tuple[Header, Rows]:
    with PLACES.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    return tuple(header), [tuple(row) for row in rows]


def _figures() -> tuple[Header, Rows]:
    from corridor.results.plots.catalogue import index

    return ("name", "meaning", "needs", "options"), list(index.rows())


LISTINGS: dict[str, Callable[[], tuple[Header, Rows]]] = {
    "levers": _levers,
    "parameters": _parameters,
    "indicators": _indicators,
    "places": _places,
    "policies": _policies,
    "experiments": _experiments,
    "figures": _figures,
}
SHOWN = {
    "levers": {
        "name": "{name}",
        "meaning, then what a policy may set, and what there is without one": "{meaning}\n  {allowed}; {unmoved}",
    },
    "parameters": {
        "name": "{name}",
        "default": "{default}",
        "allowed": "{low} to {high}",
        "meaning": "{meaning} [{unit}] ({grade}, fitted: {fitted})",
    },
    "indicators": {"name": "{name}", "kind": "{kind}", "meaning": "{meaning} [{unit}]"},
    "places": {"place": "{place}", "called": "{name}", "country": "{country}", "kind": "{kind}"},
    "policies": {"name": "{name}", "title, then its levers or what it includes": "{title}\n  {levers}{includes}"},
    "figures": {"name": "{name}", "what it shows, then what it needs": "{meaning}\n  {needs}"},
    "experiments": {
        "name": "{name}",
        "title, then its days, people per agent and seeds": "{title}\n  {start} to {end}, scale {scale}, seeds {seeds}",
    },
}
UNBROKEN = {"name", "place", "default", "allowed"}
NOTES = {
    "levers": "Times: a factor on what is there without a policy, so that 1 changes nothing and 1.4 is 40 % more; "
    "several measures multiply. Other levers begin at 0, and several measures add up."
}


def json_schema() -> dict[str, Any]:
    """JSON Schema of the experiment file, with the names that an editor can offer and what they mean."""
    schema = ExperimentFile.model_json_schema()
    keys, world = schema["properties"], schema["$defs"]["World"]["properties"]
    keys["worlds"]["additionalProperties"] = False
    keys["parameters"] |= {
        "additionalProperties": False,
        "properties": {
            name: {
                "type": "number",
                "minimum": p.low,
                "maximum": p.high,
                "default": p.default,
                "description": f"{p.meaning} [{p.unit}] ({p.grade})".replace(" []", ""),
            }
            for name, p in PARAMETERS.items()
        },
    }
    keys["indicators"] |= {"uniqueItems": True, "items": {"enum": list(INDICATORS)}}
    names = PolicyBook(CONFIGS).names
    world["policies"] |= {"uniqueItems": True, "items": {"type": "string", "examples": names}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def rows(what: str) -> tuple[Header, Rows]:
    """Column names and rows of one listing, every column."""
    return LISTINGS[what]()


def lever_words(lever: dict[str, str]) -> dict[str, str]:
    """What a policy may set a lever to, and what there is without one, in words."""
    times = lever["combine"] == "multiply"
    allowed = f"{float(lever['low']):,g} to {float(lever['high']):,g} {'times' if times else lever['unit']}"
    unmoved = f"{lever['natural_baseline']} {lever['natural_unit']}"
    return {"allowed": allowed, "unmoved": "1 is what is there" if unmoved == "1 factor" else f"without: {unmoved}"}


def table(what: str, header: Header, rows: Rows) -> Table:
    """The main columns as a table that folds long text and cuts none, and what they mean below it."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption=NOTES.get(what), caption_justify="left")
    for name in SHOWN[what]:
        shown.add_column(name, overflow="fold", no_wrap=name in UNBROKEN)
    for row in rows:
        values = dict(zip(header, row, strict=True))
        values |= lever_words(values) if what == "levers" else {}
        shown.add_row(*(Text(pattern.format(**values).replace(" []", "")) for pattern in SHOWN[what].values()))
    return shown
