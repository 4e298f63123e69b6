"""The command that a report gives makes the results again, or says that it is not complete."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from corridor.experiments.cli.app import app
from corridor.results.report.contents import read_contents
from corridor.results.report.document import Command, Paragraph
from corridor.results.report.language import LANGUAGES, language_of
from corridor.results.report.made_by import ANALYSES, OWN_OPTIONS, command_blocks, made_by
from tests.experiments.cli.conftest import fill
from tests.support.result_folders import write_result

OF_EVERY_COMMAND = {"--out", "--seeds", "--scale", "--jobs", "--dask", "--dry-run", "--set", "--quiet", "--help"}
COMMANDS: dict[str, Any] = getattr(get_command(app), "commands")  # noqa: B009


def with_settings(folder: Path, file: str = "x.yaml", **settings: object) -> Path:
    """A result whose manifest has other settings."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["experiment_file"] = file
    manifest["configuration"] |= settings
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def with_table(folder: Path, name: str) -> Path:
    """A result that has one more table."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["tables"][f"{name}.csv"] = {"meaning": name, "columns": {}}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    pd.DataFrame({"world": ["statement"], "x": [1.0]}).to_csv(folder / f"{name}.csv", index=False)
    return folder


def line_of(folder: Path) -> str:
    """The command of a result."""
    made = made_by(read_contents(folder))
    assert made is not None
    return made.line


def test_a_run_and_a_comparison_have_a_whole_line(tmp_path: Path) -> None:
    run, compared = (write_result(tmp_path / name, worlds=("statement", "only_a", "placebo")) for name in "ab")
    assert line_of(write_result(tmp_path / "c")) == "corridor run x.yaml --seeds 30 --scale 10"
    line = line_of(with_table(compared, "costs"))
    assert line == "corridor compare x.yaml --seeds 30 --scale 10 --each-measure --placebo"
    drawn = with_settings(run, "my file.yaml", seeds_per_draw=2)
    assert line_of(drawn).startswith("corridor run 'my file.yaml' --seeds 15 --scale 10 --set seeds_per_draw=2")


def test_seeds_that_an_option_cannot_give_are_those_of_the_file(tmp_path: Path) -> None:
    assert line_of(with_settings(write_result(tmp_path / "a"), seeds=[7, 9])) == "corridor run x.yaml --scale 10"


@pytest.mark.parametrize("table", ["summary", "costs"])
def test_a_whole_line_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    folder = with_settings(write_result(tmp_path / "result"), scale=200.0, seeds=[1, 2])
    line = line_of(with_table(folder, table) if table != "summary" else folder)
    fill(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, [*line.split()[1:], "--dry-run"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("table", [name for name, command in ANALYSES.items() if command in OWN_OPTIONS])
def test_other_commands_are_said_to_lack_options(tmp_path: Path, table: str) -> None:
    folder = with_table(with_table(write_result(tmp_path / "result"), table), "costs")
    paragraph, command, left_out = command_blocks(read_contents(folder), language_of("en"))
    assert isinstance(command, Command) and isinstance(left_out, Paragraph) and isinstance(paragraph, Paragraph)
    assert command.text == f"corridor {ANALYSES[table]} x.yaml ..."
    assert "makes the results again" not in paragraph.text
    assert all(option in left_out.text for option in OWN_OPTIONS[ANALYSES[table]])


@pytest.mark.parametrize("name", sorted(set(ANALYSES.values())))
def test_the_options_that_are_not_stored_are_those_of_the_command(name: str) -> None:
    own = {option for each in COMMANDS[name].params for option in each.opts if option.startswith("--")}
    known = {"--verbose"} if name == "run" else {"--each-measure", "--placebo", "--split"}
    assert own - OF_EVERY_COMMAND == set(OWN_OPTIONS.get(name, known))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_file_that_says_what_was_asked_is_named(tmp_path: Path, code: str) -> None:
    folder = with_table(write_result(tmp_path / "result"), "indices")
    assert len(list(command_blocks(read_contents(folder), language_of(code)))) == 3
    (folder / "sensitivity.json").write_text("{}", encoding="utf-8")
    *_, last = command_blocks(read_contents(folder), language_of(code))
    assert isinstance(last, Paragraph) and "sensitivity.json" in last.text
