"""Beside Flee itself, in one run: as near to the reports, and at twenty times its speed.

Needs Flee (`pip install ".[flee]"`) and its scenarios in ../shared; skipped, and said so, without them.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import corridor

ROOT = Path(__file__).parents[2]
FILES = ROOT.parent / "shared" / "files"
pytestmark = pytest.mark.verification


def scenario(name: str, folder: Path) -> Path:
    """A scenario as it is, or a copy of one that Flee 3.1 cannot read: the comma within a number is left out, and
    settings are those of another."""
    there = FILES / "flee" / name
    if (there / "simsetting.yml").is_file():
        return there
    shutil.copytree(there, folder)
    shutil.copy(FILES / "flee" / "syria2022_2024" / "simsetting.yml", folder)
    places = folder / "input_csv" / "locations.csv"
    places.write_text(re.sub(r'"(\d+),(\d+)"', r"\1\2", places.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


@pytest.mark.catches("a movement rule that departs from its published description")
@pytest.mark.parametrize(
    ("name", "days", "hasten"), [("syria2022_2024", 732, 20), ("syria2017_adm2", 200, 50), ("nigeria2019", 1826, 50)]
)
def test_beside_flee(tmp_path: Path, name: str, days: int, hasten: int) -> None:
    if importlib.util.find_spec("flee") is None or not FILES.is_dir():
        pytest.skip("Flee is not installed, or its scenarios are not here: ../shared is absent")
    folder = scenario(name, tmp_path / name)
    command = [sys.executable, "-m", "tests.support.run_flee", str(folder), str(days), str(hasten)]
    flees = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    ours = corridor.import_flee(folder, out=tmp_path / "out", days=days, hasten=hasten)
    speed = flees["seconds"] / ours.seconds
    said = (
        f"{name}: ARD {ours.scores.ard[0]:.3f}, of Flee {flees['ard']:.3f}; {ours.seconds:.1f} s, of Flee "
        f"{flees['seconds']:.1f} s ({speed:.0f} times)"
    )
    sys.stdout.write(f"{said}\n")
    assert ours.scores.ard[0] < flees["ard"] + 0.02, said
    assert speed > 20.0, said
