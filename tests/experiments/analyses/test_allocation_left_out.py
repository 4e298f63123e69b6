"""Packages whose measures together move levers out of their range: left out and named, and the rest is run."""

from __future__ import annotations

import pandas as pd
import pytest

import corridor

POLICY = "{{title: {0}, reference: r, cost_eur_million: {1}, levers: {{{2}: [{{from: 2022-08-02, to: {3}}}]}}}}\n"
FILE = "title: T\nstart: 2022-08-01\nend: 2022-08-10\npast: none\nscale: 500\nseeds: 2\nbaseline: none\n"
POLICIES = {
    "patrols": ("patrols", 4, "patrol_officers", 2.0),
    "surge": ("surge", 5, "patrol_officers", 2.5),
    "detain": ("detain", 6, "detention", 5.0),
}
TOGETHER = "patrols and surge: patrol_officers is 5 on 2022-08-02, set by them together; allowed: 0 to 3 (factor)"


@pytest.fixture
def experiment(tmp_path):
    """Three measures, two of which may not be in force together."""
    (tmp_path / "policies").mkdir()
    for name, values in POLICIES.items():
        (tmp_path / "policies" / f"{name}.yaml").write_text(POLICY.format(*values), encoding="utf-8")
    worlds = ", ".join(f"{name}: {{title: {name}, policies: [{name}]}}" for name in POLICIES)
    path = tmp_path / "x.yaml"
    path.write_text(FILE + f"worlds: {{none: {{title: none, policies: []}}, {worlds}}}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("method", ["enumerate", "nsga2"])
def test_packages_out_of_range_are_left_out_with_the_reason(experiment, tmp_path, method):
    found = corridor.allocate(experiment, 20e6, method=method, out=tmp_path / "out", jobs=1, figures=[])
    lost = pd.read_csv(tmp_path / "out" / "left_out.csv")
    assert set(lost.measures) == {"patrols + surge", "patrols + surge + detain"}
    assert set(lost.reason) == {TOGETHER}
    assert set(found.tables["packages"].measures) == {
        "no measure", "patrols", "surge", "detain", "patrols + detain", "surge + detain",
    }  # fmt: skip
    assert any("2 packages" in note and TOGETHER in note for note in found.notes)


def test_a_measure_without_an_intensity_is_left_out_at_this_intensity_alone(experiment, tmp_path):
    found = corridor.allocate(experiment, 12e6, intensities=[1.0, 2.0], out=tmp_path / "out", jobs=1, figures=[])
    lost, run = found.tables["left_out"], found.tables["packages"]
    assert "surge x 2" in set(lost.measures) and "surge" in set(run.measures)  # 1 + 2 x 1.5 officers are too many
    assert "patrols x 2" in set(run.measures)  # 1 + 2 x 1 is the most that is allowed
    assert "4.0 is out of range" in lost.set_index("measures").reason["surge x 2"]


def test_draws_of_a_posterior_are_set_aside(experiment, tmp_path):
    drawn = experiment.read_text(encoding="utf-8") + "parameters: posterior\nany_scale: true\n"
    experiment.write_text(drawn, encoding="utf-8")
    found = corridor.allocate(experiment, 5e6, out=tmp_path / "out", jobs=1, figures=[])
    assert set(found.tables["packages"].points) == {1} and set(found.tables["packages"].seeds) == {2}
