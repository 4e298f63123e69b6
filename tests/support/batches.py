"""A small batch shared by the tests of batches: two worlds at a few points, a fraction of a second a case."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

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
COMMAND = [sys.executable, "-c", "from corridor.experiments.cli.app import main; main()"]


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


def corridor(*arguments: object, **more: Any) -> subprocess.CompletedProcess[str]:
    """A command run as a process of its own."""
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)


def begun(*arguments: object, cwd: Path) -> subprocess.Popen[str]:
    """A command that runs in a session of its own while the test goes on; what it says goes nowhere."""
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )


def children(process: int) -> list[int]:
    """The processes that a process has started, from /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            status = (entry / "stat").read_text(encoding="utf-8") if entry.name.isdigit() else ""
        except OSError:
            continue  # it ended meanwhile
        if status and int(status.rpartition(")")[2].split()[1]) == process:
            found.append(int(entry.name))
    return found


def cases(out: Path) -> list[Path]:
    """The case files of a batch."""
    return sorted((out / "cases").glob("*.nc"))


def content_digest(out: Path) -> str:
    """What `corridor digest` prints, and all is there."""
    from corridor.results.store import run_folder

    looked = run_folder.inspect_run(out)
    assert looked.missing.empty
    return run_folder.digest(looked)
