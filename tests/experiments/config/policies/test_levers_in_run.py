"""Levers count on the days of a run alone, together with what a design holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import corridor
from corridor.model.engine.errors import InputError

POLICY = "{{title: {0}, reference: r, levers: {{{1}: [{{from: {2}, to: {3}}}]}}}}\n"
POLICIES = {
    "early": ("patrol_officers", "2022-01-01", 2.0),
    "late": ("patrol_officers", "2023-01-01", 2.0),
    "interval": ("committee_interval", "2022-06-02", 2.0),
}


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """An experiment of 20 days in June 2022 with two policies that may not be in force together."""
    monkeypatch.chdir(tmp_path)
    Path("policies").mkdir()
    for name, values in POLICIES.items():
        Path("policies", f"{name}.yaml").write_text(POLICY.format(name, *values), encoding="utf-8")
    worlds = {
        "both": {"title": "Both", "policies": ["early", "late"]},
        "slow": {"title": "Slow committee", "policies": ["interval"]},
        "without": {"title": "Without", "policies": []},
    }
    days = {"start": date(2022, 6, 1), "end": date(2022, 6, 20)}
    return {"title": "T", **days, "past": "none", "scale": 1000, "seeds": 2, "worlds": worlds, "baseline": "without"}


def test_policies_that_pass_a_bound_only_after_the_run_are_valid(source: dict[str, object]) -> None:
    loaded = corridor.load(source)
    assert any("cannot act, as the run ends on 2022-06-20: late (from 2023-01-01)" in note for note in loaded.notes)
    with pytest.raises(InputError, match="early and late: patrol_officers is 4 on 2023-01-01"):
        corridor.load(source, settings={"end": "2023-01-01"})
    assert loaded.run(out="out", jobs=1, figures=[]).tables["effects"].world.nunique() == 2


def idle(source: dict[str, object]) -> list[str]:
    """The notes on policies that cannot act because nothing is there that they move."""
    return [note for note in corridor.load(source).notes if "has nothing that they move" in note]


def test_a_policy_that_acts_at_points_of_a_design_is_not_idle(source: dict[str, object]) -> None:
    assert len(idle(source)) == 1 and "world slow" in idle(source)[0]  # there is no committee whose days it could move
    share = {"kind": "grid", "levers": {"committee_share": [0.0, 0.3], "committee_counts_deaths": [1.0]}}
    assert not [note for note in idle({**source, "design": share}) if "interval" in note]
    (held,) = [note for note in corridor.load({**source, "design": share}).notes if note.startswith("design:")]
    assert held == (
        "design: points hold committee_share at 0 to 0.3, committee_counts_deaths at 1 over the whole run, on top "
        "of all policies; levers.csv is without them"
    )


def test_levers_of_a_design_that_move_nothing_are_noted(source: dict[str, object]) -> None:
    design = {"kind": "grid", "levers": {"committee_interval": [0.5, 2.0]}}
    assert all("levers_of_design" in note for note in idle({**source, "design": design}))
    assert len(idle({**source, "design": design})) == 3  # in every world
