"""A small batch shared by the tests of batches: two worlds at a few points, a fraction of a second a case."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.experiments.cli.app import main

EXPERIMENT = """\
title: A small batch
start: 2022-06-01
end: 2022-06-20
past: none
scale: 1000
seeds: 2
worlds:
  with_patrols: {title: With patrols, policies: [patrols]}
  without: {title: Without, policies: []}
baseline: without
design: {kind: sobol, points: 2, parameters: [p_retry, boat_cost]}
"""
PATROLS = """\
title: More officers
reference: Joint statement, 14 November 2022
levers: {patrol_officers: [{from: 2022-06-02, to: 2.5}]}
"""


def write_experiment(folder: Path, text: str = EXPERIMENT) -> Path:
    """The experiment file and its policy in a folder."""
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies" / "patrols.yaml").write_text(PATROLS, encoding="utf-8")
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def ended(*arguments: object) -> int:
    """The exit code of a command that is run in this process."""
    with pytest.raises(SystemExit) as end:
        main([str(each) for each in arguments])
    return int(end.value.code or 0)


def finished_batch(folder: Path) -> Path:
    """The folder of a batch that is run to its end in this process."""
    path = write_experiment(folder)
    assert ended("run", path, "--out", folder / "out", "--jobs", "1") == 0
    return folder / "out"


def cases(out: Path) -> list[Path]:
    """The case files of a batch."""
    return sorted((out / "cases").glob("*.nc"))


def content_digest(out: Path) -> str:
    """What `corridor digest` prints, and all is there."""
    from corridor.results.store import run_folder

    looked = run_folder.inspect_run(out)
    assert looked.missing.empty
    return run_folder.digest(looked)


def run_here(*more: str) -> set[str]:
    """Run the experiment here; the names of the case files that were made."""
    before = {path.name for path in cases(Path("out"))}
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", *more) == 0
    return {path.name for path in cases(Path("out"))} - before
