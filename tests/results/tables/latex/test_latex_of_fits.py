"""LaTeX of tables that have no worlds: of fits, forecasts, validations and allocations."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from corridor import results
from corridor.calibration.fit.history_tables import LEARNED_SHAPE
from corridor.results.store.case_file import StoreError
from corridor.results.tables import shapes
from corridor.results.tables.exporting import write_tables
from corridor.results.tables.shape import Number, Shape, as_json

SETTING = (r"\raggedright ", r"\raggedleft ", r"\hfill ")


def folder_of(path: Path, table: pd.DataFrame, shape: Shape | None, **about: Any) -> Path:
    """A folder with a table and a manifest, as commands write them; without a shape, as older ones did."""
    path.mkdir(parents=True)
    table.to_csv(path / "t.csv", index=False)
    of_table = {"meaning": "what it is", "columns": {}} | ({"shape": as_json(shape)} if shape else {})
    manifest = {**about, "tables": {"t.csv": of_table}}
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
    folder = folder_of(tmp_path / "out", table, shapes.MONTHS)
    folder_of(folder / "prediction", table, shapes.MONTHS, **inside)
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
    shape = replace(LEARNED_SHAPE, numbers=LEARNED_SHAPE.numbers[:1])
    text = results.latex_table(folder_of(tmp_path / "out", table, shape))
    assert lines_of(text) == [
        "Parameter & median",
        r"fare\_speed & 0.00214",
        "& 0.00012 to 0.00510",
        r"boat\_cost & 10,123",
        "& 8,000 to 12,000",
    ]
    assert r"90 \% interval" in text


def test_a_table_of_before_shapes_is_shown_as_it_is(tmp_path: Path) -> None:
    table = pd.DataFrame({"statistic": ["largest_day"], "observed": [872.0], "simulated": [250.5], "low": [25.0]})
    folder = folder_of(tmp_path / "out", table, None)
    text = results.latex_table(folder)
    assert lines_of(text) == ["Statistic & observed & simulated & low", r"largest\_day & 872 & 250.5 & 25"]
    assert r"\caption{Results. What it is.}" in text
    write_tables(folder, ["markdown", "latex"])
    assert "| largest\\_day | 872 | 250.5 | 25 |" in (folder / "tables" / "t.md").read_text(encoding="utf-8")


def test_a_damaged_shape_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "out", pd.DataFrame({"statistic": ["x"]}), None)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["tables"]["t.csv"]["shape"] = {"labels": 3}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(StoreError, match=r"manifest\.json: tables, 't\.csv', is damaged"):
        results.latex_table(folder)


@pytest.mark.parametrize("numbers", [(), (Number("statistic"),)])
def test_a_shape_of_another_table_is_refused(tmp_path: Path, numbers: tuple[Number, ...]) -> None:
    folder = folder_of(tmp_path / "out", pd.DataFrame({"statistic": ["x"]}), Shape(("world",), numbers))
    with pytest.raises(StoreError, match=r"t\.csv: is not what manifest\.json describes"):
        results.latex_table(folder)
