"""What a folder of cases holds is what its files hold now, whatever they held before and whatever they are called."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corridor.model.indicators import INDICATORS
from corridor.model.records import Records
from corridor.results.store import case_file, index, run_folder

FEW = ("attempts_people", "arrivals_people")
CONFIGURATION = json.dumps({"worlds": {"w": {}}})
IDENTITY = hashlib.sha256(CONFIGURATION.encode()).hexdigest()


def stored(folder: Path, seeds: tuple[int, ...], world: str = "w") -> Path:
    """A case file of these seeds, with a part of the index; the values of a seed are that seed."""
    records = Records(date(2022, 11, 1), date(2022, 11, 3), seeds, 1.0)
    for name in FEW:
        records.daily[name] = np.repeat(np.array(seeds, float)[:, None], 3, axis=1)
    about = {"world": world, "indicators": json.dumps({name: asdict(INDICATORS[name]) for name in FEW})}
    about |= {"configuration": CONFIGURATION, "identity": IDENTITY, "seconds": "1.0"}
    (folder / "cases").mkdir(exist_ok=True)
    path = folder / "cases" / case_file.case_name(world, seeds, IDENTITY)
    written = case_file.save(records, path, about)
    index.add(folder, [case_file.describe(path, *written)])
    return path


def seeds_in(folder: Path) -> list[int]:
    return sorted(index.scan_cases(folder).rows.seed)


def test_a_case_under_the_name_of_another_is_damaged(tmp_path: Path) -> None:
    first, second = stored(tmp_path, (1,)), stored(tmp_path, (2,))
    shutil.copy(first, second)
    scan = index.scan_cases(tmp_path)
    assert scan.damaged == {second.name: f"holds the case of {first.name}"}
    assert seeds_in(tmp_path) == [1]
    with pytest.raises(case_file.StoreError, match=f"{second.name}: holds the case of {first.name}"):
        case_file.examine(second)


def test_rows_of_an_earlier_file_of_the_same_name_do_not_count(tmp_path: Path) -> None:
    stored(tmp_path, (1, 2, 3)).unlink()
    again = stored(tmp_path, (1, 3))
    assert again.name == case_file.case_name("w", (1, 2, 3), IDENTITY)
    assert seeds_in(tmp_path) == [1, 3]


def test_a_seed_in_two_files_is_there_while_one_of_them_is(tmp_path: Path) -> None:
    together, alone = stored(tmp_path, (1, 2)), stored(tmp_path, (2,))
    plan = {"title": "t", "baseline": "w", "worlds": {"w": "W"}, "seeds": [1, 2], "points": [], "configuration": {}}
    (tmp_path / "plan.json").write_text(json.dumps({**plan, "identities": {"w": [IDENTITY]}}), encoding="utf-8")
    for gone in ((), (alone,), (together,)):
        kept = [path.read_bytes() for path in gone]
        for path in gone:
            path.unlink()
        seeds = [2] if together in gone else [1, 2]
        frame = run_folder.to_frame(tmp_path)
        assert seeds_in(tmp_path) == seeds
        assert frame[frame.indicator == FEW[0]][["seed", "value"]].to_numpy().tolist() == [[k, 3.0 * k] for k in seeds]
        for path, content in zip(gone, kept, strict=True):
            path.write_bytes(content)
