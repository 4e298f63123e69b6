"""Folders of results as an analysis leaves them, made from a few numbers, with names as hostile as users' can be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from PIL import Image

from corridor.results.store.yearly import WHOLE
from corridor.results.tables import shapes
from corridor.results.tables.shape import as_json

HOSTILE = "<script>alert(1)</script> #eval(\"1\") *b* $x$ & 'q' \\"
NAN = float("nan")
DEFAULT = {  # indicator -> unit, mean, low, high, level of the baseline
    "arrivals_people": ("people", -26039.0, -30100.0, -20800.0, 200000.0),
    "attempts_people": ("person-attempts", -24400.0, -31700.0, -17200.0, 250000.0),
    "deaths_channel": ("deaths", 23.0, -34.0, 97.0, 200.0),
    "deaths_mediterranean": ("deaths", 0.0, 0.0, 0.0, 900.0),
    "arrivals_lorry": ("people", -1000.0, -2500.0, 100.0, 30000.0),
    "stop_rate_people": ("share", 0.034, 0.023, 0.05, 0.4),
    "launches_at_sector_calais": ("boats", -50.0, -80.0, -20.0, NAN),
    "launches_at_sector_berck": ("boats", 4.0, -10.0, 20.0, NAN),
}


Numbers = Mapping[str, tuple[str, float, float, float, float]]


def parts_of(years: Sequence[int]) -> list[tuple[str, float]]:
    """Each period with its part of the whole: later years have more."""
    weights = [k + 2 for k in range(len(years))]
    return [*((str(year), weight / sum(weights)) for year, weight in zip(years, weights, strict=True)), (WHOLE, 1.0)]


def effects_of(world: str, numbers: Numbers, years: Sequence[int]) -> pd.DataFrame:
    """Effects of a world by year and over the whole run."""
    rows = [
        {
            "world": world,
            "baseline": "without",
            "indicator": name,
            "unit": unit,
            "kind": "flow",
            "period": period,
            "mean": mean * part,
            "low": low * part,
            "high": high * part,
            "seeds": 30,
            "interval": "mean",
            "imposed": "",
            "note": "entries are set by albania_returns; effects that follow from them are imposed, too",
        }
        for name, (unit, mean, low, high, _) in numbers.items()
        for period, part in parts_of(years)
    ]
    return pd.DataFrame(rows)


def summary_of(worlds: list[str], numbers: Numbers, years: Sequence[int]) -> pd.DataFrame:
    """Values of the same."""
    rows = [
        {
            "world": world,
            "baseline": "",
            "indicator": name,
            "unit": unit,
            "kind": "flow",
            "period": period,
            "mean": level * part,
            "low": level * part * 0.9,
            "high": level * part * 1.1,
            "seeds": 30,
            "observed": level * part if period != WHOLE else NAN,
        }
        for world in worlds
        for name, (unit, _, _, _, level) in numbers.items()
        if level == level
        for period, part in parts_of(years)
    ]
    return pd.DataFrame(rows)


def write_result(
    folder: Path,
    numbers: Numbers = DEFAULT,
    *,
    worlds: tuple[str, ...] = ("statement",),
    title: str = "A title",
    years: Sequence[int] = (2023, 2024),
    with_manifest: bool = True,
) -> Path:
    """A folder with effects, summary, a figure and, if wanted, manifest and plan; the title of each world is its name
    and the title of the experiment."""
    (folder / "figures").mkdir(parents=True)
    effects = pd.concat([effects_of(world, numbers, years) for world in worlds])
    effects.to_csv(folder / "effects.csv", index=False)
    summary_of([*worlds, "without"], numbers, years).to_csv(folder / "summary.csv", index=False)
    Image.new("RGB", (20, 10), "white").save(folder / "figures" / "forest.png")
    if not with_manifest:
        return folder
    policy = {"title": title, "grade": "B", "cost_eur_million": 3.5, "reference": title, "levers": {"a_lever": []}}
    settings = {
        "title": title,
        "start": f"{years[0]}-01-01",
        "end": f"{years[-1]}-12-31",
        "scale": 10.0,
        "seeds": list(range(1, 31)),
        "baseline": "without",
        "worlds": {**{world: {"policies": ["a"]} for world in worlds}, "without": {"policies": []}},
        "policy_files": {"a": policy},
    }
    tables = {
        f"{name}.csv": {
            "meaning": title,
            "columns": dict.fromkeys(("world", "indicator", "mean"), title),
            "shape": as_json(shape),
        }
        for name, shape in (("effects", shapes.EFFECTS), ("summary", shapes.levels("for one further seed")))
    }
    manifest = {
        "title": title,
        "experiment_file": "x.yaml",
        "notes": [title],
        "configuration": settings,
        "corridor_version": "0.1.0",
        "packages": {"numpy": "2"},
        "tables": tables,
        "files": [*tables, "figures"],
    }
    titles = {world: f"{world} {title}" for world in (*worlds, "without")}
    plan = {"title": title, "baseline": "without", "worlds": titles, "seeds": [], "points": [], "identities": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "plan.json").write_text(json.dumps({**plan, "configuration": settings}), encoding="utf-8")
    pd.DataFrame([("effects.csv", "mean", title)], columns=["table", "column", "meaning"]).to_csv(
        folder / "data_dictionary.csv", index=False
    )
    return folder
