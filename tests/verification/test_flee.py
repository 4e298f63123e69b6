"""Beside Flee itself, in one run: as near to the reports, and at twenty times its speed.

Needs Flee (`pip install ".[flee]"`) and its scenarios in ../shared; skipped, and said so, without them.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

import corridor

ROOT = Path(__file__).parents[2]
FILES = ROOT.parent / "shared" / "files"
pytestmark = pytest.mark.verification


@pytest.mark.catches("a movement rule that departs from its published description")
@pytest.mark.parametrize(("name", "days", "hasten"), [("syria2022_2024", 732, 20), ("syria2017_adm2", 200, 50)])
def test_beside_flee(tmp_path: Path, name: str, days: int, hasten: int) -> None:
    if importlib.util.find_spec("flee") is None or not FILES.is_dir():
        pytest.skip("Flee is not installed, or its scenarios are not here: ../shared is absent")
    folder = FILES / "flee" / name
    command = [sys.executable, "-m", "tests.support.run_flee", str(folder), str(days), str(hasten)]
    flees = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    ours = corridor.import_flee(folder, out=tmp_path, days=days, hasten=hasten)
    speed = flees["seconds"] / ours.seconds
    said = (
        f"{name}: ARD {ours.scores.ard[0]:.3f}, of Flee {flees['ard']:.3f}, in {ours.seconds:.1f} s, {speed:.0f} times"
    )
    assert ours.scores.ard[0] < flees["ard"] + 0.02, said
    assert speed > 20.0, said
