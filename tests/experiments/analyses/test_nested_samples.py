"""More points of a Sobol sample keep those that are stored; a Latin hypercube has others, which is noted."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor
from corridor.experiments.config.designs.selection import Selection
from corridor.experiments.execution.run import NotRun, ProgressCallbacks, RunEstimate

POLICIES = {"a": "patrol_officers: [{from: 2022-06-02, to: 2}]", "b": "detention: [{from: 2022-06-02, to: 5}]"}
EXPERIMENT = """\
title: T
start: 2022-06-01
end: 2022-06-08
past: none
scale: 1000
seeds: 1
worlds: {a: {title: A, policies: [a]}, b: {title: B, policies: [b]}, none: {title: None, policies: []}}
baseline: none
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two measures with costs."""
    (tmp_path / "policies").mkdir()
    for name, levers in POLICIES.items():
        text = f"{{title: {name}, reference: r, cost_eur_million: 1, levers: {{{levers}}}}}\n"
        (tmp_path / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "x.yaml").write_text(EXPERIMENT, encoding="utf-8")
    return tmp_path / "x.yaml"


@pytest.mark.parametrize(("sampler", "kept", "noted"), [("sobol", 8, False), ("latin_hypercube", 0, True)])
def test_packages_at_more_points(file: Path, tmp_path: Path, sampler: str, kept: int, noted: bool) -> None:
    estimates: list[RunEstimate] = []
    notes: list[str] = []

    def stop(estimate: RunEstimate) -> bool:
        estimates.append(estimate)
        return False

    asked = {
        "sampler": sampler,
        "selection": Selection(names=("p_retry",)),
        "out": tmp_path / "out",
        "jobs": 1,
        "figures": [],
    }
    corridor.allocate(file, 9e6, points=2, callbacks=ProgressCallbacks(note=notes.append), **asked)
    assert any("Latin hypercube has other points" in text for text in notes) == noted
    with pytest.raises(NotRun):
        corridor.allocate(file, 9e6, points=4, callbacks=ProgressCallbacks(estimated=stop), **asked)
    assert (estimates[0].stored, estimates[0].cases) == (kept, 16)  # four packages at each point
