"""LaTeX of tables that have no worlds: of fits, forecasts, validations and allocations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from corridor import results

SETTING = (r"\raggedright ", r"\raggedleft ", r"\hfill ")


def folder_of(path: Path, table: pd.DataFrame, **about: Any) -> Path:
    """A folder with a table and a manifest, as commands write them."""
    path.mkdir(parents=True)
    table.to_csv(path / "t.csv", index=False)
    manifest = {**about, "tables": {"t.csv": {"meaning": "what it is", "columns": {}}}}
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return path


def lines_of(text: str) -> list[str]:
    """The lines of all panels, without what only sets type."""
    for word in (
        r"\raggedright ",
        r"\raggedleft ",
        r"\hfill ",
        r"{\scriptsize ",
        r"\allowbreak{}",
        r" \tabularnewline",
    ):
        text = text.replace(word, "")
    return [line.replace("}", "").strip() for line in text.splitlines() if "&" in line]


def test_months_of_a_forecast_have_their_quantiles(tmp_path: Path) -> None:
    ends = {"q05": [10.0, 1.5], "q50": [90.0, 2.0], "q95": [170.0, 4.5]}
    names = ["arrivals_people", "people_per_boat"]
    table = pd.DataFrame({"month": "2026-01", "indicator": names, "mean": [95.0, 2.5], **ends})
    inside = {"title": "A forecast", "configuration": {"scale": 10.0}}
    folder = folder_of(tmp_path / "out", table)
    folder_of(folder / "prediction", table, **inside)
    plan = {"title": "T", "baseline": "w", "worlds": {}, "seeds": [1], "identities": {}, "configuration": {}}
    (folder / "prediction" / "plan.json").write_text(json.dumps({**plan, "points": [{}, {}, {}]}), encoding="utf-8")
    text = results.latex_table(folder)
    assert (
        r"\caption{A forecast. What it is. 10 people per agent. 3 runs, each with its own parameters and seed. " in text
    )
    assert r"In small type: 5 \% and 95 \% quantiles.}" in text
    assert lines_of(text)[1:] == ["2026-01 & 95 & 2.50", "& 10 to 170 & 1.50 to 4.50"]


def test_parameters_of_a_fit_have_their_own_decimals_and_intervals(tmp_path: Path) -> None:
    ends = {"low": [0.00012, 8000.0], "median": [0.00214, 10123.4], "high": [0.0051, 12000.0]}
    table = pd.DataFrame({"parameter": ["fare_speed", "boat_cost"], **ends})
    text = results.latex_table(folder_of(tmp_path / "out", table))
    assert lines_of(text) == [
        "Parameter & median",
        r"fare\_speed & 0.00214",
        "& 0.00012 to 0.00510",
        r"boat\_cost & 10,123",
        "& 8,000 to 12,000",
    ]
    assert r"90 \% interval" in text


def test_costs_have_their_unit_and_no_numbers_of_seeds(tmp_path: Path) -> None:
    table = pd.DataFrame({"measure": ["a", "b"], "unit": "EUR million", "mean": [5.5, 9.0], "seeds": 2, "points": 1})
    table = table.assign(note=["", "cannot act"], low=[1.0, 2.0], high=[9.0, 10.0])
    assert lines_of(results.latex_table(folder_of(tmp_path / "out", table)))[:3] == [
        "Measure & mean [EUR million]",
        "a & 5.5",
        "& 1.0 to 9.0",
    ]


def test_shares_of_statements_are_beside_the_words_and_their_counts(tmp_path: Path) -> None:
    about = {"world": "w", "baseline": "b", "indicator": ["arrivals_people", "deaths_channel"], "sample": "ranges"}
    table = pd.DataFrame({**about, "words": ["fewer arrive", "fewer die"], "condition": "all", "holds": [3, 1]})
    table = table.assign(points=4, share=[0.75, 0.25], low=[0.4, 0.1], high=[0.9, 0.6], seeds=2)
    lines = lines_of(results.latex_table(folder_of(tmp_path / "out", table)))
    assert lines[0] == "Words & holds & points & share & seeds"
    assert lines[1:3] == ["fewer arrive & 3 & 4 & 0.750 & 2", "&  &  & 0.400 to 0.900 &"]


def test_intervals_of_simulated_values_are_beside_these(tmp_path: Path) -> None:
    table = pd.DataFrame({"statistic": ["largest_day"], "observed": [872.0], "simulated": [250.0]})
    text = results.latex_table(folder_of(tmp_path / "out", table.assign(low=[25.0], high=[475.0])))
    assert lines_of(text)[1:] == [r"largest\_day & 872 & 250", "&  & 25 to 475"]
    assert r"In small type: 90 \% interval.}" in text
