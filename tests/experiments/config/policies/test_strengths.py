"""Measures whose values have a range: each draw has a strength of its own, otherwise the value holds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.experiments.config.cases import Case, Point
from corridor.experiments.config.loading import load
from corridor.experiments.config.policies.strengths import at_strength, strength_factors, strength_of
from corridor.experiments.execution.cases.case import run_together
from corridor.experiments.execution.cases.provenance import definition_of, inputs_of
from corridor.model.policy import Policy
from tests.support.batches import EXPERIMENT, ended, write_experiment
from tests.support.refusals import refused

DRAWS = "p_retry\n0.8\n0.82\n0.9\n0.95\n"
DRAWN = EXPERIMENT.split("design:")[0] + "parameters: mine.csv\n"
WEAK = """\
title: Weak patrols
reference: none
levers:
  patrol_officers:
    - {from: 2022-06-02, to: {value: 2.0, low: 1.5, high: 2.5, grade: B}}
  alert_time:
    - {from: 2022-06-02, to: {value: 0.8, low: 0.5, high: 1.0, distribution: uniform}}
"""
WORLDS = "  without:"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two worlds of draws that have a measure in doubt, one of them beside another measure."""
    monkeypatch.chdir(tmp_path)
    both = "  both: {title: Both, policies: [patrols, port_co2]}\n"
    write_experiment(tmp_path, DRAWN.replace(WORLDS, both + WORLDS))
    (tmp_path / "mine.csv").write_text(DRAWS, encoding="utf-8")
    (tmp_path / "policies" / "patrols.yaml").write_text(WEAK, encoding="utf-8")
    other = "title: Checks\nreference: none\nlevers: {port_co2: [{from: 2022-06-02, to: 0.9}]}\n"
    (tmp_path / "policies" / "port_co2.yaml").write_text(other, encoding="utf-8")
    return tmp_path


def policies(experiment, world: str) -> list[Policy]:
    policy, start = experiment.policies[world], experiment.file.start
    return [case.point.policy(policy, start) for case in experiment.cases() if case.world == world]


def test_each_draw_has_a_strength_of_its_own_and_the_same_in_every_world(folder: Path) -> None:
    experiment = load(Path("x.yaml"))
    alone, beside = policies(experiment, "with_patrols"), policies(experiment, "both")
    assert len({str(policy) for policy in alone}) == len(alone) == 2
    for one, other in zip(alone, beside, strict=True):
        assert one.measures == other.measures[:1]
        officers, alert = one.measures[0].changes
        assert 1.5 < officers.to < 2.5 and 0.5 < alert.to < 1.0
        assert officers.nominal == 2.0 and alert.nominal == 0.8
    assert policies(experiment, "without") == [Policy(), Policy()]


def test_without_draws_the_value_holds_and_identities_are_those_of_plain_numbers(folder: Path) -> None:
    (folder / "x.yaml").write_text(EXPERIMENT.split("design:")[0], encoding="utf-8")
    experiment = load(Path("x.yaml"))
    identity = definition_of(experiment, experiment.cases()[0], inputs_of(experiment)).identity
    plain = WEAK.replace("{value: 2.0, low: 1.5, high: 2.5, grade: B}", "2.0")
    plain = plain.replace("{value: 0.8, low: 0.5, high: 1.0, distribution: uniform}", "0.8")
    (folder / "policies" / "patrols.yaml").write_text(plain, encoding="utf-8")
    without = load(Path("x.yaml"))
    assert [c.to for c in without.policies["with_patrols"].measures[0].changes] == [2.0, 0.8]
    assert definition_of(without, without.cases()[0], inputs_of(without)).identity == identity


def test_a_range_that_no_draw_uses_is_noted(folder: Path) -> None:
    assert not [note for note in load(Path("x.yaml")).notes if "range" in note]
    for text, unused in ((EXPERIMENT.split("design:")[0], True), (EXPERIMENT, False)):
        (folder / "x.yaml").write_text(text, encoding="utf-8")
        notes = [note for note in load(Path("x.yaml")).notes if note.startswith("range not used")]
        assert [note.partition(";")[0] for note in notes] == [
            "range not used, as parameters are not drawn: patrols"
        ] * unused


def test_a_stronger_measure_is_farther_from_no_policy_on_every_lever(folder: Path) -> None:
    (measure,) = load(Path("x.yaml")).policies["with_patrols"].measures
    weakest, middle, strongest = (at_strength(measure, share) for share in (0.0, 0.5, 1.0))
    assert [change.to for change in weakest.changes] == [1.5, 1.0]
    assert [change.to for change in middle.changes] == [2.0, 0.75]
    assert [change.to for change in strongest.changes] == [2.5, 0.5]
    assert at_strength(measure, None) is measure


def test_strengths_are_spread_evenly_and_differ_between_measures() -> None:
    one, other = (np.array([strength_of(draw, name) for draw in range(1, 401)]) for name in ("patrols", "dogs"))
    for values in (one, other):
        assert abs(values.mean() - 0.5) < 0.05 and abs(values.std() - 12**-0.5) < 0.03
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.15


def test_more_draws_keep_the_strengths_of_the_first(folder: Path) -> None:
    few = load(Path("x.yaml"))
    text = (folder / "x.yaml").read_text(encoding="utf-8")
    (folder / "x.yaml").write_text(text.replace("seeds: 2", "seeds: 4"), encoding="utf-8")
    many = load(Path("x.yaml"))
    assert many.points[: len(few.points)] == few.points


def test_draws_of_other_strengths_run_side_by_side_as_they_do_alone(folder: Path) -> None:
    experiment = load(Path("x.yaml"))
    found = inputs_of(experiment)
    cases = [case for case in experiment.cases() if case.world != "without"]
    definitions = [definition_of(experiment, case, found) for case in cases]
    assert len({definition.identity for definition in definitions}) == len(cases) == 4
    together = run_together(definitions, [case.seeds for case in cases])
    for case, definition, records in zip(cases, definitions, together, strict=True):
        (alone,) = run_together([definition], [case.seeds])
        assert all(np.array_equal(records.daily[name], values) for name, values in alone.daily.items()), case.name


@pytest.mark.slow
def test_the_strength_that_was_used_is_in_the_identity_and_the_tables(folder: Path) -> None:
    experiment = load(Path("x.yaml"))
    (case,) = [each for each in experiment.cases() if each.name.startswith("with_patrols") and each.seeds == (1,)]
    configuration = definition_of(experiment, case, inputs_of(experiment)).configuration
    change = configuration["policy"][0]["changes"][0]
    assert change["drawn_around"] == 2.0 and change["to"] != 2.0
    other = Case(case.world, case.seeds, Point(1, case.point.parameters))
    assert definition_of(experiment, other, inputs_of(experiment)).configuration["policy"][0]["changes"][0]["to"] == 2.0
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    design, levers = pd.read_csv("out/design.csv"), pd.read_csv("out/levers.csv")
    assert design["strength.patrols"].tolist() == [point.strengths["patrols"] for point in experiment.points]
    last = levers[(levers.world == "with_patrols") & (levers.lever == "patrol_officers")].iloc[-1]
    assert (last.setting, last.weakest, last.strongest) == (2.0, 1.5, 2.5)
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert '"low": 1.5' in json.dumps(manifest)


@pytest.mark.slow
def test_sensitivity_and_explore_vary_strengths_as_factors(folder: Path) -> None:
    (folder / "x.yaml").write_text(EXPERIMENT.split("design:")[0], encoding="utf-8")
    assert list(strength_factors(load(Path("x.yaml")).policies["with_patrols"].measures)) == ["strength.patrols"]
    names = ("--parameter", "p_retry", "--parameter", "strength.patrols")
    more = ("--samples", "4", "--indicator", "officer_days", "--out", "out", "--jobs", "1")
    assert ended("sensitivity", "x.yaml", *names, *more) == 0
    found = pd.read_csv("out/indices.csv").set_index(["parameter", "index"]).value
    assert found["strength.patrols", "mu_star"] > 0 and found["p_retry", "mu_star"] == 0
    assert ended("explore", "x.yaml", "--points", "8", *names, "--out", "there", "--jobs", "1") == 0
    assert {"p_retry", "strength.patrols"} < set(pd.read_csv("there/design.csv"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("low: 1.5", "low: 2.2", "low 2.2, value 2, high 2.5 are not allowed; allowed: low up to value up to high"),
        ("high: 2.5", "high: 25", "high: 25 is out of range; allowed: 0 to 3 (factor)"),
        ("low: 1.5, ", "", "low: is missing; it must be given"),
        ("uniform", "log-uniform, low: 0", "is given twice"),
        ("distribution: uniform", "distribution: odd", "'odd' is not allowed"),
        ("grade: B", "grad: B", "is not a known key"),
    ],
)
def test_ranges_that_cannot_be_are_refused(
    old: str, new: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "policies" / "patrols.yaml"
    path.write_text(WEAK.replace(old, new), encoding="utf-8")
    lines = refused(capsys, "check", "x.yaml")
    assert any(said in line for line in lines), lines
    assert all("patrols.yaml, line" in line for line in lines[:1])
