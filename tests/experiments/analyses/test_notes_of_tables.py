"""What tables of `attribute` and `dose` say of their rows: notes, and the baseline."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

import corridor
from corridor.results.plots.effects import forest
from corridor.results.tables.imposed import entry_levers_of

EXPERIMENT = """\
title: Two measures
start: 2022-08-01
end: 2022-08-12
past: none
scale: 500
seeds: 2
worlds:
  package: {title: Package, policies: [officers, late]}
  without: {title: Without, policies: []}
baseline: without
parameters: {entry_burstiness: 0.5}
"""
OFFICERS = "{title: More officers, reference: r, levers: {patrol_officers: [{from: 2022-08-02, to: 3.0}]}}\n"
LATE = "{title: Late, reference: r, levers: {detention: [{from: 2023-08-02, to: 5.0}]}}\n"


@pytest.fixture(scope="module")
def experiment(tmp_path_factory) -> Path:
    """A package of a measure that acts and one that begins after the run."""
    folder = tmp_path_factory.mktemp("notes")
    (folder / "policies").mkdir()
    (folder / "policies" / "officers.yaml").write_text(OFFICERS, encoding="utf-8")
    (folder / "policies" / "late.yaml").write_text(LATE, encoding="utf-8")
    (folder / "x.yaml").write_text(EXPERIMENT, encoding="utf-8")
    return folder / "x.yaml"


def test_shares_name_the_baseline_and_the_measure_that_cannot_act(experiment, tmp_path):
    corridor.attribute(experiment, out=tmp_path / "out", jobs=1, figures=[])
    table = pd.read_csv(tmp_path / "out" / "attribution.csv", keep_default_na=False).set_index("measure")
    assert set(table.world) == {"package"} and set(table.baseline) == {"without"}
    assert set(table.indicator) == {"arrivals_people", "deaths_channel"}  # deaths stand beside every other indicator
    assert set(table.note["late"]) == {"cannot act within the run: late"}
    assert set(table.note["officers"]) == {""}


def test_doses_say_where_levers_and_policies_cannot_act(experiment, tmp_path):
    out = tmp_path / "out"
    corridor.dose(experiment, {"committee_interval": [2.0]}, world="package", out=out, jobs=1, figures=[])
    notes = pd.read_csv(out / "dose.csv").drop_duplicates("committee_interval").set_index("committee_interval").note
    assert notes[1.0] == "cannot act within the run: late"  # the baseline is not said to equal itself
    assert notes[2.0] == (
        "every seed is equal to that of the baseline; cannot act within the run: late, the levers held"
    )


def test_a_dose_that_acts_says_only_that_it_sets_entries(experiment, tmp_path):
    found = corridor.dose(
        experiment, {"upstream_departures": [0.5]}, start=date(2022, 8, 1), out=tmp_path / "out", jobs=1, figures=[]
    )
    imposed = "entries are set by upstream_departures; effects that follow from them are imposed, too"
    assert set(found.tables["dose"].note) == {"", imposed}
    entered = found.tables["dose"].set_index("indicator").imposed["entered_people"]
    assert set(entered) == {"", "upstream_departures"}


def test_the_figures_of_a_comparison_know_what_is_imposed(experiment, tmp_path, monkeypatch):
    """They are drawn while it runs, from effects whose notes are those of the table."""
    seen = []
    monkeypatch.setattr(
        forest, "draw_forest", lambda effects, *_, **__: seen.append(entry_levers_of(effects)) or Figure()
    )
    fewer = "{title: Fewer, reference: r, levers: {upstream_departures: [{from: 2022-08-02, to: 0.5}]}}"
    (experiment.parent / "policies" / "fewer.yaml").write_text(fewer, encoding="utf-8")
    own = experiment.parent / "own.yaml"
    own.write_text(EXPERIMENT.replace("[officers, late]", "[officers, fewer]"), encoding="utf-8")
    corridor.compare(own, out=tmp_path / "out", jobs=1, figures=["forest"])
    assert seen and all(levers == {"package": ["upstream_departures"]} for levers in seen)
