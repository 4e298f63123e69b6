"""Any words behind `corridor` end in a refusal or in what was asked for: no traceback and no hang."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import typer

from corridor.experiments.cli.app import app
from tests.support import hostile
from tests.support.batches import ended, write_experiment
from tests.support.effort import effort
from tests.support.reading import LONGEST, Refused, at_most, command

PROGRAM: Any = typer.main.get_command(app)
EACH = effort(2, 60)
NAMED = {
    "config": "x.yaml",
    "directory": "out",
    "source": "eurostat",
    "file": "p.csv",
    "files": "p.csv",
    "what": "levers",
}
pytestmark = pytest.mark.fuzz
LIKELY = ("x.yaml", "out", "1", "0", "2", "0.5", "0.5,1", "p_retry", "patrol_officers", "arrivals_people", "2022-06-05",
          "2022-06", "with_patrols", "a=b", "seeds=2", "scale=100", "2023-13", "1e9", "nan", "-1", "")  # fmt: skip
SLOW = {"publish"}  # its dry run reads all of a recipe
DANGEROUS = {"out", "dask", "jobs"}  # options that are given valid values: they decide where and how much is done


def words_of(luck: random.Random, name: str) -> list[str]:
    """A command with what it needs and some options, each with a likely or a hostile value."""
    chosen = PROGRAM.commands[name]
    words = [name]
    for parameter in chosen.params:
        required = parameter.required or luck.random() < 0.2
        if not required or parameter.name in DANGEROUS or parameter.name == "help":
            continue
        flag = [max(parameter.opts, key=len)] if parameter.param_type_name == "option" else []
        value = luck.choice(LIKELY) if luck.random() < 0.6 else luck.choice(hostile.WORDS)
        if not flag and luck.random() < 0.8:
            value = NAMED.get(parameter.name, "x.yaml")
        words += flag if getattr(parameter, "is_flag", False) else [*flag, hostile.text_of(value).replace("\0", "")]
    harmless = any("--dry-run" in parameter.opts for parameter in chosen.params)
    return [*words, "--dry-run" if harmless else "--no-such-option"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an experiment and a stored run of it."""
    here = tmp_path_factory.mktemp("commands")
    path = write_experiment(here)
    (here / "p.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert ended("run", path, "--out", here / "out", "--jobs", "1", "--set", "design.points=1", "--seeds", "1") == 0
    return here


@pytest.mark.parametrize("name", sorted(set(PROGRAM.commands) - SLOW))
def test_any_command_line_ends_well(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path for path in folder.rglob("*") if path.is_file()}
    refused = 0
    for number in range(EACH):
        words = words_of(random.Random(f"{name} {number}"), name)
        try:
            with at_most(3 * LONGEST):
                command(*words)(folder)
        except Refused:
            refused += 1
        except (Exception, SystemExit) as error:
            raise AssertionError(f"corridor {words}: {type(error).__name__}: {error}") from error
        assert {path for path in folder.rglob("*") if path.is_file()} == before, words
    assert refused > 0
